"""Impressions made worse on purpose, each in one way, so that a hint can be right or wrong; for tests too."""

from functools import cache

import numpy as np

from urna.biometrics.image import FingerImage, Pixels
from urna.biometrics.synthetic import SyntheticFinger, Touch

DRY = Touch(right=0.0, down=0.0, turn=0.0, pressure=-0.8, dryness=1.6, stretch=2.0)
WET = Touch(right=0.0, down=0.0, turn=0.0, pressure=1.8, dryness=0.0, stretch=2.0)


@cache
def finger(seed: int) -> SyntheticFinger:
    """A synthetic finger, grown once."""
    return SyntheticFinger(seed)


def dry(seed: int) -> FingerImage:
    """Broken ridges."""
    return finger(seed).press(0, DRY)


def wet(seed: int) -> FingerImage:
    """Valleys nearly closed."""
    return finger(seed).press(0, WET)


def moved(image: FingerImage, pixels: int, axis: int) -> FingerImage:
    """The mean of so many copies, each one pixel further down (axis 0) or right (axis 1)."""
    grey = image.pixels.astype(np.float32)
    copies = [np.roll(grey, step, axis) for step in range(pixels)]
    return FingerImage(np.rint(np.mean(copies, axis=0)).astype(np.uint8))


def over_the_edge(image: FingerImage, pixels: int, axis: int) -> FingerImage:
    """Shifted up (axis 0) or left (axis 1) and cut off there."""
    grey = np.roll(image.pixels, -pixels, axis)
    index = (slice(-pixels, None), slice(None)) if axis == 0 else (slice(None), slice(-pixels, None))
    grey[index] = _paper(image.pixels)
    return FingerImage(grey)


def part(image: FingerImage, wide: float, high: float) -> FingerImage:
    """Only an oval in the middle, so many pixels wide and high."""
    rows, columns = np.indices(image.pixels.shape)
    right, down = (columns - image.width / 2) / (wide / 2), (rows - image.height / 2) / (high / 2)
    return FingerImage(np.where(right**2 + down**2 < 1.0, image.pixels, _paper(image.pixels)).astype(np.uint8))


def _paper(pixels: Pixels) -> int:
    return int(np.quantile(pixels, 0.98))
