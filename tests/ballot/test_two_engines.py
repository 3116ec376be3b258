"""The plain check and the kernels give the same verdict on every ballot, good, false or malformed."""

import random

import numpy as np
import numpy.typing as npt
import pytest
from tests.ballot.dishonest import ballot_of
from tests.ballot.encrypted import CONTEXT, KEYS, VOTES, WRITE_IN, encrypted, entropy

from urna.ballot.context import box_shape
from urna.ballot.forms import EncryptedBallot, read_compact
from urna.ballot.plain_check import check_ballot_plainly
from urna.crypto.box_check import check_box, recompute_commitments
from urna.crypto.kernels.tier import Tier
from urna.crypto.scalars import L
from urna.errors import UrnaError

SHAPE = box_shape(CONTEXT)
MADE = encrypted(data=WRITE_IN)
CHEATS = [
    *((2, 0, 0, 0, 0, 0, 0, 0), (1, 1, 0, 0, 0, 0, 0, 0), (1, 0, 1, 1, 0, 0, 0, 0), (0, 0, 0, 0, 1, 1, 0, 0)),
    *((0, 0, 0, 0, -1, 1, 0, 0), (0, 0, 0, 0, 0, 0, 3, 0), (0, 0, 0, 0, 0, 0, 2, 2)),
]


def respelled(made: EncryptedBallot, place: int) -> EncryptedBallot:
    """One response in its second spelling."""
    before, scalar, after = made.responses[:place], made.responses[place : place + 32], made.responses[place + 32 :]
    other = (int.from_bytes(scalar, "little") + L).to_bytes(32, "little")
    return made._replace(responses=before + other + after)


def ballots() -> list[EncryptedBallot]:
    """Honest ballots with all kinds of others among them."""
    chance = random.Random(7)
    honest = [encrypted(votes=VOTES, ballot=chance.randbytes(16)) for _ in range(4)]
    return [
        *honest,
        *map(ballot_of, CHEATS),
        ballot_of((0,) * 8, nonces=[0] * 8),
        ballot_of(VOTES),
        MADE._replace(ballot=bytes(16)),
        MADE._replace(data=MADE.data[:-1] + bytes([MADE.data[-1] ^ 1])),
        MADE._replace(data=KEYS.data + MADE.data[32:]),
        MADE._replace(ciphertexts=MADE.ciphertexts[64:] + MADE.ciphertexts[:64]),
        MADE._replace(ciphertexts=b"\x01" + bytes(31) + MADE.ciphertexts[32:]),
        MADE._replace(commitments=bytes(32) + MADE.commitments[32:]),
        MADE._replace(commitments=b"\xff" * 32 + MADE.commitments[32:]),
        *(respelled(MADE, 32 * number) for number in (0, 1, 2, 20, len(MADE.responses) // 32 - 1)),
        MADE,
    ]


def is_proven_plainly(made: EncryptedBallot) -> bool:
    """The verdict of the plain check."""
    try:
        check_ballot_plainly(CONTEXT, made.committed())
    except UrnaError:
        return False
    return True


def rows_of(forms: list[bytes]) -> npt.NDArray[np.uint8]:
    """One row a ballot."""
    return np.frombuffer(b"".join(forms), np.uint8).reshape(len(forms), -1)


@pytest.mark.slow
def test_both_engines_give_the_same_verdict_on_every_ballot() -> None:
    """Votes beyond limits, moved and changed parts, second spellings, no points, the identity; and honest ones."""
    box = ballots()
    bad = check_box(SHAPE, rows_of([made.committed() for made in box]), entropy("box"), Tier.PORTABLE)
    assert bad == [number for number, made in enumerate(box) if not is_proven_plainly(made)]
    assert len(bad) == len(CHEATS) + 7 + 5


@pytest.mark.slow
def test_both_engines_compute_the_same_commitments() -> None:
    """From the compact form, byte for byte."""
    box = [made for made in ballots() if is_proven_plainly(made)]
    found = recompute_commitments(SHAPE, rows_of([made.compact() for made in box]), Tier.PORTABLE)
    assert [row.tobytes() for row in found] == [made.commitments for made in box]
    assert [read_compact(CONTEXT, made.compact()) for made in box] == box
