"""A signing key at rest: a small text file that only its passphrase opens.

    urna key 1
    name council.example/ana
    public 4532…
    cost moderate
    salt 0f1e…
    box 9c8d…

The box holds the 32-byte seed, sealed (AES-256-GCM) under the slow hash (Argon2id) of the passphrase; its label
is the lines above it, so a file whose name, public key or cost was changed does not open.
"""

import re
from typing import NamedTuple

from urna.crypto.kdf import Cost
from urna.crypto.lockedfile import (
    NONCE_BYTES,
    SALT_BYTES,
    Kind,
    LockedFile,
    does_not_open,
    lock_file,
    read_locked,
    unlock,
)
from urna.crypto.secretbox import OVERHEAD_BYTES
from urna.crypto.signatures import SEED_BYTES, SigningKey
from urna.errors import Malformed
from urna.words import Sentence

MAX_KEYFILE_BYTES = 4096

_REMEDY = Sentence("Make one with: urna authority keygen.")
_KIND = Kind("key", ("name", "public"), _REMEDY)
_NAME = re.compile(r"\A[!-*,-~]{1,120}\Z", re.ASCII)
_PUBLIC = re.compile(r"\A[0-9a-f]{64}\Z", re.ASCII)


class KeyFile(NamedTuple):
    """A key file as it was read: whose it is can be seen without the passphrase."""

    name: str
    """The key's name in signed notes."""
    public_hex: str
    locked: LockedFile

    @property
    def cost(self) -> Cost:
        """How slow each guess at its passphrase is."""
        return self.locked.cost


def seal_key(
    name: str, seed: bytes, passphrase: str, *, salt: bytes, nonce: bytes, cost: Cost = Cost.MODERATE
) -> bytes:
    """The bytes of a key file.

    Args:
        name: the key's name in notes: printable ASCII without spaces and plus signs, at most 120.
        seed: the 32-byte private key.
        passphrase: what its owner will type; letters that look the same count as the same (NFKC).
        salt: 16 random bytes.
        nonce: 12 random bytes.
        cost: how slow each guess at the passphrase is.

    Raises:
        Malformed: the name cannot be a key's name.
    """
    lines = {"name": name, "public": SigningKey(seed).public_hex}
    data = lock_file(_KIND, lines, seed, passphrase, salt=salt, nonce=nonce, cost=cost)
    read_keyfile(data)
    return data


def read_keyfile(data: bytes, where: str = "") -> KeyFile:
    """The parts of a key file, still closed.

    Raises:
        Malformed: it is not one.
    """
    locked = read_locked(data[: MAX_KEYFILE_BYTES + 1], _KIND, where)
    name, public_hex = locked.lines["name"], locked.lines["public"]
    if not (_NAME.match(name) and _PUBLIC.match(public_hex) and len(locked.box) == SEED_BYTES + OVERHEAD_BYTES):
        raise Malformed(Sentence("a key file of urna"), Sentence("something else"), _REMEDY, where)
    return KeyFile(name, public_hex, locked)


def open_key(file: KeyFile, passphrase: str, where: str = "") -> SigningKey:
    """The private key in a file.

    Raises:
        Unproven: another passphrase, or a changed file; which of them cannot be told.
    """
    key = SigningKey(bytes(unlock(file.locked, passphrase, where)))
    if key.public_hex != file.public_hex:
        raise does_not_open(where)
    return key


__all__ = ["NONCE_BYTES", "SALT_BYTES", "KeyFile", "open_key", "read_keyfile", "seal_key"]
