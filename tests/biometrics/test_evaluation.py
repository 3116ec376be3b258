"""Error rates are the counted ones, protocols choose their pairs, and intervals draw fingers."""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.biometrics.clouds import finger, jittered

from urna.biometrics.cylinders import encode
from urna.biometrics.evaluation import (
    ScoreMatrix,
    all_pairs,
    draw_fingers,
    enrolled_pairs,
    fvc_pairs,
    intervals,
    score_matrix,
    weights_of,
)
from urna.biometrics.evaluation_rates import PairScores, error_rates, rates_at, upper_bound
from urna.errors import Malformed

few_scores = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=30)


def _pairs(genuine: list[float], impostor: list[float]) -> PairScores:
    zeros, ones = np.zeros(len(impostor), np.int64), np.ones(len(impostor), np.int64)
    own = np.zeros(len(genuine), np.int64)
    return PairScores(np.sort(genuine), own, np.sort(impostor), zeros, ones, 2)


PAIRS = _pairs([0.1, 0.3, 0.5, 0.7], [0.0, 0.05, 0.1, 0.1, 0.4])


def test_rates_are_counted_at_the_threshold() -> None:
    """At or above is a match."""
    assert rates_at(PAIRS, 0.1)[1:] == (Fraction(3, 5), Fraction(0))
    assert rates_at(PAIRS, 0.11)[1:] == (Fraction(1, 5), Fraction(1, 4))
    assert rates_at(PAIRS, 1.0)[1:] == (Fraction(0), Fraction(1))


def test_the_equal_error_rate_lies_where_the_rates_cross() -> None:
    """Here one of five against one of four; no false match costs two of four."""
    rates = error_rates(PAIRS)
    assert rates.equal == (Fraction(1, 5) + Fraction(1, 4)) / 2
    assert rates.fmr100 == rates.fmr1000 == rates.zero_fmr == Fraction(1, 2)


@given(few_scores, few_scores)
def test_rates_are_those_of_a_slow_count(genuine: list[float], impostor: list[float]) -> None:
    """Against every threshold, one after the other."""
    pairs = _pairs(genuine, impostor)
    every = [rates_at(pairs, float(value)) for value in np.unique([0.0, *genuine, *impostor, 1.5])]
    apart = min(abs(each.false_match - each.false_non_match) for each in every)
    nearest = [each for each in every if abs(each.false_match - each.false_non_match) == apart]
    rates = error_rates(pairs)
    assert rates.equal in {(each.false_match + each.false_non_match) / 2 for each in nearest}
    for rate, most in ((rates.fmr100, Fraction(1, 100)), (rates.fmr1000, Fraction(1, 1000)), (rates.zero_fmr, 0)):
        assert rate == min(_missed(pairs, value) for value in _steps(pairs) if _matched(pairs, value) <= most)


@given(few_scores, few_scores, st.integers(1, 5))
def test_a_score_that_stands_for_several_counts_as_often(genuine: list[float], impostor: list[float], n: int) -> None:
    """Weights are repetitions."""
    pairs, repeated = _pairs(genuine, impostor), _pairs(genuine * n, impostor * n)
    weights = (np.full(len(genuine), n), np.full(len(impostor), n))
    assert error_rates(pairs, *weights) == error_rates(repeated)


def test_no_event_leaves_three_in_n() -> None:
    """The rule of three, and a textbook case of Clopper and Pearson's upper limit."""
    assert upper_bound(0, 1000) == pytest.approx(0.002991, abs=1e-5)
    assert upper_bound(1, 20, doubt=0.025) == pytest.approx(0.2487, abs=1e-4)
    assert upper_bound(5, 5) == 1.0


def test_protocols_choose_their_pairs() -> None:
    """Three fingers with four impressions: all pairs, first impressions, and three enrolled against the others."""
    matrix = score_matrix([[encode(jittered(finger(n), 10 * n + k, 1.5)) for k in range(4)] for n in range(3)])
    every, fvc, enrolled = all_pairs(matrix), fvc_pairs(matrix), enrolled_pairs(matrix)
    assert (len(every.genuine), len(every.impostor)) == (3 * 6, 3 * 16)
    assert (len(fvc.genuine), len(fvc.impostor)) == (3 * 6, 3)
    assert enrolled is not None
    assert (len(enrolled.genuine), len(enrolled.impostor)) == (3 * 4, 3 * 4 * 8)
    assert every.genuine[0] > 5 * every.impostor[-1]
    assert enrolled.genuine.mean() > every.genuine.mean()


def test_a_probe_s_score_is_its_best_over_what_is_enrolled() -> None:
    """By hand: finger 0 has images 0 to 3, finger 1 has image 4."""
    scores = np.zeros((5, 5))
    for one, other in combinations(range(5), 2):
        scores[one, other] = scores[other, one] = (10 * one + other) / 100
    matrix = ScoreMatrix(scores, np.array([0, 0, 0, 0, 1]), np.array([0, 1, 2, 3, 0]))
    found = enrolled_pairs(matrix)
    assert found is not None
    assert found.genuine.tolist() == [0.03, 0.13, 0.23, 0.23]  # probes 0, 1, 2 or 3, the other three enrolled
    assert found.impostor.tolist() == [0.24, 0.34, 0.34, 0.34]


def test_too_few_fingers_are_refused() -> None:
    """One finger, or no finger twice."""
    with pytest.raises(Malformed, match="two fingers"):
        score_matrix([[encode(finger(1)), encode(finger(1))]])
    with pytest.raises(Malformed, match="two impressions"):
        score_matrix([[encode(finger(1))], [encode(finger(2))]])


def test_fingers_are_drawn_the_same_by_anybody() -> None:
    """As many as there are, by SHA-256 of a number: this was worked out with sha256sum."""
    drawn = draw_fingers("set", 10, 0)
    assert drawn.sum() == 10
    assert drawn.tolist() == draw_fingers("set", 10, 0).tolist() == [0, 1, 1, 0, 2, 2, 1, 3, 0, 0]
    assert drawn.tolist() != draw_fingers("set", 10, 1).tolist()


def test_an_interval_holds_its_rate_and_draws_fingers_not_pairs() -> None:
    """One bad finger of ten makes a wide interval, where a thousand pairs would make a narrow one."""
    owners = np.repeat(np.arange(10), 100)
    genuine = np.where(owners == 0, 0.0, 1.0)
    order = np.argsort(genuine, kind="stable")
    one, other = (np.array(each) for each in zip(*combinations(range(10), 2), strict=True))
    pairs = PairScores(genuine[order], owners[order], np.full(45, 0.5), one, other, 10)
    found = intervals(pairs, "set", 200)
    assert found[3].rate == Fraction(1, 10)
    assert found[3].low == 0
    assert found[3].high >= Fraction(3, 10)
    assert all(each.low <= each.rate <= each.high for each in found)
    weights = weights_of(pairs, "set", 3)
    assert weights is not None
    assert weights[0].sum() == 1000


def _steps(pairs: PairScores) -> list[float]:
    values = np.concatenate((pairs.genuine, pairs.impostor))
    return [0.0, *map(float, values), *(float(np.nextafter(value, 2.0)) for value in values)]


def _missed(pairs: PairScores, value: float) -> Fraction:
    return rates_at(pairs, value).false_non_match


def _matched(pairs: PairScores, value: float) -> Fraction:
    return rates_at(pairs, value).false_match
