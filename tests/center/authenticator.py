"""A device with passkeys, in software: it makes them, signs with them, and does wrong on demand."""

import hashlib
import json
from base64 import urlsafe_b64encode
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, encode_cbor

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40


class Authenticator:
    """A device with one passkey.

    Args:
        origin: of the page whose browser it is at.
        number: the credential's.
        counts: whether it counts its signatures.
    """

    def __init__(self, origin: str, number: bytes = b"n" * 16, *, counts: bool = True) -> None:
        self.origin, self.number = origin, number
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.handle: bytes | None = None
        self.count, self._step = 0, int(counts)

    def make(self, options: Any, *, host: str = "", flags: int = PRESENT | VERIFIED, origin: str = "") -> str:
        """What a browser gives for `navigator.credentials.create`."""
        self.handle = base64url_to_bytes(options["user"]["id"])
        place = self.key.public_key().public_numbers()
        x, y = (each.to_bytes(32, "big") for each in (place.x, place.y))
        public = encode_cbor({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        made = bytes(16) + len(self.number).to_bytes(2, "big") + self.number + public
        data = self._data(host or options["rp"]["id"], flags | WITH_KEY) + made
        attestation = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options["challenge"], origin)
        return self._written({"clientDataJSON": client, "attestationObject": attestation})

    def sign(self, options: Any, *, host: str = "", flags: int = PRESENT | VERIFIED, origin: str = "") -> str:
        """What a browser gives for `navigator.credentials.get`."""
        self.count += self._step
        data = self._data(host or options["rpId"], flags)
        client = self._client("webauthn.get", options["challenge"], origin)
        signed = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        response = {"clientDataJSON": client, "authenticatorData": data, "signature": signed}
        return self._written(response | ({"userHandle": self.handle} if self.handle is not None else {}))

    def _data(self, host: str, flags: int) -> bytes:
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str, origin: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": origin or self.origin}).encode()

    def _written(self, response: dict[str, bytes]) -> str:
        number = _text(self.number)
        texts = {name: _text(each) for name, each in response.items()}
        return json.dumps({"id": number, "rawId": number, "type": "public-key", "response": texts})


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
