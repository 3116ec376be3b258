"""A box of ballots is accepted as it was made, and every change is refused and named.

The ballots come from a prover of these tests, in plain integers over libsodium; it shares no code with the product's.
"""

import random
import secrets
from collections.abc import Callable, Iterator
from functools import cache
from hashlib import sha512

import numpy as np
import numpy.typing as npt
import pytest
from nacl import bindings

from urna.crypto.box_check import check_box, recompute_commitments
from urna.crypto.box_shape import BoxShape
from urna.crypto.kernels.engine import GENERATOR, encode_edwards
from urna.crypto.scalars import L
from urna.errors import Malformed

Rows = npt.NDArray[np.uint8]

ID, SIZE = 16, 32
KEY = 20201206
VOTES = [(1, 0, 0, 2), (0, 1, 1, 0), (0, 0, 0, 0), (1, 0, 0, 0), (0, 0, 1, 2), (0, 1, 0, 1), (0, 0, 1, 1)]
LIMITS, SUMS = (1, 1, 1, 2, 1, 3), ((0,), (1,), (2,), (3,), (0, 1), (0, 1, 2, 3))
BALLOTS = len(VOTES)


def scalar(value: int) -> bytes:
    """An integer modulo L, little-endian."""
    return (value % L).to_bytes(32, "little")


def point(logarithm: int) -> bytes:
    """A multiple of the generator as ristretto255."""
    factor = logarithm % L
    edwards = bindings.crypto_scalarmult_ed25519_base_noclamp(scalar(factor)) if factor else scalar(1)
    return encode_edwards(np.frombuffer(edwards, np.uint8).reshape(1, 32)).tobytes()


SHAPE = BoxShape(
    limits=LIMITS, sums=SUMS, options=4, data_bytes=(0, 64, 32), context=bytes(range(32)), votes_key=point(KEY)
)
CIPHERTEXTS, DATA = 4 * 2 * SIZE, (32 + 64) + (32 + 32)
RESPONSES = SIZE * (sum(2 * limit + 1 for limit in LIMITS) + 2)
COMMITMENTS = SIZE * (2 * sum(limit + 1 for limit in LIMITS) + 2)
STARTS = {
    "id": (0, ID),
    "ciphertexts": (ID, CIPHERTEXTS),
    "data": (ID + CIPHERTEXTS, DATA),
    "responses": (ID + CIPHERTEXTS + DATA, RESPONSES),
    "commitments": (ID + CIPHERTEXTS + DATA + RESPONSES, COMMITMENTS),
}


def challenge(*parts: bytes) -> int:
    """The challenge as docs/spec/protocol.md writes it."""
    whole = (b"urna/protocol/1/challenge", SHAPE.context, *parts)
    joined = b"".join(len(part).to_bytes(8, "big") + part for part in whole)
    return int.from_bytes(sha512(joined).digest(), "little") % L


def prove(votes: tuple[int, ...], seed: int) -> tuple[bytes, bytes]:
    """An honest ballot, committed and compact; the prover knows the secret key, so every point is a multiple of G."""
    chance = random.Random(seed)
    identity = chance.randbytes(ID)
    nonces = [chance.randrange(L) for _ in votes]
    ciphertexts = b"".join(point(xi) + point((xi + m) * KEY) for xi, m in zip(nonces, votes, strict=True))
    hidden = [chance.randrange(L), chance.randrange(L)]
    data = point(hidden[0]) + chance.randbytes(64) + point(hidden[1]) + chance.randbytes(32)
    proofs, commitments = [], b""
    for limit, options in zip(LIMITS, SUMS, strict=True):
        xi, m = sum(nonces[option] for option in options), sum(votes[option] for option in options)
        u = [chance.randrange(L) for _ in range(limit + 1)]
        parts = [0 if j == m else chance.randrange(L) for j in range(limit + 1)]
        proofs.append((limit, xi, m, u, parts))
        for j in range(limit + 1):
            commitments += point(u[j] + parts[j] * xi)
            commitments += point((u[j] - j * parts[j]) * KEY + parts[j] * (xi + m) * KEY)
    draws = [chance.randrange(L), chance.randrange(L)]
    commitments += b"".join(point(u_hat) for u_hat in draws)
    c = challenge(identity, ciphertexts, data, commitments)
    responses = b""
    for limit, xi, m, u, parts in proofs:
        parts[m] = (c - sum(parts)) % L
        answers = [u[j] - parts[j] * xi if j == m else u[j] for j in range(limit + 1)]
        # the true branch committed to u·K: v - m·c_m has to give it, and B holds m·K, so v = u - c_m·xi does
        responses += b"".join(map(scalar, parts[:limit])) + b"".join(map(scalar, answers))
    responses += b"".join(scalar(u - c * xi) for u, xi in zip(draws, hidden, strict=True))
    return (
        identity + ciphertexts + data + responses + commitments,
        identity + scalar(c) + ciphertexts + data + responses,
    )


@cache
def made() -> tuple[Rows, Rows]:
    """The box, committed and compact."""
    ballots = [prove(votes, number) for number, votes in enumerate(VOTES)]
    committed = np.array([np.frombuffer(one, np.uint8) for one, _ in ballots])
    return committed, np.array([np.frombuffer(other, np.uint8) for _, other in ballots])


def box() -> Rows:
    """A copy of the committed box."""
    return made()[0].copy()


def part(rows: Rows, name: str) -> Rows:
    """A view of a part of all ballots."""
    start, size = STARTS[name]
    return rows[:, start : start + size]


def add_to(view: Rows, value: int) -> None:
    """Adds to a scalar, modulo L."""
    view[:] = np.frombuffer(scalar(int.from_bytes(view.tobytes(), "little") + value), np.uint8)


def bad_in(rows: Rows) -> list[int]:
    """The verdict with the system's randomness."""
    return check_box(SHAPE, rows, secrets.token_bytes)


def test_an_honest_box_is_accepted() -> None:
    """All kinds of proofs, with contest data."""
    assert bad_in(box()) == []


@pytest.mark.parametrize("box_rows", [1, 2, 3, 7, 100])
def test_the_verdict_does_not_depend_on_the_size_of_boxes(box_rows: int) -> None:
    """A bad ballot keeps its number."""
    rows = box()
    rows[5, 3] ^= 1
    assert check_box(SHAPE, box(), secrets.token_bytes, box_rows=box_rows) == []
    assert check_box(SHAPE, rows, secrets.token_bytes, box_rows=box_rows) == [5]


def test_an_empty_box_has_no_bad_ballots() -> None:
    """There is nothing to prove, and no randomness is asked for."""

    def none(size: int) -> bytes:
        raise AssertionError(size)

    assert check_box(SHAPE, box()[:0], none) == []


def responses_of() -> Iterator[tuple[str, int]]:
    """Every response, by name and place."""
    place = 0
    for proof, limit in enumerate(LIMITS):
        for name in [f"c_{j}" for j in range(limit)] + [f"v_{j}" for j in range(limit + 1)]:
            yield f"proof {proof} {name}", place
            place += 1
    yield "data 0 v", place
    yield "data 1 v", place + 1


@pytest.mark.parametrize("place", [place for _, place in responses_of()], ids=[name for name, _ in responses_of()])
def test_a_changed_response_is_refused(place: int) -> None:
    """Each single one, by one."""
    rows = box()
    add_to(part(rows, "responses")[2, SIZE * place : SIZE * (place + 1)], 1)
    assert bad_in(rows) == [2]


@pytest.mark.parametrize("place", range(0, COMMITMENTS // SIZE))
def test_a_changed_commitment_is_refused(place: int) -> None:
    """Each single one, for another point."""
    rows = box()
    part(rows, "commitments")[4, SIZE * place : SIZE * (place + 1)] = np.frombuffer(GENERATOR, np.uint8)
    assert bad_in(rows) == [4]


@pytest.mark.parametrize("place", range(8))
def test_a_changed_ciphertext_is_refused(place: int) -> None:
    """Each single point, for another one and for the identity."""
    for other in (GENERATOR, bytes(32)):
        rows = box()
        part(rows, "ciphertexts")[0, SIZE * place : SIZE * (place + 1)] = np.frombuffer(other, np.uint8)
        assert bad_in(rows) == [0]


def swap_votes(rows: Rows) -> None:
    """The first two options' ciphertexts change places."""
    ciphertexts = part(rows, "ciphertexts")
    ciphertexts[3, :64], ciphertexts[3, 64:128] = ciphertexts[3, 64:128].copy(), ciphertexts[3, :64].copy()


def swap_ballots(rows: Rows) -> None:
    """Another ballot's contents under this id."""
    for name in ("ciphertexts", "data", "responses", "commitments"):
        part(rows, name)[3] = part(box(), name)[6]


def change_id(rows: Rows) -> None:
    """One bit of the id."""
    rows[3, 15] ^= 128


def change_data(rows: Rows) -> None:
    """One bit of the first contest's data."""
    part(rows, "data")[3, 40] ^= 1


def change_last_data(rows: Rows) -> None:
    """The last bit of the last contest's data."""
    part(rows, "data")[3, -1] ^= 1


def change_data_point(rows: Rows) -> None:
    """The generator for the first α̂."""
    part(rows, "data")[3, :32] = np.frombuffer(GENERATOR, np.uint8)


def other_spelling(rows: Rows) -> None:
    """A response plus L."""
    view = part(rows, "responses")[3, 32:64]
    value = int.from_bytes(view.tobytes(), "little") + L
    view[:] = np.frombuffer(value.to_bytes(32, "little"), np.uint8)


def other_spelling_of_the_last(rows: Rows) -> None:
    """The last response plus L."""
    view = part(rows, "responses")[3, -32:]
    value = int.from_bytes(view.tobytes(), "little") + L
    view[:] = np.frombuffer(value.to_bytes(32, "little"), np.uint8)


def negative_point(rows: Rows) -> None:
    """The negative of an encoding, which RFC 9496 refuses."""
    view = part(rows, "ciphertexts")[3, :32]
    value = 2**255 - 19 - int.from_bytes(view.tobytes(), "little")
    view[:] = np.frombuffer(value.to_bytes(32, "little"), np.uint8)


def top_bit(rows: Rows) -> None:
    """Bit 255 of a commitment."""
    part(rows, "commitments")[3, 31] |= 128


def no_data_point(rows: Rows) -> None:
    """An α̂ that is no point."""
    part(rows, "data")[3, 96:128] = 255


def all_zeros(rows: Rows) -> None:
    """Every byte 0: all points are the identity, all scalars 0."""
    rows[3] = 0


CHANGES: list[Callable[[Rows], None]] = [
    *(swap_votes, swap_ballots, change_id, change_data, change_last_data, change_data_point, other_spelling),
    *(other_spelling_of_the_last, negative_point, top_bit, no_data_point, all_zeros),
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_ballot_changed_in_any_way_is_refused(change: Callable[[Rows], None]) -> None:
    """Moved, copied under another id, respelled, emptied: the ballot is named and the others stand."""
    rows = box()
    change(rows)
    assert bad_in(rows) == [3]


def test_several_bad_ballots_are_all_named() -> None:
    """False and malformed ones together, at both ends."""
    rows = box()
    rows[0, 0] ^= 1
    top_bit(rows)
    add_to(part(rows, "responses")[6, :32], 5)
    assert bad_in(rows) == [0, 3, 6]


def test_a_box_of_bad_ballots_is_refused_ballot_by_ballot() -> None:
    """Another context or another key leaves none."""
    everyone = list(range(BALLOTS))
    assert check_box(SHAPE._replace(context=bytes(32)), box(), secrets.token_bytes) == everyone
    assert check_box(SHAPE._replace(votes_key=point(5)), box(), secrets.token_bytes) == everyone


def test_errors_that_cancel_each_other_are_both_named() -> None:
    """V too large in one ballot and too small in another vanish in a sum only if the weights are equal."""
    rows = box()
    last = slice(-32, None)
    add_to(part(rows, "responses")[1, last], 1)
    add_to(part(rows, "responses")[2, last], -1)
    assert bad_in(rows) == [1, 2]

    def equal(size: int) -> bytes:
        return (1).to_bytes(16, "little") * (size // 16)

    assert check_box(SHAPE, rows, equal) == []


def test_each_sum_has_weights_of_its_own() -> None:
    """16 bytes an equation, drawn again for every part of a box that fails."""
    asked: list[int] = []

    def drawn(size: int) -> bytes:
        asked.append(size)
        return secrets.token_bytes(size)

    rows = box()
    rows[0, 0] ^= 1
    assert check_box(SHAPE, rows, drawn) == [0]
    one = 16 * COMMITMENTS // SIZE
    assert asked[0] == BALLOTS * one
    assert sorted(asked[1:]) == sorted(n * one for n in (3, 4, 1, 2))


def test_rows_of_another_length_are_refused() -> None:
    """One byte less is another style's ballot."""
    with pytest.raises(Malformed, match="bytes each"):
        check_box(SHAPE, box()[:, 1:], secrets.token_bytes)
    with pytest.raises(Malformed, match="bytes each"):
        recompute_commitments(SHAPE, box())


def test_a_key_that_is_no_point_is_refused() -> None:
    """It is checked with the ballots."""
    with pytest.raises(Malformed, match="ristretto255"):
        check_box(SHAPE._replace(votes_key=b"\xff" * 32), box(), secrets.token_bytes)


def test_the_commitments_follow_from_the_compact_form() -> None:
    """Those of the prover, for every kind of proof."""
    committed, compact = made()
    assert (recompute_commitments(SHAPE, compact) == part(committed, "commitments")).all()
    assert recompute_commitments(SHAPE, compact[:0]).shape == (0, COMMITMENTS)


def test_a_changed_compact_ballot_gives_a_committed_one_that_is_refused() -> None:
    """Challenge, ciphertexts, data or responses: the recomputed commitments have another hash."""
    for place in (ID, ID + SIZE - 2, ID + SIZE + CIPHERTEXTS + 50, ID + SIZE + CIPHERTEXTS + DATA + 40):
        committed, compact = box(), made()[1].copy()
        compact[5, place] ^= 1
        committed[:, ID : -COMMITMENTS or None] = compact[:, ID + SIZE :]
        part(committed, "commitments")[:] = recompute_commitments(SHAPE, compact)
        assert bad_in(committed) == [5]


@pytest.mark.parametrize("place", [ID + SIZE, ID + SIZE + CIPHERTEXTS, -SIZE, ID], ids=["α", "α̂", "v̂", "c"])
def test_a_malformed_compact_ballot_is_named(place: int) -> None:
    """A point or scalar that is not canonical has no commitments."""
    compact = made()[1].copy()
    compact[4, place : place + 31] = 255
    compact[4, place + 31 if place != -SIZE else -1] = 255
    with pytest.raises(Malformed, match="row 4"):
        recompute_commitments(SHAPE, compact)


def test_a_proof_over_no_options_is_about_the_identity() -> None:
    """A shape nobody makes must not read another ballot's points."""
    rows = box()
    assert check_box(SHAPE._replace(sums=((),) * len(SUMS)), rows, secrets.token_bytes) == list(range(BALLOTS))
