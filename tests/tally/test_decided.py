"""What can still change, against every ending there is: small contests tried out whole."""

from collections.abc import Iterator, Mapping
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.web.examples import example_results, troubled_results

from urna.election.allocation_rule import AllocationRule, SeatMethod, Threshold
from urna.election.seats import allocate_seats
from urna.tally.decided import Reach, prospects, reaches
from urna.tally.results import StationState

Votes = dict[str, int]

CODES = "ABCDE"


def votes_of(counts: list[int]) -> Votes:
    """Votes by choice."""
    return dict(zip(CODES, counts, strict=False))


def endings(votes: Votes, ballots: int, allowed: int) -> Iterator[Votes]:
    """Every sum that so many ballots can lead to: each ballot marks up to `allowed` different choices."""
    marks = [each for n in range(allowed + 1) for each in combinations(votes, n)]
    ends = {tuple(votes.values())}
    for _ in range(ballots):
        ends |= {
            tuple(count + (code in mark) for code, count in zip(votes, end, strict=True))
            for end, mark in product(ends, marks)
        }
    return (dict(zip(votes, end, strict=True)) for end in ends)


def tried_out(rule: AllocationRule, votes: Votes, ballots: int, allowed: int = 1) -> Mapping[str, Reach]:
    """The reach of each choice by allocating the seats of every ending; a tied seat may be anybody's of those tied."""
    least = dict.fromkeys(votes, rule.seats)
    most = dict.fromkeys(votes, 0)
    for end in endings(votes, ballots, allowed):
        result = allocate_seats("X", rule, end)
        among = result.undecided.among if result.undecided else ()
        for code, seats in result.seats().items():
            least[code] = min(least[code], seats)
            most[code] = max(most[code], seats + (code in among))
    return {code: Reach(least[code], most[code]) for code in votes}


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.integers(0, 9), min_size=1, max_size=4),
    st.integers(0, 4),
    st.integers(0, 3),
    st.integers(1, 2),
)
def test_plurality_is_exact(counts: list[int], ballots: int, seats: int, allowed: int) -> None:
    """The fewest and the most seats are those of some ending, and no ending has others."""
    rule, votes = AllocationRule(method=SeatMethod.PLURALITY, seats=seats), votes_of(counts)
    assert reaches(rule, votes, ballots, allowed) == tried_out(rule, votes, ballots, allowed)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=4), st.integers(0, 7), st.integers(0, 9))
def test_dhondt_is_exact(counts: list[int], ballots: int, seats: int) -> None:
    """Without a threshold: the fewest and the most seats are those of some ending, and no ending has others."""
    rule, votes = AllocationRule(method=SeatMethod.DHONDT, seats=seats), votes_of(counts)
    assert reaches(rule, votes, ballots) == tried_out(rule, votes, ballots)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 30), min_size=1, max_size=4),
    st.integers(0, 5),
    st.integers(1, 6),
    st.sampled_from(["1/20", "1/10", "1/5", "1/3"]),
)
def test_a_threshold_never_makes_a_seat_look_safer_than_it_is(
    counts: list[int], ballots: int, seats: int, share: str
) -> None:
    """The most is exact; the least is never above the true one, and exact where no list can cross the threshold."""
    rule = AllocationRule(method=SeatMethod.DHONDT, seats=seats, threshold=Threshold(share=share))
    votes = votes_of(counts)
    found, true = reaches(rule, votes, ballots), tried_out(rule, votes, ballots)
    assert found is not None
    outcomes = [allocate_seats("X", rule, end).lists for end in endings(votes, ballots, 1)]
    standing = {code: {one.standing for lists in outcomes for one in lists if one.code == code} for code in votes}
    for code in votes:
        assert found[code].most == true[code].most
        assert found[code].least <= true[code].least
        if all(len(standing[other]) == 1 for other in votes if other != code):
            assert found[code].least == true[code].least


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=3), st.integers(0, 4), st.integers(1, 2))
def test_a_majority_is_exact(counts: list[int], ballots: int, allowed: int) -> None:
    """More than half in every ending, or in some, or in none."""
    rule, votes = AllocationRule(method=SeatMethod.MAJORITY, seats=1), votes_of(counts)
    assert reaches(rule, votes, ballots, allowed) == tried_out(rule, votes, ballots, allowed)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 3000), min_size=2, max_size=5), st.integers(1, 40))
def test_with_nothing_outstanding_the_seats_are_the_results(counts: list[int], seats: int) -> None:
    """Least and most differ at most where a tie is open."""
    rule, votes = AllocationRule(method=SeatMethod.DHONDT, seats=seats), votes_of(counts)
    assert reaches(rule, votes, 0) == tried_out(rule, votes, 0)


@pytest.mark.parametrize("method", [SeatMethod.HARE, SeatMethod.DROOP, SeatMethod.SAINTE_LAGUE])
def test_other_methods_have_no_bounds(method: SeatMethod) -> None:
    """Nothing is stated rather than something half true."""
    assert reaches(AllocationRule(method=method, seats=3), {"A": 1, "B": 2}, 1) is None


def test_a_final_edition_is_decided_but_for_withheld_votes() -> None:
    """The example: no station is open, so each contest without withheld ballots is decided, one of them by lot."""
    election, results = example_results()
    for each in prospects(election, results):
        total = results.total(each.contest, election.contests[each.contest].territory)
        assert total is not None
        assert each.ballots == total.withheld_ballots
        if not each.ballots:
            assert each.is_decided


def test_outstanding_and_refused_stations_count_with_all_their_electors() -> None:
    """And stations annulled or not opened with none."""
    election, results = troubled_results()
    open_stations = [
        each.station for each in results.stations if each.state in (StationState.OUTSTANDING, StationState.REFUSED)
    ]
    assert len(open_stations) == 2
    for each in prospects(election, results):
        styles = election.styles_with(each.contest)
        electors = sum(
            style.electors
            for station in open_stations
            for style in election.stations[station].styles
            if style.style in styles
        )
        total = results.total(each.contest, election.contests[each.contest].territory)
        assert total is not None
        assert each.ballots == electors + total.withheld_ballots


def test_all_ways_are_compared_where_rounding_decides() -> None:
    """Three quotients of 7/2 for 10 votes: 3.5 and 3.5 and 3.5, but whole votes cost 4 + 7 or 4 + 4 + 4."""
    rule = AllocationRule(method=SeatMethod.DHONDT, seats=4)
    for ballots in range(14):
        votes = {"A": 7, "B": 0, "C": 0, "D": 0}
        assert reaches(rule, votes, ballots) == tried_out(rule, votes, ballots)
