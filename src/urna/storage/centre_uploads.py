"""Parcels that come in parts: what has come stays, and the sender goes on from there after any cut.

    uploads/<sha256>.<station>.<size>     the bytes so far; how many there are is the offset

Parts of one parcel come one after the other; a part at another offset is told the right one. A parcel that is whole has
the hash that it was begun under, or it is thrown away and begins again.
"""

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path
from shutil import disk_usage
from typing import NamedTuple

from urna.encoding.canonical import Code, Hash
from urna.errors import OutOfOrder
from urna.words import Sentence

MOST_WAITING = 4096
"""Uploads that are begun and not whole."""

MOST_WAITING_BYTES = 64 * 1024 * 1024 * 1024
"""Of all that has come and is not decided on."""

MOST_OF_STATION = 4
"""Uploads of one station of which a part has come."""

MOST_EMPTY = 64
"""Uploads of one station of which nothing has come: anybody may begin them, and none stands in another's way."""

LEAST_PACE = 1024
"""Bytes per second since its beginning, at which an upload of another station gives place to nobody."""

YOUNG_SECONDS = 10.0
"""Until then, the pace is that of what has come in so many seconds: one byte at once is no great pace."""

STALE_SECONDS = 15 * 60
"""After so long, an upload that is whole and was not decided on gives its place, too."""


class Upload(NamedTuple):
    """How far a parcel has come."""

    offset: int
    size: int

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing."""
        return self.offset == self.size


class WrongOffset(OutOfOrder):
    """A part for another place.

    Args:
        offset: where the next one belongs.
    """

    def __init__(self, offset: int) -> None:
        self.offset = offset
        super().__init__(
            Sentence("the part from byte {offset} on", {"offset": offset}),
            Sentence("another part"),
            Sentence("Go on from there."),
        )


class TooLong(OutOfOrder):
    """A parcel that is longer than it may be.

    Args:
        most: bytes.
    """

    def __init__(self, most: int) -> None:
        super().__init__(
            Sentence("at most {limit} bytes", {"limit": most}),
            Sentence("more"),
            Sentence("Bring it on a stick, and call the centre."),
        )


class TooMany(OutOfOrder):
    """So many parcels are under way that one more has no room."""

    def __init__(self) -> None:
        super().__init__(
            Sentence("room for one more parcel in parts"),
            Sentence("too many of them under way"),
            Sentence("Try again in a moment, or send it on a stick."),
        )


class Uploads:
    """The parcels that come in parts.

    Args:
        folder: of the parts.
        most_bytes: of one parcel.
        clock: seconds since 1970, as files have them.
        leave_free: bytes of the medium that no part takes.
        piece_bytes: given a parcel's size, in pieces of how many bytes it is kept: after a write that was cut off, what
            is there of a piece does not count.
    """

    def __init__(
        self,
        folder: Path,
        most_bytes: int,
        clock: Callable[[], float] = time.time,
        *,
        leave_free: int = 0,
        piece_bytes: Callable[[int], int] = lambda _: 1,
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._leave_free = leave_free
        self._piece_bytes = piece_bytes
        self._lock = threading.Lock()
        self._busy: set[str] = set()
        self._began: dict[str, float] = {}
        self._holders: dict[str, str] = {}
        self._opened = clock()
        self.most_bytes = most_bytes
        folder.mkdir(mode=0o700, exist_ok=True)
        for path in folder.glob("*.whole"):  # of requests that a kill cut off
            path.unlink()

    def begin(self, station: Code, sha256: Hash, size: int, holder: str = "") -> Upload:
        """Begins an upload, or says how far it has come.

        Args:
            station: in whose name.
            sha256: of all of it.
            size: its bytes.
            holder: who stands behind the address whence it comes.

        Raises:
            TooLong: longer than a parcel may be.
            TooMany: there is no room for one more.
            OutOfOrder: another size than before.
        """
        if size > self.most_bytes:
            raise TooLong(self.most_bytes)
        with self._lock:
            path = self._find(station, sha256)
            if path is None:
                self._make_room(station)
                path = self._folder / f"{sha256}.{station}.{size}"
                path.touch(mode=0o600)
                self._began[path.name], self._holders[path.name] = self._clock(), holder
            elif _size_of(path) != size:
                raise _another_size(_size_of(path), size)
            return Upload(self._kept(path), size)

    def find(self, station: Code, sha256: Hash) -> Upload | None:
        """How far a parcel has come; None if it was not begun."""
        found = self._find(station, sha256)
        return Upload(self._kept(found), _size_of(found)) if found is not None else None

    def add(self, station: Code, sha256: Hash, offset: int, part: bytes) -> Upload | None:
        """Adds a part at its offset; it is on the medium when this returns. None if the parcel was not begun.

        Raises:
            WrongOffset: it belongs elsewhere.
            TooLong: more than was announced.
            TooMany: there is no room for it.
            OutOfOrder: another part is being written.
        """
        with self._alone(station, sha256, len(part)) as path:
            if path is None:
                return None
            size, has = _size_of(path), self._kept(path)
            if offset != has:
                raise WrongOffset(has)
            if offset + len(part) > size:
                raise TooLong(size)
            with path.open("r+b") as file:
                file.seek(has)
                file.truncate()
                file.write(part)
                file.flush()
                os.fsync(file.fileno())
            return Upload(offset + len(part), size)

    def whole(self, station: Code, sha256: Hash) -> Path | None:
        """The parcel's file, if all of it is there and has the hash that was announced; else it begins again."""
        path = self._find(station, sha256)
        if path is None or path.stat().st_size != _size_of(path):
            return None
        with path.open("rb") as file:
            if file_digest(file, "sha256").hexdigest() == sha256:
                return path
        self._remove(path)
        return None

    def forget(self, station: Code, sha256: Hash) -> None:
        """The parcel was decided on; what counts of it is kept elsewhere."""
        path = self._find(station, sha256)
        if path is not None:
            self._remove(path)

    def place(self) -> Path:
        """A place for a long parcel that comes in one piece; whoever asked for it removes the file."""
        return self._folder / f"{os.urandom(16).hex()}.whole"

    def _find(self, station: Code, sha256: Hash) -> Path | None:
        start = f"{sha256}.{station}."
        return next((each for each in self._folder.glob(f"{start}*") if each.name.removeprefix(start).isdigit()), None)

    def _kept(self, path: Path) -> int:
        """Its bytes that count: all of a whole one, and of others the pieces that are whole."""
        size, has = _size_of(path), path.stat().st_size
        return has if has == size else has - has % self._piece_bytes(size)

    def _make_room(self, station: Code) -> None:
        """Anybody may begin uploads: of those of which nothing has come, and of too many, the slowest give way."""
        waiting = list(self._folder.glob("*.*.*"))
        empty = [path for path in waiting if _station_of(path) == station and not path.stat().st_size]
        if len(empty) >= MOST_EMPTY:
            self._take_away(empty)
        elif len(waiting) >= MOST_WAITING:
            self._take_away(waiting, LEAST_PACE)

    def _make_place(self, mine: Path, length: int) -> None:
        """For a part. The first one takes the place of a station's slowest, of whoever has most of its uploads."""
        others = [path for path in self._folder.glob("*.*.*") if path != mine]
        own = [path for path in others if _station_of(path) == _station_of(mine) and path.stat().st_size]
        if len(own) >= MOST_OF_STATION and not mine.stat().st_size:
            held = Counter(self._holder_of(path) for path in own)
            most = max(held.values())
            self._take_away([path for path in own if held[self._holder_of(path)] == most])
        elif sum(path.stat().st_size for path in (*others, mine)) + length > MOST_WAITING_BYTES:
            self._take_away([path for path in others if path.stat().st_size], LEAST_PACE)
        elif self._leave_free and disk_usage(self._folder).free < self._leave_free + length:
            raise TooMany

    def _take_away(self, paths: list[Path], least_pace: float = float("inf")) -> None:
        """Removes the slowest, the oldest of them, if it is slower than this. Raises TooMany."""
        free = [path for path in paths if path.name not in self._busy and not self._is_being_decided(path)]
        slowest = min(free, key=lambda path: (self._pace(path), self._begin_of(path)), default=None)
        if slowest is None or self._pace(slowest) >= least_pace:
            raise TooMany
        self._remove(slowest)

    def _pace(self, path: Path) -> float:
        return path.stat().st_size / max(self._clock() - self._begin_of(path), YOUNG_SECONDS)

    def _begin_of(self, path: Path) -> float:
        """When it began; those from before a restart began with it."""
        return self._began.get(path.name, self._opened)

    def _holder_of(self, path: Path) -> str:
        """Those from before a restart are nobody's in particular."""
        return self._holders.get(path.name, "")

    def _is_being_decided(self, path: Path) -> bool:
        found = path.stat()
        return found.st_size == _size_of(path) and self._clock() - found.st_mtime < STALE_SECONDS

    def _remove(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        self._began.pop(path.name, None)
        self._holders.pop(path.name, None)

    @contextmanager
    def _alone(self, station: Code, sha256: Hash, length: int) -> Iterator[Path | None]:
        """The file of an upload for a part of it: two parts are never written at once, and nothing takes it away."""
        with self._lock:
            path = self._find(station, sha256)
            if path is None:
                name = ""
            elif path.name in self._busy:
                raise OutOfOrder(
                    Sentence("one part after the other"),
                    Sentence("another one that is being written"),
                    Sentence("Ask how far it has come, and go on from there."),
                )
            else:
                name = path.name
                self._make_place(path, length)
                self._busy.add(name)
        try:
            yield path
        finally:
            with self._lock:
                self._busy.discard(name)


def _size_of(path: Path) -> int:
    return int(path.name.rpartition(".")[2])


def _station_of(path: Path) -> Code:
    return path.name.rpartition(".")[0].partition(".")[2]


def _another_size(begun: int, said: int) -> OutOfOrder:
    return OutOfOrder(
        Sentence("{size} bytes, as it was begun", {"size": begun}),
        Sentence("{size} bytes", {"size": said}),
        Sentence("A parcel has one length; send its own."),
    )
