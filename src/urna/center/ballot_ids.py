"""The ids of all ballots that count, sixteen bytes each and little more: a nation has tens of millions.

A Python set takes a hundred bytes for each. Here ids lie one after the other in 65,536 places, each place for the ids
that begin with the same two bytes. Ids are drawn at random, so a place of twenty million has three hundred; who draws
them otherwise makes one place long, and looking there slower, and nothing else.
"""

from collections.abc import Iterable

ID_BYTES = 16
_PLACE_BYTES = 2
_REST_BYTES = ID_BYTES - _PLACE_BYTES


class BallotIds:
    """A set of ballot ids, which only grows."""

    def __init__(self) -> None:
        self._places: dict[bytes, bytearray] = {}
        self._count = 0

    def __len__(self) -> int:
        """How many there are."""
        return self._count

    def __contains__(self, ballot: object) -> bool:
        """Whether a ballot's id, 16 bytes, is one of them."""
        if not isinstance(ballot, bytes) or len(ballot) != ID_BYTES:
            return False
        place, rest = self._places.get(ballot[:_PLACE_BYTES], b""), ballot[_PLACE_BYTES:]
        at = place.find(rest)
        while at > 0 and at % _REST_BYTES:  # it may be found across two others
            at = place.find(rest, at + 1)
        return at >= 0

    def update(self, ballots: Iterable[bytes]) -> None:
        """Adds ids of 16 bytes; those that are there already are there once.

        Raises:
            ValueError: an id of another length, which no list has.
        """
        for ballot in ballots:
            if len(ballot) != ID_BYTES:
                raise ValueError(len(ballot))
            if ballot not in self:
                self._places.setdefault(ballot[:_PLACE_BYTES], bytearray()).extend(ballot[_PLACE_BYTES:])
                self._count += 1
