"""The poll book on paper: everybody who may vote at a station, by number, with a line to sign and a box for a finger.

Printed before the day it is what people sign. Printed after the day, with marks, it says who voted, in the same
order: by number, never in the order in which people came. It takes plain rows, so that nothing else of the roll can
get on the paper.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from urna.election.definition import Election
from urna.encoding.canonical import Code
from urna.errors import Malformed
from urna.papers.paper import Block, Entry, Facts, Heading, Line, Paper, Register, Row, Signatures, Table
from urna.papers.pen import Pen
from urna.papers.signers import members
from urna.words import Say, Sentence, in_english


class PollBookRow(NamedTuple):
    """One elector: number, name, and whether a vote was taken; None before the day."""

    number: str
    name: str
    has_voted: bool | None = None

    def __repr__(self) -> str:
        """Nobody's name."""
        return "PollBookRow()"


def poll_book_list(
    election: Election,
    station: Code,
    rows: Iterable[PollBookRow],
    *,
    say: Say = in_english,
    language: str = "en",
) -> Paper:
    """The poll book of a station: to sign before the day, with marks after it.

    1. Sort the rows by number.
    2. Check that no number is there twice, and that all rows have a mark or none has.
    3. Set them out.

    Args:
        election: the election.
        station: whose electors they are.
        rows: the electors, in any order.
        say: translates urna's own words into `language`.
        language: the paper's language.

    Raises:
        Malformed: no row, a number twice, marks on some rows only, or no such station.
    """
    pen = Pen(election, say, language)
    electors = sorted(rows, key=lambda row: _by_number(row.number))
    _check(electors, station)
    marked = electors[0].has_voted is not None
    kind = say("Poll book with marks") if marked else say("Poll book to sign")
    blocks: list[Block] = [
        Heading(text=pen.title(), level=1),
        Heading(text=kind, level=2),
        Facts(facts=pen.place(station)),
        _sums(pen, electors, marked=marked),
        _register(pen, electors, marked=marked),
        Line(text=say("End of the list. Nothing may be added below.")),
        Heading(text=say("Signatures"), level=3),
        Signatures(names=members(pen)),
    ]
    return Paper(
        form="report",
        name=f"poll-book-{station}-{'marked' if marked else 'to-sign'}",
        title=f"{kind} · {station}",
        language=language,
        banner=pen.banner(),
        footer=f"{pen.title()} · {station} · {kind}",
        blocks=tuple(blocks),
    )


def _by_number(number: str) -> tuple[tuple[int, int, str], ...]:
    """Digits by their value and letters by the alphabet: V-9 comes before V-10."""
    parts = re.findall(r"\d+|\D+", number)
    return tuple((0, int(part), part) if part.isdecimal() else (1, 0, part) for part in parts)


def _check(electors: list[PollBookRow], station: Code) -> None:
    if not electors:
        raise _malformed(Sentence("at least one elector"), Sentence("none"), station)
    if len({row.number for row in electors}) != len(electors):
        raise _malformed(Sentence("every number once"), Sentence("a number twice"), station)
    if len({row.has_voted is None for row in electors}) > 1:
        raise _malformed(Sentence("a mark on every row, or on none"), Sentence("marks on some rows"), station)


def _sums(pen: Pen, electors: list[PollBookRow], *, marked: bool) -> Table:
    rows = [Row(label=pen.say("Electors on this list"), values=(len(electors),), strong=True)]
    if marked:
        voted = sum(row.has_voted is True for row in electors)
        rows.append(Row(label=pen.say("Marked as having voted"), values=(voted,), strong=True))
    return Table(rows=tuple(rows))


def _register(pen: Pen, electors: list[PollBookRow], *, marked: bool) -> Register:
    header = (pen.say("Number"), pen.say("Name"))
    if not marked:
        entries = tuple(Entry(cells=(row.number, row.name)) for row in electors)
        return Register(header=header, entries=entries, by_hand=(pen.say("Signature"), pen.say("Finger")), finger=True)
    words = {True: pen.say("Voted"), False: "-"}
    entries = tuple(Entry(cells=(row.number, row.name, words[row.has_voted is True])) for row in electors)
    return Register(header=(*header, pen.say("Mark")), entries=entries)


def _malformed(expected: Sentence, found: Sentence, station: Code) -> Malformed:
    return Malformed(expected, found, Sentence("Make the list from the station's package again."), station)
