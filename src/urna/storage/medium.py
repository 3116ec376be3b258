"""A medium: fixed-size files with offsets, a sync that means it, and one directory.

The booth writes through this narrow port so that a test can put a medium under it that loses, reorders and tears
everything since the last sync. What a medium must promise, and no more:

    file.sync()              all earlier writes of this file survive a power cut
    medium.sync_directory()  all earlier creates, renames and unlinks survive a power cut

Between two syncs anything may be lost, in any order, in any part.
"""

import os
import re
from pathlib import Path
from typing import Protocol
from weakref import WeakSet, finalize

from urna.errors import Malformed, OutOfOrder
from urna.storage.durable import sync_folder
from urna.words import Sentence

_NAME = re.compile(r"\A[a-z0-9][a-z0-9.-]{0,60}\Z")

CONSTANT_TIME_NS = 0
"""The access and modification time that every file of a booth shows: 1970-01-01."""


class File(Protocol):
    """A file whose size never changes."""

    @property
    def size(self) -> int:
        """Bytes."""
        ...

    def read(self, offset: int, length: int) -> bytes:
        """Exactly `length` bytes from `offset`."""
        ...

    def write(self, offset: int, data: bytes) -> None:
        """Overwrites in place; not durable before `sync`."""
        ...

    def sync(self) -> None:
        """Returns when all earlier writes of this file survive a power cut."""
        ...

    def close(self) -> None:
        """Gives the file back; says nothing about durability."""
        ...


class Medium(Protocol):
    """One directory of fixed-size files."""

    def names(self) -> frozenset[str]:
        """The files that are there."""
        ...

    def create(self, name: str, size: int) -> File:
        """A new file of `size` zero bytes; `OutOfOrder` if the name is taken."""
        ...

    def open(self, name: str) -> File:
        """The file; `Malformed` if there is none."""
        ...

    def rename(self, old: str, new: str) -> None:
        """Gives a file another name, in place of whatever has it; not durable before `sync_directory`."""
        ...

    def unlink(self, name: str) -> None:
        """Takes a file away; not durable before `sync_directory`."""
        ...

    def sync_directory(self) -> None:
        """Returns when all earlier creates, renames and unlinks survive a power cut."""
        ...


class DiskFile:
    """A file of `DiskMedium`. Its times are set back to a constant after each write, before the sync carries them.

    Its descriptor is given back when nobody has the file any more, at the latest.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._give_back = finalize(self, os.close, descriptor)
        self._give_back.atexit = False
        self._size = os.fstat(descriptor).st_size

    @property
    def size(self) -> int:
        """Bytes."""
        return self._size

    def read(self, offset: int, length: int) -> bytes:
        """Exactly `length` bytes from `offset`."""
        _check_range(self._size, offset, length)
        parts = []
        while length and (part := os.pread(self._descriptor, length, offset)):
            parts.append(part)
            offset, length = offset + len(part), length - len(part)
        return b"".join(parts)

    def write(self, offset: int, data: bytes) -> None:
        """Overwrites in place."""
        _check_range(self._size, offset, len(data))
        rest = memoryview(data)
        while rest:
            written = os.pwrite(self._descriptor, rest, offset)
            offset, rest = offset + written, rest[written:]

    def sync(self) -> None:
        """fsync, after access and modification time went back to the constant."""
        os.utime(self._descriptor, ns=(CONSTANT_TIME_NS, CONSTANT_TIME_NS))
        os.fsync(self._descriptor)

    def close(self) -> None:
        """Gives the descriptor back; doing it twice is harmless."""
        self._descriptor = -1  # the number may soon be another file's
        self._give_back()


class DiskMedium:
    """A directory of a real filesystem that overwrites in place (ext4 without data journalling).

    Args:
        directory: it exists, and nothing else writes into it.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._opened = WeakSet[DiskFile]()

    def names(self) -> frozenset[str]:
        """The files that are there."""
        return frozenset(entry.name for entry in self._directory.iterdir())

    def create(self, name: str, size: int) -> DiskFile:
        """A new file of `size` zero bytes, its blocks allocated now: later they would follow the order of use."""
        try:
            descriptor = os.open(
                self._path(name), os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600
            )
        except FileExistsError as error:
            raise _taken(name) from error
        try:
            if size:
                os.posix_fallocate(descriptor, 0, size)
        except OSError:
            os.close(descriptor)
            raise
        return self._noted(DiskFile(descriptor))

    def open(self, name: str) -> DiskFile:
        """The file."""
        try:
            return self._noted(DiskFile(os.open(self._path(name), os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)))
        except FileNotFoundError as error:
            raise _absent(name) from error

    def rename(self, old: str, new: str) -> None:
        """Gives a file another name."""
        self._path(old).rename(self._path(new))

    def unlink(self, name: str) -> None:
        """Takes a file away."""
        self._path(name).unlink()

    def sync_directory(self) -> None:
        """Makes the names durable."""
        sync_folder(self._directory)

    def close(self) -> None:
        """Closes every file that was opened here; doing it twice is harmless."""
        for file in tuple(self._opened):
            file.close()

    def _noted(self, file: DiskFile) -> DiskFile:
        self._opened.add(file)
        return file

    def _path(self, name: str) -> Path:
        return self._directory / _checked(name)


class MemoryFile:
    """A file of `MemoryMedium`."""

    def __init__(self, content: bytearray) -> None:
        self._content = content

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self._content)

    def read(self, offset: int, length: int) -> bytes:
        """Exactly `length` bytes from `offset`."""
        _check_range(len(self._content), offset, length)
        return bytes(self._content[offset : offset + length])

    def write(self, offset: int, data: bytes) -> None:
        """Overwrites in place."""
        _check_range(len(self._content), offset, len(data))
        self._content[offset : offset + len(data)] = data

    def sync(self) -> None:
        """Memory has nothing to wait for."""

    def close(self) -> None:
        """Memory has nothing to give back."""


class MemoryMedium:
    """A medium in memory, for rehearsals and tests; nothing survives the process."""

    def __init__(self) -> None:
        self._files: dict[str, bytearray] = {}

    def names(self) -> frozenset[str]:
        """The files that are there."""
        return frozenset(self._files)

    def create(self, name: str, size: int) -> MemoryFile:
        """A new file of `size` zero bytes."""
        if name in self._files:
            raise _taken(name)
        self._files[_checked(name)] = bytearray(size)
        return MemoryFile(self._files[name])

    def open(self, name: str) -> MemoryFile:
        """The file."""
        if name not in self._files:
            raise _absent(name)
        return MemoryFile(self._files[name])

    def rename(self, old: str, new: str) -> None:
        """Gives a file another name."""
        self._files[_checked(new)] = self._files.pop(old)

    def unlink(self, name: str) -> None:
        """Takes a file away."""
        del self._files[name]

    def sync_directory(self) -> None:
        """Memory has nothing to wait for."""

    def copy(self) -> dict[str, bytes]:
        """Every byte of every file, as a raw copier would take them."""
        return {name: bytes(content) for name, content in self._files.items()}


def _checked(name: str) -> str:
    if not _NAME.match(name):
        raise Malformed(
            Sentence("a file name of small letters, digits, dots and dashes"),
            Sentence("{name}", {"name": repr(name)}),
            Sentence("Choose another name."),
        )
    return name


def _check_range(size: int, offset: int, length: int) -> None:
    if offset < 0 or length < 0 or offset + length > size:
        raise Malformed(
            Sentence("a place inside a file of {size} bytes", {"size": size}),
            Sentence("{length} bytes at {offset}", {"length": length, "offset": offset}),
            Sentence("Keep the medium as it is and call the technician."),
        )


def _taken(name: str) -> OutOfOrder:
    return OutOfOrder(
        Sentence("a medium without the file {name}", {"name": name}),
        Sentence("one that has it"),
        Sentence("Nothing was overwritten; use a fresh medium."),
        name,
    )


def _absent(name: str) -> Malformed:
    return Malformed(
        Sentence("the file {name} on the booth's medium", {"name": name}),
        Sentence("none"),
        Sentence("Check that this is the booth's own medium."),
        name,
    )
