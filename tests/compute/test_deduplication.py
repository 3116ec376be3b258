"""People enrolled twice are found by their fingers, whatever the parts, processes and order."""

from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.compute.people import POSITIONS, finger, prints_of

from urna.biometrics.pairs import pair_score, pair_score_across
from urna.compute.deduplication import (
    Hit,
    Plan,
    Search,
    hand_of,
    in_processes,
    parts_of,
    prepare,
    search_part,
    search_parts,
    slices_of,
)
from urna.compute.impressions import impressions_of
from urna.compute.processes import over_processes
from urna.errors import Malformed
from urna.roll.deduplication_report import DuplicateRule

RULE = DuplicateRule(scores=(60_000, 80_000, 90_000, 100_000), false_match_rate="1/1000000000")
PLAN = Plan(positions=(1, 6), rule=RULE, candidates=5)
PEOPLE = [(who, 0) for who in range(14)] + [(3, 1), (8, 2)]
TWICE = [(3, 14), (8, 15)]
EVERYBODY = range(len(PEOPLE))
here = partial(over_processes, processes=1)


@pytest.fixture(scope="module")
def search() -> Search:
    """Sixteen enrolments of fourteen people."""
    return prepare(prints_of(PEOPLE), PLAN, EVERYBODY, here)


def pairs(hits: tuple[Hit, ...]) -> list[tuple[int, int]]:
    """Who is in each hit."""
    return [(hit.one, hit.other) for hit in hits]


def test_people_enrolled_twice_are_hits_and_nobody_else_is(search: Search) -> None:
    """Each hit has the scores of all four fingers."""
    found = search_part(search, range(len(PEOPLE)))
    assert pairs(found.hits) == TWICE
    assert [[pair.one for pair in hit.score.fingers] for hit in found.hits] == [list(POSITIONS)] * 2
    assert found.probes == 2 * len(PEOPLE)


def test_the_exact_scan_finds_the_same_and_compares_five_others_of_each() -> None:
    """People after the person only, so the last ones have fewer; more for the pairs that go on."""
    found = search_part(prepare(prints_of(PEOPLE), PLAN._replace(exact=True), EVERYBODY, here), range(len(PEOPLE)))
    assert pairs(found.hits) == TWICE
    screened = 2 * sum(min(5, len(PEOPLE) - 1 - person) for person in range(len(PEOPLE)))
    assert found.comparisons >= screened + len(TWICE) * (2 + 4)


@given(size=st.integers(1, 20))
@settings(max_examples=3, deadline=None)
def test_the_parts_make_no_difference(search: Search, size: int) -> None:
    """However the people are cut, the hits are the same, each found in at least one part."""
    whole = set(search_part(search, range(len(PEOPLE))).hits)
    found = list(search_parts(search, parts_of(len(PEOPLE), size), here))
    assert {hit for each in found for hit in each.hits} == whole


@given(count=st.integers(2, 6))
@settings(max_examples=3, deadline=None)
def test_slices_find_what_the_whole_finds(count: int) -> None:
    """Each pair in the slice of the later person, by whoever comes before the slice's end."""
    prints = prints_of(PEOPLE)
    found = []
    for slice_ in slices_of(len(PEOPLE), count):
        search = prepare(prints, PLAN, slice_, here)
        hits = [hit for part in parts_of(slice_.stop, 7) for hit in search_part(search, part).hits]
        assert all(hit.other in slice_ for hit in hits)
        found += pairs(tuple(hits))
    assert sorted(found) == TWICE


def test_processes_make_no_difference(search: Search) -> None:
    """Two processes give the parts' results in order."""
    parts = parts_of(len(PEOPLE), 6)
    two = partial(over_processes, processes=2, worth_it=2, chunk=1)
    assert list(search_parts(search, parts, two)) == [search_part(search, part) for part in parts]
    assert in_processes.keywords == {"worth_it": 2, "chunk": 1}  # type: ignore[attr-defined]


def test_a_finger_filed_in_the_wrong_place_is_found_across_positions_only() -> None:
    """A second enrolment with left and right exchanged."""
    swapped = {1: 6, 2: 7, 6: 1, 7: 2}
    prints = {
        at: impressions_of(
            [*((n, finger(n, at, 0).to_iso()) for n in range(6)), (6, finger(2, swapped[at], 1).to_iso())]
        )
        for at in POSITIONS
    }
    assert not search_part(prepare(prints, PLAN, EVERYBODY, here), range(7)).hits
    across = search_part(prepare(prints, PLAN._replace(across=True), EVERYBODY, here), range(7))
    assert pairs(across.hits) == [(2, 6)]
    assert {(pair.one, pair.other) for pair in across.hits[0].score.fingers} == set(swapped.items())


def test_several_impressions_count_by_the_best() -> None:
    """An elector with two impressions of each finger, one of them of somebody else, is still found."""
    prints = {
        at: impressions_of(
            [(0, finger(0, at, 0).to_iso()), (1, finger(5, at, 0).to_iso()), (1, finger(0, at, 1).to_iso())]
        )
        for at in (1, 6)
    }
    search = prepare(prints, PLAN, EVERYBODY, here)
    assert pairs(search_part(search, range(2)).hits) == [(0, 1)]
    one, other = hand_of(prints, 0), hand_of(prints, 1)
    alone = {at: other[at][1:] for at in other}
    assert pair_score(one, other) == pair_score(one, alone)


def test_whoever_has_no_searched_finger_is_searched_by_nobody() -> None:
    """No probe and no hit; with a common finger that is not searched, nothing is found either."""
    prints = prints_of([(0, 0), (0, 1)], positions=(2,))
    found = search_part(prepare(prints, PLAN, EVERYBODY, here), range(2))
    assert (found.hits, found.probes, found.comparisons) == ((), 0, 0)


def test_two_people_without_a_common_finger_have_no_score() -> None:
    """And across positions every finger is used once."""
    one = hand_of(prints_of([(0, 0)], positions=(1, 2)), 0)
    other = hand_of(prints_of([(0, 1)], positions=(6, 7)), 0)
    assert pair_score(one, other) == (0, ())
    fingers = pair_score_across(one, {**other, 1: one[1]}).fingers
    assert len({pair.one for pair in fingers}) == len({pair.other for pair in fingers}) == 2
    assert any(pair.one == pair.other == 1 for pair in fingers)


@given(st.permutations(POSITIONS), st.permutations(POSITIONS))
@settings(max_examples=10, deadline=None)
def test_the_order_of_fingers_makes_no_difference(one: list[int], other: list[int]) -> None:
    """Nor who comes first, up to rounding."""
    prints = prints_of([(0, 0), (0, 1)])
    a, b = hand_of(prints, 0), hand_of(prints, 1)
    expected = pair_score(a, b)
    assert pair_score({at: a[at] for at in one}, {at: b[at] for at in other}) == expected
    assert pair_score(b, a).total == pytest.approx(expected.total, abs=1e-9)
    across = pair_score_across(a, b)
    assert across.total >= expected.total
    assert pair_score_across(b, a).total == pytest.approx(across.total, abs=1e-9)


def test_a_damaged_record_stops_the_search_before_it_begins() -> None:
    """It is not passed over, and no record is in a repr."""
    good, cut = finger(0, 1, 0).to_iso(), finger(1, 1, 0).to_iso()[:-1]
    bad = impressions_of([(0, good), (1, cut)])
    for position in (1, 2):
        for spread in (here, partial(over_processes, processes=2, worth_it=1, chunk=1)):
            with pytest.raises(Malformed, match="ISO/IEC 19794-2"):
                prepare({position: bad}, PLAN, EVERYBODY, spread)
    assert repr(bad) == "Impressions(2)"
