"""The process in which candidates' photos are decoded: what a stranger sent is decoded nowhere else.

A question is a JPEG or PNG file. An answer is a verdict, width and height as the header claims them (each four bytes,
big-endian), and where the verdict is `Verdict.PIXELS`, `SIDE` x `SIDE` pixels of three bytes. Run by
`urna.devices.photo_files`, which has what each limit is for.
"""

import io
import struct
import warnings
from enum import IntEnum

from PIL import Image, ImageOps

from urna.devices.child_side import Limits, serve

FORMATS = ("JPEG", "PNG")
MIN_SIDE, MAX_SIDE = 160, 8192
MAX_PIXELS = 25_000_000
MOST_UNEVEN = 2
"""A side may be twice as long as the other."""

SIDE = 320
"""Of the plain form: a picture on a card is 28 mm wide in the largest text, at 11 pixels a mm of a fine display."""

HEAD = struct.Struct(">iii")

LIMITS = Limits(memory_bytes=1536 * 1024 * 1024, cpu_seconds=20)
"""Three times what the largest PNG file with transparency takes: 25 million pixels, decoded and put on white."""

_MODES = ("L", "LA", "P", "RGB", "RGBA")
_WHITE = (255, 255, 255)


class Verdict(IntEnum):
    """What a file is."""

    PIXELS = 0
    TOO_LARGE = 1
    """Its header claims more than any photo has; nothing was decoded."""
    UNFIT = 2
    """Too small, or too long and thin."""
    OTHER_PIXELS = 3
    """Neither grey nor colour of 8 bits: CMYK of a print shop, 16 bits of a scanner."""


def decode(data: bytes) -> bytes:
    """The answer to a file; raises whatever a decoder raises on damaged bytes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # odd metadata is thrown away, and the limits are ours
        picture = Image.open(io.BytesIO(data), formats=FORMATS)
        verdict = _look(picture)
        head = HEAD.pack(verdict, *picture.size)
        return head + _squared(_upright(picture)).tobytes() if verdict is Verdict.PIXELS else head


def _look(picture: Image.Image) -> Verdict:
    """By the header alone."""
    short, long = sorted(picture.size)
    if long > MAX_SIDE or short * long > MAX_PIXELS:
        return Verdict.TOO_LARGE
    if short < MIN_SIDE or long > MOST_UNEVEN * short:
        return Verdict.UNFIT
    return Verdict.PIXELS if picture.mode in _MODES else Verdict.OTHER_PIXELS


def _upright(picture: Image.Image) -> Image.Image:
    """Decoded, turned as the file says, on white where it is transparent."""
    picture.draft("RGB", (2 * SIDE, 2 * SIDE))  # a large JPEG is decoded to no more than is needed
    turned = ImageOps.exif_transpose(picture)
    if "transparency" not in turned.info and turned.mode in {"L", "P", "RGB"}:
        return turned.convert("RGB")
    ground = Image.new("RGBA", turned.size, (*_WHITE, 255))
    return Image.alpha_composite(ground, turned.convert("RGBA")).convert("RGB")


def _squared(picture: Image.Image) -> Image.Image:
    return ImageOps.pad(picture, (SIDE, SIDE), Image.Resampling.LANCZOS, color=_WHITE)


if __name__ == "__main__":
    Image.MAX_IMAGE_PIXELS = None  # `_look` has a lower limit, and says which size the header claims
    serve(decode, LIMITS, anew=True)
