"""The kernels' points against RFC 9496, libsodium and the reference in Python integers."""

import random

import numpy as np
import numpy.typing as npt
import pytest
from nacl import bindings
from tests.crypto.rfc9496 import BAD_ENCODINGS, MULTIPLES

from urna.crypto import ristretto
from urna.crypto.kernels import engine
from urna.crypto.kernels.field import P, from_words
from urna.crypto.kernels.scalar_field import L
from urna.crypto.kernels.tier import Tier
from urna.errors import Malformed

Rows = npt.NDArray[np.uint8]
TIER = Tier.PORTABLE


def rows(encodings: list[bytes]) -> Rows:
    """Encodings as an array."""
    return np.frombuffer(b"".join(encodings), np.uint8).reshape(-1, 32)


def scalar(value: int) -> bytes:
    """A scalar's 32 bytes."""
    return value.to_bytes(32, "little")


def base_multiples(count: int, seed: int) -> tuple[list[int], list[bytes]]:
    """Random scalars and libsodium's multiples of its generator by them, in Edwards encoding."""
    chance = random.Random(seed)
    scalars = [chance.randrange(1, L) for _ in range(count)]
    return scalars, [bindings.crypto_scalarmult_ed25519_base_noclamp(scalar(each)) for each in scalars]


RFC = rows([bytes.fromhex(each) for each in MULTIPLES])


def test_the_rfcs_multiples_decode() -> None:
    """0·G to 15·G are points."""
    _, bad = engine.decode_points(RFC, TIER)
    assert not bad.any()


def test_the_rfcs_bad_encodings_are_refused() -> None:
    """Each of them, alone and among good ones."""
    wrong = rows([bytes.fromhex(each) for each in BAD_ENCODINGS])
    _, bad = engine.decode_points(wrong, TIER)
    assert bad.all()
    mixed = np.concatenate([np.stack([good, wrong[i % len(wrong)]]) for i, good in enumerate(RFC)])
    _, bad = engine.decode_points(mixed, TIER)
    assert bad.tolist() == [False, True] * len(RFC)


def test_multiples_of_the_generator_encode_as_the_rfcs() -> None:
    """By adding, and by multiplying."""
    column = engine.ColumnSum(1, TIER)
    for expected in RFC:
        assert column.result().tobytes() == expected.tobytes()
        column.add(RFC[1].reshape(1, 1, 32))
    numbers = rows([scalar(number) for number in range(16)])
    zeros = np.zeros((16, 32), np.uint8)
    generators = np.tile(RFC[1], (16, 1))
    assert (engine.multiples(numbers, RFC[1].tobytes(), zeros, generators, TIER) == RFC).all()
    assert (engine.multiples(zeros, RFC[2].tobytes(), numbers, generators, TIER) == RFC).all()


@pytest.mark.parametrize("top", [0, 128])
def test_encodings_at_the_edges_are_judged_as_by_the_reference(top: int) -> None:
    """Values around 0, p and 2^255, with the top bit clear and set."""
    values = [*range(40), *range(P - 20, P + 19), 2**255 - 1, 2**254]
    encodings = [bytearray(scalar(value)) for value in values]
    for encoding in encodings:
        encoding[31] |= top
    _, bad = engine.decode_points(rows([bytes(each) for each in encodings]), TIER)
    assert [not ristretto.is_point(bytes(each)) for each in encodings] == bad.tolist()


@pytest.mark.slow
def test_random_strings_are_judged_as_by_the_reference() -> None:
    """Four thousand, half of them made even, so that both verdicts are frequent."""
    chance = random.Random(11)
    encodings = [bytes([byte & 254 if i % 2 else byte]) for i, byte in enumerate(chance.randbytes(4_000))]
    encodings = [first + chance.randbytes(30) + bytes([chance.randrange(128)]) for first in encodings]
    _, bad = engine.decode_points(rows(encodings), TIER)
    assert [not ristretto.is_point(each) for each in encodings] == bad.tolist()
    assert 0 < (~bad).sum() < len(encodings)


def test_encoding_and_decoding_are_inverse() -> None:
    """Adding the identity to decoded points gives their encodings again."""
    _, edwards = base_multiples(501, 12)
    encoded = engine.encode_edwards(rows(edwards), TIER)
    assert encoded.shape == (501, 32)
    column = engine.ColumnSum(501, TIER)
    column.add(encoded.reshape(1, 501, 32))
    assert (column.result() == encoded).all()


@pytest.mark.slow
def test_edwards_encodings_encode_as_by_the_reference() -> None:
    """A thousand of libsodium's results, and all four representatives are one element."""
    _, edwards = base_multiples(1_000, 13)
    encoded = engine.encode_edwards(rows(edwards), TIER)
    assert [row.tobytes() for row in encoded] == [ristretto.from_edwards(each) for each in edwards]


def test_what_is_no_edwards_point_is_refused() -> None:
    """Y of p or more, y of no point, and 0 with a sign, as RFC 8032 says."""
    good = bindings.crypto_scalarmult_ed25519_base_noclamp(scalar(5))
    signed_one = bytearray(scalar(1))
    signed_one[31] |= 128
    for wrong in (scalar(P), scalar(P + 1), scalar(2), scalar(7), bytes(signed_one), b"\xff" * 32):
        with pytest.raises(Malformed, match="row 2"):
            engine.encode_edwards(rows([good, good, wrong, good]), TIER)


def test_the_edwards_identity_encodes_as_32_zeros() -> None:
    """A result of scalar 0 is a case that callers meet."""
    assert engine.encode_edwards(rows([scalar(1)]), TIER).tobytes() == bytes(32)


@pytest.mark.slow
def test_a_hundred_thousand_sums_are_libsodiums() -> None:
    """100,000 sums of two random points each: decode, add, encode; and libsodium's sums decompressed and encoded."""
    _, edwards = base_multiples(2_000, 14)
    chance = random.Random(15)
    places = [(chance.randrange(2_000), chance.randrange(2_000)) for _ in range(100_000)]
    sums = [bindings.crypto_core_ed25519_add(edwards[i], edwards[j]) for i, j in places]
    encoded = engine.encode_edwards(rows(edwards), TIER)
    picked = np.stack([encoded[[i for i, _ in places]], encoded[[j for _, j in places]]])
    assert (engine.sum_columns(picked, tier=TIER) == engine.encode_edwards(rows(sums), TIER)).all()


@pytest.mark.slow
def test_thousands_of_multiples_are_libsodiums() -> None:
    """v·B + c·A for 3,001 random v, c and A, and for the scalars at the edges."""
    edges = [0, 1, 2, 8, L - 1, L - 8, 2**252, 2**252 - 1, 2**128, 8 * (2**252 // 15)]
    chance = random.Random(16)
    _, edwards = base_multiples(3_001, 17)
    base = edwards[-1]
    v = [chance.choice(edges) if i % 5 == 0 else chance.randrange(L) for i in range(3_001)]
    c = [chance.choice(edges) if i % 3 == 0 else chance.randrange(L) for i in range(3_001)]
    expected = [
        bindings.crypto_core_ed25519_add(_times(v[i], base), _times(c[i], point)) for i, point in enumerate(edwards)
    ]
    points = engine.encode_edwards(rows(edwards), TIER)
    result = engine.multiples(
        rows([scalar(each) for each in v]), points[-1].tobytes(), rows([scalar(each) for each in c]), points, TIER
    )
    assert (result == engine.encode_edwards(rows(expected), TIER)).all()


def _times(factor: int, point: bytes) -> bytes:
    """A multiple through libsodium, which refuses 0."""
    return bindings.crypto_scalarmult_ed25519_noclamp(scalar(factor), point) if factor else scalar(1)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 17, 100, 1_000])
def test_a_sum_of_multiples_is_the_sum_of_the_multiples(count: int) -> None:
    """Known logarithms: Σ s·(k·G) is (Σ s·k)·G, with long scalars and with short ones."""
    logarithms, edwards = base_multiples(count, 18)
    points = engine.check_points(engine.encode_edwards(rows(edwards), TIER), TIER)
    chance = random.Random(19)
    for bits in (253, 128):
        top = min(2**bits, L)
        factors = [chance.choice([0, 1, top - 1, chance.randrange(top)]) for _ in range(count)]
        total = sum(k * s for k, s in zip(logarithms, factors, strict=True)) % L
        expected = engine.encode_edwards(rows([_base(total)]), TIER).tobytes()
        assert engine.multi_scalar(points, rows([scalar(s) for s in factors]), bits, TIER) == expected


def _base(factor: int) -> bytes:
    return bindings.crypto_scalarmult_ed25519_base_noclamp(scalar(factor)) if factor else scalar(1)


def test_terms_of_long_and_short_scalars_make_one_sum() -> None:
    """-Σ s·k on the generator takes back Σ s·(k·G), and one more does not."""
    logarithms, edwards = base_multiples(50, 20)
    points = engine.check_points(engine.encode_edwards(rows(edwards), TIER), TIER)
    factors = [random.Random(21).randrange(2**128) for _ in range(50)]
    total = -sum(k * s for k, s in zip(logarithms, factors, strict=True)) % L
    generator = engine.point_of(engine.GENERATOR, TIER)
    short = engine.Term(points, rows([scalar(s) for s in factors]), 128)
    assert engine.terms_are_identity([short, engine.Term(generator, rows([scalar(total)]))], TIER)
    assert not engine.terms_are_identity([short, engine.Term(generator, rows([scalar(total + 1)]))], TIER)


def test_the_identity_is_ristrettos_and_not_edwards() -> None:
    """L times a decoded point is the identity even where its representative has a part of order 2 or 4."""
    cosets = set()
    for row in RFC:
        point = engine.check_points(row.reshape(1, 32), TIER)
        order = rows([scalar(L)])
        assert engine.multi_scalar_is_identity(point, order, tier=TIER)
        assert engine.multi_scalar(point, order, tier=TIER) == bytes(32)
        words = engine._sum_of_terms([engine.Term(point, order)], TIER)[0]
        x, y, z = (from_words(words[start : start + 5]) for start in (0, 5, 10))
        cosets.add((x * pow(z, -1, P) % P, y * pow(z, -1, P) % P))
    assert len(cosets) > 1
    assert all(x == 0 or y == 0 for x, y in cosets)


@pytest.mark.parametrize("number", range(1, 16))
def test_a_multiple_short_of_the_order_is_not_the_identity(number: int) -> None:
    """(L - 1)·P is -P."""
    point = engine.check_points(RFC[number : number + 1], TIER)
    assert not engine.multi_scalar_is_identity(point, rows([scalar(L - 1)]), tier=TIER)
