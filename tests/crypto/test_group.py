"""The group through libsodium: the laws of a group, its identity, and the batch variants."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.crypto.rfc9496 import BAD_ENCODINGS, MULTIPLES

from urna.crypto import group, scalars
from urna.crypto.group import FixedPoint, base_times, base_times_all, times
from urna.crypto.ristretto import IDENTITY, hash_to_point, to_edwards
from urna.crypto.scalars import L, from_int
from urna.errors import Malformed

NUMBER = st.integers(0, L - 1) | st.sampled_from([0, 1, L - 1])
SCALAR = NUMBER.map(from_int)
POINT = st.binary(min_size=64, max_size=64).map(hash_to_point) | st.just(IDENTITY)


def test_small_multiples_of_the_generator_are_the_rfcs() -> None:
    """RFC 9496, A.1, 0 included."""
    expected = [bytes.fromhex(each) for each in MULTIPLES]
    assert base_times_all([from_int(number) for number in range(16)]) == expected
    generator = FixedPoint(expected[1])
    assert generator.times_all([from_int(number) for number in range(16)]) == expected


@pytest.mark.parametrize("number", range(16))
def test_vectors_are_multiplied_although_libsodium_refuses_some_of_their_representatives(number: int) -> None:
    """Decoded points carry torsion; the representative of prime order is chosen first."""
    point = bytes.fromhex(MULTIPLES[number])
    assert times(from_int(3), point) == base_times(from_int(3 * number))


@settings(deadline=None)
@given(a=SCALAR, b=SCALAR)
def test_multiples_of_the_generator_add_up_like_their_scalars(a: bytes, b: bytes) -> None:
    """a·G + b·G = (a + b)·G, a·G - b·G = (a - b)·G, a·(b·G) = (a·b)·G."""
    p, q = base_times(a), base_times(b)
    assert group.add(p, q) == base_times(scalars.add(a, b))
    assert group.subtract(p, q) == base_times(scalars.sub(a, b))
    assert times(a, q) == base_times(scalars.mul(a, b))


@settings(deadline=None)
@given(a=SCALAR, p=POINT, q=POINT)
def test_multiplication_distributes_over_addition(a: bytes, p: bytes, q: bytes) -> None:
    """a·(P + Q) = a·P + a·Q, for points whose logarithm nobody knows and for the identity."""
    assert times(a, group.add(p, q)) == group.add(times(a, p), times(a, q))


@settings(deadline=None)
@given(p=POINT)
def test_the_identity_is_the_identity(p: bytes) -> None:
    """P + 0 = P, P - P = 0, 0·P = 0, 1·P = P, -1·P = 0 - P, and a·0 = 0."""
    assert group.add(p, IDENTITY) == p
    assert group.subtract(p, p) == IDENTITY
    assert times(scalars.ZERO, p) == IDENTITY
    assert times(scalars.ONE, p) == p
    assert times(from_int(-1), p) == group.subtract(IDENTITY, p)
    assert times(from_int(7), IDENTITY) == IDENTITY


@settings(deadline=None)
@given(points=st.lists(POINT, max_size=5))
def test_a_total_is_the_sum_one_by_one(points: list[bytes]) -> None:
    """And of nothing it is the identity."""
    result = IDENTITY
    for each in points:
        result = group.add(result, each)
    assert group.total(points) == result


@settings(deadline=None)
@given(a=SCALAR, p=POINT)
def test_a_result_that_stays_secret_is_the_representative_of_the_public_one(a: bytes, p: bytes) -> None:
    """Its bytes may be hashed to a key: whoever computes the same point has the same bytes."""
    assert group.secret_times(a, to_edwards(p)) == to_edwards(times(a, p))


@settings(deadline=None)
@given(many=st.lists(SCALAR, max_size=6), p=POINT)
def test_a_batch_gives_what_its_parts_give(many: list[bytes], p: bytes) -> None:
    """One by one or at once."""
    assert base_times_all(many) == [base_times(each) for each in many]
    assert FixedPoint(p).times_all(many) == [times(each, p) for each in many]


def test_bytes_that_are_no_point_are_refused() -> None:
    """By every function that takes one."""
    bad = bytes.fromhex(BAD_ENCODINGS[-1])
    with pytest.raises(Malformed):
        times(scalars.ONE, bad)
    with pytest.raises(Malformed):
        group.add(bad, IDENTITY)
    with pytest.raises(Malformed):
        group.subtract(IDENTITY, bad)
    with pytest.raises(Malformed):
        group.total([bad])
    with pytest.raises(Malformed, match="ST-1"):
        FixedPoint(bad, "ST-1")
