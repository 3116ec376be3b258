"""Six digits of a telephone (TOTP, RFC 6238): secrets sealed to the desk's key, and of which half minute a code is."""

import hmac
import secrets
from base64 import b32encode
from typing import Final

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from urna.crypto.kdf import derive_key
from urna.errors import OutOfOrder
from urna.words import Sentence

STEP_SECONDS: Final = 30
ISSUER: Final = "urna"
_NONCE_BYTES = 12


class Codes:
    """The secrets of the codes.

    Args:
        key: the desk's, 32 bytes.
    """

    def __init__(self, key: bytes) -> None:
        self._seal = AESGCM(derive_key(key, "urna/desk/secrets/1"))
        self._link_key = derive_key(key, "urna/desk/links/1")

    def secret_of(self, link: str) -> str:
        """The secret that this link sets up, in base 32; the same as often as it is asked."""
        return b32encode(hmac.digest(self._link_key, link.encode(), "sha256")[:20]).decode()

    def seal(self, name: str, secret: str) -> bytes:
        """As it is kept."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._seal.encrypt(nonce, secret.encode(), name.encode())

    def open(self, name: str, sealed: bytes) -> str:
        """The secret.

        Raises:
            OutOfOrder: it was sealed to another key.
        """
        try:
            return self._seal.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], name.encode()).decode()
        except InvalidTag as error:
            raise OutOfOrder(
                Sentence("the desk's key with which this account was made"),
                Sentence("another one"),
                Sentence("Bring desk.key back, or give this operator a new link: urna center operator link NAME."),
            ) from error


def address_of(secret: str, name: str) -> str:
    """The same secret as what a telephone reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def matching_step(secret: str, code: str, now: int, last: int) -> int | None:
    """Which half minute a code is of, if it is of this one or a neighbour and younger than the last that was taken."""
    digits = "".join(code.split())
    totp = pyotp.TOTP(secret)
    steps = range(now // STEP_SECONDS - 1, now // STEP_SECONDS + 2)
    found = [step for step in steps if hmac.compare_digest(totp.at(step * STEP_SECONDS).encode(), digits.encode())]
    return next((step for step in found if step > last), None)
