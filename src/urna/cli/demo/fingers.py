"""The demo's fingers: drawn by urna itself, enrolled once, laid on a simulated reader again and again.

Drawing a finger and finding its minutiae takes about a second, so the demo's electors share a small pool of
fingers: nobody in the demo is found by a finger (that is 1:N), each is only compared with the stored one (1:1).
An extractor that remembers images it has seen saves the time of looking twice; what it gives is the same.
"""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from typing import NamedTuple

from urna.biometrics.capture import Extraction
from urna.biometrics.image import FingerImage
from urna.biometrics.synthetic import FAINT, SyntheticFinger
from urna.devices.extractor import LeaderExtractor

CAPTURES = 2
"""Different impressions of each finger on the day."""

POSITIONS = (2, 7, 1, 6)
"""The fingers that people enrol, in this order: right and left index, right and left thumb (ISO/IEC 19794-2)."""


class DrawnFinger(NamedTuple):
    """A finger of the pool: its enrolled templates as ISO records, and its impressions on the day."""

    enrolled: tuple[bytes, ...]
    """One impression or two."""
    captures: tuple[FingerImage, ...]
    extractions: tuple[Extraction, ...]
    faint: FingerImage
    """Hardly touching and very dry: nobody could match it."""
    faint_extraction: Extraction


class RememberingExtractor:
    """An extractor that looks up the images of the pool and hands every other one to LEADER."""

    def __init__(self, pool: Sequence[DrawnFinger]) -> None:
        pairs = [pair for finger in pool for pair in zip(finger.captures, finger.extractions, strict=True)]
        pairs += [(finger.faint, finger.faint_extraction) for finger in pool]
        self._known = {_fingerprint(image): extraction for image, extraction in pairs}
        self._leader = LeaderExtractor(threads=1)

    def extract(self, image: FingerImage) -> Extraction:
        """The minutiae of the image and its quality."""
        return self._known.get(_fingerprint(image)) or self._leader.extract(image)


def draw_fingers(seed: int, count: int, workers: ProcessPoolExecutor) -> tuple[DrawnFinger, ...]:
    """A pool of different fingers; the same seed draws the same ones."""
    return tuple(workers.map(_draw, range(seed * 1000, seed * 1000 + count)))


@cache
def _extractor() -> LeaderExtractor:
    """One for each worker: loading the network takes longer than running it on a finger."""
    return LeaderExtractor(threads=1)


def _draw(seed: int) -> DrawnFinger:
    finger, extractor = SyntheticFinger(seed), _extractor()
    captures = tuple(finger.impression(number) for number in range(CAPTURES))
    faint = finger.press(CAPTURES, FAINT)
    stored = [finger.impression(CAPTURES + 1 + number) for number in range(1 + seed % 2)]
    enrolled = tuple(extractor.extract(image).template.to_iso() for image in stored)
    return DrawnFinger(
        enrolled,
        captures,
        tuple(extractor.extract(image) for image in captures),
        faint,
        extractor.extract(faint),
    )


def _fingerprint(image: FingerImage) -> bytes:
    return hashlib.sha256(f"{image.width}x{image.height}".encode() + image.pixels.tobytes()).digest()
