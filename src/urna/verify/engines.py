"""How encrypted ballots are checked: many at once in the kernels, or each equation for itself through libsodium.

Both engines answer the same questions and must give the same verdict (docs/spec/protocol.md, Verifying a box).

    fast     `crypto/box_check`: one sum of all equations with the verifier's own random numbers
    plain    `ballot/plain_check`: no random number, no kernel; some twenty milliseconds a ballot
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from urna.ballot.context import BallotContext
from urna.ballot.forms import read_committed, read_compact
from urna.ballot.plain_check import check_ballot_plainly
from urna.ballot.shape import POINT_BYTES, SCALAR_BYTES, BallotShape
from urna.ballot.stored import ID_BYTES
from urna.crypto.group import total
from urna.crypto.ristretto import is_point
from urna.errors import UrnaError
from urna.verify.report import in_a_sentence
from urna.words import Sentence


class Examined(NamedTuple):
    """What was found on some ballots of one station and style."""

    doubts: Mapping[int, Sentence]
    """By row, from 0, why a ballot is not proven; rows without an entry are."""
    hashes: tuple[bytes, ...]
    """SHA-256 of each ballot's compact form, 32 bytes each."""


class Examiner(Protocol):
    """Looks at boxes; it can be sent to other processes."""

    box_rows: int
    """Ballots that are best examined at once."""

    def examine(self, context: BallotContext, form: str, rows: Sequence[bytes]) -> Examined:
        """Checks every proof.

        Args:
            context: of the ballots.
            form: "committed" or "compact".
            rows: the ballots, each of the length that shape and form have.
        """
        ...

    def total(self, rows: Sequence[bytes]) -> bytes:
        """The sum of rows of points, column by column.

        Args:
            rows: one or more of one length, each point of 32 bytes decoded before.
        """
        ...


class Engine(Examiner, Protocol):
    """One of the two ways."""

    def convert(self, context: BallotContext, form: str, rows: Sequence[bytes]) -> list[bytes]:
        """Ballots that were examined and are proven, each in its other form.

        Args:
            context: of the ballots.
            form: the form that they have.
            rows: the ballots.
        """
        ...


class Plain:
    """Equation by equation through libsodium."""

    box_rows = 64

    def examine(self, context: BallotContext, form: str, rows: Sequence[bytes]) -> Examined:
        """Checks every proof; the first false equation of a ballot is named."""
        doubts: dict[int, Sentence] = {}
        for number, row in enumerate(rows):
            try:
                _check_plainly(context, form, row)
            except UrnaError as error:
                doubts[number] = in_a_sentence(error)
        return Examined(doubts, tuple(_compact_hash(context, form, row) for row in rows))

    def convert(self, context: BallotContext, form: str, rows: Sequence[bytes]) -> list[bytes]:
        """The other form of each ballot."""
        if form == "compact":
            return [read_compact(context, row).committed() for row in rows]
        return [read_committed(context, row).compact() for row in rows]

    def total(self, rows: Sequence[bytes]) -> bytes:
        """The sums, one addition after the other."""
        columns = range(0, len(rows[0]), POINT_BYTES)
        return b"".join(total([row[at : at + POINT_BYTES] for row in rows]) for at in columns)


class Unproved:
    """Looks at no proof: what a ballot is, by its hash, and nothing of whether it is a ballot."""

    box_rows = 1024

    def examine(self, context: BallotContext, form: str, rows: Sequence[bytes]) -> Examined:
        """The hashes alone."""
        return Examined({}, tuple(_compact_hash(context, form, row) for row in rows))

    def total(self, rows: Sequence[bytes]) -> bytes:
        """No sum."""
        return b""


def _check_plainly(context: BallotContext, form: str, row: bytes) -> None:
    if form == "compact":
        read_compact(context, row)
    else:
        check_ballot_plainly(context, row)


def _compact_hash(context: BallotContext, form: str, row: bytes) -> bytes:
    """SHA-256 of a ballot's compact form, 32 bytes; of a committed one its challenge is computed first."""
    compact = row if form == "compact" else read_committed(context, row).compact()
    return hashlib.sha256(compact).digest()


def ciphertexts_of(shape: BallotShape, form: str, row: bytes) -> bytes:
    """The ciphertexts of a ballot in one of its forms."""
    start = ID_BYTES + (SCALAR_BYTES if form == "compact" else 0)
    return row[start : start + shape.ciphertext_bytes]


def are_points(data: bytes) -> bool:
    """Whether the bytes are canonical encodings of points, one after the other."""
    return all(is_point(data[at : at + POINT_BYTES]) for at in range(0, len(data), POINT_BYTES))
