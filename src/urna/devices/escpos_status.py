"""What a thermal printer answers: Epson's status bytes, told apart by their fixed bits.

    DLE EOT n   0xx1xx10            at once, whatever the printer is at: n = 1 printer, 2 offline, 3 error, 4 paper
    GS r 1      0xx0xxxx            in its turn, after everything sent before it
    GS ( H      37 22 id(4) 00      in its turn, with the id that was asked for
    GS a (ASB)  0xx1xx00 + 3 bytes  by itself, where somebody switched it on; passed over

Source: Epson, ESC/POS Command Reference, DLE EOT, GS r, GS ( H <fn 48>, GS a.
"""

from typing import NamedTuple

from urna.papers.printer import PrinterState

CLEAR = b"\x10\x05\x02" + b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""DLE ENQ 2, recover from an error and forget what is not printed yet; DLE DC4 8, forget it where there is no error."""

ID_BYTES = 4

_PRINTER, _OFFLINE, _ERROR, _PAPER = 1, 2, 3, 4
QUERIES = (_OFFLINE, _ERROR, _PAPER, _PRINTER)
"""The worst news first."""

_ID_HEADER = b"\x37\x22"
_ID_ANSWER = len(_ID_HEADER) + ID_BYTES + 1
_ASB_MORE = 3


class Answers(NamedTuple):
    """What came back, sorted; `rest` is the beginning of an answer whose end is still on the way."""

    at_once: bytes = b""
    """Answers to DLE EOT, in order."""
    in_turn: bytes = b""
    """Answers to GS r, in order."""
    ids: tuple[bytes, ...] = ()
    """Answers to GS ( H."""
    rest: bytes = b""


def ask(query: int) -> bytes:
    """DLE EOT: asks for a status, answered at once."""
    return b"\x10\x04" + bytes([query])


def ask_in_turn() -> bytes:
    """GS r 1: asks for the paper sensor's status, answered after everything before it was done."""
    return b"\x1dr\x01"


def ask_with_id(identifier: bytes) -> bytes:
    """GS ( H, function 48: asks for this id back after everything before it was done.

    Args:
        identifier: 4 bytes of 0x20 to 0x7e.
    """
    return b"\x1d(H\x06\x00\x30\x30" + identifier


def sort_answers(data: bytes) -> Answers:
    """The answers in these bytes."""
    at_once, in_turn = bytearray(), bytearray()
    ids: list[bytes] = []
    while data:
        size = _size(data)
        if len(data) < size:
            return Answers(bytes(at_once), bytes(in_turn), tuple(ids), data)
        answer, data = data[:size], data[size:]
        if answer[0] & 0x93 == 0x12:
            at_once += answer
        elif answer.startswith(_ID_HEADER):
            ids.append(answer[2:-1])
        elif answer[0] & 0x90 == 0:
            in_turn += answer
    return Answers(bytes(at_once), bytes(in_turn), tuple(ids))


def state_of(query: int, answer: int) -> PrinterState:
    """What the answer to a query says; READY where it says nothing."""
    return _MEANINGS[query](answer)


def _size(data: bytes) -> int:
    if data.startswith(_ID_HEADER[:1]):
        return _ID_ANSWER
    if data[0] & 0x93 == 0x10:
        return 1 + _ASB_MORE
    return 1


def _of_printer(answer: int) -> PrinterState:
    return PrinterState.BUSY if answer & 0x08 else PrinterState.READY


def _of_offline(answer: int) -> PrinterState:
    if answer & 0x04:
        return PrinterState.COVER_OPEN
    if answer & 0x20:
        return PrinterState.OUT_OF_PAPER
    return PrinterState.READY


def _of_error(answer: int) -> PrinterState:
    # Knife, or something that does not mend itself; a head that is too hot does.
    if answer & (0x04 | 0x08 | 0x20):
        return PrinterState.JAMMED
    return PrinterState.BUSY if answer & 0x40 else PrinterState.READY


def _of_paper(answer: int) -> PrinterState:
    if answer & 0x60:
        return PrinterState.OUT_OF_PAPER
    return PrinterState.PAPER_LOW if answer & 0x0C else PrinterState.READY


_MEANINGS = {_PRINTER: _of_printer, _OFFLINE: _of_offline, _ERROR: _of_error, _PAPER: _of_paper}
