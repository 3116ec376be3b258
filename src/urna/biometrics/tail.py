"""The tail of impostor scores: what lies beyond the pairs that could be counted.

Peaks over threshold: the excesses of the scores above a start follow, nearly, a generalized Pareto distribution
(Pickands 1975), whatever the scores' own distribution. Its scale and shape are fitted by probability-weighted
moments (Hosking and Wallis: "Parameter and quantile estimation for the generalized Pareto distribution",
Technometrics 29(3), 1987, §3), which have a closed form and are steady for few excesses. Their k is minus our shape.

    P(score > start + x | score > start) = (1 + shape · x / scale)^(-1/shape)

A shape above 0 has a heavy tail, 0 an exponential one, below 0 an end.
"""

from typing import NamedTuple

import numpy as np

from urna.biometrics.cylinders import Reals
from urna.errors import Malformed
from urna.words import Sentence

FEWEST_EXCESSES = 25
"""With fewer a fit says nothing."""


class Tail(NamedTuple):
    """A generalized Pareto tail above `start`: scores are 0 to 1, `scale` above 0, `shape` below 1."""

    start: float
    scale: float
    shape: float


def fit_tail(start: float, scores: Reals) -> Tail:
    """The tail above a start.

    Args:
        start: scores at or below it are left out.
        scores: in any order; a score that stands for several is there several times.

    Raises:
        Malformed: too few scores lie above the start, or they are all the same.
    """
    excesses = np.sort(scores[scores > start]) - start
    count = len(excesses)
    if count < FEWEST_EXCESSES or excesses[0] == excesses[-1]:
        raise Malformed(
            Sentence("at least {fewest} different scores in the tail", {"fewest": FEWEST_EXCESSES}),
            Sentence("{count}", {"count": count}),
            Sentence("Calibrate on more fingers."),
        )
    # Algorithm (Hosking and Wallis 1987 §3, plotting positions p = (i - 0.35) / n)
    below = (np.arange(1, count + 1) - 0.35) / count
    a0, a1 = float(excesses.mean()), float(((1.0 - below) * excesses).mean())
    k = a0 / (a0 - 2.0 * a1) - 2.0
    return Tail(start, 2.0 * a0 * a1 / (a0 - 2.0 * a1), -k)


def survival(tail: Tail, scores: Reals) -> Reals:
    """The probability that a score above the start is above each of these, 0 to 1; 1 up to the start."""
    x = np.maximum(scores - tail.start, 0.0) / tail.scale
    if abs(tail.shape) < 1e-12:
        return np.exp(-x)
    grown = np.maximum(tail.shape * x, -1.0)
    with np.errstate(divide="ignore"):
        left: Reals = np.exp(-np.log1p(grown) / tail.shape)
    return left


def misfit(tail: Tail, scores: Reals) -> float:
    """How far the fitted and the counted distribution of the excesses lie apart at most (Kolmogorov and Smirnov).

    A fit with 1.36 / √n or more would be refused at 5 % if the n scores were independent and the tail not fitted to
    them; fitted and with shared fingers it is a measure, not a test.
    """
    found = np.sort(scores[scores > tail.start])
    count = len(found)
    expected = 1.0 - survival(tail, found)
    steps = np.arange(count + 1) / count
    return float(max(np.abs(expected - steps[1:]).max(), np.abs(expected - steps[:-1]).max()))
