"""The process in which NFIQ 2 is computed: the only module that loads `nbis`, NIST's code behind a Rust binding.

A question is width and height (each four bytes, big-endian) and one byte a pixel. An answer is the score, one byte.
Run by `urna.devices.image_quality`.
"""

import struct
from functools import cache
from importlib import import_module
from typing import Any

from urna.devices.child_side import Limits, Refused, serve

SIZE = struct.Struct(">II")

LIMITS = Limits(memory_bytes=1024 * 1024 * 1024, cpu_seconds=30)
"""1024 x 1024 pixels of noise take 4 s of a slow core and 320 MB of address space, of which 110 MB are used."""

_FILE = struct.Struct("<2sIHHI")
_PICTURE = struct.Struct("<IiiHHIIiiII")
_GREYS = b"".join(bytes((grey, grey, grey, 0)) for grey in range(256))


def score(question: bytes) -> bytes:
    """The NFIQ 2 score of an image.

    Raises:
        Refused: NFIQ 2 cannot be computed, as of blank paper or of too little finger.
    """
    width, height = SIZE.unpack_from(question)
    extractor, error = _extractor()
    try:
        found = extractor.extract_minutiae(bitmap(question[SIZE.size :], width, height)).quality().score
    except error:
        raise Refused from None
    if not 0 <= found <= 100:
        raise Refused
    return bytes([found])


def bitmap(pixels: bytes, width: int, height: int) -> bytes:
    """A BMP file of 8-bit grey: the library takes files only, and this kind costs least.

    Args:
        pixels: one byte each, from the top left.
        width: of a row, in pixels.
        height: the number of rows.
    """
    rows = [pixels[row * width : (row + 1) * width] + bytes(-width % 4) for row in reversed(range(height))]
    start = _FILE.size + _PICTURE.size + len(_GREYS)
    body = b"".join(rows)
    head = _FILE.pack(b"BM", start + len(body), 0, 0, start)
    dots_a_metre = 19685
    picture = _PICTURE.pack(_PICTURE.size, width, height, 1, 8, 0, len(body), dots_a_metre, dots_a_metre, 256, 0)
    return head + picture + _GREYS + body


@cache
def _extractor() -> tuple[Any, type[Exception]]:
    """The library's object, and its kind of error."""
    nbis = import_module("nbis")
    settings = nbis.NbisExtractorSettings(
        min_quality=1.0, get_center=False, check_fingerprint=False, compute_nfiq2=True, ppi=500.0
    )
    return nbis.new_nbis_extractor(settings), nbis.NbisError


if __name__ == "__main__":
    serve(score, LIMITS, anew=False)
