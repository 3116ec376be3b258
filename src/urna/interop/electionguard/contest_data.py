"""What egk-ec keeps of a contest beside its votes, as bytes: options overvoted, names written in, and a status.

Lists and texts have their length before them, seven bits in a byte, the lowest first; zeros fill up to the contest's
length. ElectionGuard leaves this encoding to whoever calls it.
"""

from typing import Literal, get_args

from urna.errors import Malformed
from urna.interop.electionguard.egk_files import ContestData
from urna.words import Sentence

BLOCK = 32

Status = Literal["normal", "null_vote", "over_vote", "under_vote"]


def contest_data(votes: int, limit: int) -> ContestData:
    """What is to be said of a contest with so many votes and nothing written in."""
    status: Status = "null_vote" if votes == 0 else "under_vote" if votes < limit else "normal"
    return ContestData((), (), status)


def encode_contest_data(data: ContestData, limit: int) -> bytes:
    """The bytes, filled up to what egk-ec takes for a contest with this limit: (1 + L) · 32 - 2."""
    lists = (_length(len(data.over_votes)), *map(_length, data.over_votes), _length(len(data.write_ins)))
    texts = b"".join(
        _length(len(text)) + text for text in [*(name.encode() for name in data.write_ins), data.status.encode()]
    )
    return (b"".join(lists) + texts).ljust((1 + limit) * BLOCK - 2, b"\0")


def decode_contest_data(data: bytes) -> ContestData:
    """What the bytes say.

    Raises:
        Malformed: they end too early, hold no text, name no status, or do not end in zeros.
    """
    reader = _Reader(data)
    over_votes = tuple(reader.number() for _ in range(reader.number()))
    write_ins = tuple(reader.text() for _ in range(reader.number()))
    status = reader.text()
    if status not in get_args(Status) or any(data[reader.place :]):
        raise _malformed()
    return ContestData(over_votes, write_ins, status)  # type: ignore[arg-type] # it was looked up


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self.place = 0

    def take(self, size: int) -> bytes:
        taken = self._data[self.place : self.place + size]
        if len(taken) < size:
            raise _malformed()
        self.place += size
        return taken

    def number(self) -> int:
        found = shift = 0
        while True:
            digit = self.take(1)[0]
            found |= (digit & 0x7F) << shift
            if digit < 0x80:
                return found
            shift += 7

    def text(self) -> str:
        try:
            return self.take(self.number()).decode()
        except UnicodeDecodeError as error:
            raise _malformed() from error


def _length(number: int) -> bytes:
    low, rest = number & 0x7F, number >> 7
    return bytes([low]) if not rest else bytes([low | 0x80]) + _length(rest)


def _malformed() -> Malformed:
    return Malformed(
        Sentence("contest data as egk-ec encodes it"),
        Sentence("other bytes"),
        Sentence("Ask whoever encrypted it what it is."),
    )
