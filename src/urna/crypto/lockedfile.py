"""A secret at rest: a small text file whose first lines anyone reads and whose box its passphrase alone opens.

    urna guardian 1
    election 90f2…
    guardian 2
    cost moderate
    salt 0f1e…
    box 9c8d…

The box holds the secret, sealed (AES-256-GCM) under the slow hash (Argon2id) of the passphrase; its label is the lines
above it, so a file of which a line was changed does not open.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from urna.crypto.kdf import SALT_BYTES, Cost, stretch
from urna.crypto.secretbox import KEY_BYTES, NONCE_BYTES, OVERHEAD_BYTES, open_box, seal_box
from urna.errors import Malformed, Unproven
from urna.words import Sentence

MAX_LOCKED_BYTES = 16 * 1024 * 1024

_VALUE = r"[!-~]{1,120}"


class Kind(NamedTuple):
    """What a file is: its first line is "urna <title> 1", and then each of the lines, in order."""

    title: str
    lines: tuple[str, ...]
    remedy: Sentence
    """What to do when a file is none."""


class LockedFile(NamedTuple):
    """A file as it was read: its lines can be seen without the passphrase."""

    lines: Mapping[str, str]
    cost: Cost
    salt: bytes
    box: bytes
    header: bytes
    """Everything above the box, which its label binds."""


def lock_file(
    kind: Kind,
    lines: Mapping[str, str],
    secret: bytes | bytearray,
    passphrase: str,
    *,
    salt: bytes,
    nonce: bytes,
    cost: Cost = Cost.MODERATE,
) -> bytes:
    """The bytes of a file.

    Args:
        kind: what it is.
        lines: the value of each line of the kind: printable ASCII without spaces, at most 120 characters.
        secret: what the box holds; its length shows.
        passphrase: what its owner will type; letters that look the same count as the same (NFKC).
        salt: 16 random bytes.
        nonce: 12 random bytes.
        cost: how slow each guess at the passphrase is.

    Raises:
        Malformed: a value cannot stand in a line.
    """
    above = [f"urna {kind.title} 1", *(f"{name} {lines[name]}" for name in kind.lines)]
    header = ("\n".join([*above, f"cost {cost.value}", f"salt {salt.hex()}"]) + "\n").encode()
    box = seal_box(_key(passphrase, salt, cost), bytes(secret), nonce, header)
    data = header + f"box {box.hex()}\n".encode()
    read_locked(data, kind)
    return data


def read_locked(data: bytes, kind: Kind, where: str = "") -> LockedFile:
    """The parts of a file, still closed.

    Raises:
        Malformed: not a file of this kind.
    """
    match = _pattern(kind.title, kind.lines).fullmatch(data[: MAX_LOCKED_BYTES + 1].decode("ascii", errors="replace"))
    if match is None or match["cost"] not in set(Cost):
        raise Malformed(
            Sentence("a {title} file of urna", {"title": kind.title}), Sentence("something else"), kind.remedy, where
        )
    return LockedFile(
        lines={name: match[f"line_{number}"] for number, name in enumerate(kind.lines)},
        cost=Cost(match["cost"]),
        salt=bytes.fromhex(match["salt"]),
        box=bytes.fromhex(match["box"]),
        header=match["header"].encode(),
    )


def unlock(file: LockedFile, passphrase: str, where: str = "") -> bytearray:
    """The secret in a file, to be overwritten after use.

    Raises:
        Unproven: another passphrase, or a changed file; which of them cannot be told.
    """
    try:
        return bytearray(open_box(_key(passphrase, file.salt, file.cost), file.box, file.header, where))
    except Unproven as error:
        raise does_not_open(where) from error


def does_not_open(where: str) -> Unproven:
    """What a wrong passphrase is answered with."""
    return Unproven(
        Sentence("the passphrase of this key file"),
        Sentence("one that does not open it"),
        Sentence("Type it again; if the file was changed, use your copy of it."),
        where,
    )


def _pattern(title: str, names: Sequence[str]) -> re.Pattern[str]:
    lines = "".join(f"{name} (?P<line_{number}>{_VALUE})\n" for number, name in enumerate(names))
    header = rf"urna {title} 1\n{lines}cost (?P<cost>[a-z]{{1,20}})\nsalt (?P<salt>[0-9a-f]{{{2 * SALT_BYTES}}})\n"
    box = rf"(?:[0-9a-f][0-9a-f]){{{OVERHEAD_BYTES},}}"
    return re.compile(rf"(?P<header>{header})box (?P<box>{box})\n", re.ASCII)


def _key(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    return stretch(unicodedata.normalize("NFKC", passphrase).encode(), salt, cost, KEY_BYTES)


__all__ = [
    "NONCE_BYTES",
    "SALT_BYTES",
    "Kind",
    "LockedFile",
    "does_not_open",
    "lock_file",
    "read_locked",
    "unlock",
]
