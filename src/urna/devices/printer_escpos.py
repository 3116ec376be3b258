"""Papers as bytes for a thermal printer: ESC/POS, an 80 mm roll, 576 dots at 203 to the inch.

Text goes out in the printer's own letters, code page 858 (Western Europe with the euro sign), so a slip is a
few hundred bytes; a line with a letter that the page lacks goes out as a picture of itself, so no name is
ever misspelt. QR codes go out as pictures. The same paper gives the same bytes. docs/adr/0061-python-escpos.md
"""

import textwrap
from collections.abc import Sequence
from typing import Literal

from PIL import Image, ImageChops

from urna.devices.escpos_device import open_device
from urna.devices.printer_codes import code_dots
from urna.devices.printer_forms import COLUMNS, Style, form_lines
from urna.devices.printer_typst import line_picture
from urna.papers.paper import (
    Beside,
    Blanks,
    Block,
    Checks,
    Codes,
    Digest,
    Facts,
    Fields,
    Heading,
    Line,
    Paper,
    Register,
    Row,
    Rule,
    Signatures,
    Space,
    Strokes,
    Table,
    Writing,
)

_AT_ONCE = (b"\x10\x04", b"\x10\x05", b"\x10\x14")
"""DLE EOT, DLE ENQ, DLE DC4: a printer obeys them even in the middle of a picture."""

DOTS_PER_MODULE = 4
"""0.5 mm a module, as on A4: a code of version 22 is 452 of the 576 dots wide."""


# A capital letter is 17 dots of the 24: 2.1 mm, and 4.3 mm at double height (VVSG 2.0 7.1-I asks a slip for 3.5).
_REPORT = {1: Style(2, 2, strong=True), 2: Style(1, 2), 3: Style(strong=True)}
_REPORT_LINES = {"small": Style(), "normal": Style(), "large": Style(1, 2)}
_SLIP = {1: Style(1, 2, strong=True), 2: Style(1, 2, strong=True), 3: Style(1, 2, strong=True)}
_SLIP_LINES = {"small": Style(1, 2), "normal": Style(1, 2), "large": Style(2, 2)}


def paper_escpos(paper: Paper) -> bytes:
    """The bytes that make a thermal printer print the paper and cut it."""
    roll = _Roll(slip=paper.form == "slip")
    # A roll has no pages: what stands on every page of a PDF stands at both ends of it.
    roll.frame(paper)
    for block in paper.blocks:
        roll.put(block)
    roll.frame(paper)
    return roll.cut()


class _Roll:
    """A device that is being written to, and how this paper's lines are set."""

    def __init__(self, *, slip: bool) -> None:
        self._device = open_device()
        self._headings = _SLIP if slip else _REPORT
        self._lines = _SLIP_LINES if slip else _REPORT_LINES
        self._plain = self._lines["normal"]

    def put(self, block: Block) -> None:  # noqa: PLR0912 - one branch a block
        """Set one block."""
        match block:
            case Heading():
                self._text(block.text, self._headings[block.level])
            case Line():
                self._text(block.text, self._lines[block.size]._replace(strong=block.strong))
            case Rule():
                self._line("─" * COLUMNS, Style())
            case Space():
                self._line("", Style())
            case Facts():
                for fact in block.facts:
                    self._text(f"{fact.name}: {fact.value}", self._plain)
            case Table():
                self._table(block)
            case Digest():
                self._digest(block)
            case Codes():
                self._codes(block)
            case Blanks():
                for name in block.names:
                    self._blank(name)
            case Signatures():
                for name in block.names:
                    self._signature(name)
            case Fields() | Checks() | Writing() | Strokes() | Register():
                self._form(block)
            case Beside():
                for half in (*block.left, *block.right):
                    self.put(half)

    def frame(self, paper: Paper) -> None:
        """That this is a rehearsal, white on black across the roll; that it is a reprint, between two rules."""
        if paper.banner:
            self._device.set(invert=True)
            for line in _wrap(paper.banner, Style(1, 2).columns - 2):
                self._line(line.center(COLUMNS), Style(1, 2, strong=True))
            self._device.set(invert=False)
        if paper.mark:
            for line in ("═" * COLUMNS, *_wrap(paper.mark, COLUMNS), "═" * COLUMNS):
                self._line(line.center(COLUMNS).rstrip(), Style(1, 2, strong=True))

    def cut(self) -> bytes:
        """Cut the paper; all bytes since the beginning."""
        self._device.cut()
        return self._device.output

    def _text(self, text: str, style: Style) -> None:
        for line in _wrap(text, style.columns):
            self._line(line, style)

    def _line(self, line: str, style: Style) -> None:
        if _is_printable(line):
            self._device.set(custom_size=True, width=style.width, height=style.height, bold=style.strong, align="left")
            self._device.textln(line)
        else:
            self._picture(line_picture(line, style.width, style.height, strong=style.strong))

    def _picture(self, picture: Image.Image, align: Literal["left", "center"] = "left") -> None:
        self._device.set(align=align)
        self._device.image(harmless_picture(picture))

    def _table(self, table: Table) -> None:
        widths = _widths(table)
        if len(widths) > 1 and COLUMNS - sum(widths) < _label_width(table):
            self._stacked(table)
        else:
            self._columns(table, widths)
        self._line("", Style())

    def _columns(self, table: Table, widths: Sequence[int]) -> None:
        if table.header:
            self._row(table.header[0], table.header[1:], widths, Style(), fill=" ")
        for row in table.rows:
            values = [_number(value) for value in row.values]
            fill = " " if len(values) > 1 else "."
            self._row(_label(row), values, widths, Style(strong=row.strong), fill=fill)

    def _stacked(self, table: Table) -> None:
        # The columns are too wide for the roll: each value has a line of its own under its row.
        for row in table.rows:
            style = Style(strong=row.strong)
            self._text(_label(row), style)
            for name, value in zip(table.header[1:], row.values, strict=True):
                self._row(f"  {name}", [_number(value)], [8], style, fill=".")

    def _row(self, label: str, values: Sequence[str], widths: Sequence[int], style: Style, *, fill: str) -> None:
        numbers = "".join(value.rjust(width) for value, width in zip(values, widths, strict=True))
        room = COLUMNS - sum(widths)
        *before, last = _wrap(label, room)
        for line in before:
            self._line(line, style)
        # Dots lead the eye from the name to its number, and stop short of both.
        gap = COLUMNS - len(last) - len(numbers.lstrip())
        leader = f" {fill * (gap - 2)} " if gap > 2 else " " * gap
        self._line(last + leader + numbers.lstrip(), style)

    def _digest(self, digest: Digest) -> None:
        self._text(digest.name, Style())
        groups = textwrap.wrap(digest.digits, 8)
        for start in range(0, len(groups), 4):
            self._line("  " + " ".join(groups[start : start + 4]), Style())

    def _codes(self, codes: Codes) -> None:
        for code in codes.codes:
            self._picture(code_dots(code.data, DOTS_PER_MODULE), align="center")
            self._line(code.caption.center(COLUMNS).rstrip(), self._plain)

    def _form(self, block: Fields | Checks | Writing | Strokes | Register) -> None:
        for line, style in form_lines(block):
            self._line(line, style)

    def _blank(self, name: str) -> None:
        self._line("", Style(1, 2))
        self._row(name, ["_" * 14], [16], Style(), fill=" ")

    def _signature(self, name: str) -> None:
        self._line("", Style(1, 4))
        self._line("_" * COLUMNS, Style())
        self._text(name, Style())


def harmless_picture(picture: Image.Image) -> Image.Image:
    """The picture, a few dots further to the right where its bytes would be a command that is obeyed at once."""
    for shift in range(8):
        moved = Image.new("1", picture.size, 1)
        moved.paste(picture, (shift, 0))
        bits = ImageChops.invert(moved).tobytes()
        if not any(command in bits for command in _AT_ONCE):
            return moved
    return picture


def _wrap(text: str, columns: int) -> list[str]:
    return textwrap.wrap(text, columns) or [""]


def _is_printable(line: str) -> bool:
    # Control characters would be commands to the printer; as pictures they are blanks.
    try:
        line.encode("cp858")
    except UnicodeEncodeError:
        return False
    return line.isprintable()


def _number(value: int | None) -> str:
    return "-" if value is None else str(value)


def _label(row: Row) -> str:
    return f"{row.label} ({row.detail})" if row.detail else row.label


def _widths(table: Table) -> list[int]:
    """Columns of each value, two blanks before it included."""
    values = [[len(_number(value)) for value in column] for column in zip(*(r.values for r in table.rows), strict=True)]
    headings = [len(word) for word in table.header[1:]] or [0] * len(values)
    return [max(heading, *column) + 2 for heading, column in zip(headings, values, strict=True)]


def _label_width(table: Table) -> int:
    """The fewest columns in which a table's labels are still legible: the longest one's, and at most half a line."""
    longest = max(len(label) for label in (*table.header[:1], *(_label(row) for row in table.rows)))
    return min(longest, COLUMNS // 2)
