"""The group of ElectionGuard: integers modulo a 4096-bit prime, of order q = 2^256 - 189 (2.1.0 section 3.1.1).

Powers of prepared elements go through 32 tables of 256 powers each, one for each byte of the exponent: 32 products
instead of some 300. The tables are for public exponents, and for the nonces of *test* ballots: which entry is read
depends on the nonce, and a neighbour in the same machine could see that in the cache. Guardians' secrets go through
GMP's `mpz_powm_sec`, whose time and memory accesses depend on the sizes only; the conversions around it, in Python,
are certified by nobody. Real elections use urna's own protocol with libsodium.
"""

from functools import lru_cache
from typing import Any

from urna.errors import Malformed
from urna.interop.electionguard.group import Element, Group
from urna.words import Sentence

try:
    import gmpy2  # type: ignore[import-untyped]
except ModuleNotFoundError as missing:  # pragma: no cover - the test-suite has it
    raise Malformed(
        Sentence("the package gmpy2, which ElectionGuard's arithmetic needs"),
        Sentence("an installation without it"),
        Sentence("Install it with: pip install 'urna[interop]'."),
    ) from missing

Number = Any
"""GMP's integer; gmpy2 has no types."""

WINDOW_BITS = 8

ORDER = 2**256 - 189
"""q"""

LN2_BITS = 3584
"""p = 2^4096 - 2^3840 + 2^256 (⌊2^3584 · ln 2⌋ + δ) + 2^256 - 1: digits of a known constant, so nobody chose it."""

DELTA = 287975203778583638958138611533602521491887169409704874643524560756486080635197037903
"""δ of the 4096-bit parameters (2.1.0 section 3.1.1)."""


def _parameters() -> tuple[int, int, int]:
    """p, r = (p - 1)/q and g = 2^r mod p, from their formulas."""
    with gmpy2.context(gmpy2.get_context(), precision=LN2_BITS + 64):
        digits = int(gmpy2.floor(gmpy2.const_log2() * gmpy2.mpz(2) ** LN2_BITS))
    prime = 2**4096 - 2**3840 + 2**256 * (digits + DELTA) + 2**256 - 1
    cofactor = (prime - 1) // ORDER
    return prime, cofactor, int(gmpy2.powmod(2, cofactor, prime))


PRIME, COFACTOR, GENERATOR = _parameters()

BYTES = 512

_P = gmpy2.mpz(PRIME)


class IntegerElement(Element):
    """An integer 1 <= x < p, kept as GMP's number."""

    __slots__ = ("value",)

    def __init__(self, value: Number) -> None:
        self.value = value

    def __mul__(self, other: Element) -> Element:
        """The product x · y mod p."""
        return IntegerElement(self.value * _value(other) % _P)

    def __truediv__(self, other: Element) -> Element:
        """The quotient x · y^-1 mod p."""
        return IntegerElement(self.value * gmpy2.invert(_value(other), _P) % _P)

    def __pow__(self, exponent: int) -> Element:
        """x^e mod p."""
        return IntegerElement(gmpy2.powmod(self.value, exponent, _P))

    def secret_power(self, exponent: int) -> Element:
        """x^e mod p through `mpz_powm_sec`; the exponent 0, which it refuses, is no secret of anybody."""
        if exponent == 0:
            return IntegerElement(gmpy2.mpz(1))
        return IntegerElement(gmpy2.powmod_sec(self.value, exponent, _P))

    def prepared(self) -> Element:
        """With a table of 32 · 256 powers: 4 MiB, built in some 30 ms."""
        return PreparedElement(self.value)

    @property
    def is_member(self) -> bool:
        """x^q = 1."""
        return bool(gmpy2.powmod(self.value, ORDER, _P) == 1)

    def __bytes__(self) -> bytes:
        """512 bytes, big-endian."""
        return int(self.value).to_bytes(BYTES, "big")


class PreparedElement(IntegerElement):
    """An element whose powers are products of entries of a table."""

    __slots__ = ("rows",)

    def __init__(self, value: Number) -> None:
        super().__init__(value)
        self.rows = _rows(value)

    def __pow__(self, exponent: int) -> Element:
        """x^e mod p, 0 <= e < 2^256: one product for each byte of e."""
        found = gmpy2.mpz(1)
        for row, digit in zip(self.rows, exponent.to_bytes(32, "little"), strict=True):
            if digit:
                found = found * row[digit] % _P
        return IntegerElement(found)


def _value(element: Element) -> Number:
    """GMP's number in an element; elements of two groups never meet."""
    if not isinstance(element, IntegerElement):
        raise TypeError(element)
    return element.value


@lru_cache(maxsize=4)
def _rows(base: Number) -> tuple[tuple[Number, ...], ...]:
    """For each byte of an exponent, base^(d · 256^i) for each digit d; kept for the keys used last."""
    rows: list[tuple[Number, ...]] = []
    for _ in range(256 // WINDOW_BITS):
        row = [gmpy2.mpz(1)]
        for _ in range(2**WINDOW_BITS):
            row.append(row[-1] * base % _P)
        rows.append(tuple(row[:-1]))
        base = row[-1]
    return tuple(rows)


class IntegerGroup(Group):
    """The standard baseline parameters; there are no others in this module."""

    def __init__(self) -> None:
        self.name = "Integer4096"
        self.order = ORDER
        self.element_bytes = BYTES
        self.generator = PreparedElement(gmpy2.mpz(GENERATOR))
        self.identity = IntegerElement(gmpy2.mpz(1))

    def read(self, data: bytes, where: str = "") -> Element:
        """The integer of 512 bytes, 0 < x < p.

        Raises:
            Malformed: another length, 0, or p and more.
        """
        value = int.from_bytes(data, "big")
        if len(data) != BYTES or not 0 < value < PRIME:
            raise Malformed(
                Sentence("an integer x of 512 bytes with 0 < x < p"),
                Sentence("{size} bytes out of that range", {"size": len(data)}),
                Sentence("Ask who wrote it for the right value."),
                where,
            )
        return IntegerElement(gmpy2.mpz(value))

    def scalar_of(self, digest: bytes) -> int:
        """The hash modulo q; q is so near to 2^256 that no bias is left."""
        return int.from_bytes(digest, "big") % ORDER


@lru_cache(maxsize=1)
def integer_group() -> Group:
    """The one group, with the generator's table built once."""
    return IntegerGroup()
