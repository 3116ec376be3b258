"""A results table is taken whole, or every row that cannot be taken is named."""

import gzip
from pathlib import Path

import pytest
from tests.rehearsal.small import HEADER, MAPPING
from tests.shared import shared

from urna.errors import Malformed
from urna.rehearsal.election import RehearsalKeys, rehearsed_election
from urna.rehearsal.mapping import TableMapping, read_mapping
from urna.rehearsal.reasons import rows_by_reason
from urna.rehearsal.table import Table, read_table

MAPPINGS = Path(__file__).parent / "mappings"

SMALL = read_mapping(MAPPING.encode(), "small.toml")
LINES = read_mapping(MAPPING.replace('day = "', 'format = "jsonl"\nday = "').encode(), "lines.toml")


def mapping(year: int) -> TableMapping:
    """The mapping of a real table."""
    return read_mapping((MAPPINGS / f"venezuela-{year}.toml").read_bytes(), f"venezuela-{year}.toml")


def table(rows: str) -> Table:
    """The table with these rows under the small header."""
    return read_table((HEADER + rows).encode(), SMALL, "small.csv")


def test_the_2012_table_has_13517_complete_rows_and_names_the_other_154() -> None:
    """152 rows without results and two with votes but no totals (101 and 802)."""
    data = shared("data/venezuela-2012-presidential/center-all.csv").read_bytes()
    read = read_table(data, mapping(2012), "center-all.csv")
    problems = [str(finding.problem) for finding in read.findings]
    assert (read.rows, len(read.stations), sum(row.ballots for row in read.stations)) == (13671, 13517, 14968747)
    assert sum(problem.startswith("No results") for problem in problems) == 152
    assert [problem[:28] for problem in problems if problem.startswith("Candidates")] == [
        "Candidates have 101 votes, b",
        "Candidates have 802 votes, b",
    ]


def test_the_2017_tables_have_43_bad_sums_and_446_repeated_keys() -> None:
    """Nationwide, over the files of all states."""
    folder = shared("data/venezuela-2017-governors-by-mesa")
    sums, keys = 0, 0
    for file in sorted(folder.glob("*.jsonl.gz")):
        findings = read_table(gzip.decompress(file.read_bytes()), mapping(2017), file.name).findings
        same = [f.problem.values["key"] for f in findings if "same station" in f.problem.template]
        other = {f.line for f in findings if "options sum" in f.problem.template or "whole" in f.problem.template}
        keys, sums = keys + len(set(same)), sums + len(other)
    assert (sums, keys) == (43, 446)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("S,C,1,10,5,4,1,2,3", "sum to 5 votes, the valid votes are 4"),
        ("S,C,1,10,6,5,0,2,3", "Valid 5 and null 0"),
        ("S,C,1,4,5,5,0,2,3", "exceed the registered 4"),
        ("S,C,1,10,5,5,0,2.5,3", "A is 2.5, not a whole number"),
        ("S,C,1,10,5,5,0,-2,3", "A is -2"),
        ("S,C,1,10,5,5,0,1e99,3", "A is 1e99"),
        ("S,C,1,10,5,5,0,NaN,3", "A is NaN"),
        ("S,C,1,10,5,5,0,1_0,3", "A is 1_0"),
        ("S,C,1,10,5,5,0,\u0662,3", "A is \u0662"),
        ("S,C,1,10,5,5,0,+2,3", "A is +2"),
        ("S,C,1,10,5,5,0,2.0000001,3", "A is 2.0000001"),
        ("S,,1,10,5,5,0,2,3", "centre has no value, so the place has no name"),
        ("S,C,,10,5,5,0,2,3", "mesa has no value"),
        ("S,C,1,,,,,,", "No results"),
        ("S,C,1,10,,5,0,2,3", "Candidates have 5 votes"),
    ],
)
def test_a_bad_row_is_named_with_its_line_and_reason(row: str, reason: str) -> None:
    """The good row beside it stays."""
    read = table(f"S,C,9,10,5,5,0,2,3\n{row}\n")
    assert len(read.stations) == 1
    assert [finding.line for finding in read.findings] == [3]
    assert reason in str(read.findings[0].problem)


def test_rows_of_one_key_are_all_set_aside() -> None:
    """Nobody can say which of them is the station, even where one of them is bad for another reason too."""
    read = table("S,C,1,10,5,5,0,2,3\nS,C,1,10,5,4,1,2,3\nS,C,2,10,5,5,0,2,3\n")
    assert [row.name for row in read.stations] == ["2"]
    assert {finding.line for finding in read.findings} == {2, 3}


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (HEADER.encode() + b"S,\xc3\x28,1,10,5,5,0,2,3\n", "small.csv:2"),
        (b"state,centre\nS,C\n", "small.csv:1"),
        (HEADER.encode() + b"S,C,1\n", "small.csv:2"),
        (HEADER.replace("B", "A").encode(), "small.csv:1"),
        (HEADER.encode() + b'S,"C,1,10,5,5,0,2,3\n', "small.csv:2"),
        (b"", "small.csv:1"),
    ],
)
def test_a_file_that_is_no_table_is_refused_whole(data: bytes, place: str) -> None:
    """Not UTF-8, columns missing or doubled, ragged or unclosed rows: the error names file and line."""
    with pytest.raises(Malformed) as refused:
        read_table(data, SMALL, "small.csv")
    assert str(refused.value).startswith(place)


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ('{"state": "S", "reg": 1, "reg": 2}', "small.jsonl:2: expected each column named once, found reg"),
        ('{"state": "\\ud800"}', "small.jsonl:2"),
        ('["S", "C"]', "small.jsonl:2"),
        ("[" * 100_000, "small.jsonl:2"),
        ('{"reg": ' + "9" * 5000 + "}", "small.jsonl:2"),
        ("", "small.jsonl:2"),
    ],
)
def test_a_line_that_is_no_plain_json_object_is_refused(line: str, place: str) -> None:
    """A column named twice, half a character, an abyss of brackets: none is guessed at."""
    good = '{"state": "S", "centre": "C", "mesa": 1, "reg": 9, "ballots": 5, "valid": 5, "nulls": 0, "A": 2.0, "B": 3}'
    assert len(read_table(f"{good}\n".encode(), LINES, "small.jsonl").stations) == 1
    with pytest.raises(Malformed) as refused:
        read_table(f"{good}\n{line}\n{good}\n".encode(), LINES, "small.jsonl")
    assert str(refused.value).startswith(place)


def test_a_nested_value_is_no_number() -> None:
    """It is quoted cut short, whatever it holds."""
    counts = '"reg": [9, 9], "ballots": true, "valid": 5, "nulls": 0, "A": 2, "B": 3'
    row = f'{{"state": "S", "centre": "C", "mesa": 1, {counts}}}'
    problems = [str(finding.problem) for finding in read_table(row.encode(), LINES, "small.jsonl").findings]
    assert problems == ["reg is [9, 9], not a whole number.", "ballots is True, not a whole number."]


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    """A line break inside quotes counts; a Unicode line separator inside a name does not."""
    read = table('S,"C\nD",1,10,5,5,0,2,3\nS,E\u2028F,1,10,5,5,0,2,3\nS,G,1,10,5,4,0,2,3\n')
    assert [row.line for row in read.stations] == [3, 4]
    assert {finding.line for finding in read.findings} == {5}


def test_a_key_on_a_thousand_rows_is_told_briefly() -> None:
    """Each row names the first few of the others, so that a hostile table cannot make a report of its square."""
    findings = table("S,C,1,10,5,5,0,2,3\n" * 1000).findings
    assert len(findings) == 1000
    assert max(len(str(finding)) for finding in findings) < 300
    assert rows_by_reason(findings) == [("a station that stands on several rows", tuple(range(2, 1002)))]


def test_reasons_are_summed_up_by_row() -> None:
    """The most frequent first; a row with two reasons stands under both, a reason once for each row."""
    findings = table("S,C,1,10,x,y,0,2,3\nS,D,1,4,9,5,0,2,3\nS,E,1,4,5,5,0,2,3\n").findings
    assert [(title, lines) for title, lines in rows_by_reason(findings)] == [
        ("more ballots than registered electors", (3, 4)),
        ("a value that is not a whole number", (2,)),
        ("valid and null votes do not sum to the ballots", (3,)),
    ]


def test_an_unknown_key_in_a_mapping_is_refused() -> None:
    """A misspelt key must not be passed over."""
    with pytest.raises(Malformed, match="colum"):
        read_mapping((MAPPINGS / "venezuela-2012.toml").read_bytes().replace(b"columns", b"colums"), "m.toml")


def test_a_rehearsal_says_so_and_repeats_from_its_seed() -> None:
    """The same table and seed give the same identity; another seed gives another."""
    rows = table("S,C,1,10,5,5,0,2,3\nS,D,1,10,5,5,0,2,3\nT,C,1,10,5,5,0,2,3\n")
    one, again, other = (rehearsed_election(rows, SMALL, RehearsalKeys(seed)).election for seed in ("1", "1", "2"))
    assert one.definition.purpose == "rehearsal"
    assert one.identity == again.identity != other.identity
    assert list(one.stations) == ["01-01.01", "01-02.01", "02-01.01"]
    assert one.territories_of_station("02-01.01") == ("02-01", "02", "ALL")
