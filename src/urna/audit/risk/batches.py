"""Batch comparison: the box of a drawn station is counted by hand and compared with its sheet.

Stations are drawn with probability proportional to their error bound u: the most that a sheet can overstate an
assertion, given the station's upper bound of cards. The taint of a station is its overstatement by that bound.

- `macro`: Kaplan-Markov on taints, draws with replacement, all assertions by one number per station, the largest of
  their relative overstatements (Stark, "Efficient post-election audits of multiple contests" 2009; Stark,
  "Risk-limiting post-election audits: conservative P-values from common probability inequalities" 2009).
- `alpha`: ALPHA on 1 - taint, each assertion for itself, with or without replacement (Stark 2023, section 4.2).
"""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, lcm, log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from urna.audit.assertions import Assertion, Votes, check_margin
from urna.audit.risk.bets import ShrinkTrunc
from urna.audit.risk.martingale import Bet, Draws, Reals, check_limit, decided, log_stake, refused
from urna.words import Sentence

Counts = NDArray[np.int64]

LEARNS = ShrinkTrunc(Fraction(999, 1000), weight=1000, gap=Fraction(0))
"""The bet of `alpha`: as if a thousand stations had had a taint of one in a thousand on the whole."""


class Sheets(NamedTuple):
    """The sheets of all stations, in columns: made by `sheets`."""

    choices: tuple[str, ...]
    votes: Counts
    """Stations × choices."""
    cards: Counts
    """Each station's upper bound of cards, from outside the audited machine."""


class Bounds(NamedTuple):
    """One assertion over all sheets, in whole numbers: weights are scaled by a common denominator."""

    assertion: Assertion
    scale: int
    """A card's weight times this is whole."""
    reported: Counts
    """Each sheet's scaled weight."""
    error: Counts
    """u: by how much each can overstate it; 0 or more."""

    @property
    def margin(self) -> int:
        """The scaled weight of all sheets; above 0."""
        return int(self.reported.sum())

    @property
    def total(self) -> Fraction:
        """U: all bounds by the margin; at least 1."""
        return Fraction(int(self.error.sum()), self.margin)


def sheets(choices: Sequence[str], votes: Sequence[Sequence[int]], cards: Sequence[int]) -> Sheets:
    """The columns of the sheets.

    Raises:
        Malformed: a row too long or too short, a number below 0, or no station.
    """
    try:
        table, bounds = np.array(votes, dtype=np.int64), np.array(cards, dtype=np.int64)
    except (OverflowError, ValueError) as error:
        raise refused(Sentence("rows of one length, of numbers that fit into 64 bits"), str(error)) from error
    if not len(bounds) or table.shape != (len(bounds), len(choices)):
        shape = Sentence("votes of {choices} choices for each of the stations", {"choices": len(choices)})
        raise refused(shape, str(table.shape))
    if table.min(initial=0) < 0 or bounds.min() < 0:
        raise refused(Sentence("votes and cards from 0 up"), str(min(table.min(initial=0), bounds.min())))
    return Sheets(tuple(choices), table, bounds)


def bounds(assertion: Assertion, table: Sheets) -> Bounds:
    """How much each sheet can overstate an assertion: its weight, less the least that its cards can weigh.

    Raises:
        NoMargin: the sheets are a tie for the assertion.
        Malformed: they say the contrary, hold more votes than cards, or have another contest's choices.
    """
    if set(table.choices) != set(assertion.weights):
        raise refused(Sentence("the choices of the assertion's contest"), ", ".join(table.choices))
    over = np.flatnonzero(table.votes.sum(axis=1) > assertion.votes_allowed * table.cards)
    if len(over):
        raise refused(
            Sentence("no more votes on a sheet than its station's cards can hold"),
            Sentence("more in row {row}", {"row": int(over[0]) + 1}),
        )
    scale = _scale(assertion)
    weights = [int(assertion.weights[choice] * scale) for choice in table.choices]
    least = int(assertion.floor * scale)
    reported = _weighed(table, weights, least)
    error = reported - least * table.cards
    check_margin(Fraction(int(reported.sum())), assertion)
    return Bounds(assertion, scale, reported, error)


class Hand(NamedTuple):
    """One draw: the station's row, and what the hand count found in its box."""

    row: int
    votes: Votes | None
    """None if the box cannot be found: it counts as the worst there can be."""
    missing: int = 0
    """Slips that should be in the box and are not: each counts as the worst that a card can be."""
    extra: int = 0
    """Slips more than there may be: which of those found they are nobody knows, so those that help an outcome most."""


class Boxes(NamedTuple):
    """The hand counts of all draws, in columns, in the order drawn: made by `boxes`."""

    table: Sheets
    rows: NDArray[np.intp]
    votes: Counts
    """Draws × choices."""
    is_lost: NDArray[np.bool_]
    missing: Counts
    """Of each draw, slips that should be there and are not."""
    extra: Counts
    """Of each draw, slips more than there may be."""

    def of(self, bound: Bounds) -> tuple[Counts, Counts]:
        """By how much each sheet overstates the assertion, below 0 where it understates; and its bound.

        A missing slip counts as the worst that a card can be, so that taking slips away never helps an outcome; of
        slips too many those are left out that help it most, so that putting slips in never does.

        Raises:
            Malformed: another contest's choices, or more votes than the station's cards can hold.
        """
        assertion = bound.assertion
        if set(self.table.choices) != set(assertion.weights):
            raise refused(Sentence("the choices of the assertion's contest"), ", ".join(self.table.choices))
        most = (self.table.cards[self.rows] + self.extra) * assertion.votes_allowed
        over = np.flatnonzero(self.votes.sum(axis=1) > most)
        if len(over):
            room = Sentence("at most {most} votes in the box", {"most": int(most[over[0]])})
            raise refused(room, str(self.votes[over[0]].sum()))
        weights = np.array([int(assertion.weights[choice] * bound.scale) for choice in self.table.choices])
        reported, error = bound.reported[self.rows], bound.error[self.rows]
        least, greatest = int(assertion.floor * bound.scale), int(assertion.ceiling * bound.scale)
        true = self.votes @ weights + least * self.missing - greatest * self.extra
        found = np.minimum(error, reported - true)
        return np.where(self.is_lost, error, found), error


def boxes(table: Sheets, draws: Sequence[Hand]) -> Boxes:
    """The columns of the hand counts; the same ones serve every assertion of the contest.

    Raises:
        Malformed: no such row, an unknown choice, votes or missing slips that its cards cannot hold, or hand counts of
            one station that differ.
    """
    places = {choice: place for place, choice in enumerate(table.choices)}
    votes = np.zeros((len(draws), len(places)), dtype=np.int64)
    known: dict[int, Votes | None] = {}
    for number, (row, found, missing, extra) in enumerate(draws):
        if not 0 <= row < len(table.cards):
            raise refused(Sentence("rows from 0 to {last}", {"last": len(table.cards) - 1}), str(row))
        marked = None if found is None else {choice: count for choice, count in found.items() if count}
        if known.setdefault(row, marked) != marked:
            raise refused(Sentence("one hand count for a station, however often it is drawn"), str(row))
        if not 0 <= missing <= table.cards[row]:
            raise refused(Sentence("0 to {cards} missing slips", {"cards": int(table.cards[row])}), str(missing))
        for choice, count in (marked or {}).items():
            if choice not in places:
                raise refused(Sentence("choices of the contest"), choice)
            if not 0 <= count <= table.cards[row] + extra:
                room = Sentence("votes from 0 to {cards}", {"cards": int(table.cards[row]) + extra})
                raise refused(room, str(count))
            votes[number, places[choice]] = count
    rows = np.array([each.row for each in draws], dtype=np.intp)
    is_lost = np.array([each.votes is None for each in draws], dtype=np.bool_)
    apart = np.array([(each.missing, each.extra) for each in draws], dtype=np.int64).reshape(-1, 2)
    return Boxes(table, rows, votes, is_lost, apart[:, 0], apart[:, 1])


def macro_bounds(of_all: Sequence[Bounds]) -> Reals:
    """The bound of each station for MACRO: the largest of its bounds, each by its assertion's margin."""
    if not of_all:
        raise refused(Sentence("at least one assertion"), "0")
    largest: Reals = np.vstack([each.error / each.margin for each in of_all]).max(axis=0)
    return largest


def macro(of_all: Sequence[Bounds], counted: Boxes) -> float:
    """The risk of all these assertions after draws with replacement, proportional to `macro_bounds`.

    The order does not matter; a station drawn twice counts twice.
    """
    error = macro_bounds(of_all)
    drawn = error[counted.rows]
    if (drawn <= 0).any():
        raise refused(Sentence("draws of stations whose sheets can be wrong"), "0")
    found = np.vstack([counted.of(each)[0] / each.margin for each in of_all]).max(axis=0)
    return macro_risk(found / drawn, float(error.sum()))


def macro_risk(taints: Sequence[float] | Sequence[Fraction] | Reals, total: float | Fraction) -> float:
    """Kaplan-Markov on taints: the product of (1 - 1/U) / (1 - taint); 1 if a taint is 1.

    Args:
        taints: of the draws, at most 1; below 0 for understatements.
        total: U, above 1.

    Raises:
        Malformed: a taint above 1, or U of 1 or less.
    """
    values = np.array(taints, dtype=np.float64)
    if not total > 1:
        raise refused(Sentence("a sum of bounds above 1"), str(total))
    if values.max(initial=0) > 1 + 1e-12:
        raise refused(Sentence("taints of at most 1"), str(values.max()))
    with np.errstate(divide="ignore"):
        logarithm = len(values) * np.log1p(-1 / float(total)) - np.log(np.maximum(1 - values, 0)).sum()
    return float(np.exp(min(0.0, logarithm)))


def macro_size(limit: Fraction, total: Fraction) -> int:
    """How many draws to plan: those that keep the limit without any error, and one more for a small one.

    ceil(ln α / ln(1 - 1/U)) + 1, as Arlo plans.
    """
    check_limit(limit)
    if total <= 1:
        raise refused(Sentence("a sum of bounds above 1"), str(total))
    return ceil(log(limit) / log(1 - 1 / total)) + 1


def alpha(bound: Bounds, counted: Boxes, *, is_replaced: bool, bet: Bet = LEARNS) -> Reals:
    """The risk of one assertion after each draw: the least so far.

    Without replacement each draw is proportional to the bounds of the stations that are left, and a station that is
    drawn again is not a new draw. An understatement counts as no error.

    Args:
        bound: the assertion's.
        counted: the boxes, in the order drawn.
        is_replaced: whether they are with replacement.
        bet: how to stake, on numbers from 0 to 1.

    Raises:
        Malformed: as `Boxes.of`; a station drawn twice without replacement, or one whose bound is 0.
    """
    rows = counted.rows
    over, error = counted.of(bound)
    if (error <= 0).any() or (not is_replaced and len(np.unique(rows)) < len(rows)):
        raise refused(Sentence("draws of stations with a bound, each a new one"), str(len(rows)))
    if not len(rows):
        return np.ones(0)
    null = int(bound.error.sum()) - bound.margin
    right = error - over
    if is_replaced:
        means = np.full(len(rows), null / int(bound.error.sum()))
        never = np.zeros(len(rows), dtype=np.bool_)
        return _alpha(np.minimum(right / error, 1), means, never, never, bet)
    seen = np.cumsum(right)
    left = int(bound.error.sum()) - np.cumsum(error)
    means = np.maximum(null - seen + right, 0) / (left + error)
    room = _room(bound, counted.table)
    best = int(room.sum()) - np.cumsum(room[rows])
    return _alpha(np.minimum(right / error, 1), means, seen > null, seen + best <= null, bet)


def _alpha(
    values: Reals, means: Reals, is_refuted: NDArray[np.bool_], is_certain: NDArray[np.bool_], bet: Bet
) -> Reals:
    grown = log_stake(Draws(np.maximum(values, 0), np.minimum(means, 1), 1.0), bet)
    return decided(np.exp(-np.maximum.accumulate(grown)), is_refuted, is_certain)


def _room(bound: Bounds, table: Sheets) -> Counts:
    """The most that each station's cards can weigh above the least."""
    span = (bound.assertion.ceiling - bound.assertion.floor) * bound.scale
    return int(span) * table.cards


def _scale(assertion: Assertion) -> int:
    """Makes all weights whole."""
    values = (*assertion.weights.values(), assertion.floor, assertion.ceiling)
    return lcm(*(value.denominator for value in values))


def _weighed(table: Sheets, weights: Sequence[int], least: int) -> Counts:
    """The sum of votes by weights in each row, if it fits into 64 bits with all cards beside it.

    Raises:
        Malformed: it does not.
    """
    most = max(abs(least), *(abs(weight) for weight in weights))
    if most * (int(table.votes.sum()) + int(table.cards.sum())) >= 2**62:
        raise refused(Sentence("weights and votes that fit into 62 bits"), str(most))
    return table.votes @ np.array(weights, dtype=np.int64)
