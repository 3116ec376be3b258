"""The plan of aggregates: what is opened isolates nobody, whatever is combined."""

import hashlib
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import combinations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.guardian.small import NATIONAL, election, national_sheets

from urna.errors import Unproven
from urna.tally.aggregates import (
    AggregatePlan,
    CountedContest,
    CountedSheet,
    check_laminar,
    check_plan,
    plan_aggregates,
    shown_stations,
)

STATIONS = tuple(election().stations)
THRESHOLD = election().rules.secrecy_threshold


def places(plan: AggregatePlan) -> dict[str, tuple[tuple[str, ...], int]]:
    """The sets of the national contest by territory."""
    return {each.territory: (each.stations, each.ballots) for each in plan.aggregates if each.contest == NATIONAL}


def test_a_state_with_enough_withheld_ballots_opens_as_a_whole() -> None:
    """Its open station is in the sum, too."""
    plan = plan_aggregates(election(), national_sheets({"MON-AL-1-1": 50, "MON-AL-1-2": 4, "MON-VA-1-1": 6}))
    assert places(plan) == {"MON": (("MON-AL-1-1", "MON-AL-1-2", "MON-VA-1-1"), 60)}
    assert plan.closed == ()


def test_sums_over_open_sheets_are_opened_as_a_second_path() -> None:
    """States and nation, although nothing is withheld in one of them; not the sum of a single open sheet."""
    cast = {"MON-AL-1-1": 50, "MON-AL-1-2": 40, "RIB-PU-1-1": 30, "SAB-LL-1-1": 9}
    plan = plan_aggregates(election(), national_sheets(cast))
    assert places(plan) == {
        "MON": (("MON-AL-1-1", "MON-AL-1-2"), 90),
        "LUM": (("MON-AL-1-1", "MON-AL-1-2", "RIB-PU-1-1"), 120),
    }
    assert plan.closed[0].stations == ("SAB-LL-1-1",)


def test_what_is_too_little_in_a_state_moves_up() -> None:
    """Three and seven in two states open in the nation alone."""
    cast = {"MON-AL-1-1": 50, "MON-AL-1-2": 3, "RIB-PU-1-1": 7}
    plan = plan_aggregates(election(), national_sheets(cast))
    assert places(plan) == {"LUM": (tuple(sorted(cast)), 60)}


def test_what_is_too_little_in_the_nation_stays_closed() -> None:
    """Its number of ballots is published, and nothing is opened."""
    plan = plan_aggregates(election(), national_sheets({"MON-AL-1-1": 50, "RIB-PU-1-1": 9}))
    assert plan.aggregates == ()
    assert [(each.contest, each.stations, each.ballots) for each in plan.closed] == [(NATIONAL, ("RIB-PU-1-1",), 9)]


def test_a_remainder_beside_an_opened_state_stays_closed() -> None:
    """The state opens; the nation would show the nine of another state by a difference."""
    cast = {"MON-AL-1-1": 4, "MON-AL-1-2": 6, "RIB-PU-1-1": 9}
    plan = plan_aggregates(election(), national_sheets(cast))
    assert list(places(plan)) == ["MON"]
    assert plan.closed[0].ballots == 9


def test_a_station_whose_cards_were_lost_opens_alone() -> None:
    """With enough ballots; its number then counts as the sheet's would."""
    lost, few = _sheet("MON-AL-1-1", 50, shown=False), _sheet("MON-AL-1-2", 10 - 1, shown=False)
    plan = plan_aggregates(election(), [lost, few])
    assert [(each.stations, each.territory) for each in plan.aggregates] == [(("MON-AL-1-1",), "MON-AL-1")]
    assert plan.closed[0].stations == ("MON-AL-1-2",)


def test_a_station_without_a_ballot_is_in_no_sum() -> None:
    """There is nothing of it to open."""
    plan = plan_aggregates(election(), national_sheets({"MON-AL-1-1": 0, "MON-AL-1-2": 5, "MON-AL-2-1": 5}))
    assert places(plan) == {"MON": (("MON-AL-1-2", "MON-AL-2-1"), 10)}
    assert plan_aggregates(election(), national_sheets({"MON-AL-1-1": 0})) == AggregatePlan((), ())


def test_a_circuit_beside_the_tree_has_no_parts() -> None:
    """The stations of a circuit open together or not at all."""
    contest = next(each for each in election().definition.contests if each.territory == "MON-1")
    sheets = [_sheet(station, 4, contest=contest.code) for station in ("MON-AL-1-1", "MON-AL-1-2", "MON-AL-2-1")]
    plan = plan_aggregates(election(), sheets)
    assert [(each.territory, each.ballots) for each in plan.aggregates] == [("MON-1", 12)]


def test_the_order_of_the_sheets_does_not_matter() -> None:
    """Anyone makes the same plan."""
    sheets = national_sheets({"MON-AL-1-1": 4, "MON-AL-1-2": 7, "RIB-PU-1-1": 3, "SAB-LL-1-1": 8})
    assert plan_aggregates(election(), sheets) == plan_aggregates(election(), sheets[::-1])


def test_a_station_twice_or_unknown_makes_no_plan() -> None:
    """Both are named."""
    sheets = national_sheets({"MON-AL-1-1": 4})
    with pytest.raises(Unproven, match="MON-AL-1-1"):
        plan_aggregates(election(), [*sheets, *sheets])
    with pytest.raises(Unproven, match="NOWHERE"):
        plan_aggregates(election(), [msgspec.structs.replace(sheets[0], station="NOWHERE")])


def _sheet(station: str, ballots: int, *, shown: bool = False, contest: str = NATIONAL) -> CountedSheet:
    root = hashlib.sha256(station.encode()).hexdigest()
    return CountedSheet(
        station=station,
        ballots_root=root,
        contests=(CountedContest(contest=contest, ballots=ballots, shown=shown),),
    )


def sets(*names: str) -> list[frozenset[str]]:
    """Sets of stations with one letter each."""
    return [frozenset(name) for name in names]


TENS = dict.fromkeys("abcdef", 10) | dict.fromkeys("xyz", 3)


@pytest.mark.parametrize(
    "family",
    [
        [],
        ["a"],
        ["a", "b", "abxyzc"],
        ["a", "ab", "abc", "def"],
        ["ab", "ab"],
        ["ab", "a", "b"],
    ],
)
def test_nested_and_disjoint_sets_with_enough_of_their_own_pass(family: list[str]) -> None:
    """The same set twice says nothing new, and a set that its parts fill has no own part."""
    check_laminar("C", sets(*family), TENS, 10)


@pytest.mark.parametrize(
    ("family", "named"),
    [
        (["ab", "bc"], "cuts through"),
        (["abc", "bcd", "a"], "cuts through"),
        (["x"], "3 of x"),
        (["ab", "abx"], "3 of x"),
        (["abxy", "ab"], "6 of x, y"),
        (["abcdef", "abcdefxyz"], "9 of x, y, z"),
        (["a", "abx", "b"], "3 of x"),
    ],
)
def test_sets_that_cut_or_isolate_are_refused(family: list[str], named: str) -> None:
    """The error names the contest and the stations."""
    with pytest.raises(Unproven, match=named) as caught:
        check_laminar("SENATE", sets(*family), TENS, 10)
    assert caught.value.where == "SENATE"


def test_a_station_without_ballots_isolates_nobody() -> None:
    """An own part of no ballots is empty."""
    check_laminar("C", sets("a", "ab"), {"a": 10, "b": 0}, 10)


def rank(rows: Iterable[Sequence[int]]) -> int:
    """The rank of a matrix over the rational numbers."""
    left = [[Fraction(value) for value in row] for row in rows]
    found = 0
    for column in range(len(left[0]) if left else 0):
        pivot = next((row for row in left[found:] if row[column]), None)
        if pivot is None:
            continue
        left.remove(pivot)
        left.insert(found, pivot)
        for number in range(found + 1, len(left)):
            factor = left[number][column] / pivot[column]
            left[number] = [a - factor * b for a, b in zip(left[number], pivot, strict=True)]
        found += 1
    return found


def isolated(published: Sequence[frozenset[str]], ballots: dict[str, int], threshold: int) -> list[tuple[str, ...]]:
    """Sets of few ballots about which some combination of published sums says something, found by linear algebra.

    A combination of the sums touches only the stations X if it is 0 at all others. There is one for X if and only if
    the rows, cut down to the others, have a smaller rank than the whole rows.
    """
    stations = sorted(station for station, number in ballots.items() if number)
    rows = [[int(station in each) for station in stations] for each in published]
    whole, found = rank(rows), []
    for size in range(1, len(stations) + 1):
        for few in combinations(stations, size):
            if sum(ballots[station] for station in few) < threshold:
                others = [number for number, station in enumerate(stations) if station not in few]
                if rank([[row[number] for number in others] for row in rows]) < whole:
                    found.append(few)
    return found


def test_the_oracle_finds_a_difference() -> None:
    """Two sums that differ by three ballots, and a combination of three sums."""
    ballots = {"a": 10, "b": 10, "c": 10, "x": 3}
    assert isolated(sets("ab", "abx"), ballots, 10) == [("x",)]
    assert isolated(sets("ab", "bc", "acx"), ballots, 10) == []
    assert isolated(sets("ab", "bc", "abcx", "b"), ballots, 10) == [("x",)]


@given(
    family=st.lists(st.frozensets(st.sampled_from("abcdefg"), min_size=1), max_size=6),
    numbers=st.lists(st.integers(0, 12), min_size=7, max_size=7),
)
@settings(max_examples=200, deadline=None)
def test_what_the_rule_lets_pass_isolates_nobody(family: list[frozenset[str]], numbers: list[int]) -> None:
    """Any family of sets over seven stations, judged by the rule and by linear algebra."""
    ballots = dict(zip("abcdefg", numbers, strict=True))
    try:
        check_laminar("C", family, ballots, 10)
    except Unproven:
        return
    assert isolated(family, ballots, 10) == []


@given(numbers=st.lists(st.integers(0, 14), min_size=9, max_size=9), lost=st.sets(st.integers(0, 8), max_size=2))
@settings(max_examples=60, deadline=None)
def test_no_plan_isolates_anybody(numbers: list[int], lost: set[int]) -> None:
    """Sheets and plan together, for any ballots at nine stations of three states; lost cards included."""
    chosen = [*STATIONS[:4], *STATIONS[5:8], *STATIONS[8:10]]
    sheets = [
        _sheet(station, number, shown=number >= THRESHOLD and place not in lost)
        for place, (station, number) in enumerate(zip(chosen, numbers, strict=True))
    ]
    plan = plan_aggregates(election(), sheets)
    published = [frozenset([station]) for station in shown_stations(sheets, NATIONAL)]
    published += [frozenset(each.stations) for each in plan.aggregates]
    assert isolated(published, dict(zip(chosen, numbers, strict=True)), THRESHOLD) == []
    inside = {station for each in published for station in each}
    closed = {station for each in plan.closed for station in each.stations}
    assert inside | closed == {station for station, number in zip(chosen, numbers, strict=True) if number}
    assert not inside & closed
    assert sum(each.ballots for each in plan.closed) < THRESHOLD


def test_a_plan_that_somebody_changed_is_refused() -> None:
    """A station less, a number more, another election, an order."""
    sheets = national_sheets({"MON-AL-1-1": 50, "MON-AL-1-2": 5, "MON-AL-2-1": 6})
    planned = plan_aggregates(election(), sheets).aggregates[0]
    check_plan(election(), sheets, [planned])
    changes: list[dict[str, object]] = [
        {"stations": planned.stations[:-1], "ballots": 55},
        {"ballots": planned.ballots + 1},
        {"election": "0" * 64},
        {"stations": planned.stations[::-1]},
        {"stations": (*planned.stations, "RIB-PU-1-1")},
    ]
    for change in changes:
        with pytest.raises(Unproven):
            check_plan(election(), sheets, [msgspec.structs.replace(planned, **change)])
