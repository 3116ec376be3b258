"""Fingers that urna draws itself, so that a demo, a rehearsal and a test need nobody's prints.

    finger = SyntheticFinger(seed)      one finger: its skin grows from the seed
    finger.impression(number)           that finger on a reader, once: another number, another try

Two impressions of one finger differ as they do in life: where and how the finger is laid, how the skin
stretches, how hard it presses, how dry it is, and the reader's noise (after Cappelli, Maio, Maltoni,
"Synthetic fingerprint-image generation", ICPR 2000, and their distortion model of 2001, simplified). Same
seed and number, same image. Error rates of synthetic fingers say nothing about real ones.
"""

from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.random import PCG64, Generator, SeedSequence

from urna.biometrics.image import FingerImage
from urna.biometrics.ridges import HEIGHT as SKIN_HEIGHT
from urna.biometrics.ridges import WIDTH as SKIN_WIDTH
from urna.biometrics.ridges import Field, grow, sample, smooth_noise

WIDTH, HEIGHT = 320, 384
"""The size of an impression, pixels at 500 dpi: 16 x 20 mm."""


class Touch(NamedTuple):
    """How a finger is laid on the reader, once.

    `right`, `down` in pixels, up to 60; `turn` in radians; `pressure` mostly -1 (light, thin ridges) to 1
    (hard, thick ridges); `dryness` mostly 0 (moist, closed ridges) to 1 (broken ridges); `stretch` in pixels.
    """

    right: float
    down: float
    turn: float
    pressure: float
    dryness: float
    stretch: float


FAINT = Touch(right=0.0, down=0.0, turn=0.0, pressure=-3.0, dryness=3.0, stretch=2.0)
"""A finger hardly touching and very dry: an image too poor to match, whoever's it is."""


class SyntheticFinger:
    """A finger that nobody has.

    Args:
        seed: names the finger, 0 or more. Different seeds, different fingers.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed

    @cached_property
    def skin(self) -> Field:
        """The whole fingertip, flat: +1 on a ridge, -1 in a valley; grown once (about 0.2 s)."""
        return grow(_generator(self.seed, 0))

    def impression(self, number: int) -> FingerImage:
        """The finger on a reader for the time `number`, 0 or more, laid as people lay it."""
        random = _generator(self.seed, 1 + number)
        return self._print(_usual_touch(random), random)

    def press(self, number: int, touch: Touch) -> FingerImage:
        """The finger on a reader, laid in a given way: a finger far off, pale or broken, for tests of those."""
        return self._print(touch, _generator(self.seed, 1 + number))

    def _print(self, touch: Touch, random: Generator) -> FingerImage:
        """1. Lay the skin down. 2. Ink the ridges. 3. Cut the contact's shape. 4. Add the reader's noise."""
        ridges = sample(self.skin, *_places(touch, random))
        ink = _ink(ridges, touch, random) * _contact(touch, random)
        return FingerImage(_scan(ink, random))


def _generator(seed: int, purpose: int) -> Generator:
    return Generator(PCG64(SeedSequence([seed, purpose])))


def _usual_touch(random: Generator) -> Touch:
    right, down = random.normal(0.0, 9.0, 2)
    return Touch(
        right=float(right),
        down=float(down),
        turn=float(random.normal(0.0, 0.11)),
        pressure=float(np.clip(random.normal(0.0, 0.4), -1.0, 1.0)),
        dryness=float(random.beta(1.5, 4.0)),
        stretch=2.0,
    )


def _places(touch: Touch, random: Generator) -> tuple[Field, Field]:
    """For each pixel of the impression, where on the skin it lies: row and column."""
    rows, columns = np.indices((HEIGHT, WIDTH), dtype=np.float32)
    down, right = rows - HEIGHT / 2, columns - WIDTH / 2
    cosine, sine = np.float32(np.cos(touch.turn)), np.float32(np.sin(touch.turn))
    stretch = [touch.stretch * smooth_noise(random, (HEIGHT, WIDTH), 110.0) for _ in range(2)]
    skin_rows = SKIN_HEIGHT / 2 + touch.down + sine * right + cosine * down + stretch[0]
    skin_columns = SKIN_WIDTH / 2 + touch.right + cosine * right - sine * down + stretch[1]
    return skin_rows.astype(np.float32), skin_columns.astype(np.float32)


def _ink(ridges: Field, touch: Touch, random: Generator) -> Field:
    """How dark each place is, 0 to 1: pressure widens the ridges, dryness breaks them."""
    uneven = 0.18 * smooth_noise(random, ridges.shape, 40.0)
    grain = smooth_noise(random, ridges.shape, 2.6) + smooth_noise(random, ridges.shape, 5.0)
    level = 0.45 * touch.pressure + uneven - 0.1 + (0.15 + 0.45 * touch.dryness) * grain
    return _soft_step((ridges + level) * 3.2)


def _contact(touch: Touch, random: Generator) -> Field:
    """Where the skin touches, 0 to 1 with a soft ragged edge: an oval that grows with the pressure."""
    rows, columns = np.indices((HEIGHT, WIDTH), dtype=np.float32)
    wide = WIDTH * (0.42 + 0.035 * touch.pressure)
    high = HEIGHT * (0.44 + 0.03 * touch.pressure)
    down = (rows - HEIGHT / 2 + 0.3 * touch.down) / high
    right = (columns - WIDTH / 2 + 0.3 * touch.right) / wide
    oval = np.abs(down) ** 2.4 + np.abs(right) ** 2.4
    ragged = 0.06 * smooth_noise(random, (HEIGHT, WIDTH), 14.0)
    return _soft_step((1.0 - oval - ragged) * 22.0)


def _soft_step(value: Field) -> Field:
    """0 far below zero, 1 far above, one half at zero: the logistic function, safe for every value."""
    return np.asarray(0.5 + 0.5 * np.tanh(value / 2.0), np.float32)


def _scan(ink: Field, random: Generator) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """The reader's grey levels: 235 where nothing touches, dark ridges, a little noise."""
    dark = random.uniform(150.0, 200.0)
    grey = 235.0 - dark * ink + random.normal(0.0, 5.0, ink.shape)
    return np.clip(np.rint(grey), 0, 255).astype(np.uint8)
