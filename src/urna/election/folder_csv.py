"""The CSV files of a folder: a header of known columns, then rows, each with its line.

UTF-8, with or without a byte order mark (spreadsheets write one), commas, quotes where a field holds a comma.
Spaces around a field and empty rows mean nothing.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from urna.election.folder_findings import Ledger, Place, meant
from urna.election.folder_values import CODE, Kind, Unfit, fit
from urna.words import N_

T = TypeVar("T")


class Column(NamedTuple):
    """A column: its name, whether the header must have it, and whether other files hang on it."""

    name: str
    required: bool = True
    structural: bool = False
    """Without it, nothing can be said about what refers to these rows."""


class Row:
    """One row: its cells by column, and where it stands."""

    def __init__(self, place: Place, cells: Mapping[str, str], ledger: Ledger) -> None:
        self.place = place
        self._cells = cells
        self._ledger = ledger

    def raw(self, column: str) -> str:
        """The cell as it was written, for a code that is only looked up; empty where the column is absent."""
        return self._cells.get(column, "")

    def codes(self, column: str) -> tuple[str, ...]:
        """Several codes in one cell, parted by spaces."""
        return tuple(self._cells.get(column, "").split())

    def code(self) -> str:
        """The row's own code; one that cannot stand is reported, and kept so that what refers to it is found."""
        self.take("code", CODE)
        return self.raw("code") or "?"

    def take(self, column: str, kind: Kind[T], default: T | None = None) -> T:
        """The cell's value; an empty cell is the default, and a mistake where there is none."""
        raw = self.raw(column)
        if not raw and (default is not None or column not in self._cells):
            return kind.stand_in if default is None else default
        try:
            return fit(kind, raw)
        except Unfit:
            empty, other = N_("The column {column} is empty."), N_("The column {column} cannot hold “{found}”.")
            values = {"column": column, "found": raw[:60], **kind.remedy.values}
            self.refuse(other if raw else empty, kind.remedy.template, **values)
            return kind.stand_in if default is None else default

    def take_or(self, absent: T, column: str, kind: Kind[T]) -> T:
        """The cell's value, or `absent` where it is empty, which is no mistake."""
        return self.take(column, kind) if self.raw(column) else absent

    def refuse(self, problem: str, remedy: str, /, **values: str | int) -> None:
        """Report a mistake in this row."""
        self._ledger.add(self.place, problem, remedy, **values)


def read_rows(file: str, data: bytes, columns: Sequence[Column], ledger: Ledger) -> list[Row]:
    """The rows of a CSV file, with what is wrong in its bytes, its header and its shape reported.

    Args:
        file: its name, for the findings.
        data: its bytes.
        columns: those it may have.
        ledger: takes the findings.
    """
    lines = _lines(file, _text(file, data, ledger), ledger)
    header_line, header = next(lines, (1, []))
    if not header:
        ledger.add(
            Place(file), N_("The file is empty."), N_("Begin it with the header: {header}."), header=_header(columns)
        )
        ledger.unreadable.add(file)
        return []
    names = _check_header(Place(file, header_line), header, columns, ledger)
    return [
        Row(Place(file, line), dict(zip(names, cells, strict=False)), ledger)
        for line, cells in lines
        if any(cells) and _has_width(Place(file, line), cells, len(names), ledger)
    ]


def _text(file: str, data: bytes, ledger: Ledger) -> str:
    """The file's text; what is not UTF-8 is reported at its line, and read on with marks in its place."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        ledger.add(
            Place(file, line),
            N_("Byte {offset} of the file is not UTF-8 text."),
            N_("Save the file again with the encoding UTF-8."),
            offset=error.start + 1,
        )
        return data.decode("utf-8-sig", errors="replace")


def _lines(file: str, text: str, ledger: Ledger) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line where it begins, its cells without the spaces around them."""
    comma = "," if "," in text.partition("\n")[0] or ";" not in text.partition("\n")[0] else ";"
    if comma == ";":
        problem, remedy = (
            N_("The columns are parted by semicolons."),
            N_("Part them by commas; a spreadsheet asks when it saves as CSV."),
        )
        ledger.add(Place(file, 1), problem, remedy)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=comma, strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, [cell.strip() for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        problem = N_("From here on the file cannot be read ({reason}).")
        ledger.add(
            Place(file, line), problem, N_("Check the quotes: each one that opens must close."), reason=str(error)
        )
        ledger.unreadable.add(file)


def _check_header(place: Place, header: list[str], columns: Sequence[Column], ledger: Ledger) -> list[str]:
    """The names to read the columns under; a misspelled one counts as what was meant."""
    known = {column.name: column for column in columns}
    missing = [column.name for column in columns if column.name not in header]
    names: list[str] = []
    for name in header:
        guess = name if name in known else meant(name, missing)
        if name in known and name in names:
            ledger.add(place, N_("The column {name} is there twice."), N_("Keep one of them."), name=name)
        elif guess and guess != name:
            missing.remove(guess)
            ledger.add(
                place,
                N_("There is no column “{name}”; did you mean {guess}?"),
                N_("Rename it to {guess}."),
                name=name,
                guess=guess,
            )
        elif not guess:
            ledger.add(
                place,
                N_("There is no column “{name}”."),
                N_("Take it out; the columns are: {header}."),
                name=name,
                header=_header(columns),
            )
        names.append(guess or name)
    for name in missing:
        if known[name].required:
            ledger.add(
                place,
                N_("The column {name} is missing."),
                N_("Add it; the columns are: {header}."),
                name=name,
                header=_header(columns),
            )
            ledger.unreadable.update([place.file] if known[name].structural else [])
    return names


def _has_width(place: Place, cells: list[str], width: int, ledger: Ledger) -> bool:
    """Whether a row has as many cells as the header; a shorter one is read as far as it goes."""
    if len(cells) != width:
        problem = N_("The row has {found} fields; the header has {expected}.")
        ledger.add(
            place, problem, N_("Check the commas, and quote a field that holds one."), found=len(cells), expected=width
        )
    return True


def _header(columns: Sequence[Column]) -> str:
    return ",".join(column.name for column in columns)
