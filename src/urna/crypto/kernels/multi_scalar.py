"""One sum of many multiples, Σ s_i·P_i, by Pippenger's method with signed digits.

1. `recode` writes each scalar in windows of `size` bits, as digits from -2^(size-1) to 2^(size-1).
2. `accumulate` adds each point into the bucket of its digit, for every window.
3. `reduce_windows` weighs the buckets of each window: Σ j·bucket_j.
4. `combine` joins the windows with doublings.

Four consecutive windows of one point are computed at once; they have buckets of their own, so lanes never meet. Digit 0
goes to bucket 0, which nobody reads, so that no lane has to branch.
"""

from math import ceil
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from urna.crypto.kernels.compiler import compiled, inlined
from urna.crypto.kernels.lanes import WIDTH, fetch_early, lanes_of
from urna.crypto.kernels.points import (
    NIELS_WORDS,
    POINT_WORDS,
    Places,
    Words,
    add_niels,
    doubled,
    load_point,
    load_same_niels,
    neutral,
    signed_niels,
    spaced,
    store_point,
    sum_of,
)

Digits: TypeAlias = npt.NDArray[np.int32]

_SIZES = tuple(range(4, 15))

SPARE_DIGITS = 64
"""Zeros that follow the last digit, because `accumulate` looks one point ahead; no scalar has more windows."""

LEAST_WINDOWS = 8
"""The wide tier computes eight windows at once."""


def windows_for(bits: int, size: int) -> int:
    """Windows for scalars of so many bits, one bit more for the last carry, up to a whole number of lanes."""
    return max(LEAST_WINDOWS, WIDTH * ceil((bits + 1) / (size * WIDTH)))


def buckets_for(size: int) -> int:
    """Buckets of a window: 0 to 2^(size-1)."""
    return (1 << size - 1) + 1


def best_size(counts: dict[int, int]) -> int:
    """The window that needs the fewest additions.

    Args:
        counts: how many scalars there are of each length in bits.
    """

    def additions(size: int) -> float:
        filling = sum(count * windows_for(bits, size) for bits, count in counts.items())
        weighing = 2.6 * max(windows_for(bits, size) for bits in counts) * buckets_for(size)
        return filling + weighing

    return min(_SIZES, key=additions)


@compiled
def recode(scalars: Words, count: int, size: int, windows: int, digits: Digits) -> None:
    """Signed digits of `count` scalars (four words each), `windows` a scalar, the lowest first.

    Scalars are below 2^(size·windows - 1), so the last carry finds room.
    """
    half, full = np.int64(1) << (size - 1), np.int64(1) << size
    mask = np.uint64(full - 1)
    for i in range(count):
        carry = np.int64(0)
        for window in range(windows):
            bit = window * size
            place, shift = bit >> 6, np.uint64(bit & 63)
            value = np.uint64(0)
            if place < 4:
                value = scalars[4 * i + place] >> shift
                if shift + np.uint64(size) > np.uint64(64) and place < 3:
                    value |= scalars[4 * i + place + 1] << (np.uint64(64) - shift)
            digit = np.int64(value & mask) + carry
            carry = np.int64(digit > half)
            digits[i * windows + window] = np.int32(digit - carry * full)


@compiled
def empty_buckets(buckets: Words) -> None:
    """The identity in every bucket."""
    for place in range(0, buckets.shape[0], POINT_WORDS):
        for word in range(POINT_WORDS):
            buckets[place + word] = np.uint64(0)
        buckets[place + 5] = np.uint64(1)
        buckets[place + 10] = np.uint64(1)


@inlined
def _bucket_places(digits: Digits, first: int, base: int, stride: int) -> Places:
    return (
        base + abs(int(digits[first])) * POINT_WORDS,
        base + stride + abs(int(digits[first + 1])) * POINT_WORDS,
        base + 2 * stride + abs(int(digits[first + 2])) * POINT_WORDS,
        base + 3 * stride + abs(int(digits[first + 3])) * POINT_WORDS,
    )


@compiled
def accumulate(buckets: Words, niels: Words, digits: Digits, windows: int, size: int, count: int) -> None:  # noqa: PLR0917
    """Adds each of `count` points, with the sign of its digit, into its bucket of every window.

    Args:
        buckets: windows × size points of 24 words.
        niels: 16 words a point.
        digits: `windows` digits a point, then `SPARE_DIGITS` zeros.
        windows: a multiple of four.
        size: buckets of a window.
        count: points.
    """
    stride = size * POINT_WORDS
    for group in range(0, windows, 4):
        base = group * stride
        places = _bucket_places(digits, group, base, stride)
        for i in range(count):
            first = i * windows + group
            ahead = _bucket_places(digits, first + windows, base, stride)
            for lane in range(4):
                fetch_early(buckets, ahead[lane])
                fetch_early(buckets, ahead[lane] + 8)
                fetch_early(buckets, ahead[lane] + 16)
            negative = lanes_of(
                np.uint64(np.int64(digits[first]) >> 63),
                np.uint64(np.int64(digits[first + 1]) >> 63),
                np.uint64(np.int64(digits[first + 2]) >> 63),
                np.uint64(np.int64(digits[first + 3]) >> 63),
            )
            point = signed_niels(load_same_niels(niels, i * NIELS_WORDS), negative)
            store_point(buckets, places, add_niels(load_point(buckets, places), point))
            places = ahead


@compiled
def reduce_windows(buckets: Words, windows: int, size: int, out: Words) -> None:
    """For each window Σ j·bucket_j, by summing from the last bucket down and adding up the sums; `windows` points."""
    stride = size * POINT_WORDS
    for group in range(0, windows, 4):
        base = group * stride
        running, total = neutral(), neutral()
        for j in range(size - 1, 0, -1):
            place = base + j * POINT_WORDS
            bucket = load_point(buckets, spaced(place, stride))
            running = sum_of(running, bucket)
            total = sum_of(total, running)
        store_point(out, spaced(group * POINT_WORDS, POINT_WORDS), total)


@compiled
def combine(points: Words, windows: int, size: int, out: Words) -> None:
    """Σ 2^(size·w)·point_w, from the last window down, as one point; all lanes compute the same."""
    total = load_point(points, spaced((windows - 1) * POINT_WORDS, 0))
    for window in range(windows - 2, -1, -1):
        total = sum_of(doubled(total, np.int64(size)), load_point(points, spaced(window * POINT_WORDS, 0)))
    store_point(out, spaced(0, 0), total)
