"""A box of ballots gets the same verdicts, sums and commitments from every tier, and from libsodium."""

import random
from collections.abc import Callable
from functools import cache

import numpy as np
import numpy.typing as npt
import pytest
from nacl.bindings import crypto_scalarmult_ed25519_base_noclamp
from tests.ballot.dishonest import ballot_of
from tests.ballot.encrypted import CONTEXT, SHAPE, VOTES, encrypted

from urna.ballot.context import box_shape
from urna.ballot.forms import EncryptedBallot
from urna.ballot.plain_check import check_ballot_plainly
from urna.crypto import group, ristretto
from urna.crypto.box_check import check_box, recompute_commitments
from urna.crypto.kernels import engine
from urna.crypto.kernels.tier import Tier, available
from urna.crypto.scalars import L, from_int
from urna.errors import Malformed, Unproven

pytestmark = pytest.mark.slow
"""Not for what they do but for the compiler, where its cache is empty."""

Rows = npt.NDArray[np.uint8]
TIERS = [
    pytest.param(
        tier,
        id=tier.value,
        marks=pytest.mark.skipif(
            tier is Tier.WIDE and tier not in available(), reason="this processor has no AVX-512 IFMA"
        ),
    )
    for tier in Tier
]
HONEST = 9
POINT = ristretto.GENERATOR

TAMPERED: dict[str, Callable[[EncryptedBallot], EncryptedBallot]] = {
    "another id": lambda made: made._replace(ballot=b"\xff" * 16),
    "another ciphertext": lambda made: made._replace(ciphertexts=POINT + made.ciphertexts[32:]),
    "two ciphertexts exchanged": lambda made: made._replace(
        ciphertexts=made.ciphertexts[64:128] + made.ciphertexts[:64] + made.ciphertexts[128:]
    ),
    "a ciphertext that is no point": lambda made: made._replace(
        ciphertexts=b"\x01" + bytes(31) + made.ciphertexts[32:]
    ),
    "contest data with a bit changed": lambda made: made._replace(data=made.data[:-1] + bytes([made.data[-1] ^ 1])),
    "another first response": lambda made: made._replace(responses=from_int(5) + made.responses[32:]),
    "another last response": lambda made: made._replace(responses=made.responses[:-32] + from_int(5)),
    "a response not below the order": lambda made: made._replace(
        responses=L.to_bytes(32, "little") + made.responses[32:]
    ),
    "another commitment": lambda made: made._replace(commitments=POINT + made.commitments[32:]),
    "a commitment with bit 255": lambda made: made._replace(
        commitments=made.commitments[:31] + bytes([made.commitments[31] | 128]) + made.commitments[32:]
    ),
    "two votes for one": lambda _made: ballot_of((2, 0, 0, 0, 0, 0, 0, 0)),
    "a negative vote": lambda _made: ballot_of((0, 0, 0, 0, -1, 1, 0, 0)),
}


@cache
def honest() -> tuple[EncryptedBallot, ...]:
    """Ballots with every kind of proof."""
    return tuple(encrypted(ballot=bytes([number]) * 16, votes=VOTES) for number in range(HONEST))


def rows_of(ballots: list[EncryptedBallot]) -> Rows:
    """Committed forms, one a row."""
    return np.array([list(made.committed()) for made in ballots], np.uint8)


def verdicts(ballots: list[EncryptedBallot], tier: Tier) -> list[int]:
    """What the box check finds bad, with weights from a seeded source."""
    return check_box(box_shape(CONTEXT), rows_of(ballots), random.Random(len(ballots)).randbytes, tier)


def is_proven(made: EncryptedBallot) -> bool:
    """What libsodium says, equation by equation."""
    try:
        check_ballot_plainly(CONTEXT, made.committed())
    except (Malformed, Unproven):
        return False
    return True


@pytest.mark.parametrize("tier", TIERS)
def test_honest_ballots_are_accepted_in_boxes_of_any_size(tier: Tier) -> None:
    """One ballot or several: nothing is bad."""
    for count in (1, 2, HONEST):
        box = list(honest()[:count])
        assert verdicts(box, tier) == []


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("name", TAMPERED)
def test_a_tampered_ballot_is_named_by_every_tier(name: str, tier: Tier) -> None:
    """The one ballot that libsodium refuses is named among honest ones, and no other."""
    box = list(honest())
    box[4] = TAMPERED[name](box[4])
    assert is_proven(box[3])
    assert not is_proven(box[4])
    assert verdicts(box, tier) == [4]


@pytest.mark.parametrize("tier", TIERS)
def test_all_tampered_ballots_are_named_at_once(tier: Tier) -> None:
    """A box that holds every kind of tampering between honest ballots."""
    box = [made for tamper in TAMPERED.values() for made in (honest()[0], tamper(honest()[1]))]
    assert verdicts(box, tier) == list(range(1, 2 * len(TAMPERED), 2))


@pytest.mark.parametrize("tier", TIERS)
def test_recomputed_commitments_are_those_that_were_made(tier: Tier) -> None:
    """From compact forms every tier computes the very bytes of the commitments."""
    compact = np.array([list(made.compact()) for made in honest()], np.uint8)
    found = recompute_commitments(box_shape(CONTEXT), compact, tier)
    assert [row.tobytes() for row in found] == [made.commitments for made in honest()]


@pytest.mark.parametrize("tier", TIERS)
def test_sums_of_columns_are_those_of_libsodium(tier: Tier) -> None:
    """The ciphertexts of all ballots, column by column."""
    columns = 2 * SHAPE.options
    data = np.array([list(made.ciphertexts) for made in honest()], np.uint8).reshape(HONEST, columns, 32)
    expected = [group.total([data[row, column].tobytes() for row in range(HONEST)]) for column in range(columns)]
    assert [row.tobytes() for row in engine.sum_columns(data, tier=tier)] == expected


@pytest.mark.parametrize("tier", TIERS)
def test_encodings_of_libsodium_are_turned_alike(tier: Tier) -> None:
    """Every tier makes the reference's ristretto encodings of libsodium's points."""
    edwards = [crypto_scalarmult_ed25519_base_noclamp(from_int(number)) for number in range(1, 22)]
    found = engine.encode_edwards(np.array([list(point) for point in edwards], np.uint8), tier)
    assert [row.tobytes() for row in found] == [ristretto.from_edwards(point) for point in edwards]


def test_every_kernel_of_every_tier_gives_known_results() -> None:
    """Getting ready checks a sum of known value with each kernel, and tells its progress."""
    for tier in (*available(), Tier.WIDE_EMULATED):
        told: list[tuple[int, int]] = []
        engine.warm(lambda done, steps, told=told: told.append((done, steps)), tier)  # type: ignore[misc]
        assert told[-1][0] == told[-1][1] == len(told) - 1
