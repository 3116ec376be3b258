"""Hashes mapped to points of ristretto255, four at a time (RFC 9496, section 4.3.4): generators by the thousand.

`crypto/ristretto.hash_to_point` is the same in Python integers. Public data only.
"""

import numpy as np
import numpy.typing as npt

from urna.crypto.kernels.compiler import called, compiled
from urna.crypto.kernels.engine import words
from urna.crypto.kernels.field import (
    D,
    Element,
    P,
    absolute,
    add,
    carry,
    choose,
    constant_element,
    curve_d,
    from_bits,
    is_zero,
    multiply,
    negate,
    one,
    power_22523,
    sqrt_m1,
    square,
    subtract,
    take_sign,
)
from urna.crypto.kernels.lanes import Lanes, either, gather, scatter
from urna.crypto.kernels.points import BYTES_WORDS, Point, Words, add_points, encode_lanes, up_to

Rows = npt.NDArray[np.uint8]

HASH_BYTES = 64
_HASH_WORDS = 8

_SQRT_AD_MINUS_ONE = 25063068953384623474111414158702152701244531502492656460079210482610430750235
"""The root of -D - 1 that RFC 9496 names (section 4.1)."""

_one_minus_d_squared = constant_element((1 - D * D) % P)
_d_minus_one_squared = constant_element((D - 1) ** 2 % P)
_sqrt_ad_minus_one = constant_element(_SQRT_AD_MINUS_ONE)


def hash_to_points(hashes: Rows) -> Rows:
    """The elements that uniform bytes are mapped to.

    Args:
        hashes: shape (n, 64).

    Returns:
        Their encodings, shape (n, 32).
    """
    out = np.zeros((len(hashes), BYTES_WORDS), np.uint64)
    if len(hashes):
        map_hashes(words(hashes), len(hashes), out.reshape(-1))
    return out.view(np.uint8)


@compiled
def map_hashes(hashes: Words, count: int, out: Words) -> None:
    """The encodings, four words each, of hashes of eight words each."""
    for i in range(0, count, 4):
        a, b, c, d = up_to(i, count, _HASH_WORDS)
        first = map_lanes(gather(hashes, a, b, c, d))
        second = map_lanes(gather(hashes, a + 4, b + 4, c + 4, d + 4))
        a, b, c, d = up_to(i, count, BYTES_WORDS)
        scatter(out, a, b, c, d, encode_lanes(add_points(first, second)))


@called
def map_lanes(half: tuple[Lanes, Lanes, Lanes, Lanes]) -> Point:
    """Elligator's map of four times 256 bits, the highest of which is ignored: MAP(t)."""
    _, bits = take_sign(half)
    t = from_bits(bits)
    r = multiply(sqrt_m1(), square(t))
    u = multiply(add(r, one()), _one_minus_d_squared())
    v = multiply(negate(carry(add(one(), multiply(r, curve_d())))), add(r, curve_d()))
    root, was_square = ratio_root(u, v)
    s = choose(was_square, root, carry(negate(absolute(multiply(root, t)))))
    c = choose(was_square, negate(one()), r)
    n = carry(subtract(multiply(multiply(c, subtract(r, one())), _d_minus_one_squared()), v))
    w0 = multiply(add(s, s), v)
    w1 = multiply(n, _sqrt_ad_minus_one())
    ss = square(s)
    w2, w3 = carry(subtract(one(), ss)), carry(add(one(), ss))
    return multiply(w0, w3), multiply(w2, w1), multiply(w1, w3), multiply(w0, w2)


@called
def ratio_root(u: Element, v: Element) -> tuple[Element, Lanes]:
    """The non-negative root of u/v, or of SQRT_M1·u/v where u/v is none; and the mask of the lanes where it is."""
    v3 = multiply(square(v), v)
    v7 = multiply(square(v3), v)
    root = multiply(multiply(u, v3), power_22523(multiply(u, v7)))
    check = multiply(v, square(root))
    correct = is_zero(subtract(check, u))
    flipped = is_zero(add(check, u))
    flipped_i = is_zero(add(check, multiply(u, sqrt_m1())))
    root = choose(either(flipped, flipped_i), multiply(root, sqrt_m1()), root)
    return absolute(root), either(correct, flipped)
