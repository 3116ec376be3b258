"""MACRO over some draws: the risk of all contests together, whether the audit may stop, and what the next round needs.

Docs: docs/spec/audits.md, "Macro, not every container counted".
"""

from collections.abc import Sequence
from fractions import Fraction
from math import floor, log, log1p
from typing import NamedTuple

from urna.audit.contest_tables import ContestTable
from urna.audit.long_product import product_of_powers
from urna.audit.report import Outcome
from urna.audit.risk.batches import Bounds, Boxes
from urna.audit.verdict import Verdict
from urna.audit.weights import SCALE, largest_overstatements, weighted_macro_risk

CLOSE = 1e-9
"""Logarithms that are nearer to each other decide nothing."""


class Draws(NamedTuple):
    """How the boxes were drawn."""

    weights: tuple[int, ...]
    """Of each row."""
    size: int
    """Draws so far."""
    sizes: tuple[int, ...]
    """Draws in all after each committed round."""

    @property
    def most(self) -> int:
        """Draws after which every box is counted instead: by then most of them are on the table anyway."""
        return max(2 * len(self.weights), self.sizes[-1] if self.sizes else 0)

    @property
    def factor(self) -> Fraction:
        """1 - 1/U: by what the risk falls with a draw that agrees."""
        total = sum(self.weights)
        return Fraction(total - SCALE, total)


def macro_verdict(tables: tuple[ContestTable, ...], columns: Sequence[Boxes], draws: Draws, limit: Fraction) -> Verdict:
    """The verdict while some container is not counted.

    Args:
        tables: of the contests.
        columns: of each table the boxes drawn, in the order of the draws.
        draws: how they were drawn.
        limit: of the risk, above 0 and below 1.

    Raises:
        Malformed: as `weights.weighted_macro_risk`.
    """
    pairs = [(bound, found) for table, found in zip(tables, columns, strict=True) for bound in table.bounds]
    risk = Fraction(1)
    if pairs:
        risk = weighted_macro_risk([bound for bound, _ in pairs], draws.weights, [found for _, found in pairs])
    risks = tuple(risk if table.bounds else Fraction(1) for table in tables)
    if not all(table.bounds for table in tables):
        return Verdict(tables, risks, Outcome.FULL_COUNT)
    if risk <= limit:
        return Verdict(tables, risks, Outcome.CONFIRMED)
    if _is_hopeless(pairs, draws) or not _reaches(risk, draws.factor, max(0, draws.most - draws.size), limit):
        return Verdict(tables, risks, Outcome.FULL_COUNT)
    return Verdict(tables, risks, Outcome.GO_ON, next_size(risk, draws, limit))


def _is_hopeless(pairs: Sequence[tuple[Bounds, Boxes]], draws: Draws) -> bool:
    """Whether a drawn box has the taint 1: lost, or as wrong as its whole weight; no draw makes up for it."""
    rows: list[int] = pairs[0][1].rows.tolist()
    over = largest_overstatements([bound for bound, _ in pairs], [found for _, found in pairs])
    is_lost = (all(found.is_lost[place] for _, found in pairs) for place in range(draws.size))
    is_whole = (most * SCALE == draws.weights[row] for row, most in zip(rows, over, strict=True))
    return any(is_lost) or any(is_whole)


def next_size(risk: Fraction, draws: Draws, limit: Fraction) -> int:
    """The next committed size; after the last one, the least that would do if the rest agreed."""
    for size in draws.sizes:
        if size > draws.size:
            return size
    steps = max(1, floor(_log(limit / risk) / log1p(-float(1 - draws.factor))) - 1)
    while not _reaches(risk, draws.factor, steps, limit):
        steps += 1
    return draws.size + steps


def _reaches(risk: Fraction, factor: Fraction, steps: int, limit: Fraction) -> bool:
    """Whether so many more draws that agree bring the risk to the limit.

    By logarithms; exactly only where they are too close, since rules may name any number of draws.
    """
    if not factor:
        return bool(steps) or risk <= limit
    above = _log(risk) + steps * log1p(-float(1 - factor)) - _log(limit)
    if abs(above) > CLOSE * max(1.0, -_log(limit)):
        return above < 0
    return risk * product_of_powers({factor: steps}) <= limit


def _log(value: Fraction) -> float:
    return log(value.numerator) - log(value.denominator)
