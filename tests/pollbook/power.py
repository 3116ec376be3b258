"""A medium whose power can be cut at any instant: a file layer for SQLite, in memory, through apsw.

It keeps for every file what was there at its last sync, and every write and truncation since. When the power
goes, each of these, torn into sectors, survives or not, in any order; a torn sector may hold anything; a file
whose name was not synced yet may be gone, and one whose removal was not synced may be back.
"""

import random
from dataclasses import dataclass, field
from itertools import count, pairwise

import apsw

from urna.storage.pollbook import Connection

SECTOR = 512
_names = count()


@dataclass
class File:
    """One file: what the program sees, what was synced, and what was done since."""

    current: bytearray = field(default_factory=bytearray)
    synced: bytes = b""
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)
    """Writes as (offset, bytes), truncations as (size, None)."""
    ghost: bytearray = field(default_factory=bytearray)
    """What the blocks held last, wherever the file was cut off since."""
    is_named: bool = False
    """Whether the name is on the medium for sure."""

    def survivor(self, chance: random.Random) -> bytearray:
        """What is found after a power cut."""
        found = bytearray(self.synced)
        pieces = [piece for done in self.pending for piece in torn(*done)]
        chance.shuffle(pieces)
        for at, data in pieces[: chance.randint(0, len(pieces))]:
            if data is None:
                del found[at:]
                found.extend(bytes(at - len(found)))
            else:
                garbage = chance.randbytes(len(data)) if chance.random() < 0.05 else data
                put(found, at, garbage)
        return found


def torn(at: int, data: bytes | None) -> list[tuple[int, bytes | None]]:
    """A write as its sectors; a truncation as itself."""
    if data is None:
        return [(at, None)]
    cuts = [at, *range(at - at % SECTOR + SECTOR, at + len(data), SECTOR), at + len(data)]
    return [(a, data[a - at : b - at]) for a, b in pairwise(cuts)]


def put(into: bytearray, at: int, data: bytes) -> None:
    """Write at an offset, filling a gap with zeros."""
    into.extend(bytes(max(0, at + len(data) - len(into))))
    into[at : at + len(data)] = data


class Medium:
    """Files by name. `cut_at` is the number of the operation at which the power goes; 0 is never.

    After the cut the program goes on unaware; what it does then, and what it says is done, no longer counts.
    """

    def __init__(self, files: dict[str, bytes] | None = None, cut_at: int = 0, seed: int = 0) -> None:
        self.files = {name: File(bytearray(data), bytes(data), is_named=True) for name, data in (files or {}).items()}
        self.removed: dict[str, File] = {}
        self.operations, self.cut_at, self.chance = 0, cut_at, random.Random(seed)
        self.image: dict[str, bytes] | None = None

    def tick(self) -> None:
        """One operation; before its effect, at the chosen one, the power goes."""
        self.operations += 1
        if self.operations == self.cut_at:
            self.image = self.survivors()

    @property
    def is_cut(self) -> bool:
        """Whether the power has gone."""
        return self.image is not None

    def survivors(self) -> dict[str, bytes]:
        """What is on the medium if the power goes now."""
        back = {name: file for name, file in self.removed.items() if self.chance.random() < 0.5}
        named = {name: file for name, file in self.files.items() if file.is_named or self.chance.random() < 0.5}
        return {name: bytes(file.survivor(self.chance)) for name, file in {**back, **named}.items()}

    def raw(self) -> dict[str, bytes]:
        """What is in the files now, for whoever takes the medium out."""
        return {name: bytes(file.current) for name, file in self.files.items()}

    def connect(self) -> Connection:
        """A connection of apsw to the poll book on this medium."""
        name = f"medium-{next(_names)}"
        layer = Layer(name, self)
        connection = apsw.Connection("pollbook", vfs=name)
        self._layers = [*getattr(self, "_layers", []), layer]  # SQLite holds it by name only
        return connection


class Layer(apsw.VFS):
    """SQLite's file layer over a medium."""

    def __init__(self, name: str, medium: Medium) -> None:
        self.medium = medium
        super().__init__(name, "")

    def xFullPathname(self, name: str) -> str:  # noqa: N802 - SQLite's names
        return name

    def xAccess(self, pathname: str, flags: int) -> bool:  # noqa: N802
        return pathname in self.medium.files

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        self.medium.tick()
        file = self.medium.files.pop(filename, None)
        if file and not syncdir:
            self.medium.removed[filename] = file

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> "Handle":  # type: ignore[override]  # noqa: N802
        path = name.filename() if isinstance(name, apsw.URIFilename) else name or f"temporary-{next(_names)}"
        flags[1] = flags[0]
        self.medium.tick()
        # The database's own name is made durable by prepare_store, which syncs the folder.
        is_database = bool(flags[0] & apsw.SQLITE_OPEN_MAIN_DB)
        return Handle(self.medium, self.medium.files.setdefault(path, File(is_named=is_database)))


class Handle:
    """An open file."""

    def __init__(self, medium: Medium, file: File) -> None:
        self.medium, self.file = medium, file

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        return bytes(self.file.current[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self.medium.tick()
        put(self.file.current, offset, data)
        put(self.file.ghost, offset, data)
        self.file.pending.append((offset, bytes(data)))

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self.medium.tick()
        del self.file.current[size:]
        self.file.pending.append((size, None))

    def xSync(self, flags: int) -> None:  # noqa: N802
        self.medium.tick()
        self.file.synced, self.file.pending = bytes(self.file.current), []
        self.file.is_named = True  # SQLite's own layer syncs the folder with a new journal's first sync

    def xFileSize(self) -> int:  # noqa: N802
        return len(self.file.current)

    def xLock(self, level: int) -> None:  # noqa: N802
        """One process only."""

    def xUnlock(self, level: int) -> None:  # noqa: N802
        """One process only."""

    def xCheckReservedLock(self) -> bool:  # noqa: N802
        return False

    def xFileControl(self, op: int, pointer: int) -> bool:  # noqa: N802
        return False

    def xSectorSize(self) -> int:  # noqa: N802
        return SECTOR

    def xDeviceCharacteristics(self) -> int:  # noqa: N802
        return 0

    def xClose(self) -> None:  # noqa: N802
        """Nothing to let go of."""
