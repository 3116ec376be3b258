"""Exponential ElGamal to the base K: sums of ciphertexts, and what opens them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from urna.crypto import scalars
from urna.crypto.elgamal import (
    NOTHING,
    Ciphertext,
    add_ciphertexts,
    encrypt,
    read_ciphertexts,
    sum_ciphertexts,
    write_ciphertexts,
)
from urna.crypto.group import FixedPoint, base_times, times
from urna.crypto.scalars import L, from_int
from urna.errors import Malformed

SECRET = from_int(1234567)
KEY = FixedPoint(base_times(SECRET))
VOTES = st.lists(st.tuples(st.integers(0, 100), st.integers(0, L - 1).map(from_int)), max_size=4)


@settings(deadline=None)
@given(votes=VOTES)
def test_the_sum_of_nonces_opens_the_sum_of_ciphertexts(votes: list[tuple[int, bytes]]) -> None:
    """Σα = R·G and Σβ = (R + t)·K."""
    total = sum_ciphertexts(encrypt(KEY, number, nonce) for number, nonce in votes)
    r = scalars.ZERO
    for _, nonce in votes:
        r = scalars.add(r, nonce)
    t = from_int(sum(number for number, _ in votes))
    assert total == Ciphertext(base_times(r), times(scalars.add(r, t), KEY.point))


@settings(deadline=None)
@given(number=st.integers(0, 50), nonce=st.integers(0, L - 1).map(from_int))
def test_the_key_opens_what_was_encrypted(number: int, nonce: bytes) -> None:
    """β - s·α = m·K: only the holder of s can compute it."""
    alpha, beta = encrypt(KEY, number, nonce)
    opened = add_ciphertexts(Ciphertext(alpha, beta), Ciphertext(alpha, times(scalars.negate(SECRET), alpha)))
    assert opened.beta == times(from_int(number), KEY.point)


def test_the_sum_of_nothing_adds_nothing() -> None:
    """The identity twice."""
    one = encrypt(KEY, 1, from_int(9))
    assert sum_ciphertexts([]) == NOTHING
    assert add_ciphertexts(one, NOTHING) == one


def test_ciphertexts_are_read_as_they_are_written() -> None:
    """64 bytes each, in order."""
    each = (encrypt(KEY, 1, from_int(9)), encrypt(KEY, 0, from_int(8)))
    assert read_ciphertexts(write_ciphertexts(each)) == each


@pytest.mark.parametrize("size", [1, 32, 65])
def test_a_cut_ciphertext_is_refused(size: int) -> None:
    """Half a ciphertext is none."""
    with pytest.raises(Malformed):
        read_ciphertexts(bytes(size))
