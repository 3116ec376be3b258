"""Candidates' photos, read with limits and brought to one plain form: JPEG, 320 x 320, without metadata.

A file of a party may hold anything: its kind and its size are read from the header and checked before a pixel is
decoded, and what goes into a package is made anew from the pixels alone, so neither a place where a photo was taken,
nor a comment, nor a second picture behind the first comes to a station. docs/adr/0126-photos-beside-the-definition.md

Nothing of a photo is cut off: what is not square stands whole on white, so that no machine decides which part of whose
face is shown. A phone's note that the picture is turned is followed.
"""

import io
import warnings

from PIL import Image, ImageOps

from urna.errors import Malformed
from urna.words import Sentence

FORMATS = ("JPEG", "PNG")
MAX_FILE_BYTES = 16 * 1024 * 1024
MIN_SIDE, MAX_SIDE = 160, 8192
MAX_PIXELS = 25_000_000
SIDE = 320
"""Of the plain form: a picture on a card is 28 mm wide in the largest text, at 11 pixels a mm of a fine display."""

QUALITY = 85
MOST_UNEVEN = 2
"""A side may be twice as long as the other."""

_MODES = ("L", "LA", "P", "RGB", "RGBA")
_WHITE = (255, 255, 255)


def plain_photo(data: bytes, where: str = "") -> bytes:
    """A photo in plain form.

    1. Look at kind and size, in the header.
    2. Decode; turn as the file says; put on white what is transparent.
    3. Scale into a square, the rest of it white.
    4. Write as JPEG; nothing but pixels comes along.

    Args:
        data: the whole file, JPEG or PNG.
        where: the file to name in an error.

    Raises:
        Malformed: too long, another kind of file, too small, too large, too long and thin, or damaged.
    """
    if len(data) > MAX_FILE_BYTES:
        raise _malformed(Sentence("a file of more than {limit} MB", {"limit": MAX_FILE_BYTES >> 20}), where)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd metadata is thrown away, and the limits are ours
            picture = Image.open(io.BytesIO(data), formats=FORMATS)
            _check_header(picture, where)
            decoded = _decoded(picture)
    except Malformed:
        raise
    except Image.DecompressionBombError as error:
        raise _malformed(Sentence("a header that claims more pixels than any photo has"), where) from error
    except Exception as error:  # a decoder may raise anything at all on hostile bytes
        raise _malformed(Sentence("another kind of file, or a damaged one"), where) from error
    return _written(_squared(decoded))


def _check_header(picture: Image.Image, where: str) -> None:
    width, height = picture.size
    numbers = {"width": width, "height": height}
    short, long = sorted(picture.size)
    if long > MAX_SIDE or width * height > MAX_PIXELS:
        raise _malformed(Sentence("a header that claims {width} x {height} pixels", numbers), where)
    if short < MIN_SIDE or long > MOST_UNEVEN * short:
        raise _malformed(Sentence("one of {width} x {height} pixels", numbers), where)
    if picture.mode not in _MODES:
        raise _malformed(Sentence("pixels of kind {mode}", {"mode": picture.mode}), where)


def _decoded(picture: Image.Image) -> Image.Image:
    picture.draft("RGB", (2 * SIDE, 2 * SIDE))  # a large JPEG is decoded to no more than is needed
    turned = ImageOps.exif_transpose(picture)
    if "transparency" not in turned.info and turned.mode in {"L", "P", "RGB"}:
        return turned.convert("RGB")
    ground = Image.new("RGBA", turned.size, (*_WHITE, 255))
    return Image.alpha_composite(ground, turned.convert("RGBA")).convert("RGB")


def _squared(picture: Image.Image) -> Image.Image:
    return ImageOps.pad(picture, (SIDE, SIDE), Image.Resampling.LANCZOS, color=_WHITE)


def _written(picture: Image.Image) -> bytes:
    """From a new image that was given pixels and nothing else."""
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    file = io.BytesIO()
    bare.save(file, "JPEG", quality=QUALITY, subsampling=0)
    return file.getvalue()


def _malformed(found: Sentence, where: str) -> Malformed:
    numbers = {"low": MIN_SIDE, "high": MAX_SIDE}
    return Malformed(
        Sentence("a JPEG or PNG photo, {low} to {high} pixels a side, at most twice as long as wide", numbers),
        found,
        Sentence("Save the photo again as JPEG, best as a square of 640 x 640 pixels."),
        where,
    )
