"""A fingerprint image in normal form: 8-bit grey, 500 pixels an inch, ridges dark, upright.

Whatever reads a file or a device (`urna.devices.finger_files`) brings images to this form once; nothing inside asks
again about resolution, depth or size.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urna.errors import Malformed
from urna.words import Sentence

DPI = 500
"""Pixels an inch of the normal form; 19.7 pixels a millimetre."""

MIN_SIDE = 96
"""The shortest side, in pixels: 4.9 mm, less than any reader's window."""

MAX_SIDE = 1024
"""The longest side, in pixels: 52 mm, more than one finger needs."""

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class FingerImage:
    """One impression of one finger.

    Args:
        pixels: shape (height, width), 0 black to 255 white; copied and locked against writing.

    Raises:
        Malformed: another depth, another number of dimensions, or a side out of range.
    """

    pixels: Pixels

    def __post_init__(self) -> None:
        given = self.pixels
        if given.dtype != np.uint8 or given.ndim != 2:
            raise _not_normal(Sentence("an array of another kind ({kind})", {"kind": str(given.dtype)}))
        height, width = given.shape
        if not (MIN_SIDE <= height <= MAX_SIDE and MIN_SIDE <= width <= MAX_SIDE):
            raise _not_normal(Sentence("{width} x {height} pixels", {"width": width, "height": height}))
        locked = np.array(given, order="C", copy=True)
        locked.setflags(write=False)
        object.__setattr__(self, "pixels", locked)

    @property
    def width(self) -> int:
        """Pixels from left to right."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Pixels from top to bottom."""
        return int(self.pixels.shape[0])

    def __eq__(self, other: object) -> bool:
        """Two images are equal if every pixel is."""
        return isinstance(other, FingerImage) and np.array_equal(self.pixels, other.pixels)

    def __hash__(self) -> int:
        """Agrees with equality."""
        return hash((self.pixels.shape, self.pixels.tobytes()))

    def __repr__(self) -> str:
        """The size only: a fingerprint is personal data and stays out of logs."""
        return f"FingerImage({self.width} x {self.height})"


def _not_normal(found: Sentence) -> Malformed:
    return Malformed(
        Sentence(
            "a grey finger image of {low} to {high} pixels a side at {dpi} dots an inch",
            {"low": MIN_SIDE, "high": MAX_SIDE, "dpi": DPI},
        ),
        found,
        Sentence("Capture one finger again with a certified reader."),
    )
