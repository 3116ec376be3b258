"""Fingerprint readers: the port and a simulated reader. Image files are `urna.devices.finger_files`."""

from collections.abc import Iterable

from urna.biometrics.capture import Reader
from urna.biometrics.image import FingerImage
from urna.errors import OutOfOrder
from urna.words import Sentence

__all__ = ["Reader", "SimulatedReader"]


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
            OutOfOrder: every image was given.
        """
        image = next(self._images, None)
        if image is None:
            raise OutOfOrder(
                Sentence("a finger on the reader"),
                Sentence("none"),
                Sentence("Ask the elector to lay down a finger."),
            )
        return image
