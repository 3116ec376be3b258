"""What can still change in a first round of two, against every ending there is."""

from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.tally.test_decided import tried_out, votes_of
from tests.web.second_round import president_results

from urna.election.allocation_rule import AllocationRule, SeatMethod, SecondRound
from urna.election.definition import Election
from urna.election.seats import allocate_seats
from urna.tally.decided import Prospect, prospects, reaches
from urna.tally.results import Results, StationState

LAWS = (
    SecondRound(),
    SecondRound(share="2/5"),
    SecondRound(share="45/100", lesser_share="2/5", lead="1/10"),
    SecondRound(lesser_share="1/4", lead="1/5", lead_crossing="at-least"),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=4), st.integers(0, 5), st.sampled_from(LAWS))
def test_who_can_be_elected_in_the_first_round_is_exact(counts: list[int], ballots: int, law: SecondRound) -> None:
    """Elected in every ending, in some, in none."""
    rule, votes = AllocationRule(method=SeatMethod.MAJORITY, seats=1, second_round=law), votes_of(counts)
    assert reaches(rule, votes, ballots) == tried_out(rule, votes, ballots)


def endings(votes: dict[str, int], ballots: int) -> Iterator[dict[str, int]]:
    """The ones that move a pair: all that comes is for one, or is blank."""
    yield votes
    for code, count in votes.items():
        yield {**votes, code: count + ballots}


def of_president(stations_out: int) -> tuple[Election, Results, Prospect]:
    """The president's contest while so many stations are outstanding."""
    election, results = president_results(stations_out)
    return election, results, next(each for each in prospects(election, results) if each.contest == "PRES")


def test_with_every_station_counted_a_second_round_is_decided() -> None:
    """Two go on, and nothing can change that."""
    _, results, prospect = of_president(0)
    result = next(each for each in results.seats if each.contest == "PRES")
    assert result.second_round is not None
    assert prospect.is_decided
    assert prospect.ballots == 0


@pytest.mark.parametrize("stations_out", range(1, 6))
def test_a_pair_is_decided_only_if_no_ending_sends_on_another(stations_out: int) -> None:
    """Tried with all that may come for each candidate in turn, and for nobody."""
    election, results, prospect = of_president(stations_out)
    total = results.total("PRES", election.contests["PRES"].territory)
    assert total is not None
    rule = next(each.rule for each in results.seats if each.contest == "PRES")
    votes = {each.choice: each.votes for each in total.choices}
    found = {
        (tuple(result.seats().items()), frozenset(result.second_round.between if result.second_round else ()))
        for end in endings(votes, prospect.ballots)
        for result in [allocate_seats("PRES", rule, end)]
    }
    assert prospect.is_decided == (len(found) == 1)


def test_a_tie_for_the_second_place_is_open_though_no_ballot_can_come() -> None:
    """It waits for the lot."""
    election, results, _ = of_president(0)
    seats = []
    for each in results.seats:
        if each.contest == "PRES":
            tied = allocate_seats("PRES", each.rule, {"PRES-1": 40, "PRES-2": 30, "PRES-3": 30})
            seats.append(tied)
        else:
            seats.append(each)
    tied_results = msgspec.structs.replace(results, seats=tuple(seats))
    prospect = next(each for each in prospects(election, tied_results) if each.contest == "PRES")
    assert prospect.is_pair_open
    assert not prospect.is_decided
    assert all(station.state is not StationState.OUTSTANDING for station in results.stations)
