"""Keys from keys, and keys from what people remember.

`derive_key` makes independent keys out of one (HKDF-Expand with SHA-256, RFC 5869 §2.3); `stretch` makes a key
out of a PIN, slowly and with much memory, so that guessing costs (Argon2id, RFC 9106, through libsodium).
"""

from enum import StrEnum

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from nacl import pwhash

from urna.errors import Malformed
from urna.words import Sentence

SALT_BYTES = 16


class Cost(StrEnum):
    """What one guess costs, as Argon2id's passes over its memory.

    Measured on one core of the build machine: 4.1 s, 0.33 s, 0.05 s and 0.0001 s.
    """

    SENSITIVE = "sensitive"
    """4 passes over 1 GiB: keys that are opened once and whose cards may be stolen."""
    MODERATE = "moderate"
    """3 passes over 256 MiB: a station with 1 GiB of memory; codes typed while a voter waits."""
    INTERACTIVE = "interactive"
    """2 passes over 64 MiB: demonstrations and rehearsals."""
    TOY = "toy"
    """1 pass over 8 KiB: protects nothing; for tests that open hundreds of cards."""


_LIMITS = {
    Cost.SENSITIVE: (pwhash.argon2id.OPSLIMIT_SENSITIVE, pwhash.argon2id.MEMLIMIT_SENSITIVE),
    Cost.MODERATE: (pwhash.argon2id.OPSLIMIT_MODERATE, pwhash.argon2id.MEMLIMIT_MODERATE),
    Cost.INTERACTIVE: (pwhash.argon2id.OPSLIMIT_INTERACTIVE, pwhash.argon2id.MEMLIMIT_INTERACTIVE),
    Cost.TOY: (pwhash.argon2id.OPSLIMIT_MIN, pwhash.argon2id.MEMLIMIT_MIN),
}


def derive_key(key: bytes, purpose: str, size: int = 32) -> bytes:
    """A key for one purpose; keys for different purposes say nothing about each other.

    Args:
        key: 32 uniformly random bytes.
        purpose: a fixed text such as "urna/poll-book/rows/1".
        size: bytes wanted, at most 8160.
    """
    _check_size("key", key, 32)
    return HKDFExpand(algorithm=SHA256(), length=size, info=purpose.encode()).derive(key)


def stretch(secret: bytes, salt: bytes, cost: Cost, size: int = 32) -> bytes:
    """The slow hash of a PIN or code.

    Args:
        secret: what a person typed, in its normal form.
        salt: 16 random bytes, one salt per secret.
        cost: how slow.
        size: bytes wanted, at least 16.
    """
    _check_size("salt", salt, SALT_BYTES)
    passes, memory_bytes = _LIMITS[cost]
    return pwhash.argon2id.kdf(size, secret, salt, opslimit=passes, memlimit=memory_bytes)


def _check_size(name: str, value: bytes, size: int) -> None:
    if len(value) != size:
        raise Malformed(
            Sentence("a {name} of {size} bytes", {"name": name, "size": size}),
            Sentence("{size} bytes", {"size": len(value)}),
            Sentence("Check where the key material comes from."),
        )
