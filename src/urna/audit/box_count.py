"""A box's hand count as two people typed it, each for themselves, and the record that they agree on.

The file that a person types has a line for each option: contest,option,votes, below a line with these names. Nothing
is taken from either file until both say the same; which of them is right is decided at the box, not here.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, NamedTuple

import msgspec

from urna.audit.typed_table import read_table
from urna.encoding.canonical import Code, Count, Hash, Record, decode, encode
from urna.encoding.letters import letters_of
from urna.errors import Finding, Findings, Malformed
from urna.words import Sentence

COLUMNS = ["contest", "option", "votes"]
RECOUNT = Sentence("Look at the worksheet again, or count the box again; then both type it anew.")

_CODE = re.compile(r"\A[A-Z0-9](?:[A-Z0-9._-]{0,38}[A-Z0-9])?\Z")
_COUNT = re.compile(r"\A[0-9]{1,12}\Z")

Lines = Mapping[tuple[str, str], int]
"""Votes by contest and option."""

Person = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]


class HandLine(Record, frozen=True, kw_only=True):
    """One option's votes in the box."""

    contest: Code
    option: Code
    votes: Count


class BoxState(StrEnum):
    """What became of a drawn box."""

    COUNTED = "counted"
    LOST = "lost"
    """It, or its paper, cannot be found: it counts as the worst that there can be."""


class AuditCount(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/audit-count/1"):
    """What was found in one drawn box; signed by the audit board."""

    election: Hash
    audit: Code
    seed: Hash
    """SHA-256 of the seed record's canonical bytes: a count belongs to one draw."""
    station: Code
    sequence: Annotated[int, msgspec.Meta(ge=1, le=9999)]
    """A later one of a station replaces the one before, and says why."""
    state: BoxState
    papers: Count
    """Slips in the box, counted by hand; 0 of a lost one."""
    typed_by: tuple[Person, Person]
    """Two different people who typed the same; of a lost box those who looked for it."""
    lines: tuple[HandLine, ...]
    """Ascending by contest and option, each once; every option of every contest that is not withheld."""
    withheld: tuple[Code, ...]
    """Ascending: contests whose votes the sheet withholds, since too few voted; their count is not published."""
    reason: str
    """Why it replaces another count, or how the box was lost; otherwise empty."""


def read_typed(data: bytes, where: str) -> Lines:
    """What one person typed.

    Raises:
        Malformed: not UTF-8, other columns, or no line below them.
        Findings: lines that are none, or an option twice; all of them.
    """
    rows = read_table(data, COLUMNS, where)
    lines: dict[tuple[str, str], int] = {}
    findings = []
    for number, row in rows:
        if len(row) != len(COLUMNS) or not (_CODE.match(row[0]) and _CODE.match(row[1]) and _COUNT.match(row[2])):
            said = {"line": ",".join(row)[:80]}
            remedy = Sentence("Write contest,option,votes: two codes in capitals and a whole number from 0 up.")
            findings.append(Finding(where, number, Sentence("this is no count: {line}.", said), remedy))
        elif (row[0], row[1]) in lines:
            said = {"contest": row[0], "option": row[1]}
            problem = Sentence("{option} of {contest} is here twice.", said)
            findings.append(Finding(where, number, problem, Sentence("Leave one line for each option.")))
        else:
            lines[row[0], row[1]] = int(row[2])
    if findings:
        raise Findings(findings)
    return lines


class DrawnBox(NamedTuple):
    """The box that a count is of: one that an audit's seed drew."""

    election: Hash
    audit: Code
    seed: Hash
    """SHA-256 of the seed record's canonical bytes."""
    station: Code
    sequence: int = 1
    reason: str = ""
    """Needed from the second sequence on."""
    withheld: tuple[Code, ...] = ()


class Typed(NamedTuple):
    """What one person typed of a box."""

    person: str
    papers: int
    """Slips in the box."""
    lines: Lines


def agreed_count(box: DrawnBox, first: Typed, second: Typed) -> AuditCount:
    """The record of a box that two people typed alike.

    Raises:
        Malformed: one person twice, a name that is none, or a later count without a reason.
        Findings: every number in which they differ.
    """
    people = _two_people(box, first.person, second.person)
    keys = [key for key in sorted({*first.lines, *second.lines}) if first.lines.get(key) != second.lines.get(key)]
    findings = [_difference(box.station, people, key, (first.lines, second.lines)) for key in keys]
    if first.papers != second.papers:
        said: dict[str, str | int] = {
            "first": people[0],
            "one": first.papers,
            "second": people[1],
            "other": second.papers,
        }
        problem = Sentence("Slips in the box: {first} typed {one}, {second} typed {other}.", said)
        findings.insert(0, Finding(box.station, 0, problem, RECOUNT))
    if findings:
        raise Findings(findings)
    lines = tuple(HandLine(contest=key[0], option=key[1], votes=first.lines[key]) for key in sorted(first.lines))
    return _count(box, people, BoxState.COUNTED, first.papers, lines)


def lost_box(box: DrawnBox, first: str, second: str) -> AuditCount:
    """The record of a box that two people looked for and did not find; `box.reason` says how it was lost.

    Raises:
        Malformed: one person twice, a name that is none, or no reason.
    """
    return _count(box, _two_people(box, first, second), BoxState.LOST, 0, ())


def _count(
    box: DrawnBox, people: tuple[str, str], state: BoxState, papers: int, lines: tuple[HandLine, ...]
) -> AuditCount:
    reason = " ".join(box.reason.split())
    if not reason and (box.sequence > 1 or state is BoxState.LOST):
        raise Malformed(
            Sentence("the reason why a count replaces another, or how the box was lost"),
            Sentence("none"),
            Sentence("Write it in a sentence; everybody will read it."),
            box.station,
        )
    count = AuditCount(
        election=box.election,
        audit=box.audit,
        seed=box.seed,
        station=box.station,
        sequence=box.sequence,
        state=state,
        papers=papers,
        typed_by=people,
        lines=lines,
        withheld=tuple(sorted(box.withheld)),
        reason=reason,
    )
    return decode(encode(count), AuditCount, box.station)


def _two_people(box: DrawnBox, *names: str) -> tuple[str, str]:
    first, second = (" ".join(name.split()) for name in names)
    if letters_of(first) == letters_of(second):
        raise Malformed(
            Sentence("two people who typed"),
            Sentence("{person} twice", {"person": first or "''"}),
            Sentence("Let somebody else type the second time, without seeing the first."),
            box.station,
        )
    return first, second


def _difference(station: str, people: tuple[str, str], key: tuple[str, str], typed: tuple[Lines, Lines]) -> Finding:
    votes = [str(each[key]) if key in each else "-" for each in typed]
    said: dict[str, str | int] = {
        "contest": key[0],
        "option": key[1],
        "first": people[0],
        "one": votes[0],
        "second": people[1],
        "other": votes[1],
    }
    differ = Sentence("{contest}, {option}: {first} typed {one}, {second} typed {other}.", said)
    return Finding(station, 0, differ, RECOUNT)
