"""The field of 2^255 - 19 in five limbs of 51 bits, for a machine that multiplies 52 bits by 52 bits.

Everything here is plain arithmetic over an abstract `Words` machine and is written once. Three machines run it: the
emitter of instructions for the processor (`wide_lanes`), an exact machine of Python integers, and a machine of
intervals that proves the bounds (the last two in `tests/crypto/test_wide_field.py`).

The bounds, of which the intervals are the proof:

    loose      every limb is at most the limb of 2p: 2^52 - 38, then 2^52 - 2. All operations take loose elements.
    carried    every limb is below 2^51 + 2^18, hence loose. All operations but `opposite` give carried elements.
    canonical  every limb is below 2^51 and the value below p: `canonical` alone gives these.

So no caller has to think of bounds: `opposite` of a loose element is loose, and everything else is carried. The
largest sum inside a product is below 2^60.1 for loose factors and below 2^59 for carried ones; its carry is below 2^10.

An element is its limbs, lowest first: limb k weighs 2^(51k).
"""

from collections.abc import Sequence
from typing import Protocol, TypeVar

LIMBS = 5
LIMB_BITS = 51
PRIME = 2**255 - 19
TWICE_PRIME = (2**52 - 38, 2**52 - 2, 2**52 - 2, 2**52 - 2, 2**52 - 2)

W = TypeVar("W")


class Words(Protocol[W]):
    """A machine for unsigned 64-bit words (or for eight of them side by side, each on its own)."""

    def constant(self, value: int) -> W:
        """The word that holds this value, 0 <= value < 2^64."""
        ...

    def add(self, a: W, b: W) -> W:
        """A + b, which must stay below 2^64."""
        ...

    def subtract(self, a: W, b: W) -> W:
        """A - b, which must not be negative."""
        ...

    def times(self, a: W, factor: int) -> W:
        """A * factor, which must stay below 2^64."""
        ...

    def below(self, a: W, bits: int) -> W:
        """The lowest bits of a: a mod 2^bits."""
        ...

    def above(self, a: W, bits: int) -> W:
        """The bits above: a // 2^bits."""
        ...

    def add_low(self, total: W, a: W, b: W) -> W:
        """Total + (a * b mod 2^52), for a and b below 2^52."""
        ...

    def add_high(self, total: W, a: W, b: W) -> W:
        """Total + (a * b // 2^52), for a and b below 2^52."""
        ...


def limbs_of(value: int) -> tuple[int, ...]:
    """The five limbs of a public integer modulo p, canonical."""
    return tuple((value % PRIME) >> (LIMB_BITS * k) & (2**LIMB_BITS - 1) for k in range(LIMBS))


def value_of(limbs: Sequence[int]) -> int:
    """The integer modulo p that five limbs mean, loose or not."""
    return sum(int(limb) << (LIMB_BITS * k) for k, limb in enumerate(limbs)) % PRIME


def product(words: Words[W], a: Sequence[W], b: Sequence[W]) -> list[W]:
    """A * b, carried: 25 low and 25 high halves of limb products, and one more low half for the last carry."""
    low: dict[int, W] = {}
    high: dict[int, W] = {}
    for i in range(LIMBS):
        for j in range(LIMBS):
            _add_product(words, (low, high), i + j, a[i], b[j])
    return _fold(words, low, high)


def square(words: Words[W], a: Sequence[W]) -> list[W]:
    """A * a, carried: the products off the diagonal are made once and doubled as sums, not as factors."""
    low: dict[int, W] = {}
    high: dict[int, W] = {}
    for i in range(LIMBS):
        for j in range(i + 1, LIMBS):
            _add_product(words, (low, high), i + j, a[i], a[j])
    low = {weight: words.add(half, half) for weight, half in low.items()}
    high = {weight: words.add(half, half) for weight, half in high.items()}
    for i in range(LIMBS):
        _add_product(words, (low, high), 2 * i, a[i], a[i])
    return _fold(words, low, high)


def total(words: Words[W], a: Sequence[W], b: Sequence[W]) -> list[W]:
    """A + b, carried."""
    return _carry(words, [words.add(x, y) for x, y in zip(a, b, strict=True)])


def difference(words: Words[W], a: Sequence[W], b: Sequence[W]) -> list[W]:
    """A - b, carried: a + 2p - b, which no limb makes negative."""
    return _carry(words, [words.add(x, y) for x, y in zip(a, opposite(words, b), strict=True)])


def opposite(words: Words[W], a: Sequence[W]) -> list[W]:
    """2p - a, loose: no carry, one subtraction for each limb."""
    return [words.subtract(words.constant(limb), x) for limb, x in zip(TWICE_PRIME, a, strict=True)]


def canonical(words: Words[W], a: Sequence[W]) -> list[W]:
    """The one representative below p.

    Two passes of carries bring the value below 2^255: after the first, a carry out of the top in the second leaves
    almost nothing below it, so adding 19 cannot carry again. Then value >= p exactly if value + 19 reaches 2^255,
    and adding 19 and dropping the bit 2^255 subtracts p.
    """
    limbs = list(a)
    for _ in range(2):
        limbs, carry = _carry_in_order(words, limbs)
        limbs[0] = words.add(limbs[0], words.times(carry, 19))
    reaches = words.constant(19)
    for limb in limbs:
        reaches = words.above(words.add(limb, reaches), LIMB_BITS)
    limbs[0] = words.add(limbs[0], words.times(reaches, 19))
    return _carry_in_order(words, limbs)[0]


def _add_product(words: Words[W], columns: tuple[dict[int, W], dict[int, W]], weight: int, a: W, b: W) -> None:
    """Adds the two halves of a * b to their columns: low at 2^(51·weight), high at 2^(51·weight + 52)."""
    low, high = columns
    low[weight] = words.add_low(low.get(weight, words.constant(0)), a, b)
    high[weight] = words.add_high(high.get(weight, words.constant(0)), a, b)


def _fold(words: Words[W], low: dict[int, W], high: dict[int, W]) -> list[W]:
    """The nine columns as five limbs: a high half counts twice one column up, and 2^255 is 19."""
    columns = [low[0]]
    for k in range(1, 2 * LIMBS):
        twice = words.add(high[k - 1], high[k - 1])
        columns.append(words.add(low[k], twice) if k in low else twice)
    return _carry(words, [words.add(columns[k], words.times(columns[k + LIMBS], 19)) for k in range(LIMBS)])


def _carry(words: Words[W], limbs: Sequence[W]) -> list[W]:
    """One pass of carries, all at once: limbs below 2^64 become limbs below 2^51 + 19·2^13 < 2^51 + 2^18."""
    carries = [words.above(limb, LIMB_BITS) for limb in limbs]
    rests = [words.below(limb, LIMB_BITS) for limb in limbs]
    first = words.add_low(rests[0], carries[-1], words.constant(19))
    return [first] + [words.add(rests[k], carries[k - 1]) for k in range(1, LIMBS)]


def _carry_in_order(words: Words[W], limbs: Sequence[W]) -> tuple[list[W], W]:
    """One pass of carries from limb to limb: limbs below 2^51, and the carry out of the top."""
    done: list[W] = []
    carry = words.constant(0)
    for limb in limbs:
        grown = words.add(limb, carry)
        done.append(words.below(grown, LIMB_BITS))
        carry = words.above(grown, LIMB_BITS)
    return done, carry
