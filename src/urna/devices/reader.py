"""Fingerprint readers: the port, how a capture may fail, and a simulated reader.

A capture that gives no image fails in one of three ways, all `OutOfOrder`:

    NoFinger       nobody laid a finger down in time
    TryAgain       a finger came, but the reader wants it again, and says why
    ReaderFailed   the reader itself does not work; it says what to do

Image files are `urna.devices.finger_files`; a reader is opened by its name in `urna.devices.readers`.
"""

from collections.abc import Iterable
from typing import Protocol

from urna.biometrics.capture import Reader
from urna.biometrics.image import FingerImage
from urna.errors import OutOfOrder
from urna.words import Sentence

__all__ = ["NoFinger", "OpenReader", "Reader", "ReaderFailed", "SimulatedReader", "TryAgain"]


class NoFinger(OutOfOrder):
    """No finger came in time."""


class TryAgain(OutOfOrder):
    """A finger came, but not so that the reader could take its image; the remedy is for the elector."""


class ReaderFailed(OutOfOrder):
    """The reader does not work; the remedy is for the poll worker or the technician."""


class OpenReader(Reader, Protocol):
    """A reader that was opened and must be closed."""

    def close(self) -> None:
        """Gives the device back; twice does no harm, and a later capture opens it again."""
        ...


class SimulatedReader:
    """A reader that gives the images it was made with, one a capture, in order.

    Args:
        images: what the fingers on this reader will look like: files (`read_folder`), or impressions of
            `urna.biometrics.synthetic.SyntheticFinger`.
    """

    def __init__(self, images: Iterable[FingerImage]) -> None:
        self._images = iter(images)

    def capture(self) -> FingerImage:
        """The next image.

        Raises:
            NoFinger: every image was given.
        """
        image = next(self._images, None)
        if image is None:
            raise no_finger()
        return image

    def close(self) -> None:
        """There is nothing to give back."""


def no_finger() -> NoFinger:
    """What a reader raises when its time is over."""
    return NoFinger(
        Sentence("a finger on the reader"),
        Sentence("none"),
        Sentence("Ask the elector to lay down a finger."),
    )
