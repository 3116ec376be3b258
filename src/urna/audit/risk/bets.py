"""How much to stake on each draw. Every bet here looks only at draws before the one it stakes on.

FixedMean      ALPHA with one alternative mean, moved along with what is left without replacement
ShrinkTrunc    ALPHA's estimate: the alternative, drawn towards the sample's mean, kept above the null
FixedShare     a fixed share of the greatest stake (Kaplan-Wald; Kaplan-Kolmogorov without replacement)
FixedStake     a fixed λ
Agrapa         the stake that would have grown the draws so far the most, nearly
"""

from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from urna.audit.assertions import HALF
from urna.audit.risk.martingale import Draws, Population, Reals, refused
from urna.words import Sentence


class FixedMean(NamedTuple):
    """ALPHA with a fixed alternative η for the mean of all (Stark 2023, section 2.4.1); BRAVO and Wald's test are this.

    Without replacement the alternative for what is left is (N η - sum) / (N - draws), cut to between null and upper.
    """

    mean: Fraction
    size: int | None = None
    """The population's, if drawn without replacement."""

    def __call__(self, draws: Draws, /) -> Reals:
        """λ of each draw."""
        mean = np.full(len(draws.values), float(self.mean))
        if self.size is not None:
            before, places = _before(draws.values)
            mean = (self.size * mean - before) / (self.size - places)
        return _stake(np.clip(mean, draws.means, draws.upper), draws)


class ShrinkTrunc(NamedTuple):
    """ALPHA's shrink-trunc estimator (Stark 2023, section 2.5.2).

    η of draw j is (d η0 + sum of the draws before) / (d + j - 1), at least the null's mean plus c / sqrt(d + j - 1),
    at most the greatest value, but for a millionth of it.
    """

    mean: Fraction
    """η0: the reported mean."""
    weight: int = 100
    """d: as if so many draws had had that mean already."""
    gap: Fraction | None = None
    """c; half of the reported mean's distance from 1/2 if not given."""

    @property
    def least_gap(self) -> float:
        """The gap c as it is used."""
        return float(self.mean - HALF) / 2 if self.gap is None else float(self.gap)

    def __call__(self, draws: Draws, /) -> Reals:
        """λ of each draw."""
        before, places = _before(draws.values)
        seen = self.weight + places
        first = float(self.mean)
        mean = (self.weight * first + before) / seen
        mean = np.maximum(mean, draws.means + self.least_gap / np.sqrt(seen))
        return _stake(np.minimum(mean, draws.upper * (1 - 1e-6)), draws)


class FixedShare(NamedTuple):
    """A fixed share of the greatest stake: λ = share / mean (Kaplan-Wald with γ = 1 - share; ALPHA, section 2.3)."""

    share: Fraction

    def __call__(self, draws: Draws, /) -> Reals:
        """λ of each draw."""
        with np.errstate(divide="ignore"):
            return np.where(draws.means > 0, float(self.share) / draws.means, 0)


class FixedStake(NamedTuple):
    """A fixed λ, cut to 1/mean."""

    stake: Fraction

    def __call__(self, draws: Draws, /) -> Reals:
        """λ of each draw."""
        return np.full(len(draws.values), float(self.stake))


class Agrapa(NamedTuple):
    """Approximate growth: λ = (m - μ) / (v + (m - μ)²) from the draws before, at most `share` of 1/μ.

    m and v, the mean and the variance so far, start from one imagined draw: its mean `mean`, its variance 1/4 of the
    upper bound squared (Waudby-Smith and Ramdas 2024, section B.3).
    """

    mean: Fraction
    share: Fraction = Fraction(3, 4)

    def __call__(self, draws: Draws, /) -> Reals:
        """λ of each draw."""
        before, places = _before(draws.values)
        mean = (float(self.mean) + before) / (places + 1)
        after = (float(self.mean) + np.cumsum(draws.values)) / (places + 2)
        spread, _ = _before((draws.values - after) ** 2)
        variance = (draws.upper**2 / 4 + spread) / (places + 1)
        above = mean - draws.means
        with np.errstate(divide="ignore"):
            most = np.where(draws.means > 0, float(self.share) / draws.means, 0)
        return np.clip(above / (variance + above**2), 0, most)


def kaplan_kolmogorov(population: Population, padding: Fraction) -> tuple[Population, FixedShare]:
    """Kaplan and Kolmogorov's test: the greatest stake on each number plus a padding, so that one 0 loses not all.

    Gives what `course` needs besides the sample: its values plus the padding are tested against the null plus the
    padding (Stark 2020, appendix; without replacement if the population has a size).

    Raises:
        Malformed: a padding that is not above 0.
    """
    if padding <= 0:
        raise refused(Sentence("a padding above 0"), str(padding))
    padded = Population(population.size, population.upper + padding, population.null_mean + padding)
    return padded, FixedShare(Fraction(1))


def _before(values: Reals) -> tuple[Reals, NDArray[np.int64]]:
    """For each draw the sum of those before it, and how many they are."""
    sums = np.zeros(len(values))
    np.cumsum(values[:-1], out=sums[1:])
    return sums, np.arange(len(values))


def _stake(mean: Reals, draws: Draws) -> Reals:
    """λ of an alternative mean η: (η/μ - 1) / (upper - μ); all if the null leaves no more than the bound."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(
            (draws.means > 0) & (draws.means < draws.upper), (mean / draws.means - 1) / (draws.upper - draws.means), 0
        )
