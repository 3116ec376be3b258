"""Who presides at which station, from a table of the authority, and these people's fingers from the roll.

    station,number,votes_at
    CAP-1,V12345678,            an elector of the station where they preside
    CAP-2,V87654321,CAP-1       an elector of another station

The table is personal data, as the roll is: no message shows a number.
"""

import csv
import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from urna.election.definition import Election
from urna.encoding.canonical import Code
from urna.errors import Malformed
from urna.roll.elector import Finger, RollPart
from urna.storage.definition_folder import read_limited
from urna.words import Sentence

HEADER = ["station", "number", "votes_at"]
MAX_BYTES = 8 * 1024 * 1024


class Seat(NamedTuple):
    """Where somebody presides, and where the roll has them."""

    station: Code
    number: str
    votes_at: Code
    where: str
    """File and line."""

    def __repr__(self) -> str:
        """Where, not who."""
        return f"Seat({self.station})"


def read_presidents(path: Path, election: Election) -> dict[Code, Seat]:
    """The table, by station.

    Raises:
        Malformed: not such a table, a station that the definition does not have, or a station twice.
    """
    try:
        rows = list(csv.reader(io.StringIO(read_limited(path, MAX_BYTES).decode("utf-8-sig")), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise _malformed(Sentence("something else"), str(path)) from error
    if not rows or rows[0] != HEADER:
        raise _malformed(Sentence("another first line"), str(path))
    seats: dict[Code, Seat] = {}
    for line, row in enumerate(rows[1:], 2):
        seat = _seat(row, f"{path}:{line}", election)
        if seats.setdefault(seat.station, seat) is not seat:
            raise _malformed(Sentence("station {station} twice", {"station": seat.station}), seat.where)
    return seats


def fingers_of(seat: Seat, part_of: Callable[[Code], RollPart]) -> tuple[Finger, ...]:
    """The fingers of whoever presides; none where the roll has none of them.

    Args:
        seat: where, and who.
        part_of: a station's electors.

    Raises:
        Malformed: the roll has nobody of this number there.
    """
    for member in part_of(seat.votes_at).members:
        if member.elector.number == seat.number:
            return member.elector.fingers
    raise Malformed(
        Sentence("an elector of station {station}", {"station": seat.votes_at}),
        Sentence("a number that is not in its part of the roll"),
        Sentence("Check the number; in votes_at write the station where this person votes."),
        seat.where,
    )


def presidents_fingers(
    seats: Mapping[Code, Seat], station: Code, part_of: Callable[[Code], RollPart]
) -> tuple[Finger, ...]:
    """The fingers of a station's president; none where the table does not name one."""
    return fingers_of(seats[station], part_of) if station in seats else ()


def _seat(row: list[str], where: str, election: Election) -> Seat:
    if len(row) != len(HEADER) or not all(row[:2]):
        raise _malformed(Sentence("a line with other columns"), where)
    station, number, votes_at = row
    for code in filter(None, (station, votes_at)):
        if code not in election.stations:
            raise _malformed(Sentence("{station}, which is no station of this election", {"station": code}), where)
    return Seat(station, number, votes_at or station, where)


def _malformed(found: Sentence, where: str) -> Malformed:
    return Malformed(
        Sentence("a table station,number,votes_at with each station of this election once at most"),
        found,
        Sentence("Mend the table; no kit was made."),
        where,
    )
