"""The long files of a centre, each under the hash of its bytes: `files/ab/abcdef…`.

A file appears whole, under its own name, and on the medium, before anything names it. The same bytes are one file.
"""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from urna.encoding.canonical import Hash, digest
from urna.errors import Malformed
from urna.storage.definition_folder import read_limited
from urna.words import Sentence

INLINE_BYTES = 32 * 1024
"""Shorter files lie in the database itself, where one commit makes many of them durable."""

MOST_BYTES = 8 * 1024 * 1024 * 1024


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
        if not target.parent.is_dir():
            target.parent.mkdir(mode=0o700, exist_ok=True)
            sync_folder(self.folder)
        part = target.with_name(f".{name[:16]}.{secrets.token_hex(8)}")
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
        sync_folder(target.parent)
        return name

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
        for folder in sorted(each for each in self.folder.iterdir() if each.is_dir()):
            yield from sorted(each.name for each in folder.iterdir() if not each.name.startswith("."))


def sync_folder(folder: Path) -> None:
    """Waits until a folder's own entries are on the medium."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def lost(sha256: Hash) -> Malformed:
    """The error for a file that the centre should have."""
    return Malformed(
        Sentence("the file {name} as it was kept", {"name": sha256[:16]}),
        Sentence("none, or other bytes"),
        Sentence("Restore the centre from its backup."),
    )
