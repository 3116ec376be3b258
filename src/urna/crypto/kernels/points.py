"""Points of edwards25519, four at a time: decoding and encoding as ristretto255, adding, doubling.

A *point* is (x, y, z, t), tight, with x/z and y/z its coordinates and x·y = z·t. *Niels* form of an affine point is
(y + x, y - x, 2·D·x·y), tight, which makes adding it cheapest. Formulas: Hisil, Wong, Carter, Dawson 2008 (a = -1);
they are complete, so no case is special.

In memory a point takes 24 words (x, y, z, t of five each, the rest unused) and a niels row 16.
"""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from urna.crypto.kernels.compiler import called, compiled, inlined
from urna.crypto.kernels.field import (
    Element,
    absolute,
    add,
    carry,
    choose,
    curve_2d,
    curve_d,
    freeze,
    from_bits,
    frozen_is_odd,
    frozen_is_zero,
    invsqrt_a_minus_d,
    is_negative,
    is_zero,
    join,
    load_same,
    multiply,
    negate,
    one,
    power_22523,
    same_limbs,
    split,
    sqrt_m1,
    square,
    subtract,
    take_sign,
    to_bits,
    zero,
)
from urna.crypto.kernels.lanes import Lanes, either, gather, opposite, scatter, words_of

Words: TypeAlias = npt.NDArray[np.uint64]
"""A flat array of 64-bit words."""

Point: TypeAlias = tuple[Element, Element, Element, Element]
Niels: TypeAlias = tuple[Element, Element, Element]
Prepared: TypeAlias = tuple[Element, Element, Element, Element]
Places: TypeAlias = tuple[int, int, int, int]
"""Where the values of the four lanes begin in a flat array."""

POINT_WORDS = 24
NIELS_WORDS = 16
BYTES_WORDS = 4

# ---------------------------------------------------------------- memory


@inlined
def load_point(array: Words, places: Places) -> Point:
    """Points from memory."""
    a, b, c, d = places
    w = gather(array, a, b, c, d)
    x = gather(array, a + 4, b + 4, c + 4, d + 4)
    y = gather(array, a + 8, b + 8, c + 8, d + 8)
    z = gather(array, a + 12, b + 12, c + 12, d + 12)
    t = gather(array, a + 16, b + 16, c + 16, d + 16)
    return (
        split((w[0], w[1], w[2], w[3], x[0])),
        split((x[1], x[2], x[3], y[0], y[1])),
        split((y[2], y[3], z[0], z[1], z[2])),
        split((z[3], t[0], t[1], t[2], t[3])),
    )


@inlined
def store_point(array: Words, places: Places, point: Point) -> None:
    """Points into memory, 20 words each."""
    i, j, k, m = places
    a, b, c, d = join(point[0]), join(point[1]), join(point[2]), join(point[3])
    scatter(array, i, j, k, m, (a[0], a[1], a[2], a[3]))
    scatter(array, i + 4, j + 4, k + 4, m + 4, (a[4], b[0], b[1], b[2]))
    scatter(array, i + 8, j + 8, k + 8, m + 8, (b[3], b[4], c[0], c[1]))
    scatter(array, i + 12, j + 12, k + 12, m + 12, (c[2], c[3], c[4], d[0]))
    scatter(array, i + 16, j + 16, k + 16, m + 16, (d[1], d[2], d[3], d[4]))


@inlined
def load_niels(array: Words, places: Places) -> Niels:
    """Niels rows from memory."""
    a, b, c, d = places
    w = gather(array, a, b, c, d)
    x = gather(array, a + 4, b + 4, c + 4, d + 4)
    y = gather(array, a + 8, b + 8, c + 8, d + 8)
    z = gather(array, a + 12, b + 12, c + 12, d + 12)
    return (
        split((w[0], w[1], w[2], w[3], x[0])),
        split((x[1], x[2], x[3], y[0], y[1])),
        split((y[2], y[3], z[0], z[1], z[2])),
    )


@inlined
def load_same_niels(array: Words, place: int) -> Niels:
    """One niels row in every lane."""
    return load_same(array, place), load_same(array, place + 5), load_same(array, place + 10)


@inlined
def store_niels(array: Words, places: Places, niels: Niels) -> None:
    """Niels rows into memory, 16 words each, the last one undefined."""
    i, j, k, m = places
    a, b, c = join(niels[0]), join(niels[1]), join(niels[2])
    scatter(array, i, j, k, m, (a[0], a[1], a[2], a[3]))
    scatter(array, i + 4, j + 4, k + 4, m + 4, (a[4], b[0], b[1], b[2]))
    scatter(array, i + 8, j + 8, k + 8, m + 8, (b[3], b[4], c[0], c[1]))
    scatter(array, i + 12, j + 12, k + 12, m + 12, (c[2], c[3], c[4], c[4]))


@inlined
def up_to(first: int, end: int, width: int) -> Places:
    """The places of four rows from the first on; past the end, the last row again and again."""
    last = end - 1
    return (
        min(first, last) * width,
        min(first + 1, last) * width,
        min(first + 2, last) * width,
        min(first + 3, last) * width,
    )


@inlined
def spaced(first: int, step: int) -> Places:
    """Four places, a step apart."""
    return first, first + step, first + 2 * step, first + 3 * step


# ---------------------------------------------------------------- the group


@inlined
def neutral() -> Point:
    """The identity in every lane."""
    return zero(), one(), one(), zero()


@inlined
def niels_of(x: Element, y: Element) -> Niels:
    """The niels form of an affine point with tight coordinates."""
    product = multiply(multiply(x, y), curve_2d())
    return carry(add(y, x)), carry(subtract(y, x)), product


@inlined
def add_niels(point: Point, niels: Niels) -> Point:
    """The sum of a point and an affine one: seven products."""
    x, y, z, t = point
    plus, minus, product = niels
    a = multiply(subtract(y, x), minus)
    b = multiply(add(y, x), plus)
    c = multiply(product, t)
    d = add(z, z)
    e, f, g, h = subtract(b, a), subtract(d, c), add(d, c), add(b, a)
    return multiply(f, e), multiply(g, h), multiply(f, g), multiply(e, h)


@inlined
def signed_niels(niels: Niels, negative: Lanes) -> Niels:
    """The negative point where the mask is set. The third element is up to 2 u: it is a first operand above."""
    plus, minus, product = niels
    return (
        choose(negative, minus, plus),
        choose(negative, plus, minus),
        choose(negative, negate(product), product),
    )


@inlined
def add_points(left: Point, right: Point) -> Point:
    """The sum of two points: nine products."""
    x1, y1, z1, t1 = left
    x2, y2, z2, t2 = right
    a = multiply(subtract(y1, x1), subtract(y2, x2))
    b = multiply(add(y1, x1), add(y2, x2))
    c = multiply(multiply(t1, t2), curve_2d())
    d = multiply(z1, z2)
    d = add(d, d)
    e, f, g, h = subtract(b, a), subtract(d, c), add(d, c), add(b, a)
    return multiply(f, e), multiply(g, h), multiply(f, g), multiply(e, h)


@inlined
def add_prepared(point: Point, prepared: Prepared) -> Point:
    """The sum of a point and a prepared one: eight products."""
    x, y, z, t = point
    plus, minus, product, twice_z = prepared
    a = multiply(subtract(y, x), minus)
    b = multiply(add(y, x), plus)
    c = multiply(product, t)
    d = multiply(z, twice_z)
    e, f, g, h = subtract(b, a), subtract(d, c), add(d, c), add(b, a)
    return multiply(f, e), multiply(g, h), multiply(f, g), multiply(e, h)


@inlined
def prepared_of(point: Point) -> Prepared:
    """A point as `add_prepared` takes it: (y + x, y - x, 2·D·t, 2·z), tight."""
    x, y, z, t = point
    return carry(add(y, x)), carry(subtract(y, x)), multiply(t, curve_2d()), carry(add(z, z))


@inlined
def _doubling(x: Element, y: Element, z: Element) -> Point:
    """The four factors of a doubling (dbl-2008-hwcd): h up to 2.01 u, f up to 4.02 u, the others tight.

    f and h are the negatives of the paper's, so all four coordinates are, which is the same point.
    """
    a, b, c = square(x), square(y), square(z)
    h = add(a, b)
    e = carry(subtract(square(add(x, y)), carry(h)))
    g = carry(subtract(b, a))
    f = subtract(add(c, c), g)
    return e, f, g, h


@called
def sum_of(left: Point, right: Point) -> Point:
    """`add_points` as a call."""
    return add_points(left, right)


@called
def doubled(point: Point, count: np.int64) -> Point:
    """The point doubled `count` times, once or more; only the last doubling computes t."""
    x, y, z, _ = point
    e, f, g, h = _doubling(x, y, z)
    for _ in range(int(count) - 1):
        e, f, g, h = _doubling(multiply(f, e), multiply(g, h), multiply(f, g))
    return multiply(f, e), multiply(g, h), multiply(f, g), multiply(e, h)


# ---------------------------------------------------------------- roots


@called
def inverse_root(w: Element) -> tuple[Element, Lanes]:
    """A root of 1/w, of either sign, and the mask of the lanes where w is a square other than 0.

    As SQRT_RATIO_M1(1, w) of RFC 9496, section 4.2, but for the sign of the root.
    """
    w3 = multiply(square(w), w)
    w7 = multiply(square(w3), w)
    root = multiply(w3, power_22523(w7))
    check = multiply(w, square(root))
    correct = is_zero(subtract(check, one()))
    flipped = is_zero(add(check, one()))
    flipped_i = is_zero(add(check, sqrt_m1()))
    root = choose(either(flipped, flipped_i), multiply(root, sqrt_m1()), root)
    return root, either(correct, flipped)


# ---------------------------------------------------------------- ristretto255 (RFC 9496)


@called
def decode_lanes(words: tuple[Lanes, Lanes, Lanes, Lanes]) -> tuple[Element, Element, Lanes]:
    """Affine x and y of four encodings, and the mask of those that are refused (RFC 9496, section 4.3.1)."""
    given = from_bits(words)
    s = freeze(given)
    canonical = same_limbs(given, s)
    negative = frozen_is_odd(s)
    ss = square(s)
    u1 = carry(subtract(one(), ss))
    u2 = carry(add(one(), ss))
    u2_squared = square(u2)
    v = carry(subtract(negate(multiply(curve_d(), square(u1))), u2_squared))
    root, was_square = inverse_root(multiply(v, u2_squared))
    den_x = multiply(root, u2)
    den_y = multiply(multiply(root, den_x), v)
    x = absolute(multiply(add(s, s), den_x))
    y = multiply(u1, den_y)
    off = either(opposite(was_square), either(is_negative(multiply(x, y)), is_zero(y)))
    return x, y, either(either(opposite(canonical), negative), off)


@called
def encode_lanes(point: Point) -> tuple[Lanes, Lanes, Lanes, Lanes]:
    """The encodings of four points as 256 bits each (RFC 9496, section 4.3.2)."""
    x, y, z, t = point
    u1 = multiply(add(z, y), subtract(z, y))
    u2 = multiply(x, y)
    root, _ = inverse_root(multiply(u1, square(u2)))
    den_1, den_2 = multiply(root, u1), multiply(root, u2)
    z_inverse = multiply(multiply(den_1, den_2), t)
    rotate = is_negative(multiply(t, z_inverse))
    turned_x = choose(rotate, multiply(y, sqrt_m1()), x)
    turned_y = choose(rotate, multiply(x, sqrt_m1()), y)
    den = choose(rotate, multiply(den_1, invsqrt_a_minus_d()), den_2)
    turned_y = choose(is_negative(multiply(turned_x, z_inverse)), carry(negate(turned_y)), turned_y)
    s = multiply(subtract(z, turned_y), den)
    return to_bits(freeze(absolute(s)))  # type: ignore[no-any-return]


@inlined
def _store_verdicts(bad: Words, first: int, end: int, refused: Lanes) -> None:
    verdicts = words_of(refused)
    for lane in range(min(4, end - first)):
        bad[first + lane] = verdicts[lane] & np.uint64(1)


@compiled
def decode_niels(words: Words, low: int, high: int, out: Words, bad: Words) -> None:
    """Decodes ristretto encodings low..high-1 (four words each, little-endian) into niels rows at the same places.

    `bad` is a word a point: 0, or 1 for a refused encoding, whose row is then meaningless.
    """
    for i in range(low, high, 4):
        a, b, c, d = up_to(i, high, BYTES_WORDS)
        x, y, refused = decode_lanes(gather(words, a, b, c, d))
        store_niels(out, up_to(i, high, NIELS_WORDS), niels_of(x, y))
        _store_verdicts(bad, i, high, refused)


@compiled
def encode(points: Words, low: int, high: int, words: Words) -> None:
    """Encodes points low..high-1 as ristretto255, four words each, at the same places."""
    for i in range(low, high, 4):
        a, b, c, d = up_to(i, high, BYTES_WORDS)
        scatter(words, a, b, c, d, encode_lanes(load_point(points, up_to(i, high, POINT_WORDS))))


# ---------------------------------------------------------------- edwards25519 (RFC 8032)


@called
def decompress_lanes(words: tuple[Lanes, Lanes, Lanes, Lanes]) -> tuple[Element, Element, Lanes]:
    """Affine x and y of four edwards25519 encodings, and the mask of the refused ones (RFC 8032, section 5.1.3)."""
    sign, rest = take_sign(words)
    given = from_bits(rest)
    y = freeze(given)
    canonical = same_limbs(given, y)
    yy = square(y)
    u = carry(subtract(yy, one()))
    v = carry(add(multiply(curve_d(), yy), one()))
    v3 = multiply(square(v), v)
    v7 = multiply(square(v3), v)
    x = multiply(multiply(u, v3), power_22523(multiply(u, v7)))
    check = multiply(v, square(x))
    correct = is_zero(subtract(check, u))
    flipped = is_zero(add(check, u))
    x = absolute(choose(flipped, multiply(x, sqrt_m1()), x))
    x_is_zero = frozen_is_zero(freeze(x))
    x = choose(sign, carry(negate(x)), x)
    off = opposite(either(correct, flipped))
    signed_zero = opposite(either(opposite(x_is_zero), opposite(sign)))
    return x, y, either(either(opposite(canonical), off), signed_zero)


@compiled
def decompress(words: Words, low: int, high: int, points: Words, bad: Words) -> None:
    """Decodes edwards25519 encodings low..high-1 into points at the same places; `bad` as in `decode_niels`."""
    for i in range(low, high, 4):
        a, b, c, d = up_to(i, high, BYTES_WORDS)
        x, y, refused = decompress_lanes(gather(words, a, b, c, d))
        store_point(points, up_to(i, high, POINT_WORDS), (x, y, one(), multiply(x, y)))
        _store_verdicts(bad, i, high, refused)
