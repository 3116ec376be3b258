"""ristretto255 in Python integers (RFC 9496): one spelling for each element of a group of prime order.

For public points alone: time depends on the values. It is written to be compared with the RFC line by line, it turns
points into the Edwards encodings that libsodium computes with and back, and it is what the kernels are tested against.

An element is a class of four points of edwards25519 that differ by a point of order 1, 2 or 4. Exactly one of the four
lies in the subgroup of prime order, and libsodium multiplies no other: that one is the element's *representative*.
"""

from typing import NamedTuple

from nacl.bindings import crypto_core_ed25519_is_valid_point

from urna.errors import Malformed
from urna.words import Sentence

POINT_BYTES = 32
UNIFORM_BYTES = 64

P = 2**255 - 19
"""The field's prime. The RFC's constants of the curve follow (section 4.1)."""
D = 37095705934669439343138083508754565189542113879843219016388785533085940283555
SQRT_M1 = 19681161376707505956807079304988542015446066515923890162744021073123829784752
SQRT_AD_MINUS_ONE = 25063068953384623474111414158702152701244531502492656460079210482610430750235
INVSQRT_A_MINUS_D = 54469307008909316920995813868745141605393597292927456921205312896311721017578
ONE_MINUS_D_SQ = 1159843021668779879193775521855586647937357759715417654439879720876111806838
D_MINUS_ONE_SQ = 40440834346308536858101042469323190826248399146238708352240133220865137265952

IDENTITY = bytes(POINT_BYTES)
GENERATOR = bytes.fromhex("e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76")
EDWARDS_IDENTITY = b"\x01" + bytes(POINT_BYTES - 1)

_SIGN = 1 << 255


class _Extended(NamedTuple):
    """A point of edwards25519 as X, Y, Z, T with x = X/Z, y = Y/Z, x·y = T/Z."""

    x: int
    y: int
    z: int
    t: int


def is_point(data: bytes) -> bool:
    """Whether these bytes are the canonical encoding of an element."""
    return _decode(data) is not None


def check_point(data: bytes, where: str = "") -> bytes:
    """The same bytes, if they are the canonical encoding of an element. The identity is one.

    Raises:
        Malformed: another encoding.
    """
    _decoded(data, where)
    return data


def to_edwards(point: bytes, where: str = "") -> bytes:
    """The Edwards encoding of the element's representative, as libsodium takes it (RFC 8032, 5.1.2).

    Raises:
        Malformed: not the canonical encoding of an element.
    """
    decoded = _decoded(point, where)
    if point == IDENTITY:
        return EDWARDS_IDENTITY
    return next(filter(crypto_core_ed25519_is_valid_point, map(_compress, _coset(decoded))))


def to_any_edwards(point: bytes, where: str = "") -> bytes:
    """The Edwards encoding of one of the element's four points: enough to be added, not to be multiplied.

    Raises:
        Malformed: not the canonical encoding of an element.
    """
    return _compress(_decoded(point, where))


def from_edwards(data: bytes, where: str = "") -> bytes:
    """The canonical encoding of the element that a point belongs to, given by its Edwards encoding.

    Args:
        data: a point of 2E, such as every result of libsodium from representatives.
        where: the place to name in an error.

    Raises:
        Malformed: not a point of the curve, or another spelling of one.
    """
    return _encode(_decompress(data, where))


def hash_to_point(uniform: bytes) -> bytes:
    """The element that 64 uniform bytes are mapped to; nobody knows its logarithm (RFC 9496, 4.3.4).

    Raises:
        Malformed: not 64 bytes.
    """
    if len(uniform) != UNIFORM_BYTES:
        raise _not(Sentence("64 uniform bytes"), uniform, "")
    halves = (int.from_bytes(half, "little") % _SIGN for half in (uniform[:32], uniform[32:]))
    return _encode(_add(*(_map(half % P) for half in halves)))


# Algorithms (RFC 9496, with the RFC's letters)


def _is_negative(x: int) -> bool:
    return x & 1 == 1


def _abs(x: int) -> int:
    return P - x if _is_negative(x) else x


def _sqrt_ratio_m1(u: int, v: int) -> tuple[bool, int]:
    """Whether u/v is a square, and the non-negative root of u/v, or of SQRT_M1·u/v if it is none (4.2)."""
    v3 = v * v % P * v % P
    v7 = v3 * v3 % P * v % P
    r = u * v3 % P * pow(u * v7 % P, (P - 5) // 8, P) % P
    check = v * r % P * r % P
    correct = check == u % P
    flipped = check == -u % P
    flipped_i = check == -u * SQRT_M1 % P
    if flipped or flipped_i:
        r = r * SQRT_M1 % P
    return correct or flipped, _abs(r)


def _decode(data: bytes) -> _Extended | None:
    """The point that an encoding stands for, or None for an encoding that the RFC refuses (4.3.1)."""
    s = int.from_bytes(data, "little")
    if len(data) != POINT_BYTES or s >= P or _is_negative(s):
        return None
    ss = s * s % P
    u1 = (1 - ss) % P
    u2 = (1 + ss) % P
    u2_sqr = u2 * u2 % P
    v = (-D * u1 * u1 - u2_sqr) % P
    was_square, invsqrt = _sqrt_ratio_m1(1, v * u2_sqr % P)
    den_x = invsqrt * u2 % P
    den_y = invsqrt * den_x % P * v % P
    x = _abs(2 * s * den_x % P)
    y = u1 * den_y % P
    t = x * y % P
    if not was_square or _is_negative(t) or y == 0:
        return None
    return _Extended(x, y, 1, t)


def _encode(point: _Extended) -> bytes:
    """The canonical encoding (4.3.2)."""
    x0, y0, z0, t0 = point
    u1 = (z0 + y0) * (z0 - y0) % P
    u2 = x0 * y0 % P
    _, invsqrt = _sqrt_ratio_m1(1, u1 * u2 % P * u2 % P)
    den1 = invsqrt * u1 % P
    den2 = invsqrt * u2 % P
    z_inv = den1 * den2 % P * t0 % P
    x, y, den_inv = x0, y0, den2
    if _is_negative(t0 * z_inv % P):
        x, y = y0 * SQRT_M1 % P, x0 * SQRT_M1 % P
        den_inv = den1 * INVSQRT_A_MINUS_D % P
    if _is_negative(x * z_inv % P):
        y = -y % P
    return _abs(den_inv * (z0 - y) % P).to_bytes(POINT_BYTES, "little")


def _map(t: int) -> _Extended:
    """Elligator's map from the field to the curve (4.3.4)."""
    r = SQRT_M1 * t % P * t % P
    u = (r + 1) * ONE_MINUS_D_SQ % P
    v = (-1 - r * D) * (r + D) % P
    was_square, s = _sqrt_ratio_m1(u, v)
    c = -1
    if not was_square:
        s, c = -_abs(s * t % P) % P, r
    n = (c * (r - 1) % P * D_MINUS_ONE_SQ - v) % P
    w0 = 2 * s * v % P
    w1 = n * SQRT_AD_MINUS_ONE % P
    w2 = (1 - s * s) % P
    w3 = (1 + s * s) % P
    return _Extended(w0 * w3 % P, w2 * w1 % P, w1 * w3 % P, w0 * w2 % P)


# Edwards points (RFC 8032, 5.1)


def _add(p: _Extended, q: _Extended) -> _Extended:
    """The sum, by the complete formula of RFC 8032, 5.1.4."""
    a = (p.y - p.x) * (q.y - q.x) % P
    b = (p.y + p.x) * (q.y + q.x) % P
    c = 2 * p.t * q.t % P * D % P
    d = 2 * p.z * q.z % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return _Extended(e * f % P, g * h % P, f * g % P, e * h % P)


def _coset(point: _Extended) -> tuple[_Extended, ...]:
    """The four affine points of an element: the point plus (0, 1), (0, -1), (i, 0) and (-i, 0)."""
    x, y, _, t = point
    ix, iy = x * SQRT_M1 % P, y * SQRT_M1 % P
    return (
        point,
        _Extended(-x % P, -y % P, 1, t),
        _Extended(iy, ix, 1, -t % P),
        _Extended(-iy % P, -ix % P, 1, -t % P),
    )


def _compress(affine: _Extended) -> bytes:
    sign = _SIGN if _is_negative(affine.x) else 0
    return (affine.y | sign).to_bytes(POINT_BYTES, "little")


def _decompress(data: bytes, where: str) -> _Extended:
    number = int.from_bytes(data, "little")
    y = number % _SIGN
    yy = y * y % P
    was_square, x = _sqrt_ratio_m1((yy - 1) % P, (D * yy + 1) % P)
    if number & _SIGN:
        x = -x % P
    found = _Extended(x, y, 1, x * y % P)
    if not was_square or y >= P or len(data) != POINT_BYTES or _compress(found) != data:
        raise _not(Sentence("the Edwards encoding of a point"), data, where)
    return found


def _decoded(data: bytes, where: str) -> _Extended:
    point = _decode(data)
    if point is None:
        raise _not(Sentence("the canonical encoding of a point of ristretto255"), data, where)
    return point


def _not(expected: Sentence, data: bytes, where: str) -> Malformed:
    return Malformed(
        expected,
        Sentence("other bytes ({size})", {"size": len(data)}),
        Sentence("Ask whoever made it for the file as it was written."),
        where,
    )
