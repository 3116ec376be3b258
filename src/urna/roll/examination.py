"""The audit of the roll before the day: what is wrong with it, as counts; and the electors that a public draw names.

Whoever reads the results learns counts. Who is behind them stays in a list that two officers open together.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from urna.election.certification import RollCommitment
from urna.election.definition import Election
from urna.encoding.canonical import Code
from urna.errors import Malformed, UrnaError
from urna.roll.checking import check_part
from urna.roll.commitment import open_commitment
from urna.roll.elector import Elector, RollPart
from urna.words import Sentence

RARE = 1000
"""A number's shape that fewer than one in so many has is rare, where there are that many electors."""


class Oddity(StrEnum):
    """What is unlikely of an elector's line; it is a reason to look, and never one to strike anybody out."""

    DOUBLE_NUMBER = "double_number"
    """The same number at two stations, or twice at one."""
    NAMESAKE = "namesake"
    """The same name twice at one station; namesakes exist."""
    DIGIT_IN_NAME = "digit_in_name"
    ONE_WORD_NAME = "one_word_name"
    REPEATED_LETTER = "repeated_letter"
    """Three of the same letter in a row."""
    NO_DIGIT_IN_NUMBER = "no_digit_in_number"
    ONE_DIGIT_NUMBER = "one_digit_number"
    """All digits of the number are the same."""
    RARE_NUMBER = "rare_number"


class Odd(NamedTuple):
    """An elector and what is unlikely."""

    unit: str
    """station,position, from 1, as a draw would name the elector."""
    elector: Elector
    oddity: Oddity


class StationRoll(NamedTuple):
    """A station of the roll: what is wrong with it against the definition or the commitment; None: nothing."""

    station: Code
    electors: int
    trouble: UrnaError | None


def examine_stations(
    parts: Iterable[RollPart], election: Election, commitments: Sequence[RollCommitment]
) -> Iterator[StationRoll]:
    """Each station's sizes, order and styles against the definition, and its root against what was committed."""
    committed = {each.station: each for each in commitments}
    for part in parts:
        trouble: UrnaError | None = None
        try:
            check_part(part, election)
            open_commitment(_committed(committed, part.station), part)
        except UrnaError as error:
            trouble = error
        yield StationRoll(part.station, len(part.members), trouble)


def oddities(parts: Sequence[RollPart]) -> Iterator[Odd]:
    """Every elector of whom something is unlikely, once for each oddity."""
    placed = [
        (f"{part.station},{position}", member.elector)
        for part in parts
        for position, member in enumerate(part.members, start=1)
    ]
    numbers = Counter(_folded(elector.number) for _, elector in placed)
    names = Counter((elector.station, _folded(elector.name)) for _, elector in placed)
    shapes = Counter(_shape(elector.number) for _, elector in placed)
    for unit, elector in placed:
        if numbers[_folded(elector.number)] > 1:
            yield Odd(unit, elector, Oddity.DOUBLE_NUMBER)
        if names[elector.station, _folded(elector.name)] > 1:
            yield Odd(unit, elector, Oddity.NAMESAKE)
        if shapes[_shape(elector.number)] * RARE < len(placed):
            yield Odd(unit, elector, Oddity.RARE_NUMBER)
        yield from (Odd(unit, elector, oddity) for oddity in _unlikely(elector))


def drawn_electors(parts: Iterable[RollPart], units: Sequence[str]) -> tuple[tuple[str, Elector], ...]:
    """The electors that a draw of papers names: "station,position", the position in the part, from 1.

    Raises:
        Malformed: a unit that names no elector of this roll.
    """
    members = {part.station: part.members for part in parts}
    found = []
    for unit in units:
        station, _, position = unit.partition(",")
        place = int(position) if position.isascii() and position.isdecimal() else 0
        if not 1 <= place <= len(members.get(station, ())):
            raise Malformed(
                Sentence("a unit as station,position, the position of an elector of that station"),
                Sentence("{unit}", {"unit": repr(unit[:60])}),
                Sentence("Draw from the manifest of the roll (urna audit before roll-manifest), by papers."),
                "draw",
            )
        found.append((unit, members[station][place - 1].elector))
    return tuple(found)


def _committed(commitments: dict[Code, RollCommitment], station: Code) -> RollCommitment:
    if station not in commitments:
        raise Malformed(
            Sentence("a commitment to the roll of {station}", {"station": station}),
            Sentence("none"),
            Sentence("Give the roll.note of this election."),
            station,
        )
    return commitments[station]


def _unlikely(elector: Elector) -> Iterator[Oddity]:
    name, digits = elector.name, [each for each in elector.number if each.isdecimal()]
    if any(each.isdecimal() for each in name):
        yield Oddity.DIGIT_IN_NAME
    if len(name.split()) < 2:
        yield Oddity.ONE_WORD_NAME
    if any(name[at : at + 3].casefold() == name[at].casefold() * 3 and name[at].isalpha() for at in range(len(name))):
        yield Oddity.REPEATED_LETTER
    if not digits:
        yield Oddity.NO_DIGIT_IN_NUMBER
    elif len(digits) > 1 and len(set(digits)) == 1:
        yield Oddity.ONE_DIGIT_NUMBER


def _folded(text: str) -> str:
    return " ".join(text.replace(".", "").replace("-", "").split()).casefold()


def _shape(number: str) -> str:
    return "".join("9" if each.isdecimal() else "A" if each.isalpha() else each for each in number)
