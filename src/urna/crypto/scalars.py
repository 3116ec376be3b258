"""Scalars: integers below L, the order of ristretto255, as 32 bytes little-endian (RFC 9496, 4.4).

Arithmetic goes through libsodium in constant time, because most scalars are secret. `from_int` and `to_int` are for
public values alone.
"""

import hashlib

from nacl.bindings import (
    crypto_core_ed25519_scalar_add,
    crypto_core_ed25519_scalar_mul,
    crypto_core_ed25519_scalar_negate,
    crypto_core_ed25519_scalar_reduce,
    crypto_core_ed25519_scalar_sub,
)

from urna.crypto.mac import join_parts
from urna.errors import Malformed
from urna.words import Sentence

L = 2**252 + 27742317777372353535851937790883648493
"""The prime order of ristretto255."""

SCALAR_BYTES = 32
WIDE_BYTES = 64
"""Reduced modulo L, so many uniform bytes are a scalar with a bias below 2^-250."""

ZERO = bytes(SCALAR_BYTES)
ONE = b"\x01" + bytes(SCALAR_BYTES - 1)


def check_scalar(data: bytes, where: str = "") -> bytes:
    """The same bytes, if they are the one spelling of a scalar. For public values.

    Raises:
        Malformed: not 32 bytes, or not below L. Nothing is reduced: two spellings would have two hashes.
    """
    if len(data) != SCALAR_BYTES or int.from_bytes(data, "little") >= L:
        raise Malformed(
            Sentence("a scalar: 32 bytes, little-endian, below the order of the group"),
            Sentence("another value, or {size} bytes", {"size": len(data)}),
            Sentence("Ask whoever made it for the file as it was written."),
            where,
        )
    return data


def reduce_wide(data: bytes) -> bytes:
    """The scalar that 64 uniform bytes are modulo L."""
    return crypto_core_ed25519_scalar_reduce(data)


def hash_to_scalar(label: str, *parts: bytes) -> bytes:
    """SHA-512 over the label and the parts, each behind its length, modulo L.

    Args:
        label: the whole label, such as "urna/protocol/1/challenge".
        parts: in order.
    """
    return reduce_wide(hashlib.sha512(join_parts(label.encode(), *parts)).digest())


def add(a: bytes, b: bytes) -> bytes:
    """The sum a + b."""
    return crypto_core_ed25519_scalar_add(a, b)


def sub(a: bytes, b: bytes) -> bytes:
    """The difference a - b."""
    return crypto_core_ed25519_scalar_sub(a, b)


def mul(a: bytes, b: bytes) -> bytes:
    """The product a·b."""
    return crypto_core_ed25519_scalar_mul(a, b)


def negate(a: bytes) -> bytes:
    """The scalar -a."""
    return crypto_core_ed25519_scalar_negate(a)


def from_int(number: int) -> bytes:
    """A public integer modulo L; it may be negative."""
    return (number % L).to_bytes(SCALAR_BYTES, "little")


def to_int(scalar: bytes) -> int:
    """The integer that a public scalar is."""
    return int.from_bytes(scalar, "little")
