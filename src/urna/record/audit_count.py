"""A box's hand count as two people typed it, each for themselves, and the record that they agree on.

The file that a person types has a line for each choice: contest,choice,votes, below a line with these names. Nothing
is taken from either file until both say the same; which of them is right is decided at the box, not here.
"""

import csv
import io
import re
from collections.abc import Mapping
from typing import Annotated

import msgspec

from urna.encoding.canonical import Code, Count, Record, decode, encode
from urna.errors import Finding, Findings, Malformed
from urna.words import Sentence

COLUMNS = ["contest", "choice", "votes"]
RECOUNT = Sentence("Look at the worksheet again, or count the box again; then both type it anew.")

_CODE = re.compile(r"\A[A-Z0-9](?:[A-Z0-9._-]{0,38}[A-Z0-9])?\Z")
_COUNT = re.compile(r"\A[0-9]{1,12}\Z")

Lines = Mapping[tuple[str, str], int]
"""Votes by contest and choice."""

Person = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]


class HandLine(Record, frozen=True, kw_only=True):
    """One choice's votes in the box."""

    contest: Code
    choice: Code
    votes: Count


class AuditCount(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/audit-count/1"):
    """What two people typed alike of one station's box."""

    station: Code
    typed_by: tuple[Person, Person]
    """Two different people."""
    lines: tuple[HandLine, ...]
    """Ascending by contest and choice, each once."""


def read_typed(data: bytes, where: str) -> Lines:
    """What one person typed.

    Raises:
        Malformed: not UTF-8, other columns, or no line below them.
        Findings: lines that are none, or a choice twice; all of them.
    """
    rows = _rows(data, where)
    lines: dict[tuple[str, str], int] = {}
    findings = []
    for number, row in rows:
        if len(row) != len(COLUMNS) or not (_CODE.match(row[0]) and _CODE.match(row[1]) and _COUNT.match(row[2])):
            said = {"line": ",".join(row)[:80]}
            remedy = Sentence("Write contest,choice,votes: two codes in capitals and a whole number from 0 up.")
            findings.append(Finding(where, number, Sentence("this is no count: {line}.", said), remedy))
        elif (row[0], row[1]) in lines:
            said = {"contest": row[0], "choice": row[1]}
            problem = Sentence("{choice} of {contest} is here twice.", said)
            findings.append(Finding(where, number, problem, Sentence("Leave one line for each choice.")))
        else:
            lines[row[0], row[1]] = int(row[2])
    if findings:
        raise Findings(findings)
    return lines


def agreed_count(station: str, people: tuple[str, str], typed: tuple[Lines, Lines]) -> AuditCount:
    """The record of a box that two people typed alike.

    Raises:
        Malformed: one person twice, or a station or a name that is none.
        Findings: every choice in which they differ.
    """
    first, second = (" ".join(person.split()) for person in people)
    if first.casefold() == second.casefold():
        raise Malformed(
            Sentence("two people who typed"),
            Sentence("{person} twice", {"person": first or "''"}),
            Sentence("Let somebody else type the second time, without seeing the first."),
            station,
        )
    one, other = typed
    differing = [key for key in sorted({*one, *other}) if one.get(key) != other.get(key)]
    if differing:
        raise Findings([_difference(station, (first, second), key, typed) for key in differing])
    lines = tuple(HandLine(contest=key[0], choice=key[1], votes=one[key]) for key in sorted(one))
    count = AuditCount(station=station, typed_by=(first, second), lines=lines)
    return decode(encode(count), AuditCount, station)


def _difference(station: str, people: tuple[str, str], key: tuple[str, str], typed: tuple[Lines, Lines]) -> Finding:
    votes = [str(each[key]) if key in each else "-" for each in typed]
    said: dict[str, str | int] = {
        "contest": key[0],
        "choice": key[1],
        "first": people[0],
        "one": votes[0],
        "second": people[1],
        "other": votes[1],
    }
    differ = Sentence("{contest}, {choice}: {first} typed {one}, {second} typed {other}.", said)
    return Finding(station, 0, differ, RECOUNT)


def _rows(data: bytes, where: str) -> list[tuple[int, list[str]]]:
    try:
        text = data.decode("utf-8-sig")
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader if row]
    except (UnicodeDecodeError, csv.Error) as error:
        raise _no_table(Sentence("{error}", {"error": str(error)}), where) from error
    if len(rows) < 2 or rows[0][1] != COLUMNS:
        found = ",".join(rows[0][1])[:80] if rows else ""
        raise _no_table(Sentence("{count} lines, the first {line}", {"count": len(rows), "line": repr(found)}), where)
    return rows[1:]


def _no_table(found: Sentence, where: str) -> Malformed:
    return Malformed(
        Sentence("a table in UTF-8: the line contest,choice,votes, then one for each choice"),
        found,
        Sentence("Write it as a CSV file with these three columns."),
        where,
    )
