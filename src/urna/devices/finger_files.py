"""Finger image files, read with limits.

A hostile file may claim any size, so its kind and its size are read from the header and checked before a
single pixel is decoded; a small file that would unfold into gigabytes is refused the same way.
docs/adr/0023-pillow.md
"""

import io
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from urna.biometrics.image import DPI, MAX_SIDE, FingerImage
from urna.errors import Malformed
from urna.words import Sentence

FORMATS = ("PNG", "TIFF", "BMP")
MAX_FILE_BYTES = 16 * 1024 * 1024
MAX_SOURCE_SIDE = 2 * MAX_SIDE
"""Readers of 1000 dpi give images up to twice the normal form's size."""

_GREY_MODES = ("L", "1", "P", "RGB", "RGBA", "LA")
_INCH_RANGE = (300.0, 1200.0)
_ENDINGS = (".png", ".tif", ".tiff", ".bmp")


def read_folder(folder: Path) -> Sequence[FingerImage]:
    """The images of a folder (PNG, TIFF, BMP), in the order of their names.

    Raises:
        Malformed: one of them is no finger image.
    """
    return [read_image(path) for path in sorted(folder.iterdir()) if path.suffix.lower() in _ENDINGS]


def read_image(path: Path) -> FingerImage:
    """The finger image in a file.

    Raises:
        Malformed: too long, or no finger image.
    """
    with path.open("rb") as file:
        return decode_image(file.read(MAX_FILE_BYTES + 1), path.name)


def decode_image(data: bytes, where: str = "") -> FingerImage:
    """The finger image in a PNG, TIFF or BMP file, brought to normal form.

    Args:
        data: the whole file. If it states its resolution (300 to 1200 dpi), the image is scaled to 500 dpi;
            otherwise it is taken as 500 dpi. Colours become grey.
        where: the file to name in an error.

    Raises:
        Malformed: too long, another format, a size out of range (before any pixel is decoded), or damaged.
    """
    if len(data) > MAX_FILE_BYTES:
        raise _malformed(Sentence("a file of more than {limit} bytes", {"limit": MAX_FILE_BYTES}), where)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            picture = Image.open(io.BytesIO(data), formats=FORMATS)
            _check_header(picture, where)
            return FingerImage(_to_normal_form(picture))
    except Malformed as error:
        error.where = where
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _malformed(Sentence("a header that claims more pixels than any finger has"), where) from error
    except Exception as error:  # a decoder may raise anything at all on hostile bytes
        raise _malformed(Sentence("another kind of file, or a damaged one"), where) from error


def _check_header(picture: Image.Image, where: str) -> None:
    width, height = picture.size
    if not (0 < width <= MAX_SOURCE_SIDE and 0 < height <= MAX_SOURCE_SIDE):
        numbers = {"width": width, "height": height}
        raise _malformed(Sentence("a header that claims {width} x {height} pixels", numbers), where)
    if picture.mode not in _GREY_MODES:
        raise _malformed(Sentence("pixels of kind {mode}", {"mode": picture.mode}), where)


def _to_normal_form(picture: Image.Image) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    scale = DPI / _dots_per_inch(picture)
    grey = picture.convert("L")
    if abs(scale - 1.0) > 0.02:
        size = (round(grey.width * scale), round(grey.height * scale))
        grey = grey.resize(size, Image.Resampling.BICUBIC)
    return np.asarray(grey, dtype=np.uint8)


def _dots_per_inch(picture: Image.Image) -> float:
    stated = picture.info.get("dpi")
    across = float(stated[0]) if isinstance(stated, tuple) and stated else 0.0
    return across if _INCH_RANGE[0] <= across <= _INCH_RANGE[1] else float(DPI)


def _malformed(found: Sentence, where: str) -> Malformed:
    return Malformed(
        Sentence("a PNG, TIFF or BMP image of one finger, at most 2048 pixels a side"),
        found,
        Sentence("Capture or export the image again."),
        where,
    )
