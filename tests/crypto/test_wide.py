"""Tests of the wide kernels against libsodium, RFC 9496 and Python integers, in every mode this processor can run."""

import os
import random
import subprocess
import sys
from collections.abc import Sequence
from functools import cache, reduce
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest
from nacl.bindings import (
    crypto_core_ed25519_add,
    crypto_scalarmult_ed25519_base_noclamp,
    crypto_scalarmult_ed25519_noclamp,
)
from tests.crypto.rfc9496 import BAD_ENCODINGS, MULTIPLES

from urna.crypto import ristretto
from urna.crypto.kernels import multi_scalar, wide
from urna.crypto.kernels import points as portable_points
from urna.crypto.kernels.wide import WideKernels, wide_kernels
from urna.crypto.kernels.wide_field import PRIME, TWICE_PRIME, limbs_of, value_of
from urna.crypto.kernels.wide_lanes import NATIVE, native_available
from urna.crypto.scalars import L, from_int

Words: TypeAlias = np.ndarray[Any, np.dtype[np.uint64]]

slow = pytest.mark.slow
"""Not for what they do but for the compiler, where its cache is empty."""

NO_IFMA = pytest.mark.skipif(not native_available(), reason="this processor has no AVX-512 IFMA")
MODES = [pytest.param(False, id="emulated"), pytest.param(True, id="native", marks=NO_IFMA)]
COUNTS = (1, 7, 16, 17, 37)
UNTOUCHED = 2**64 - 3


@pytest.fixture(params=MODES)
def kernels(request: pytest.FixtureRequest) -> WideKernels:
    """The kernels in a mode."""
    return wide_kernels(bool(request.param))


@cache
def representatives(count: int) -> list[bytes]:
    """Edwards encodings in the subgroup of prime order, made by libsodium: small multiples and random ones."""
    chance = random.Random(25519)
    scalars = [*range(1, 9), *(L - k for k in range(1, 9)), *(chance.randrange(1, L) for _ in range(count))][:count]
    return [crypto_scalarmult_ed25519_base_noclamp(from_int(scalar)) for scalar in scalars]


@cache
def points(count: int) -> list[bytes]:
    """The same as ristretto encodings; the first is the identity instead."""
    return [ristretto.IDENTITY, *(ristretto.from_edwards(point) for point in representatives(count)[1:])]


def words_of(encodings: Sequence[bytes]) -> Words:
    """Four words an encoding, writable."""
    return np.frombuffer(b"".join(encodings), np.uint64).copy()


def encodings_of(words: Words) -> list[bytes]:
    """The 32 bytes of each four words."""
    return [row.tobytes() for row in words.reshape(-1, 4)]


def niels_of(kernels: WideKernels, encodings: Sequence[bytes]) -> Words:
    """Niels rows of good encodings."""
    rows, bad = np.zeros(16 * len(encodings), np.uint64), np.ones(len(encodings), np.uint64)
    kernels.decode_niels(words_of(encodings), 0, len(encodings), rows, bad)
    assert not bad.any()
    return rows


def neutral_points(count: int) -> Words:
    """The neutral point, several times."""
    rows = np.zeros((count, 24), np.uint64)
    rows[:, 5] = rows[:, 10] = 1
    return rows.reshape(-1)


def encoded(kernels: WideKernels, rows: Words) -> list[bytes]:
    """The ristretto encodings of points."""
    words = np.zeros(len(rows) // 24 * 4, np.uint64)
    kernels.encode(rows, 0, len(rows) // 24, words)
    return encodings_of(words)


def sum_of(encodings: Sequence[bytes]) -> bytes:
    """Libsodium's sum of ristretto encodings, as one."""
    edwards = [ristretto.to_edwards(encoding) for encoding in encodings]
    return ristretto.from_edwards(reduce(crypto_core_ed25519_add, edwards, ristretto.EDWARDS_IDENTITY))


def times(scalar: int, encoding: bytes) -> bytes:
    """Libsodium's multiple of a ristretto encoding."""
    if scalar % L == 0 or encoding == ristretto.IDENTITY:
        return ristretto.IDENTITY
    edwards = ristretto.to_edwards(encoding)
    return ristretto.from_edwards(crypto_scalarmult_ed25519_noclamp(from_int(scalar), edwards))


def affine_of(row: Words) -> tuple[int, int]:
    """The x and y of a niels row, which must be consistent."""
    plus, minus, twice_dt = (value_of(row[k : k + 5].tolist()) for k in (0, 5, 10))
    half = pow(2, -1, PRIME)
    x, y = (plus - minus) * half % PRIME, (plus + minus) * half % PRIME
    assert twice_dt == 2 * ristretto.D * x * y % PRIME
    return x, y


def as_loose(rows: Words, width: int, elements: int) -> Words:
    """The same elements with limbs near their bounds: p is added wherever the sum stays loose."""
    table = rows.reshape(-1, width).copy()
    p = np.array(limbs_of(PRIME - 1), np.uint64) + np.array([1, 0, 0, 0, 0], np.uint64)
    grown = 0
    for k in range(elements):
        part = table[:, 5 * k : 5 * k + 5]
        fits = (part + p <= np.array(TWICE_PRIME, np.uint64)).all(axis=1)
        part[fits] += p
        grown += int(fits.sum())
    assert grown > len(table) // 2
    return table.reshape(-1)


# ------------------------------------------------------------------------------------ decode, encode


@slow
def test_the_multiples_of_the_rfc_decode_and_encode(kernels: WideKernels) -> None:
    """RFC 9496 A.1: 0·G to 15·G decode to points that are the sums of G, and encode to the same bytes."""
    encodings = [bytes.fromhex(multiple) for multiple in MULTIPLES]
    rows = niels_of(kernels, encodings)
    sums = neutral_points(16)
    kernels.sum_columns(rows, 1, 16, sums)
    assert encoded(kernels, sums) == encodings
    generator = niels_of(kernels, [encodings[1]])
    for count in range(16):
        total = neutral_points(1)
        kernels.sum_columns(np.tile(generator, count), count, 1, total)
        assert encoded(kernels, total) == [encodings[count]]


@slow
def test_bad_encodings_of_the_rfc_are_refused_wherever_they_stand(kernels: WideKernels) -> None:
    """RFC 9496 A.2: each is refused among good neighbours, and no neighbour with it."""
    good = points(16)
    mixed = [pair for k, bad in enumerate(BAD_ENCODINGS) for pair in (bytes.fromhex(bad), good[k % 16])]
    rows, bad = np.zeros(16 * len(mixed), np.uint64), np.zeros(len(mixed), np.uint64)
    kernels.decode_niels(words_of(mixed), 0, len(mixed), rows, bad)
    assert [bool(word) for word in bad] == [True, False] * len(BAD_ENCODINGS)


@slow
def test_random_bytes_are_judged_as_the_reference_judges_them(kernels: WideKernels) -> None:
    """Random strings, numbers next to 0, p, 2^255 and 2^256, and good encodings with a bit changed."""
    chance = random.Random(9496)
    near = [base + k for base in (0, PRIME, 2**255, 2**256 - 30) for k in range(-20, 25)]
    edges = [number.to_bytes(32, "little") for number in near if 0 <= number < 2**256]
    flipped = [
        (int.from_bytes(point, "little") ^ 1 << bit).to_bytes(32, "little")
        for point in points(8)
        for bit in (0, 1, 50, 51, 102, 203, 204, 254, 255)
    ]
    even = [(2 * chance.getrandbits(254)).to_bytes(32, "little") for _ in range(1000)]
    cases = edges + flipped + even + [chance.randbytes(32) for _ in range(500)]
    rows, bad = np.zeros(16 * len(cases), np.uint64), np.zeros(len(cases), np.uint64)
    kernels.decode_niels(words_of(cases), 0, len(cases), rows, bad)
    verdicts = [ristretto.is_point(case) for case in cases]
    assert [word == 0 for word in bad] == verdicts
    assert sum(verdicts) > 150


@slow
def test_rows_are_those_of_the_point_the_rfc_decodes_to(kernels: WideKernels) -> None:
    """Each row holds y+x, y-x and 2dxy of the very representative that RFC 9496 names, carried."""
    encodings = points(64)
    rows = niels_of(kernels, encodings).reshape(-1, 16)
    assert int(rows.max()) < 2**51 + 2**18
    assert not rows[:, 15].any()
    for row, encoding in zip(rows, encodings, strict=True):
        x, y = affine_of(row)
        assert (y | (x & 1) << 255).to_bytes(32, "little") == ristretto.to_any_edwards(encoding)


@slow
@pytest.mark.parametrize("count", COUNTS)
def test_only_the_rows_asked_for_are_written(kernels: WideKernels, count: int) -> None:
    """Between lo and hi everything is written, for any count, and nothing outside; no spare words are needed."""
    encodings = points(64)[: count + 5]
    rows = np.full(16 * len(encodings), UNTOUCHED, np.uint64)
    bad = np.full(len(encodings), UNTOUCHED, np.uint64)
    kernels.decode_niels(words_of(encodings), 3, 3 + count, rows, bad)
    assert bad.tolist() == [UNTOUCHED] * 3 + [0] * count + [UNTOUCHED] * 2
    expected = niels_of(kernels, encodings)
    assert (rows[48 : 48 + 16 * count] == expected[48 : 48 + 16 * count]).all()
    assert (rows[:48] == UNTOUCHED).all()
    assert (rows[48 + 16 * count :] == UNTOUCHED).all()


@slow
@pytest.mark.parametrize("count", COUNTS)
def test_libsodiums_encodings_become_ristretto_encodings(kernels: WideKernels, count: int) -> None:
    """Decompressed and encoded, libsodium's points are those the reference computes; nothing outside is written."""
    edwards = [ristretto.EDWARDS_IDENTITY, *representatives(64)][: count + 1]
    rows = np.full(24 * len(edwards), UNTOUCHED, np.uint64)
    bad = np.full(len(edwards), UNTOUCHED, np.uint64)
    kernels.decompress(words_of(edwards), 0, count, rows, bad)
    assert bad.tolist() == [0] * count + [UNTOUCHED]
    assert (rows[24 * count :] == UNTOUCHED).all()
    words = np.full(4 * (count + 2), UNTOUCHED, np.uint64)
    kernels.encode(rows, 0, count, words)
    assert encodings_of(words[: 4 * count]) == [ristretto.from_edwards(point) for point in edwards[:count]]
    assert (words[4 * count :] == UNTOUCHED).all()


@slow
def test_what_is_no_encoding_of_edwards25519_is_refused(kernels: WideKernels) -> None:
    """RFC 8032, 5.1.3: y not below p, no x for the y, and x = 0 with the sign 1."""
    minus_one = PRIME - 1
    good = [1, minus_one, 0, 1 << 255]
    bad_ones = [PRIME, PRIME + 1, 2**255 - 1, 1 | 1 << 255, minus_one | 1 << 255, 2, PRIME | 1 << 255]
    cases = [number.to_bytes(32, "little") for number in good + bad_ones]
    rows, bad = np.zeros(24 * len(cases), np.uint64), np.zeros(len(cases), np.uint64)
    kernels.decompress(words_of(cases), 0, len(cases), rows, bad)
    assert [word == 0 for word in bad] == [True] * len(good) + [False] * len(bad_ones)


@slow
def test_every_representative_of_a_point_encodes_alike(kernels: WideKernels) -> None:
    """A point plus each point of order 1, 2 and 4 has the one encoding, with limbs at their bounds, too."""
    root = pow(2, (PRIME - 1) // 4, PRIME)
    torsion = [(0, 1), (0, PRIME - 1), (root, 0), (PRIME - root, 0)]
    encodings = points(16)
    rows = []
    for encoding in encodings:
        x, y = affine_of(niels_of(kernels, [encoding]))
        for u, v in torsion:
            joined = ristretto.D * x * u * y * v
            x2 = (x * v + y * u) * pow(1 + joined, -1, PRIME) % PRIME
            y2 = (y * v + x * u) * pow(1 - joined, -1, PRIME) % PRIME
            rows.append([*limbs_of(x2), *limbs_of(y2), *limbs_of(1), *limbs_of(x2 * y2), 0, 0, 0, 0])
    table = np.array(rows, np.uint64).reshape(-1)
    expected = [encoding for encoding in encodings for _ in torsion]
    assert encoded(kernels, table) == expected
    assert encoded(kernels, as_loose(table, 24, 4)) == expected


# ---------------------------------------------------------------------------------------------- sums


@slow
@pytest.mark.parametrize(("windows", "size", "count"), [(8, 3, 37), (9, 2, 20), (12, 5, 11), (13, 9, 1)])
def test_buckets_hold_the_sums_of_their_rows(kernels: WideKernels, windows: int, size: int, count: int) -> None:
    """Few buckets and many rows: each bucket is the plain sum of the rows whose digits name it, with their signs."""
    chance = random.Random(windows)
    encodings = points(64)[:count]
    digits = [
        chance.choice([0, 1 - size, size - 1, chance.randint(1 - size, size - 1)]) for _ in range(count * windows)
    ]
    buckets = neutral_points(windows * size)
    table = as_loose(niels_of(kernels, encodings), 16, 3)
    kernels.accumulate(buckets, table, np.array(digits, np.int32), windows, size, count)
    found = encoded(kernels, buckets)
    for window in range(windows):
        for bucket in range(1, size):
            named = [
                times(1 if digits[i * windows + window] > 0 else L - 1, encodings[i])
                for i in range(count)
                if abs(digits[i * windows + window]) == bucket
            ]
            assert found[window * size + bucket] == sum_of(named)


@slow
def test_fewer_than_eight_windows_are_refused(kernels: WideKernels) -> None:
    """With seven windows two lanes could meet in one bucket and one of the two sums be lost."""
    with pytest.raises(ValueError, match="eight windows"):
        kernels.accumulate(neutral_points(14), np.zeros(16, np.uint64), np.zeros(7, np.int32), 7, 2, 1)


@slow
@pytest.mark.parametrize(("windows", "size"), [(8, 2), (9, 5), (19, 3)])
def test_windows_reduce_to_their_weighted_sums(kernels: WideKernels, windows: int, size: int) -> None:
    """Σ k·bucket k for each window; bucket 0 does not count."""
    encodings = (points(64) * 2)[: windows * size]
    buckets = neutral_points(windows * size)
    kernels.sum_columns(niels_of(kernels, encodings), 1, windows * size, buckets)
    rows = np.full(24 * (windows + 1), UNTOUCHED, np.uint64)
    kernels.reduce_windows(as_loose(buckets, 24, 4), windows, size, rows)
    expected = [sum_of([times(k, encodings[window * size + k]) for k in range(1, size)]) for window in range(windows)]
    assert encoded(kernels, rows[: 24 * windows]) == expected
    assert (rows[24 * windows :] == UNTOUCHED).all()


@slow
@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (5, 3), (4, 8), (3, 19), (0, 9)])
def test_columns_are_added_to_what_was_there(kernels: WideKernels, rows: int, columns: int) -> None:
    """Twice the same rows give twice the sums of libsodium; other columns are left alone."""
    encodings = points(64)[: rows * columns]
    table = niels_of(kernels, encodings) if rows else np.zeros(0, np.uint64)
    sums = neutral_points(columns + 1)
    for _ in range(2):
        kernels.sum_columns(table, rows, columns, sums)
    assert encoded(kernels, sums)[:columns] == [sum_of(encodings[c::columns] * 2) for c in range(columns)]
    assert (sums[24 * columns :] == neutral_points(1)).all()


@slow
@pytest.mark.parametrize(("terms", "count"), [(1, 8), (2, 19), (3, 5)])
def test_combinations_are_libsodiums(kernels: WideKernels, terms: int, count: int) -> None:
    """Sums of multiples, the scalars at random and at their edges, the rows picked in any order, the identity too."""
    chance = random.Random(terms)
    encodings = points(16)
    edges = [0, 1, L - 1, 8, 2**252, 2**253 - 1, int("8" * 63, 16), int("7" * 63, 16)]
    scalars = [edges[k % len(edges)] if k % 2 else chance.randrange(L) for k in range(terms * count)]
    picks = [chance.randrange(16) for _ in scalars]
    rows = np.full(24 * (count + 1), UNTOUCHED, np.uint64)
    words = words_of([scalar.to_bytes(32, "little") for scalar in scalars])
    kernels.combine(niels_of(kernels, encodings), np.array(picks, np.int64), words, terms, count, rows)
    multiples = [times(scalar % L, encodings[pick]) for scalar, pick in zip(scalars, picks, strict=True)]
    expected = [sum_of(multiples[terms * i : terms * (i + 1)]) for i in range(count)]
    assert encoded(kernels, rows[: 24 * count]) == expected
    assert (rows[24 * count :] == UNTOUCHED).all()


@slow
@pytest.mark.parametrize("size", [4, 9])
def test_wide_and_portable_steps_join_to_one_sum_of_multiples(kernels: WideKernels, size: int) -> None:
    """Pippenger's steps, each portable or wide, give the same windows, and these libsodium's sum of multiples."""
    encodings, chance = points(40), random.Random(size)
    scalars = [chance.randrange(L) for _ in encodings]
    windows, buckets = multi_scalar.windows_for(253, size), multi_scalar.buckets_for(size)
    digits = np.zeros(windows * (40 + 8), np.int32)
    multi_scalar.recode(words_of([from_int(scalar) for scalar in scalars]), 40, size, windows, digits)
    portable_rows, bad = np.zeros(16 * 40, np.uint64), np.zeros(40, np.uint64)
    portable_points.decode_niels(words_of(encodings), 0, 40, portable_rows, bad)
    reductions = []
    for rows in (portable_rows, niels_of(kernels, encodings)):
        for accumulate in (multi_scalar.accumulate, kernels.accumulate):
            filled = neutral_points(windows * buckets)
            accumulate(filled, rows, digits, windows, buckets, 40)
            for reduce_windows in (multi_scalar.reduce_windows, kernels.reduce_windows):
                reduced = np.zeros(24 * windows, np.uint64)
                reduce_windows(filled, windows, buckets, reduced)
                reductions.append(encoded(kernels, reduced))
    assert reductions == reductions[:1] * 8
    joined = [times(pow(2, size * window, L), point) for window, point in enumerate(reductions[0])]
    multiples = [times(scalar, encoding) for scalar, encoding in zip(scalars, encodings, strict=True)]
    assert sum_of(joined) == sum_of(multiples)


@slow
def test_ten_thousand_sums_equal_libsodiums(kernels: WideKernels) -> None:
    """Random pairs: decoded, added, encoded, against crypto_core_ed25519_add and the reference."""
    chance = random.Random(10_000)
    known = points(64)
    pairs = [(chance.randrange(64), chance.randrange(64)) for _ in range(10_000)]
    sums = neutral_points(len(pairs))
    for side in range(2):
        kernels.sum_columns(niels_of(kernels, [known[pair[side]] for pair in pairs]), 1, len(pairs), sums)
    expected = {pair: sum_of([known[pair[0]], known[pair[1]]]) for pair in set(pairs)}
    assert encoded(kernels, sums) == [expected[pair] for pair in pairs]


# ---------------------------------------------------------------------------------------- the native mode


@pytest.mark.skipif(native_available(), reason="this processor has AVX-512 IFMA")
def test_the_native_mode_is_refused_where_it_cannot_run() -> None:
    """Asked for, it raises; even called behind the back, the compiler raises before LLVM would abort the process."""
    with pytest.raises(RuntimeError, match="IFMA"):
        wide_kernels(native=True)
    with pytest.raises(Exception, match="without AVX-512 IFMA"):
        wide._sum_columns(NATIVE, np.zeros(16, np.uint64), 1, 1, neutral_points(1))


@slow
def test_arrays_whose_addresses_would_be_wrong_are_refused() -> None:
    """Every second word of an array, and 32-bit words, are no arguments: the compiler says so."""
    kernels = wide_kernels(native=False)
    for rows in (np.zeros(32, np.uint64)[::2], np.zeros(16, np.uint32)):
        with pytest.raises(Exception, match="contiguous array of 64-bit words"):
            kernels.sum_columns(rows, 1, 1, neutral_points(1))


COMPILE_NATIVE = """
from numba import types
from urna.crypto.kernels import wide, wide_lanes
words, places, digits = (types.Array(t, 1, "C") for t in (types.uint64, types.int64, types.int32))
n = types.int64
arguments = dict(
    _decode_niels=(words, n, n, words, words), _decompress=(words, n, n, words, words), _encode=(words, n, n, words),
    _accumulate=(words, words, digits, n, n, n), _reduce_windows=(words, n, n, words),
    _sum_columns=(words, n, n, words), _combine=(words, places, words, n, n, words),
)
for kernel in wide.KERNELS:
    kernel.compile((wide_lanes.ModeType(True), *arguments[kernel.__name__]))
    text = "".join(kernel.inspect_asm().values())
    print(kernel.__name__, text.count("vpmadd52luq"), text.count("vpmadd52huq"))
"""
"""Compiles and counts; runs nothing that it compiled."""


@slow
def test_all_kernels_compile_natively_for_a_processor_with_ifma(tmp_path: Path) -> None:
    """Every kernel becomes machine code there, made of the two instructions: 25 high halves a product, 15 a square."""
    features = "+avx,+avx2,+fma,+bmi,+bmi2,+avx512f,+avx512dq,+avx512bw,+avx512vl,+avx512ifma"
    chosen = {"NUMBA_CPU_NAME": "icelake-server", "NUMBA_CPU_FEATURES": features, "NUMBA_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-c", COMPILE_NATIVE]
    answer = subprocess.run(command, env={**os.environ, **chosen}, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    counts = {name: (int(low), int(high)) for name, low, high in (line.split() for line in answer.stdout.splitlines())}
    assert len(counts) == len(wide.KERNELS)
    assert counts["_accumulate"][1] == counts["_sum_columns"][1] == 7 * 25
    assert all(low > high >= 7 * 25 and high % 5 == 0 for low, high in counts.values())
