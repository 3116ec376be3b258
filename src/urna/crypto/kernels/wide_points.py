"""Eight points of edwards25519 side by side: ristretto255's decoding and encoding, additions and doublings.

A point is four field elements (X, Y, Z, T) with x = X/Z, y = Y/Z, T = XY/Z. What is added to it comes prepared, as
four field elements (y+x, y-x, 2dxy, 2z): the opposite point is the first two exchanged and the third negated. Of a
niels row in memory, z is 1. Additions are complete: they hold for equal, opposite and neutral points.

A `pair` is two field elements, thus sixteen lanes: the long power in a square root is a chain of squarings, each
waiting for the one before, and two chains at once keep the multiplier busy.
"""

from typing import Any, TypeAlias

from urna.crypto.kernels.compiler import called, inlined
from urna.crypto.kernels.wide_lanes import (
    INVERSE_ROOT_OF_A_MINUS_D,
    MINUS_ONE,
    MINUS_ROOT,
    ONE,
    ROOT_OF_MINUS_ONE,
    TWICE_D,
    ZERO,
    D,
    Field,
    Vector,
    add,
    both,
    constant,
    either,
    freeze,
    is_negative,
    is_zero,
    is_zero_word,
    left,
    load_encodings,
    load_rows,
    mul,
    neg,
    right,
    same,
    select,
    sq,
    store_rows,
    sub,
    unlike,
)

Point: TypeAlias = Any
"""Eight points: four field elements."""
Prepared: TypeAlias = Any
"""Eight points ready to be added: four field elements."""
Pair: TypeAlias = Any
"""Sixteen field elements."""
Places: TypeAlias = tuple[int, ...]
"""Eight places in an array, counted in words."""


# ------------------------------------------------------------------------------------------ additions


@inlined
def neutral(mode: Any) -> Point:
    """The neutral point."""
    return constant(mode, ZERO), constant(mode, ONE), constant(mode, ONE), constant(mode, ZERO)


@inlined
def add_prepared(point: Point, prepared: Prepared) -> Point:
    """Point + prepared: 8 products (Hisil, Wong, Carter and Dawson 2008, section 3.1, a = -1)."""
    x, y, z, t = point
    plus, minus, twice_dt, twice_z = prepared
    a = mul(sub(y, x), minus)
    b = mul(add(y, x), plus)
    c = mul(t, twice_dt)
    d = mul(z, twice_z)
    return _joined(sub(b, a), sub(d, c), add(d, c), add(b, a))


@inlined
def add_affine(point: Point, plus: Field, minus: Field, twice_dt: Field) -> Point:
    """Point + a niels row: 7 products."""
    x, y, z, t = point
    a = mul(sub(y, x), minus)
    b = mul(add(y, x), plus)
    c = mul(t, twice_dt)
    d = add(z, z)
    return _joined(sub(b, a), sub(d, c), add(d, c), add(b, a))


@called
def sixteen_times(point: Point) -> Point:
    """Four doublings; T is not looked at, and made in the last alone."""
    x, y, z, _ = point
    for _ in range(3):
        e, f, g, h = _doubling(x, y, z)
        x, y, z = mul(e, f), mul(g, h), mul(f, g)
    e, f, g, h = _doubling(x, y, z)
    return _joined(e, f, g, h)


@inlined
def _doubling(x: Field, y: Field, z: Field) -> tuple[Field, Field, Field, Field]:
    """The factors of the point twice: 4 squares (the same paper, section 3.3)."""
    a = sq(x)
    b = sq(y)
    c = sq(z)
    h = add(a, b)
    g = sub(a, b)
    return sub(h, sq(add(x, y))), add(add(c, c), g), g, h


@inlined
def _joined(e: Field, f: Field, g: Field, h: Field) -> Point:
    """The sum from its four factors."""
    return mul(e, f), mul(g, h), mul(f, g), mul(e, h)


@inlined
def prepared(mode: Any, point: Point) -> Prepared:
    """The point, ready to be added to others."""
    x, y, z, t = point
    return add(y, x), sub(y, x), mul(t, constant(mode, TWICE_D)), add(z, z)


@inlined
def signed_affine(signs: Vector, plus: Field, minus: Field, twice_dt: Field) -> tuple[Field, Field, Field]:
    """The niels rows, or their opposites in the lanes where the sign is not 0."""
    return select(signs, minus, plus), select(signs, plus, minus), select(signs, neg(twice_dt), twice_dt)


# --------------------------------------------------------------------------------------------- memory


@inlined
def load_point(mode: Any, array: Any, places: Places) -> Point:
    """Eight points of 20 words from rows of 24."""
    a = load_rows(mode, array, places, 0)
    b = load_rows(mode, array, places, 8)
    c = load_rows(mode, array, places, 16)
    return (
        (a[0], a[1], a[2], a[3], a[4]),
        (a[5], a[6], a[7], b[0], b[1]),
        (b[2], b[3], b[4], b[5], b[6]),
        (b[7], c[0], c[1], c[2], c[3]),
    )


@inlined
def store_point(mode: Any, array: Any, places: Places, point: Point) -> None:
    """The reverse of `load_point`; the last four words of a row become 0."""
    x, y, z, t = point
    nothing = same(mode, 0)
    store_rows(array, places, 0, (x[0], x[1], x[2], x[3], x[4], y[0], y[1], y[2]))
    store_rows(array, places, 8, (y[3], y[4], z[0], z[1], z[2], z[3], z[4], t[0]))
    store_rows(array, places, 16, (t[1], t[2], t[3], t[4], nothing, nothing, nothing, nothing))


@inlined
def load_affine(mode: Any, array: Any, places: Places) -> tuple[Field, Field, Field]:
    """Eight niels rows of 16 words."""
    a = load_rows(mode, array, places, 0)
    b = load_rows(mode, array, places, 8)
    return (a[0], a[1], a[2], a[3], a[4]), (a[5], a[6], a[7], b[0], b[1]), (b[2], b[3], b[4], b[5], b[6])


@inlined
def store_affine(mode: Any, array: Any, places: Places, x: Field, y: Field) -> None:
    """The niels rows of eight affine points; the last word of a row becomes 0."""
    p = add(y, x)
    m = sub(y, x)
    t = mul(mul(x, y), constant(mode, TWICE_D))
    store_rows(array, places, 0, (p[0], p[1], p[2], p[3], p[4], m[0], m[1], m[2]))
    store_rows(array, places, 8, (m[3], m[4], t[0], t[1], t[2], t[3], t[4], same(mode, 0)))


@called
def load_number(mode: Any, words: Any, places: Places) -> tuple[Field, Vector]:
    """Eight numbers of 255 bits from 32 bytes each, little-endian, and the bit above of each."""
    w = load_encodings(mode, words, places)
    mask = same(mode, (1 << 51) - 1)
    number = (
        both(w[0], mask),
        both(either(right(w[0], 51), left(w[1], 13)), mask),
        both(either(right(w[1], 38), left(w[2], 26)), mask),
        both(either(right(w[2], 25), left(w[3], 39)), mask),
        both(right(w[3], 12), mask),
    )
    return number, right(w[3], 63)


@called
def is_unreduced(number: Field) -> Vector:
    """Not 0 in the lanes where a loaded number is p or more."""
    f = freeze(number)
    low = either(unlike(f[0], number[0]), unlike(f[1], number[1]))
    high = either(unlike(f[2], number[2]), unlike(f[3], number[3]))
    return either(either(low, high), unlike(f[4], number[4]))


@called
def store_number(mode: Any, words: Any, places: Places, a: Field) -> None:
    """The reverse of `load_number`, canonical. Writes 64 bytes at each place, the last 32 of them 0."""
    f = freeze(a)
    nothing = same(mode, 0)
    first = either(f[0], left(f[1], 51))
    second = either(right(f[1], 13), left(f[2], 38))
    third = either(right(f[2], 26), left(f[3], 25))
    fourth = either(right(f[3], 39), left(f[4], 12))
    store_rows(words, places, 0, (first, second, third, fourth, nothing, nothing, nothing, nothing))


# --------------------------------------------------------------------------------------- square roots


@called
def _mul_pair(a: Pair, b: Pair) -> Pair:
    return mul(a[0], b[0]), mul(a[1], b[1])


@inlined
def _sq_pair(a: Pair) -> Pair:
    return sq(a[0]), sq(a[1])


@called
def _sq_pair_times(a: Pair, count: int) -> Pair:
    for _ in range(count):
        a = _sq_pair(a)
    return a


@called
def _power(z: Pair) -> Pair:
    """Z to the (p - 5)/8 = 2^252 - 3: the names say which exponents of ones are at hand."""
    two = _sq_pair(z)
    nine = _mul_pair(z, _sq_pair_times(two, 2))
    eleven = _mul_pair(two, nine)
    ones5 = _mul_pair(nine, _sq_pair(eleven))
    ones10 = _mul_pair(_sq_pair_times(ones5, 5), ones5)
    ones20 = _mul_pair(_sq_pair_times(ones10, 10), ones10)
    ones40 = _mul_pair(_sq_pair_times(ones20, 20), ones20)
    ones50 = _mul_pair(_sq_pair_times(ones40, 10), ones10)
    ones100 = _mul_pair(_sq_pair_times(ones50, 50), ones50)
    ones200 = _mul_pair(_sq_pair_times(ones100, 100), ones100)
    ones250 = _mul_pair(_sq_pair_times(ones200, 50), ones50)
    return _mul_pair(_sq_pair_times(ones250, 2), z)


@called
def inverse_roots(mode: Any, w: Pair) -> tuple[Field, Vector, Field, Vector]:
    """RFC 9496 section 4.2, SQRT_RATIO_M1(1, w), twice: the root, its sign left open, and not 0 where it exists.

    Where 1/w is no square the root is that of sqrt(-1)/w, as the RFC has it; where w is 0, the root is 0 and does
    not exist.
    """
    cube = _mul_pair(_sq_pair(w), w)
    seventh = _mul_pair(_sq_pair(cube), w)
    guess = _mul_pair(cube, _power(seventh))
    first, first_exists = _root_from(mode, w[0], guess[0])
    second, second_exists = _root_from(mode, w[1], guess[1])
    return first, first_exists, second, second_exists


@called
def _root_from(mode: Any, w: Field, guess: Field) -> tuple[Field, Vector]:
    """The guess or the guess times sqrt(-1), whichever squared and times w is 1 or sqrt(-1)."""
    check = mul(w, sq(guess))
    is_root = is_zero(sub(check, constant(mode, ONE)))
    is_turned = is_zero(sub(check, constant(mode, MINUS_ONE)))
    is_turned_too = is_zero(sub(check, constant(mode, MINUS_ROOT)))
    turned = mul(guess, constant(mode, ROOT_OF_MINUS_ONE))
    return select(either(is_turned, is_turned_too), turned, guess), either(is_root, is_turned)


# -------------------------------------------------------------------------------- decoding, encoding


@called
def decoding_denominator(mode: Any, s: Field) -> tuple[Field, Field, Field, Field]:
    """RFC 9496 section 4.3.1, up to the root: u1, u2, v, and v·u2² whose inverse root is wanted."""
    ss = sq(s)
    one = constant(mode, ONE)
    u1 = sub(one, ss)
    u2 = add(one, ss)
    u2_squared = sq(u2)
    v = sub(neg(mul(constant(mode, D), sq(u1))), u2_squared)
    return u1, u2, v, mul(v, u2_squared)


@called
def decoded(
    mode: Any, s: Field, parts: tuple[Field, Field, Field], root: Field, exists: Vector
) -> tuple[Field, Field, Vector]:
    """RFC 9496 section 4.3.1, after the root: x, y, and not 0 where there is no point.

    The root's sign does not matter: x is made nonnegative, and y has the root squared.
    """
    u1, u2, v = parts
    x = mul(add(s, s), mul(root, u2))
    x = select(is_negative(mode, x), neg(x), x)
    y = mul(u1, mul(mul(root, mul(root, u2)), v))
    no_point = either(is_negative(mode, mul(x, y)), is_zero(y))
    return x, y, either(no_point, is_zero_word(exists))


@called
def encoding_denominator(point: Point) -> tuple[Field, Field, Field]:
    """RFC 9496 section 4.3.2, up to the root: u1, u2, and u1·u2² whose inverse root is wanted."""
    x, y, z, _ = point
    u1 = mul(add(z, y), sub(z, y))
    u2 = mul(x, y)
    return u1, u2, mul(u1, sq(u2))


@called
def encoded(mode: Any, point: Point, u1: Field, u2: Field, root: Field) -> Field:
    """RFC 9496 section 4.3.2, after the root: s, loose.

    The root's sign does not matter: it is in both denominators, so z_inv has it squared and s is made nonnegative.
    """
    x, y, z, t = point
    den1 = mul(root, u1)
    den2 = mul(root, u2)
    z_inv = mul(mul(den1, den2), t)
    i = constant(mode, ROOT_OF_MINUS_ONE)
    rotate = is_negative(mode, mul(t, z_inv))
    turned_x = select(rotate, mul(y, i), x)
    turned_y = select(rotate, mul(x, i), y)
    den_inv = select(rotate, mul(den1, constant(mode, INVERSE_ROOT_OF_A_MINUS_D)), den2)
    turned_y = select(is_negative(mode, mul(turned_x, z_inv)), neg(turned_y), turned_y)
    s = mul(den_inv, sub(z, turned_y))
    return select(is_negative(mode, s), neg(s), s)
