"""ristretto255 in Python integers, against the RFC's vectors and libsodium."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.bindings import crypto_core_ed25519_is_valid_point, crypto_scalarmult_ed25519_base_noclamp
from tests.crypto.rfc9496 import BAD_ENCODINGS, MULTIPLES, ONE_WAY_MAP

from urna.crypto import ristretto
from urna.crypto.ristretto import (
    EDWARDS_IDENTITY,
    GENERATOR,
    IDENTITY,
    P,
    check_point,
    from_edwards,
    hash_to_point,
    is_point,
    to_any_edwards,
    to_edwards,
)
from urna.crypto.scalars import L, from_int
from urna.errors import Malformed

MULTIPLE = st.integers(1, L - 1).map(lambda number: crypto_scalarmult_ed25519_base_noclamp(from_int(number)))
UNIFORM = st.binary(min_size=64, max_size=64)


def test_the_constants_are_what_their_names_say() -> None:
    """RFC 9496, 4.1: each constant satisfies its definition."""
    d, i = ristretto.D, ristretto.SQRT_M1
    assert (d * 121666 + 121665) % P == 0
    assert (i * i + 1) % P == 0
    assert (ristretto.SQRT_AD_MINUS_ONE**2 + d + 1) % P == 0
    assert (ristretto.INVSQRT_A_MINUS_D**2 * (-1 - d) - 1) % P == 0
    assert (ristretto.ONE_MINUS_D_SQ + d * d - 1) % P == 0
    assert (ristretto.D_MINUS_ONE_SQ - (d - 1) ** 2) % P == 0


@pytest.mark.parametrize("number", range(1, 16))
def test_multiples_of_the_generator_are_the_rfcs(number: int) -> None:
    """A.1, both ways: libsodium's multiple encodes to the vector, and the vector's representative is the multiple."""
    multiple = crypto_scalarmult_ed25519_base_noclamp(from_int(number))
    point = bytes.fromhex(MULTIPLES[number])
    assert from_edwards(multiple) == point
    assert to_edwards(point) == multiple


def test_the_identity_and_the_generator_are_the_first_two() -> None:
    """A.1; libsodium has no multiple 0."""
    assert [IDENTITY.hex(), GENERATOR.hex()] == MULTIPLES[:2]
    assert (to_edwards(IDENTITY), from_edwards(EDWARDS_IDENTITY)) == (EDWARDS_IDENTITY, IDENTITY)


@pytest.mark.parametrize("bad", BAD_ENCODINGS)
def test_bad_encodings_are_refused(bad: str) -> None:
    """A.2."""
    data = bytes.fromhex(bad)
    assert not is_point(data)
    for read in (check_point, to_edwards, to_any_edwards):
        with pytest.raises(Malformed, match="ST-1"):
            read(data, "ST-1")


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_other_lengths_are_refused(size: int) -> None:
    """A point has 32 bytes."""
    assert not is_point(bytes(size))
    with pytest.raises(Malformed):
        check_point(bytes(size))
    with pytest.raises(Malformed):
        from_edwards(bytes([1] * size))


@pytest.mark.parametrize(("uniform", "point"), ONE_WAY_MAP.items())
def test_the_one_way_map_is_the_rfcs(uniform: str, point: str) -> None:
    """A.3."""
    assert hash_to_point(bytes.fromhex(uniform)).hex() == point


def test_the_one_way_map_takes_64_bytes() -> None:
    """Half of them would give a biased point."""
    with pytest.raises(Malformed):
        hash_to_point(bytes(32))


@settings(deadline=None)
@given(edwards=MULTIPLE)
def test_an_element_has_one_encoding_and_one_representative(edwards: bytes) -> None:
    """Round trip through libsodium's encoding; any of the element's four points gives the same encoding."""
    point = from_edwards(edwards)
    assert is_point(point)
    assert to_edwards(point) == edwards
    assert from_edwards(to_any_edwards(point)) == point


@settings(deadline=None)
@given(uniform=UNIFORM)
def test_a_mapped_point_has_a_representative_of_prime_order(uniform: bytes) -> None:
    """Points whose logarithm nobody knows are points like others."""
    point = hash_to_point(uniform)
    assert point == IDENTITY or crypto_core_ed25519_is_valid_point(to_edwards(point))
    assert from_edwards(to_edwards(point)) == point


@settings(deadline=None)
@given(number=st.integers(0, 2**256 - 1))
def test_whatever_is_decoded_encodes_to_the_same_bytes(number: int) -> None:
    """There is no second spelling of a point."""
    data = number.to_bytes(32, "little")
    if is_point(data):
        assert from_edwards(to_any_edwards(data)) == data


@pytest.mark.parametrize("y", [2, P, P + 1, 2**255 - 1, 2**255 + 1])
def test_edwards_encodings_of_no_point_are_refused(y: int) -> None:
    """No point of the curve, a y not below P, or the negative of x = 0."""
    with pytest.raises(Malformed):
        from_edwards(y.to_bytes(32, "little"))
