"""Totals are exact sums: each station once, in any order, parts adding up to wholes."""

import random
from functools import cache
from typing import Literal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.tampering.builder import NIGHT, SEED, World, build

from urna.election.definition import Election
from urna.errors import OutOfOrder
from urna.record.withdrawal import Withdrawal, withdrawn_of
from urna.tally.edition import compile_edition
from urna.tally.results import ContestTotal, Results, StationResult, StationState
from urna.tally.sheet import ContestTally, OptionVotes
from urna.tally.totals import StationCount, Totals, count_of, votes_by_choice
from urna.tally.winners import NOBODY, Withdrawn, allocate, elect


@cache
def world() -> World:
    """The small world, built once."""
    return build()


def election() -> Election:
    """Its election."""
    return world().election


def counts() -> list[StationCount]:
    """What the four counted stations add."""
    latest = {"A-01": 0, "A-02": 1, "B-01": 0, "B-02": 0}
    return [count_of(world().sheet(code, n), world().statement(code, n)) for code, n in latest.items()]


REGISTERED = {"A-01": 90, "A-02": 40, "B-01": 50, "B-02": 12, "B-03": 20}


def total_of(added: list[StationCount]) -> Totals:
    """The sums over some stations."""
    sums = Totals(election(), REGISTERED)
    for count in added:
        sums.add(count)
    return sums


def test_the_order_of_stations_does_not_matter() -> None:
    """Addition is the only thing that is done."""
    shuffled = counts()
    random.Random(7).shuffle(shuffled)
    assert total_of(shuffled).contests() == total_of(counts()).contests()
    assert total_of(shuffled).turnout() == total_of(counts()).turnout()


def test_a_station_counted_twice_is_refused() -> None:
    """Each station exactly once."""
    sums = total_of(counts())
    with pytest.raises(OutOfOrder):
        sums.add(counts()[0])


@given(st.lists(st.integers(0, 3), max_size=12))
def test_stations_taken_out_and_put_in_leave_the_sums_of_those_that_stay(changes: list[int]) -> None:
    """Kept up to date or summed anew, each total is the same; a copy goes its own way."""
    sums, inside = total_of([]), set[int]()
    for number in changes:
        (sums.remove if number in inside else sums.add)(counts()[number])
        inside ^= {number}
    fresh = total_of([counts()[number] for number in sorted(inside)])
    assert (sums.contests(), sums.turnout()) == (fresh.contests(), fresh.turnout())
    assert [sums.total(each.contest, each.territory) for each in fresh.contests()] == list(fresh.contests())
    assert [sums.turnout_in(each.territory) for each in fresh.turnout()] == list(fresh.turnout())
    other = sums.copy()
    for number in sorted(inside):
        other.remove(counts()[number])
    assert other.contests() == total_of([]).contests()
    assert sums.contests() == fresh.contests()
    for number in {0, 1, 2, 3} - inside:
        with pytest.raises(OutOfOrder):
            sums.remove(counts()[number])


def test_an_unknown_station_is_refused() -> None:
    """Nobody adds a station that the definition does not have."""
    with pytest.raises(OutOfOrder):
        total_of([counts()[0]._replace(station="Z-99")])


def _by_place(totals: tuple[ContestTotal, ...], contest: str) -> dict[str, ContestTotal]:
    return {each.territory: each for each in totals if each.contest == contest}


def test_the_states_add_up_to_the_nation() -> None:
    """Votes, ballots and stations of the parts are those of the whole."""
    found = _by_place(total_of(counts()).contests(), "LIST-N")
    for name in ("ballots", "withheld_ballots", "undervotes", "stations_expected", "stations_counted"):
        parts = getattr(found["STATE-A"], name) + getattr(found["STATE-B"], name)
        assert getattr(found["NATION"], name) == parts


def test_a_contest_has_no_total_above_its_own_territory() -> None:
    """The nation's sum of a circuit's contest would be the circuit's again."""
    found = _by_place(total_of(counts()).contests(), "NOM-1")
    assert set(found) == {"CIRCUIT-1", "STATE-A", "A-CENTRE"}


def test_votes_and_undervotes_make_the_ballots_that_are_shown() -> None:
    """Withheld ballots are counted as ballots and in no vote."""
    for total in total_of(counts()).contests():
        allowed = election().contests[total.contest].votes_allowed
        shown = total.ballots - total.withheld_ballots
        assert sum(each.votes for each in total.votes) + total.undervotes == shown * allowed
    nation = _by_place(total_of(counts()).contests(), "REF")["NATION"]
    assert (nation.withheld_ballots, nation.stations_withheld, nation.stations_counted) == (7, 1, 4)
    assert nation.stations_expected == 5


def test_two_cards_count_for_one_choice() -> None:
    """A candidate's votes are those of all cards that show the candidate."""
    contest = election().contests["NOM-1"]
    votes = [OptionVotes(option=option.code, votes=number) for number, option in enumerate(contest.options, 1)]
    assert votes_by_choice(contest, votes) == {"ANA": 3, "BEA": 3, "CAI": 4}


def test_turnout_counts_registered_of_counted_stations_apart() -> None:
    """A station that never opened is registered, and not counted."""
    nation = total_of(counts()).turnout()[0]
    assert (nation.registered, nation.registered_counted) == (212, 192)
    assert (nation.stations_expected, nation.stations_counted) == (5, 4)
    assert (nation.cast, nation.identified) == (109, 117)


def test_no_edition_is_final_while_a_station_is_open() -> None:
    """Provisional results may be; final ones say that nothing can come any more."""
    stations = [StationResult(station=code, state=StationState.OUTSTANDING) for code in election().stations]

    def compiled(status: Literal["provisional", "final"]) -> Results:
        return compile_edition(election(), REGISTERED, stations, [], edition=1, status=status, issued_at=NIGHT)

    with pytest.raises(OutOfOrder):
        compiled("final")
    results = compiled("provisional")
    assert results.turnout[0].registered == 212
    assert [each.unfilled for each in results.seats] == [2, 1, 1, 5]


def test_somebody_elected_nominally_is_taken_off_the_list() -> None:
    """ANA stands in a circuit and heads a list; if the circuit elects her, the list's next one moves up."""
    tallies = {
        "NOM-1": [30, 30, 10, 0, 28],
        "LIST-N": [40, 5, 2, 2],
    }
    contests = []
    for contest in election().contests_of_station("A-01"):
        *votes, undervotes = tallies.get(contest.code, [0] * len(contest.options) + [49])
        each = tuple(OptionVotes(option=o.code, votes=v) for o, v in zip(contest.options, votes, strict=True))
        contests.append(ContestTally(contest=contest.code, ballots=49, votes=each, undervotes=undervotes))
    sums = total_of([StationCount("A-01", 51, 49, tuple(contests))])
    seats = allocate(election(), sums.contests(), SEED)
    persons = {each.contest: [one.person for one in each.elected] for each in elect(election(), seats)}
    assert persons["NOM-1"] == ["ANA", "BEA"]
    assert "ANA" not in persons["LIST-N"]
    assert persons["LIST-N"][0] == "L1"


def test_who_withdrew_takes_no_seat() -> None:
    """Before: the next on the list; after: the seat is filled again; who stands for no seat changes nothing."""
    sums = total_of(counts())
    seats = allocate(election(), sums.contests(), SEED)

    def persons(withdrawn: Withdrawn) -> list[str]:
        return [one.person for each in elect(election(), seats, withdrawn) for one in each.elected]

    winner = persons(NOBODY)[0]
    assert winner not in persons(Withdrawn(before=(winner,)))
    assert winner not in persons(Withdrawn(after=(winner,)))
    assert persons(Withdrawn(before=("NOT-STANDING",))) == persons(NOBODY)


def test_of_two_withdrawals_of_one_person_the_first_counts() -> None:
    """In the order of their serials."""
    first = Withdrawal(election="0" * 64, serial=1, candidate="ANA", when="after", reason="Resigned.", decided_at=NIGHT)
    again = msgspec.structs.replace(first, serial=2, when="before")
    other = msgspec.structs.replace(first, serial=3, candidate="BEA", when="before")
    assert withdrawn_of([first, again, other]) == Withdrawn(before=("BEA",), after=("ANA",))


VOTES = st.lists(st.integers(0, 10**9), min_size=3, max_size=3)


@settings(max_examples=50, deadline=None)
@given(st.lists(VOTES, min_size=2, max_size=2))
def test_any_two_stations_sum_exactly(numbers: list[list[int]]) -> None:
    """Whole numbers of any size, never rounded."""
    added = []
    for station, votes in zip(("A-01", "B-01"), numbers, strict=True):
        contest = election().contests["LIST-N"]
        each = tuple(OptionVotes(option=o.code, votes=v) for o, v in zip(contest.options, votes, strict=True))
        tally = ContestTally(contest="LIST-N", ballots=sum(votes), votes=each, undervotes=0)
        added.append(StationCount(station, 0, sum(votes), (tally,)))
    nation = _by_place(total_of(added).contests(), "LIST-N")["NATION"]
    assert [each.votes for each in nation.votes] == [a + b for a, b in zip(*numbers, strict=True)]
