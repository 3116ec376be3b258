"""Workbooks of first choices: every row a card, or nothing."""

from io import BytesIO
from zipfile import ZipFile

import openpyxl  # type: ignore[import-untyped]  # it has no types
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.audit.real_cvr import MINNEAPOLIS
from tests.interop.cvr_exports import sheet_xml, workbook
from tests.shared import shared

from urna.errors import Malformed
from urna.interop.cvr import workbook as reading
from urna.interop.cvr.choices import read_first_choices
from urna.interop.cvr.workbook import Row, read_rows

HEADER = ["Precinct", "1ST CHOICE MAYOR", "2ND CHOICE MAYOR", "COUNT"]
CARDS = [
    ["P-1", "ANA", "LUIS", "1"],
    ["P-1", "undervote", "LUIS", "1"],
    ["P-2", "overvote", "ANA", "1"],
    ["P-2", "undervote", "undervote", "1"],
]
TEXTS = "<sst><si><t>P-1</t></si><si><r><t>A</t></r><r><t>NA</t></r><rPh><t>x</t></rPh></si></sst>"


def test_first_choices_are_read_card_by_card() -> None:
    """By row; skipped and overvoted ones are blank, and a choice that is nobody's first has none."""
    found = read_first_choices(workbook(sheet_xml([HEADER, *CARDS])), "m.xlsx")
    assert found.cards == ("2", "3", "4", "5")
    contest = found.contests["MAYOR"]
    assert contest.records == {"2": {"ANA": 1}, "3": {}, "4": {}, "5": {}}
    assert (contest.is_ranked, contest.votes_allowed, contest.totals()) == (True, 1, {"ANA": 1, "LUIS": 0})


def test_skipped_ranks_are_passed_over_if_the_count_does() -> None:
    """One; an overvote is not skipped."""
    found = read_first_choices(workbook(sheet_xml([HEADER, *CARDS])), "m.xlsx", skipped=1)
    assert found.contests["MAYOR"].totals() == {"ANA": 1, "LUIS": 1}


def test_texts_by_number_runs_and_gaps_are_read_as_a_spreadsheet_shows_them() -> None:
    """Shared texts in several runs without their reading hints; empty cells between others; empty rows left out."""
    sheet = (
        '<worksheet><sheetData><row r="2"><c r="B2" t="s"><v>1</v></c><c t="str"><f>1+1</f><v> 2 </v></c></row>'
        '<row r="3"/><row><c r="A4" t="s"><v>0</v></c><c r="D4" t="b"><v>1</v></c><c r="E4"/></row>'
        "</sheetData></worksheet>"
    )
    assert read_rows(workbook(sheet, TEXTS), "m.xlsx") == [Row(2, ("", "ANA", "2")), Row(4, ("P-1", "", "", "1"))]


@given(
    st.lists(
        st.lists(st.text("abcdé <&1", max_size=5) | st.integers(0, 10**6), min_size=1, max_size=5),
        min_size=1,
        max_size=6,
    )
)
def test_a_workbook_that_another_library_wrote_is_read_as_it_was_written(rows: list[list[str | int]]) -> None:
    """openpyxl's; without white space around and empty ends."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([each if isinstance(each, int) else each or None for each in row])
    made = BytesIO()
    book.save(made)
    expected = []
    for number, row in enumerate(rows, start=1):
        cells = [str(each).strip() for each in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            expected.append(Row(number, tuple(cells)))
    assert read_rows(made.getvalue(), "m.xlsx") == expected


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "expected a row with the names of the columns, found an empty sheet"),
        ([["Name", *HEADER[1:]]], "columns Precinct, 1ST CHOICE"),
        ([[*HEADER[:3], "TOTAL"]], "columns Precinct, 1ST CHOICE"),
        ([["Precinct", "COUNT"]], "columns Precinct, 1ST CHOICE"),
        ([["Precinct", "2ND CHOICE MAYOR", "1ST CHOICE MAYOR", "COUNT"]], "columns Precinct, 1ST CHOICE"),
        ([["Precinct", "1ST CHOICE MAYOR", "2ND CHOICE JUDGE", "COUNT"]], "columns Precinct, 1ST CHOICE"),
        ([["Precinct", "1ST CHOICE MAYOR", "anything", "COUNT"]], "columns Precinct, 1ST CHOICE"),
        ([[], HEADER], "columns Precinct, 1ST CHOICE"),
        ([HEADER, ["P-1", "ANA", "LUIS", "2"]], "row 2: expected a row for one card, found 2"),
        ([HEADER, ["P-1", "ANA", "LUIS", "0"]], "row 2: expected a row for one card, found 0"),
        ([HEADER, ["P-1", "ANA", "1"]], "row 2: expected 4 cells, none of them empty"),
        ([HEADER, ["P-1", "", "LUIS", "1"]], "row 2: expected 4 cells, none of them empty"),
        ([HEADER, [*CARDS[0], "1"]], "row 2: expected 4 cells, none of them empty"),
    ],
)
def test_another_table_is_refused(rows: list[list[str]], message: str) -> None:
    """Other columns, a row of more cards than one or of other cells."""
    with pytest.raises(Malformed, match=message):
        read_first_choices(workbook(sheet_xml(rows)), "m.xlsx")


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", r"a workbook \(.xlsx\)"),
        (b"PK\x03\x04 and no more", r"a workbook \(.xlsx\)"),
        (b"Precinct,COUNT", r"a workbook \(.xlsx\)"),
        (workbook(sheet_xml([HEADER]))[:-30], r"a workbook \(.xlsx\)"),
        (workbook(sheet_xml([HEADER]), sheet2=sheet_xml([HEADER])), "a workbook with one sheet, found 2"),
        (workbook("<worksheet><row>"), "well-formed XML"),
        (workbook(ENTITIES + "<worksheet>&b;</worksheet>"), "XML without a document type"),
        (workbook(sheet_xml([HEADER]), ENTITIES + "<sst/>"), "XML without a document type"),
        (workbook('<s><row r="0"/></s>'), "rows that ascend"),
        (workbook('<s><row r="x"/></s>'), "rows that ascend"),
        (workbook('<s><row r="3"/><row r="3"/></s>'), "rows that ascend"),
        (workbook('<s><row r="1048577"/></s>'), "rows that ascend to 1048576"),
        (workbook('<s><row r="1"><c r="B1"/><c r="A1"/></row></s>'), "cells that ascend"),
        (workbook('<s><row r="1"><c r="ZZZ1"/></row></s>'), "cells that ascend to column 100"),
        (workbook('<s><row r="1"><c r="1A"/></row></s>'), "cells that ascend"),
        (
            workbook('<s><row r="1"><c r="A1" t="s"><v>2</v></c></row></s>', TEXTS),
            "the number of one of 2 texts, found 2",
        ),
        (workbook('<s><row r="1"><c r="A1" t="s"><v>-1</v></c></row></s>', TEXTS), "the number of one of 2 texts"),
        (workbook('<s><row r="1"><c r="A1" t="s"><v>0</v></c></row></s>'), "the number of one of 0 texts"),
    ],
)
def test_a_file_that_is_no_plain_workbook_is_refused(data: bytes, message: str) -> None:
    """Torn, of several sheets, with entities, with rows or cells that go back or beyond the limits."""
    with pytest.raises(Malformed, match=message):
        read_rows(data, "m.xlsx")


def test_a_part_that_unpacks_to_more_than_is_read_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A megabyte of spaces in a kilobyte, with the limit lowered for the test; and a file too long."""
    bomb = workbook("<worksheet>" + " " * 2**20 + "</worksheet>")
    assert len(bomb) < 2**12
    monkeypatch.setattr(reading, "MAX_UNPACKED", 2**19)
    with pytest.raises(Malformed, match="at most 524288 bytes, found more"):
        read_rows(bomb, "m.xlsx")
    monkeypatch.setattr(reading, "MAX_BYTES", 100)
    with pytest.raises(Malformed, match="at most 100 bytes"):
        read_rows(bomb, "m.xlsx")


def test_a_part_whose_checksum_is_wrong_is_refused() -> None:
    """One byte of the sheet changed in the file."""
    made = BytesIO()
    with ZipFile(made, "w") as book:
        book.writestr("xl/worksheets/sheet1.xml", sheet_xml([HEADER, *CARDS]))
    data = made.getvalue().replace(b"LUIS", b"RUIS", 1)
    with pytest.raises(Malformed, match=r"a workbook \(.xlsx\)"):
        read_rows(data, "m.xlsx")


@given(st.binary(max_size=40), st.integers(0, 700))
def test_a_damaged_workbook_is_read_or_refused(junk: bytes, place: int) -> None:
    """Nothing else happens, whatever the bytes."""
    data = workbook(sheet_xml([HEADER, *CARDS]), TEXTS)
    try:
        read_first_choices(data[:place] + junk + data[place + len(junk) :], "m.xlsx")
    except Malformed:
        return


def test_minneapolis_has_a_row_for_each_card() -> None:
    """80,101, as another library reads them."""
    path = shared(MINNEAPOLIS) / "2013_minneapolis_mayor_cvr.xlsx"
    rows = read_rows(path.read_bytes(), path.name)
    assert (len(rows), rows[0].cells[0], rows[-1].number) == (80_102, "Precinct", 80_102)
    book = openpyxl.load_workbook(path, read_only=True)
    try:
        for row, cells in zip(rows[:2000], book.worksheets[0].iter_rows(values_only=True), strict=False):
            assert row.cells == tuple(map(str, cells))
    finally:
        book.close()
