"""Scalars through libsodium, against Python integers."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urna.crypto import scalars
from urna.crypto.scalars import L, check_scalar, from_int, hash_to_scalar, reduce_wide, to_int
from urna.errors import Malformed

NUMBER = st.integers(0, L - 1) | st.sampled_from([0, 1, 2, L - 2, L - 1])


@given(a=NUMBER, b=NUMBER)
def test_arithmetic_is_modulo_l(a: int, b: int) -> None:
    """Sum, difference, product and negative are those of integers, always canonical."""
    x, y = from_int(a), from_int(b)
    assert to_int(scalars.add(x, y)) == (a + b) % L
    assert to_int(scalars.sub(x, y)) == (a - b) % L
    assert to_int(scalars.mul(x, y)) == a * b % L
    assert to_int(scalars.negate(x)) == -a % L


@given(uniform=st.binary(min_size=64, max_size=64) | st.just(b"\xff" * 64))
def test_64_bytes_are_reduced_as_a_little_endian_integer(uniform: bytes) -> None:
    """The reduction is the plain one."""
    assert to_int(reduce_wide(uniform)) == int.from_bytes(uniform, "little") % L


@pytest.mark.parametrize("number", [0, 1, L - 1])
def test_a_canonical_scalar_is_taken(number: int) -> None:
    """0 and L - 1 are scalars."""
    assert check_scalar(number.to_bytes(32, "little")) == from_int(number)


@pytest.mark.parametrize("number", [L, L + 1, 2**253, 2**255, 2**256 - 1])
def test_a_second_spelling_is_refused(number: int) -> None:
    """Nothing is reduced silently."""
    with pytest.raises(Malformed, match="ST-1"):
        check_scalar(number.to_bytes(32, "little"), "ST-1")


@pytest.mark.parametrize("size", [0, 31, 33])
def test_another_length_is_refused(size: int) -> None:
    """A scalar has 32 bytes."""
    with pytest.raises(Malformed):
        check_scalar(bytes(size))


def test_the_scalar_hash_is_what_the_protocol_says() -> None:
    """SHA-512 over the label and the parts, each behind its length in 8 bytes, by hand."""
    joined = (5).to_bytes(8, "big") + b"label" + (2).to_bytes(8, "big") + b"ab" + bytes(8)
    expected = int.from_bytes(hashlib.sha512(joined).digest(), "little") % L
    assert to_int(hash_to_scalar("label", b"ab", b"")) == expected


def test_negative_integers_wrap() -> None:
    """-1 is L - 1."""
    assert to_int(from_int(-1)) == L - 1
