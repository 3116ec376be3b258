"""What a threshold is worth: error rates from scores of known pairs.

Genuine pairs are two impressions of one finger, impostor pairs of two fingers. The false match rate (FMR) is
the share of impostor scores at or above the threshold, the false non-match rate (FNMR) the share of genuine
scores below it (ISO/IEC 19795-1:2021). Rates are fractions of counted pairs, so the counts can be read off.
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from typing import NamedTuple

import numpy as np

from urna.biometrics.cylinders import Reals, encode
from urna.biometrics.match import score_cylinders
from urna.biometrics.template import Template


class Scores(NamedTuple):
    """Scores of known pairs, each array sorted upwards and not empty."""

    genuine: Reals
    impostor: Reals


class Rates(NamedTuple):
    """False match and false non-match rate at a threshold."""

    threshold: float
    false_match: Fraction
    false_non_match: Fraction


def score_all_pairs(fingers: Sequence[Sequence[Template]]) -> Scores:
    """Every impression against every other, once.

    Args:
        fingers: for each finger its impressions; at least two fingers, one of them with two impressions.
    """
    owned = [(owner, encode(template)) for owner, own in enumerate(fingers) for template in own]
    pairs = [(a == b, score_cylinders(one, other)) for (a, one), (b, other) in combinations(owned, 2)]
    genuine, impostor = (np.sort([score for same, score in pairs if same is wanted]) for wanted in (True, False))
    return Scores(genuine, impostor)


def rates_at(scores: Scores, threshold: float) -> Rates:
    """Both rates if a score of `threshold` or more is a match."""
    rejected = int(np.searchsorted(scores.genuine, threshold, side="left"))
    accepted = len(scores.impostor) - int(np.searchsorted(scores.impostor, threshold, side="left"))
    return Rates(threshold, Fraction(accepted, len(scores.impostor)), Fraction(rejected, len(scores.genuine)))


def rates_at_false_match(scores: Scores, most: Fraction) -> Rates:
    """Both rates at the lowest threshold whose false match rate is at most `most` (FMR1000: 1/1000)."""
    allowed = math.floor(most * len(scores.impostor))
    worst_refused = float(scores.impostor[len(scores.impostor) - allowed - 1])
    return rates_at(scores, math.nextafter(worst_refused, 2.0))


def equal_error_rate(scores: Scores) -> Fraction:
    """The mean of both rates at the threshold where they are nearest to each other."""
    candidates = [rates_at(scores, float(value)) for value in np.unique(np.concatenate(scores))]
    nearest = min(candidates, key=lambda rates: abs(rates.false_match - rates.false_non_match))
    return (nearest.false_match + nearest.false_non_match) / 2


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
