"""Error rates from the scores of known pairs.

Genuine pairs are two impressions of one finger, impostor pairs of two fingers. The false match rate (FMR) is
the share of impostor scores at or above the threshold, the false non-match rate (FNMR) the share of genuine
scores below it (ISO/IEC 19795-1:2021). Rates are fractions of counted pairs, so the counts can be read off.
"""

import math
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from urna.biometrics.cylinders import Indices, Reals


class PairScores(NamedTuple):
    """Scores of chosen pairs, each kind sorted upwards; whose they are as numbers of fingers, shapes (pairs,)."""

    genuine: Reals
    genuine_of: Indices
    impostor: Reals
    impostor_one: Indices
    impostor_other: Indices
    fingers: int


class ErrorRates(NamedTuple):
    """Equal error rate, and the false non-match rate at three false match rates."""

    equal: Fraction
    fmr100: Fraction
    fmr1000: Fraction
    zero_fmr: Fraction


class Rates(NamedTuple):
    """False match and false non-match rate at a threshold."""

    threshold: float
    false_match: Fraction
    false_non_match: Fraction


def error_rates(pairs: PairScores, genuine: Indices | None = None, impostor: Indices | None = None) -> ErrorRates:
    """The four rates.

    Args:
        pairs: at least one of each kind.
        genuine: how many pairs each genuine score stands for; one, if not given.
        impostor: the same for the impostor scores.
    """
    curve = det_curve(pairs, genuine, impostor)
    return ErrorRates(
        _equal_error(curve),
        *(_missed_at(curve, most) for most in (Fraction(1, 100), Fraction(1, 1000), Fraction(0))),
    )


class DetCurve(NamedTuple):
    """At each threshold how many genuine pairs are missed and how many impostor pairs match; shapes (thresholds,)."""

    thresholds: Reals
    missed: Indices
    matched: Indices
    genuine: int
    impostor: int


def det_curve(pairs: PairScores, genuine: Indices | None = None, impostor: Indices | None = None) -> DetCurve:
    """Every threshold that changes a count, from 0 up to just above the greatest score; arguments as `error_rates`."""
    greatest = max(pairs.genuine[-1], pairs.impostor[-1])
    values = np.unique(np.concatenate((pairs.genuine, pairs.impostor, [0.0, math.nextafter(greatest, 2.0)])))
    below = _counted_below(pairs.genuine, genuine, values)
    refused = _counted_below(pairs.impostor, impostor, values)
    own = len(pairs.genuine) if genuine is None else int(genuine.sum())
    others = len(pairs.impostor) if impostor is None else int(impostor.sum())
    return DetCurve(values, below, others - refused, own, others)


def rates_at(pairs: PairScores, threshold: float) -> Rates:
    """Both rates if a score of `threshold` or more is a match."""
    missed = int(np.searchsorted(pairs.genuine, threshold, side="left"))
    matched = len(pairs.impostor) - int(np.searchsorted(pairs.impostor, threshold, side="left"))
    return Rates(threshold, Fraction(matched, len(pairs.impostor)), Fraction(missed, len(pairs.genuine)))


def upper_bound(events: int, trials: int, doubt: float = 0.05) -> float:
    """The highest rate that leaves at least `doubt` probability to so few events (Clopper and Pearson 1934).

    3/n for no event in n trials. It takes the trials as independent; pairs that share a finger are not quite.
    """
    low, high = events / trials, 1.0
    for _ in range(60):
        middle = (low + high) / 2.0
        if _at_most(events, trials, middle) > doubt:
            low = middle
        else:
            high = middle
    return high


def _at_most(events: int, trials: int, rate: float) -> float:
    """Probability of at most so many events, binomial."""
    if rate >= 1.0:
        return 1.0 if events >= trials else 0.0
    terms = (
        math.lgamma(trials + 1) - math.lgamma(k + 1) - math.lgamma(trials - k + 1)
        + k * math.log(rate) + (trials - k) * math.log1p(-rate)
        for k in range(events + 1)
    )  # fmt: skip
    return math.fsum(math.exp(term) for term in terms)


def _counted_below(scores: Reals, weights: Indices | None, values: Reals) -> Indices:
    places = np.searchsorted(scores, values, side="left")
    if weights is None:
        return places.astype(np.int64)
    summed: NDArray[np.int64] = np.concatenate(([0], np.cumsum(weights)))
    return summed[places]


def _equal_error(curve: DetCurve) -> Fraction:
    """The mean of both rates at the threshold where they are nearest to each other, the lowest of several."""
    apart = np.abs(curve.matched * curve.genuine - curve.missed * curve.impostor)
    at = int(np.argmin(apart))
    matched, missed = int(curve.matched[at]), int(curve.missed[at])
    return (Fraction(matched, curve.impostor) + Fraction(missed, curve.genuine)) / 2


def _missed_at(curve: DetCurve, most: Fraction) -> Fraction:
    """The false non-match rate at the lowest threshold with at most so many false matches."""
    allowed = math.floor(most * curve.impostor)
    at = int(np.searchsorted(-curve.matched, -allowed, side="left"))
    return Fraction(int(curve.missed[at]), curve.genuine)
