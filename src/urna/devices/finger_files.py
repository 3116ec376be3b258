"""Finger image files, read with limits and brought to normal form: PNG, TIFF, BMP, WSQ.

A hostile file may claim any size, so its kind and its size are read from the header and checked before a
single pixel is decoded; a small file that would unfold into gigabytes is refused the same way. WSQ is decoded in a
process of its own (`urna.devices.wsq`).

Of a file with several pictures the first is taken. Which way round the ridges are is never guessed: a file whose
format says that white is zero (TIFF) is read as it says, any other has dark ridges unless the caller states
`negative`.

docs/adr/0023-pillow.md, docs/adr/0100-wsq.md, docs/image-quality.md
"""

import io
import math
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from urna.biometrics.image import DPI, MAX_SIDE, MIN_SIDE, FingerImage, Pixels
from urna.devices.wsq import decode_wsq, is_wsq
from urna.errors import Malformed
from urna.words import Sentence

FORMATS = ("PNG", "TIFF", "BMP")
MAX_FILE_BYTES = 16 * 1024 * 1024
MAX_SOURCE_SIDE = 2 * MAX_SIDE
"""Readers of 1000 dpi give images up to twice the normal form's size."""

DPI_RANGE = (250.0, 1200.0)
"""Resolutions that are scaled to the normal form. Below, the ridges are lost; above, there is no such reader."""

UNSTATED = (0.0, 1.0, 72.0, 96.0)
"""What programs write that know no resolution: zero, one, and those of screens."""

LOSSY_WARNING = Sentence(
    "The images were compressed with loss (WSQ). From small or weak readers this costs matches: where the reader "
    "allows it, take its uncompressed images."
)
"""For whoever enrols from WSQ files."""

_GREY_MODES = ("L", "P", "RGB", "RGBA", "LA")
_TIFF_COMPRESSIONS = ("raw", "packbits", "tiff_lzw", "tiff_deflate", "tiff_adobe_deflate")
"""The lossless ones; no other decoder inside the TIFF library is ever reached."""

_ENDINGS = (".png", ".tif", ".tiff", ".bmp", ".wsq")
_NEAR = 0.01


class _Source(NamedTuple):
    """A decoded picture, and its resolution across and down, (0, 0) when the file does not say."""

    picture: Image.Image
    dpi: tuple[float, float]


def read_folder(folder: Path, *, dpi: int | None = None, negative: bool = False) -> Sequence[FingerImage]:
    """The images of a folder (PNG, TIFF, BMP, WSQ), in the order of their names.

    Raises:
        Malformed: one of them is no finger image.
    """
    paths = sorted(path for path in folder.iterdir() if is_finger_file(path))
    return [read_image(path, dpi=dpi, negative=negative) for path in paths]


def is_finger_file(path: Path) -> bool:
    """Whether the name ends as one of the formats does."""
    return path.suffix.lower() in _ENDINGS


def read_image(path: Path, *, dpi: int | None = None, negative: bool = False) -> FingerImage:
    """The finger image in a file.

    Raises:
        Malformed: too long, or no finger image.
    """
    with path.open("rb") as file:
        return decode_image(file.read(MAX_FILE_BYTES + 1), path.name, dpi=dpi, negative=negative)


def decode_image(data: bytes, where: str = "", *, dpi: int | None = None, negative: bool = False) -> FingerImage:
    """The finger image in a PNG, TIFF, BMP or WSQ file, brought to normal form.

    1. Decode, within the limits. Colours become grey.
    2. Find the resolution: what the caller states, or else the file; a file that states none, or a screen's, has
       500 dpi.
    3. Scale to 500 dpi, across and down each for itself, with a filter as wide as the scale asks, so that
       nothing aliases.

    Args:
        data: the whole file.
        where: the file to name in an error.
        dpi: the resolution, 250 to 1200, when the caller knows better than the file.
        negative: the ridges are light and become dark.

    Raises:
        Malformed: too long, another format, a size out of range (before any pixel is decoded), a resolution out of
            range, or damaged.
    """
    if len(data) > MAX_FILE_BYTES:
        raise _malformed(Sentence("a file of more than {limit} bytes", {"limit": MAX_FILE_BYTES}), where)
    try:
        source = _from_wsq(data) if is_wsq(data) else _from_pillow(data, where)
        resolution = _resolution(source.dpi, dpi)
        pixels = _at_500_dpi(source.picture, resolution)
        return FingerImage(255 - pixels if negative else pixels)
    except Malformed as error:
        error.where = where
        raise


def to_normal_form(pixels: Pixels, dpi: float) -> FingerImage:
    """A device's image with dark ridges, scaled as a file's would be.

    Args:
        pixels: shape (height, width).
        dpi: as the device states it; 0 when it does not.

    Raises:
        Malformed: a size or a resolution out of range.
    """
    return FingerImage(_at_500_dpi(Image.fromarray(pixels), _resolution((dpi, dpi), None)))


def _from_wsq(data: bytes) -> _Source:
    decoded = decode_wsq(data, MAX_SOURCE_SIDE)
    return _Source(Image.fromarray(decoded.pixels), (float(decoded.dpi), float(decoded.dpi)))


def _from_pillow(data: bytes, where: str) -> _Source:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            picture = Image.open(io.BytesIO(data), formats=FORMATS)
            _check_header(picture, where)
            return _Source(picture.convert("L"), _stated_dpi(picture))
    except Malformed:
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
        raise _malformed(Sentence("pixels of kind {mode}, not 8 bits deep", {"mode": picture.mode}), where)
    compression = str(picture.info.get("compression", "raw"))
    if picture.format == "TIFF" and compression not in _TIFF_COMPRESSIONS:
        raise _malformed(Sentence("a TIFF file compressed by {method}", {"method": compression}), where)


def _stated_dpi(picture: Image.Image) -> tuple[float, float]:
    stated = picture.info.get("dpi")
    if not isinstance(stated, tuple) or len(stated) != 2:
        return 0.0, 0.0
    return float(stated[0]), float(stated[1])


def _resolution(stated: tuple[float, float], known: int | None) -> tuple[float, float]:
    """Dots an inch across and down.

    Raises:
        Malformed: outside `DPI_RANGE`.
    """
    if known is not None:
        stated = float(known), float(known)
    elif all(any(math.isclose(each, none, abs_tol=0.5) for none in UNSTATED) for each in stated):
        return float(DPI), float(DPI)
    if not all(DPI_RANGE[0] <= each <= DPI_RANGE[1] for each in stated):
        raise _silly_resolution(stated)
    return stated


def _at_500_dpi(
    picture: Image.Image, resolution: tuple[float, float]
) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """The pixels at 500 dpi; a scale within 1 % is left alone, as skin stretches more than that.

    Raises:
        Malformed: the scaled image would be out of a finger's range; it is not made.
    """
    scales = [DPI / each if abs(DPI / each - 1.0) > _NEAR else 1.0 for each in resolution]
    width, height = (round(side * scale) for side, scale in zip(picture.size, scales, strict=True))
    if not (MIN_SIDE <= width <= MAX_SIDE and MIN_SIDE <= height <= MAX_SIDE):
        numbers = {"width": width, "height": height, "dpi": DPI}
        raise _malformed(Sentence("{width} x {height} pixels at {dpi} dots an inch", numbers), "")
    if (width, height) != picture.size:
        picture = picture.resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(picture, dtype=np.uint8)


def _silly_resolution(stated: tuple[float, float]) -> Malformed:
    across, down = (str(round(each)) if math.isfinite(each) else "?" for each in stated)
    return Malformed(
        Sentence("an image of {low} to {high} dots an inch", {"low": int(DPI_RANGE[0]), "high": int(DPI_RANGE[1])}),
        Sentence("{across} x {down}", {"across": across, "down": down}),
        Sentence("State the reader's own resolution, if the file is wrong about it."),
    )


def _malformed(found: Sentence, where: str) -> Malformed:
    return Malformed(
        Sentence("a PNG, TIFF, BMP or WSQ image of one finger, at most 2048 pixels a side"),
        found,
        Sentence("Capture or export the image again."),
        where,
    )
