"""Which way the ridges of a finger that nobody has run: its pattern, cores and deltas.

1. Choose a pattern (arch, tented arch, left or right loop, whorl, twin loop) in nature's proportions, and its
   cores and deltas.
2. The direction of the ridges at a place follows from those points: the zero-pole model (Sherlock and Monro,
   "A model for interpreting fingerprint topology", Pattern Recognition 26(7), 1993), bent over the tip, with
   slow waves that are the finger's own.

Drawn fingers (`urna.biometrics.ridges`) and fingers of points (`urna.biometrics.synthetic_templates`) share it.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from urna.biometrics.kernel import compiled

Reals = NDArray[np.float64]

WIDTH, HEIGHT = 416, 512
"""The skin's size in pixels at 500 dpi: 21 x 26 mm, more than one impression shows."""

PATTERNS = (("loop", 0.63), ("whorl", 0.24), ("twin loop", 0.04), ("tented arch", 0.04), ("arch", 0.05))
"""Shares of the patterns, rounded from Maltoni et al., "Handbook of Fingerprint Recognition", §4.5."""

_WAVES = 10
_WANDER = 0.07
"""How far the slow waves turn the ridges, radians (standard deviation)."""

_STRAIGHT, _LEGS = 0.45, 70.0
"""How far the legs of a loop are turned towards each other (radians), and over what distance (pixels)."""


class Flow(NamedTuple):
    """Where the ridges of one finger run.

    Places are pixels from the skin's centre along the pattern's own axes, x to the right, y up. Around a core
    the direction turns by half a turn with us, around a delta against us.
    """

    cores: Reals
    """Shape (n, 3): x, y, and the side to which the loop around it opens, radians."""
    deltas: Reals
    """Shape (m, 2)."""
    arch: float
    """How strongly ridges bend over the tip, radians."""
    lean: float
    """How far the whole pattern is turned against the finger's length, radians."""
    waves: Reals
    """Shape (k, 3): wave numbers in x and y (radians a pixel), and phase."""


def choose_flow(random: Generator) -> Flow:
    """A random finger's pattern, its points and its own waves."""
    points, poles, arch = _choose_points(_choose_pattern(random.random()), random)
    cores, deltas = np.array(points).reshape(-1, 2), np.array(poles).reshape(-1, 2)
    lean = random.normal(0.0, 0.12)
    return Flow(_open(cores, deltas), deltas, arch, lean, _waves(random.random((_WAVES, 3))))


def _choose_pattern(chance: float) -> str:
    """The pattern at a place between 0 and 1, where each has the width of its share."""
    for name, share in PATTERNS:
        chance -= share
        if chance < 0.0:
            return name
    return PATTERNS[-1][0]


def _choose_points(pattern: str, random: Generator) -> tuple[list[float], list[float], float]:
    """The cores and deltas of a pattern, x and y by turns, and its arch."""
    side = 1.0 if random.random() < 0.5 else -1.0
    x, y = random.uniform(-20, 20), random.uniform(-25, 45)
    wide, low = random.uniform(65, 130), random.uniform(70, 140)
    if pattern == "arch":
        return [], [], random.uniform(0.7, 1.2)
    if pattern == "tented arch":
        return [x, y], [x + random.uniform(-6, 6), y - random.uniform(50, 90)], 0.6
    if pattern == "loop":
        return [x, y], [x + side * wide, y - low], random.uniform(0.2, 0.65)
    gap = random.uniform(18, 40) if pattern == "whorl" else random.uniform(45, 70)
    lean = random.uniform(-8, 8) if pattern == "whorl" else side * random.uniform(25, 40)
    cores = [x + lean, y + gap / 2, x - lean, y - gap / 2]
    deltas = [x - wide, y - low + random.uniform(-20, 20), x + wide, y - low + random.uniform(-20, 20)]
    return cores, deltas, random.uniform(0.2, 0.55)


@compiled
def _open(cores: Reals, deltas: Reals) -> Reals:
    """The cores with the side to which each loop opens: there the ridge points at its core, shape (n, 3)."""
    out = np.empty((len(cores), 3))
    for core in range(len(cores)):
        x, y = cores[core]
        side = 0.0
        for index in range(len(cores)):
            if index != core:
                side += math.atan2(y - cores[index, 1], x - cores[index, 0])
        for index in range(len(deltas)):
            side -= math.atan2(y - deltas[index, 1], x - deltas[index, 0])
        out[core] = x, y, side
    return out


@compiled
def _waves(chance: Reals) -> Reals:
    """Waves in any direction, 50 to 160 pixels long, of any phase; both shapes (n, 3)."""
    out = np.empty(chance.shape)
    for index in range(len(chance)):
        turn, number = math.pi * chance[index, 0], 2.0 * math.pi / (50.0 + 110.0 * chance[index, 1])
        out[index] = number * math.cos(turn), number * math.sin(turn), 2.0 * math.pi * chance[index, 2]
    return out


@compiled
def directions(x: Reals, y: Reals, flow: Flow) -> Reals:
    """The ridges' direction at many places, radians counter-clockwise, modulo pi; shapes (n,)."""
    out = np.empty(len(x))
    for index in range(len(x)):
        out[index] = direction_at(x[index], y[index], flow)
    return out


@compiled
def direction_at(x: float, y: float, flow: Flow) -> float:
    """The ridges' direction at one place, radians counter-clockwise, modulo pi."""
    cosine, sine = math.cos(flow.lean), math.sin(flow.lean)
    x, y = cosine * x + sine * y, cosine * y - sine * x
    turn = straighten = 0.0
    for index in range(len(flow.cores)):
        dx, dy = x - flow.cores[index, 0], y - flow.cores[index, 1]
        seen = math.atan2(dy, dx)
        turn += seen
        straighten -= math.sin(seen - flow.cores[index, 2]) * math.exp(-math.hypot(dx, dy) / _LEGS)
    for index in range(len(flow.deltas)):
        turn -= math.atan2(y - flow.deltas[index, 1], x - flow.deltas[index, 0])
    rise = 1.0 / (1.0 + math.exp(-(y + 30.0) / 45.0))
    bend = -flow.arch * math.tanh(x / 110.0) * rise
    if len(flow.cores) == 0:
        bend -= 0.8 * flow.arch * math.sin(x / 55.0) * math.exp(-(((y + 40.0) / 90.0) ** 2))
    wander = 0.0
    for index in range(len(flow.waves)):
        wander += math.sin(flow.waves[index, 0] * x + flow.waves[index, 1] * y + flow.waves[index, 2])
    return flow.lean + turn / 2.0 + _STRAIGHT * straighten + bend + wander * _WANDER * math.sqrt(2.0 / len(flow.waves))
