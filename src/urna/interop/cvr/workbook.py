"""The rows of a workbook's one sheet (Office Open XML, .xlsx), as texts. Bounded; nothing in it is run or followed.

ECMA-376 part 1, sections 18.3 and 18.4: a cell holds its text by number (`t="s"`), in itself, or a number; of a
formula the value that was saved. A document type, and with it every entity, is refused.
"""

import re
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import NamedTuple
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from urna.encoding.canonical import printable
from urna.interop.cvr.records import refused
from urna.words import Sentence

MAX_BYTES = 256 * 1024 * 1024
MAX_UNPACKED = 2 * 1024 * 1024 * 1024
"""Of one part; a sheet of a million rows takes a tenth of it."""
MAX_ROWS, MAX_COLUMNS = 1_048_576, 100
"""The rows are what the format can have."""

_SHEET = re.compile(r"\Axl/worksheets/[^/]+\.xml\Z")
_TEXTS = "xl/sharedStrings.xml"
_CELL = re.compile(r"\A([A-Z]{1,3})[1-9][0-9]{0,6}\Z")


class Row(NamedTuple):
    """A row that is not empty."""

    number: int
    """In the sheet, from 1."""
    cells: tuple[str, ...]
    """From the first column to the last one that holds something; "" where a cell is empty."""


def read_rows(data: bytes, where: str) -> list[Row]:
    """All rows of the workbook's sheet.

    Raises:
        Malformed: no workbook, one of several sheets, or parts that are too large or not well-formed.
    """
    if len(data) > MAX_BYTES:
        found = Sentence("{size} bytes", {"size": len(data)})
        raise refused(Sentence("at most {limit} bytes", {"limit": MAX_BYTES}), found, where)
    try:
        with ZipFile(BytesIO(data)) as book:
            names = [name for name in book.namelist() if _SHEET.match(name)]
            if len(names) != 1:
                raise refused(Sentence("a workbook with one sheet"), str(len(names)), where)
            texts = _Texts(where)
            if _TEXTS in book.namelist():
                _parse(_unpacked(book, _TEXTS, where), texts, where)
            sheet = _Sheet(texts.found, where)
            _parse(_unpacked(book, names[0], where), sheet, where)
    # All that zipfile and zlib raise on damaged archives, found by fuzzing; ours (`Malformed`) is none of them.
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        reason = Sentence("something else ({reason})", {"reason": printable(str(error))})
        raise refused(Sentence("a workbook (.xlsx) without a password"), reason, where) from error
    return sheet.rows


def _unpacked(book: ZipFile, name: str, where: str) -> bytes:
    with book.open(name) as part:
        data = part.read(MAX_UNPACKED + 1)
    if len(data) > MAX_UNPACKED:
        raise refused(Sentence("at most {limit} bytes", {"limit": MAX_UNPACKED}), Sentence("more"), f"{where}, {name}")
    return data


class _Reader:
    """What a parser tells: elements by local name."""

    def __init__(self, where: str) -> None:
        self.where = where

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def text(self, data: str) -> None:
        """Text in it."""

    def end(self, name: str) -> None:
        """It ends."""


class _Texts(_Reader):
    """The texts that cells name by number; a text may be in several runs, and hints on reading it are no part of it."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.found: list[str] = []
        self._parts: list[str] = []
        self._is_in_text = False
        self._hints = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._hints += name == "rPh"
        self._is_in_text = name == "t" and not self._hints
        if name == "si":
            self._parts = []

    def text(self, data: str) -> None:
        if self._is_in_text:
            self._parts.append(data)

    def end(self, name: str) -> None:
        self._hints -= name == "rPh"
        self._is_in_text = False
        if name == "si":
            self.found.append("".join(self._parts))


class _Sheet(_Reader):
    """The rows."""

    def __init__(self, texts: list[str], where: str) -> None:
        super().__init__(where)
        self.rows: list[Row] = []
        self._texts = texts
        self._number = 0
        self._cells: list[str] = []
        self._parts: list[str] = []
        self._kind = ""
        self._is_in_value = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._is_in_value = name in ("v", "t")
        if name == "row":
            self._begin_row(attributes.get("r", str(self._number + 1)))
        elif name == "c":
            self._kind, self._parts = attributes.get("t", "n"), []
            self._go_to(attributes.get("r", ""))

    def text(self, data: str) -> None:
        if self._is_in_value:
            self._parts.append(data)

    def end(self, name: str) -> None:
        self._is_in_value = False
        if name == "c":
            self._cells.append(self._value("".join(self._parts)))
        elif name == "row":
            while self._cells and not self._cells[-1]:
                self._cells.pop()
            if self._cells:
                self.rows.append(Row(self._number, tuple(self._cells)))

    def _begin_row(self, number: str) -> None:
        if not number.isdecimal() or not self._number < int(number) <= MAX_ROWS:
            limits = Sentence("rows that ascend to {limit} at most", {"limit": MAX_ROWS})
            raise refused(limits, printable(number)[:40], self.where)
        self._number, self._cells = int(number), []

    def _go_to(self, cell: str) -> None:
        """Empty cells up to the one that is named; the next one if none is."""
        place = _place(cell) if cell else len(self._cells)
        if not len(self._cells) <= place < MAX_COLUMNS:
            limits = Sentence("cells that ascend to column {limit} at most", {"limit": MAX_COLUMNS})
            raise refused(limits, printable(cell)[:40], f"{self.where}, row {self._number}")
        self._cells += [""] * (place - len(self._cells))

    def _value(self, text: str) -> str:
        if self._kind != "s":
            return text.strip()
        if not text.isdecimal() or not int(text) < len(self._texts):
            known = Sentence("the number of one of {count} texts", {"count": len(self._texts)})
            raise refused(known, printable(text)[:40], f"{self.where}, row {self._number}")
        return self._texts[int(text)].strip()


def _place(cell: str) -> int:
    """The column of a cell's name, from 0: B7 is 1. Below 0 if it is no name."""
    match = _CELL.match(cell)
    place = 0
    for letter in match[1] if match else "":
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def _parse(data: bytes, reader: _Reader, where: str) -> None:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = _local(reader.start)
    parser.EndElementHandler = lambda name: reader.end(name.rpartition(" ")[2])
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = lambda *_: _refuse_doctype(where)
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        reason = Sentence("something else ({reason})", {"reason": printable(str(error))})
        raise refused(Sentence("well-formed XML"), reason, where) from error


def _local(start: Callable[[str, dict[str, str]], None]) -> Callable[[str, dict[str, str]], None]:
    return lambda name, attributes: start(name.rpartition(" ")[2], attributes)


def _refuse_doctype(where: str) -> None:
    raise refused(Sentence("XML without a document type"), Sentence("one with entities or a DTD"), where)
