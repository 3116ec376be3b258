"""A results table is taken whole, or every row that cannot be taken is named."""

import gzip
from pathlib import Path

import pytest
from tests.shared import shared

from urna.errors import Malformed
from urna.rehearsal.election import RehearsalKeys, rehearsed_election
from urna.rehearsal.mapping import TableMapping, read_mapping
from urna.rehearsal.table import Table, read_table

MAPPINGS = Path(__file__).parent / "mappings"

SMALL = read_mapping(
    b"""
title = {es = "Ensayo", en = "Rehearsal"}
code = "SMALL"
day = "2026-01-01"
[[territory]]
kind = "STATE"
column = "state"
[[territory]]
kind = "CENTRE"
column = "centre"
[station]
columns = ["mesa"]
registered = "reg"
ballots = "ballots"
valid = "valid"
nulls = "nulls"
[contest]
code = "C"
title = {es = "Cargo", en = "Office"}
remaining = "Option {number}"
""",
    "small.toml",
)
HEADER = "state,centre,mesa,reg,ballots,valid,nulls,A,B\n"


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
