"""Message authentication between two who share a key: HMAC with SHA-256 (RFC 2104, FIPS 198-1).

The message is a list of parts, each written with its length before it, so that ("ab", "c") and ("a", "bc") have
different codes.
"""

import hmac
from hashlib import sha256

from urna.errors import Malformed, Unproven
from urna.words import Sentence

MAC_BYTES = 32


def authenticate(key: bytes, purpose: str, *parts: bytes) -> bytes:
    """The 32-byte code over the purpose and the parts.

    Args:
        key: at least 16 bytes; 32 by custom.
        purpose: a fixed text such as "urna/activation/1", so that a code for one use is none for another.
        parts: the message, in order.

    Raises:
        Malformed: the key is too short.
    """
    if len(key) < 16:
        raise Malformed(
            Sentence("a shared key of at least 16 bytes"),
            Sentence("{size} bytes", {"size": len(key)}),
            Sentence("Check where the key material comes from."),
        )
    return hmac.digest(key, join_parts(purpose.encode(), *parts), sha256)


def check_authentic(key: bytes, code: bytes, purpose: str, *parts: bytes, where: str = "") -> None:
    """Returns if the code is this key's over the purpose and parts; takes the same time for every wrong code.

    Raises:
        Unproven: it is not.
    """
    if not hmac.compare_digest(authenticate(key, purpose, *parts), code):
        raise Unproven(
            Sentence("an answer made with the shared key"),
            Sentence("another one"),
            Sentence("Try once more; if it fails again, check that the two machines were paired."),
            where,
        )


def join_parts(*parts: bytes) -> bytes:
    """The parts in one string of bytes that no other parts give: each after its length in 8 bytes."""
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)
