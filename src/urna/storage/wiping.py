"""Wipes a folder of personal data: its keys first, then every file, then the folder.

1. Look at the folder: what it holds, and that it has nothing but files and folders of its own.
2. Overwrite and remove the key files. From here on what is left is noise.
3. Overwrite and remove every other file; remove the folders.

A power cut in between is no harm: what is left is wiped by the same command again.

Overwriting reaches the blocks that the file has now. Flash media move blocks, file systems keep journals and
snapshots, and backups are elsewhere: what lay there sealed stays noise without its key, which is why the key goes
first, and why every copy of the key and of the passphrase must go too.
"""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from urna.errors import Malformed
from urna.roll.wiping import Holding, WipedFolder
from urna.storage.enrolment_archive import IMAGES
from urna.storage.pollbook import APPLICATION_ID
from urna.storage.roll_files import KEY_FILE, sync_folder
from urna.words import Sentence

CHUNK_BYTES = 1024 * 1024

_SQLITE = b"SQLite format 3\x00"
_PACKAGE = b'"type":"urna/poll-book-package/1"'


class Found(NamedTuple):
    """A folder that was looked at."""

    folder: Path
    holding: Holding
    keys: tuple[Path, ...]
    files: tuple[Path, ...]
    """All other files."""
    bytes: int


def look(folder: Path, keys: Sequence[Path] = ()) -> Found:
    """What a folder holds; nothing is changed.

    Args:
        folder: a roll, an archive, or the folder of a poll book.
        keys: key files elsewhere that open what is in it, such as the archive's.

    Raises:
        Malformed: none of these, or something in it is neither a file nor a folder.
    """
    inside = sorted(folder.rglob("*")) if folder.is_dir() and not folder.is_symlink() else []
    strange = [path for path in (*inside, *keys) if path.is_symlink() or not (path.is_file() or path.is_dir())]
    if strange:
        raise Malformed(
            Sentence("a folder with files and folders only"),
            Sentence("a link, a device, or nothing"),
            Sentence("Look at it by hand: a link may lead to what must not be wiped."),
            str(strange[0]),
        )
    files = [path for path in inside if path.is_file()]
    holding = _holding(folder, files)
    own = [path for path in files if holding is Holding.ROLL and path == folder / KEY_FILE]
    first = (*own, *keys)
    rest = tuple(path for path in files if path not in first)
    return Found(folder, holding, first, rest, sum(path.stat().st_size for path in (*first, *rest)))


def wipe(found: Found) -> WipedFolder:
    """Wipes what was looked at."""
    for path in (*found.keys, *found.files):
        wipe_file(path)
    for path in sorted(found.folder.rglob("*"), reverse=True):
        path.rmdir()
    found.folder.rmdir()
    sync_folder(found.folder.parent)
    return WipedFolder(
        holding=found.holding,
        keys=len(found.keys),
        files=len(found.keys) + len(found.files),
        bytes=found.bytes,
    )


def wipe_file(path: Path) -> None:
    """Overwrites a file with noise, durably, and removes it, durably."""
    with path.open("r+b", buffering=0) as file:
        left = os.fstat(file.fileno()).st_size
        while left > 0:
            left -= file.write(secrets.token_bytes(min(left, CHUNK_BYTES))) or 0
        os.fsync(file.fileno())
    path.unlink()
    sync_folder(path.parent)


def _holding(folder: Path, files: Sequence[Path]) -> Holding:
    """What the files are of.

    Raises:
        Malformed: of nothing that urna wipes.
    """
    if any(path.name == KEY_FILE or path.suffix == ".box" for path in files):
        return Holding.ROLL
    if any(path.suffix in {IMAGES, ".entry"} for path in files):
        return Holding.ARCHIVE
    if any(_is_poll_book(path) for path in files):
        return Holding.POLL_BOOK
    raise Malformed(
        Sentence("the folder of a roll, an archive or a poll book"),
        Sentence("another one"),
        Sentence("Check the path: what is wiped does not come back."),
        str(folder),
    )


def _is_poll_book(path: Path) -> bool:
    """Whether a file is a poll book's store or its package."""
    with path.open("rb") as file:
        head = file.read(100)
        if head.startswith(_SQLITE):
            return int.from_bytes(head[68:72], "big") == APPLICATION_ID
        file.seek(0)
        return head.startswith(b'{"centre":') and _PACKAGE in file.read(64 * CHUNK_BYTES)
