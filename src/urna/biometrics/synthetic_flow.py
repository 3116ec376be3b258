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


class Flow(NamedTuple):
    """Where the ridges of one finger run.

    Places are pixels from the skin's centre, x to the right, y up. Around a core the direction turns by half a
    turn with us, around a delta against us.
    """

    cores: Reals
    """Shape (n, 2)."""
    deltas: Reals
    """Shape (m, 2)."""
    arch: float
    """How strongly ridges bend over the tip, radians."""
    waves: Reals
    """Shape (k, 3): wave numbers in x and y (radians a pixel), and phase."""


def choose_flow(random: Generator) -> Flow:
    """A random finger's pattern, its points and its own waves."""
    cores, deltas, arch = _choose_points(_choose_pattern(random.random()), random)
    waves = _waves(random.random((_WAVES, 3)))
    return Flow(np.array(cores).reshape(-1, 2), np.array(deltas).reshape(-1, 2), arch, waves)


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
    x, y = random.uniform(-12, 12), random.uniform(0, 40)
    wide, low = random.uniform(75, 115), random.uniform(85, 130)
    if pattern == "arch":
        return [], [], random.uniform(0.8, 1.1)
    if pattern == "tented arch":
        return [x, y], [x + random.uniform(-6, 6), y - random.uniform(50, 90)], 0.6
    if pattern == "loop":
        return [x, y], [x + side * wide, y - low], random.uniform(0.35, 0.6)
    gap = random.uniform(18, 40) if pattern == "whorl" else random.uniform(45, 70)
    lean = random.uniform(-8, 8) if pattern == "whorl" else side * random.uniform(25, 40)
    cores = [x + lean, y + gap / 2, x - lean, y - gap / 2]
    deltas = [x - wide, y - low + random.uniform(-20, 20), x + wide, y - low + random.uniform(-20, 20)]
    return cores, deltas, random.uniform(0.3, 0.5)


@compiled
def _waves(chance: Reals) -> Reals:
    """Waves in any direction, 70 to 180 pixels long, of any phase; both shapes (n, 3)."""
    out = np.empty(chance.shape)
    for index in range(len(chance)):
        turn, number = math.pi * chance[index, 0], 2.0 * math.pi / (70.0 + 110.0 * chance[index, 1])
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
    turn = 0.0
    for index in range(len(flow.cores)):
        turn += math.atan2(y - flow.cores[index, 1], x - flow.cores[index, 0])
    for index in range(len(flow.deltas)):
        turn -= math.atan2(y - flow.deltas[index, 1], x - flow.deltas[index, 0])
    rise = 1.0 / (1.0 + math.exp(-(y + 30.0) / 45.0))
    bend = -flow.arch * math.tanh(x / 110.0) * rise
    if len(flow.cores) == 0:
        bend -= 0.8 * flow.arch * math.sin(x / 55.0) * math.exp(-(((y + 40.0) / 90.0) ** 2))
    wander = 0.0
    for index in range(len(flow.waves)):
        wander += math.sin(flow.waves[index, 0] * x + flow.waves[index, 1] * y + flow.waves[index, 2])
    return turn / 2.0 + bend + wander * _WANDER * math.sqrt(2.0 / len(flow.waves))
