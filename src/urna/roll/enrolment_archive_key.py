"""The archive's key: its public half lies at every desk, its private half opens with two people's passphrases.

The private file is a locked file in a locked file: one keeper's passphrase opens the outer, the other's the inner.
"""

from collections.abc import Callable
from typing import NamedTuple

from urna.crypto.kdf import Cost
from urna.crypto.lockedfile import NONCE_BYTES, SALT_BYTES, Kind, LockedFile, lock_file, read_locked, unlock
from urna.crypto.sealing import SECRET_BYTES, SealingKey
from urna.election.definition import Text
from urna.encoding.canonical import PublicKey, Record
from urna.errors import Malformed, Unproven
from urna.words import Sentence

_REMEDY = Sentence("Take the private file that urna roll archive-keygen made.")
_OUTER = Kind("archive-key", ("public",), _REMEDY)
_INNER = Kind("archive-key-within", ("public",), _REMEDY)


class ArchiveKey(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/archive-key/1"):
    """The public half, as a file: what images are sealed to."""

    name: Text
    """Whose archive it is."""
    key: PublicKey


class Passphrases(NamedTuple):
    """Of the two keepers."""

    first: str
    second: str

    def __repr__(self) -> str:
        """Nothing of them."""
        return "Passphrases()"


def lock_archive_key(secret: bytes, passphrases: Passphrases, entropy: Callable[[int], bytes], cost: Cost) -> bytes:
    """The bytes of the private file.

    Args:
        secret: 32 uniformly random bytes.
        passphrases: the two keepers'.
        entropy: fresh randomness.
        cost: how slow each guess at one of them is.

    Raises:
        Malformed: both keepers chose the same one.
    """
    if passphrases.first == passphrases.second:
        raise Malformed(
            Sentence("two passphrases"),
            Sentence("one, twice"),
            Sentence("Let each keeper choose a passphrase that the other does not know."),
        )
    lines = {"public": SealingKey(secret).public_hex}
    within = lock_file(
        _INNER, lines, secret, passphrases.second, salt=entropy(SALT_BYTES), nonce=entropy(NONCE_BYTES), cost=cost
    )
    return lock_file(
        _OUTER, lines, within, passphrases.first, salt=entropy(SALT_BYTES), nonce=entropy(NONCE_BYTES), cost=cost
    )


def read_archive_key(data: bytes, where: str = "") -> LockedFile:
    """The private file, still closed.

    Raises:
        Malformed: it is none.
    """
    return read_locked(data, _OUTER, where)


def unlock_archive_key(locked: LockedFile, passphrases: Passphrases, where: str = "") -> SealingKey:
    """The private key.

    Raises:
        Unproven: another passphrase of one of the keepers, or a changed file.
    """
    within = unlock(locked, passphrases.first, where)
    secret = unlock(read_locked(bytes(within), _INNER, where), passphrases.second, where)
    if len(secret) != SECRET_BYTES:
        raise Malformed(Sentence("an archive key of urna"), Sentence("something else"), _REMEDY, where)
    key = SealingKey(bytes(secret))
    within[:], secret[:] = bytes(len(within)), bytes(len(secret))
    if key.public_hex != locked.lines["public"]:
        raise Unproven(
            Sentence("the private half of key {key}", {"key": locked.lines["public"][:16]}),
            Sentence("that of key {key}", {"key": key.public_hex[:16]}),
            _REMEDY,
            where,
        )
    return key
