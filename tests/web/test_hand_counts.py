"""A hand count on the site: named as what it is wherever its station stands, with whether it counts."""

from collections.abc import Mapping
from functools import cache

import pytest
from tests.interop.nist_schema import RESULTS, dangling, errors, xml_errors
from tests.tampering.hand_counts import build_hand_counts
from tests.web.reading import Element, labelled, read_page, words

from urna.encoding.canonical import digest
from urna.encoding.document import read_document
from urna.interop.nist.results.reading import read_report
from urna.interop.nist.results.totals import differences
from urna.record.layout import hand_count_path, results_path
from urna.record.reader import RecordInMemory
from urna.tally.results import Results
from urna.web.results.evidence import Evidence
from urna.web.results.lookup import Lookup
from urna.web.results.nist import report_files
from urna.web.results.site import Site
from urna.words import in_english


@cache
def record() -> dict[str, bytes]:
    """The small record with hand counts."""
    return dict(build_hand_counts().publish())


def results() -> Results:
    """Its last edition."""
    return read_document(record()[results_path(2)], Results)


@cache
def site() -> Site:
    """Its site in English."""
    lookup = Lookup(build_hand_counts().election, results(), {"A-01", "A-02", "B-01", "B-02"})
    evidence = Evidence(RecordInMemory(record()))
    return Site(lookup, {"en": in_english}, now=results().issued_at, evidence=evidence)


@cache
def pages() -> Mapping[str, bytes]:
    """Its pages."""
    return {page.name: site().write(page) for page in site().pages()}


def page(name: str) -> Element:
    """One of them."""
    return read_page(pages()[name])


@pytest.mark.parametrize(
    ("station", "state", "standing"),
    [
        ("A-02", "counted by hand", "together with the machine's sheet"),
        ("B-01", "counted", "No total counts it"),
        ("B-02", "counted by hand", "together with the machine's sheet"),
        ("B-03", "counted by hand", "in place of a machine's sheet"),
    ],
)
def test_a_station_s_page_says_whether_its_hand_count_counts(station: str, state: str, standing: str) -> None:
    """And that such a sheet proves its sums alone."""
    found = page(f"stations/{station}.html")
    (section,) = labelled(found, "hand-0", "section")
    assert standing in words(section)
    assert "proves its sums alone" in words(section)
    word = next(each for each in found.iter("b") if "word" in (each.get("class") or ""))
    assert words(word) == state


def test_its_numbers_are_on_the_page_and_those_of_few_ballots_are_not() -> None:
    """13 signed, 12 ballots, one fewer than signatures; of four ballots of B-02 no vote."""
    shown, few = (words(labelled(page(f"stations/{code}.html"), "hand-0", "section")[0]) for code in ("B-03", "B-02"))
    assert "There was no power" in shown
    assert "Signatures in the book (hand count)13" in shown
    assert "Ballots in the box12" in shown
    assert "fewer (-) than signatures-1" in shown
    assert few.count("too few ballots were counted here: 4.") == 3
    assert "Votes not used" not in few


def test_every_overview_says_how_many_ballots_rest_on_hand_counts() -> None:
    """12, 12 and 4 ballots, for which 31 people signed; and three stations."""
    text = words(page("index.html"))
    assert "Counted by hand28 paper ballots, for which 31 people signed; they prove their sums alone" in text
    assert "counted by hand: 3" in text


def test_the_tables_add_up_with_hand_counts() -> None:
    """By station, the votes of each option and the votes not used are those of the nation's total."""
    tables = site().tables
    (file,) = [each for each in tables.files() if each.stem == "data/LIST-N"]
    table = tables.table(file)
    rows = {row[0]: dict(zip(table.columns, row, strict=True)) for row in table.rows}
    assert {code: row["status"] for code, row in rows.items()} == {
        "A-01": "counted",
        "A-02": "hand_count",
        "B-01": "counted",
        "B-02": "hand_count",
        "B-03": "hand_count",
    }
    assert rows["B-03"]["hand"] == digest(record()[hand_count_path("B-03", 0)])
    assert (rows["B-03"]["sheet"], rows["B-03"]["identified"], rows["B-03"]["ballots"]) == (None, None, 12)
    total = results().total("LIST-N", "NATION")
    assert total is not None
    columns = {"ballots": total.ballots, "undervotes": total.undervotes, **{v.option: v.votes for v in total.votes}}
    for name, number in columns.items():
        assert sum(int(row[name] or 0) for row in rows.values()) == number, name


def test_nist_s_report_with_hand_counts_is_valid_and_says_what_the_edition_says() -> None:
    """By NIST's own schemas; the state of each station is beside its unit."""
    election = build_hand_counts().election
    made = dict(report_files(election, results(), RecordInMemory(record()), stations=True))
    for name, data in made.items():
        form, problems = ("json", errors) if name.endswith(".json") else ("xml", xml_errors)
        assert problems(data, RESULTS) == []
        assert list(differences(read_report(data, form), election, results(), form)) == []
        assert data.count(b"urna-hand-count") == 3
        assert data.count(b"hand_count") >= 3
    assert dangling(next(data for name, data in made.items() if name.endswith(".json"))) == []


def test_the_page_of_changes_names_the_decisions() -> None:
    """In words."""
    assert words(page("changes.html")).count("counted by hand") == 3
