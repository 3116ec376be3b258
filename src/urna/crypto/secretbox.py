"""A box that only its key opens, and that shows any change: AES-256-GCM (NIST SP 800-38D).

    box = nonce (12 bytes) || ciphertext (as long as the plaintext) || tag (16 bytes)

Everything at rest in a station is in such boxes. The nonce comes in as an argument: 12 fresh random bytes for
every box. Under one key that is safe for 2^32 boxes (SP 800-38D §8.3); a station seals a few thousand.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from urna.errors import Malformed, Unproven
from urna.words import Sentence

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
OVERHEAD_BYTES = NONCE_BYTES + TAG_BYTES


def seal_box(key: bytes, plaintext: bytes, nonce: bytes, label: bytes) -> bytes:
    """The box that holds the plaintext.

    Args:
        key: 32 bytes.
        plaintext: the secret; its length shows, so pad what must not show.
        nonce: 12 random bytes, never used before under this key.
        label: what the box is and where it belongs; not kept in it, and needed again to open it.
    """
    _check_length("key", key, KEY_BYTES)
    _check_length("nonce", nonce, NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, label)


def open_box(key: bytes, box: bytes, label: bytes, where: str = "") -> bytes:
    """The plaintext of a box.

    Raises:
        Unproven: another key, another label, or a changed or shortened box; which of them cannot be told.
    """
    _check_length("key", key, KEY_BYTES)
    if len(box) < OVERHEAD_BYTES:
        raise _does_not_open(where)
    try:
        return AESGCM(key).decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], label)
    except InvalidTag:
        raise _does_not_open(where) from None


def _check_length(name: str, value: bytes, size: int) -> None:
    if len(value) != size:
        raise Malformed(
            Sentence("a {name} of {size} bytes", {"name": name, "size": size}),
            Sentence("{size} bytes", {"size": len(value)}),
            Sentence("Check where the key material comes from."),
        )


def _does_not_open(where: str) -> Unproven:
    return Unproven(
        Sentence("a sealed box that this key opens"),
        Sentence("one that it does not open"),
        Sentence("Check that the box and the key belong together; the box may have been changed."),
        where,
    )
