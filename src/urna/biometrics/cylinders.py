"""Minutia cylinders: what each minutia sees around it, as bits.

Minutia Cylinder-Code (Cappelli, Ferrara, Maltoni: "Minutia Cylinder-Code: a new representation and matching
technique for fingerprint recognition", IEEE TPAMI 32(12), 2010), the bit variant with 16 x 16 x 6 cells. A
cylinder stands on every minutia, turned to its direction; a cell is 1 if other minutiae are near its place
and turned nearly its angle. Two impressions of one finger share cylinders wherever both show the same patch
of skin, whatever the finger's place and rotation.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from urna.biometrics.kernel import compiled
from urna.biometrics.template import Template

Bits = NDArray[np.uint64]
Reals = NDArray[np.float64]
Indices = NDArray[np.int64]

# Table 1 of the paper: radius, cells across and in angle, spreads, thresholds; pixels at 500 dpi.
RADIUS = 70.0
SPAN = 16
SECTIONS = 6
SPREAD = 28.0 / 3.0
ANGLE_SPREAD = 2.0 * math.pi / 9.0
CELL_THRESHOLD = 0.01
HULL_MARGIN = 50.0
MIN_VALID_CELLS = 0.75
MIN_NEIGHBOURS = 2

_TURN = 2.0 * math.pi
_STEP = 2.0 * RADIUS / SPAN
_WIDTH = _TURN / SECTIONS
_ROOT2 = math.sqrt(2.0)
_REACH = 3.0 * SPREAD
_GAUSS = 1.0 / (SPREAD * math.sqrt(_TURN))
_ANGLES = 256
"""Directions that a template's byte can name."""

_LANES = 8
"""Sections of a cell's sums in memory: six, and two that stay zero, as processors like them."""


def _disc() -> tuple[Reals, Reals, Indices]:
    """The cells inside the circle: their centres in the cylinder's own axes, and their places in the square."""
    offsets = (np.arange(SPAN) - (SPAN - 1) / 2.0) * _STEP
    across, along = np.meshgrid(offsets, offsets, indexing="ij")
    inside = across**2 + along**2 <= RADIUS**2
    return across[inside], along[inside], np.flatnonzero(inside).astype(np.int64)


def _gifts() -> Reals:
    """What a neighbour gives to each section, by its turn from the cylinder in 256ths (eq. 7 to 9)."""
    turn = np.arange(_ANGLES)[:, None] * (_TURN / _ANGLES)
    sections = -math.pi + (np.arange(SECTIONS)[None, :] + 0.5) * _WIDTH
    middle = (sections - turn + math.pi) % _TURN - math.pi
    erf = np.vectorize(math.erf, otypes=[np.float64])
    scale = ANGLE_SPREAD * _ROOT2
    gifts = np.zeros((_ANGLES, _LANES))
    gifts[:, :SECTIONS] = (erf((middle + _WIDTH / 2.0) / scale) - erf((middle - _WIDTH / 2.0) / scale)) / 2.0
    return gifts


CELL_X, CELL_Y, _PLACES = _disc()
_GIFTS = _gifts()
CELLS = len(CELL_X)
BITS = CELLS * SECTIONS
WORDS = (BITS + 63) // 64


class Points(NamedTuple):
    """Minutiae as the matcher sees them, each array of shape (n,).

    `x`, `y` are pixels with y upwards, `angle` radians counter-clockwise from the right, a multiple of a 256th turn.
    """

    x: Reals
    y: Reals
    angle: Reals


class Cylinders(NamedTuple):
    """The cylinders of one template.

    `bits` and `valid` have shape (n, WORDS): bit 6·cell + section, lowest bit first; the rest as in `Points`.
    """

    bits: Bits
    valid: Bits
    x: Reals
    y: Reals
    angle: Reals


def encode(template: Template) -> Cylinders:
    """The cylinders of a template; a minutia too lonely or too near the edge gives none."""
    rows = np.array([(m.x, -m.y, m.angle) for m in template.minutiae], dtype=np.float64).reshape(-1, 3)
    points = Points(rows[:, 0].copy(), rows[:, 1].copy(), rows[:, 2] * (_TURN / 256.0))
    bits, valid, kept = _cylinders(points, _hull(points))
    return Cylinders(bits[kept], valid[kept], *(column[kept] for column in points))


@compiled
def turn_between(one: float, other: float) -> float:
    """The signed difference of two angles, from -pi up to pi."""
    return float((one - other + math.pi) % (2.0 * math.pi) - math.pi)


@compiled
def _cylinders(points: Points, hull: Indices) -> tuple[Bits, Bits, NDArray[np.bool_]]:
    """Algorithm (TPAMI 2010 §3.1, eq. 1 to 10; bits by eq. 25). m is the cylinder's minutia, t another."""
    count = len(points.x)
    bits = np.zeros((count, WORDS), np.uint64)
    valid = np.zeros((count, WORDS), np.uint64)
    kept = np.zeros(count, np.bool_)
    sums = np.empty((SPAN * SPAN, _LANES))
    weights = np.empty(SPAN)
    for m in range(count):
        sums[:] = 0.0
        neighbours = 0
        for t in range(count):
            dx, dy = points.x[t] - points.x[m], points.y[t] - points.y[m]
            if t != m and dx * dx + dy * dy <= (RADIUS + _REACH) ** 2:
                neighbours += 1
                _give(points, m, t, weights, sums)
        cells = _set_bits(points, m, hull, sums, bits[m], valid[m])
        kept[m] = neighbours >= MIN_NEIGHBOURS and cells >= MIN_VALID_CELLS * CELLS
    return bits, valid, kept


@compiled
def _give(points: Points, m: int, t: int, weights: Reals, sums: Reals) -> None:
    """Adds what t gives to every cell of m's cylinder that it reaches (eq. 4 to 9).

    In the cylinder's axes, where the Gaussian of a cell's place is a product of one across and one along; the
    latter lie in `weights`.
    """
    dx, dy = points.x[t] - points.x[m], points.y[t] - points.y[m]
    cosine, sine = math.cos(points.angle[m]), math.sin(points.angle[m])
    u, v = cosine * dx + sine * dy, cosine * dy - sine * dx
    turned = round((points.angle[m] - points.angle[t]) * (_ANGLES / _TURN)) % _ANGLES
    for j in range(*_span(v, _REACH)):
        weights[j] = _bell(j, v)
    for i in range(*_span(u, _REACH)):
        across = (i - (SPAN - 1) / 2.0) * _STEP - u
        share = _GAUSS * _bell(i, u)
        for j in range(*_span(v, math.sqrt(max(0.0, _REACH * _REACH - across * across)))):
            weight = share * weights[j]
            for section in range(_LANES):
                sums[SPAN * i + j, section] += weight * _GIFTS[turned, section]


@compiled
def _bell(row: int, place: float) -> float:
    """The Gaussian of a row's distance from a place, 1 at the place itself."""
    distance = (row - (SPAN - 1) / 2.0) * _STEP - place
    return math.exp(-distance * distance / (2.0 * SPREAD * SPREAD))


@compiled
def _span(place: float, reach: float) -> tuple[int, int]:
    """The rows of cells within reach of a place, the first and one past the last."""
    first = math.ceil((place - reach) / _STEP + (SPAN - 1) / 2.0)
    last = math.floor((place + reach) / _STEP + (SPAN - 1) / 2.0)
    return max(0, first), min(SPAN, last + 1)


@compiled
def _set_bits(points: Points, m: int, hull: Indices, sums: Reals, bits: Bits, valid: Bits) -> int:  # noqa: PLR0917
    """Marks the cells near the hull as valid, their bits 1 where the sum passes the threshold (eq. 25); how many."""
    cosine, sine = math.cos(points.angle[m]), math.sin(points.angle[m])
    is_whole = _depth(points.x[m], points.y[m], points, hull) >= RADIUS - HULL_MARGIN
    cells = 0
    for cell in range(CELLS):
        px = points.x[m] + cosine * CELL_X[cell] - sine * CELL_Y[cell]
        py = points.y[m] + sine * CELL_X[cell] + cosine * CELL_Y[cell]
        if is_whole or _is_near_hull(px, py, points, hull):
            cells += 1
            ones = np.uint64(0)
            for section in range(SECTIONS):
                ones |= np.uint64(sums[_PLACES[cell], section] > CELL_THRESHOLD) << np.uint64(section)
            _put(bits, SECTIONS * cell, ones)
            _put(valid, SECTIONS * cell, np.uint64((1 << SECTIONS) - 1))
    return cells


@compiled
def _put(words: Bits, first_bit: int, ones: np.uint64) -> None:
    """Sets a cell's six bits, which may lie across two words."""
    word, shift = first_bit >> 6, first_bit & 63
    words[word] |= ones << np.uint64(shift)
    if shift > 64 - SECTIONS:
        words[word + 1] |= ones >> np.uint64(64 - shift)


@compiled
def _depth(px: float, py: float, points: Points, hull: Indices) -> float:
    """How deep inside the hull a place lies, pixels; below 0 outside, and where the hull has no area."""
    if len(hull) < 3:
        return -1.0
    depth = math.inf
    for index in range(len(hull)):
        a, b = hull[index], hull[(index + 1) % len(hull)]
        ex, ey = points.x[b] - points.x[a], points.y[b] - points.y[a]
        height = ex * (py - points.y[a]) - ey * (px - points.x[a])
        depth = min(depth, height / math.hypot(ex, ey))
    return depth


@compiled
def _is_near_hull(px: float, py: float, points: Points, hull: Indices) -> bool:
    """Whether a place is inside the hull or within its margin (eq. 3).

    An outer place is nearest to an edge that it is outside of, so only those are measured.
    """
    inside = len(hull) > 2
    for index in range(len(hull)):
        a, b = hull[index], hull[(index + 1) % len(hull)]
        ex, ey = points.x[b] - points.x[a], points.y[b] - points.y[a]
        dx, dy = px - points.x[a], py - points.y[a]
        if len(hull) <= 2 or ex * dy - ey * dx < 0.0:
            inside = False
            length = ex * ex + ey * ey
            along = min(1.0, max(0.0, (dx * ex + dy * ey) / length)) if length > 0.0 else 0.0
            if (dx - along * ex) ** 2 + (dy - along * ey) ** 2 <= HULL_MARGIN * HULL_MARGIN:
                return True
    return inside


@compiled
def _hull(points: Points) -> Indices:
    """The corners of the convex hull, counter-clockwise (Andrew's monotone chain)."""
    count = len(points.x)
    order = np.argsort(points.x * 65536.0 + points.y)
    corners = np.empty(2 * count + 1, np.int64)
    size = 0
    for half in range(2):
        floor = size + 1
        for step in range(count):
            point = order[step] if half == 0 else order[count - 1 - step]
            while size > floor and _left_turn(points, corners[size - 2], corners[size - 1], point) <= 0.0:
                size -= 1
            corners[size] = point
            size += 1
        size -= 1
    return corners[: max(size, min(count, 1))]


@compiled
def _left_turn(points: Points, a: int, b: int, c: int) -> float:
    """Positive if the way from a over b to c turns left."""
    abx, aby = points.x[b] - points.x[a], points.y[b] - points.y[a]
    acx, acy = points.x[c] - points.x[a], points.y[c] - points.y[a]
    return float(abx * acy - aby * acx)
