"""A results table as rows: CSV with a header, or one JSON object a line; read strictly, refused whole.

A table comes from anybody. Nothing of it is guessed: a doubled column, a ragged row or a byte that is no UTF-8
stops the reading with file and line.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Literal

from urna.errors import Malformed
from urna.rehearsal.reasons import shown
from urna.words import Sentence

if TYPE_CHECKING:
    import _csv

Cell = str | int | Decimal | None
Row = tuple[int, Mapping[str, Cell]]
"""The line on which a row ends, and its cells by column."""


def read_rows(data: bytes, form: Literal["csv", "jsonl"], file: str) -> tuple[tuple[str, ...], list[Row]]:
    """The columns of a table and its rows.

    Args:
        data: the whole file, UTF-8 (a byte order mark is passed over), decompressed.
        form: how it is written.
        file: its name, for the error.

    Raises:
        Malformed: not UTF-8, not that form, or a column named twice.
    """
    text = _text(data, file)
    if form == "jsonl":
        rows = list(_json_rows(text, file))
        return tuple(dict.fromkeys(key for _, row in rows for key in row)), rows
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = _header(reader, file)
        return tuple(header), list(_csv_rows(reader, header, file))
    except csv.Error as error:
        raise Malformed(
            Sentence("a row of comma separated values"),
            Sentence("{reason}", {"reason": str(error)}),
            Sentence("Mend the row's commas and quotes; nothing was read."),
            f"{file}:{max(1, reader.line_num)}",
        ) from error


def _text(data: bytes, file: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Malformed(
            Sentence("text in UTF-8"),
            Sentence("byte 0x{byte} that is not", {"byte": f"{data[error.start]:02x}"}),
            Sentence("Save the table again as UTF-8; nothing was read."),
            f"{file}:{line}",
        ) from error


def _header(reader: "_csv.Reader", file: str) -> list[str]:
    header = next(reader, [])
    twice = next((column for column in header if header.count(column) > 1), None)
    if twice is not None:
        raise _named_twice(twice, Sentence("Rename one of them; nothing was read."), f"{file}:1")
    return header


def _csv_rows(reader: "_csv.Reader", header: list[str], file: str) -> Iterator[Row]:
    for cells in reader:
        if len(cells) != len(header):
            raise Malformed(
                Sentence("{count} cells", {"count": len(header)}),
                Sentence("{count}", {"count": len(cells)}),
                Sentence("Mend the row's commas and quotes; nothing was read."),
                f"{file}:{reader.line_num}",
            )
        yield reader.line_num, dict(zip(header, cells, strict=True))


def _json_rows(text: str, file: str) -> Iterator[Row]:
    for line, source in enumerate(text.removesuffix("\n").split("\n"), 1):
        yield line, _json_row(source, f"{file}:{line}")


def _json_row(source: str, where: str) -> dict[str, Cell]:
    try:
        row = json.loads(source, parse_float=Decimal, object_pairs_hook=lambda pairs: _row(pairs, where))
        if "\\u" in source:
            # Half of a surrogate pair is JSON, but no text that anything could be written with.
            json.dumps(row, default=str, ensure_ascii=False).encode()
    except (ValueError, RecursionError, InvalidOperation):
        row = None
    if not isinstance(row, dict):
        raise Malformed(
            Sentence("one JSON object a line"),
            Sentence("something else"),
            Sentence("Check the file's format; nothing was read."),
            where,
        )
    return row


def _row(pairs: list[tuple[str, Cell]], where: str) -> dict[str, Cell]:
    """An object that names each column once; which of two values counts would be anybody's guess."""
    row = dict(pairs)
    if len(row) != len(pairs):
        columns = [column for column, _ in pairs]
        twice = next(column for column in columns if columns.count(column) > 1)
        raise _named_twice(twice, Sentence("Keep one of the two values; nothing was read."), where)
    return row


def _named_twice(column: str, remedy: Sentence, where: str) -> Malformed:
    found = Sentence("{column} named twice", {"column": shown(column)})
    return Malformed(Sentence("each column named once"), found, remedy, where)
