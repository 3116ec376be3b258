"""Integers modulo L = 2^252 + …, the order of the group, as four 64-bit words; products by Montgomery's method.

A *scalar* in registers is a tuple of four words, little-endian, below L. `montgomery(a, b)` is a·b/2^256 mod L; a sum
of such products needs one more product with 2^512 at its end. Only 64×64→128-bit multiplications are used, which every
64-bit processor has, and no wider integers, for which some platforms call library functions.
"""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types

from urna.crypto.kernels.compiler import called, compiled, emitted, inlined
from urna.crypto.kernels.lanes import I64, several

L = 2**252 + 27742317777372353535851937790883648493
"""The prime order of ristretto255 and of the subgroup of edwards25519."""

Words: TypeAlias = npt.NDArray[np.uint64]
Scalar: TypeAlias = tuple[np.uint64, np.uint64, np.uint64, np.uint64]

_I128 = ir.IntType(128)
_WORD = np.uint64

_PAIR = several(types.uint64, 2)


def _four(value: int) -> Scalar:
    first, second, third, fourth = (np.uint64(value >> 64 * place & 2**64 - 1) for place in range(4))
    return first, second, third, fourth


_L = _four(L)
_NEGATIVE_INVERSE = np.uint64(-pow(L, -1, 2**64) % 2**64)
_SQUARED_RADIX = _four(2**512 % L)
ZERO: Scalar = _four(0)


def _halves(builder: Any, wide: Any) -> Any:
    pair = ir.Constant(ir.ArrayType(I64, 2), ir.Undefined)
    pair = builder.insert_value(pair, builder.trunc(wide, I64), 0)
    return builder.insert_value(pair, builder.trunc(builder.lshr(wide, ir.Constant(_I128, 64)), I64), 1)


@emitted(_PAIR, types.uint64, types.uint64, types.uint64, types.uint64)
def multiply_add(builder: Any, left: Any, right: Any, addend: Any, carry: Any) -> Any:
    """The low and the high word of left·right + addend + carry, which is below 2^128."""
    a, b, c, d = (builder.zext(word, _I128) for word in (left, right, addend, carry))
    return _halves(builder, builder.add(builder.add(builder.mul(a, b), c), d))


@emitted(_PAIR, types.uint64, types.uint64, types.uint64)
def add_carry(builder: Any, left: Any, right: Any, carry: Any) -> Any:
    """The word and the carry (0 or 1) of left + right + carry."""
    a, b, c = (builder.zext(word, _I128) for word in (left, right, carry))
    return _halves(builder, builder.add(builder.add(a, b), c))


@emitted(_PAIR, types.uint64, types.uint64, types.uint64)
def subtract_borrow(builder: Any, left: Any, right: Any, borrow: Any) -> Any:
    """The word and the borrow (0 or 1) of left - right - borrow."""
    a, b, c = (builder.zext(word, _I128) for word in (left, right, borrow))
    low, high = 0, 1
    pair = _halves(builder, builder.sub(builder.sub(a, b), c))
    borrowed = builder.and_(builder.extract_value(pair, high), ir.Constant(I64, 1))
    return builder.insert_value(builder.insert_value(pair, builder.extract_value(pair, low), low), borrowed, high)


@inlined
def _difference(left: Scalar, right: Scalar) -> tuple[Scalar, np.uint64]:
    d0, borrow = subtract_borrow(left[0], right[0], _WORD(0))
    d1, borrow = subtract_borrow(left[1], right[1], borrow)
    d2, borrow = subtract_borrow(left[2], right[2], borrow)
    d3, borrow = subtract_borrow(left[3], right[3], borrow)
    return (d0, d1, d2, d3), borrow


@called
def _reduced_once(value: Scalar) -> Scalar:
    """The value minus L if it is L or more."""
    smaller, borrow = _difference(value, _L)
    return value if borrow else smaller


@inlined
def is_canonical(value: Scalar) -> bool:
    """Whether the four words are below L."""
    _, borrow = _difference(value, _L)
    return bool(borrow)


@called
def add_scalars(left: Scalar, right: Scalar) -> Scalar:
    """The sum modulo L. The plain sum is below 2L < 2^254."""
    s0, carry = add_carry(left[0], right[0], _WORD(0))
    s1, carry = add_carry(left[1], right[1], carry)
    s2, carry = add_carry(left[2], right[2], carry)
    s3, _ = add_carry(left[3], right[3], carry)
    return _reduced_once((s0, s1, s2, s3))


@called
def subtract_scalars(left: Scalar, right: Scalar) -> Scalar:
    """The difference modulo L."""
    difference, borrow = _difference(left, right)
    if borrow:
        d0, carry = add_carry(difference[0], _L[0], _WORD(0))
        d1, carry = add_carry(difference[1], _L[1], carry)
        d2, carry = add_carry(difference[2], _L[2], carry)
        d3, _ = add_carry(difference[3], _L[3], carry)
        difference = (d0, d1, d2, d3)
    return difference


@inlined
def _row(total: tuple[np.uint64, ...], left: Scalar, factor: np.uint64) -> tuple[np.uint64, ...]:
    """The sum total + left·factor, in six words."""
    t0, carry = multiply_add(left[0], factor, total[0], _WORD(0))
    t1, carry = multiply_add(left[1], factor, total[1], carry)
    t2, carry = multiply_add(left[2], factor, total[2], carry)
    t3, carry = multiply_add(left[3], factor, total[3], carry)
    t4, carry = add_carry(total[4], carry, _WORD(0))
    return (t0, t1, t2, t3, t4, carry)


@inlined
def _shifted_row(total: tuple[np.uint64, ...]) -> tuple[np.uint64, ...]:
    """The quotient (total + L·m)/2^64, with the m that makes the lowest word 0."""
    factor = total[0] * _NEGATIVE_INVERSE
    _, carry = multiply_add(_L[0], factor, total[0], _WORD(0))
    t0, carry = multiply_add(_L[1], factor, total[1], carry)
    t1, carry = multiply_add(_L[2], factor, total[2], carry)
    t2, carry = multiply_add(_L[3], factor, total[3], carry)
    t3, carry = add_carry(total[4], carry, _WORD(0))
    return (t0, t1, t2, t3, total[5] + carry)


@called
def montgomery(left: Scalar, right: Scalar) -> Scalar:
    """The product left·right/2^256 mod L. One of the two below L, the other any 256 bits.

    The result before the last subtraction is below left·right/2^256 + L < 2L.
    """
    z = _WORD(0)
    total = _shifted_row(_row((z, z, z, z, z), left, right[0]))
    total = _shifted_row(_row(total, left, right[1]))
    total = _shifted_row(_row(total, left, right[2]))
    total = _shifted_row(_row(total, left, right[3]))
    return _reduced_once((total[0], total[1], total[2], total[3]))


@inlined
def from_montgomery(value: Scalar) -> Scalar:
    """What value·2^256 is modulo L: what a sum of Montgomery products stands for."""
    return montgomery(value, _SQUARED_RADIX)


@inlined
def multiply_scalars(left: Scalar, right: Scalar) -> Scalar:
    """The product modulo L. One of the two below L, the other any 256 bits."""
    return from_montgomery(montgomery(left, right))


@inlined
def load_scalar(array: Words, place: int) -> Scalar:
    """Four words from a flat array."""
    return array[place], array[place + 1], array[place + 2], array[place + 3]


@inlined
def store_scalar(array: Words, place: int, value: Scalar) -> None:
    """Four words into a flat array."""
    array[place] = value[0]
    array[place + 1] = value[1]
    array[place + 2] = value[2]
    array[place + 3] = value[3]


@compiled
def canonical_rows(scalars: Words, count: int, good: Words) -> None:
    """Sets good[i] to 1 where scalar i (four words) is below L, else to 0."""
    for i in range(count):
        good[i] = np.uint64(is_canonical(load_scalar(scalars, 4 * i)))


@compiled
def multiply_rows(left: Words, right: Words, count: int, out: Words) -> None:
    """Products mod L of `count` pairs; the left ones below L."""
    for i in range(count):
        store_scalar(out, 4 * i, multiply_scalars(load_scalar(left, 4 * i), load_scalar(right, 4 * i)))


@compiled
def add_rows(left: Words, right: Words, count: int, out: Words) -> None:
    """Sums mod L of `count` pairs of scalars."""
    for i in range(count):
        store_scalar(out, 4 * i, add_scalars(load_scalar(left, 4 * i), load_scalar(right, 4 * i)))


@compiled
def subtract_rows(left: Words, right: Words, count: int, out: Words) -> None:
    """Differences mod L of `count` pairs of scalars."""
    for i in range(count):
        store_scalar(out, 4 * i, subtract_scalars(load_scalar(left, 4 * i), load_scalar(right, 4 * i)))


@compiled
def reduce_wide_rows(wide: Words, count: int, out: Words) -> None:
    """Numbers of 512 bits (eight words) modulo L: high·2^256 + low.

    montgomery(high, 2^512) is high·2^256; low is brought below L by a product with 1 in Montgomery's form.
    """
    for i in range(count):
        high = montgomery(_SQUARED_RADIX, load_scalar(wide, 8 * i + 4))
        one = montgomery(_SQUARED_RADIX, (_WORD(1), _WORD(0), _WORD(0), _WORD(0)))
        low = montgomery(one, load_scalar(wide, 8 * i))
        store_scalar(out, 4 * i, add_scalars(high, low))
