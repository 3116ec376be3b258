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
import unicodedata
from typing import NamedTuple

from urna.crypto.kdf import SALT_BYTES, Cost, stretch
from urna.crypto.secretbox import KEY_BYTES, NONCE_BYTES, OVERHEAD_BYTES, open_box, seal_box
from urna.crypto.signatures import SEED_BYTES, SigningKey
from urna.errors import Malformed, Unproven
from urna.words import Sentence

MAX_KEYFILE_BYTES = 4096

_FILE = re.compile(
    r"(urna key 1\nname (?P<name>[!-*,-~]{1,120})\npublic (?P<public>[0-9a-f]{64})\ncost (?P<cost>[a-z]{1,20})\n"
    rf"salt (?P<salt>[0-9a-f]{{{2 * SALT_BYTES}}})\n)box (?P<box>[0-9a-f]{{{2 * (SEED_BYTES + OVERHEAD_BYTES)}}})\n",
    re.ASCII,
)


class KeyFile(NamedTuple):
    """A key file as it was read: whose it is can be seen without the passphrase."""

    name: str
    """The key's name in signed notes."""
    public_hex: str
    cost: Cost
    salt: bytes
    box: bytes
    header: bytes
    """The lines above the box, which its label binds."""


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
    public_hex = SigningKey(seed).public_hex
    header = f"urna key 1\nname {name}\npublic {public_hex}\ncost {cost.value}\nsalt {salt.hex()}\n".encode()
    box = seal_box(_key(passphrase, salt, cost), seed, nonce, header)
    data = header + f"box {box.hex()}\n".encode()
    read_keyfile(data)
    return data


def read_keyfile(data: bytes, where: str = "") -> KeyFile:
    """The parts of a key file, still closed.

    Raises:
        Malformed: it is not one.
    """
    match = _FILE.fullmatch(data[: MAX_KEYFILE_BYTES + 1].decode("ascii", errors="replace"))
    if match is None or match["cost"] not in set(Cost):
        raise Malformed(
            Sentence("a key file of urna"),
            Sentence("something else"),
            Sentence("Make one with: urna authority keygen."),
            where,
        )
    return KeyFile(
        name=match["name"],
        public_hex=match["public"],
        cost=Cost(match["cost"]),
        salt=bytes.fromhex(match["salt"]),
        box=bytes.fromhex(match["box"]),
        header=match[1].encode(),
    )


def open_key(file: KeyFile, passphrase: str, where: str = "") -> SigningKey:
    """The private key in a file.

    Raises:
        Unproven: another passphrase, or a changed file; which of them cannot be told.
    """
    try:
        key = SigningKey(open_box(_key(passphrase, file.salt, file.cost), file.box, file.header, where))
    except Unproven as error:
        raise _does_not_open(where) from error
    if key.public_hex != file.public_hex:
        raise _does_not_open(where)
    return key


def _key(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    return stretch(unicodedata.normalize("NFKC", passphrase).encode(), salt, cost, KEY_BYTES)


def _does_not_open(where: str) -> Unproven:
    return Unproven(
        Sentence("the passphrase of this key file"),
        Sentence("one that does not open it"),
        Sentence("Type it again; if the file was changed, use your copy of it."),
        where,
    )


__all__ = ["NONCE_BYTES", "SALT_BYTES", "KeyFile", "open_key", "read_keyfile", "seal_key"]
