"""A medium whose power can be cut: everything since the last sync is lost, reordered or torn, as a seed says.

Files and names are kept twice: as programs see them, and as they are on the platter. `sync` brings a file's bytes
to the platter, `sync_directory` the names. A cut takes any part of what is not yet there, in any order: whole writes,
their beginnings, single sectors, any bytes of them; names made, changed and taken away one without the other.
A kill takes the process and leaves the cache, as `kill -9` does; a later cut may still take what the cache held.
"""

import random
from collections.abc import Callable

from urna.errors import Malformed, OutOfOrder
from urna.words import Sentence

SECTOR = 512


class PowerCutError(BaseException):
    """The power is cut, or the process killed, now."""


class Inode:
    """One file: its bytes as seen and on the platter, and the writes between."""

    def __init__(self, size: int) -> None:
        self.seen = bytearray(size)
        self.platter = bytearray()
        self.unsynced: list[tuple[int, bytes]] = []

    def lose(self, chance: random.Random) -> None:
        """Leaves on the platter what a cut leaves."""
        self._size(chance)
        for offset, data in chance.sample(self.unsynced, len(self.unsynced)):
            _tear(self.platter, offset, data, chance)
        self.unsynced = []
        self.seen = bytearray(self.platter)

    def _size(self, chance: random.Random) -> None:
        """A new file may have any size up to its own, with any bytes in it."""
        missing = len(self.seen) - len(self.platter)
        if missing:
            size = chance.choice((0, missing, chance.randint(0, missing)))
            self.platter += chance.choice((bytes(size), chance.randbytes(size)))


class PowerCutMedium:
    """A `Medium` with a fuse.

    Args:
        chance: decides what a cut takes.
    """

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.syncs: Callable[[str], bool] = lambda _: True
        """Whether the sync of a file (or of "", the directory) does what it says; a test may take some out."""
        self.fuse: int | None = None
        self.operations = 0
        self.log: list[str] = []
        self._seen: dict[str, Inode] = {}
        self._platter: dict[str, Inode] = {}
        self._unsynced: list[tuple[str, Inode | None]] = []

    def tick(self, what: str = "") -> None:
        """One operation; the fuse may blow before it has any effect."""
        self.operations += 1
        self.log.append(what)
        if self.fuse is not None:
            self.fuse -= 1
            if self.fuse < 0:
                self.fuse = None
                raise PowerCutError

    def cut(self) -> None:
        """The power goes and comes back."""
        for name, inode in self.chance.sample(self._unsynced, self.chance.randint(0, len(self._unsynced))):
            _link(self._platter, name, inode)
        self._unsynced = []
        self._seen = dict(self._platter)
        for inode in {id(each): each for each in self._seen.values()}.values():
            inode.lose(self.chance)

    def snapshot(self) -> dict[str, bytes]:
        """All files as a copier would see them."""
        return {name: bytes(inode.seen) for name, inode in self._seen.items()}

    def names(self) -> frozenset[str]:
        return frozenset(self._seen)

    def create(self, name: str, size: int) -> "PowerCutFile":
        self.tick(f"create {name}")
        if name in self._seen:
            raise OutOfOrder(Sentence("no such file"), Sentence("one"), Sentence("Use a fresh medium."), name)
        inode = Inode(size)
        self._set(name, inode)
        return PowerCutFile(self, name, inode)

    def open(self, name: str) -> "PowerCutFile":
        self.tick(f"open {name}")
        if name not in self._seen:
            raise Malformed(Sentence("a file"), Sentence("none"), Sentence("Look for it."), name)
        return PowerCutFile(self, name, self._seen[name])

    def rename(self, old: str, new: str) -> None:
        self.tick(f"rename {old}")
        inode = self._seen[old]
        self._set(new, inode)
        self._set(old, None)

    def unlink(self, name: str) -> None:
        self.tick(f"unlink {name}")
        self._set(name, None)

    def sync_directory(self) -> None:
        self.tick("sync directory")
        if self.syncs(""):
            self._platter = dict(self._seen)
            self._unsynced = []

    def _set(self, name: str, inode: Inode | None) -> None:
        _link(self._seen, name, inode)
        self._unsynced.append((name, inode))


class PowerCutFile:
    """A file of `PowerCutMedium`."""

    def __init__(self, medium: PowerCutMedium, name: str, inode: Inode) -> None:
        self._medium = medium
        self._name = name.removesuffix(".part")
        self._inode = inode

    @property
    def size(self) -> int:
        return len(self._inode.seen)

    def read(self, offset: int, length: int) -> bytes:
        return bytes(self._inode.seen[offset : offset + length])

    def write(self, offset: int, data: bytes) -> None:
        """In the cache; a blown fuse may leave it there before the process dies."""
        try:
            self._medium.tick(f"write {self._name}")
        except PowerCutError:
            if self._medium.chance.random() < 0.5:
                self._put(offset, data)
            raise
        self._put(offset, data)

    def sync(self) -> None:
        self._medium.tick(f"sync {self._name}")
        if self._medium.syncs(self._name):
            self._inode.platter = bytearray(self._inode.seen)
            self._inode.unsynced = []

    def close(self) -> None:
        """Nothing to give back."""

    def _put(self, offset: int, data: bytes) -> None:
        self._inode.seen[offset : offset + len(data)] = data
        self._inode.unsynced.append((offset, bytes(data)))


def _link(names: dict[str, Inode], name: str, inode: Inode | None) -> None:
    if inode is None:
        names.pop(name, None)
    else:
        names[name] = inode


def _tear(platter: bytearray, offset: int, data: bytes, chance: random.Random) -> None:
    """Some part of a write reaches the platter: none, all, a beginning, an end, some sectors, or any stretch."""
    size = min(len(data), len(platter) - offset)
    start, end = sorted((chance.randint(0, size), chance.randint(0, size))) if size > 0 else (0, 0)
    match chance.choice(("none", "all", "beginning", "end", "stretch", "sectors")):
        case "all":
            _put(platter, offset, data, 0, size)
        case "beginning":
            _put(platter, offset, data, 0, end)
        case "end":
            _put(platter, offset, data, start, size)
        case "stretch":
            _put(platter, offset, data, start, end)
        case "sectors":
            for sector in range(0, size, SECTOR):
                if chance.random() < 0.5:
                    _put(platter, offset, data, sector, min(sector + SECTOR, size))


def _put(platter: bytearray, offset: int, data: bytes, start: int, end: int) -> None:
    platter[offset + start : offset + end] = data[start:end]
