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
import re
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from urna.encoding.canonical import Hash, decode
from urna.errors import Malformed, OutOfOrder
from urna.roll.at_rest import roll_election
from urna.roll.wiping import Holding, WipedFolder
from urna.station.day import Day
from urna.station.pollbook_package import MAX_PACKAGE_BYTES, PollBookPackage
from urna.storage.definition_folder import read_limited
from urna.storage.durable import sync_folder
from urna.storage.enrolment_archive import HEAD, read_head
from urna.storage.pollbook import APPLICATION_ID, open_store
from urna.storage.roll_files import KEY_FILE, read_key_file
from urna.storage.worklist import WorkList
from urna.words import Sentence

CHUNK_BYTES = 1024 * 1024

_WIPED = r"|(?:[^/]+/)*[0-9a-f]{32}\.wiped"
"""A file that a power cut left under the name that it has while it is overwritten."""

SHAPES: Mapping[Holding, re.Pattern[str]] = MappingProxyType(
    {
        Holding.ROLL: re.compile(
            r"roll\.key|[^/]+\.box|\.[^/]+\.new|enrolments/(?:pending/)?[0-9a-f]{32}\.note" + _WIPED
        ),
        Holding.ARCHIVE: re.compile(
            r"\.?election\.json(?:\.new)?|[0-9a-f]{32}\.(?:images|entry)|openings/[0-9a-f]{32}\.note" + _WIPED
        ),
        Holding.WORK_LIST: re.compile(r"head\.json|adjudicators\.note|(?:parts|cases|decisions)/[^/]+" + _WIPED),
        Holding.POLL_BOOK: re.compile(r"[^/]+"),
    }
)
"""What every file in a folder of each kind is called: a folder with anything else in it is not wiped.

A poll book's folder may hold any file, but has to hold its store or its package, and no folders.
"""

ENDED = frozenset({Day.CLOSED, Day.SHEET_PRINTED, Day.TRANSMITTED})
"""States of the day after which a poll book is used no more."""

WORK_LIST_HEAD = "head.json"

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
    election: Hash | None
    """Whose it is; None where only a sealed store is left, which does not say."""


def look(folder: Path, keys: Sequence[Path] = ()) -> Found:
    """What a folder holds; nothing is changed.

    Args:
        folder: a roll, an archive, or the folder of a poll book.
        keys: key files elsewhere that open what is in it, such as the archive's.

    Raises:
        Malformed: none of these, or something in it is neither a file nor a folder.
        OutOfOrder: a poll book whose day is not over.
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
    size = sum(path.stat().st_size for path in (*first, *rest))
    return Found(folder, holding, first, rest, size, _election(folder, holding, files))


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
    """Renames a file, overwrites it with noise, and removes it, each durably."""
    path = path.rename(path.with_name(f"{secrets.token_hex(16)}.wiped"))
    sync_folder(path.parent)
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
    names = [path.relative_to(folder).as_posix() for path in files]
    for holding, shape in SHAPES.items():
        is_known = holding is not Holding.POLL_BOOK or any(map(_is_poll_book, files))
        if names and is_known and all(map(shape.fullmatch, names)):
            return holding
    raise Malformed(
        Sentence("the folder of a roll, an archive, a work list or a poll book, with nothing else in it"),
        Sentence("another one"),
        Sentence("Check the path, and take out what does not belong there: what is wiped does not come back."),
        str(folder),
    )


def _election(folder: Path, holding: Holding, files: Sequence[Path]) -> Hash | None:
    """Whose the files are, as far as they say so in clear; what a power cut left of them may not."""
    if holding is Holding.ROLL and (folder / KEY_FILE).exists():
        return roll_election(read_key_file(folder), str(folder / KEY_FILE))
    if holding is Holding.ARCHIVE and (folder / HEAD).exists():
        return read_head(folder).election
    if holding is Holding.WORK_LIST and (folder / WORK_LIST_HEAD).exists():
        return WorkList(folder).head.election
    if holding is Holding.POLL_BOOK:
        return _poll_book_election(files)
    return None


def _poll_book_election(files: Sequence[Path]) -> Hash | None:
    """The election of the package, if it is there; a store must have ended its day."""
    election = None
    for path in files:
        if _is_store(path):
            _check_ended(path)
        elif _is_poll_book(path):
            record = read_limited(path, MAX_PACKAGE_BYTES).partition(b"\n")[0]
            election = decode(record, PollBookPackage, str(path)).election
    return election


def _check_ended(path: Path) -> None:
    store = open_store(path)
    try:
        day = store.day()
    finally:
        store.close()
    if day not in ENDED:
        raise OutOfOrder(
            Sentence("a poll book whose day is over"),
            Sentence("one in state {state}", {"state": day}),
            Sentence("Close the station first, or take the medium of another day."),
            str(path),
        )


def _is_store(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_SQLITE)) == _SQLITE


def _is_poll_book(path: Path) -> bool:
    """Whether a file is a poll book's store or its package."""
    with path.open("rb") as file:
        head = file.read(100)
        if head.startswith(_SQLITE):
            return int.from_bytes(head[68:72], "big") == APPLICATION_ID
        file.seek(0)
        return head.startswith(b'{"centre":') and _PACKAGE in file.read(64 * CHUNK_BYTES)
