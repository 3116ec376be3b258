"""Ed25519 signatures (RFC 8032), through the library `cryptography`.

Key material comes in as an argument: this module draws no randomness.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from urna.errors import Malformed, Unproven
from urna.words import Sentence

SEED_BYTES = 32
SIGNATURE_BYTES = 64


class SigningKey:
    """An Ed25519 private key. Its seed never shows in a message or a repr.

    Args:
        seed: 32 uniformly random bytes (RFC 8032's private key).
    """

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_BYTES:
            raise Malformed(
                Sentence("a signing seed of 32 bytes"),
                Sentence("{size} bytes", {"size": len(seed)}),
                Sentence("Check the key file."),
            )
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public_hex = self._key.public_key().public_bytes_raw().hex()

    def sign(self, message: bytes) -> bytes:
        """The 64-byte signature of the message; the same message gives the same signature."""
        return self._key.sign(message)

    def __repr__(self) -> str:
        """Names the public half only."""
        return f"SigningKey(public={self.public_hex})"


def verify_signature(public_hex: str, message: bytes, signature: bytes, where: str = "") -> None:
    """Returns if the signature is by this key over this message.

    Args:
        public_hex: the public key, 64 hexadecimal digits.
        message: the signed bytes.
        signature: 64 bytes.
        where: what is being checked, for the error.

    Raises:
        Unproven: it is not (also for a key or signature of the wrong length).
    """
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_hex)).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise Unproven(
            Sentence("a signature by key {key}", {"key": public_hex[:16]}),
            Sentence("one that does not verify"),
            Sentence("Treat the document as not signed, and ask its maker."),
            where,
        ) from error
