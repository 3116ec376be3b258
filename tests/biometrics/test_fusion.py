"""Several fingers and tries add up as the rule says: each laid finger once, each stored finger once, the best way."""

from collections.abc import Sequence
from itertools import combinations, permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.biometrics.clouds import finger, jittered

from urna.biometrics.cylinders import encode
from urna.biometrics.fusion import StoredFinger, best_sums, finger_score, fused_score, scores_against, ways
from urna.biometrics.match import score

rows = st.integers(0, 4).flatmap(
    lambda width: st.lists(st.lists(st.floats(0.0, 1.0), min_size=width, max_size=width), min_size=1, max_size=5)
)


@given(rows)
def test_sums_are_the_greatest_of_all_ways(tries: list[list[float]]) -> None:
    """Against a search through every choice of tries and stored fingers."""
    expected = [_greatest(tries, count) for count in range(1, min(len(tries), len(tries[0])) + 1)]
    assert best_sums(tries) == pytest.approx(expected)


@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_tries_does_not_matter(tries: list[list[float]], chance: Random) -> None:
    """To the last bit."""
    shuffled = list(tries)
    chance.shuffle(shuffled)
    assert best_sums(shuffled) == best_sums(tries)


@given(rows)
def test_one_more_try_lowers_no_sum(tries: list[list[float]]) -> None:
    """Nobody is worse off for having tried again."""
    fewer, more = best_sums(tries[:-1]), best_sums(tries)
    assert all(before <= after for before, after in zip(fewer, more, strict=False))


def test_a_finger_laid_twice_counts_for_one_stored_finger() -> None:
    """Two good tries of one finger are not two fingers."""
    assert best_sums([(0.5, 0.01), (0.4, 0.02)]) == pytest.approx((0.5, 0.52))


def test_nothing_tried_has_no_sums() -> None:
    """And no stored finger neither."""
    assert best_sums([]) == best_sums([()]) == ()


def test_the_best_impression_counts() -> None:
    """A finger's score is the greatest over what is stored of it, and 0 where nothing is."""
    own = finger(1)
    impressions = (jittered(own, 1, 6.0), jittered(own, 2, 1.0))
    assert finger_score(encode(own), [encode(each) for each in impressions]) == score(own, impressions[1])
    assert finger_score(encode(own), []) == 0.0
    stored = [StoredFinger(2, (finger(3),)), StoredFinger(7, impressions)]
    assert scores_against(own, stored) == (score(own, finger(3)), score(own, impressions[1]))


def test_scores_of_positions_add_up() -> None:
    """The score of two people is the sum over the positions that both have."""
    assert fused_score({2: 0.25, 7: 0.5}) == 0.75
    assert fused_score({}) == 0


def test_a_stored_finger_shows_no_minutiae() -> None:
    """Which finger, how many impressions: no more is printed."""
    assert repr(StoredFinger(2, (finger(1),))) == "StoredFinger(position=2, impressions=1)"


@pytest.mark.parametrize(("count", "fingers", "tries"), [(1, 4, 8), (2, 4, 8), (2, 3, 4), (3, 3, 3), (4, 4, 4)])
def test_ways_are_counted(count: int, fingers: int, tries: int) -> None:
    """By listing them: stored fingers, the tries laid against them, an impression of each."""
    listed = [
        (stored, laid, seen)
        for stored in combinations(range(fingers), count)
        for laid in permutations(range(tries), count)
        for seen in range(2**count)
    ]
    assert ways(count, fingers, tries, impressions=2) == len(listed)


def _greatest(tries: Sequence[Sequence[float]], count: int) -> float:
    fingers = range(len(tries[0]))
    return max(
        sum(tries[at][finger] for at, finger in zip(laid, stored, strict=True))
        for laid in combinations(range(len(tries)), count)
        for stored in permutations(fingers, count)
    )
