"""How much paper an audit will need: worked out where there is a formula, simulated where there is none.

    polling_expected, polling_quantile    BRAVO: Wald's formula, and the exact distribution
    simulated                             any bet on numbers drawn without replacement, so many audits
    nation                                a nation of stations by the model of docs/audits.md

Slips against records: `risk.comparison.super_simple_size`. Stations against sheets: `risk.batches.macro_size`.

A plan decides nothing: an audit that was planned too small goes on. So floating point is enough here, and the
seeded generator is no part of any draw of paper.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from urna.audit.risk.bets import FixedShare, ShrinkTrunc
from urna.audit.risk.comparison import NONE, Discrepancies, super_simple_size
from urna.audit.risk.martingale import Population, check_limit, refused
from urna.audit.simulation import Test, audit_sizes, uniforms
from urna.words import Sentence

Sizes = NDArray[np.int64]

_NEVER = 1e-20
"""Chances that are left out of a distribution, so that its ends do not grow without end."""


def polling_expected(share: Fraction, limit: Fraction) -> int:
    """The expected sample of BRAVO, rounded up, in votes for the two: (ln 1/α + z/2) / (s z + (1 - s) y).

    With z = ln 2s and y = ln 2(1 - s): Wald's approximation (BRAVO 2012, section 4), every slip for one of the two;
    divide it by their part of all slips.

    Args:
        share: s, the winner's share of the two, above 1/2 and below 1.
        limit: α.
    """
    check_limit(limit)
    _check_share(share)
    rise, fall = log(2 * share), log(2 * (1 - share))
    return ceil((-log(limit) + rise / 2) / (float(share) * rise + (1 - float(share)) * fall))


def polling_quantile(share: Fraction, limit: Fraction, part: Fraction) -> int:
    """The sample within which this part of BRAVO audits stop, by their distribution: exact but for rounding.

    1. Keep the chance of each number of the winner's votes among audits that go on.
    2. After each slip, audits whose stake has reached 1/α stop.
    3. The answer is the first slip at which enough have stopped.

    Args:
        share: the winner's share of the two, reported and true; above 1/2, below 1.
        limit: α.
        part: of all audits, above 0 and below 1: 9/10 for the 90th percentile.
    """
    check_limit(limit)
    _check_share(share)
    check_limit(part)
    rise, fall, chance = log(2 * share), log(2 * (1 - share)), float(share)
    going, slips, fewest = np.ones(1), 0, 0
    while going.sum() > 1 - float(part):
        slips += 1
        won = np.convolve(going, (1 - chance, chance))
        enough = ceil((-log(limit) - slips * fall) / (rise - fall))
        won = won[: max(0, enough - fewest)]
        unlikely = int(np.searchsorted(np.cumsum(won), _NEVER))
        going, fewest = won[unlikely:], fewest + unlikely
    return slips


class Group(NamedTuple):
    """Cards of a population that count the same."""

    value: Fraction
    cards: int


def simulated(
    groups: Sequence[Group],
    population: Population,
    bet: ShrinkTrunc | FixedShare,
    limit: Fraction,
    *,
    runs: int,
    seed: int,
) -> Sizes:
    """The sample size of so many audits, in rising order; a full count where the limit was not reached before.

    Args:
        groups: what the paper says; together as many cards as the population has.
        population: with its size: drawn without replacement.
        bet: how the audits stake.
        limit: their risk limit.
        runs: how many audits.
        seed: gives the same audits again.

    Raises:
        Malformed: groups that are not the population, values out of bounds, or no runs.
    """
    check_limit(limit)
    if population.size is None or sum(group.cards for group in groups) != population.size or runs < 1:
        raise refused(Sentence("as many cards in groups as in the population, and a run"), str(population.size))
    if any(not 0 <= group.value <= population.upper or group.cards < 0 for group in groups):
        raise refused(Sentence("values from 0 to {upper}", {"upper": str(population.upper)}), "others")
    values = np.array([float(group.value) for group in groups])
    counts = np.array([group.cards for group in groups], dtype=np.int64)
    sizes = audit_sizes(values, counts, _test(population, bet, limit), runs, seed)
    sizes.sort()
    return sizes


def _test(population: Population, bet: ShrinkTrunc | FixedShare, limit: Fraction) -> Test:
    upper, null_mean, goal = float(population.upper), float(population.null_mean), 1 / float(limit)
    if isinstance(bet, FixedShare):
        return Test(upper, null_mean, goal, is_learning=False, bet=float(bet.share), weight=1.0, gap=0.0)
    if bet.weight < 1:
        raise refused(Sentence("a weight of the reported mean of at least 1"), str(bet.weight))
    return Test(
        upper, null_mean, goal, is_learning=True, bet=float(bet.mean), weight=float(bet.weight), gap=bet.least_gap
    )


def quantile(sizes: Sizes, part: Fraction) -> int:
    """The size within which at least this part of the audits ended; part above 0, at most 1."""
    if not 0 < part <= 1:
        raise refused(Sentence("a part above 0 and at most 1"), str(part))
    return int(sizes[ceil(part * len(sizes)) - 1])


class Nation(NamedTuple):
    """The model: two candidates; each station's share is normal around the national one, every slip is valid."""

    stations: int = 30_026
    slips: int = 410
    """Of each station."""
    spread: float = 0.10
    """Standard deviation of the stations' shares."""
    margin: Fraction = Fraction(5, 100)
    limit: Fraction = Fraction(5, 100)


class NationPlan(NamedTuple):
    """What an audit of a nation needs without errors, by three ways."""

    comparison: int
    """Slips, each compared with its own record."""
    polling: int
    """Slips, counted alone: the mean of the simulated audits."""
    polling_late: int
    """Slips within which nine of ten polling audits end."""
    draws: int
    """Stations against their sheets, drawn in proportion to their bounds."""
    stations: int
    """Different stations among these draws, expected."""


def plan_nation(nation: Nation, rates: Discrepancies = NONE, *, runs: int = 1000, seed: int = 1) -> NationPlan:
    """How much paper an audit of the modelled nation reads.

    1. Draw the stations' votes.
    2. Slips against records by Kaplan-Markov, with the rates of discrepancies.
    3. Slips alone by ALPHA, simulated on the totals.
    4. Stations against sheets by Kaplan-Markov on taints without errors.

    Raises:
        Malformed: a margin that is not above 0 and below 1, or no station.
    """
    votes = station_votes(nation, seed)
    cards, winner = nation.stations * nation.slips, int(votes.sum())
    margin = Fraction(2 * winner - cards, cards)
    size = super_simple_size(nation.limit, margin, rates)
    share = Fraction(winner, cards)
    groups = (Group(Fraction(1), winner), Group(Fraction(0), cards - winner))
    sizes = simulated(groups, Population(cards), ShrinkTrunc(share, weight=cards), nation.limit, runs=runs, seed=seed)
    bounds = 2.0 * votes  # the margin that a sheet shows and all its slips: v - (n - v) + n
    draws = ceil(log(nation.limit) / log(1 - 1 / (1 + 1 / margin)))
    different = (1 - (1 - bounds / bounds.sum()) ** draws).sum()
    return NationPlan(
        cards if size is None else size, round(sizes.mean()), quantile(sizes, Fraction(9, 10)), draws, round(different)
    )


def station_votes(nation: Nation, seed: int) -> Sizes:
    """The winner's votes of each station, with the national margin as modelled but for rounding."""
    if not 0 < nation.margin < 1 or nation.stations < 1 or nation.slips < 1:
        raise refused(Sentence("stations with slips, and a margin above 0 and below 1"), str(nation.margin))
    pairs = uniforms(2 * nation.stations, seed).reshape(2, -1)
    normal = np.sqrt(-2 * np.log(1 - pairs[0])) * np.cos(2 * np.pi * pairs[1])
    share = float((1 + nation.margin) / 2) + nation.spread * (normal - normal.mean())
    votes: Sizes = np.rint(np.clip(share, 0, 1) * nation.slips).astype(np.int64)
    return votes


def _check_share(share: Fraction) -> None:
    if not Fraction(1, 2) < share < 1:
        raise refused(Sentence("a winner's share of the two above 1/2 and below 1"), str(share))
