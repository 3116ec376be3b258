"""What images of a reader say about the reader: how strong its greys, which way round, how fine its ridges.

Human ridges repeat every 0.4 to 0.55 mm, 8 to 11 pixels at 500 dpi. So a reader that is wrong about its resolution
by a half or twice gives itself away, and a template taken with it would match nobody's.
"""

import numpy as np
from numpy.typing import NDArray

from urna.biometrics.image import FingerImage
from urna.biometrics.quality import Surface

Reals = NDArray[np.float64]

RIDGE_PERIODS = (6.0, 13.5)
"""Pixels from ridge to ridge at 500 dpi: FVC2002 DB1_B has 7.8 to 10.3, and half or twice that at half or twice 500."""

LEAST_CONTRAST = 50
"""Grey levels between dark and light in the finger; a good reader has over 100."""

_TILE = 64
_STEP = 32
_FINE = 128
"""A tile's spectrum is taken at so many points a side."""

_RINGS = 40
_MIDDLE = 256
_SEARCHED = (3.5, 25.0)
_FLAT = 8.0
"""The spread of a tile, grey levels, below which there are no ridges in it."""

_LEAST_BACKGROUND = 0.05


def contrast(image: FingerImage, surface: Surface) -> int:
    """Grey levels between the darkest and lightest twentieth of the finger, 0 to 255."""
    dark, light = np.quantile(_finger(image, surface), (0.05, 0.95))
    return round(float(light - dark))


def has_dark_ridges(image: FingerImage, surface: Surface) -> bool | None:
    """Whether the background is lighter than the finger; None where the finger fills the image."""
    box = surface.box
    outside = np.ones(image.pixels.shape, np.bool_)
    outside[box.top : box.bottom, box.left : box.right] = False
    if outside.mean() < _LEAST_BACKGROUND:
        return None
    return bool(np.median(image.pixels[outside]) > np.mean(_finger(image, surface)))


def ridge_period(image: FingerImage, surface: Surface) -> float:
    """Pixels from ridge to ridge, the most usual in the middle of the finger; 0 where there are no ridges.

    The power spectra of overlapping tiles are added up; the radius with the greatest power, weighed by itself
    against the spectrum's fall, is the ridges' frequency.
    """
    power, tiles = np.zeros((_FINE, _FINE // 2 + 1)), 0
    window = np.outer(np.hanning(_TILE), np.hanning(_TILE))
    middle = _middle(image, surface)
    for row in range(0, middle.shape[0] - _TILE + 1, _STEP):
        for column in range(0, middle.shape[1] - _TILE + 1, _STEP):
            tile = middle[row : row + _TILE, column : column + _TILE]
            if (spread := float(tile.std())) >= _FLAT:
                power += np.abs(np.fft.rfft2((tile - tile.mean()) / spread * window, (_FINE, _FINE))) ** 2
                tiles += 1
    return _strongest_period(power) if tiles else 0.0


def _strongest_period(power: Reals) -> float:
    radius = np.hypot(np.fft.fftfreq(_FINE)[:, np.newaxis], np.fft.rfftfreq(_FINE)[np.newaxis])
    edges = np.linspace(1.0 / _SEARCHED[1], 1.0 / _SEARCHED[0], _RINGS + 1)
    ring = np.digitize(radius.ravel(), edges)
    sums, counts = (np.bincount(ring, weights, _RINGS + 2)[1:-1] for weights in (power.ravel(), None))
    middles = (edges[1:] + edges[:-1]) / 2.0
    return float(1.0 / middles[int(np.argmax(sums / np.maximum(counts, 1) * middles))])


def _finger(image: FingerImage, surface: Surface) -> NDArray[np.uint8]:
    box = surface.box
    return image.pixels[box.top : box.bottom, box.left : box.right]


def _middle(image: FingerImage, surface: Surface) -> Reals:
    """The finger's middle, up to 256 pixels a side."""
    box = surface.box
    top = max(0, (box.top + box.bottom) // 2 - _MIDDLE // 2)
    left = max(0, (box.left + box.right) // 2 - _MIDDLE // 2)
    return image.pixels[top : top + _MIDDLE, left : left + _MIDDLE].astype(np.float64)
