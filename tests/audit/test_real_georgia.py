"""Georgia 2016, a parallel system: stations audited on simulated paper, sheets that do not add up included."""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from functools import partial

import pytest
from tests.audit.real_georgia import (
    FOLDER,
    Outcome,
    Part,
    Station,
    as_reported,
    at_worst,
    audit,
    by_district,
    is_borne_out,
    read,
    table_of,
    totals,
)
from tests.shared import shared

from urna.audit.contest_assertions import Assertions, Contested, as_one, of_parallel, runoff, super_majority
from urna.audit.risk.batches import bounds
from urna.audit.weights import largest_bounds
from urna.election.seats import AllocationRule, SeatMethod, SecondRound, Threshold, allocate_seats

LIMIT = Fraction(1, 20)
SEED = "20161008314159265358"
LISTS = "LISTS"
GD, UNM, PATRIOTS = "L41", "L5", "L8"
"""Georgian Dream, United National Movement, Alliance of Patriots."""


@pytest.fixture(scope="module")
def lists() -> tuple[Station, ...]:
    """The sheets of the vote for lists."""
    return read(shared(FOLDER) / "2016_official_parl_party.csv")


@pytest.fixture(scope="module")
def districts() -> dict[str, list[Station]]:
    """The sheets of the vote in districts, by district."""
    return by_district(read(shared(FOLDER) / "2016_official_parl_major.csv"))


def list_rule(threshold: str) -> AllocationRule:
    """77 seats by D'Hondt among lists past a threshold (the law of 2016 had quotas; D'Hondt is this test's choice)."""
    return AllocationRule(method=SeatMethod.DHONDT, seats=77, threshold=Threshold(share=threshold))


def contested(stations: Sequence[Station], contest: str, rule: AllocationRule) -> Contested:
    """The allocation that the sheets give."""
    return Contested(allocate_seats(contest, rule, totals(stations)))


def list_assertions(lists: tuple[Station, ...]) -> Assertions:
    """Of the lists alone, with the threshold of one in twenty."""
    return of_parallel([contested(lists, LISTS, list_rule("1/20"))])[LISTS]


def parallel(lists: tuple[Station, ...], districts: dict[str, list[Station]], threshold: str) -> dict[str, Assertions]:
    """Of the whole system: lists, and a seat in each district by majority, in one or two rounds."""
    seat = AllocationRule(method=SeatMethod.MAJORITY, seats=1, second_round=SecondRound())
    nominal = [contested(stations, f"D{code}", seat) for code, stations in districts.items()]
    return of_parallel([contested(lists, LISTS, list_rule(threshold)), *nominal])


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
        ends[code] = audit([Part(assertions, stations, found)], f"{SEED}/{code}", LIMIT)
    assert len(ends) == 73
    assert all(end.risk <= LIMIT for end in ends.values())
    by_sample = [end for end in ends.values() if not end.is_full]
    assert len(by_sample) == 34
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
        end = audit([Part(assertions, stations, found)], f"{SEED}/{code}", LIMIT)
        is_right = all(assertion.weigh(true) > 0 for assertion in assertions)
        assert (end.risk <= LIMIT) == is_right
        samples += not end.is_full
        if not is_right:
            overturned.append(code)
    assert samples == 32
    assert overturned == ["03", "73"], "the margins to the half are within what does not add up"


def test_the_threshold_of_the_lists_needs_every_box(lists: tuple[Station, ...]) -> None:
    """The third list stands 46/20 votes below one in twenty, and 5,572 votes do not add up: no sample can say."""
    assertions = list_assertions(lists)
    votes = totals(lists)
    assert votes[PATRIOTS] * 20 - sum(votes.values()) == -46
    end = audit([Part(assertions, lists, {station.code: as_reported(station) for station in lists})], SEED, LIMIT)
    assert end == Outcome(3668, is_full=True, risk=Fraction(0))


def test_votes_that_do_not_add_up_can_overturn_the_threshold(lists: tuple[Station, ...]) -> None:
    """If the missing votes are the third list's, every box is counted and the reported outcome is not confirmed."""
    assertions = list_assertions(lists)
    found = {station.code: at_worst(GD, PATRIOTS, station) for station in lists}
    end = audit([Part(assertions, lists, found)], SEED, LIMIT)
    assert end == Outcome(3668, is_full=True, risk=Fraction(1))


def test_the_first_list_is_confirmed_by_a_few_stations_even_at_worst(lists: tuple[Station, ...]) -> None:
    """378,670 votes ahead of the second: all 5,572 votes against it change nothing, and few boxes show it."""
    (ahead,) = super_majority("FIRST", totals(lists), GD, Fraction(2, 5))
    worst = partial(at_worst, GD, UNM)
    for paper in (as_reported, worst):
        end = audit([Part([ahead], lists, {station.code: paper(station) for station in lists})], SEED, LIMIT)
        assert not end.is_full
        assert end.drawn == 20
        assert end.risk <= LIMIT


def parts_of(
    sets: dict[str, Assertions], lists: tuple[Station, ...], districts: dict[str, list[Station]]
) -> dict[str, Part]:
    """The contests of these sets, with boxes that hold what the sheets say."""
    sheets = {LISTS: list(lists)} | {f"D{code}": stations for code, stations in districts.items()}
    return {
        contest: Part(assertions, sheets[contest], {one.code: as_reported(one) for one in sheets[contest]})
        for contest, assertions in sets.items()
    }


def test_the_parallel_system_as_a_whole_is_one_verdict_from_every_box(
    lists: tuple[Station, ...], districts: dict[str, list[Station]]
) -> None:
    """74 contests, 3,687 stations of either file: the thinnest margins make it a full count, which confirms all."""
    sets = parallel(lists, districts, "1/20")
    assert len(sets) == 74
    parts = list(parts_of(sets, lists, districts).values())
    assert len(as_one(sets)) == sum(len(part.assertions) for part in parts)
    assert audit(parts, SEED, LIMIT) == Outcome(3687, is_full=True, risk=Fraction(0))


def test_one_contest_that_the_paper_refutes_refutes_the_whole(
    lists: tuple[Station, ...], districts: dict[str, list[Station]]
) -> None:
    """District 03 on the worst paper that its sheets allow; the 73 other outcomes stand."""
    parts = parts_of(parallel(lists, districts, "1/20"), lists, districts)
    votes = totals(districts["03"])
    first, second = sorted(votes, key=lambda one: -votes[one])[:2]
    worst = {station.code: at_worst(first, second, station) for station in districts["03"]}
    parts["D03"] = parts["D03"]._replace(found=worst)
    assert [contest for contest, part in parts.items() if not is_borne_out(part)] == ["D03"]
    assert audit(list(parts.values()), SEED, LIMIT) == Outcome(3687, is_full=True, risk=Fraction(1))


def test_safe_outcomes_of_lists_and_districts_share_one_draw_and_one_limit(
    lists: tuple[Station, ...], districts: dict[str, list[Station]]
) -> None:
    """The first list above two fifths, and 16 districts whose bounds are within eight margins: one sample for all."""
    parts = parts_of(parallel(lists, districts, "1/20"), lists, districts)
    safe = [part for contest, part in parts.items() if contest != LISTS and _margins(part) <= 8]
    ahead = super_majority(LISTS, totals(lists), GD, Fraction(2, 5))
    end = audit([parts[LISTS]._replace(assertions=ahead), *safe], SEED, LIMIT)
    assert len(safe) == 16
    assert not end.is_full
    assert end.drawn == 259
    assert 0 < end.risk <= LIMIT


def _margins(part: Part) -> Fraction:
    table = table_of(part.stations)
    return sum(largest_bounds([bounds(each, table) for each in part.assertions]), Fraction(0))
