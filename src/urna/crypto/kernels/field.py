"""Integers modulo p = 2^255 - 19, four at a time (one in each lane).

**In registers** an element is ten limbs of alternately 26 and 25 bits, so that a product of two limbs is one 32-bit
multiplication, of which vector units have many: limb i has weight 2^ceil(25.5·i). A 5×51-bit form with 64-bit
multiplications was measured too: 17 ns a product against 9 here, on the same processor.

**In memory** an element is five words of 51 bits, even limb + 2^26 · odd limb, the layout of the wide tier, too.

**Bounds.** Say u for a limb's own size (2^26 even, 2^25 odd).

- *tight*: below (1 + 2^-8)·u. Products, squares, carried and loaded elements are tight.
- sum of two tight: 2.01 u. Difference a - b + 2p of tight ones: 3.01 u (never negative, since 2p has limbs of 2 u - 38
  and more). Twice a tight minus a tight + 2p: 4.02 u.
- `multiply(f, g)` takes f up to 4.1 u and g up to 3.3 u. Then 19·g < 62.8·2^26 < 2^32 and 2·f < 2^32, so each product
  is one of 32-bit numbers. The largest sum is limb 0: f_0·g_0, four even products times 19, five odd ones times 38:
  (1 + 4·19 + 5·9.5)·2^52 · 4.1·3.3 < 2^62.8, below 2^64.
- `square(f)` takes f up to 3.3 u, for the same reasons.
- Carrying: limbs below 2^62.8 give carries below 2^37.8; the last one comes back times 19, below 2^42.1, and leaves
  limb 0 as a carry below 2^16.1. So the result is below 2^26 in even limbs and 2^25 + 2^16.1 in odd ones: tight.
- In memory: below 2^51 + 2^42.1, and any word below 2^51 + 2^43 loads as tight limbs.
"""

from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types

from urna.crypto.kernels.compiler import called, emitted, inlined
from urna.crypto.kernels.lanes import (
    FOUR_LANES,
    Lanes,
    broadcast,
    constant,
    emit_choice,
    emit_mask,
    lanes,
    pack,
    several,
    unpack,
)

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
"""The curve: -x² + y² = 1 + D·x²·y²."""
SQRT_M1 = pow(2, (P - 1) // 4, P)
INVSQRT_A_MINUS_D = 54469307008909316920995813868745141605393597292927456921205312896311721017578
"""1/sqrt(-1 - D), the root that RFC 9496 names (section 4.1)."""

LIMBS = 10
SIZES = (26, 25) * 5
"""Bits of each limb."""
OFFSETS = (0, 26, 51, 77, 102, 128, 153, 179, 204, 230)
"""Bits below each limb."""

WORDS = 5
"""Words of 51 bits in memory."""
WORD_BITS = 51

ELEMENT = several(lanes, LIMBS)
FIVE_LANES = several(lanes, WORDS)

_SIGN_AND_BITS = types.Tuple((lanes, FOUR_LANES))  # type: ignore[no-untyped-call]

Element: TypeAlias = tuple[Lanes, ...]
"""Four field elements in registers: ten `Lanes`."""

# ---------------------------------------------------------------- between integers, words and limbs


def to_words(value: int) -> list[int]:
    """The five 51-bit words of an integer modulo p."""
    return [value % P >> WORD_BITS * place & 2**WORD_BITS - 1 for place in range(WORDS)]


def from_words(words: Any) -> int:
    """The integer modulo p that five words, even too large ones, stand for."""
    return sum(int(word) << WORD_BITS * place for place, word in enumerate(words)) % P


def to_limbs(value: int) -> list[int]:
    """The ten limbs of an integer modulo p."""
    return [value % P >> offset & 2**size - 1 for offset, size in zip(OFFSETS, SIZES, strict=True)]


_DOUBLE_P = [2 * (2**size - 1) for size in SIZES]
_DOUBLE_P[0] -= 36

# ---------------------------------------------------------------- what LLVM is told


def _product(builder: Any, left: Any, right: Any) -> Any:
    """left·right of numbers below 2^32; the masks cost nothing and let LLVM use the 32-bit multiplication."""
    low = constant(2**32 - 1)
    return builder.mul(builder.and_(left, low), builder.and_(right, low))


def _double(builder: Any, value: Any) -> Any:
    return builder.add(value, value)


def _times_19(builder: Any, value: Any) -> Any:
    """By shifts, since carries may be longer than 32 bits."""
    sixteen, two = builder.shl(value, constant(4)), builder.shl(value, constant(1))
    return builder.add(builder.add(sixteen, two), value)


def _carried(builder: Any, limbs: list[Any]) -> list[Any]:
    """The same value with tight limbs; two chains side by side, limbs below 2^63."""
    for place in (0, 4, 1, 5, 2, 6, 3, 7, 4, 8, 9, 0):
        carry = builder.lshr(limbs[place], constant(SIZES[place]))
        limbs[place] = builder.and_(limbs[place], constant(2 ** SIZES[place] - 1))
        following = (place + 1) % LIMBS
        carry = _times_19(builder, carry) if following == 0 else carry
        limbs[following] = builder.add(limbs[following], carry)
    return limbs


@emitted(ELEMENT, ELEMENT, ELEMENT)
def _product_here(builder: Any, left: Any, right: Any) -> Any:
    """The product f·g, tight; f up to 4.1 u, g up to 3.3 u.

    2^25.5 is not an integer: two odd limbs multiply to twice the weight of their place. 2^255 is 19.
    """
    builder.function.attributes.add("noinline")
    f, g = unpack(builder, left), unpack(builder, right)
    twice_f = [_double(builder, limb) for limb in f]
    g19 = [_product(builder, limb, constant(19)) for limb in g]
    limbs: list[Any] = [None] * LIMBS
    for i in range(LIMBS):
        for j in range(LIMBS):
            place = (i + j) % LIMBS
            term = _product(builder, twice_f[i] if i % 2 and j % 2 else f[i], g[j] if i + j == place else g19[j])
            limbs[place] = term if limbs[place] is None else builder.add(limbs[place], term)
    return pack(builder, _carried(builder, limbs))


@emitted(ELEMENT, ELEMENT)
def _square_here(builder: Any, element: Any) -> Any:
    """The square f², tight; f up to 3.3 u. Products of two different limbs are computed once and counted twice."""
    builder.function.attributes.add("noinline")
    f = unpack(builder, element)
    twice = [_double(builder, limb) for limb in f]
    wrapped = [_product(builder, limb, constant(38 if place % 2 else 19)) for place, limb in enumerate(f)]
    limbs = []
    for place in range(LIMBS):
        total = None
        for i in range(LIMBS):
            j = (place - i) % LIMBS
            if i > j:
                continue
            term = _square_term(builder, f, twice, wrapped, i, j, wraps=i + j != place)
            total = term if total is None else builder.add(total, term)
        limbs.append(total)
    return pack(builder, _carried(builder, limbs))


def _square_term(builder: Any, f: Any, twice: Any, wrapped: Any, i: int, j: int, *, wraps: bool) -> Any:  # noqa: PLR0917
    """f_i·f_j with its factors: 2 if i ≠ j, 2 if both are odd, 19 if it wraps (`wrapped` holds the 2 of odd ones)."""
    both_odd = i % 2 and j % 2
    if wraps and j % 2:
        return _product(builder, twice[i] if both_odd and i != j else f[i], wrapped[j])
    if wraps:
        return _product(builder, twice[i] if i != j else f[i], wrapped[j])
    left = twice[i] if i != j or both_odd else f[i]
    return _product(builder, left, twice[j] if both_odd and i != j else f[j])


@emitted(ELEMENT, ELEMENT, ELEMENT)
def add(builder: Any, left: Any, right: Any) -> Any:
    """The sum f + g, limb by limb, not carried."""
    pairs = zip(unpack(builder, left), unpack(builder, right), strict=True)
    return pack(builder, [builder.add(f, g) for f, g in pairs])


@emitted(ELEMENT, ELEMENT, ELEMENT)
def subtract(builder: Any, left: Any, right: Any) -> Any:
    """The difference f - g + 2p, limb by limb, not carried; g tight."""
    limbs = zip(unpack(builder, left), unpack(builder, right), _DOUBLE_P, strict=True)
    return pack(builder, [builder.sub(builder.add(f, constant(twice_p)), g) for f, g, twice_p in limbs])


@emitted(ELEMENT, ELEMENT)
def negate(builder: Any, element: Any) -> Any:
    """The opposite 2p - f, not carried; f tight."""
    limbs = zip(unpack(builder, element), _DOUBLE_P, strict=True)
    return pack(builder, [builder.sub(constant(twice_p), f) for f, twice_p in limbs])


@emitted(ELEMENT, ELEMENT)
def carry(builder: Any, element: Any) -> Any:
    """The same value with tight limbs."""
    return pack(builder, _carried(builder, unpack(builder, element)))


@emitted(ELEMENT, lanes, ELEMENT, ELEMENT)
def choose(builder: Any, mask: Any, yes: Any, no: Any) -> Any:
    """In each lane `yes` where the mask is set, else `no`."""
    pairs = zip(unpack(builder, yes), unpack(builder, no), strict=True)
    return pack(builder, [emit_choice(builder, mask, f, g) for f, g in pairs])


def _frozen(builder: Any, limbs: list[Any]) -> list[Any]:
    """The limbs of the one representative in 0..p-1, from limbs below 2^63.

    The first pass leaves a value below 2^255 + 2^43. If the second finds a top carry, what remains is below 2^43, so
    after it the value is below 2^255 for certain. Adding 19 carries out of bit 255 exactly if the value is p or more.
    """
    for _ in range(2):
        limbs = _carry_in_order(builder, limbs)
        limbs[0] = builder.add(limbs[0], _times_19(builder, builder.lshr(limbs[9], constant(25))))
        limbs[9] = builder.and_(limbs[9], constant(2**25 - 1))
    quotient = builder.lshr(builder.add(limbs[0], constant(19)), constant(26))
    for place in range(1, LIMBS):
        quotient = builder.lshr(builder.add(limbs[place], quotient), constant(SIZES[place]))
    limbs[0] = builder.add(limbs[0], _times_19(builder, quotient))
    limbs = _carry_in_order(builder, limbs)
    limbs[9] = builder.and_(limbs[9], constant(2**25 - 1))
    return limbs


def _carry_in_order(builder: Any, limbs: list[Any]) -> list[Any]:
    """Limbs 0 to 8 of their own size, all that is over in limb 9."""
    limbs = list(limbs)
    for place, following in pairwise(range(LIMBS)):
        over = builder.lshr(limbs[place], constant(SIZES[place]))
        limbs[place] = builder.and_(limbs[place], constant(2 ** SIZES[place] - 1))
        limbs[following] = builder.add(limbs[following], over)
    return limbs


def _all_equal(builder: Any, lefts: list[Any], rights: list[Any]) -> Any:
    difference = None
    for left, right in zip(lefts, rights, strict=True):
        bits = builder.xor(left, right)
        difference = bits if difference is None else builder.or_(difference, bits)
    return emit_mask(builder, builder.icmp_unsigned("==", difference, constant(0)))


@emitted(ELEMENT, ELEMENT)
def freeze(builder: Any, element: Any) -> Any:
    """The representative in 0..p-1."""
    return pack(builder, _frozen(builder, unpack(builder, element)))


@emitted(lanes, ELEMENT)
def frozen_is_zero(builder: Any, frozen: Any) -> Any:
    """A mask of the lanes where a frozen element is 0."""
    return _all_equal(builder, unpack(builder, frozen), [constant(0)] * LIMBS)


@emitted(lanes, ELEMENT)
def frozen_is_odd(builder: Any, frozen: Any) -> Any:
    """A mask of the lanes where a frozen element is odd, which RFC 9496 calls negative."""
    return builder.sub(constant(0), builder.and_(unpack(builder, frozen)[0], constant(1)))


@emitted(lanes, ELEMENT, ELEMENT)
def same_limbs(builder: Any, left: Any, right: Any) -> Any:
    """A mask of the lanes where two elements have the same limbs."""
    return _all_equal(builder, unpack(builder, left), unpack(builder, right))


def constant_element(value: int) -> Any:
    """An operation without arguments that gives this element in every lane."""
    limbs = to_limbs(value)

    @emitted(ELEMENT)
    def element(builder: Any) -> Any:
        return pack(builder, [constant(limb) for limb in limbs])

    return element


zero = constant_element(0)
one = constant_element(1)
curve_d = constant_element(D)
curve_2d = constant_element(2 * D)
sqrt_m1 = constant_element(SQRT_M1)
invsqrt_a_minus_d = constant_element(INVSQRT_A_MINUS_D)


@emitted(ELEMENT, FIVE_LANES)
def split(builder: Any, words: Any) -> Any:
    """The element from its 51-bit words."""
    limbs = []
    for word in unpack(builder, words):
        limbs += [builder.and_(word, constant(2**26 - 1)), builder.lshr(word, constant(26))]
    return pack(builder, limbs)


@emitted(FIVE_LANES, ELEMENT)
def join(builder: Any, element: Any) -> Any:
    """The 51-bit words of a tight element, below 2^51 + 2^42.1."""
    limbs = unpack(builder, element)
    pairs = zip(limbs[::2], limbs[1::2], strict=True)
    return pack(builder, [builder.add(even, builder.shl(odd, constant(26))) for even, odd in pairs])


@emitted(ELEMENT, FOUR_LANES)
def from_bits(builder: Any, words: Any) -> Any:
    """Ten limbs from 256 bits; bit 255 stays in the top limb, so that a frozen element differs where it is set."""
    parts = unpack(builder, words)
    limbs = []
    for offset, size in zip(OFFSETS, SIZES, strict=True):
        place, shift = divmod(offset, 64)
        limb = builder.lshr(parts[place], constant(shift))
        if shift + size > 64:
            limb = builder.or_(limb, builder.shl(parts[place + 1], constant(64 - shift)))
        limbs.append(limb if offset == OFFSETS[-1] else builder.and_(limb, constant(2**size - 1)))
    return pack(builder, limbs)


@emitted(FOUR_LANES, ELEMENT)
def to_bits(builder: Any, frozen: Any) -> Any:
    """The 256 bits of a frozen element."""
    words: list[Any] = [constant(0)] * 4
    for limb, offset, size in zip(unpack(builder, frozen), OFFSETS, SIZES, strict=True):
        place, shift = divmod(offset, 64)
        words[place] = builder.or_(words[place], builder.shl(limb, constant(shift)))
        if shift + size > 64:
            words[place + 1] = builder.or_(words[place + 1], builder.lshr(limb, constant(64 - shift)))
    return pack(builder, words)


@emitted(_SIGN_AND_BITS, FOUR_LANES)
def take_sign(builder: Any, words: Any) -> Any:
    """Bit 255 as a mask, and the other 255 bits."""
    parts = unpack(builder, words)
    mask = builder.sub(constant(0), builder.lshr(parts[3], constant(63)))
    parts[3] = builder.and_(parts[3], constant(2**63 - 1))
    pair = ir.Constant(ir.LiteralStructType([mask.type, words.type]), ir.Undefined)
    return builder.insert_value(builder.insert_value(pair, mask, 0), pack(builder, parts), 1)


# ---------------------------------------------------------------- what kernels call


@called
def multiply(left: Element, right: Element) -> Element:
    """The product f·g, tight; f up to 4.1 u, g up to 3.3 u.

    A call that is never inlined: with more than one product in a function LLVM runs out of registers, which costs more.
    """
    return _product_here(left, right)  # type: ignore[no-any-return]


@called
def square(element: Element) -> Element:
    """The square f², tight; f up to 3.3 u."""
    return _square_here(element)  # type: ignore[no-any-return]


@called
def squared(element: Element, count: np.int64) -> Element:
    """The element squared `count` times; up to 3.3 u."""
    for _ in range(int(count)):
        element = _square_here(element)
    return element


@inlined
def is_zero(element: Element) -> Lanes:
    """A mask of the lanes that are 0 modulo p."""
    return frozen_is_zero(freeze(element))


@inlined
def is_negative(element: Element) -> Lanes:
    """A mask of the lanes whose representative in 0..p-1 is odd (RFC 9496, section 3.1)."""
    return frozen_is_odd(freeze(element))


@inlined
def absolute(element: Element) -> Element:
    """The element or its negative, whichever is even; tight. The element is tight."""
    return carry(choose(is_negative(element), negate(element), element))  # type: ignore[no-any-return]


_2, _5, _10, _20, _50, _100 = (np.int64(count) for count in (2, 5, 10, 20, 50, 100))
"""Not literals, for each of which numba would compile `squared` anew."""


@called
def power_22523(z: Element) -> Element:
    """The power z^((p - 5)/8) = z^(2^252 - 3): 251 squarings and 11 products."""
    z2 = square(z)
    z9 = multiply(z, squared(z2, _2))
    z11 = multiply(z2, z9)
    ones_5 = multiply(z9, square(z11))
    ones_10 = multiply(squared(ones_5, _5), ones_5)
    ones_20 = multiply(squared(ones_10, _10), ones_10)
    ones_40 = multiply(squared(ones_20, _20), ones_20)
    ones_50 = multiply(squared(ones_40, _10), ones_10)
    ones_100 = multiply(squared(ones_50, _50), ones_50)
    ones_200 = multiply(squared(ones_100, _100), ones_100)
    ones_250 = multiply(squared(ones_200, _50), ones_50)
    return multiply(squared(ones_250, _2), z)


@inlined
def load_same(array: Any, place: int) -> Element:
    """One element from memory in every lane."""
    return split(  # type: ignore[no-any-return]
        (
            broadcast(array, place),
            broadcast(array, place + 1),
            broadcast(array, place + 2),
            broadcast(array, place + 3),
            broadcast(array, place + 4),
        )
    )
