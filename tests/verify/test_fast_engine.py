"""The fast engine keeps what it computed: hashes and sums are the plain engine's, whatever was examined before."""

import random
from collections.abc import Callable

import pytest
from tests.ballot.encrypted import CONTEXT, VOTES, encrypted, twelve

from urna.ballot.context import BallotContext
from urna.verify.engines import Plain, ciphertexts_of
from urna.verify.fast_engine import Fast

Change = Callable[[bytes], bytes]


def _rows(context: BallotContext, votes: tuple[int, ...], count: int) -> list[bytes]:
    return [encrypted(context, votes, bytes([number]) * 16).committed() for number in range(count)]


def _fast() -> Fast:
    return Fast(random.Random("fast").randbytes)


ROWS = _rows(CONTEXT, VOTES, 5)
CIPHERTEXTS = [ciphertexts_of(CONTEXT.shape, "committed", row) for row in ROWS]


def _no_point(row: bytes) -> bytes:
    """A first ciphertext that is none, 2^255 - 1."""
    return row[:16] + b"\xff" * 32 + row[48:]


def _no_scalar(row: bytes) -> bytes:
    """A first response that is not canonical."""
    at = 16 + CONTEXT.shape.ciphertext_bytes + CONTEXT.shape.data_bytes_total
    return row[:at] + b"\xff" * 32 + row[at + 32 :]


def _another_commitment(row: bytes) -> bytes:
    """The last two commitments the other way round."""
    return row[:-64] + row[-32:] + row[-64:-32]


@pytest.mark.parametrize("change", [lambda row: row, _no_point, _no_scalar, _another_commitment])
def test_hashes_are_the_plain_engine_s(change: Change) -> None:
    """Also of a ballot that is not proven, or does not even decode."""
    rows = [*ROWS[:2], change(ROWS[2]), *ROWS[3:]]
    fast, plain = _fast().examine(CONTEXT, "committed", rows), Plain().examine(CONTEXT, "committed", rows)
    assert fast.hashes == plain.hashes
    assert set(fast.doubts) == set(plain.doubts) == ({2} if rows != ROWS else set())


@pytest.mark.parametrize("change", [lambda row: row, _no_point, _no_scalar, _another_commitment])
def test_sums_after_an_examination_are_the_plain_engine_s(change: Change) -> None:
    """Of all its sound ballots, and of some in another order; contest data between them change nothing."""
    engine = _fast()
    engine.examine(CONTEXT, "committed", [change(ROWS[0]), *ROWS[1:]])
    for some in (CIPHERTEXTS[1:], [CIPHERTEXTS[4], CIPHERTEXTS[2]], CIPHERTEXTS[3:4]):
        assert engine.total(some) == Plain().total(some)


def test_sums_of_what_was_not_examined_are_the_plain_engine_s() -> None:
    """Before any box, of ballots of another box, of another style, and of both together."""
    engine, other = _fast(), twelve()
    strangers = [ciphertexts_of(other.shape, "committed", row) for row in _rows(other, (1,) + 11 * (0,), 2)]
    assert engine.total(CIPHERTEXTS) == Plain().total(CIPHERTEXTS)
    engine.examine(CONTEXT, "committed", ROWS[:2])
    for some in (CIPHERTEXTS[2:], CIPHERTEXTS[1:3], strangers):
        assert engine.total(some) == Plain().total(some)


def test_two_ballots_with_the_same_ciphertexts_count_twice() -> None:
    """A copy under another id is not proven, and yet a sum that has both is right."""
    copy = bytes(range(100, 116)) + ROWS[0][16:]
    engine = _fast()
    assert set(engine.examine(CONTEXT, "committed", [ROWS[0], copy, ROWS[1]]).doubts) == {1}
    twice = [CIPHERTEXTS[0], CIPHERTEXTS[0], CIPHERTEXTS[1]]
    assert engine.total(twice) == Plain().total(twice)


def test_a_compact_box_forgets_the_committed_one() -> None:
    """Its sums are right, too."""
    engine = _fast()
    engine.examine(CONTEXT, "committed", ROWS)
    compact = engine.convert(CONTEXT, "committed", ROWS)
    assert not engine.examine(CONTEXT, "compact", compact).doubts
    assert engine.total(CIPHERTEXTS) == Plain().total(CIPHERTEXTS)
