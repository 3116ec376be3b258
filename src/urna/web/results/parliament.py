"""The parliament chart: one circle a seat, in rows of a half ring, parties side by side from left to right."""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

CENTRE = 100.0
"""Of the half ring, from the left and from the top."""

HOLE = 40.0
SMALLEST_HOLE = 30.0
MOST_ROWS = 40
FILL = 0.42
"""A circle's radius over the distance between circles."""

LARGEST = 11.0

LABEL_RADIUS = 105.0
LABELS_APART = 6.0


class Seat(NamedTuple):
    """A circle of the chart. Coordinates in a box of 200 × 108 units, the y axis down."""

    x: float
    y: float
    radius: float
    party: str


def parliament(seats: Iterable[tuple[str, int]]) -> list[Seat]:
    """The seats of a house as circles.

    1. Choose the rows: as far apart as circles along a row, around a hole in the middle.
    2. Share the seats over the rows in proportion to the rows' lengths (largest remainders).
    3. Give the places to the parties by angle, so that each party is one wedge.

    Args:
        seats: parties in the order from left to right, with their seats.
    """
    parties = [party for party, count in seats for _ in range(count)]
    if not parties:
        return []
    radii, gap = _rows(len(parties))
    counts = _share(len(parties), radii)
    places = [
        (math.pi * (place + 0.5) / count, radius)
        for radius, count in zip(radii, counts, strict=True)
        for place in range(count)
    ]
    places.sort(key=lambda place: (place[0], -place[1]))
    along = [math.pi * radius / count for radius, count in zip(radii, counts, strict=True) if count]
    size = round(min(FILL * min(gap, *along), LARGEST), 2)
    return [
        Seat(_along(angle, radius), _across(angle, radius), size, party)
        for (angle, radius), party in zip(places, parties, strict=True)
    ]


class Label(NamedTuple):
    """A wedge's sign outside the ring; it may stand up to 12 units outside the box."""

    x: float
    y: float
    text: str


def wedge_labels(wedges: Iterable[tuple[str, Sequence[Seat]]]) -> list[Label]:
    """A sign at the middle of each wedge, from left to right, none so near the one before that they touch.

    Args:
        wedges: the sign of each party with its seats, in the order from left to right.
    """
    labels: list[Label] = []
    for text, seats in wedges:
        if not seats:
            continue
        across = sum(CENTRE - seat.x for seat in seats)
        angle = math.atan2(sum(CENTRE - seat.y for seat in seats), across)
        label = Label(_along(angle, LABEL_RADIUS), _across(angle, LABEL_RADIUS), text)
        if not labels or math.dist(label[:2], labels[-1][:2]) >= LABELS_APART:
            labels.append(label)
    return labels


def _along(angle: float, radius: float) -> float:
    return round(CENTRE - radius * math.cos(angle), 2)


def _across(angle: float, radius: float) -> float:
    return round(CENTRE - radius * math.sin(angle), 2)


def _rows(total: int) -> tuple[list[float], float]:
    """The radii of the rows from the outside in, and how far apart they are.

    With n rows, d apart, the outermost 0.45 d inside the edge, all of them together are
    pi (100 n - d (0.45 n + n (n - 1) / 2)) long; circles d apart along them are the total, which gives d.
    Of all n, the one whose innermost radius is nearest to that of the hole that looks best.
    """
    choices = []
    for rows in range(1, MOST_ROWS + 1):
        gap = 100 * math.pi * rows / (total + math.pi * (0.45 * rows + rows * (rows - 1) / 2))
        radii = [CENTRE - 0.45 * gap - gap * row for row in range(rows)]
        if rows == 1 or radii[-1] >= SMALLEST_HOLE:
            choices.append((abs(radii[-1] - HOLE), radii, gap))
    _, radii, gap = min(choices)
    return radii, gap


def _share(total: int, radii: list[float]) -> list[int]:
    length = sum(radii)
    exact = [total * radius / length for radius in radii]
    counts = [int(each) for each in exact]
    by_remainder = sorted(range(len(radii)), key=lambda row: exact[row] - counts[row], reverse=True)
    for row in by_remainder[: total - sum(counts)]:
        counts[row] += 1
    return counts
