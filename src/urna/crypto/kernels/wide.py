"""The wide kernels: whole arrays of public points, eight or sixteen at a time.

`wide_kernels(native)` gives them in one of two modes (see `wide_lanes`). They compute what the portable kernels
compute, in the same arrays of 64-bit words, of one dimension, contiguous and writable:

    encodings    4 words a point: its 32 bytes, little-endian
    niels rows   16 words: y+x at 0, y-x at 5, 2dxy at 10, in five limbs of 51 bits; the last word is 0
    points       24 words: X at 0, Y at 5, Z at 10, T at 15; the last four words are padding

Limbs read must be loose, limbs written are carried (see `wide_field`); carried limbs are loose. Everything here is
public, and nothing takes constant time. The lengths of arrays are the caller's duty: no kernel checks them.
"""

from collections.abc import Callable
from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np

from urna.crypto.kernels.compiler import called, compiled
from urna.crypto.kernels.wide_lanes import (
    EMULATED,
    NATIVE,
    ONE,
    D,
    add,
    constant,
    either,
    evenly,
    is_negative,
    is_zero,
    is_zero_word,
    listed,
    load,
    mul,
    native_available,
    neg,
    prefetch,
    select,
    sq,
    store,
    sub,
    unlike,
)
from urna.crypto.kernels.wide_points import (
    Places,
    add_affine,
    add_prepared,
    decoded,
    decoding_denominator,
    encoded,
    encoding_denominator,
    inverse_roots,
    is_unreduced,
    load_affine,
    load_number,
    load_point,
    neutral,
    prepared,
    signed_affine,
    sixteen_times,
    store_affine,
    store_number,
    store_point,
)

POINT_WORDS = 24
NIELS_WORDS = 16
ENCODING_WORDS = 4
LEAST_WINDOWS = 8
"""Eight (point, window) pairs in a row must be of eight different windows, or two lanes would meet in a bucket."""

_DIGITS = 64
_MULTIPLES = 9


class WideKernels(NamedTuple):
    """The kernels of one mode; `lo` and `hi` count points, hi not included, and outputs stand at the same places.

    decode_niels(words, lo, hi, out, bad): ristretto encodings to niels rows; bad[i] (a word) is 0 for a point and
        not 0 for what RFC 9496 refuses, whose row means nothing.
    decompress(words, lo, hi, points, bad): the same from encodings of edwards25519 (RFC 8032) to points.
    encode(points, lo, hi, words): points to ristretto encodings.
    accumulate(buckets, niels, digits, windows, size, n): adds ±(row i) to bucket |d| of window w for each signed
        digit d = digits[i·windows + w] of n rows; `buckets` are windows·size points, `digits` 32-bit integers.
        Bucket 0 of a window takes the rows with digit 0, and means nothing. At least `LEAST_WINDOWS` windows.
    reduce_windows(buckets, windows, size, points): for each window the sum of k·(bucket k), k = 1..size-1.
    sum_columns(niels, rows, columns, points): adds niels row (r·columns + c) of every r to points[c].
    combine(niels, picks, scalars, terms, n, points): points[i] = Σ scalar·row over the terms of i: term t has scalar
        i·terms + t (4 words, below 2^253) and the niels row named by picks[i·terms + t] (64-bit integers).
    """

    decode_niels: Callable[..., None]
    decompress: Callable[..., None]
    encode: Callable[..., None]
    accumulate: Callable[..., None]
    reduce_windows: Callable[..., None]
    sum_columns: Callable[..., None]
    combine: Callable[..., None]


@cache
def wide_kernels(native: bool) -> WideKernels:
    """The kernels of a mode; each is compiled at its first call, or read from the cache on disk.

    Args:
        native: use AVX-512 IFMA.

    Raises:
        RuntimeError: native is asked for and this processor has no IFMA: ask `native_available()` first.
    """
    if native and not native_available():
        raise RuntimeError("this processor has no AVX-512 IFMA")
    mode = NATIVE if native else EMULATED
    return WideKernels(*(partial(kernel, mode) for kernel in KERNELS))


# --------------------------------------------------------------------------- decoding and encoding


@compiled
def _decode_niels(mode: Any, words: Any, lo: int, hi: int, out: Any, bad: Any) -> None:  # noqa: PLR0917
    """See `WideKernels`. Lanes past the end decode the last encoding once more, to the same place."""
    verdicts = np.empty(16, np.uint64)
    for i in range(lo, hi, 16):
        s, top = load_number(mode, words, _up_to(i, hi, 4))
        s2, top2 = load_number(mode, words, _up_to(i + 8, hi, 4))
        u1, u2, v, w = decoding_denominator(mode, s)
        u1_2, u2_2, v_2, w_2 = decoding_denominator(mode, s2)
        root, exists, root_2, exists_2 = inverse_roots(mode, (w, w_2))
        x, y, no_point = decoded(mode, s, (u1, u2, v), root, exists)
        store_affine(mode, out, _up_to(i, hi, 16), x, y)
        store(verdicts, 0, either(either(no_point, top), _is_odd_or_unreduced(mode, s)))
        x, y, no_point = decoded(mode, s2, (u1_2, u2_2, v_2), root_2, exists_2)
        store_affine(mode, out, _up_to(i + 8, hi, 16), x, y)
        store(verdicts, 8, either(either(no_point, top2), _is_odd_or_unreduced(mode, s2)))
        for k in range(min(16, hi - i)):
            bad[i + k] = verdicts[k]


@called
def _is_odd_or_unreduced(mode: Any, s: Any) -> Any:
    """Not 0 where a loaded number is p or more, or negative."""
    return either(is_unreduced(s), is_negative(mode, s))


@compiled
def _decompress(mode: Any, words: Any, lo: int, hi: int, points: Any, bad: Any) -> None:  # noqa: PLR0917
    """See `WideKernels`; in sixteens as `_decode_niels`."""
    verdicts = np.empty(16, np.uint64)
    for i in range(lo, hi, 16):
        y, sign = load_number(mode, words, _up_to(i, hi, 4))
        y2, sign2 = load_number(mode, words, _up_to(i + 8, hi, 4))
        u, w = _curve_fraction(mode, y)
        u2, w2 = _curve_fraction(mode, y2)
        root, exists, root2, exists2 = inverse_roots(mode, (w, w2))
        point, verdict = _decompressed(mode, (y, sign), (u, root, exists))
        store_point(mode, points, _up_to(i, hi, 24), point)
        store(verdicts, 0, verdict)
        point, verdict = _decompressed(mode, (y2, sign2), (u2, root2, exists2))
        store_point(mode, points, _up_to(i + 8, hi, 24), point)
        store(verdicts, 8, verdict)
        for k in range(min(16, hi - i)):
            bad[i + k] = verdicts[k]


@called
def _curve_fraction(mode: Any, y: Any) -> tuple[Any, Any]:
    """With x² = u/v: u = y² - 1, and u·v = (y² - 1)(d·y² + 1). A root of u/v is u times an inverse root of u·v."""
    yy = sq(y)
    one = constant(mode, ONE)
    u = sub(yy, one)
    return u, mul(u, add(mul(constant(mode, D), yy), one))


@called
def _decompressed(mode: Any, encoding: Any, fraction: Any) -> tuple[Any, Any]:
    """RFC 8032 section 5.1.3, steps 2 to 4, after the root: the point, and not 0 where there is none.

    With u = 0 there is no inverse root, and x = 0 is right; with the sign 1 it is refused.
    """
    y, sign = encoding
    u, root, exists = fraction
    x = mul(u, root)
    x = select(unlike(is_negative(mode, x), sign), neg(x), x)
    no_root = is_zero_word(either(exists, is_zero(u)))
    wrong_sign = unlike(is_negative(mode, x), sign)
    point = (x, y, constant(mode, ONE), mul(x, y))
    return point, either(either(no_root, wrong_sign), is_unreduced(y))


@compiled
def _encode(mode: Any, points: Any, lo: int, hi: int, words: Any) -> None:
    """See `WideKernels`. Lanes past the end encode the last point once more, into words that nobody copies."""
    some_words = np.empty(16 * 8, np.uint64)
    for i in range(lo, hi, 16):
        point = load_point(mode, points, _up_to(i, hi, 24))
        point2 = load_point(mode, points, _up_to(i + 8, hi, 24))
        u1, u2, w = encoding_denominator(point)
        u1_2, u2_2, w_2 = encoding_denominator(point2)
        root, _, root_2, _ = inverse_roots(mode, (w, w_2))
        store_number(mode, some_words, evenly(0, 8), encoded(mode, point, u1, u2, root))
        store_number(mode, some_words, evenly(64, 8), encoded(mode, point2, u1_2, u2_2, root_2))
        for k in range(min(16, hi - i)):
            for word in range(4):
                words[4 * (i + k) + word] = some_words[8 * k + word]


@called
def _up_to(first: int, end: int, step: int) -> Places:
    """The places of eight rows from the first on; past the end, the last row again and again."""
    last = end - 1
    return (
        min(first, last) * step,
        min(first + 1, last) * step,
        min(first + 2, last) * step,
        min(first + 3, last) * step,
        min(first + 4, last) * step,
        min(first + 5, last) * step,
        min(first + 6, last) * step,
        min(first + 7, last) * step,
    )


# ---------------------------------------------------------------------------------------------- sums


@compiled
def _accumulate(mode: Any, buckets: Any, niels: Any, digits: Any, windows: int, size: int, n: int) -> None:  # noqa: PLR0917
    """See `WideKernels`. While eight pairs are added, the buckets of the next eight are fetched.

    Past the last pair, lanes repeat it: they read, compute and write the very same.
    """
    if windows < 8:
        raise ValueError("at least eight windows")
    places = np.empty(16, np.int64)
    rows = np.empty(16, np.int64)
    signs = np.empty(16, np.uint64)
    pair, point, window = 0, 0, 0
    place, row, sign = np.int64(0), 0, np.uint64(0)
    for start in range(-8, n * windows, 8):
        now = start & 8
        for lane in range(8 - now, 16 - now):
            if pair < n * windows:
                digit = digits[pair]
                place = (window * size + abs(np.int64(digit))) * 24
                row = point * 16
                sign = np.uint64(digit < 0)
                pair += 1
                window += 1
                if window == windows:
                    window = 0
                    point += 1
            places[lane], rows[lane], signs[lane] = place, row, sign
            prefetch(buckets, place)
            prefetch(buckets, place + 8)
            prefetch(buckets, place + 16)
        if start >= 0:
            at = listed(places, now)
            plus, minus, twice_dt = load_affine(mode, niels, listed(rows, now))
            plus, minus, twice_dt = signed_affine(load(mode, signs, now), plus, minus, twice_dt)
            store_point(mode, buckets, at, add_affine(load_point(mode, buckets, at), plus, minus, twice_dt))


@compiled
def _reduce_windows(mode: Any, buckets: Any, windows: int, size: int, points: Any) -> None:
    """See `WideKernels`. From the top bucket down, a running sum, and the sum of the running sums."""
    for first in range(0, windows, 8):
        running = neutral(mode)
        whole = neutral(mode)
        for bucket in range(size - 1, 0, -1):
            at = _shifted(_up_to(first, windows, size * 24), bucket * 24)
            running = add_prepared(running, prepared(mode, load_point(mode, buckets, at)))
            whole = add_prepared(whole, prepared(mode, running))
        store_point(mode, points, _up_to(first, windows, 24), whole)


@called
def _shifted(places: Places, by: int) -> Places:
    """The same places, so many words further."""
    return (
        places[0] + by,
        places[1] + by,
        places[2] + by,
        places[3] + by,
        places[4] + by,
        places[5] + by,
        places[6] + by,
        places[7] + by,
    )


@compiled
def _sum_columns(mode: Any, niels: Any, rows: int, columns: int, points: Any) -> None:
    """See `WideKernels`. Eight columns stay in registers from the first row to the last."""
    for first in range(0, columns, 8):
        at = _up_to(first, columns, 24)
        point = load_point(mode, points, at)
        column = _up_to(first, columns, 16)
        for row in range(rows):
            plus, minus, twice_dt = load_affine(mode, niels, _shifted(column, row * columns * 16))
            point = add_affine(point, plus, minus, twice_dt)
        store_point(mode, points, at, point)


# ---------------------------------------------------------------------------------- linear combinations


@compiled
def _combine(mode: Any, niels: Any, picks: Any, scalars: Any, terms: int, n: int, points: Any) -> None:  # noqa: PLR0917
    """See `WideKernels`. Straus: one chain of doublings for all terms, four bits of each scalar at a step.

    The digits are -8..8; each lane has a table of its rows' multiples 0 to 8, prepared for addition.
    """
    table = np.empty(terms * 8 * _MULTIPLES * 24, np.uint64)
    digits = np.empty(terms * 8 * _DIGITS, np.int64)
    places = np.empty(8, np.int64)
    signs = np.empty(8, np.uint64)
    for first in range(0, n, 8):
        for term in range(terms):
            for lane in range(8):
                which = min(first + lane, n - 1) * terms + term
                places[lane] = picks[which] * 16
                _recode(scalars, which, digits, (term * 8 + lane) * _DIGITS)
            _fill_table(mode, niels, listed(places, 0), table, term * 8 * _MULTIPLES * 24)
        point = neutral(mode)
        for position in range(_DIGITS - 1, -1, -1):
            point = sixteen_times(point)
            for term in range(terms):
                for lane in range(8):
                    digit = digits[(term * 8 + lane) * _DIGITS + position]
                    signs[lane] = np.uint64(digit < 0)
                    places[lane] = ((term * 8 + lane) * _MULTIPLES + abs(digit)) * 24
                plus, minus, twice_dt, twice_z = load_point(mode, table, listed(places, 0))
                plus, minus, twice_dt = signed_affine(load(mode, signs, 0), plus, minus, twice_dt)
                point = add_prepared(point, (plus, minus, twice_dt, twice_z))
        store_point(mode, points, _up_to(first, n, 24), point)


@called
def _fill_table(mode: Any, niels: Any, rows: Places, table: Any, at: int) -> None:
    """For eight niels rows, their multiples 0 to 8: nine prepared points of each, one after another."""
    plus, minus, twice_dt = load_affine(mode, niels, rows)
    point = neutral(mode)
    for multiple in range(_MULTIPLES):
        store_point(mode, table, evenly(at + multiple * 24, _MULTIPLES * 24), prepared(mode, point))
        point = add_affine(point, plus, minus, twice_dt)


@called
def _recode(scalars: Any, which: int, digits: Any, at: int) -> None:
    """A scalar below 2^253 in 64 digits, lowest first, each -8..7 and worth 16 times the one before."""
    carry = np.int64(0)
    for k in range(_DIGITS):
        nibble = np.int64((scalars[4 * which + (k >> 4)] >> np.uint64(4 * (k & 15))) & np.uint64(15)) + carry
        carry = (nibble + 8) >> 4
        digits[at + k] = nibble - (carry << 4)


KERNELS = (_decode_niels, _decompress, _encode, _accumulate, _reduce_windows, _sum_columns, _combine)
