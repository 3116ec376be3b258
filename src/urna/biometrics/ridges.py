"""The skin of a finger that nobody has: where its ridges run, and how they grow.

1. Choose a pattern (arch, tented arch, left or right loop, whorl, twin loop) in nature's proportions, and its
   cores and deltas.
2. The direction of the ridges at a place follows from those points: the zero-pole model (Sherlock and Monro,
   "A model for interpreting fingerprint topology", Pattern Recognition 26(7), 1993), bent over the tip.
3. The ridges grow out of random dots by filtering again and again along that direction (Cappelli, Maio,
   Maltoni, "Synthetic fingerprint-image generation", ICPR 2000): ridges and minutiae emerge by themselves.

Same seed, same skin. For demos and tests only: no figure about real fingers follows from these.
"""

from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from urna.biometrics.kernel import compiled

Field = NDArray[np.float32]

WIDTH, HEIGHT = 416, 512
"""The skin's size in pixels at 500 dpi: 21 x 26 mm, more than one impression shows."""

PATTERNS = (("loop", 0.63), ("whorl", 0.24), ("twin loop", 0.04), ("tented arch", 0.04), ("arch", 0.05))
"""Shares of the patterns, rounded from Maltoni et al., "Handbook of Fingerprint Recognition", §4.5."""

_COARSE_ROUNDS, _FINE_ROUNDS = 9, 3


class Poles(NamedTuple):
    """Places where the direction turns: around a core by half a turn with us, around a delta against us.

    Pixels from the skin's centre, x to the right, y up.
    """

    cores: tuple[tuple[float, float], ...]
    deltas: tuple[tuple[float, float], ...]


def grow(random: Generator) -> Field:
    """One finger's skin, shape (HEIGHT, WIDTH): +1 on a ridge, -1 in a valley, smooth between."""
    poles, arch = _choose_pattern(random)
    half = _scale_grid(2)
    direction = _directions(half, poles, arch, random)
    period = _periods(half, random)
    skin = random.standard_normal(direction.shape).astype(np.float32)
    for _ in range(_COARSE_ROUNDS):
        skin = _filter(skin, direction, period / np.float32(2.0))
    rows, columns = (axis / np.float32(2.0) for axis in np.indices((HEIGHT, WIDTH), dtype=np.float32))
    turned = np.stack([np.cos(2 * direction), np.sin(2 * direction)])
    cosine, sine = (sample(plane.astype(np.float32), rows, columns) for plane in turned)
    direction = (np.arctan2(sine, cosine) / 2).astype(np.float32)
    period, skin = sample(period, rows, columns), sample(skin, rows, columns)
    for _ in range(_FINE_ROUNDS):
        skin = _filter(skin, direction, period)
    return skin


def smooth_noise(random: Generator, shape: tuple[int, int], spacing: float) -> Field:
    """Random hills about `spacing` pixels apart, mean 0, deviation about 1."""
    grid = random.standard_normal((int(shape[0] / spacing) + 4, int(shape[1] / spacing) + 4))
    rows, columns = np.indices(shape, dtype=np.float32) / np.float32(spacing)
    shift = random.random(2).astype(np.float32)
    hills = sample(grid.astype(np.float32), rows + shift[0] + 1, columns + shift[1] + 1)
    return np.multiply(hills, 1.6, dtype=np.float32)


@compiled
def sample(values: Field, rows: Field, columns: Field) -> Field:
    """The values at places between pixels, bilinear; the nearest edge's value outside."""
    out = np.empty(rows.shape, np.float32)
    height, width = values.shape
    for i in range(rows.shape[0]):
        for j in range(rows.shape[1]):
            out[i, j] = _at(values, rows[i, j], columns[i, j], height, width)
    return out


@compiled
def _at(values: Field, row: float, column: float, height: int, width: int) -> float:
    row = min(max(row, 0.0), height - 1.001)
    column = min(max(column, 0.0), width - 1.001)
    top, left = int(row), int(column)
    down, right = row - top, column - left
    upper = values[top, left] * (1.0 - right) + values[top, left + 1] * right
    lower = values[top + 1, left] * (1.0 - right) + values[top + 1, left + 1] * right
    return float(upper * (1.0 - down) + lower * down)


def _choose_pattern(random: Generator) -> tuple[Poles, float]:
    """The poles of a random pattern, and how strongly ridges bend over the tip (radians)."""
    names = [name for name, _ in PATTERNS]
    pattern = names[int(random.choice(len(names), p=[share for _, share in PATTERNS]))]
    side = 1.0 if random.random() < 0.5 else -1.0
    x, y = random.uniform(-12, 12), random.uniform(0, 40)
    wide, low = random.uniform(75, 115), random.uniform(85, 130)
    if pattern == "arch":
        return Poles((), ()), random.uniform(0.8, 1.1)
    if pattern == "tented arch":
        return Poles(((x, y),), ((x + random.uniform(-6, 6), y - random.uniform(50, 90)),)), 0.6
    if pattern == "loop":
        return Poles(((x, y),), ((x + side * wide, y - low),)), random.uniform(0.35, 0.6)
    gap = random.uniform(18, 40) if pattern == "whorl" else random.uniform(45, 70)
    lean = random.uniform(-8, 8) if pattern == "whorl" else side * random.uniform(25, 40)
    cores = ((x + lean, y + gap / 2), (x - lean, y - gap / 2))
    deltas = ((x - wide, y - low + random.uniform(-20, 20)), (x + wide, y - low + random.uniform(-20, 20)))
    return Poles(cores, deltas), random.uniform(0.3, 0.5)


def _scale_grid(step: int) -> NDArray[np.float64]:
    """Places of every `step`-th pixel from the centre, y up, shape (2, rows, columns)."""
    rows, columns = np.indices((HEIGHT // step, WIDTH // step)) * float(step)
    return np.stack([columns - WIDTH / 2, HEIGHT / 2 - rows])


def _directions(place: NDArray[np.float64], poles: Poles, arch: float, random: Generator) -> Field:
    """The ridges' direction, radians counter-clockwise, modulo pi."""
    x, y = place
    turn = sum((np.arctan2(y - b, x - a) for a, b in poles.cores), np.zeros_like(x))
    turn = turn - sum((np.arctan2(y - b, x - a) for a, b in poles.deltas), np.zeros_like(x))
    rise = 1.0 / (1.0 + np.exp(-(y + 30.0) / 45.0))
    bend = -arch * np.tanh(x / 110.0) * rise
    if not poles.cores:
        bend -= arch * np.sin(x / 55.0) * np.exp(-(((y + 40.0) / 90.0) ** 2)) * 0.8
    wander = 0.07 * smooth_noise(random, (x.shape[0], x.shape[1]), 45.0)
    return np.asarray(turn / 2.0 + bend + wander, np.float32)


def _periods(place: NDArray[np.float64], random: Generator) -> Field:
    """The distance from ridge to ridge, pixels: wider below the cores, different on every finger."""
    middle = random.uniform(8.2, 9.8)
    below = 0.06 * np.tanh(-place[1] / 120.0)
    wander = 0.04 * smooth_noise(random, (place.shape[1], place.shape[2]), 50.0)
    return np.asarray(middle * (1.0 + below + np.clip(wander, -0.1, 0.1)), np.float32)


def _taps() -> tuple[Field, Field]:
    """The two halves of the Gabor filter as weights along a line, a row for each ridge period.

    Along the ridge a Gaussian of sum one; across it a wave of that period under the same Gaussian, with mean
    zero and gain one. Shape (PERIODS, 2·_REACH + 1).
    """
    place = np.arange(-_REACH, _REACH + 1)[np.newaxis, :]
    period = _PERIODS[:, np.newaxis]
    bell = np.exp(-((place / (0.42 * period)) ** 2) / 2.0)
    bell /= bell.sum(axis=1, keepdims=True)
    wave = np.cos(2.0 * np.pi * place / period)
    wave -= (bell * wave).sum(axis=1, keepdims=True)
    across = bell * wave / (bell * wave * wave).sum(axis=1, keepdims=True)
    return bell.astype(np.float32), across.astype(np.float32)


_REACH = 10
_PERIODS = np.arange(3.5, 12.25, 0.25)
_BELL, _WAVE = _taps()


def _filter(skin: Field, direction: Field, period: Field) -> Field:
    """One round of growth: a Gabor filter turned to each place's ridges, then a soft limit to -1 … +1."""
    rows = np.clip(np.rint((period - _PERIODS[0]) * 4.0), 0, len(_PERIODS) - 1).astype(np.int64)
    cosine, sine = np.cos(direction), np.sin(direction)
    smoothed = _line_sum(skin, cosine, -sine, _BELL, rows)
    waves = _line_sum(smoothed, sine, cosine, _WAVE, rows)
    return np.asarray(np.tanh(2.5 * waves), np.float32)


@compiled
def _line_sum(skin: Field, step_x: Field, step_y: Field, taps: Field, rows: NDArray[np.int64]) -> Field:
    """Weighs the values on a straight line through each pixel, with that pixel's row of weights."""
    out = np.empty_like(skin)
    height, width = skin.shape
    for i in range(height):
        for j in range(width):
            total = 0.0
            for k in range(-_REACH, _REACH + 1):
                weight = taps[rows[i, j], k + _REACH]
                if abs(weight) > 0.002:
                    total += weight * _at(skin, i + k * step_y[i, j], j + k * step_x[i, j], height, width)
            out[i, j] = total
    return out
