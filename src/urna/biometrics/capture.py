"""The two ports between the core and the world: a reader gives an image, an extractor gives a template.

`urna.devices.reader` and `urna.devices.extractor` implement them; tests and services see only these.
"""

from typing import NamedTuple, Protocol

from urna.biometrics.image import FingerImage
from urna.biometrics.quality import Hint
from urna.biometrics.template import Template


class Extraction(NamedTuple):
    """What an extractor saw in an image.

    `quality` is NFIQ 2, 0 (no use) to 100, the same number that the template's header carries; `hints` say what is
    out of the ordinary, for the person at the reader (`urna.biometrics.quality`).
    """

    template: Template
    quality: int
    hints: tuple[Hint, ...] = ()


class Reader(Protocol):
    """A fingerprint reader, or its simulated twin."""

    def capture(self) -> FingerImage:
        """One impression of the finger that is on the reader.

        Raises:
            OutOfOrder: no finger came.
        """
        ...


class Extractor(Protocol):
    """Turns images into templates."""

    def extract(self, image: FingerImage) -> Extraction:
        """The minutiae of the image, perhaps none, its quality, and hints."""
        ...
