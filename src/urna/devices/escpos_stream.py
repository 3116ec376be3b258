"""ESC/POS bytes read as they arrive, one command after the other: what the simulated printer obeys.

Written from Epson's command reference, not from python-escpos, so that a mistake of the writer shows.
"""

from typing import NamedTuple

from urna.errors import Malformed
from urna.words import Sentence

DOTS = 576
_PAGES = {0: "cp437", 16: "cp1252", 19: "cp858"}


class Reset(NamedTuple):
    """ESC @: forget all settings."""


class Setting(NamedTuple):
    """A setting for what follows."""

    name: str
    value: int


class Text(NamedTuple):
    """Letters of the code page, as bytes, and the line feed after them."""

    letters: bytes


class Raster(NamedTuple):
    """GS v 0: rows of dots, a set bit is black."""

    width_bytes: int
    rows: bytes


class Feed(NamedTuple):
    """ESC d: so many empty lines."""

    lines: int


class Cut(NamedTuple):
    """GS V."""


class Question(NamedTuple):
    """GS r or GS ( H: to be answered in its turn."""

    identifier: bytes
    """Empty for GS r."""


Command = Reset | Setting | Text | Raster | Feed | Cut | Question

_SETTINGS = {b"\x1bt": "page", b"\x1bE": "bold", b"\x1ba": "align", b"\x1d!": "size", b"\x1dB": "inverted"}


def page_name(number: int) -> str:
    """Python's name of a code page."""
    if number not in _PAGES:
        raise _unknown(Sentence("code page {number}", {"number": number}))
    return _PAGES[number]


def read_command(data: bytes) -> tuple[Command, int] | None:
    """The first command of these bytes and how many it takes; None while its end is still on the way.

    Raises:
        Malformed: a command that the printer does not know. A real one would print it as letters.
    """
    if data[:1] not in (b"\x1b", b"\x1d"):
        return _text(data)
    head = data[:2]
    if len(head) < 2:
        return None
    if head in _SETTINGS:
        return (Setting(_SETTINGS[head], data[2]), 3) if len(data) > 2 else None
    return _other(head, data)


def _text(data: bytes) -> tuple[Command, int] | None:
    end = data.find(b"\n")
    letters = data if end < 0 else data[:end]
    if any(byte < 0x20 for byte in letters):
        raise _unknown(Sentence("a control character"))
    return None if end < 0 else (Text(letters), end + 1)


def _other(head: bytes, data: bytes) -> tuple[Command, int] | None:
    match head:
        case b"\x1b@":
            return Reset(), 2
        case b"\x1bd":
            return (Feed(data[2]), 3) if len(data) > 2 else None
        case b"\x1dV":
            return (Cut(), 3) if len(data) > 2 else None
        case b"\x1dr":
            return (Question(b""), 3) if len(data) > 2 else None
        case b"\x1d(":
            return _function(data)
        case b"\x1dv":
            return _raster(data)
        case _:
            raise _unknown(Sentence("{head}", {"head": head.hex()}))


def _function(data: bytes) -> tuple[Command, int] | None:
    if len(data) < 11:
        return None
    if data[2:7] != b"H\x06\x00\x30\x30":
        raise _unknown(Sentence("{head}", {"head": data[:7].hex()}))
    return Question(data[7:11]), 11


def _raster(data: bytes) -> tuple[Command, int] | None:
    if len(data) < 8:
        return None
    width_bytes, rows = int.from_bytes(data[4:6], "little"), int.from_bytes(data[6:8], "little")
    if data[2:4] != b"0\x00" or not 0 < width_bytes * 8 <= DOTS:
        raise _unknown(Sentence("{head}", {"head": data[:8].hex()}))
    end = 8 + width_bytes * rows
    return (Raster(width_bytes, data[8:end]), end) if len(data) >= end else None


def _unknown(found: Sentence) -> Malformed:
    return Malformed(
        Sentence("a command of a thermal printer"), found, Sentence("This is a mistake of urna's: report it.")
    )
