"""The door to the kernels: arrays of encodings in, arrays of encodings out. Public data only.

Points and scalars are rows of 32 bytes, arrays of shape (n, 32) and type uint8. A function that takes points refuses
what is not the canonical encoding of one, except `decode_points`, which says which rows those are. `tier` chooses the
kernels; None means the fastest that this processor has and that agrees with the portable ones on it (`trusted_tier`).
"""

from collections.abc import Callable, Sequence
from functools import cache
from hashlib import shake_256
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from urna.crypto.kernels import box, points, scalar_field, sums
from urna.crypto.kernels.field import from_words
from urna.crypto.kernels.multi_scalar import (
    SPARE_DIGITS,
    accumulate,
    best_size,
    buckets_for,
    combine,
    empty_buckets,
    recode,
    reduce_windows,
    windows_for,
)
from urna.crypto.kernels.tier import Tier, available
from urna.errors import Malformed
from urna.words import Sentence

Rows: TypeAlias = npt.NDArray[np.uint8]
Flags: TypeAlias = npt.NDArray[np.bool_]
Words: TypeAlias = npt.NDArray[np.uint64]
Numbers: TypeAlias = npt.NDArray[np.int64]
Progress: TypeAlias = Callable[[int, int], None]
"""Told the steps done and the steps in all."""

SCALAR_BITS = 253
"""A scalar is below L < 2^253."""
GENERATOR = bytes.fromhex("e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76")

_PARTIAL_SUMS = 8
"""Columns that a long sum is first cut into, so that all lanes have work."""


class Kernels(NamedTuple):
    """The kernels of a tier; what each does is said where it is written (`wide.WideKernels` has the list)."""

    decode_niels: Callable[..., None]
    decompress: Callable[..., None]
    encode: Callable[..., None]
    accumulate: Callable[..., None]
    reduce_windows: Callable[..., None]
    sum_columns: Callable[..., None]
    combine: Callable[..., None]


_PORTABLE = Kernels(
    points.decode_niels,
    points.decompress,
    points.encode,
    accumulate,
    reduce_windows,
    sums.sum_columns,
    sums.combine,
)


@cache
def kernels_of(tier: Tier | None = None) -> Kernels:
    """The kernels of a tier, or of the fastest one here that is trusted."""
    tier = tier or trusted_tier()
    if tier is Tier.PORTABLE:
        return _PORTABLE
    from urna.crypto.kernels.wide import wide_kernels  # noqa: PLC0415 - only where it is used

    return Kernels(*wide_kernels(tier is Tier.WIDE))


class Points(NamedTuple):
    """Decoded points, opaque: what `decode_points` gives and the sums take."""

    niels: Words
    """Shape (n, 16)."""

    @property
    def size(self) -> int:
        """How many."""
        return len(self.niels)

    def take(self, rows: slice | Numbers | Flags) -> "Points":
        """Some of them."""
        return Points(np.ascontiguousarray(self.niels[rows]))


class Term(NamedTuple):
    """Part of a sum: points, each with its scalar."""

    points: Points
    scalars: Rows
    bits: int = SCALAR_BITS
    """All scalars are below 2^bits; fewer bits are less work."""


# ---------------------------------------------------------------- points


def decode_points(data: Rows, tier: Tier | None = None) -> tuple[Points, Flags]:
    """The points of ristretto encodings, and which rows are none (RFC 9496, section 4.3.1).

    Args:
        data: shape (n, 32).
        tier: the kernels to use.

    Returns:
        The points, n of them, and a flag for each row that is refused; the point of such a row is meaningless.
    """
    count = len(data)
    niels, bad = np.zeros((count, points.NIELS_WORDS), np.uint64), np.zeros(count, np.uint64)
    if count:
        kernels_of(tier).decode_niels(words(data), 0, count, niels.reshape(-1), bad)
    return Points(niels), np.asarray(bad != 0, np.bool_)


def check_points(data: Rows, tier: Tier | None = None) -> Points:
    """The points of ristretto encodings.

    Raises:
        Malformed: a row is none; the first such row is named.
    """
    decoded, bad = decode_points(data, tier)
    _refuse(bad, Sentence("canonical encodings of points of ristretto255"))
    return decoded


def encode_edwards(data: Rows, tier: Tier | None = None) -> Rows:
    """The ristretto encodings of edwards25519 encodings, as libsodium gives them.

    Only even points stand for an element of ristretto255; all multiples that libsodium computes of points of the
    prime-order subgroup are even. That is not checked.

    Raises:
        Malformed: a row is not the canonical encoding of a point of the curve.
    """
    count = len(data)
    decompressed, bad = np.zeros((count, points.POINT_WORDS), np.uint64), np.zeros(count, np.uint64)
    if count:
        kernels_of(tier).decompress(words(data), 0, count, decompressed.reshape(-1), bad)
    _refuse(bad != 0, Sentence("canonical encodings of points of edwards25519"))
    return _encoded(decompressed, tier)


def _encoded(extended: Words, tier: Tier | None) -> Rows:
    """Encodings of points of 24 words."""
    count = len(extended)
    result = np.zeros((count, points.BYTES_WORDS), np.uint64)
    if count:
        kernels_of(tier).encode(np.ascontiguousarray(extended).reshape(-1), 0, count, result.reshape(-1))
    return result.view(np.uint8)


# ---------------------------------------------------------------- sums


def sum_points(data: Rows, tier: Tier | None = None) -> bytes:
    """The encoding of the sum of points, shape (n, 32), n may be 0.

    Raises:
        Malformed: a row is not a point.
    """
    rows = max(1, -(-len(data) // _PARTIAL_SUMS))
    padded = np.zeros((rows * _PARTIAL_SUMS, 32), np.uint8)  # 32 zeros encode the identity
    padded[: len(data)] = data
    column = ColumnSum(_PARTIAL_SUMS, tier)
    column.add(padded.reshape(rows, _PARTIAL_SUMS, 32))
    total = ColumnSum(1, tier)
    total.add(column.result().reshape(_PARTIAL_SUMS, 1, 32))
    return total.result().tobytes()


def sum_columns(data: Rows, groups: Numbers | None = None, tier: Tier | None = None) -> Rows:
    """Sums over rows of points, column by column.

    Args:
        data: shape (rows, columns, 32).
        groups: for each row the number of its group, from 0; None for a single one.
        tier: the kernels to use.

    Returns:
        Shape (columns, 32); with groups, shape (groups, columns, 32).

    Raises:
        Malformed: a point is none.
    """
    if groups is None:
        return _column_sum(data, tier)
    count = int(groups.max()) + 1 if len(groups) else 0
    result = np.zeros((count, data.shape[1], 32), np.uint8)
    for group in range(count):
        result[group] = _column_sum(data[groups == group], tier)
    return result


def _column_sum(data: Rows, tier: Tier | None) -> Rows:
    total = ColumnSum(data.shape[1], tier)
    total.add(data)
    return total.result()


class ColumnSum:
    """Running sums of points, column by column, over any number of rows.

    Args:
        columns: points in a row.
        tier: the kernels to use.
    """

    def __init__(self, columns: int, tier: Tier | None = None) -> None:
        self._columns = columns
        self._tier = tier
        self._totals = np.zeros((columns, points.POINT_WORDS), np.uint64)
        self._totals[:, 5] = self._totals[:, 10] = 1

    def add(self, chunk: Rows) -> None:
        """Adds rows, shape (n, columns, 32); n may be 0.

        Raises:
            Malformed: a point is none; nothing of the chunk is added.
        """
        decoded = check_points(np.ascontiguousarray(chunk).reshape(-1, 32), self._tier)
        self.add_points(decoded)

    def add_points(self, decoded: Points) -> None:
        """Adds rows of decoded points, one row after the other."""
        if decoded.size:
            rows, niels = decoded.size // self._columns, decoded.niels.reshape(-1)
            kernels_of(self._tier).sum_columns(niels, rows, self._columns, self._totals.reshape(-1))

    def result(self) -> Rows:
        """The sums so far, shape (columns, 32)."""
        return _encoded(self._totals, self._tier)


# ---------------------------------------------------------------- multiples


def multi_scalar(decoded: Points, scalars: Rows, bits: int = SCALAR_BITS, tier: Tier | None = None) -> bytes:
    """The encoding of Σ s·P.

    Args:
        decoded: n points.
        scalars: shape (n, 32), below 2^bits.
        bits: at most 253.
        tier: the kernels to use.
    """
    return _encoded(_sum_of_terms([Term(decoded, scalars, bits)], tier), tier).tobytes()


def multi_scalar_is_identity(decoded: Points, scalars: Rows, bits: int = SCALAR_BITS, tier: Tier | None = None) -> bool:
    """Whether Σ s·P is the identity of ristretto255; arguments as for `multi_scalar`."""
    return terms_are_identity([Term(decoded, scalars, bits)], tier)


def terms_are_identity(terms: Sequence[Term], tier: Tier | None = None) -> bool:
    """Whether the sum of all terms is the identity of ristretto255: X = 0 or Y = 0 (RFC 9496, section 4.3.3).

    The four points with X = 0 or Y = 0 are those of order 1, 2 and 4, all of which encode as the identity.
    """
    point = _sum_of_terms(terms, tier)[0]
    return from_words(point[:5]) == 0 or from_words(point[5:10]) == 0


def _sum_of_terms(terms: Sequence[Term], tier: Tier | None) -> Words:
    """Σ s·P over all terms as a point, shape (1, 24), by Pippenger's method with one set of buckets."""
    filled = [term for term in terms if term.points.size]
    point = np.zeros((1, points.POINT_WORDS), np.uint64)
    point[:, 5] = point[:, 10] = 1
    if not filled:
        return point
    kernels, counts = kernels_of(tier), {term.bits: 0 for term in filled}
    for term in filled:
        _check_bits(term)
        counts[term.bits] += term.points.size
    size = best_size(counts)
    windows, places = max(windows_for(bits, size) for bits in counts), buckets_for(size)
    buckets = _aligned(windows * places * points.POINT_WORDS)
    empty_buckets(buckets)
    for term in filled:
        count, own = term.points.size, windows_for(term.bits, size)
        digits = np.zeros(count * own + SPARE_DIGITS, np.int32)
        recode(words(term.scalars), count, size, own, digits)
        kernels.accumulate(buckets, term.points.niels.reshape(-1), digits, own, places, count)
    joined = np.zeros(windows * points.POINT_WORDS, np.uint64)
    kernels.reduce_windows(buckets, windows, places, joined)
    combine(joined, windows, size, point.reshape(-1))
    return point


def _check_bits(term: Term) -> None:
    """Crashes on a scalar that is too long, whose upper bits would otherwise be ignored: a mistake of the caller."""
    byte, bit = divmod(term.bits, 8)
    if term.bits > SCALAR_BITS or (term.scalars[:, byte] >> bit).any() or term.scalars[:, byte + 1 :].any():
        raise ValueError(f"a scalar of more than {min(term.bits, SCALAR_BITS)} bits")
    if term.scalars.shape != (term.points.size, 32):
        raise ValueError("as many scalars as points")


def multiples(scalars_base: Rows, base: bytes, scalars: Rows, data: Rows, tier: Tier | None = None) -> Rows:
    """v·B + c·A for each row.

    Args:
        scalars_base: v, shape (n, 32), canonical.
        base: B, an encoding.
        scalars: c, shape (n, 32), canonical.
        data: A, encodings, shape (n, 32).
        tier: the kernels to use.

    Raises:
        Malformed: the base or a row is not a point.
    """
    return multiples_of_points(scalars_base, base, scalars, check_points(data, tier), tier)


def multiples_of_points(
    scalars_base: Rows, base: bytes, scalars: Rows, decoded: Points, tier: Tier | None = None
) -> Rows:
    """`multiples` of points that are decoded already."""
    count = decoded.size
    niels = np.concatenate([point_of(base, tier).niels, decoded.niels])
    picks = np.zeros((count, 2), np.int64)
    picks[:, 1] = np.arange(1, count + 1)
    factors = np.concatenate([words(scalars_base).reshape(-1, 4), words(scalars).reshape(-1, 4)], axis=1)
    result = np.zeros((count, points.POINT_WORDS), np.uint64)
    if count:
        kernels_of(tier).combine(
            niels.reshape(-1), picks.reshape(-1), factors.reshape(-1), 2, count, result.reshape(-1)
        )
    return _encoded(result, tier)


def point_of(encoding: bytes, tier: Tier | None = None) -> Points:
    """One decoded point.

    Raises:
        Malformed: the encoding is none.
    """
    return check_points(np.frombuffer(encoding, np.uint8).reshape(1, 32), tier)


# ---------------------------------------------------------------- scalars


def scalars_are_canonical(data: Rows) -> Flags:
    """Which rows are integers below L."""
    good = np.zeros(len(data), np.uint64)
    scalar_field.canonical_rows(words(data), len(data), good)
    return np.asarray(good != 0, np.bool_)


def multiply_scalars(left: Rows, right: Rows) -> Rows:
    """Products modulo L, row by row, of canonical scalars."""
    return _scalars(scalar_field.multiply_rows, left, right)


def add_scalars(left: Rows, right: Rows) -> Rows:
    """Sums modulo L, row by row, of canonical scalars."""
    return _scalars(scalar_field.add_rows, left, right)


def subtract_scalars(left: Rows, right: Rows) -> Rows:
    """Differences modulo L, row by row, of canonical scalars."""
    return _scalars(scalar_field.subtract_rows, left, right)


def reduce_wide(data: Rows) -> Rows:
    """Numbers of 64 bytes, shape (n, 64), modulo L."""
    out = np.zeros((len(data), 4), np.uint64)
    scalar_field.reduce_wide_rows(words(data), len(data), out.reshape(-1))
    return out.view(np.uint8)


def _scalars(kernel: Callable[[Words, Words, int, Words], None], left: Rows, right: Rows) -> Rows:
    out = np.zeros((len(left), 4), np.uint64)
    kernel(words(left), words(right), len(left), out.reshape(-1))
    return out.view(np.uint8)


# ---------------------------------------------------------------- getting ready


@cache
def trusted_tier() -> Tier:
    """The fastest tier of this processor that computes here what the portable one computes.

    A processor's vector instructions are tested by nobody but their maker; a tier that disagrees is not used.
    """
    return next((tier for tier in available() if tier is Tier.PORTABLE or agrees(tier)), Tier.PORTABLE)


def agrees(tier: Tier) -> bool:
    """Whether a tier gives the portable one's results for decoding, encoding, sums and multiples of 67 points."""
    expected = _sample_results(Tier.PORTABLE)
    try:
        return _sample_results(tier) == expected
    except Malformed:
        return False  # it refuses a point that is one


def _sample_results(tier: Tier) -> list[bytes]:
    """What a tier makes of points and scalars that follow from a fixed hash, and of bytes that are no points."""
    count, noise = 67, np.frombuffer(shake_256(b"urna/kernels/sample").digest(67 * 96), np.uint8).reshape(67, 96)
    scalars = reduce_wide(np.ascontiguousarray(noise[:, :64]))
    generators = np.frombuffer(GENERATOR * count, np.uint8).reshape(count, 32)
    rows = multiples(scalars, GENERATOR, scalars[::-1].copy(), generators, Tier.PORTABLE)
    strange = np.concatenate([rows[:5], noise[:, 64:], rows[5:]])
    edwards = np.full((1, 32), 0x66, np.uint8)
    edwards[0, 0] = 0x58
    points = check_points(rows, tier)
    return [
        decode_points(strange, tier)[1].tobytes(),
        encode_edwards(edwards, tier).tobytes(),
        sum_points(rows, tier),
        sum_columns(rows[:66].reshape(11, 6, 32), tier=tier).tobytes(),
        multi_scalar(points, scalars, tier=tier),
        multi_scalar(points, _halves(scalars), bits=128, tier=tier),
        multiples(scalars, GENERATOR, scalars[::-1].copy(), rows, tier).tobytes(),
    ]


def _halves(scalars: Rows) -> Rows:
    """The lower 128 bits of each."""
    halves = scalars.copy()
    halves[:, 16:] = 0
    return halves


def warm(progress: Progress | None = None, tier: Tier | None = None) -> None:
    """Compiles every kernel, or loads it from the cache, and checks a sum whose value is known.

    Ten to twenty seconds once on a machine, a tenth of a second afterwards.

    Args:
        progress: told the steps done and the steps in all.
        tier: the kernels to use.

    Raises:
        RuntimeError: a kernel computes something else than it should; its cache may be of an older version.
    """
    steps = _steps(tier)
    for number, step in enumerate(steps):
        if progress:
            progress(number, len(steps))
        if not step():
            raise RuntimeError("a compiled kernel gives a wrong result: delete __pycache__ in urna/crypto/kernels")
    if progress:
        progress(len(steps), len(steps))


def _steps(tier: Tier | None) -> tuple[Callable[[], bool], ...]:
    """Small calculations that need every kernel; each says whether its result is right."""
    generators = np.frombuffer(GENERATOR * 3, np.uint8).reshape(3, 32)
    ones = np.zeros((3, 32), np.uint8)
    ones[:, 0] = 1
    minus_one = subtract_scalars(np.zeros((1, 32), np.uint8), ones[:1])
    edwards = np.full((1, 32), 0x66, np.uint8)  # the generator of edwards25519 as RFC 8032 encodes it: y = 4/5
    edwards[0, 0] = 0x58
    return (
        lambda: not decode_points(generators, tier)[1].any(),
        lambda: encode_edwards(edwards, tier).tobytes() == GENERATOR,
        lambda: sum_points(generators, tier) == multi_scalar(check_points(generators, tier), ones, tier=tier),
        lambda: not multiples(ones[:1], GENERATOR, minus_one, generators[:1], tier).any(),
        lambda: (
            multiples(ones[:1], GENERATOR, ones[:1], generators[:1], tier).tobytes() == sum_points(generators[:2], tier)
        ),
        lambda: bool(scalars_are_canonical(multiply_scalars(minus_one, minus_one)).all()),
        lambda: add_scalars(minus_one, ones[:1]).tobytes() == bytes(32),
        lambda: bool(reduce_wide(np.concatenate([ones, ones], axis=1)).any()),
        _box_kernels_run,
    )


def _box_kernels_run() -> bool:
    """The kernels of `box_check`, over no ballots."""
    none, numbers = np.zeros(8, np.uint64), np.zeros(1, np.int64)
    box.weigh_equations(numbers[:0], numbers, numbers[:0], 0, 0, none, none, none, 0, none, none)
    box.split_responses(numbers[:0], 0, none, none, 0, none, none)
    box.canonical_ballots(none, 0, 0, none)
    return not none.any()


# ---------------------------------------------------------------- memory


def joined(first: Points, second: Points) -> Points:
    """The points of both, one after the other."""
    return Points(np.concatenate([first.niels, second.niels]))


def words(rows: Rows) -> Words:
    """Rows of bytes as a flat array of little-endian words, copied if they are not in order, aligned and writable."""
    data = np.ascontiguousarray(rows)
    if data.ctypes.data % 8 or not data.flags.writeable:
        data = data.copy()
    return data.reshape(-1).view("<u8").astype(np.uint64, copy=False)


def _aligned(count: int) -> Words:
    """Undefined words that begin at a cache line."""
    whole = np.empty(count + 8, np.uint64)
    start = -(whole.ctypes.data // 8) % 8
    return whole[start : start + count]


def _refuse(bad: Flags, expected: Sentence) -> None:
    if bad.any():
        raise Malformed(
            expected,
            Sentence("something else in row {row}", {"row": int(np.flatnonzero(bad)[0])}),
            Sentence("Treat what it was read from as damaged or forged."),
        )
