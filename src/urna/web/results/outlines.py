"""Outlines from degrees to a small picture: placed, simplified, and with room found for a sign on each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from math import ceil, cos, hypot, radians
from typing import NamedTuple

from urna.encoding.canonical import Code

SIDE = 720
"""Units of the longer side of the picture."""

MOST_POINTS = 1800
"""Corners of all outlines together: about 12 kB of the overview."""

FINEST, COARSEST = 0.5, 64.0
"""How far, in units, a line may be from the corners that it leaves out: tried from the finest on."""

STEPS = 16
"""Places looked at in each direction for the middle of an outline."""

Position = tuple[float, float]
Ring = Sequence[Position]
Outlines = Mapping[Code, Sequence[Ring]]
"""Closed rings by territory: the last corner is the first again. Islands and holes are rings alike."""


class Middle(NamedTuple):
    """Where a sign stands on a territory, in units."""

    x: int
    y: int
    room: int
    """From there to the nearest border."""


class Drawing(NamedTuple):
    """The outlines in units, from the upper left corner."""

    width: int
    height: int
    rings: Outlines


def drawing(rings: Outlines) -> Drawing:
    """Outlines in degrees (east, north) as a drawing, a degree as wide as it is in the middle of the territory."""
    placed = _placed(_unrolled(rings))
    xs = [x for each in placed.values() for ring in each for x, _ in ring]
    ys = [y for each in placed.values() for ring in each for _, y in ring]
    tolerance = FINEST
    while True:
        simple = {code: list(_fewer(each, tolerance)) for code, each in placed.items()}
        if sum(len(ring) for each in simple.values() for ring in each) <= MOST_POINTS or tolerance > COARSEST:
            return Drawing(ceil(max(xs)), ceil(max(ys)), simple)
        tolerance *= 1.4


def middle(rings: Sequence[Ring]) -> Middle:
    """The place farthest from every border, of those on a grid over the largest ring."""
    largest = max(rings, key=_area)
    xs, ys = [x for x, _ in largest], [y for _, y in largest]
    grid = [
        (min(xs) + (max(xs) - min(xs)) * (i + 0.5) / STEPS, min(ys) + (max(ys) - min(ys)) * (j + 0.5) / STEPS)
        for i in range(STEPS)
        for j in range(STEPS)
    ]
    found = max(((_room(point, rings), point) for point in grid if _is_inside(point, rings)), default=None)
    if found is None:
        return Middle(round((min(xs) + max(xs)) / 2), round((min(ys) + max(ys)) / 2), 0)
    room, (x, y) = found
    return Middle(round(x), round(y), int(room))


def _unrolled(rings: Outlines) -> Outlines:
    """The same, cut where there is most sea: a country on both sides of 180 degrees stays in one piece."""
    easts = sorted({x for each in rings.values() for ring in each for x, _ in ring})
    gaps = [(right - left, left) for left, right in pairwise(easts)]
    widest, cut = max(gaps, default=(0.0, 0.0))
    if widest <= easts[0] + 360 - easts[-1]:
        return rings
    return {code: [[(x + 360 if x <= cut else x, y) for x, y in ring] for ring in each] for code, each in rings.items()}


def _placed(rings: Outlines) -> Outlines:
    points = [point for each in rings.values() for ring in each for point in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    narrower = cos(radians((south + north) / 2))
    scale = SIDE / max((east - west) * narrower, north - south, 1e-9)
    return {
        code: [[((x - west) * narrower * scale, (north - y) * scale) for x, y in ring] for ring in each]
        for code, each in rings.items()
    }


def _fewer(rings: Sequence[Ring], tolerance: float) -> Iterator[Ring]:
    """The rings with fewer corners; those too small to be seen are left out, but never the largest."""
    largest = max(rings, key=_area)
    for ring in rings:
        if ring is largest or _extent(ring) > 2 * tolerance:
            yield _simplified(ring, tolerance)


def _simplified(ring: Ring, tolerance: float) -> Ring:
    """Fewer corners: those farther than the tolerance from the line between kept ones (Douglas, Peucker 1973).

    Whatever the tolerance, a triangle stays.
    """
    if len(ring) < 5:
        return ring
    last = len(ring) - 1
    opposite = _farthest(ring[0], ring[0], ring, 0, last)[1]
    third = max(_farthest(ring[0], ring[opposite], ring, *span) for span in ((0, opposite), (opposite, last)))[1]
    keep = sorted({0, opposite, third, last})
    spans = list(pairwise(keep))
    while spans:
        start, end = spans.pop()
        distance, far = _farthest(ring[start], ring[end], ring, start, end)
        if distance > tolerance:
            keep.append(far)
            spans += [(start, far), (far, end)]
    return [ring[n] for n in sorted(set(keep))]


def _farthest(one: Position, other: Position, ring: Ring, start: int, end: int) -> tuple[float, int]:
    """The distance from a line to the farthest corner between two, and which one that is."""
    return max(((_distance(ring[n], one, other), n) for n in range(start + 1, end)), default=(0.0, start))


def _distance(point: Position, start: Position, end: Position) -> float:
    """From a point to the line between two others, ends included."""
    (x, y), (a, b), (c, d) = point, start, end
    squared = (c - a) ** 2 + (d - b) ** 2
    along = max(0.0, min(1.0, ((x - a) * (c - a) + (y - b) * (d - b)) / squared)) if squared else 0.0
    return hypot(x - a - along * (c - a), y - b - along * (d - b))


def _extent(ring: Ring) -> float:
    """The longer side of the box around a ring."""
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return max(max(xs) - min(xs), max(ys) - min(ys))


def _area(ring: Ring) -> float:
    """Twice the area within a ring."""
    return abs(sum(a * d - c * b for (a, b), (c, d) in pairwise(ring)))


def _room(point: Position, rings: Iterable[Ring]) -> float:
    return min(_distance(point, start, end) for ring in rings for start, end in pairwise(ring))


def _is_inside(point: Position, rings: Iterable[Ring]) -> bool:
    """Whether a line from the point to the east crosses borders an odd number of times, so that holes are outside."""
    x, y = point
    crossed = 0
    for ring in rings:
        for (a, b), (c, d) in pairwise(ring):
            if (b > y) != (d > y) and x < a + (y - b) * (c - a) / (d - b):
                crossed += 1
    return crossed % 2 == 1
