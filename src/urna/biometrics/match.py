"""How alike two fingers are: cylinders compared, paired, and relaxed by their geometry.

1. Compare every cylinder of one with every cylinder of the other, bit by bit.
2. Pair them greedily, the most alike first, each once.
3. Relax: a pair gains where other pairs agree with it in distance, direction and bearing.
4. The score is the mean strength of the pairs that relaxation kept best.

Local greedy similarity with relaxation (LGS-R) of Cappelli, Ferrara, Maltoni, IEEE TPAMI 32(12), 2010, §4.2
and §5.2, with the parameters of its Table 1; the bits of eq. 26 and 27.
"""

import math

import numpy as np
from numpy.typing import NDArray

from urna.biometrics.cylinders import BITS, Bits, Cylinders, Indices, Points, Reals, encode, turn_between
from urna.biometrics.kernel import compiled, ones
from urna.biometrics.template import Kind, Minutia, Template

MATCHER = "MCC 16x16x6 bits, LGS-R, urna 2"
"""Changes whenever a score may: a calibration holds for the matcher it names."""

MAX_TURN = math.pi / 2.0
"""Fingers laid down more than a quarter turn apart are not compared."""

MIN_COMMON_BITS = 0.60 * BITS
MIN_PAIRS, MAX_PAIRS = 4, 12
RELAXATIONS = 5
KEEP = 0.5

_15_DEGREES = math.pi / 12.0
_FAR = 5.0 + 28.0 / 1.6
_TURNED = _15_DEGREES + 28.0 / 30.0
"""Beyond these a sigmoid is below e^-28, less than 10^-12."""


def score(one: Template, other: Template) -> float:
    """How alike two templates are, 0 (nothing in common) to 1; the same in both orders up to rounding.

    Impressions of different fingers stay below about 0.04, of one finger mostly lie between 0.05 and 0.6:
    `urna.biometrics.decision` has the threshold and its evidence.
    """
    return score_cylinders(encode(one), encode(other))


def score_cylinders(one: Cylinders, other: Cylinders) -> float:
    """The same for templates that were encoded before: for one probe against many."""
    return float(_score(one, other))


def warm() -> None:
    """Compiles or loads every kernel, so that the first elector does not wait (some seconds, once)."""
    ring = [(round(100 + 60 * math.cos(a)), round(100 + 60 * math.sin(a)), int(40 * a)) for a in range(6)]
    points = tuple(Minutia(x, y, angle, Kind.ENDING, 50) for x, y, angle in (*ring, (100, 100, 0)))
    template = Template(width=200, height=200, minutiae=points)
    score(template, template)


@compiled
def _score(a: Cylinders, b: Cylinders) -> float:
    """Steps 1 to 4; 0 where fewer than two pairs are found."""
    if min(len(a.x), len(b.x)) < 2:
        return 0.0
    alike = _similarities(a, b)
    left, right = _greedy_pairs(alike)
    if len(left) < 2:
        return 0.0
    return _relaxed_score(alike, left, right, a, b)


@compiled
def _similarities(a: Cylinders, b: Cylinders) -> Reals:
    """Gamma of eq. 26 for all pairs, shape (n, m): 1 for equal cylinders, 0 where they may not be compared."""
    alike = np.zeros((len(a.x), len(b.x)))
    for i in range(len(a.x)):
        for j in range(len(b.x)):
            if abs(turn_between(a.angle[i], b.angle[j])) <= MAX_TURN:
                alike[i, j] = _similarity(a.bits[i], a.valid[i], b.bits[j], b.valid[j])
    return alike


@compiled
def _similarity(a: Bits, a_valid: Bits, b: Bits, b_valid: Bits) -> float:
    common, different, in_a, in_b = np.uint64(0), np.uint64(0), np.uint64(0), np.uint64(0)
    for word in range(len(a)):
        both = a_valid[word] & b_valid[word]
        common += ones(both)
        different += ones((a[word] ^ b[word]) & both)
        in_a += ones(a[word] & both)
        in_b += ones(b[word] & both)
    if common < MIN_COMMON_BITS or in_a + in_b == 0:
        return 0.0
    return 1.0 - math.sqrt(different) / (math.sqrt(in_a) + math.sqrt(in_b))


@compiled
def _greedy_pairs(alike: Reals) -> tuple[Indices, Indices]:
    """Row and column of the pairs, the most alike first, each row and column at most once.

    Every free row remembers its best free column; of equals the first row and the first column go first.
    """
    rows, columns = alike.shape
    row_free, column_free = np.ones(rows, np.bool_), np.ones(columns, np.bool_)
    best = np.empty(rows, np.int64)
    for row in range(rows):
        best[row] = _best_column(alike[row], column_free)
    pairs = np.empty((2, min(rows, columns)), np.int64)
    found = 0
    while found < pairs.shape[1]:
        chosen, most = -1, 0.0
        for row in range(rows):
            if row_free[row] and best[row] >= 0 and alike[row, best[row]] > most:
                chosen, most = row, alike[row, best[row]]
        if chosen < 0:
            break
        taken = best[chosen]
        row_free[chosen] = column_free[taken] = False
        pairs[0, found], pairs[1, found] = chosen, taken
        found += 1
        for row in range(rows):
            if row_free[row] and best[row] == taken:
                best[row] = _best_column(alike[row], column_free)
    return pairs[0, :found], pairs[1, :found]


@compiled
def _best_column(row: Reals, is_free: NDArray[np.bool_]) -> int:
    """The free column with the greatest value above 0, the first of equals; -1 if there is none."""
    best, most = -1, 0.0
    for column in range(len(row)):
        if is_free[column] and row[column] > most:
            best, most = column, row[column]
    return best


@compiled
def _relaxed_score(alike: Reals, left: Indices, right: Indices, a: Cylinders, b: Cylinders) -> float:
    """Relaxation and the final mean (eq. 18 to 24): lambda is a pair's strength, rho how two pairs agree."""
    count = len(left)
    first = np.empty(count)
    for t in range(count):
        first[t] = alike[left[t], right[t]]
    rho = _agreements(Points(a.x[left], a.y[left], a.angle[left]), Points(b.x[right], b.y[right], b.angle[right]))
    strength = first.copy()
    for _ in range(RELAXATIONS):
        strength = KEEP * strength + (1.0 - KEEP) / (count - 1) * _supports(rho, strength)
    wanted = _pairs_wanted(min(alike.shape))
    best = np.argsort(-(strength / first), kind="mergesort")[:wanted]
    return float(strength[best].sum() / wanted)


@compiled
def _supports(rho: Reals, strength: Reals) -> Reals:
    """What the other pairs' strengths add up to, weighed by agreement."""
    supports = np.zeros(len(strength))
    for t in range(len(strength)):
        for k in range(len(strength)):
            supports[t] += rho[t, k] * strength[k]
    return supports


@compiled
def _agreements(a: Points, b: Points) -> Reals:
    """Rho of eq. 20 to 23, shape (n, n), zero on the diagonal: distance, direction and bearing, each.

    Where distance or direction alone leave less than 10^-12, rho is 0 and the bearing is not worked out.
    """
    count = len(a.x)
    rho = np.zeros((count, count))
    for t in range(count):
        for k in range(t):
            dx, dy = a.x[k] - a.x[t], a.y[k] - a.y[t]
            ex, ey = b.x[k] - b.x[t], b.y[k] - b.y[t]
            d1 = abs(math.sqrt(dx * dx + dy * dy) - math.sqrt(ex * ex + ey * ey))
            d2 = abs(turn_between(a.angle[t] - a.angle[k], b.angle[t] - b.angle[k]))
            if d1 < _FAR and d2 < _TURNED:
                agreed = _sigmoid(d1, 5.0, -1.6) * _sigmoid(d2, _15_DEGREES, -30.0)
                seen = math.atan2(dy, dx) - math.atan2(ey, ex)
                rho[t, k] = agreed * _bearing(a.angle[t] - b.angle[t] - seen)
                rho[k, t] = agreed * _bearing(a.angle[k] - b.angle[k] - seen)
    return rho


@compiled
def _bearing(turned: float) -> float:
    """How well two bearings agree, from their difference (eq. 23)."""
    return _sigmoid(abs(turn_between(turned, 0.0)), _15_DEGREES, -30.0)


@compiled
def _sigmoid(value: float, middle: float, slope: float) -> float:
    return 1.0 / (1.0 + math.exp(-slope * (value - middle)))


@compiled
def _pairs_wanted(fewest: int) -> int:
    """How many pairs the score averages (eq. 13): 4 for sparse templates, up to 12."""
    return MIN_PAIRS + round(_sigmoid(fewest, 20.0, 0.4) * (MAX_PAIRS - MIN_PAIRS))
