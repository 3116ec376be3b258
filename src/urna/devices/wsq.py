"""WSQ, the wavelet compression of fingerprint archives (FBI IAFIS-IC-0110), decoded in a process of its own.

NIST's decoder keeps its tables in global variables, trusts what a file claims and exits when it is surprised. So

1. the markers are walked here, and a file whose frame claims another size than a finger's, or that lacks a part,
   never reaches the decoder;
2. the decoder runs in a process forked for this file, with limits on memory and processor, under a deadline
   (`urna.devices.child`);
3. what comes back must have the size that the frame claimed.

docs/adr/0100-wsq.md
"""

import struct
from typing import NamedTuple

import numpy as np

from urna.biometrics.image import Pixels
from urna.devices.child import ChildDied, Children
from urna.devices.child_side import Status
from urna.devices.wsq_child import SIZE
from urna.errors import Malformed
from urna.words import Sentence

BEGINNING = b"\xff\xa0"
"""The marker that starts every WSQ file."""

SECONDS = 20.0
"""How long a file may take: 0.03 s are usual; a busy machine is slow."""

_FRAME, _BLOCK = 0xFFA2, 0xFFA3
_TRANSFORM, _QUANTISATION, _HUFFMAN, _RESTART, _COMMENT = 0xFFA4, 0xFFA5, 0xFFA6, 0xFFA7, 0xFFA8
_SEGMENTS = (_FRAME, _BLOCK, _TRANSFORM, _QUANTISATION, _HUFFMAN, _RESTART, _COMMENT)
_MARKER = struct.Struct(">HH")
_FRAME_BODY = struct.Struct(">BBHH")
_NEEDED = {_FRAME, _TRANSFORM, _QUANTISATION, _HUFFMAN}

_children = Children("urna.devices.wsq_child", SECONDS)


class Decoded(NamedTuple):
    """Pixels of shape (height, width), and the dots an inch that the file states, 0 when it states none."""

    pixels: Pixels
    dpi: int


def is_wsq(data: bytes) -> bool:
    """Whether the file says that it is WSQ."""
    return data[:2] == BEGINNING


def decode_wsq(data: bytes, most: int) -> Decoded:
    """The pixels of a WSQ file.

    Args:
        data: the whole file.
        most: the greatest side that is decoded, in pixels.

    Raises:
        Malformed: a part is missing, the frame claims too large a size, or it cannot be decoded.
    """
    width, height = _frame_size(data, most)
    try:
        status, answer = _children.ask(data).answer()
    except ChildDied:
        raise _malformed(Sentence("one on which the decoder fails")) from None
    if status is Status.MISSING:
        raise Malformed(
            Sentence("the WSQ decoder of the package wsq"),
            Sentence("none"),
            Sentence("Install it with: pip install 'urna[biometrics]'"),
        )
    if status is not Status.ANSWERED or len(answer) != SIZE.size + width * height:
        raise _malformed(Sentence("one on which the decoder fails"))
    if SIZE.unpack_from(answer)[:2] != (width, height):
        raise _malformed(Sentence("one on which the decoder fails"))
    dpi = SIZE.unpack_from(answer)[2]
    return Decoded(np.frombuffer(answer, np.uint8, offset=SIZE.size).reshape(height, width), max(0, dpi))


def _frame_size(data: bytes, most: int) -> tuple[int, int]:
    """Width and height, after a walk over the markers up to the first block of data."""
    seen: set[int] = set()
    place, size = len(BEGINNING), (0, 0)
    while True:
        marker, length = _segment(data, place)
        if marker == _FRAME:
            if marker in seen or length < 2 + _FRAME_BODY.size:
                raise _malformed(Sentence("a damaged frame"))
            _, _, height, width = _FRAME_BODY.unpack_from(data, place + _MARKER.size)
            size = width, height
        if marker == _BLOCK:
            break
        seen.add(marker)
        place += 2 + length
    if not seen >= _NEEDED:
        raise _malformed(Sentence("one that lacks a table"))
    if not (0 < size[0] <= most and 0 < size[1] <= most):
        raise _malformed(
            Sentence("a header that claims {width} x {height} pixels", {"width": size[0], "height": size[1]})
        )
    return size


def _segment(data: bytes, place: int) -> tuple[int, int]:
    """The marker at a place, and the length that it states, which includes its own two bytes."""
    if place + _MARKER.size > len(data):
        raise _malformed(Sentence("a damaged one, or one cut off"))
    marker, length = _MARKER.unpack_from(data, place)
    if marker not in _SEGMENTS or length < 2 or place + 2 + length > len(data):
        raise _malformed(Sentence("a damaged one, or one cut off"))
    return marker, length


def _malformed(found: Sentence) -> Malformed:
    return Malformed(Sentence("a WSQ file of one finger"), found, Sentence("Capture or export the image again."))
