"""Sealed boxes (X25519, XSalsa20-Poly1305): anyone seals to a public key, its private half alone opens.

The construction is libsodium's crypto_box_seal, so PyNaCl's `SealedBox` and every other libsodium opens it; only
the ephemeral secret is an argument here, since this ring draws no randomness.

    e = ephemeral secret, E = e·B, n = BLAKE2b-192(E ‖ P)
    sealed = E ‖ crypto_box(message, n, P, e)
"""

import hashlib

from nacl.bindings import crypto_box_easy, crypto_scalarmult_base
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from urna.errors import Malformed, Unproven
from urna.words import Sentence

SECRET_BYTES = 32
OVERHEAD_BYTES = 48
"""A sealed message is longer than the message: 32 bytes of E and 16 of authentication."""

_NONCE_BYTES = 24


class SealingKey:
    """The private half that opens. It shows in no message and no repr.

    Args:
        secret: 32 uniformly random bytes (X25519's private key).
    """

    def __init__(self, secret: bytes) -> None:
        self._key = PrivateKey(_checked(secret))
        self.public_hex = bytes(self._key.public_key).hex()

    def unseal(self, sealed: bytes, where: str = "") -> bytes:
        """The message that was sealed to this key.

        Raises:
            Unproven: it was sealed to another key, or it was changed or cut.
        """
        try:
            return SealedBox(self._key).decrypt(sealed)
        except (CryptoError, ValueError, TypeError) as error:
            raise Unproven(
                Sentence("a message sealed to key {key}", {"key": self.public_hex[:16]}),
                Sentence("{size} bytes that this key does not open", {"size": len(sealed)}),
                Sentence("Check that the closing cards are of this station; keep the medium as it is."),
                where,
            ) from error

    def __repr__(self) -> str:
        """Names the public half only."""
        return f"SealingKey(public={self.public_hex})"


def seal(public_hex: str, message: bytes, ephemeral_secret: bytes) -> bytes:
    """The message sealed to a public key, `OVERHEAD_BYTES` longer.

    Args:
        public_hex: the X25519 public key, 64 hexadecimal digits.
        message: any bytes; its length shows.
        ephemeral_secret: 32 fresh uniformly random bytes, used once and forgotten.

    Raises:
        Malformed: the secret has another length.

    # Algorithm (libsodium, crypto_box_seal)
    """
    public = bytes.fromhex(public_hex)
    e = _checked(ephemeral_secret)
    big_e = crypto_scalarmult_base(e)
    n = hashlib.blake2b(big_e + public, digest_size=_NONCE_BYTES).digest()
    return big_e + crypto_box_easy(message, n, public, e)


def _checked(secret: bytes) -> bytes:
    if len(secret) != SECRET_BYTES:
        raise Malformed(
            Sentence("a secret of 32 bytes"),
            Sentence("{size} bytes", {"size": len(secret)}),
            Sentence("Check the key file."),
        )
    return secret
