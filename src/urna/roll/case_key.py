"""The case key: cases and decisions are sealed to its public half; the private half is a file with a passphrase.

    urna case-key 1
    name registry.example/cases
    public 4532…
    cost moderate
    salt 0f1e…
    box 9c8d…

The machine that searches needs the public half only: what it found, it cannot read again.
"""

import re
from typing import NamedTuple

from urna.crypto.kdf import Cost
from urna.crypto.lockedfile import Kind, LockedFile, does_not_open, lock_file, read_locked, unlock
from urna.crypto.sealing import SealingKey
from urna.errors import Malformed
from urna.words import Sentence

MAX_CASE_KEY_BYTES = 4096

_REMEDY = Sentence("Make one with: urna roll cases keygen.")
_KIND = Kind("case-key", ("name", "public"), _REMEDY)
_PUBLIC = re.compile(r"\A[0-9a-f]{64}\Z", re.ASCII)


class CaseKeyFile(NamedTuple):
    """A case key as it was read, still closed."""

    name: str
    public_hex: str
    locked: LockedFile


def seal_case_key(
    name: str, secret: bytes, passphrase: str, *, salt: bytes, nonce: bytes, cost: Cost = Cost.MODERATE
) -> bytes:
    """The bytes of a case key file.

    Args:
        name: whose it is: printable ASCII without spaces, at most 120 characters.
        secret: 32 random bytes, an X25519 private key.
        passphrase: what its owner will type.
        salt: 16 random bytes.
        nonce: 12 random bytes.
        cost: how slow each guess at the passphrase is.

    Raises:
        Malformed: the name cannot stand in the file.
    """
    lines = {"name": name, "public": SealingKey(secret).public_hex}
    return lock_file(_KIND, lines, secret, passphrase, salt=salt, nonce=nonce, cost=cost)


def read_case_key(data: bytes, where: str = "") -> CaseKeyFile:
    """The parts of a case key file.

    Raises:
        Malformed: it is not one.
    """
    locked = read_locked(data[: MAX_CASE_KEY_BYTES + 1], _KIND, where)
    if not _PUBLIC.match(locked.lines["public"]):
        raise Malformed(Sentence("a case key file of urna"), Sentence("something else"), _REMEDY, where)
    return CaseKeyFile(locked.lines["name"], locked.lines["public"], locked)


def open_case_key(file: CaseKeyFile, passphrase: str, where: str = "") -> SealingKey:
    """The private key in a file.

    Raises:
        Unproven: another passphrase, or a changed file; which of them cannot be told.
    """
    key = SealingKey(bytes(unlock(file.locked, passphrase, where)))
    if key.public_hex != file.public_hex:
        raise does_not_open(where)
    return key
