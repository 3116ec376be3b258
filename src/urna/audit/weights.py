"""Whole-number weights: stations drawn in proportion to their error bounds, and the risk of that draw in fractions.

A public draw owns whole numbers, but an error bound is a fraction of a margin. So each bound is rounded up to a whole
number of steps, once, before the draw; the same whole numbers draw the stations and bound their errors. A bound that
is too large stays a bound, so the risk is as valid as with the exact ones, and nothing is rounded afterwards.

Several assertions of several contests are audited by one draw: a station's weight is the largest of its bounds, its
overstatement the largest of its overstatements, each by the margin of its own assertion. If any of the outcomes is
wrong, the overstatements of its assertion add up to its margin at least, so the largest ones add up to 1 at least.

Sources: Stark, "Efficient post-election audits of multiple contests: 2009 California tests" (2009), section 3; Stark,
"Risk-limiting post-election audits: conservative P-values from common probability inequalities" (2009), section III.
"""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from typing import NamedTuple

import numpy as np

from urna.audit.assertions import NoMargin
from urna.audit.long_product import product_of_powers
from urna.audit.risk.batches import LEARNS, Bounds, Boxes
from urna.audit.risk.martingale import Bet, Draws, Reals, decided, log_stake, refused
from urna.words import Sentence

SCALE = 10**8
"""Steps in a margin. Of 40,000 stations rounding up adds at most 4 in 10,000 of one margin to the sum, which for a
lead of a tenth is some eleven margins; and 90 million margins still make a sum within `MOST_WEIGHTS`."""


MOST_WEIGHTS = 2**53 - 1
"""The largest sum: JSON readers everywhere, and the shell of docs/spec/audit-draws.md, hold it exactly."""


class Comparison(NamedTuple):
    """How stations are drawn for a comparison of boxes with sheets."""

    weights: tuple[int, ...]
    """Of each row of the sheets; 0 where no assertion can be overstated."""
    scale: int
    """Weights to a margin."""

    @property
    def total(self) -> Fraction:
        """U: all bounds by the margin, above 1; `risk.batches.macro_size` plans the draws with it."""
        return Fraction(sum(self.weights), self.scale)


def comparison(bounds: Sequence[Bounds]) -> Comparison:
    """The weights of `draw_weights`, with their scale."""
    return Comparison(draw_weights(bounds), SCALE)


def draw_weights(bounds: Sequence[Bounds]) -> tuple[int, ...]:
    """The weight of each row: its largest bound of error by margin, in steps of 1/SCALE, rounded up.

    Args:
        bounds: of every assertion of every contest that is audited together; all over the same stations in the same
            order. A station without the contest has no cards and no votes there, so its bound is 0.

    Raises:
        Malformed: no assertion, or tables of different stations.
        NoMargin: a margin so thin that the weights add up to more than 2^53 - 1: all boxes have to be counted.
    """
    _check_tables(bounds)
    largest = np.zeros(len(bounds[0].error), dtype=np.int64)
    for each in bounds:
        is_safe = int(each.error.max()) < 2**62 // SCALE
        error = each.error if is_safe else each.error.astype(object)
        steps = -(-(error * SCALE) // each.margin)
        if int(steps.max()) > MOST_WEIGHTS:
            raise _too_thin(each)
        largest = np.maximum(largest, steps.astype(np.int64))
    weights: list[int] = largest.tolist()
    if sum(weights) > MOST_WEIGHTS:
        raise _too_thin(max(bounds, key=lambda each: each.total))
    return tuple(weights)


def largest_bounds(bounds: Sequence[Bounds]) -> tuple[Fraction, ...]:
    """The largest bound of each row, by its assertion's margin, exact; `draw_weights` rounds them up.

    Raises:
        Malformed: as `draw_weights`.
    """
    _check_tables(bounds)
    return _largest_by_margin(bounds, [each.error.tolist() for each in bounds])


def largest_overstatements(bounds: Sequence[Bounds], boxes: Sequence[Boxes]) -> tuple[Fraction, ...]:
    """By how much each drawn box's sheet overstates the assertion that it overstates most, by that one's margin.

    Below 0 if it understates every one. A lost box overstates by its bound.

    Args:
        bounds: as for `draw_weights`.
        boxes: for each of `bounds` the hand counts of its contest; all of the same draws in the same order.

    Raises:
        Malformed: other boxes than bounds, draws that differ, or as `Boxes.of`.
    """
    _check_tables(bounds)
    if len(boxes) != len(bounds):
        raise refused(Sentence("the boxes of each of {count} assertions", {"count": len(bounds)}), str(len(boxes)))
    if any(not np.array_equal(each.rows, boxes[0].rows) for each in boxes):
        raise refused(Sentence("the same draws in every contest"), Sentence("others"))
    found = [counted.of(bound)[0].tolist() for bound, counted in zip(bounds, boxes, strict=True)]
    return _largest_by_margin(bounds, found)


def weighted_macro_risk(bounds: Sequence[Bounds], weights: Sequence[int], boxes: Sequence[Boxes]) -> Fraction:
    """MACRO with these weights as the bounds: the risk after all draws, at most 1; exact as `product_of_powers` is.

    The product over the draws of (1 - 1/U) / (1 - taint), U the sum of the weights by SCALE, a taint the largest
    overstatement by the weight. Draws are with replacement, in proportion to the weights; a station that is drawn
    twice counts twice. A box that is lost for every contest has the taint 1, and with it the risk is 1; one that is
    lost for some overstates those by their bounds.

    Args:
        bounds: of every assertion.
        weights: of each row, as `draw_weights` gives them; larger ones are as valid.
        boxes: as for `largest_overstatements`.

    Raises:
        Malformed: as `largest_overstatements`; weights below the bounds; a draw of a row that weighs nothing.
    """
    taints = _taints(bounds, weights, boxes)
    often, step = Counter(taints), 1 - Fraction(SCALE, sum(weights))
    if 1 in often:
        return Fraction(1)
    return min(Fraction(1), product_of_powers({step / (1 - taint): times for taint, times in often.items()}))


def weighted_alpha(
    bounds: Sequence[Bounds], weights: Sequence[int], boxes: Sequence[Boxes], bet: Bet = LEARNS
) -> Reals:
    """ALPHA on 1 - taint, by the same draw: the risk of all assertions together after each draw, the least so far.

    If an outcome is wrong, the mean of 1 - taint in this draw is at most 1 - 1/U. An understatement counts as no
    error. A lost box does not end it, as it ends MACRO; it makes it longer. Arguments and errors as
    `weighted_macro_risk`.
    """
    taints = _taints(bounds, weights, boxes)
    right = np.array([min(1.0, float(1 - taint)) for taint in taints])
    mean = float(1 - Fraction(SCALE, sum(weights)))
    grown = log_stake(Draws(right, np.full(len(taints), mean), 1.0), bet)
    never = np.zeros(len(taints), dtype=np.bool_)
    return decided(np.exp(-np.maximum.accumulate(grown)), never, never)


def _taints(bounds: Sequence[Bounds], weights: Sequence[int], boxes: Sequence[Boxes]) -> list[Fraction]:
    """Each draw's largest overstatement by its weight; 1 if nothing of the box could be compared in any contest."""
    found = largest_overstatements(bounds, boxes)
    least = draw_weights(bounds)
    if len(weights) != len(least) or any(given < needed for given, needed in zip(weights, least, strict=True)):
        raise refused(Sentence("a weight for each station, of its error bound at least"), Sentence("other weights"))
    rows: list[int] = boxes[0].rows.tolist()
    if any(not weights[row] for row in rows):
        raise refused(Sentence("draws of stations whose sheets can be wrong"), Sentence("one that weighs nothing"))
    is_lost = np.logical_and.reduce([each.is_lost for each in boxes]).tolist()

    @cache  # a box that was drawn a hundred times is divided once
    def taint(row: int, over: Fraction, lost: bool) -> Fraction:  # a column of draws
        return Fraction(1) if lost else over * SCALE / weights[row]

    return list(map(taint, rows, found, is_lost))


def _largest_by_margin(bounds: Sequence[Bounds], columns: Sequence[Sequence[int]]) -> tuple[Fraction, ...]:
    """In each place the largest of the columns' numbers by margin, compared in whole numbers."""
    tops, bottoms = list(columns[0]), [bounds[0].margin] * len(columns[0])
    for bound, column in zip(bounds[1:], columns[1:], strict=True):
        margin = bound.margin
        for place, number in enumerate(column):
            if number * bottoms[place] > tops[place] * margin:
                tops[place], bottoms[place] = number, margin
    different = {pair: Fraction(*pair) for pair in set(zip(tops, bottoms, strict=True))}
    return tuple(different[pair] for pair in zip(tops, bottoms, strict=True))


def _check_tables(bounds: Sequence[Bounds]) -> None:
    if not bounds:
        raise refused(Sentence("at least one assertion"), "0")
    rows = {len(each.error) for each in bounds}
    if len(rows) > 1:
        raise refused(Sentence("tables of the same stations"), ", ".join(map(str, sorted(rows))))


def _too_thin(bound: Bounds) -> NoMargin:
    return NoMargin(
        Sentence("a margin that a sample of boxes can confirm"),
        Sentence("error bounds of more than 90 million margins for {name}", {"name": bound.assertion.name}),
        Sentence("Count this contest by hand in full: its boxes can hold far more errors than its margin."),
        bound.assertion.contest,
    )
