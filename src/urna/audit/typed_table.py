"""A table that somebody typed: CSV with these columns, or one clear mistake."""

import csv
import io
from collections.abc import Sequence

from urna.errors import Malformed
from urna.words import Sentence


def read_table(
    data: bytes, columns: Sequence[str], where: str, *, may_be_empty: bool = False
) -> list[tuple[int, list[str]]]:
    """The lines of a CSV file below these columns, each with its line number.

    Raises:
        Malformed: not UTF-8, other columns, or no line below them where there has to be one.
    """
    found: Sentence
    try:
        reader = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader if row]
    except (UnicodeDecodeError, csv.Error) as error:
        found = Sentence("{error}", {"error": str(error)})
    else:
        if rows and rows[0][1] == list(columns) and (may_be_empty or len(rows) > 1):
            return rows[1:]
        first = ",".join(rows[0][1])[:80] if rows else ""
        found = Sentence("{count} lines, the first {line}", {"count": len(rows), "line": repr(first)})
    names = {"columns": ",".join(columns)}
    raise Malformed(
        Sentence("a table in UTF-8 that begins with the line {columns}", names)
        if may_be_empty
        else Sentence("a table in UTF-8: the line {columns}, then at least one more", names),
        found,
        Sentence("Write it as a CSV file with these columns."),
        where,
    )
