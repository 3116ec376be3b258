"""QR codes read from a photo, a scan or a rendered page, with zxing-cpp.

A hostile file may claim any size: its kind and its size are read from the header and checked before a single
pixel is decoded. docs/adr/0063-zxing-cpp.md
"""

import io
import warnings
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import zxingcpp
from PIL import Image, ImageSequence

from urna.errors import Malformed
from urna.words import Sentence

FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "WEBP")
MAX_FILE_BYTES = 64 * 1024 * 1024
MAX_PIXELS = 150_000_000
"""All pages of a picture: A0 at 300 dpi, or sixteen pages of A4."""
MAX_PAGES = 32

_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
_ENLARGED_PIXELS = 40_000_000
"""Above this, a page is read as it is and reduced, but not enlarged."""


class NoCode(Malformed):
    """A sound picture without a QR code that can be read."""


def read_codes(path: Path) -> list[bytes]:
    """The contents of the QR codes in a picture, each once, in the order in which they were found.

    Raises:
        NoCode: there is none.
        Malformed: too long, not a picture, or one that is broken.
    """
    with path.open("rb") as file:
        return read_codes_in(file.read(MAX_FILE_BYTES + 1), path.name)


def read_codes_in(data: bytes, where: str = "") -> list[bytes]:
    """The same for a picture in memory; a TIFF may have several pages.

    Raises:
        NoCode: there is none.
        Malformed: too long, not a picture, or one that is broken.
    """
    found: dict[bytes, None] = {}
    for page in _pages(data, where):
        found |= dict.fromkeys(codes_on(page))
    if not found:
        raise NoCode(
            Sentence("a picture with QR codes"),
            Sentence("none that can be read"),
            Sentence("Photograph each code from above, sharp, whole, and with its white border."),
            where,
        )
    return list(found)


def codes_on(page: Image.Image) -> list[bytes]:
    """The contents of the QR codes on a grey picture, each once.

    Reading is tried as the picture is, then with one threshold for all of it, then enlarged and reduced: small,
    blurred or moiré codes are often found in only one of them.
    """
    found: dict[bytes, None] = {}
    for image, binarizer in _tries(page):
        results = zxingcpp.read_barcodes(image, formats=_QR, binarizer=binarizer)
        found |= dict.fromkeys(bytes(result.bytes) for result in results if result.valid)
    return list(found)


def _tries(page: Image.Image) -> Iterator[tuple[Image.Image, zxingcpp.Binarizer]]:
    yield page, zxingcpp.Binarizer.LocalAverage
    yield page, zxingcpp.Binarizer.GlobalHistogram
    for numerator, denominator in ((3, 2), (2, 3)):
        size = (page.width * numerator // denominator, page.height * numerator // denominator)
        if min(size) > 0 and (numerator < denominator or size[0] * size[1] <= _ENLARGED_PIXELS):
            yield page.resize(size, Image.Resampling.BICUBIC), zxingcpp.Binarizer.LocalAverage


def _pages(data: bytes, where: str) -> list[Image.Image]:
    if len(data) > MAX_FILE_BYTES:
        raise _malformed(Sentence("more than {limit} bytes", {"limit": MAX_FILE_BYTES}), where)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of odd metadata and large pictures; the limits are ours
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                return list(_grey(image, where))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise _malformed(Sentence("none, or a broken one"), where) from error


def _grey(image: Image.Image, where: str) -> Iterator[Image.Image]:
    pixels = 0
    for page in islice(ImageSequence.Iterator(image), MAX_PAGES):
        pixels += page.width * page.height
        if pixels > MAX_PIXELS:
            raise _malformed(Sentence("{pixels} pixels or more", {"pixels": pixels}), where)
        yield page.convert("L")


def _malformed(found: Sentence, where: str) -> Malformed:
    return Malformed(
        Sentence("a picture (PNG, JPEG, TIFF, BMP or WebP)"), found, Sentence("Save the photo or scan again."), where
    )
