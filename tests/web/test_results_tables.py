"""The tables to download: the record's own numbers, the same ones in every form, the same bytes every time."""

import csv
import json
from collections.abc import Mapping
from functools import cache
from io import BytesIO, StringIO

import openpyxl  # type: ignore[import-untyped]  # it has no types
import pyarrow.parquet  # type: ignore[import-untyped]
import pytest
from tests.tampering.builder import build

from urna.encoding.document import read_document
from urna.record.layout import results_path
from urna.record.reader import RecordInMemory
from urna.tally.results import Results
from urna.web.results.evidence import Evidence
from urna.web.results.lookup import Lookup
from urna.web.results.site import Site
from urna.web.results.table_files import joined, table_files
from urna.web.results.tables import Table, TableFile, Tables, Value
from urna.words import in_english

FORMULAS = ("=1+1", "+x", "-2", "@SUM(A1)", '=HYPERLINK("http://x")')
AT = "2020-12-07T02:00:00Z"


@cache
def results() -> Results:
    """The last edition of a small record."""
    return read_document(dict(build().publish())[results_path(2)], Results)


@cache
def tables() -> Tables:
    """Its tables."""
    evidence = Evidence(RecordInMemory(dict(build().publish())))
    site = Site(Lookup(build().election, results()), {"en": in_english}, now=AT, evidence=evidence)
    return site.tables


@cache
def forms(stem: str) -> Mapping[str, bytes]:
    """A table in all its forms, by ending."""
    (file,) = [each for each in tables().files() if each.stem == stem]
    return dict(table_files(tables().table(file), AT, is_spreadsheet=True))


def as_csv(data: bytes) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    return list(csv.DictReader(StringIO(data.decode())))


@pytest.mark.parametrize("stem", ["data/LIST-N", "data/NOM-1", "data/totals", "data/turnout", "data/seats"])
def test_every_form_has_the_same_rows(stem: str) -> None:
    """CSV, JSON, Parquet and XLSX read back; numbers are numbers, what is missing is missing."""
    found = forms(stem)
    rows = json.loads(found["json"])
    assert rows
    assert pyarrow.parquet.read_table(BytesIO(found["parquet"])).to_pylist() == rows
    book = openpyxl.load_workbook(BytesIO(found["xlsx"]))
    head, *body = [[cell.value for cell in row] for row in book["urna"].rows]
    assert [dict(zip(head, row, strict=True)) for row in body] == rows
    texts = [{name: "" if value is None else str(value) for name, value in row.items()} for row in rows]
    assert as_csv(found["csv"]) == texts


def test_the_stations_of_a_contest_sum_to_its_total() -> None:
    """Ballots, votes and undervotes of the stations that count are those of the results, withheld ones apart."""
    for contest in build().election.definition.contests:
        rows = json.loads(forms(f"data/{contest.code}")["json"])
        total = results().total(contest.code, contest.territory)
        assert total is not None
        assert sum(row["ballots"] or 0 for row in rows) == total.ballots
        assert len(rows) == total.stations_expected
        assert sum(row["status"] == "counted" for row in rows) == total.stations_counted
        if not any(row["ballots"] is not None and row["undervotes"] is None for row in rows):
            for votes in total.votes:
                assert sum(row[votes.option] or 0 for row in rows) == votes.votes


def test_the_totals_are_the_results() -> None:
    """Every contest in every territory, every option once."""
    rows = json.loads(forms("data/totals")["json"])
    found = {(row["contest"], row["territory"], row["option"]): row["votes"] for row in rows}
    assert found == {(each.contest, each.territory, v.option): v.votes for each in results().totals for v in each.votes}


def test_parts_join_to_the_whole() -> None:
    """A table cut in two and joined again reads like the uncut one, empty parts included."""
    (file,) = [each for each in tables().files() if each.stem == "data/LIST-N"]
    whole = tables().table(file)
    cuts = (whole.rows[:2], whole.rows[2:2], whole.rows[2:])
    parts = [dict(table_files(whole._replace(rows=rows), AT, is_spreadsheet=False)) for rows in cuts]
    for ending in ("csv", "json", "parquet"):
        again = joined(ending, [part[ending] for part in parts])
        if ending == "parquet":
            read = pyarrow.parquet.read_table
            assert read(BytesIO(again)).equals(read(BytesIO(forms("data/LIST-N")[ending])))
        else:
            assert again == forms("data/LIST-N")[ending]


def test_a_text_is_never_a_formula() -> None:
    """Names that begin like one stay text in a spreadsheet, and have an apostrophe before them in CSV."""
    rows: list[tuple[Value, ...]] = [(each, number) for number, each in enumerate(FORMULAS)]
    made = dict(table_files(Table(("name", "votes"), frozenset({"name"}), rows), AT, is_spreadsheet=True))
    sheet = openpyxl.load_workbook(BytesIO(made["xlsx"]))["urna"]
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert [(cell.value, cell.data_type) for cell in cells] == [(each, "s") for each in FORMULAS]
    assert [row["name"] for row in as_csv(made["csv"])] == [f"'{each}" for each in FORMULAS]
    assert [row["name"] for row in json.loads(made["json"])] == list(FORMULAS)


def test_a_spreadsheet_holds_any_text_and_number_as_it_is() -> None:
    """Signs of XML, blanks at both ends, text that is a number, no value, and numbers beyond 32 bits."""
    texts = ("<b>&amp;</b> \"'", "  two  ", "0012", "]]>", "ñ\N{GREEK SMALL LETTER OMEGA}\N{GRINNING FACE}", "A\ufffe")
    rows: list[tuple[Value, ...]] = [(text, 10**12 + n, None if n % 2 else n) for n, text in enumerate(texts)]
    made = dict(table_files(Table(("name", "votes", "=odd"), frozenset({"name"}), rows), AT, is_spreadsheet=True))
    head, *body = openpyxl.load_workbook(BytesIO(made["xlsx"]))["urna"].iter_rows(values_only=True)
    assert head == ("name", "votes", "=odd")
    assert body[:-1] == rows[:-1]
    assert body[-1][0] == "A\N{REPLACEMENT CHARACTER}"


def test_the_same_table_gives_the_same_bytes() -> None:
    """Packed twice, with no clock in it."""
    for stem in ("data/LIST-N", "data/seats"):
        (file,) = [each for each in tables().files() if each.stem == stem]
        assert dict(table_files(tables().table(file), AT, is_spreadsheet=True)) == forms(stem)


def test_a_large_contest_has_tables_by_region(monkeypatch: pytest.MonkeyPatch) -> None:
    """With more stations than a spreadsheet's rows: a part for each region that votes on it, then the whole of them."""
    monkeypatch.setattr("urna.web.results.tables.ROWS_IN_A_SPREADSHEET", 3)
    files = {each.stem: each for each in tables().files()}
    whole = files["data/LIST-N"]
    assert not whole.is_spreadsheet
    assert whole.parts == ("data/LIST-N/STATE-A", "data/LIST-N/STATE-B")
    stations = [row[0] for part in whole.parts for row in tables().table(files[part]).rows]
    assert stations == [row[0] for row in tables().table(TableFile("x", "", "LIST-N")).rows]
    assert files["data/NOM-1"].is_spreadsheet
    assert not files["data/NOM-1"].parts
