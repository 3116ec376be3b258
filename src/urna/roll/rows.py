"""The lines of a roll file: a CSV that the civil registry exports, read strictly, with every mistake listed.

    number,name,centre,station,group
    V12345678,Alondra Lunaclara,C-0001,C-0001.1,
    V12345679,"Turpial Sinsol, hijo",C-0001,,INDIGENOUS

UTF-8 without byte order mark, commas, quotes only where needed, a line a person. `station` may be empty: the
elector is then allotted to one of the centre's stations (roll/allotment). `group` may be empty: everybody.
"""

import csv
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from urna.encoding.canonical import Code
from urna.errors import Finding
from urna.roll.elector import EVERYBODY, MAX_NAME_LETTERS, ElectorName, ElectorNumber
from urna.words import Sentence

COLUMNS = ("number", "name", "centre", "station", "group")
MAX_LINE_BYTES = 1024


class Row(NamedTuple):
    """One elector as the file has it; well formed, and not yet compared with the definition."""

    line: int
    """From 1; the header is line 1."""
    number: str
    name: str
    centre: Code | None
    station: Code | None
    group: Code


def read_rows(data: bytes, file: str) -> tuple[list[Row], list[Finding]]:
    """The rows of a roll file that are well formed, and the mistakes of all others, in the file's order.

    1. Check the header.
    2. Cut each line into its fields.
    3. Check each field.

    Args:
        data: the whole file.
        file: its name, for the findings.
    """
    lines = data.removesuffix(b"\n").split(b"\n") if data else []
    findings = list(check_header(lines, file))
    rows = []
    for line, text in enumerate(lines[1:] if not findings else [], start=2):
        fields = cut(text, file, line)
        row = check_fields(fields, file, line) if not isinstance(fields, Finding) else [fields]
        if isinstance(row, Row):
            rows.append(row)
        else:
            findings.extend(row)
    return rows, findings


def check_header(lines: list[bytes], file: str) -> Iterator[Finding]:
    """The finding of a first line that is not the header; nothing after it can be trusted then."""
    expected = ",".join(COLUMNS)
    if not lines or lines[0].removesuffix(b"\r") != expected.encode():
        found = lines[0][:80].decode("utf-8", "backslashreplace") if lines else ""
        yield Finding(
            file,
            1,
            Sentence("the first line is not {columns} but {found}.", {"columns": expected, "found": repr(found)}),
            Sentence("Save the file as CSV in UTF-8 without byte order mark, with exactly these columns."),
        )
    elif len(lines) == 1:
        yield Finding(file, 0, Sentence("the file has no electors."), Sentence("Export the roll again."))


def cut(text: bytes, file: str, line: int) -> list[str] | Finding:
    """The fields of one line, or why it has none."""
    if len(text) > MAX_LINE_BYTES:
        numbers = {"size": len(text), "limit": MAX_LINE_BYTES}
        problem = Sentence("the line has {size} bytes, more than {limit}.", numbers)
        return Finding(file, line, problem, Sentence("Look for a missing line end or quote."))
    try:
        decoded = text.removesuffix(b"\r").decode("utf-8")
    except UnicodeDecodeError as error:
        problem = Sentence("byte {position} of the line is not UTF-8.", {"position": error.start + 1})
        return Finding(file, line, problem, Sentence("Save the file as CSV in UTF-8, not in Latin-1 or Windows-1252."))
    try:
        fields = next(csv.reader([decoded], strict=True), [])
    except csv.Error:
        problem = Sentence("the quotes do not match.")
        return Finding(file, line, problem, Sentence('Put a field with a comma in "…", and write a quote in it as "".'))
    if len(fields) != len(COLUMNS):
        numbers = {"count": len(fields), "expected": len(COLUMNS)}
        problem = Sentence("the line has {count} columns instead of {expected}.", numbers)
        return Finding(file, line, problem, Sentence("Put a field that holds a comma in quotes."))
    return fields


def check_fields(fields: list[str], file: str, line: int) -> Row | list[Finding]:
    """The row of these five fields, or what is wrong with each."""
    number, name, centre, station, group = fields
    found = [*_number(number), *_name(name)]
    for column, value in (("centre", centre), ("station", station), ("group", group)):
        found += _code(column, value)
    if not centre and not station:
        found.append((Sentence("neither centre nor station is given."), Sentence("Give at least the centre.")))
    if found:
        return [Finding(file, line, problem, remedy) for problem, remedy in found]
    return Row(line, number, name, centre or None, station or None, group or EVERYBODY)


_Mistake = tuple[Sentence, Sentence]


def _number(value: str) -> Iterator[_Mistake]:
    if not _suits(value, ElectorNumber):
        yield (
            Sentence("{value} is not an elector's number.", {"value": repr(value)}),
            Sentence("Write 1 to 20 capitals, digits, dots and dashes, as V12345678."),
        )


def _name(value: str) -> Iterator[_Mistake]:
    if value != value.strip():
        yield Sentence("the name begins or ends with a space."), Sentence("Take the space out.")
    elif len(value) > MAX_NAME_LETTERS:
        numbers = {"size": len(value), "limit": MAX_NAME_LETTERS}
        yield Sentence("the name has {size} letters, more than {limit}.", numbers), Sentence("Shorten it.")
    elif not _suits(value, ElectorName):
        yield (
            Sentence("the name is empty or holds a control character."),
            Sentence("Write the name as it stands on the identity card."),
        )
    elif not unicodedata.is_normalized("NFC", value):
        yield (
            Sentence("the name has accents as separate characters."),
            Sentence("Export the file in Unicode's composed form (NFC)."),
        )


def _code(column: str, value: str) -> Iterator[_Mistake]:
    if value and not _suits(value, Code):
        yield (
            Sentence("{value} cannot be a {column}.", {"value": repr(value), "column": column}),
            Sentence("Write the code as the definition has it."),
        )


def _suits(value: str, kind: type[str]) -> bool:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return False
    return True
