"""Writes vectors/ballots.json: one small ballot in both forms, and changed ones that every verifier has to refuse.

.venv/bin/python -m tests.verify.ballot_vectors
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from urna.ballot.confirmation import confirmation_code, write_code
from urna.ballot.context import BallotContext, ballot_context
from urna.ballot.encryption import encrypt_ballot
from urna.ballot.forms import EncryptedBallot, ballot_hash
from urna.ballot.keys import JointKeys
from urna.ballot.shape import BallotShape, ContestShape
from urna.crypto.group import base_times
from urna.crypto.scalars import L, from_int
from urna.encoding.canonical import encode
from urna.record.ballot_file import header_of

FILE = Path(__file__).parent / "vectors" / "ballots.json"
ELECTION = hashlib.sha256(b"an election").hexdigest()
STATION = "A-01"
VOTES = (0, 1)
BALLOT = bytes(range(16))
SEED = bytes(range(32))

SHAPE = BallotShape(
    style="S1",
    contests=(ContestShape(contest="REF", options=("YES", "NO"), option_limit=1, choices=(), limit=1),),
)
KEYS = JointKeys(base_times(from_int(2)), base_times(from_int(3)), hashlib.sha256(b"a ceremony").digest())


class Stream:
    """Bytes that look random, for a ballot that protects nothing: SHAKE-256 of "urna", from the beginning on."""

    def __init__(self) -> None:
        self._given = 0

    def __call__(self, size: int) -> bytes:
        """The next bytes."""
        start, self._given = self._given, self._given + size
        return hashlib.shake_256(b"urna").digest(self._given)[start:]


def context() -> BallotContext:
    """What the ballot is bound to."""
    return ballot_context(KEYS, STATION, SHAPE)


def ballot() -> EncryptedBallot:
    """The ballot."""
    return encrypt_ballot(context(), VOTES, BALLOT, SEED, Stream())


def _changed(data: bytes, place: int, other: bytes) -> bytes:
    return data[:place] + other + data[place + len(other) :]


def refused(committed: bytes) -> Iterator[tuple[str, bytes]]:
    """Changed committed forms, each with what is wrong with it."""
    alpha, beta = committed[16:48], committed[48:80]
    responses = 16 + SHAPE.ciphertext_bytes
    commitments = responses + SHAPE.response_bytes
    part, response = committed[responses : responses + 32], committed[responses + 32 : responses + 64]
    yield "another-id", _changed(committed, 15, b"\x10")
    yield "alpha-and-beta-exchanged", _changed(committed, 16, beta + alpha)
    yield (
        "alpha-negative",
        _changed(committed, 16, (2**255 - 19 - int.from_bytes(alpha, "little")).to_bytes(32, "little")),
    )
    yield "alpha-identity", _changed(committed, 16, bytes(32))
    yield "part-not-below-the-order", _changed(committed, responses, _plus_order(part))
    yield "response-not-below-the-order", _changed(committed, responses + 32, _plus_order(response))
    yield "part-and-response-exchanged", _changed(committed, responses, response + part)
    yield "responses-zero", _changed(committed, responses, bytes(SHAPE.response_bytes))
    first, second = committed[commitments : commitments + 32], committed[commitments + 32 : commitments + 64]
    yield "commitments-exchanged", _changed(committed, commitments, second + first)
    yield "a-byte-short", committed[:-1]
    yield "a-byte-more", committed + b"\x00"


def _plus_order(scalar: bytes) -> bytes:
    """The same number modulo the order, in a spelling that is refused."""
    return (int.from_bytes(scalar, "little") + L).to_bytes(32, "little")


def vectors() -> dict[str, object]:
    """The file."""
    bound, made = context(), ballot()
    return {
        "election": ELECTION,
        "base_hash": KEYS.base_hash.hex(),
        "votes_key": KEYS.votes.hex(),
        "data_key": KEYS.data.hex(),
        "station": STATION,
        "shape": encode(SHAPE).decode(),
        "context": bound.context.hex(),
        "seed": SEED.hex(),
        "votes": list(VOTES),
        "id": BALLOT.hex(),
        "challenge": made.challenge.hex(),
        "code": write_code(confirmation_code(bound.context, BALLOT, made.challenge)),
        "hash": ballot_hash(made.compact()),
        "committed_header": encode(header_of(ELECTION, bound, "committed", 1)).decode(),
        "compact_header": encode(header_of(ELECTION, bound, "compact", 1)).decode(),
        "committed": made.committed().hex(),
        "compact": made.compact().hex(),
        "refused": [{"name": name, "committed": data.hex()} for name, data in refused(made.committed())],
    }


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps(vectors(), indent=1) + "\n")
