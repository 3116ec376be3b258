"""The long files of a centre, each under the hash of its bytes: `files/ab/abcdef…`.

A file appears whole, under its own name, and on the medium, before anything names it. The same bytes are one file.
What arrives is a draft until it is decided on: `files/.drafts/<random>/<sha256>`. A decision moves what it keeps, and
all other drafts are removed, those of a process that was killed when the centre is opened.
"""

import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from urna.encoding.canonical import Hash, digest
from urna.errors import Malformed
from urna.storage.definition_folder import read_limited
from urna.storage.durable import sync_folder
from urna.words import Sentence

INLINE_BYTES = 32 * 1024
"""Shorter files lie in the database itself, where one commit makes many of them durable."""

MOST_BYTES = 8 * 1024 * 1024 * 1024

DRAFTS = ".drafts"


class CentreFiles:
    """The folder of long files. It holds no open file, so it can be sent to other processes.

    Args:
        folder: made if absent.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def path(self, sha256: Hash) -> Path:
        """Where the file with this hash lies, if it does."""
        return self.folder / sha256[:2] / sha256

    def put(self, data: bytes) -> Hash:
        """Keeps a file; the same again is harmless."""
        name = digest(data)
        target = self.path(name)
        if target.exists():
            return name
        self._make_parent(target)
        _write(target.with_name(f".{name[:16]}.{secrets.token_hex(8)}"), data).replace(target)
        sync_folder(target.parent)
        return name

    def new_drafts(self) -> Path:
        """A folder for the drafts of one parcel."""
        drafts = self.folder / DRAFTS / secrets.token_hex(16)
        drafts.mkdir(mode=0o700, parents=True)
        return drafts

    def keep(self, drafts: Mapping[Hash, Path]) -> None:
        """Moves drafts to where they stay; those that were moved before are passed over."""
        parents = set()
        for sha256, draft in drafts.items():
            target = self.path(sha256)
            if not target.exists():
                self._make_parent(target)
                draft.replace(target)
                parents.add(target.parent)
        for parent in parents:
            sync_folder(parent)

    def clear(self) -> None:
        """Removes what a process that was killed left half done; for the one writer, before anything arrives."""
        forget_drafts(self.folder / DRAFTS)
        for part in self.folder.glob("??/.*"):
            part.unlink(missing_ok=True)

    def read(self, sha256: Hash) -> bytes:
        """The bytes of a file.

        Raises:
            Malformed: it is not there, or has other bytes.
        """
        try:
            data = read_limited(self.path(sha256), MOST_BYTES)
        except OSError as error:
            raise lost(sha256) from error
        if digest(data) != sha256:
            raise lost(sha256)
        return data

    def names(self) -> Iterator[Hash]:
        """Every whole file."""
        for folder in sorted(each for each in self.folder.glob("??") if each.is_dir()):
            yield from sorted(each.name for each in folder.iterdir() if not each.name.startswith("."))

    def _make_parent(self, target: Path) -> None:
        if not target.parent.is_dir():
            target.parent.mkdir(mode=0o700, exist_ok=True)
            sync_folder(self.folder)


def write_draft(drafts: Path, data: bytes) -> None:
    """Puts a file down, whole and on the medium, until it is decided on."""
    draft = drafts / digest(data)
    if not draft.exists():
        _write(draft, data)


def drafts_in(drafts: Path | None) -> dict[Hash, Path]:
    """The drafts of a parcel; none if all of its files are short."""
    return {draft.name: draft for draft in drafts.iterdir()} if drafts is not None else {}


def forget_drafts(drafts: Path | None) -> None:
    """Removes the drafts of a parcel that was decided on, or could not be."""
    if drafts is not None:
        shutil.rmtree(drafts, ignore_errors=True)


def _write(path: Path, data: bytes) -> Path:
    """A file on the medium, or none: what a full medium took of it is removed."""
    try:
        with path.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def lost(sha256: Hash) -> Malformed:
    """The error for a file that the centre should have."""
    return Malformed(
        Sentence("the file {name} as it was kept", {"name": sha256[:16]}),
        Sentence("none, or other bytes"),
        Sentence("Restore the centre from its backup."),
    )
