"""Two strata of one contest, each sampled for itself: stations with records beside stations without, for instance.

The null of the whole is that the means θ1, θ2 weigh to at most 1/2. Which of them is to blame is unknown,
so the risk is the largest over all pairs on that line: at each pair every stratum is tested against its own θ and
the two are combined, by Fisher's function of their risks (Ottoboni, Stark, Lindeman, McBurnett, "Risk-Limiting
Audits by Stratified Union-Intersection Tests of Elections (SUITE)" 2018) or by the product of their stakes (Spertus
and Stark, "Sweeter than SUITE: Supermartingale Stratified Union-Intersection Tests of Elections" 2022).

The line is cut into cells. Within a cell each stake is a fixed share of the greatest one, so it falls as its θ
rises, and both θ taken at their highest in the cell bound all of it: the risk is never too low, however coarse the
cells are.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum
from fractions import Fraction
from math import exp, inf, log
from typing import NamedTuple

import numpy as np

from urna.audit.assertions import HALF, Assertion
from urna.audit.risk.comparison import Compared
from urna.audit.risk.martingale import Reals, refused
from urna.words import Sentence

Share = Callable[[float], float]
"""From a null mean of the values to the share of the greatest stake, from 0 to 1."""

MOST = 0.99


class Combined(StrEnum):
    """How the two strata become one risk."""

    FISHER = "fisher"
    """SUITE: Fisher's function of two independent risks."""
    PRODUCT = "product"
    """UI-TS: one over the product of the stakes."""


class Stratum(NamedTuple):
    """A stratum and its sample."""

    size: int
    """Its cards, by the upper bound."""
    values: tuple[Fraction, ...]
    """Of the cards drawn without replacement, in order, from 0 to `upper`."""
    upper: Fraction
    """Of the values."""
    offset: Fraction
    """The mean of the assorter is that of the values plus this."""
    most: Fraction
    """The greatest mean that the assorter can have; the least is 0."""
    share: Share


def polled(assertion: Assertion, size: int, values: Sequence[Fraction], reported: Fraction) -> Stratum:
    """A stratum without records: the values are the assorter itself.

    Args:
        assertion: the assertion.
        size: cards of the stratum.
        values: of the slips drawn (`polling.slip_values`).
        reported: the assorter's mean that the stratum's totals say; only the bets rest on it.
    """
    upper, mean = float(assertion.upper), float(reported)

    def share(null: float) -> float:
        """Kelly's share for slips that are 0 or `upper`."""
        return min(max((mean - null) / (upper - null), 0.0), MOST) if null < upper else 0.0

    return Stratum(size, tuple(values), assertion.upper, Fraction(0), assertion.upper, share)


def compared(
    assertion: Assertion, size: int, cards: Sequence[Compared], reported: Fraction, rate: Fraction = Fraction(1, 1000)
) -> Stratum:
    """A stratum with records: the values are u less the overstatement.

    Args:
        assertion: its `upper` is u.
        size: cards of the stratum.
        cards: those drawn, in order.
        reported: the mean of the assorter over all its records, phantoms 1/2; the test rests on it.
        rate: of two-vote overstatements that the bets reckon with.
    """
    upper = assertion.upper
    values = tuple(upper - (card.reported - card.observed) for card in cards)

    def share(null: float) -> float:
        """Kelly's share for values that are u, or 0 at that rate."""
        above = float(upper) - null
        return min(max(1 - float(rate) * float(upper) / above, 0.0), MOST) if above > 0 else 0.0

    return Stratum(size, values, 2 * upper, reported - upper, upper, share)


def stratified(first: Stratum, second: Stratum, combined: Combined, cells: int = 1000) -> float:
    """The risk of both samples together, valid at each look at them.

    1. A sample that leaves the outcome no room has risk 1.
    2. Cut the line of the null into cells.
    3. In each, bound both stakes from below, and combine; the risk is the largest.

    Args:
        first: a stratum.
        second: the other one.
        combined: how.
        cells: more make the bound finer and take longer; at least 1.

    Raises:
        Malformed: values out of bounds, more draws than cards, or no cells.
    """
    for each in (first, second):
        _check(each)
    if cells < 1:
        raise refused(Sentence("at least one cell"), str(cells))
    cards = first.size + second.size
    if sum(_most(each) for each in (first, second)) <= HALF * cards:
        return 1.0
    low, high = _line(first, second)
    edges = np.linspace(float(low), float(high), cells + 1)
    others = (float(HALF * cards) - first.size * edges) / second.size
    ones = _growth(first, edges[1:], edges[:-1])
    twos = _growth(second, others[:-1], others[1:])
    risks = [_combine(one, two, combined) for one, two in zip(ones, twos, strict=True)]
    return max(risks)


def fisher(product: float) -> float:
    """The tail of Fisher's function for two independent risks, from their product q: q (1 - ln q)."""
    return min(1.0, product * (1 - log(product))) if product > 0 else 0.0


def _line(first: Stratum, second: Stratum) -> tuple[Fraction, Fraction]:
    """From the least to the greatest θ1 of the null's line that both strata can have."""
    half = HALF * (first.size + second.size)
    low = max(Fraction(0), (half - second.size * second.most) / first.size)
    high = min(first.most, half / first.size)
    if low >= high:
        raise refused(Sentence("strata whose reports leave the null some room"), f"{low}, {high}")
    return low, high


class _Growth(NamedTuple):
    """Logarithms of a stake in one cell: at the end, and at its greatest; inf if the sample leaves the null no room."""

    end: float
    most: float


def _growth(stratum: Stratum, highest: Reals, lowest: Reals) -> list[_Growth]:
    """The stake against the highest θ of each cell, with the share that the middle of the cell asks for."""
    values = np.array([float(value) for value in stratum.values])
    before = np.concatenate([[0.0], np.cumsum(values)])[:-1]
    left = stratum.size - np.arange(len(values))
    offset = float(stratum.offset)
    grown = []
    for high, low in zip(highest - offset, lowest - offset, strict=True):
        # Rounded up a little, so that the corner of the cell is surely within what is tested.
        means = (stratum.size * (high + 1e-12) - before) / left
        share = stratum.share((high + low) / 2)
        grown.append(_stake(values, means, share))
    return grown


def _stake(values: Reals, means: Reals, share: float) -> _Growth:
    if not len(values):
        return _Growth(0.0, 0.0)
    if (means < 0).any() or ((means == 0) & (values > 0)).any():
        return _Growth(inf, inf)
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = np.where(means > 0, np.log1p(share * (values / means - 1)), 0.0)
    grown = np.cumsum(steps)
    return _Growth(float(grown[-1]), max(0.0, float(grown.max())))


def _combine(one: _Growth, two: _Growth, combined: Combined) -> float:
    if inf in (one.end, two.end):
        return 0.0
    if combined is Combined.PRODUCT:
        return exp(min(0.0, -one.end - two.end))
    return fisher(exp(-one.most - two.most))


def _most(stratum: Stratum) -> Fraction:
    """The most that the assorter can sum to over the stratum, after what was drawn."""
    left = stratum.size - len(stratum.values)
    return sum(stratum.values, Fraction(0)) + left * stratum.upper + stratum.size * stratum.offset


def _check(stratum: Stratum) -> None:
    if stratum.size < max(1, len(stratum.values)):
        found = Sentence("{draws} draws from {size}", {"draws": len(stratum.values), "size": stratum.size})
        raise refused(Sentence("no more draws than there are cards"), found)
    for value in set(stratum.values):
        if not 0 <= value <= stratum.upper:
            raise refused(Sentence("values from 0 to {upper}", {"upper": str(stratum.upper)}), str(value))
