"""Thresholds for two people, worked out a second way: by counting random sums."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.random import PCG64, Generator

from urna.biometrics.calibration import CELL
from urna.biometrics.calibration_model import impostor_chances
from urna.biometrics.pair_rule import best_of, pair_scores_at
from urna.errors import Malformed
from urna.storage.calibration_file import shipped_calibration

SETS = shipped_calibration().sets


@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=8), st.integers(1, 9))
def test_the_best_of_one_is_itself_and_of_more_is_a_distribution_further_up(weights: list[float], count: int) -> None:
    """All chances add up to one, and every cell is reached at least as often."""
    chances = np.array(weights) / sum(weights)
    best = best_of(chances, count)
    assert best.sum() == pytest.approx(1)
    assert np.allclose(best_of(chances, 1), chances)
    assert (np.cumsum(best) <= np.cumsum(chances) + 1e-12).all()


@pytest.mark.parametrize("impressions", [1, 2])
def test_as_many_random_pairs_of_strangers_reach_it_as_it_says(impressions: int) -> None:
    """100,000 pairs drawn from the model: of one to four fingers, 1 in 100 reaches the threshold, within a fifth."""
    rate, pairs = Fraction(1, 100), 100_000
    (one,) = SETS[:1]
    chances = impostor_chances(one.impostor, one.tail.start, one.tail.tail)
    random = Generator(PCG64(5))
    shape = (4, impressions**2, pairs)
    drawn = random.choice(len(chances), size=shape, p=chances / chances.sum()) * CELL
    totals = np.cumsum(drawn.max(axis=1), axis=0)
    for scores, threshold in zip(totals, pair_scores_at([one], rate, impressions), strict=True):
        assert 0.8 * pairs / 100 <= (scores >= threshold).sum() <= 1.02 * pairs / 100 + 60


def test_rarer_more_impressions_and_more_pairings_ask_for_more() -> None:
    """And more fingers for a greater sum; one finger can be paired in one way only."""
    usual = pair_scores_at(SETS, Fraction(1, 10**6))
    assert list(usual) == sorted(usual)
    rarer, more = pair_scores_at(SETS, Fraction(1, 10**8)), pair_scores_at(SETS, Fraction(1, 10**6), 3)
    across = pair_scores_at(SETS, Fraction(1, 10**6), across=True)
    assert all(high > low for high, low in zip((*rarer, *more, *across[1:]), (*usual, *usual, *usual[1:]), strict=True))
    assert across[0] == usual[0]


def test_the_set_that_asks_for_most_decides() -> None:
    """Cell by cell, whatever the others say."""
    each = [pair_scores_at([one], Fraction(1, 10**7)) for one in SETS]
    assert pair_scores_at(SETS, Fraction(1, 10**7)) == tuple(map(max, zip(*each, strict=True)))


@pytest.mark.parametrize("rate", [Fraction(0), Fraction(1), Fraction(1, 10**16)])
def test_a_rate_that_the_model_says_nothing_about_is_refused(rate: Fraction) -> None:
    """Nothing is extrapolated without end."""
    with pytest.raises(Malformed):
        pair_scores_at(SETS, rate)
