"""The desk's key in a backup: sealed under the passphrase of the log's key, which whoever starts the centre has.

The file is a `crypto/lockedfile` with one line, the election.
"""

from pathlib import Path

from urna.crypto.kdf import Cost
from urna.crypto.lockedfile import Kind, lock_file, read_locked, unlock
from urna.encoding.canonical import Hash
from urna.errors import OutOfOrder, Unproven
from urna.storage.centre_operators import KEY_FILE
from urna.storage.definition_folder import read_limited, write_secret_file
from urna.words import Sentence

SEALED = "desk.key.sealed"
MAX_BYTES = 4096

_KIND = Kind("desk-key", ("election",), Sentence("Give every operator a new link: urna center operator link."))


def seal_desk_key(
    folder: Path, to: Path, election: Hash, passphrase: str, *, salt: bytes, nonce: bytes, cost: Cost = Cost.MODERATE
) -> bool:
    """Writes a centre's desk key, sealed, into a backup; False if the centre has none, because it never had pages.

    Args:
        folder: the centre's.
        to: the backup's, without its sums yet.
        election: the centre's.
        passphrase: of the log's key.
        salt: 16 random bytes.
        nonce: 12 random bytes.
        cost: of a guess.
    """
    if not (folder / KEY_FILE).exists():
        return False
    key = read_limited(folder / KEY_FILE, MAX_BYTES)
    sealed = lock_file(_KIND, {"election": election}, key, passphrase, salt=salt, nonce=nonce, cost=cost)
    write_secret_file(to / SEALED, sealed)
    return True


def open_desk_key(backup: Path, election: Hash, passphrase: str) -> bytes:
    """The desk key of a backup.

    Raises:
        OutOfOrder: the backup has none.
        Malformed: its file is none.
        Unproven: another passphrase, a changed file, or another election's.
    """
    where = str(backup / SEALED)
    try:
        data = read_limited(backup / SEALED, MAX_BYTES)
    except FileNotFoundError as error:
        raise OutOfOrder(
            Sentence("a backup with the desk's key"),
            Sentence("one without it"),
            Sentence("Leave --log-key out; then bring desk.key back, or give every operator a new link."),
            where,
        ) from error
    locked = read_locked(data, _KIND, where)
    if locked.lines["election"] != election:
        raise Unproven(
            Sentence("the desk's key of election {election}", {"election": election[:16]}),
            Sentence("another election's"),
            Sentence("Take another backup."),
            where,
        )
    return bytes(unlock(locked, passphrase, where))
