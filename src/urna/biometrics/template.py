"""Finger minutiae records, ISO/IEC 19794-2:2005: the form in which a finger is stored and exchanged.

    offset  bytes  field
    0       4      "FMR" and a zero byte
    4       4      " 20" and a zero byte, the version of 2005
    8       4      length of the whole record
    12      2      capture device
    14      2 + 2  image width, height in pixels
    18      2 + 2  resolution in pixels per centimetre, horizontal and vertical; 197 is 500 dpi
    22      1 + 1  number of finger views; reserved, zero
    24      1      finger position, 0 unknown, 1 right thumb … 5 right little, 6 left thumb … 10 left little
    25      1      view number (high 4 bits) and impression type (low 4 bits)
    26      1      quality of the view, 0 to 100
    27      1      number of minutiae
    28      6 each type (2 bits) and x (14), reserved (2) and y (14), direction, quality
    …       2      length of the extended data that follow (ridge counts, cores, deltas)

All numbers are big-endian. We read and write one view at 500 dpi; extended data are read over. Reading is
strict, and nothing is allocated from a number that the bytes claim before it agrees with their length.
"""

import struct
from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple

from urna.biometrics.image import MAX_SIDE
from urna.encoding.canonical import Record
from urna.errors import Malformed
from urna.words import Sentence

MAX_MINUTIAE = 255
"""The count is one byte; a whole finger has 40 to 100."""

PIXELS_PER_CM = 197

_MAGIC = b"FMR\x00 20\x00"
_HEADER = struct.Struct(">8sIHHHHHBB")
_VIEW = struct.Struct(">BBBB")
_MINUTIA = struct.Struct(">HHBB")
_EXTENDED = struct.Struct(">H")
_SMALLEST = _HEADER.size + _VIEW.size + _EXTENDED.size
_LARGEST = _SMALLEST + MAX_MINUTIAE * _MINUTIA.size + 0xFFFF


class Kind(IntEnum):
    """What a ridge does at a minutia."""

    OTHER = 0
    ENDING = 1
    BIFURCATION = 2


class Minutia(NamedTuple):
    """One point where a ridge ends or forks.

    `x`, `y` are pixels from the left and from the top; `angle` is the direction in units of 360/256 degrees,
    counter-clockwise from the right, 0 to 255; `quality` is 1 to 100, 0 when unknown.
    """

    x: int
    y: int
    angle: int
    kind: Kind
    quality: int


class Template(Record, frozen=True, kw_only=True):
    """One impression of one finger as minutiae, in the integers of the standard: nothing is lost on disk.

    `width`, `height` are the image's, in pixels at 500 dpi; `finger`, `impression`, `quality`, `device` are
    the header's fields, 0 when unknown.
    """

    width: int
    height: int
    minutiae: tuple[Minutia, ...]
    finger: int = 0
    impression: int = 0
    quality: int = 0
    device: int = 0

    def __post_init__(self) -> None:
        """Checks every range, so that a template that exists can be written and matched."""
        _check("a side", (self.width, self.height), 1, MAX_SIDE)
        _check("a finger position", (self.finger,), 0, 10)
        _check("an impression type", (self.impression,), 0, 15)
        _check("a quality", (self.quality, *(m.quality for m in self.minutiae)), 0, 100)
        _check("a device number", (self.device,), 0, 0xFFFF)
        _check("a number of minutiae", (len(self.minutiae),), 0, MAX_MINUTIAE)
        _check("an x", (m.x for m in self.minutiae), 0, self.width - 1)
        _check("a y", (m.y for m in self.minutiae), 0, self.height - 1)
        _check("a direction", (m.angle for m in self.minutiae), 0, 255)

    def to_iso(self) -> bytes:
        """The ISO/IEC 19794-2:2005 record, one view, without extended data."""
        length = _SMALLEST + len(self.minutiae) * _MINUTIA.size
        size = (self.width, self.height, PIXELS_PER_CM, PIXELS_PER_CM)
        header = _HEADER.pack(_MAGIC, length, self.device, *size, 1, 0)
        view = _VIEW.pack(self.finger, self.impression, self.quality, len(self.minutiae))
        points = [_MINUTIA.pack(m.kind << 14 | m.x, m.y, m.angle, m.quality) for m in self.minutiae]
        return b"".join((header, view, *points, _EXTENDED.pack(0)))

    @classmethod
    def from_iso(cls, data: bytes, where: str = "") -> "Template":
        """The template of an ISO/IEC 19794-2:2005 record.

        Args:
            data: the whole record, nothing before or after.
            where: the file or place to name in an error.

        Raises:
            Malformed: another format, another resolution, several views, lengths or counts that do not
                agree, or a value out of range.
        """
        device, width, height = _read_header(data, where)
        finger, impression, quality, count = _read_view(data, where)
        try:
            return cls(
                width=width,
                height=height,
                minutiae=tuple(_read_minutia(data, number) for number in range(count)),
                finger=finger,
                impression=impression,
                quality=quality,
                device=device,
            )
        except Malformed as error:
            error.where = where
            raise

    def __repr__(self) -> str:
        """Says how many minutiae, never where: a template is personal data and stays out of logs."""
        return f"Template(finger={self.finger}, minutiae={len(self.minutiae)}, quality={self.quality})"


def _read_header(data: bytes, where: str) -> tuple[int, int, int]:
    if not _SMALLEST <= len(data) <= _LARGEST:
        raise _malformed(Sentence("{size} bytes", {"size": len(data)}), where)
    magic, length, device, width, height, across, down, views, reserved = _HEADER.unpack_from(data)
    if magic != _MAGIC:
        raise _malformed(Sentence("another beginning"), where)
    if length != len(data):
        numbers = {"claimed": length, "size": len(data)}
        raise _malformed(Sentence("a header that claims {claimed} of {size} bytes", numbers), where)
    if (across, down) != (PIXELS_PER_CM, PIXELS_PER_CM):
        numbers = {"across": across, "down": down}
        raise _malformed(Sentence("{across} x {down} pixels per centimetre instead of 197", numbers), where)
    if views != 1 or reserved != 0:
        raise _malformed(Sentence("{views} finger views", {"views": views}), where)
    return device, width, height


def _read_view(data: bytes, where: str) -> tuple[int, int, int, int]:
    finger, view_and_impression, quality, count = _VIEW.unpack_from(data, _HEADER.size)
    end = _HEADER.size + _VIEW.size + count * _MINUTIA.size
    extended = _EXTENDED.unpack_from(data, end)[0] if end + _EXTENDED.size <= len(data) else -1
    if extended != len(data) - end - _EXTENDED.size:
        raise _malformed(Sentence("{count} minutiae, which do not fill it", {"count": count}), where)
    if view_and_impression >> 4:
        raise _malformed(Sentence("a first view that is not number 0"), where)
    return finger, view_and_impression & 0x0F, quality, count


def _read_minutia(data: bytes, number: int) -> Minutia:
    start = _HEADER.size + _VIEW.size + number * _MINUTIA.size
    kind_and_x, y, angle, quality = _MINUTIA.unpack_from(data, start)
    if kind_and_x >> 14 == 3 or y >> 14:
        raise _malformed(Sentence("a minutia with reserved bits set"), "")
    return Minutia(kind_and_x & 0x3FFF, y, angle, Kind(kind_and_x >> 14), quality)


def _check(what: str, values: Iterable[int], low: int, high: int) -> None:
    for value in values:
        if not low <= value <= high:
            numbers: dict[str, str | int] = {"what": what, "value": value, "low": low, "high": high}
            raise _malformed(Sentence("{what} of {value}, not {low} to {high}", numbers), "")


def _malformed(found: Sentence, where: str) -> Malformed:
    return Malformed(
        Sentence("an ISO/IEC 19794-2:2005 record of one finger at 500 dpi"),
        found,
        Sentence("Export the template again from the system that made it."),
        where,
    )
