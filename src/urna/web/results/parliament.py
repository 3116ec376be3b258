"""The parliament chart: one circle a seat, in rows of a half ring, parties side by side from left to right."""

import math
from collections.abc import Iterable
from typing import NamedTuple


class Seat(NamedTuple):
    """A circle of the chart. Coordinates in a box of 200 × 108 units, the y axis down."""

    x: float
    y: float
    radius: float
    party: str


def parliament(seats: Iterable[tuple[str, int]]) -> list[Seat]:
    """The seats of a house as circles.

    1. Choose the number of rows so that circles are about as far apart along a row as between rows.
    2. Share the seats over the rows in proportion to the rows' lengths (largest remainders).
    3. Give the places to the parties by angle, so that each party is one wedge.

    Args:
        seats: parties in the order from left to right, with their seats.
    """
    parties = [party for party, count in seats for _ in range(count)]
    total = len(parties)
    if not total:
        return []
    radii = _row_radii(total)
    places = []
    for radius, count in zip(radii, _share(total, radii), strict=True):
        angles = [math.pi * (place + 0.5) / count for place in range(count)] if count else []
        places += [(angle, radius) for angle in angles]
    places.sort(key=lambda place: (place[0], -place[1]))
    size = min(0.42 * _gap(radii), 0.42 * math.pi * sum(radii) / total, 6.0)
    return [
        Seat(round(100 - radius * math.cos(angle), 2), round(100 - radius * math.sin(angle), 2), round(size, 2), party)
        for (angle, radius), party in zip(places, parties, strict=True)
    ]


def _row_radii(total: int) -> list[float]:
    """Radii of the rows, from 40 at the inside to 92 at the outside."""
    rows = max(1, round(math.sqrt(total / 5.2)))
    if rows == 1:
        return [75.0]
    return [40.0 + 52.0 * row / (rows - 1) for row in range(rows)]


def _gap(radii: list[float]) -> float:
    return radii[1] - radii[0] if len(radii) > 1 else 40.0


def _share(total: int, radii: list[float]) -> list[int]:
    length = sum(radii)
    exact = [total * radius / length for radius in radii]
    counts = [int(each) for each in exact]
    by_remainder = sorted(range(len(radii)), key=lambda row: exact[row] - counts[row], reverse=True)
    for row in by_remainder[: total - sum(counts)]:
        counts[row] += 1
    return counts
