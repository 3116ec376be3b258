"""Reconciliation during the day: four rules, and steps that say nothing of anybody."""

import pytest
from tests.roll.small import small_election

from urna.audit.examination import Result
from urna.audit.hourly_counts import COLUMNS, read_looks, reconcile
from urna.encoding.canonical import encode
from urna.errors import Findings

ELECTION = small_election(general=200)
HEAD = ",".join(COLUMNS)
# book, identified, readmitted, withdrawn, waiting, activations, voting, cast, uncast, slips
FIRST = "S1,2020-12-06T11:00:00Z,20,20,1,0,1,20,1,18,1,18"
SECOND = "S1,2020-12-06T12:00:00Z,45,45,1,1,0,45,0,44,1,44"


def read(*lines: str) -> list[tuple[str, Result, str]]:
    """What an examination says of these looks."""
    looks = read_looks("\n".join([HEAD, *lines]).encode(), ELECTION, "looks")
    return [(each.subject, each.result, each.found) for each in reconcile(looks)]


def test_two_looks_whose_sums_agree_pass() -> None:
    """In any order of the lines."""
    expected = [
        ("S1 until 2020-12-06T11:00:00Z", Result.PASSED, "equal"),
        ("S1 until 2020-12-06T12:00:00Z", Result.PASSED, "equal"),
    ]
    assert read(FIRST, SECOND) == read(SECOND, FIRST) == expected


@pytest.mark.parametrize(
    ("line", "rule", "by"),
    [
        ("S1,2020-12-06T11:00:00Z,19,20,1,0,1,20,1,18,1,18", "signatures in the book", 1),
        ("S1,2020-12-06T11:00:00Z,20,20,0,0,1,20,1,18,1,18", "people let in", 1),
        ("S1,2020-12-06T11:00:00Z,20,20,1,0,1,20,0,17,1,17", "activations", 2),
        ("S1,2020-12-06T11:00:00Z,20,20,1,0,1,20,1,18,1,15", "ballots cast", 3),
    ],
)
def test_each_rule_that_is_broken_is_named_with_its_difference_and_no_sum(line: str, rule: str, by: int) -> None:
    """A sum, less the sheet's, would show the few who came after the last look."""
    [(_, result, found)] = read(line)
    assert (result, found.startswith(rule), found.endswith(f"differ by {by}")) == (Result.FAILED, True, True)
    assert "20" not in found


def test_nothing_of_the_looks_but_verdicts_goes_into_the_record() -> None:
    """Passed looks with different numbers of people say the same."""
    other = "S1,2020-12-06T11:00:00Z,31,31,0,0,0,31,0,31,0,31"
    records = [
        [encode(each) for each in reconcile(read_looks(f"{HEAD}\n{line}".encode(), ELECTION, "looks"))]
        for line in (FIRST, other)
    ]
    assert records[0] == records[1]


@pytest.mark.parametrize(
    "lines",
    [
        ["S1,2020-12-06T11:00:00Z,9,9,0,0,0,9,0,9,0,9"],
        [FIRST, "S1,2020-12-06T12:00:00Z,29,29,1,1,0,29,0,28,1,28"],
        [FIRST, FIRST],
        ["S1,2020-12-06T10:00:00Z,20,20,1,0,1,20,1,18,1,18"],
        [FIRST, "S1,2020-12-06T12:00:00Z,45,45,1,1,0,45,0,44,1,17"],
        ["S9,2020-12-06T11:00:00Z,20,20,1,0,1,20,1,18,1,18"],
        ["S1,2020-12-06T11:10:00Z,20,20,1,0,1,20,1,18,1,18"],
        ["S1,2020-13-06T11:00:00Z,20,20,1,0,1,20,1,18,1,18"],
        ["S1,2020-12-06T11:00:00Z,20,20,-1,0,1,20,1,18,1,18"],
        ["S1,2020-12-06T11:00:00Z,20,20"],
    ],
)
def test_steps_that_are_too_small_and_lines_that_are_none_are_refused(lines: list[str]) -> None:
    """Fewer than ten people more, no half hour, a count that fell; a minute, month, number or station that is none."""
    with pytest.raises(Findings):
        read(*lines)
