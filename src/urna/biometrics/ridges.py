"""The skin of a finger that nobody has: where its ridges run, and how they grow.

1. Choose which way the ridges run (`urna.biometrics.synthetic_flow`), and how far apart.
2. The ridges grow out of random dots by filtering again and again along that direction (Cappelli, Maio,
   Maltoni, "Synthetic fingerprint-image generation", ICPR 2000): ridges and minutiae emerge by themselves.

Same seed, same skin. For demos and tests only: no figure about real fingers follows from these.
"""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from urna.biometrics.kernel import compiled
from urna.biometrics.synthetic_flow import HEIGHT, WIDTH, Flow, choose_flow, directions

Field = NDArray[np.float32]

_LEAST_ROUNDS, _MOST_ROUNDS, _FINE_ROUNDS = 7, 17, 3


_FAULT, _RARE = 20.0, 1.65
"""Spots about so many pixels apart, of which those above so many deviations grow with ridge and valley exchanged:
short ridges, islands and lakes remain of them, whose ends face each other."""


def grow(random: Generator) -> Field:
    """One finger's skin, shape (HEIGHT, WIDTH): +1 on a ridge, -1 in a valley, smooth between."""
    half = _scale_grid(2)
    direction = _directions(half, choose_flow(random))
    period = _periods(half, random)
    skin = random.standard_normal(direction.shape).astype(np.float32)
    for _ in range(int(random.integers(_LEAST_ROUNDS, _MOST_ROUNDS, endpoint=True))):
        skin = _filter(skin, direction, period / np.float32(2.0))
    rows, columns = (axis / np.float32(2.0) for axis in np.indices((HEIGHT, WIDTH), dtype=np.float32))
    turned = np.stack([np.cos(2 * direction), np.sin(2 * direction)])
    cosine, sine = (sample(plane.astype(np.float32), rows, columns) for plane in turned)
    direction = (np.arctan2(sine, cosine) / 2).astype(np.float32)
    period, skin = sample(period, rows, columns), sample(skin, rows, columns)
    skin[smooth_noise(random, skin.shape, _FAULT) > _RARE] *= np.float32(-1.0)
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


def _scale_grid(step: int) -> NDArray[np.float64]:
    """Places of every `step`-th pixel from the centre, y up, shape (2, rows, columns)."""
    rows, columns = np.indices((HEIGHT // step, WIDTH // step)) * float(step)
    return np.stack([columns - WIDTH / 2, HEIGHT / 2 - rows])


def _directions(place: NDArray[np.float64], flow: Flow) -> Field:
    """The ridges' direction, radians counter-clockwise, modulo pi."""
    x, y = place
    return directions(x.ravel(), y.ravel(), flow).reshape(x.shape).astype(np.float32)


def _periods(place: NDArray[np.float64], random: Generator) -> Field:
    """The distance from ridge to ridge, pixels: wider below the cores, different on every finger."""
    middle = random.uniform(8.2, 9.8)
    below = 0.06 * np.tanh(-place[1] / 120.0)
    wander = 0.08 * smooth_noise(random, (place.shape[1], place.shape[2]), 25.0)
    return np.asarray(middle * (1.0 + below + np.clip(wander, -0.2, 0.2)), np.float32)


def _taps() -> tuple[Field, Field]:
    """The two halves of the Gabor filter as weights along a line, a row for each ridge period.

    Along the ridge a Gaussian of sum one; across it a wave of that period under the same Gaussian, with mean
    zero and gain one. Shape (PERIODS, 2·_REACH + 1).
    """
    place = np.arange(-_REACH, _REACH + 1)[np.newaxis, :]
    period = _PERIODS[:, np.newaxis]
    long, bell = (_bell(place / period, share) for share in (_LENGTH, 0.42))
    wave = np.cos(2.0 * np.pi * place / period)
    wave -= (bell * wave).sum(axis=1, keepdims=True)
    across = bell * wave / (bell * wave * wave).sum(axis=1, keepdims=True)
    return long.astype(np.float32), across.astype(np.float32)


def _bell(place: NDArray[np.float64], deviation: float) -> NDArray[np.float64]:
    """A Gaussian of sum one in each row."""
    bell = np.exp(-((place / deviation) ** 2) / 2.0)
    return np.asarray(bell / bell.sum(axis=1, keepdims=True))


_LENGTH = 0.62
"""The filter's length along the ridge, as a deviation in ridge periods: the longer, the fewer minutiae."""


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
