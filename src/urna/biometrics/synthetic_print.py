"""A synthetic finger laid on a reader once: from skin and touch to grey levels.

1. Lay the skin down: moved, turned, pulled and twisted where it does not stick.
2. Ink the ridges: pressure widens them, dryness breaks them, pores and wrinkles stay white.
3. Cut the contact's shape, with places where the skin does not quite touch.
4. Scan: the reader's grey levels and noise.
"""

from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from urna.biometrics.image import FingerImage
from urna.biometrics.ridges import Field, sample, smooth_noise
from urna.biometrics.synthetic_flow import HEIGHT as SKIN_HEIGHT
from urna.biometrics.synthetic_flow import WIDTH as SKIN_WIDTH

WIDTH, HEIGHT = 320, 384
"""The size of an impression, pixels at 500 dpi: 16 x 20 mm."""

_FOLLOWS = 0.45
"""How far the place of contact wanders over the skin when the finger is laid elsewhere, as a share of the way."""

_NICKS = 9.0
"""Short white lines on a skin, on the average: scars, and places where a ridge is interrupted."""


class Touch(NamedTuple):
    """How a finger is laid on the reader, once.

    `right`, `down` in pixels; `turn` in radians; `pressure` mostly -1 (light, thin ridges) to 1 (hard, thick
    ridges); `dryness` mostly 0 (moist, closed ridges) to 1 (broken ridges); `stretch` in pixels. `pull_right`,
    `pull_down` (pixels) and `twist` (radians) move the skin's edge against its middle, which sticks to the
    reader; `gaps` mostly 0 (the whole skin touches) to 1 (a quarter of it does not).
    """

    right: float
    down: float
    turn: float
    pressure: float
    dryness: float
    stretch: float
    pull_right: float = 0.0
    pull_down: float = 0.0
    twist: float = 0.0
    gaps: float = 0.0


class Marks(NamedTuple):
    """What belongs to one finger beside its ridges.

    `grain` is unevenness of the skin, deviation about 1; `wrinkles` 0 to 1, 1 in the middle of a white line; both
    of the skin's shape. `wide`, `high` are half the contact's sides in pixels at usual pressure;
    `dryness` is added to every touch's.
    """

    grain: Field
    wrinkles: Field
    wide: float
    high: float
    dryness: float


class Laid(NamedTuple):
    """For each pixel of an impression: the place on the skin, and 0 to 1 in the contact, more outside."""

    rows: Field
    columns: Field
    outness: Field


def make_marks(random: Generator) -> Marks:
    """A finger's own unevenness, wrinkles and size."""
    shape = (SKIN_HEIGHT, SKIN_WIDTH)
    grain = smooth_noise(random, shape, 2.8) + smooth_noise(random, shape, 6.0)
    wide, high = random.normal(115.0, 9.0), random.normal(157.0, 13.0)
    return Marks(
        grain / np.float32(1.4), _wrinkles(random), float(wide), float(high), float(0.6 * random.beta(0.6, 2.0))
    )


def print_skin(skin: Field, marks: Marks, touch: Touch, random: Generator) -> FingerImage:
    """The image of one touch."""
    laid = _lay_down(marks, touch, random)
    ink = _ink(skin, marks, laid, touch, random) * _contact(laid, touch, random)
    return FingerImage(_scan(ink, random))


def _wrinkles(random: Generator) -> Field:
    """White lines that every impression shows: a few long ones across the ridges, and nicks of any direction."""
    out = np.zeros((SKIN_HEIGHT, SKIN_WIDTH), np.float32)
    for _ in range(random.poisson(1.0)):
        turn, bend = random.normal(0.0, 0.5), random.normal(0.0, 0.0015)
        _draw_line(out, random, _Line(turn, random.uniform(25.0, 110.0), random.uniform(1.2, 3.0), bend, 2.0))
    for _ in range(random.poisson(_NICKS)):
        turn = random.uniform(0.0, np.pi)
        _draw_line(out, random, _Line(turn, random.uniform(3.0, 9.0), random.uniform(1.5, 3.0), 0.0, 0.0))
    return out


class _Line(NamedTuple):
    """A white line: direction in radians, half its length and its width (deviation) in pixels, and its bends."""

    turn: float
    half: float
    width: float
    bend: float
    waves: float


def _draw_line(out: Field, random: Generator, line: _Line) -> None:
    """Adds a line at a random place of the skin."""
    x, y = random.uniform(0.1, 0.9) * SKIN_WIDTH, random.uniform(0.1, 0.9) * SKIN_HEIGHT
    reach = int(line.half + 30.0)
    top, left = max(0, int(y) - reach), max(0, int(x) - reach)
    part = out[top : int(y) + reach, left : int(x) + reach]
    rows, columns = np.indices(part.shape, dtype=np.float32)
    down, right = rows + top - y, columns + left - x
    along = np.cos(line.turn) * right + np.sin(line.turn) * down
    across = np.cos(line.turn) * down - np.sin(line.turn) * right
    bend = line.bend * along**2 + line.waves * np.sin(along / 14.0)
    white = np.exp(-((across - bend) ** 2) / (2.0 * line.width**2)) * _soft_step((line.half - np.abs(along)) / 2.0)
    np.maximum(part, white.astype(np.float32), out=part)


def _lay_down(marks: Marks, touch: Touch, random: Generator) -> Laid:
    """Where each pixel of the impression lies on the skin, and how far from the middle of the contact."""
    rows, columns = np.indices((HEIGHT, WIDTH), dtype=np.float32)
    down, right = rows - HEIGHT / 2, columns - WIDTH / 2
    cosine, sine = np.float32(np.cos(touch.turn)), np.float32(np.sin(touch.turn))
    y = touch.down + sine * right + cosine * down
    x = touch.right + cosine * right - sine * down
    from_x, from_y = x - _FOLLOWS * touch.right, y - _FOLLOWS * touch.down
    wide, high = marks.wide + 20.0 * touch.pressure, marks.high + 34.0 * touch.pressure
    outness = np.abs(from_x / wide) ** 2.4 + np.abs(from_y / high) ** 2.4
    free = np.clip((outness - 0.05) / 0.9, 0.0, 1.2)
    stretch = [touch.stretch * smooth_noise(random, (HEIGHT, WIDTH), 110.0) for _ in range(2)]
    skin_x = x + stretch[1] + free * (touch.pull_right + touch.twist * from_y)
    skin_y = y + stretch[0] + free * (touch.pull_down - touch.twist * from_x)
    places = (skin_y + SKIN_HEIGHT / 2, skin_x + SKIN_WIDTH / 2, outness)
    return Laid(*(place.astype(np.float32) for place in places))


def _ink(skin: Field, marks: Marks, laid: Laid, touch: Touch, random: Generator) -> Field:
    """How dark each place is, 0 to 1."""
    ridges, grain, wrinkles = (sample(field, laid.rows, laid.columns) for field in (skin, marks.grain, marks.wrinkles))
    dryness = marks.dryness + touch.dryness
    uneven = (0.2 + 0.35 * dryness) * smooth_noise(random, ridges.shape, 45.0)
    grain = 0.6 * grain + 0.6 * smooth_noise(random, ridges.shape, 2.6)
    press = touch.pressure + uneven
    level = 0.5 * press - 0.12 - 0.4 * dryness + (0.08 + dryness) * grain
    return _soft_step((ridges + level - (2.2 - 0.8 * press) * wrinkles) * 6.0)


def _contact(laid: Laid, touch: Touch, random: Generator) -> Field:
    """Where the skin touches, 0 to 1 with a soft ragged edge, and gaps in it."""
    shape = laid.outness.shape
    ragged = 0.06 * smooth_noise(random, shape, 14.0) + 0.05 * smooth_noise(random, shape, 50.0)
    edge = _soft_step((1.0 - laid.outness - ragged) * 22.0)
    hollow = smooth_noise(random, shape, 55.0) + 0.3 * smooth_noise(random, shape, 9.0)
    return edge * _soft_step((3.2 - 2.2 * touch.gaps + hollow) * 3.0)


def _soft_step(value: NDArray[np.floating]) -> Field:
    """0 far below zero, 1 far above, one half at zero: the logistic function, safe for every value."""
    return np.asarray(0.5 + 0.5 * np.tanh(value / 2.0), np.float32)


def _scan(ink: Field, random: Generator) -> NDArray[np.uint8]:
    """The reader's grey levels: white where nothing touches, dark ridges with a little noise."""
    dark = random.uniform(180.0, 240.0)
    grey = 254.0 - (dark + random.normal(0.0, 6.0, ink.shape)) * ink
    return np.clip(np.rint(grey), 0, 255).astype(np.uint8)
