"""Sheets altered so that the outcome changes: how often an audit of stations misses it, limit 5 %.

Three hundred boxes that together have the loser two votes ahead, and 1, 10 or 100 sheets that say 360 to 40 where
their boxes hold 40 to 360. No wrong outcome is harder to find.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache, partial
from math import comb
from random import Random
from typing import NamedTuple

from bench.audit_type_one import LIMIT, PAIR, SLIPS, alpha_of, hands
from bench.figures import Figure
from urna.audit.risk.batches import Hand, Sheets, bounds, boxes, macro, macro_bounds, macro_size, sheets

WRONG = (1, 10, 100)
ROUNDS = 3
CONFIDENCE = Fraction(95, 100)
MOST_MISSED = Fraction(LIMIT).limit_denominator(100) + Fraction(15, 1000)
"""What the upper bound of the misses has to stay below: the limit and one and a half points."""
STEPS = 10_000


class Wrong(NamedTuple):
    """A method, and in how many stations the sheets are altered."""

    method: str
    stations: int
    misses: Callable[[Random], bool]
    """One audit: whether it confirmed the wrong outcome."""


MANY = 300


@cache
def swapped(wrong: int) -> tuple[Sheets, list[Hand]]:
    """Three hundred boxes in which B has two votes more; on so many sheets 40 to 360 was turned into 360 to 40.

    The other boxes make up for these, as evenly as whole numbers can.
    """
    missing, counted = 320 * wrong - 2, [(40, 360)] * wrong
    for left in range(MANY - wrong, 0, -1):
        lead = 2 * round(missing / left / 2)
        counted.append(((SLIPS + lead) // 2, (SLIPS - lead) // 2))
        missing -= lead
    said = [(360, 40)] * wrong + counted[wrong:]
    return sheets(("A", "B"), said, [SLIPS] * MANY), hands(counted)


def macro_misses(stations: int) -> Callable[[Random], bool]:
    """MACRO as it is run: the planned draws, then as many again, and once more; after that every box is counted."""
    table, counted = swapped(stations)
    of_all = [bounds(PAIR, table)]
    weights = macro_bounds(of_all).tolist()
    planned = macro_size(Fraction(LIMIT).limit_denominator(100), of_all[0].total)

    def misses(chance: Random) -> bool:
        drawn = chance.choices(counted, weights=weights, k=ROUNDS * planned)
        looks = (drawn[: number * planned] for number in range(1, ROUNDS + 1))
        return any(macro(of_all, boxes(table, look)) <= LIMIT for look in looks)

    return misses


WRONGS = tuple(
    Wrong(method, stations, misses)
    for stations in WRONG
    for method, misses in (
        ("MACRO", macro_misses(stations)),
        ("ALPHA", alpha_of(partial(swapped, stations), is_replaced=False)),
    )
)


def missed(wrong: Wrong, runs: int) -> int:
    """How many of so many audits confirm the wrong outcome; the same for the same number of runs."""
    chance = Random(f"wrongs/{wrong.method}/{wrong.stations}")
    return sum(wrong.misses(chance) for _ in range(runs))


def at_most(found: int, runs: int, rate: Fraction) -> Fraction:
    """The probability of at most so many in so many runs, each with this rate; exact."""
    of, other = rate.numerator, rate.denominator - rate.numerator
    ways = sum(comb(runs, hits) * of**hits * other ** (runs - hits) for hits in range(found + 1))
    return Fraction(ways, rate.denominator**runs)


def upper_bound(found: int, runs: int) -> Fraction:
    """The one-sided 95 % upper confidence bound of a rate (Clopper and Pearson 1934), up to the next 1/10,000.

    The least rate of which a sample with so few would be as rare as 5 %.
    """
    low, high = 0, STEPS
    while high - low > 1:
        middle = (low + high) // 2
        if at_most(found, runs, Fraction(middle, STEPS)) <= 1 - CONFIDENCE:
            high = middle
        else:
            low = middle
    return Fraction(high, STEPS)


def run(runs: int) -> Iterator[Figure]:
    """The misses of each method and their upper bound; a bound of 6.5 % or more fails.

    Raises:
        RuntimeError: it is.
    """
    for wrong in WRONGS:
        found = missed(wrong, runs)
        bound = upper_bound(found, runs)
        name = f"{wrong.method}, sheets altered in {wrong.stations} of {MANY} stations"
        yield Figure(f"{name}: missed", 100 * found / runs, "%", runs)
        yield Figure(f"{name}: 95 % upper bound", float(100 * bound), "%", runs)
        if runs >= 1000 and bound >= MOST_MISSED:
            raise RuntimeError(f"{name}: the bound is {float(bound):.2%}, expected below {float(MOST_MISSED):.2%}")
