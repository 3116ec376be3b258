"""The test of a mean: a stake grows with each draw that speaks against the null, and the risk is one over its greatest.

Under the null the stake is a nonnegative supermartingale that starts at 1, so it ever reaches 1/α with a probability
of at most α (Ville 1939). Which bets are placed decides how fast it grows, never whether it is valid.

Sources: Stark, "ALPHA: Audit that Learns from Previously Hand-Audited Ballots" (2023), sections 2.1 to 2.4;
Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting" (2024), section 5.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate
from math import lcm
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from urna.errors import Malformed
from urna.words import Sentence

Reals = NDArray[np.float64]


class Population(NamedTuple):
    """What is drawn from: so many numbers from 0 to `upper`. The null: their mean is at most `null_mean`."""

    size: int | None
    """None: drawn with replacement."""
    upper: Fraction = Fraction(1)
    null_mean: Fraction = Fraction(1, 2)


class Draws(NamedTuple):
    """A sample in its order, ready for bets. All arrays have one element per draw, from 0 to `upper`."""

    values: Reals
    means: Reals
    """Before each draw, the greatest mean that the null leaves to what is not drawn yet."""
    upper: float


class Bet(Protocol):
    """Stakes λ for each draw, chosen from the draws before it: the stake is multiplied by 1 + λ (value - mean)."""

    def __call__(self, draws: Draws, /) -> Reals:
        """λ of each draw, any number: it is cut to between 0 and 1/mean, so that the stake cannot be below 0."""
        ...


def course(sample: Sequence[Fraction], population: Population, bet: Bet) -> Reals:
    """The risk after each draw: never rising, but for 1 once the sample itself shows that the null is true.

    1. Add up the draws exactly, and see where the sums alone decide.
    2. Let the bet stake on each draw.
    3. The risk is one over the greatest stake so far; where the sums decide, they do.

    Args:
        sample: in the order drawn, before seeing them; a card drawn again, in a sample without replacement, is not
            a new draw.
        population: the numbers' bounds and the null.
        bet: how to stake.

    Raises:
        Malformed: values out of bounds, more draws than there is to draw, or bounds that cannot be.
    """
    _check(sample, population)
    if not sample:
        return np.ones(0)
    means, is_refuted, is_certain = _conditional_means(sample, population)
    draws = Draws(_floats(sample), means, float(population.upper))
    return decided(np.exp(-np.maximum.accumulate(log_stake(draws, bet))), is_refuted, is_certain)


def risk(sample: Sequence[Fraction], population: Population, bet: Bet) -> float:
    """The risk after the whole sample; 1 before any draw."""
    risks = course(sample, population, bet)
    return float(risks[-1]) if len(risks) else 1.0


def log_stake(draws: Draws, bet: Bet) -> Reals:
    """The logarithm of the stake after each draw; -inf once it is lost."""
    with np.errstate(divide="ignore", invalid="ignore"):
        most = np.where(draws.means > 0, 1 / draws.means, 0)
        stakes = np.clip(np.nan_to_num(bet(draws)), 0, most)
        factors = np.maximum(1 + stakes * (draws.values - draws.means), 0)
        return np.cumsum(np.log(factors))


def decided(risks: Reals, is_refuted: NDArray[np.bool_], is_certain: NDArray[np.bool_]) -> Reals:
    """Risks of at most 1; 0 from where the null has no room left, 1 from where it is certain."""
    risks = np.minimum(risks, 1)
    risks[is_refuted] = 0
    risks[is_certain] = 1
    return risks


def draws_needed(risks: Reals, limit: Fraction) -> int | None:
    """After how many draws the risk is first within the limit; None if it never is."""
    within = np.flatnonzero(risks <= float(limit))
    return int(within[0]) + 1 if len(within) else None


def check_limit(limit: Fraction) -> None:
    """Refuses a risk limit that is not above 0 and below 1.

    Raises:
        Malformed: it is not.
    """
    if not 0 < limit < 1:
        raise refused(Sentence("a risk limit above 0 and below 1"), str(limit))


def _conditional_means(
    sample: Sequence[Fraction], population: Population
) -> tuple[Reals, NDArray[np.bool_], NDArray[np.bool_]]:
    """Before each draw the null's mean of the rest; after each, whether the sums refute or establish the null."""
    count = len(sample)
    if population.size is None:
        never = np.zeros(count, dtype=np.bool_)
        return np.full(count, float(population.null_mean)), never, never
    scale = lcm(population.upper.denominator, population.null_mean.denominator, *{x.denominator for x in sample})
    sums = list(accumulate(x.numerator * (scale // x.denominator) for x in sample))
    upper = int(population.upper * scale)
    most = int(population.null_mean * population.size * scale)
    left = range(population.size, population.size - count, -1)
    means = [(most - before) / (scale * rest) for before, rest in zip([0, *sums[:-1]], left, strict=True)]
    is_refuted = [total > most for total in sums]
    is_certain = [total + (rest - 1) * upper <= most for total, rest in zip(sums, left, strict=True)]
    return np.maximum(means, 0), np.array(is_refuted), np.array(is_certain)


def _floats(sample: Sequence[Fraction]) -> Reals:
    """Each different value divided once: a sample has few."""
    known = {value: float(value) for value in set(sample)}
    return np.array([known[value] for value in sample])


def _check(sample: Sequence[Fraction], population: Population) -> None:
    size, upper, mean = population
    if not 0 < mean < upper:
        raise refused(Sentence("a null mean above 0 and below the greatest value"), f"{mean}, {upper}")
    if size is not None and size < max(1, len(sample)):
        found = Sentence("{draws} draws from {size}", {"draws": len(sample), "size": size})
        raise refused(Sentence("no more draws than there are cards: one drawn again is not a new one"), found)
    for value in set(sample):
        if not 0 <= value <= upper:
            bounds = Sentence("values from 0 to {upper}", {"upper": str(upper)})
            raise refused(bounds, str(value))


def refused(expected: Sentence, found: Sentence | str) -> Malformed:
    """An input that no risk can be worked out from."""
    said = found if isinstance(found, Sentence) else Sentence("{found}", {"found": found})
    return Malformed(expected, said, Sentence("Check the sample and the audit's plan."), "risk")
