"""The hash H of ElectionGuard, HMAC-SHA-256 with a key of 32 bytes, and how its inputs are written (2.1.0 §5)."""

import hashlib
import hmac

HASH_BYTES = 32


def H(key: bytes, *parts: bytes) -> bytes:  # noqa: N802 - the specification's letter
    """HMAC-SHA-256 of the parts, one after another (2.1.0 eq. 130)."""
    return hmac.new(key, b"".join(parts), hashlib.sha256).digest()


def version_key(version: str) -> bytes:
    """The version identifier, padded with zeros to 32 bytes."""
    return version.encode().ljust(HASH_BYTES, b"\0")


def small(number: int) -> bytes:
    """A small integer: 4 bytes, big-endian (section 5.1.3)."""
    return number.to_bytes(4, "big")


def scalar(number: int) -> bytes:
    """An integer modulo q: 32 bytes (section 5.1.2)."""
    return number.to_bytes(32, "big")


def sized(data: bytes) -> bytes:
    """A string or a file: its length in 4 bytes, then itself (sections 5.1.4 and 5.1.5)."""
    return small(len(data)) + data


def exclusive_or(one: bytes, other: bytes) -> bytes:
    """Bit by bit; both have the same length."""
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
