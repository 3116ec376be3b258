"""How risks are shown: in words that never flatter, and as bars that grow towards the limit.

The only floats here place a bar on the screen.
"""

from fractions import Fraction
from math import ceil, log
from typing import NamedTuple

from urna.audit.box_comparison import ContestStanding
from urna.words import Sentence

WIDTH = 600
"""Of the chart, in its own units."""


class Bar(NamedTuple):
    """One assertion."""

    says: Sentence
    risk: str
    width: int
    is_below: bool
    """At or below the limit."""


class Chart(NamedTuple):
    """All bars; the limit is a line at x."""

    bars: tuple[Bar, ...]
    limit_x: int
    """0 if no limit is kept."""


def percent(risk: Fraction, language: str) -> str:
    """A risk in hundredths with two digits, rounded up, so that what is above the limit never reads as below it."""
    hundredths = ceil(risk * 10_000)
    if risk and hundredths == 1:
        return _mark("< 0.01 %", language)
    return _mark(f"{hundredths // 100}.{hundredths % 100:02} %", language)


def chart_of(standing: ContestStanding, limit: Fraction, language: str) -> Chart:
    """The bars of a contest: from 100 % at the left, in powers, past the limit at the right.

    Args:
        standing: the contest.
        limit: the risk limit; 0 if none is kept.
        language: in which numbers are written.
    """
    least = limit / 10 if limit else Fraction(1, 1000)
    rows = [(each.says, each.risk) for each in standing.assertions] or [(Sentence("every box"), standing.risk)]
    bars = tuple(
        Bar(says, percent(risk, language), _place(risk, least), bool(limit) and risk <= limit) for says, risk in rows
    )
    return Chart(bars, _place(limit, least) if limit else 0)


def _place(risk: Fraction, least: Fraction) -> int:
    if risk <= least:
        return WIDTH
    return max(2, round(WIDTH * log(risk) / log(least)))


def _mark(text: str, language: str) -> str:
    return text.replace(".", ",") if language == "es" else text
