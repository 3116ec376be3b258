"""The sums of the cast ciphertexts of every station, as they come box by box: what sheets and aggregates follow from.

A sum is some hundred bytes a contest, so those of a whole nation are kept.
"""

from collections.abc import Iterable, Iterator, Mapping

from urna.ballot.shape import ballot_shape
from urna.crypto.elgamal import CIPHERTEXT_BYTES, NOTHING, Ciphertext, read_ciphertexts
from urna.election.definition import Election
from urna.encoding.canonical import Code
from urna.verify.ballot_boxes import CastSum
from urna.verify.engines import Engine

_MOST_PARTS = 64
"""Sums of boxes that wait before they are added up."""


class CastSums:
    """The running sums by station and style.

    Args:
        election: the definition.
        engine: adds points.
    """

    def __init__(self, election: Election, engine: Engine) -> None:
        self._election = election
        self._engine = engine
        self._parts: dict[Code, dict[Code, list[bytes]]] = {}
        self._broken: set[Code] = set()
        self._columns = {style: dict(_columns(election, style)) for style in election.styles}

    def add(self, part: CastSum) -> None:
        """Adds the sum of a box."""
        if not part.is_whole:
            self._broken.add(part.station)
        if part.points:
            parts = self._parts.setdefault(part.station, {}).setdefault(part.style, [])
            parts.append(part.points)
            if len(parts) >= _MOST_PARTS:
                parts[:] = [self._engine.total(parts)]

    def break_off(self, station: Code) -> None:
        """Says that ballots of a station are missing, so that its sums prove nothing."""
        self._broken.add(station)

    def is_whole(self, station: Code) -> bool:
        """Whether every cast ballot of the station's files is in its sums."""
        return station not in self._broken

    def of_contest(self, contest: Code, stations: Iterable[Code]) -> tuple[Ciphertext, ...]:
        """For each option of a contest, in ballot order, the sum over the cast ballots of these stations."""
        rows = [row for station in stations for row in self._rows(contest, station)]
        if not rows:
            return (NOTHING,) * len(self._election.contests[contest].options)
        return read_ciphertexts(rows[0] if len(rows) == 1 else self._engine.total(rows))

    def of_station(self, station: Code) -> Mapping[Code, tuple[Ciphertext, ...]]:
        """The sums of all contests of a station."""
        contests = self._election.contests_of_station(station)
        return {contest.code: self.of_contest(contest.code, [station]) for contest in contests}

    def _rows(self, contest: Code, station: Code) -> Iterator[bytes]:
        for style, parts in self._parts.get(station, {}).items():
            if contest in self._columns[style]:
                start, end = self._columns[style][contest]
                yield from (part[start:end] for part in parts)


def _columns(election: Election, style: Code) -> Iterator[tuple[Code, tuple[int, int]]]:
    """Where the ciphertexts of each contest stand on a ballot of a style, in bytes."""
    end = 0
    for contest in ballot_shape(election, style).contests:
        start, end = end, end + CIPHERTEXT_BYTES * len(contest.options)
        yield contest.contest, (start, end)
