"""Candidates' photos, read with limits and brought to one plain form: JPEG, 320 x 320, without metadata.

A file of a party may hold anything, and it is read on the machine on which officers sign. So

1. it is decoded in a process forked for this file, with limits on memory and processor (`urna.devices.photo_child`),
   which looks at kind and size before it decodes a pixel;
2. from there come pixels, so many as the plain form has, and nothing else: no place where a photo was taken, no
   comment, no second picture behind the first;
3. the photo of the package is written from these pixels, here.

Nothing of a photo is cut off: what is not square stands whole on white, so that no machine decides which part of whose
face is shown. A phone's note that the picture is turned is followed. docs/adr/0126-photos-beside-the-definition.md
"""

import io

from PIL import Image

from urna.devices.child import ChildDied, Children
from urna.devices.child_side import Status
from urna.devices.photo_child import HEAD, MAX_SIDE, MIN_SIDE, SIDE, Verdict
from urna.errors import Malformed
from urna.words import Sentence

MAX_FILE_BYTES = 16 * 1024 * 1024

QUALITY = 85

SECONDS = 60.0
"""How long a file may take: 0.1 s are usual; a busy machine is slow."""

_PIXEL_BYTES = 3 * SIDE * SIDE

_children = Children("urna.devices.photo_child", SECONDS)


def plain_photo(data: bytes, where: str = "") -> bytes:
    """A photo in plain form.

    Args:
        data: the whole file, JPEG or PNG.
        where: the file to name in an error.

    Raises:
        Malformed: too long, another kind of file, too small, too large, too long and thin, or damaged.
    """
    if len(data) > MAX_FILE_BYTES:
        raise _malformed(Sentence("a file of more than {limit} MB", {"limit": MAX_FILE_BYTES >> 20}), where)
    try:
        status, answer = _children.ask(data).answer()
    except ChildDied:
        raise _malformed(Sentence("one on which the decoder fails"), where) from None
    if status is not Status.ANSWERED:
        raise _malformed(Sentence("another kind of file, or a damaged one"), where)
    return _written(_pixels(answer, where))


def _pixels(answer: bytes, where: str) -> bytes:
    """The pixels of an answer, or the sentence that it stands for."""
    if len(answer) < HEAD.size:
        raise _malformed(Sentence("one on which the decoder fails"), where)
    verdict, width, height = HEAD.unpack_from(answer)
    numbers = {"width": width, "height": height}
    if verdict == Verdict.TOO_LARGE:
        raise _malformed(Sentence("a header that claims {width} x {height} pixels", numbers), where)
    if verdict == Verdict.UNFIT:
        raise _malformed(Sentence("one of {width} x {height} pixels", numbers), where)
    if verdict == Verdict.OTHER_PIXELS:
        raise _malformed(Sentence("pixels that are neither grey nor colour of 8 bits"), where)
    if len(answer) != HEAD.size + _PIXEL_BYTES:
        raise _malformed(Sentence("one on which the decoder fails"), where)
    return answer[HEAD.size :]


def _written(pixels: bytes) -> bytes:
    file = io.BytesIO()
    Image.frombytes("RGB", (SIDE, SIDE), pixels).save(file, "JPEG", quality=QUALITY, subsampling=0)
    return file.getvalue()


def _malformed(found: Sentence, where: str) -> Malformed:
    numbers = {"low": MIN_SIDE, "high": MAX_SIDE}
    return Malformed(
        Sentence("a JPEG or PNG photo, {low} to {high} pixels a side, at most twice as long as wide", numbers),
        found,
        Sentence("Save the photo again as JPEG, best as a square of 640 x 640 pixels."),
        where,
    )
