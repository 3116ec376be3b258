"""A simulated thermal printer: paper, cover, plug, knife, memory, and the answers of a real one.

It obeys bytes as they arrive, row of dots by row of dots, so that it can stop in the middle of a line. What it has
not printed when it stops stays in its memory and comes out when the trouble is over, as with a real one, unless it is
told to forget it. Papers lie in a tray in memory, and never in a file: the order of files would be the order of
ballots.
"""

from collections.abc import Callable
from enum import StrEnum
from random import Random
from typing import NamedTuple

from urna.devices.escpos_picture import Burnt, Settings, Slip
from urna.devices.escpos_stream import Cut, Feed, Question, Raster, Reset, Setting, Text, read_command

ROLL_ROWS = 640_000
"""A roll of 80 m."""

NEAR_END_ROWS = 16_000
"""Two metres before the end the sensor says so."""


class Mishap(StrEnum):
    """What can happen in the middle of a paper."""

    JAM = "jam"
    PAPER_OUT = "paper_out"
    COVER = "cover"
    UNPLUGGED = "unplugged"
    KNIFE = "knife"
    """The paper is whole and not cut."""
    SILENT = "silent"
    """The paper comes out whole and cut, and the answer is lost."""


class Planned(NamedTuple):
    """A mishap, and after how many rows of the next paper it comes."""

    mishap: Mishap
    rows: int = 0


Plan = Callable[[], Planned | None]
"""Says for each paper, when it begins, what will happen to it."""


def chance(seed: int, share: float, rows: int = 1200) -> Plan:
    """A plan by chance: a share of the papers has a mishap within so many rows."""
    draw = Random(seed)

    def plan() -> Planned | None:
        if draw.random() >= share:
            return None
        return Planned(draw.choice(list(Mishap)), draw.randrange(rows))

    return plan


class PrinterTwin:
    """The printer itself, without a line to it (printer_twin_line).

    Args:
        rows: dots of paper on the roll.
        plan: what happens to each paper; nothing by default.
    """

    def __init__(self, rows: int = ROLL_ROWS, plan: Plan = lambda: None) -> None:
        self.rows_left = rows
        self.is_plugged = True
        self.is_cover_open = False
        self.is_jammed = False
        self.tray: list[Slip] = []
        self._plan = plan
        self._planned: Planned | None = None
        self._memory = b""
        self._tail = b""
        self._settings = Settings()
        self._burnt: list[Burnt] = []
        self._has_begun = False

    @property
    def has_stopped(self) -> bool:
        """Whether it obeys nothing now."""
        return not self.is_plugged or self.is_cover_open or self.is_jammed or self.rows_left <= 0

    def obey(self, data: bytes) -> bytes:
        """Takes bytes, prints what it can; the answers to them."""
        if not self.is_plugged:
            return b""
        answers = b""
        parts, self._tail = _at_once_apart(self._tail + data)
        for part in parts:
            answers += self._at_once(part) if part[:1] == b"\x10" else self._in_turn(part)
        return answers

    def take(self) -> list[Slip]:
        """Takes everything out of the tray."""
        taken, self.tray = self.tray, []
        return taken

    def load_paper(self, rows: int = ROLL_ROWS) -> bytes:
        """Puts a new roll in: tears off what hangs out; answers of what comes out of the memory then."""
        self.rows_left = rows
        return self.clear()

    def clear(self) -> bytes:
        """Closes the cover and takes a jammed paper out; answers of what comes out of the memory then."""
        self.is_cover_open = self.is_jammed = False
        self._tear_off()
        return self._in_turn(b"")

    def pull_plug(self) -> None:
        """Cable or power: what it had in its memory is gone, and what hangs out is torn off."""
        self.is_plugged = False
        self._memory = self._tail = b""
        self._settings = Settings()
        self._tear_off()

    def plug_in(self) -> None:
        """Power again."""
        self.is_plugged = True

    def _tear_off(self) -> None:
        self._has_begun = False
        if self._burnt:
            self.tray.append(Slip(tuple(self._burnt), torn=True))
            self._burnt = []

    def _at_once(self, command: bytes) -> bytes:
        if command[:2] == b"\x10\x04":
            return bytes([0x12 | self._status(command[2])])
        # DLE ENQ 2 and DLE DC4 8: whatever is not printed yet is forgotten.
        self._memory = b""
        self._settings = Settings()
        return b""

    def _status(self, query: int) -> int:
        match query:
            case 1:
                return 0x08 if self.has_stopped else 0
            case 2:
                return (0x04 if self.is_cover_open else 0) | (0x20 if self.rows_left <= 0 else 0)
            case 3:
                return 0x08 if self.is_jammed else 0
            case _:
                return self._paper()

    def _paper(self) -> int:
        if self.rows_left <= 0:
            return 0x6C
        return 0x0C if self.rows_left < NEAR_END_ROWS else 0

    def _in_turn(self, data: bytes) -> bytes:
        self._memory += data
        answers = b""
        while self._memory and not self.has_stopped and (found := read_command(self._memory)) is not None:
            command, size = found
            answers += self._obey(command)
            self._memory = self._memory[size:]
        return answers

    def _obey(self, command: Reset | Setting | Text | Raster | Feed | Cut | Question) -> bytes:
        match command:
            case Reset():
                self._settings = Settings()
            case Setting():
                self._settings.change(command)
            case Text() | Raster() | Feed():
                self._burn(self._settings.burn(command))
            case Cut():
                self._cut()
            case Question():
                return self._answer(command)
        return b""

    def _burn(self, whole: Burnt) -> None:
        # An empty piece that is fed and cut off is no paper.
        if not self._has_begun and not whole.is_blank:
            self._has_begun = True
            self._planned = self._plan()
        rows = min(whole.rows, self.rows_left, self._rows_to_mishap())
        if rows:
            self._burnt.append(whole._replace(rows=rows))
        self.rows_left -= rows
        if rows < whole.rows and self.rows_left > 0 and self._planned is not None:
            self._happen(self._planned.mishap)

    def _rows_to_mishap(self) -> int:
        if self._planned is None or self._planned.mishap in (Mishap.KNIFE, Mishap.SILENT):
            return ROLL_ROWS
        return max(0, self._planned.rows - sum(each.rows for each in self._burnt))

    def _happen(self, mishap: Mishap) -> None:
        self._planned = None
        match mishap:
            case Mishap.PAPER_OUT:
                self.rows_left = 0
            case Mishap.COVER:
                self.is_cover_open = True
            case Mishap.UNPLUGGED:
                self.pull_plug()
            case _:
                self.is_jammed = True

    def _cut(self) -> None:
        if self._planned is not None and self._planned.mishap is Mishap.KNIFE:
            self._happen(Mishap.KNIFE)
            return
        self.tray.append(Slip(tuple(self._burnt), torn=False))
        self._burnt = []
        self._has_begun = False

    def _answer(self, question: Question) -> bytes:
        if self._planned is not None and self._planned.mishap is Mishap.SILENT:
            self._planned = None
            return b""
        return b"\x37\x22" + question.identifier + b"\x00" if question.identifier else bytes([self._paper()])


_AT_ONCE = {b"\x10\x04": 3, b"\x10\x05": 3, b"\x10\x14": 10}


def _at_once_apart(data: bytes) -> tuple[list[bytes], bytes]:
    """The bytes, cut where commands stand that are obeyed at once; and one whose end is still on the way."""
    parts: list[bytes] = []
    start = at = 0
    while at < len(data):
        size = _AT_ONCE.get(data[at : at + 2], 0)
        if at + size > len(data) or data[at:] == b"\x10":
            return [part for part in (*parts, data[start:at]) if part], data[at:]
        if size:
            parts += [data[start:at], data[at : at + size]]
            start = at + size
        at += size or 1
    return [part for part in (*parts, data[start:]) if part], b""
