"""A folder where another program drops finger images: looked at, read and wiped without trusting what lies there.

The folder is opened once and everything is named relative to it, so that nobody can swap it for another. No link
is followed, nothing but a plain file with one name is ever opened for reading or overwritten, and no file name
reaches a message: vendors write numbers of electors into them.
"""

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from urna.devices.reader import ReaderFailed
from urna.errors import Malformed
from urna.words import Sentence

MARK = ".urna-reader"
"""A file that says: this folder is for the reader's images alone, and urna may remove what lies there."""

_CHUNK = 1 << 20


class Look(NamedTuple):
    """What a directory entry is, without opening it; two equal looks mean that nobody wrote in between."""

    device: int
    inode: int
    mode: int
    links: int
    size: int
    written_ns: int

    @property
    def is_plain(self) -> bool:
        """A file with one name: no link, no pipe, no device, no folder."""
        return stat.S_ISREG(self.mode) and self.links == 1


class DropFolder:
    """The folder, opened.

    Args:
        path: an existing folder of this account. An empty one is marked; one with files and without the mark is
            refused, as everything in it would be removed.

    Raises:
        ReaderFailed: no such folder, a link, somebody else's, writable by everybody, or full of other files.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._number = _open_folder(path)
        try:
            self._check_owner()
            self._mark()
        except BaseException:
            self.close()
            raise

    def names(self) -> list[str]:
        """What lies there, but for the mark, in the order of the names."""
        return sorted(name for name in os.listdir(self._number) if name != MARK)  # noqa: PTH208 - the opened folder has no path

    def look(self, name: str) -> Look | None:
        """What an entry is; None when it is gone."""
        try:
            seen = os.stat(name, dir_fd=self._number, follow_symlinks=False)
        except FileNotFoundError:
            return None
        return _look(seen)

    def read(self, name: str, expected: Look, most: int) -> bytes | None:
        """The bytes of a plain file, up to `most` and one more; None when it is not what was looked at any more.

        Raises:
            Malformed: this account may not read it.
        """
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            number = os.open(name, flags, dir_fd=self._number)
        except PermissionError as error:
            raise self.refused(Sentence("one that this account may not read")) from error
        except OSError:
            return None
        with os.fdopen(number, "rb") as file:
            if not expected.is_plain or _look(os.fstat(number)) != expected:
                return None
            data = file.read(most + 1)
            return data if _look(os.fstat(number)) == expected else None

    def clear(self, most: int) -> None:
        """Wipes everything that lies there but the mark.

        Raises:
            ReaderFailed: there is a folder in it, or the system does not let this account remove something.
        """
        for name in self.names():
            self.wipe(name, most)

    def wipe(self, name: str, most: int) -> None:
        """Overwrites the first `most` bytes of a plain file, and removes it; of anything else only the name goes.

        Raises:
            ReaderFailed: it is a folder, or the system does not let this account remove it.
        """
        seen = self.look(name)
        if seen is None:
            return
        if stat.S_ISDIR(seen.mode):
            raise self._unusable(Sentence("a folder in it"))
        if seen.is_plain:
            with suppress(OSError):  # another account's file cannot be overwritten, but removed
                self._overwrite(name, seen, min(seen.size, most))
        try:
            os.unlink(name, dir_fd=self._number)
        except FileNotFoundError:
            return
        except OSError as error:
            raise self._unusable(Sentence("a file that this account may not remove")) from error

    def now_ns(self) -> int:
        """The instant by the clock that stamps files here, nanoseconds."""
        os.utime(MARK, dir_fd=self._number, follow_symlinks=False)
        return os.stat(MARK, dir_fd=self._number, follow_symlinks=False).st_mtime_ns

    def refused(self, found: Sentence) -> Malformed:
        """The error about something that was dropped and is no image; it names the folder only."""
        return Malformed(
            Sentence("one image file of a finger from the reader's program"),
            found,
            Sentence("Set the reader's program to write plain image files (PNG, TIFF, BMP or WSQ) into this folder."),
            str(self.path),
        )

    @property
    def advice(self) -> tuple[Sentence, ...]:
        """What could be safer about the folder."""
        found = []
        if os.fstat(self._number).st_mode & 0o077:
            found.append(
                Sentence("Other accounts can look into the folder: chmod 700, if the reader's program allows.")
            )
        if not _lies_in_memory(os.fstat(self._number).st_dev):
            found.append(Sentence("The folder lies on a disk, where wiped images leave traces: take one in memory."))
        return tuple(found)

    def close(self) -> None:
        """Closes the folder; twice does no harm."""
        if self._number >= 0:
            os.close(self._number)
            self._number = -1

    def _check_owner(self) -> None:
        state = os.fstat(self._number)
        if state.st_uid != os.geteuid():
            raise self._unusable(Sentence("one of another account"))
        if state.st_mode & stat.S_IWOTH:
            raise self._unusable(Sentence("one in which everybody may write, so that anybody's image could lie there"))

    def _mark(self) -> None:
        marked = self.look(MARK)
        if marked is None and self.names():
            raise self._unusable(Sentence("one with other files in it; nothing was removed"))
        if marked is not None and not marked.is_plain:
            raise self._unusable(Sentence("one whose mark is a link"))
        flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        os.close(os.open(MARK, flags, 0o600, dir_fd=self._number))

    def _overwrite(self, name: str, expected: Look, count: int) -> None:
        number = os.open(name, os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=self._number)
        with os.fdopen(number, "wb", buffering=0) as file:
            if _look(os.fstat(number)) != expected:
                return
            for start in range(0, count, _CHUNK):
                file.write(bytes(min(_CHUNK, count - start)))
            os.fsync(number)

    def _unusable(self, found: Sentence) -> ReaderFailed:
        return _unusable(self.path, found)


def _open_folder(path: Path) -> int:
    try:
        return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise _unusable(path, Sentence("none, a link, or one that this account may not open")) from error


def _unusable(path: Path, found: Sentence) -> ReaderFailed:
    return ReaderFailed(
        Sentence("a folder of this account, for the reader's images alone"),
        found,
        Sentence("Make a new folder (mkdir -m 700), and name it to urna and to the reader's program."),
        str(path),
    )


def _look(seen: os.stat_result) -> Look:
    return Look(seen.st_dev, seen.st_ino, seen.st_mode, seen.st_nlink, seen.st_size, seen.st_mtime_ns)


def _lies_in_memory(device: int) -> bool:
    """Whether a file system is a tmpfs, by the kernel's list of mounts."""
    number = f"{os.major(device)}:{os.minor(device)}"
    try:
        mounts = Path("/proc/self/mountinfo").read_text(errors="replace").splitlines()
    except OSError:
        return False
    return any(line.split()[2] == number and " - tmpfs " in line for line in mounts)
