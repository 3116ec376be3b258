"""Image quality, 0 to 100: how much clean ridge there is. Our own measure, in the spirit of NFIQ 2.

The image is smoothed a little and cut into blocks of 16 x 16 pixels (0.8 mm). A block counts by how
strongly its grey changes point one way (the coherence of the gradient, Bazen and Gerez 2002): near 1 in clear
ridges, near 0 in smudges and noise; a block with hardly any contrast counts nothing. The sum, as an area of
skin, saturates at a full print. It says nothing about a finger's worth for matching beyond that, and is not
NFIQ 2.
"""

import numpy as np
from numpy.typing import NDArray

from urna.biometrics.image import FingerImage

Grey = NDArray[np.float64]

BLOCK = 16
MIN_CONTRAST = 6.0
"""The least root mean square gradient of a block, grey levels a pixel, below which there is no ridge."""

CLEAR, UNCLEAR = 0.85, 0.30
"""Coherences from which a block counts fully, and up to which it counts nothing."""

FULL_BLOCKS = 330.0
"""A full, clean print: 330 blocks are 218 square millimetres."""


def measure(image: FingerImage) -> int:
    """The image's quality, 0 to 100; blank paper and pure noise are 0, half a print about 50.

    What the numbers mean for matching is in docs/biometrics.md: on good readers, little above 10.
    """
    grey = _smoothed(image.pixels.astype(np.float64))
    down, right = (np.asarray(slope, np.float64) for slope in np.gradient(grey))
    across, along, cross = (_block_sums(g) for g in (right * right, down * down, right * down))
    energy = across + along
    coherence = np.sqrt((across - along) ** 2 + 4.0 * cross**2) / np.maximum(energy, 1e-9)
    clarity = np.clip((coherence - UNCLEAR) / (CLEAR - UNCLEAR), 0.0, 1.0)
    ridged = energy >= BLOCK * BLOCK * MIN_CONTRAST**2
    return round(100.0 * min(1.0, float((clarity * ridged).sum()) / FULL_BLOCKS))


def _smoothed(grey: Grey) -> Grey:
    """The mean of each 3 x 3 pixels, the outermost row of pixels dropped."""
    rows = grey[:-2] + grey[1:-1] + grey[2:]
    summed: Grey = (rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) / 9.0
    return summed


def _block_sums(values: Grey) -> Grey:
    rows, columns = (side // BLOCK for side in values.shape)
    cut = values[: rows * BLOCK, : columns * BLOCK]
    summed: Grey = cut.reshape(rows, BLOCK, columns, BLOCK).sum(axis=(1, 3))
    return summed
