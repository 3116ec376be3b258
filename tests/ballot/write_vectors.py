"""Writes tests/ballot/vectors/ballot.json: `python -m tests.ballot.write_vectors`.

Valid ballots with everything that a second implementation needs to make the same bytes, and changed ones with who is to
blame. The file is part of the protocol: it changes only with docs/spec/protocol.md.
"""

import json
import random
from collections.abc import Iterator
from pathlib import Path

from tests.ballot.encrypted import CONTEXT, ID, KEYS, SEED, VOTES, WRITE_IN

from urna.ballot.confirmation import confirmation_code, write_code
from urna.ballot.encryption import encrypt_ballot
from urna.ballot.forms import EncryptedBallot, ballot_hash
from urna.ballot.shape import SCALAR_BYTES
from urna.ballot.stored import ID_BYTES
from urna.crypto import scalars
from urna.encoding.canonical import encode

FILE = Path(__file__).parent / "vectors" / "ballot.json"
SHAPE = CONTEXT.shape
CIPHERTEXTS = ID_BYTES
DATA = CIPHERTEXTS + SHAPE.ciphertext_bytes
RESPONSES = DATA + SHAPE.data_bytes_total
COMMITMENTS = RESPONSES + SHAPE.response_bytes


def vectors() -> dict[str, object]:
    """The whole file."""
    drawn: list[bytes] = []
    chance = random.Random("urna/protocol/1/vectors")

    def entropy(size: int) -> bytes:
        drawn.append(chance.randbytes(size))
        return drawn[-1]

    made = encrypt_ballot(CONTEXT, VOTES, ID, SEED, entropy, data=WRITE_IN)
    return {
        "specification": "docs/spec/protocol.md",
        "keys": {"votes": KEYS.votes.hex(), "data": KEYS.data.hex(), "base_hash": KEYS.base_hash.hex()},
        "station": CONTEXT.station,
        "shape": json.loads(encode(SHAPE)),
        "context": CONTEXT.context.hex(),
        "valid": [_valid(made, drawn)],
        "invalid": [_invalid(made, each) for each in _changes(made)],
    }


def _valid(made: EncryptedBallot, drawn: list[bytes]) -> dict[str, object]:
    code = confirmation_code(CONTEXT.context, ID, made.challenge)
    return {
        "votes": list(VOTES),
        "contest_data": {contest: text.hex() for contest, text in WRITE_IN.items()},
        "id": ID.hex(),
        "seed": SEED.hex(),
        "random": [each.hex() for each in drawn],
        "challenge": made.challenge.hex(),
        "compact": made.compact().hex(),
        "committed": made.committed().hex(),
        "ballot_hash": ballot_hash(made.compact()),
        "confirmation_code": write_code(code),
    }


def _changes(made: EncryptedBallot) -> Iterator[tuple[str, str, str, int, bytes]]:
    """Name, who is to blame, the kind of failure, and the bytes to put at an offset of the committed form."""
    form = made.committed()
    first, second = form[CIPHERTEXTS : CIPHERTEXTS + 64], form[CIPHERTEXTS + 64 : CIPHERTEXTS + 128]
    response = form[RESPONSES : RESPONSES + SCALAR_BYTES]
    bigger = (int.from_bytes(response, "little") + scalars.L).to_bytes(32, "little")
    yield "another-id", "a copied ballot", "unproven", 0, bytes(range(1, 17))
    yield "ciphertexts-exchanged", "the booth or the centre", "unproven", CIPHERTEXTS, second + first
    yield "point-with-high-bit", "the encoder", "malformed", CIPHERTEXTS + 31, bytes([form[CIPHERTEXTS + 31] | 0x80])
    yield "point-off-the-group", "the encoder", "malformed", CIPHERTEXTS, b"\x01" + bytes(31)
    yield "point-identity", "the booth", "unproven", CIPHERTEXTS, bytes(32)
    yield "data-changed", "the centre", "unproven", DATA + 32, bytes([form[DATA + 32] ^ 1])
    yield "data-nonce-point-changed", "the centre", "unproven", DATA, second[:32]
    yield "response-changed", "the booth", "unproven", RESPONSES, scalars.from_int(7)
    yield "response-not-reduced", "the encoder", "malformed", RESPONSES, bigger
    yield "response-all-ones", "the encoder", "malformed", RESPONSES, b"\xff" * 32
    yield "commitment-changed", "the booth", "unproven", COMMITMENTS, second[32:]
    yield "commitment-identity", "the booth", "unproven", COMMITMENTS, bytes(32)
    yield "last-commitment-changed", "the booth", "unproven", len(form) - 32, first[:32]


def _invalid(made: EncryptedBallot, change: tuple[str, str, str, int, bytes]) -> dict[str, str | int]:
    name, blame, failure, offset, data = change
    if made.committed()[offset : offset + len(data)] == data:
        raise AssertionError(name)
    return {"name": name, "blame": blame, "failure": failure, "offset": offset, "bytes": data.hex()}


def main() -> None:
    """Writes the file."""
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps(vectors(), indent=1) + "\n")


if __name__ == "__main__":
    main()
