"""Georgia 2016, a parallel system: stations audited on simulated paper, sheets that do not add up included."""

from collections import Counter
from fractions import Fraction
from functools import partial

import pytest
from tests.audit.real_georgia import (
    FOLDER,
    Station,
    as_reported,
    at_worst,
    audit,
    by_district,
    read,
    table_of,
    totals,
)
from tests.shared import shared

from urna.audit.assertions import Assertion
from urna.audit.contest_assertions import ListRule, list_seats, runoff
from urna.election.allocation_rule import SeatMethod

LIMIT = Fraction(1, 20)
SEED = "20161008314159265358"
GD, UNM, PATRIOTS = "41 - Georgian Dream", "5 - United National Movement", "8 - Alliance of Patriots"
SEATS = 77


@pytest.fixture(scope="module")
def lists() -> tuple[Station, ...]:
    """The sheets of the vote for lists."""
    return read(shared(FOLDER) / "2016_official_parl_party.csv")


@pytest.fixture(scope="module")
def districts() -> dict[str, list[Station]]:
    """The sheets of the vote in districts, by district."""
    return by_district(read(shared(FOLDER) / "2016_official_parl_major.csv"))


def highest(votes: dict[str, int], free: tuple[str, ...]) -> dict[str, int]:
    """D'Hondt by hand: the 77 highest quotients of these lists."""
    quotients = sorted(((Fraction(votes[one], by), one) for one in free for by in range(1, SEATS + 1)), reverse=True)
    won = [one for _, one in quotients[:SEATS]]
    return {one: won.count(one) for one in free}


def list_assertions(lists: tuple[Station, ...], threshold: Fraction) -> tuple[Assertion, ...]:
    """77 seats by D'Hondt among lists past a threshold (the law of 2016 had quotas; D'Hondt is this test's choice)."""
    votes = dict(totals(lists))
    passed = tuple(one for one in votes if votes[one] >= threshold * sum(votes.values()))
    rule = ListRule(SeatMethod.DHONDT, threshold)
    return list_seats("LISTS", votes, highest(votes, passed), rule)


def test_the_sheets_that_do_not_add_up_are_counted_and_kept(lists: tuple[Station, ...]) -> None:
    """Lists' votes that are not the valid votes: 1,033 rows of 3,668, 908 with too few and 125 with too many."""
    gaps = [station.gap for station in lists if station.gap]
    assert (len(lists), len(gaps)) == (3668, 1033)
    assert (sum(gap > 0 for gap in gaps), sum(gap < 0 for gap in gaps)) == (908, 125)
    assert sum(map(abs, gaps)) == 5572


def test_a_sheet_that_does_not_add_up_has_room_for_what_it_says_and_phantoms_for_what_it_does_not(
    lists: tuple[Station, ...],
) -> None:
    """No station is dropped, none holds more than its bound, and each missing vote is a card that may be drawn."""
    table = table_of(lists)
    assert len(table.cards) == 3668
    assert int(table.votes.sum()) == sum(totals(lists).values()) == 1_751_506
    for station, cards in zip(lists, table.cards, strict=True):
        accounted = sum(station.votes.values()) + station.invalid
        assert cards - accounted == max(0, station.gap)
        assert cards >= station.signatures


def test_districts_sheets_are_audited_by_the_rule_of_two_rounds(districts: dict[str, list[Station]]) -> None:
    """All 73: each ends with its outcome confirmed, by a sample or, where the margin is thin, by every box."""
    ends = {}
    for code, stations in districts.items():
        assertions = runoff(code, totals(stations), Fraction(1, 2))
        found = {station.code: as_reported(station) for station in stations}
        ends[code] = audit(assertions, stations, found, f"{SEED}/{code}", LIMIT)
    assert len(ends) == 73
    assert all(end.risk <= LIMIT for end in ends.values())
    by_sample = [end for end in ends.values() if not end.is_full]
    assert len(by_sample) == 36
    assert all(end.drawn < len(districts[code]) for code, end in ends.items() if not end.is_full)
    assert ends["50"].is_full, "one has more than half by a quarter of a vote: 15,152 of 30,303"


def test_districts_sheets_without_valid_votes_are_measured_by_signatures(districts: dict[str, list[Station]]) -> None:
    """Their file has no valid votes, so votes and invalid ones are compared with signatures: 2,083 short, 55 above."""
    gaps = [station.gap for stations in districts.values() for station in stations]
    assert (len(gaps), sum(gap > 0 for gap in gaps), sum(gap < 0 for gap in gaps)) == (3495, 2083, 55)


def test_no_district_is_confirmed_against_the_worst_paper_its_sheets_allow(districts: dict[str, list[Station]]) -> None:
    """Missing votes all the second's, surplus ones all the first's: a full count decides wherever that turns it."""
    overturned, samples = [], 0
    for code, stations in districts.items():
        votes = totals(stations)
        first, second = sorted(votes, key=lambda one: -votes[one])[:2]
        assertions = runoff(code, votes, Fraction(1, 2))
        found = {station.code: at_worst(first, second, station) for station in stations}
        true = Counter[str]()
        for box in found.values():
            true.update(box)
        end = audit(assertions, stations, found, f"{SEED}/{code}", LIMIT)
        is_right = all(assertion.weigh(true) > 0 for assertion in assertions)
        assert (end.risk <= LIMIT) == is_right
        samples += not end.is_full
        if not is_right:
            overturned.append(code)
    assert samples == 32
    assert overturned == ["03", "73"], "the margins to the half are within what does not add up"


def test_the_threshold_of_the_lists_needs_every_box(lists: tuple[Station, ...]) -> None:
    """The third list stands 46/20 votes below one in twenty, and 5,572 votes do not add up: no sample can say."""
    assertions = list_assertions(lists, Fraction(1, 20))
    votes = totals(lists)
    assert votes[PATRIOTS] * 20 - sum(votes.values()) == -46
    end = audit(assertions, lists, {station.code: as_reported(station) for station in lists}, SEED, LIMIT)
    assert (end.is_full, end.drawn, end.risk) == (True, 3668, 0)


def test_votes_that_do_not_add_up_can_overturn_the_threshold(lists: tuple[Station, ...]) -> None:
    """If the missing votes are the third list's, every box is counted and the reported outcome is not confirmed."""
    assertions = list_assertions(lists, Fraction(1, 20))
    found = {station.code: at_worst(GD, PATRIOTS, station) for station in lists}
    end = audit(assertions, lists, found, SEED, LIMIT)
    assert (end.is_full, end.risk) == (True, 1)


def test_the_first_list_is_confirmed_by_a_few_stations_even_at_worst(lists: tuple[Station, ...]) -> None:
    """378,670 votes ahead of the second: all 5,572 votes against it change nothing, and few boxes show it."""
    ahead = next(each for each in runoff("FIRST", totals(lists), Fraction(2, 5)) if each.name.startswith(GD))
    worst = partial(at_worst, GD, UNM)
    for paper in (as_reported, worst):
        end = audit([ahead], lists, {station.code: paper(station) for station in lists}, SEED, LIMIT)
        assert not end.is_full
        assert end.drawn == 20
        assert end.risk <= LIMIT
