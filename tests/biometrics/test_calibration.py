"""Error rates are the counted ones."""

from fractions import Fraction

import numpy as np
import pytest
from tests.biometrics.clouds import finger, jittered

from urna.biometrics.calibration import (
    Scores,
    equal_error_rate,
    rates_at,
    rates_at_false_match,
    score_all_pairs,
    upper_bound,
)

SCORES = Scores(genuine=np.array([0.1, 0.3, 0.5, 0.7]), impostor=np.array([0.0, 0.05, 0.1, 0.1, 0.4]))


def test_rates_are_counted_at_the_threshold() -> None:
    """At or above is a match."""
    assert rates_at(SCORES, 0.1)[1:] == (Fraction(3, 5), Fraction(0))
    assert rates_at(SCORES, 0.11)[1:] == (Fraction(1, 5), Fraction(1, 4))
    assert rates_at(SCORES, 1.0)[1:] == (Fraction(0), Fraction(1))


def test_the_lowest_threshold_for_a_false_match_rate() -> None:
    """Just above the first score that must be refused."""
    assert rates_at_false_match(SCORES, Fraction(1, 5))[1:] == (Fraction(1, 5), Fraction(1, 4))
    strict = rates_at_false_match(SCORES, Fraction(0))
    assert strict[1:] == (Fraction(0), Fraction(1, 2))
    assert 0.4 < strict.threshold < 0.4001


def test_the_equal_error_rate_lies_where_the_rates_cross() -> None:
    """Here one of five against one of four."""
    assert equal_error_rate(SCORES) == (Fraction(1, 5) + Fraction(1, 4)) / 2


def test_no_event_leaves_three_in_n() -> None:
    """The rule of three, and a textbook case of Clopper and Pearson's upper limit."""
    assert upper_bound(0, 1000) == pytest.approx(0.002991, abs=1e-5)
    assert upper_bound(1, 20, doubt=0.025) == pytest.approx(0.2487, abs=1e-4)
    assert upper_bound(5, 5) == 1.0


def test_all_pairs_are_compared_once() -> None:
    """Three fingers with two impressions: 3 genuine and 12 impostor pairs, apart."""
    scores = score_all_pairs([[finger(n), jittered(finger(n), n, 1.5)] for n in range(3)])
    assert (len(scores.genuine), len(scores.impostor)) == (3, 12)
    assert scores.genuine[0] > 5 * scores.impostor[-1]
