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
_WIDTH = _TURN / SECTIONS
_ROOT2 = math.sqrt(2.0)
_REACH = 3.0 * SPREAD
_GAUSS = 1.0 / (SPREAD * math.sqrt(_TURN))


def _disc() -> tuple[Reals, Reals]:
    """The centres of the cells inside the circle, in the cylinder's own axes."""
    offsets = (np.arange(1, SPAN + 1) - (SPAN + 1) / 2.0) * (2.0 * RADIUS / SPAN)
    across, along = np.meshgrid(offsets, offsets, indexing="ij")
    inside = across**2 + along**2 <= RADIUS**2
    return across[inside], along[inside]


CELL_X, CELL_Y = _disc()
CELLS = len(CELL_X)
BITS = CELLS * SECTIONS
WORDS = (BITS + 63) // 64


class Points(NamedTuple):
    """Minutiae as the matcher sees them, each array of shape (n,).

    `x`, `y` are pixels with y upwards, `angle` radians counter-clockwise from the right.
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
    near = np.empty(count, np.int64)
    turned, sums = np.empty((count, SECTIONS)), np.empty(SECTIONS)
    for m in range(count):
        neighbours = _neighbours(points, m, near, turned)
        cosine, sine = math.cos(points.angle[m]), math.sin(points.angle[m])
        cells = 0
        for cell in range(CELLS):
            px = points.x[m] + cosine * CELL_X[cell] - sine * CELL_Y[cell]
            py = points.y[m] + sine * CELL_X[cell] + cosine * CELL_Y[cell]
            if _is_near_hull(px, py, points, hull):
                cells += 1
                _add_up(px, py, points, near[:neighbours], turned, sums)
                _set_bits(sums, SECTIONS * cell, bits[m], valid[m])
        kept[m] = neighbours >= MIN_NEIGHBOURS and cells >= MIN_VALID_CELLS * CELLS
    return bits, valid, kept


@compiled
def _neighbours(points: Points, m: int, near: Indices, turned: Reals) -> int:
    """Lists the minutiae that can reach m's cylinder, and what each gives to every section (eq. 7 to 9)."""
    found = 0
    for t in range(len(points.x)):
        dx, dy = points.x[t] - points.x[m], points.y[t] - points.y[m]
        if t != m and dx * dx + dy * dy <= (RADIUS + _REACH) ** 2:
            near[found] = t
            difference = turn_between(points.angle[m], points.angle[t])
            for section in range(SECTIONS):
                middle = turn_between(-math.pi + (section + 0.5) * _WIDTH, difference)
                high = math.erf((middle + _WIDTH / 2.0) / (ANGLE_SPREAD * _ROOT2))
                low = math.erf((middle - _WIDTH / 2.0) / (ANGLE_SPREAD * _ROOT2))
                turned[found, section] = (high - low) / 2.0
            found += 1
    return found


@compiled
def _add_up(px: float, py: float, points: Points, near: Indices, turned: Reals, sums: Reals) -> None:  # noqa: PLR0917
    """What the neighbours give to the six sections above one place (eq. 4 to 6), into `sums`."""
    sums[:] = 0.0
    for index in range(len(near)):
        dx, dy = px - points.x[near[index]], py - points.y[near[index]]
        square = dx * dx + dy * dy
        if square <= _REACH * _REACH:
            weight = _GAUSS * math.exp(-square / (2.0 * SPREAD * SPREAD))
            for section in range(SECTIONS):
                sums[section] += weight * turned[index, section]


@compiled
def _set_bits(sums: Reals, first_bit: int, bits: Bits, valid: Bits) -> None:
    """Marks a cell's bits as valid, and as 1 where the sum passes the threshold (eq. 25)."""
    for section in range(SECTIONS):
        bit = first_bit + section
        mask = np.uint64(1) << np.uint64(bit & 63)
        valid[bit >> 6] |= mask
        if sums[section] > CELL_THRESHOLD:
            bits[bit >> 6] |= mask


@compiled
def _is_near_hull(px: float, py: float, points: Points, hull: Indices) -> bool:
    """Whether a place is inside the hull or within its margin (eq. 3)."""
    inside = len(hull) > 2
    for index in range(len(hull)):
        a, b = hull[index], hull[(index + 1) % len(hull)]
        ex, ey = points.x[b] - points.x[a], points.y[b] - points.y[a]
        dx, dy = px - points.x[a], py - points.y[a]
        length = ex * ex + ey * ey
        along = min(1.0, max(0.0, (dx * ex + dy * ey) / length)) if length > 0.0 else 0.0
        if (dx - along * ex) ** 2 + (dy - along * ey) ** 2 <= HULL_MARGIN * HULL_MARGIN:
            return True
        inside = inside and ex * dy - ey * dx >= 0.0
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
