"""Image quality, 0 to 100: how much clean ridge there is. Our own measure, in the spirit of NFIQ 2.

The image is cut into blocks of 16 x 16 pixels (0.8 mm). A block counts by how strongly its grey changes
point one way (the coherence of the gradient, Bazen and Gerez 2002): near 1 in clear ridges, near 0 in
smudges and noise; a block with hardly any contrast counts nothing. The sum, as an area of skin, saturates at
a full print. It says nothing about a finger's worth for matching beyond that, and is not NFIQ 2.
"""

import numpy as np
from numpy.typing import NDArray

from urna.biometrics.image import FingerImage

BLOCK = 16
MIN_CONTRAST = 12.0
"""The least root mean square gradient of a block, grey levels a pixel, below which there is no ridge."""

CLEAR, UNCLEAR = 0.90, 0.35
"""Coherences from which a block counts fully, and up to which it counts nothing."""

FULL_BLOCKS = 260.0
"""A full, clean print: 260 blocks are 172 square millimetres."""


def measure(image: FingerImage) -> int:
    """The image's quality, 0 to 100.

    Below 10 an image is of no use; from about 30 on it hardly ever fails to match (docs/biometrics.md).
    """
    grey = image.pixels.astype(np.float64)
    down, right = (np.asarray(slope, np.float64) for slope in np.gradient(grey))
    across, along, cross = (_block_sums(g) for g in (right * right, down * down, right * down))
    energy = across + along
    coherence = np.sqrt((across - along) ** 2 + 4.0 * cross**2) / np.maximum(energy, 1e-9)
    clarity = np.clip((coherence - UNCLEAR) / (CLEAR - UNCLEAR), 0.0, 1.0)
    ridged = energy >= BLOCK * BLOCK * MIN_CONTRAST**2
    return round(100.0 * min(1.0, float((clarity * ridged).sum()) / FULL_BLOCKS))


def _block_sums(values: NDArray[np.float64]) -> NDArray[np.float64]:
    rows, columns = (side // BLOCK for side in values.shape)
    cut = values[: rows * BLOCK, : columns * BLOCK]
    summed: NDArray[np.float64] = cut.reshape(rows, BLOCK, columns, BLOCK).sum(axis=(1, 3))
    return summed
