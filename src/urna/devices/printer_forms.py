"""What people fill in by hand, as lines of an 80 mm roll.

Every line is in the printer's own letters, and high enough to write in.
"""

import textwrap
from collections.abc import Iterator
from typing import NamedTuple

from urna.papers.paper import Checks, Fields, Register, Strokes, Writing

COLUMNS = 48
BOXES_A_LINE = 8


class Style(NamedTuple):
    """How a line is set; a letter is 12 × 24 dots, multiplied by width and height."""

    width: int = 1
    height: int = 1
    strong: bool = False

    @property
    def columns(self) -> int:
        """Letters on a line."""
        return COLUMNS // self.width


_EMPTY = ("", Style(1, 2))
_TO_WRITE_ON = ("_" * COLUMNS, Style())


def form_lines(block: Fields | Checks | Writing | Strokes | Register) -> Iterator[tuple[str, Style]]:
    """The lines of a block, each with its style."""
    match block:
        case Fields():
            return _fields(block)
        case Checks():
            return _checks(block)
        case Writing():
            return _writing(block)
        case Strokes():
            return _strokes(block)
        case Register():
            return _register(block)


def _fields(fields: Fields) -> Iterator[tuple[str, Style]]:
    for name in fields.names:
        yield _EMPTY
        label = f"{name}: "
        *before, last = textwrap.wrap(label, COLUMNS - 16) or [""]
        yield from ((line, Style()) for line in before)
        yield f"{last} {'_' * (COLUMNS - len(last) - 1)}", Style()


def _checks(checks: Checks) -> Iterator[tuple[str, Style]]:
    for check in checks.checks:
        box = "[X] " if check.ticked else "[ ] "
        yield from ((line, Style()) for line in textwrap.wrap(box + check.text, COLUMNS, subsequent_indent="    "))


def _writing(writing: Writing) -> Iterator[tuple[str, Style]]:
    for _ in range(writing.lines):
        yield _EMPTY
        yield _TO_WRITE_ON


def _strokes(strokes: Strokes) -> Iterator[tuple[str, Style]]:
    for row in strokes.rows:
        label = f"{row.label} ({row.detail})" if row.detail else row.label
        yield from ((line, Style(strong=True)) for line in textwrap.wrap(label, COLUMNS))
        for start in range(0, strokes.boxes, BOXES_A_LINE):
            yield "[    ]" * min(BOXES_A_LINE, strokes.boxes - start), Style(1, 2)
        yield from _fields(Fields(names=strokes.blanks))
        yield "─" * COLUMNS, Style()


def _register(register: Register) -> Iterator[tuple[str, Style]]:
    for entry in register.entries:
        style = Style(1, 2) if register.codes else Style()
        yield from ((line, style) for line in textwrap.wrap("  ".join(entry.cells), COLUMNS))
        hands = register.by_hand[:-1] if register.finger else register.by_hand
        yield from _fields(Fields(names=hands))
        if register.finger:
            yield from _finger(register.by_hand[-1])
        if register.by_hand:
            yield "─" * COLUMNS, Style()


def _finger(name: str) -> Iterator[tuple[str, Style]]:
    # 12 letters wide and four double lines high: 18 by 24 mm.
    yield name.rjust(COLUMNS - 14) + " ┌──────────┐", Style()
    for _ in range(4):
        yield " " * (COLUMNS - 13) + "│          │", Style(1, 2)
    yield " " * (COLUMNS - 13) + "└──────────┘", Style()
