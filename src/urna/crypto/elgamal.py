"""Exponential ElGamal to the base K: (ξ·G, (ξ + m)·K), so that the sum of the nonces opens a sum of ciphertexts.

The source is ElGamal as in ElectionGuard 2.1.0, 3.3.2, over ristretto255 (docs/spec/protocol.md, Encrypting).
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from urna.crypto.group import FixedPoint, add, base_edwards, encode_all, total
from urna.crypto.ristretto import IDENTITY, POINT_BYTES
from urna.crypto.scalars import add as add_scalars
from urna.crypto.scalars import from_int
from urna.errors import Malformed
from urna.words import Sentence

CIPHERTEXT_BYTES = 2 * POINT_BYTES


class Ciphertext(NamedTuple):
    """An encrypted number, or the sum of many; two canonical points."""

    alpha: bytes
    """ξ·G."""
    beta: bytes
    """(ξ + m)·K."""


NOTHING = Ciphertext(IDENTITY, IDENTITY)
"""The sum of no ciphertexts."""


def encrypt(key: FixedPoint, number: int, nonce: bytes) -> Ciphertext:
    """The number encrypted under a nonce: for opening in public; ballots are made by `ballot/encryption`.

    Args:
        key: K.
        number: m.
        nonce: ξ, a canonical scalar.
    """
    beta = key.edwards_times(add_scalars(nonce, from_int(number)))
    return Ciphertext(*encode_all([base_edwards(nonce), beta]))


def add_ciphertexts(one: Ciphertext, other: Ciphertext) -> Ciphertext:
    """The sum of two.

    Raises:
        Malformed: one of the four is not a point.
    """
    return Ciphertext(add(one.alpha, other.alpha), add(one.beta, other.beta))


def sum_ciphertexts(ciphertexts: Iterable[Ciphertext]) -> Ciphertext:
    """The sum of any number of them, through libsodium; kernels add up whole boxes faster.

    Raises:
        Malformed: something in them is not a point.
    """
    each = list(ciphertexts)
    return Ciphertext(total([one.alpha for one in each]), total([one.beta for one in each]))


def read_ciphertexts(data: bytes) -> tuple[Ciphertext, ...]:
    """The ciphertexts that stand one after the other, 64 bytes each; whether they are points is not looked at.

    Raises:
        Malformed: not a multiple of 64 bytes.
    """
    if len(data) % CIPHERTEXT_BYTES:
        raise Malformed(
            Sentence("ciphertexts of {size} bytes each", {"size": CIPHERTEXT_BYTES}),
            Sentence("{size} bytes", {"size": len(data)}),
            Sentence("Ask whoever made it for the file as it was written."),
        )
    return tuple(_ciphertext(data[at : at + CIPHERTEXT_BYTES]) for at in range(0, len(data), CIPHERTEXT_BYTES))


def write_ciphertexts(ciphertexts: Sequence[Ciphertext]) -> bytes:
    """The bytes that `read_ciphertexts` reads."""
    return b"".join(each.alpha + each.beta for each in ciphertexts)


def _ciphertext(data: bytes) -> Ciphertext:
    return Ciphertext(data[:POINT_BYTES], data[POINT_BYTES:])
