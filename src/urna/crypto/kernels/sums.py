"""Plain sums of many points, column by column, and many small combinations Σ s·P at once."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from urna.crypto.kernels.compiler import called, compiled
from urna.crypto.kernels.lanes import lanes_of
from urna.crypto.kernels.multi_scalar import recode
from urna.crypto.kernels.points import (
    NIELS_WORDS,
    POINT_WORDS,
    Places,
    Point,
    Words,
    add_niels,
    add_prepared,
    doubled,
    load_niels,
    load_point,
    neutral,
    prepared_of,
    signed_niels,
    spaced,
    store_point,
    up_to,
)

Picks: TypeAlias = npt.NDArray[np.int64]
Digits: TypeAlias = npt.NDArray[np.int32]

DIGIT_BITS = 4
_DIGIT_BITS = np.int64(DIGIT_BITS)
DIGITS = 64
"""Digits -8..8 of a scalar below 2^253."""
MULTIPLES = 9
"""0 to 8 times a point."""


@compiled
def sum_columns(niels: Words, rows: int, columns: int, points: Words) -> None:
    """Adds niels row (r·columns + c), for every r, to points[c]; four columns at a time stay in registers."""
    for first in range(0, columns, 4):
        places = up_to(first, columns, POINT_WORDS)
        a, b, c, d = up_to(first, columns, NIELS_WORDS)
        total = load_point(points, places)
        for row in range(rows):
            start = row * columns * NIELS_WORDS
            total = add_niels(total, load_niels(niels, (start + a, start + b, start + c, start + d)))
        store_point(points, places, total)


@compiled
def combine(niels: Words, picks: Picks, scalars: Words, terms: int, count: int, points: Words) -> None:  # noqa: PLR0917
    """points[i] = Σ scalar·row over the terms of i, by Straus' method: one chain of doublings for all terms.

    Args:
        niels: 16 words a point.
        picks: for each i and term, the row of `niels`.
        scalars: for each i and term, four words, below 2^253.
        terms: of each sum.
        count: sums.
        points: 24 words a sum.
    """
    digits = np.empty(count * terms * DIGITS, np.int32)
    recode(scalars, count * terms, DIGIT_BITS, DIGITS, digits)
    table = np.empty(terms * 4 * MULTIPLES * POINT_WORDS, np.uint64)
    for first in range(0, count, 4):
        whose = up_to(first, count, terms)
        for term in range(terms):
            rows = (picks[whose[0] + term], picks[whose[1] + term], picks[whose[2] + term], picks[whose[3] + term])
            _fill_table(niels, rows, table, term * 4 * MULTIPLES * POINT_WORDS)
        total = neutral()
        for position in range(DIGITS - 1, -1, -1):
            total = doubled(total, _DIGIT_BITS)
            for term in range(terms):
                total = _add_multiple(total, table, term, digits, whose, position)
        store_point(points, up_to(first, count, POINT_WORDS), total)


@called
def _fill_table(niels: Words, rows: tuple[int, int, int, int], table: Words, start: int) -> None:
    """0 to 8 times each of four points, prepared for addition, lane after lane."""
    a, b, c, d = rows
    point = load_niels(niels, (a * NIELS_WORDS, b * NIELS_WORDS, c * NIELS_WORDS, d * NIELS_WORDS))
    multiple = neutral()
    for number in range(MULTIPLES):
        places = spaced(start + number * POINT_WORDS, MULTIPLES * POINT_WORDS)
        store_point(table, places, prepared_of(multiple))
        multiple = add_niels(multiple, point)


@called
def _add_multiple(total: Point, table: Words, term: int, digits: Digits, whose: Places, position: int) -> Point:  # noqa: PLR0917
    """The sum with each lane's digit times its point."""
    a = int(digits[(whose[0] + term) * DIGITS + position])
    b = int(digits[(whose[1] + term) * DIGITS + position])
    c = int(digits[(whose[2] + term) * DIGITS + position])
    d = int(digits[(whose[3] + term) * DIGITS + position])
    start = term * 4 * MULTIPLES
    places = (
        (start + abs(a)) * POINT_WORDS,
        (start + MULTIPLES + abs(b)) * POINT_WORDS,
        (start + 2 * MULTIPLES + abs(c)) * POINT_WORDS,
        (start + 3 * MULTIPLES + abs(d)) * POINT_WORDS,
    )
    negative = lanes_of(np.uint64(a >> 63), np.uint64(b >> 63), np.uint64(c >> 63), np.uint64(d >> 63))
    plus, minus, product, twice_z = load_point(table, places)
    plus, minus, product = signed_niels((plus, minus, product), negative)
    return add_prepared(total, (plus, minus, product, twice_z))
