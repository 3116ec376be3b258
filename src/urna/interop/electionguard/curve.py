"""NIST's curve P-256, as egk-ec uses it; ElectionGuard does not specify it, and urna only reads it.

egk-ec writes points compressed (X9.62), the point at infinity as 33 bytes of FF, and turns a hash into a scalar by
`expand_message_xmd` of RFC 9380 with 48 bytes and that RFC's test label, modulo the order.

Points are Jacobian (X : Y : Z) with x = X/Z^2 and y = Y/Z^3, formulas for a = -3 (Bernstein and Lange,
Explicit-Formulas Database, dbl-2001-b and add-2007-bl). Everything here is public: nothing is timed evenly, and there
are no secrets.
"""

import hashlib
from functools import lru_cache

from urna.errors import Malformed
from urna.interop.electionguard.group import Element, Group
from urna.interop.electionguard.hashing import exclusive_or
from urna.words import Sentence

FIELD = 2**256 - 2**224 + 2**192 + 2**96 - 1
A = FIELD - 3
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
GENERATOR_X = 0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296
GENERATOR_Y = 0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5
BYTES = 33
AT_INFINITY = b"\xff" * BYTES

SCALAR_LABEL = b"QUUX-V01-CS02-with-P256_XMD:SHA-256_SSWU_RO_"
EXPANDED_BYTES = 48

Jacobian = tuple[int, int, int]

INFINITY: Jacobian = (1, 1, 0)


def _double(point: Jacobian) -> Jacobian:
    x, y, z = point
    if not z:
        return INFINITY
    delta = z * z % FIELD
    gamma = y * y % FIELD
    beta = x * gamma % FIELD
    alpha = 3 * (x - delta) * (x + delta) % FIELD
    doubled = (alpha * alpha - 8 * beta) % FIELD
    return doubled, (alpha * (4 * beta - doubled) - 8 * gamma * gamma) % FIELD, 2 * y * z % FIELD


def _add(one: Jacobian, other: Jacobian) -> Jacobian:
    if not one[2]:
        return other
    if not other[2]:
        return one
    (x, y, z), (u, v, w) = one, other
    zz, ww = z * z % FIELD, w * w % FIELD
    x, u, y, v = x * ww % FIELD, u * zz % FIELD, y * w * ww % FIELD, v * z * zz % FIELD
    h, r = (u - x) % FIELD, (v - y) % FIELD
    if not h:
        return INFINITY if r else _double(one)
    hh = h * h % FIELD
    hhh, t = h * hh % FIELD, x * hh % FIELD
    sum_x = (r * r - hhh - 2 * t) % FIELD
    return sum_x, (r * (t - sum_x) - y * hhh) % FIELD, h * z * w % FIELD


class CurveElement(Element):
    """A point of P-256, the point at infinity included."""

    __slots__ = ("_bytes", "point")

    def __init__(self, point: Jacobian) -> None:
        self.point = point
        self._bytes = b""

    def __mul__(self, other: Element) -> Element:
        """The sum of the points, written as a product."""
        return CurveElement(_add(self.point, _point(other)))

    def __truediv__(self, other: Element) -> Element:
        """The difference."""
        x, y, z = _point(other)
        return CurveElement(_add(self.point, (x, -y % FIELD, z)))

    def __pow__(self, exponent: int) -> Element:
        """The multiple, four bits at a time."""
        multiples = [INFINITY, self.point]
        for _ in range(14):
            multiples.append(_add(multiples[-1], self.point))
        found = INFINITY
        for shift in range(252, -1, -4):
            found = _double(_double(_double(_double(found))))
            if digit := exponent >> shift & 15:
                found = _add(found, multiples[digit])
        return CurveElement(found)

    def secret_power(self, exponent: int) -> Element:
        """Refused: urna keeps no secret on this curve."""
        raise TypeError

    def prepared(self) -> Element:
        """With a table of 64 · 16 multiples."""
        return PreparedPoint(self.point)

    @property
    def is_member(self) -> bool:
        """The curve has cofactor 1, and every element was read or computed on it."""
        return True

    def __bytes__(self) -> bytes:
        """33 bytes: the parity of y, then x (X9.62 compressed); infinity is 33 bytes of FF."""
        if not self._bytes:
            self._bytes = _encode(self.point)
        return self._bytes


class PreparedPoint(CurveElement):
    """A point whose multiples are sums of entries of a table."""

    __slots__ = ("rows",)

    def __init__(self, point: Jacobian) -> None:
        super().__init__(point)
        self.rows: list[list[Jacobian]] = []
        for _ in range(64):
            row = [INFINITY]
            for _ in range(16):
                row.append(_add(row[-1], point))
            self.rows.append(row[:-1])
            point = row[-1]

    def __pow__(self, exponent: int) -> Element:
        """One addition for each four bits."""
        found = INFINITY
        for row in self.rows:
            found = _add(found, row[exponent & 15])
            exponent >>= 4
        return CurveElement(found)


def _point(element: Element) -> Jacobian:
    if not isinstance(element, CurveElement):
        raise TypeError(element)
    return element.point


def _encode(point: Jacobian) -> bytes:
    x, y, z = point
    if not z:
        return AT_INFINITY
    inverse = pow(z, -1, FIELD)
    x, y = x * inverse**2 % FIELD, y * inverse**3 % FIELD
    return bytes([2 + y % 2]) + x.to_bytes(32, "big")


class CurveGroup(Group):
    """P-256 with its usual generator."""

    def __init__(self) -> None:
        self.name = "P-256"
        self.order = ORDER
        self.element_bytes = BYTES
        self.generator = PreparedPoint((GENERATOR_X, GENERATOR_Y, 1))
        self.identity = CurveElement(INFINITY)

    def read(self, data: bytes, where: str = "") -> Element:
        """The point of 33 bytes.

        Raises:
            Malformed: no compressed point of the curve.
        """
        if data == AT_INFINITY:
            return self.identity
        x = int.from_bytes(data[1:], "big")
        square = (x**3 + A * x + B) % FIELD
        y = pow(square, (FIELD + 1) // 4, FIELD)
        if len(data) != BYTES or data[0] not in {2, 3} or x >= FIELD or y * y % FIELD != square:
            raise Malformed(
                Sentence("a compressed point of P-256"),
                Sentence("{size} bytes that are none", {"size": len(data)}),
                Sentence("Ask who wrote it for the right value."),
                where,
            )
        return CurveElement((x, y if y % 2 == data[0] % 2 else FIELD - y, 1))

    def scalar_of(self, digest: bytes) -> int:
        """The hash expanded to 48 bytes (RFC 9380 section 5.3.1), modulo the order: no bias is left."""
        return int.from_bytes(_expand(digest), "big") % ORDER


def _expand(message: bytes) -> bytes:
    """The 48 bytes of expand_message_xmd with SHA-256."""
    # Algorithm (RFC 9380 section 5.3.1, ell = 2)
    dst_prime = SCALAR_LABEL + bytes([len(SCALAR_LABEL)])
    z_pad = bytes(64)
    b_0 = hashlib.sha256(z_pad + message + EXPANDED_BYTES.to_bytes(2, "big") + b"\0" + dst_prime).digest()
    b_1 = hashlib.sha256(b_0 + b"\x01" + dst_prime).digest()
    b_2 = hashlib.sha256(exclusive_or(b_0, b_1) + b"\x02" + dst_prime).digest()
    return (b_1 + b_2)[:EXPANDED_BYTES]


@lru_cache(maxsize=1)
def curve_group() -> Group:
    """The one group, with the generator's table built once."""
    return CurveGroup()
