"""An append-only log: what a centre writes and what a stranger reads back from its files.

Nothing here touches a disk. A log's files come out as (path, bytes) pairs, and go in through a function
that gives the bytes at a path.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from urna.errors import Malformed, Unproven
from urna.log.checkpoint import Checkpoint
from urna.log.merkle import MerkleTree
from urna.log.shape import HASH_BYTES, check_index
from urna.log.tiles import (
    ENTRIES,
    TILE_HEIGHT,
    TILE_WIDTH,
    Tile,
    bundle,
    check_entry,
    parse_bundle,
    tile_bytes,
    tiles_of,
)
from urna.words import Sentence

Read = Callable[[str], bytes]
"""The bytes at a path below the log's folder; KeyError or FileNotFoundError where there is no such file."""

_ABSENT = (KeyError, FileNotFoundError, NotADirectoryError, IsADirectoryError)


class Log:
    """A log under its name: entries, in order, that are only ever added.

    Args:
        origin: the log's name, as its checkpoints and its key bear it.
        entries: the first entries, each at most 65,535 bytes.

    Raises:
        Malformed: an entry that is too long.
    """

    def __init__(self, origin: str, entries: Iterable[bytes] = ()) -> None:
        self.origin = origin
        self._entries: list[bytes] = []
        self._tree = MerkleTree()
        self.extend(entries)

    @property
    def size(self) -> int:
        """The number of entries."""
        return len(self._entries)

    @property
    def entries(self) -> Sequence[bytes]:
        """The entries in order; a copy, so that nothing can be taken out."""
        return tuple(self._entries)

    def entry(self, index: int) -> bytes:
        """One entry; raises `Malformed` if the log has none there."""
        check_index(index, 0, self.size)
        return self._entries[index]

    def append(self, entry: bytes) -> int:
        """Adds an entry and returns its index, from 0; raises `Malformed` if it is too long."""
        self.extend((entry,))
        return self.size - 1

    def extend(self, entries: Iterable[bytes]) -> None:
        """Adds entries in their order, all of them or, if one is too long (`Malformed`), none."""
        new = [bytes(check_entry(entry)) for entry in entries]
        self._entries += new
        self._tree.extend(new)

    def checkpoint(self, size: int | None = None) -> Checkpoint:
        """The checkpoint to sign at an earlier size, or now; raises `Malformed` above the log's size."""
        root = self._tree.root(size)
        return Checkpoint(origin=self.origin, size=self.size if size is None else size, root=root)

    def inclusion_proof(self, index: int, size: int | None = None) -> tuple[bytes, ...]:
        """The proof that entry `index` is in the log at that size; raises `Malformed` if it cannot be."""
        return self._tree.inclusion_proof(index, size)

    def growth_proof(self, old: int, new: int | None = None) -> tuple[bytes, ...]:
        """The proof for `verify_growth`: consistency, and nothing at all from the empty log.

        Raises:
            Malformed: not two sizes of this log, the older one first.
        """
        return self._tree.consistency_proof(old, new) if old else self._tree.subtree_proof(0, 0, new)

    def files(self, size: int | None = None, since: int = 0) -> Iterator[tuple[str, bytes]]:
        """The files (path, bytes) of the log at `size` (now) that it did not have at size `since`.

        Write them before the checkpoint of that size, so that no reader meets a checkpoint without its tiles.

        Raises:
            Malformed: not two sizes of this log, the older one first.
        """
        size = self.checkpoint(size).size
        for tile in tiles_of(size, since):
            yield tile.path(), self.content(tile)

    def content(self, tile: Tile) -> bytes:
        """The bytes of one tile or bundle; raises `Malformed` if the log is too small to have it."""
        if tile.level != ENTRIES:
            return tile_bytes(self._tree, tile)
        start = tile.index * TILE_WIDTH
        return bundle(self._entries[start : start + tile.width])


def read_log(read: Read, checkpoint: Checkpoint) -> Log:
    """The log that the files hold, every entry and every tile checked against the checkpoint.

    1. Read every bundle of entries.
    2. Compare every tile with the hashes of those entries.
    3. Compare the root with the checkpoint's.

    Memory and time grow with what the files hold, never with what the checkpoint claims.

    Args:
        read: gives the bytes at a path; where a partial tile is absent its full successor is taken.
        checkpoint: one that the caller trusts (`open_checkpoint`, `open_witnessed`).

    Raises:
        Malformed: a file is missing, or is not what its path says.
        Unproven: a tile, or the root, is not that of the entries.
    """
    log = Log(checkpoint.origin)
    for tile in tiles_of(checkpoint.size):
        if tile.level == ENTRIES:
            log.extend(_read_bundle(read, tile))
        else:
            _compare_tile(log, tile, read)
    if log.checkpoint().root != checkpoint.root:
        raise Unproven(
            Sentence("the root {root} of the checkpoint", {"root": checkpoint.root.hex()}),
            Sentence("{root} from the {size} entries", {"root": log.checkpoint().root.hex(), "size": log.size}),
            Sentence("Entries were changed after they were logged: keep these files and report the log."),
        )
    return log


def _read_bundle(read: Read, tile: Tile) -> list[bytes]:
    found, data = _fetch(read, tile)
    return parse_bundle(data, found.width, found.path())[: tile.width]


def _compare_tile(log: Log, tile: Tile, read: Read) -> None:
    found, data = _fetch(read, tile)
    expected = log.content(tile)
    if len(data) == found.width * HASH_BYTES and data.startswith(expected):
        return
    span = 1 << TILE_HEIGHT * tile.level
    first = (tile.index * TILE_WIDTH + _first_difference(data, expected)) * span
    raise Unproven(
        Sentence("the hash of entries {first} to {last}", {"first": first, "last": first + span - 1}),
        Sentence("another one, in {size} bytes", {"size": len(data)}),
        Sentence("A tile or an entry was changed after it was logged: keep these files and report the log."),
        found.path(),
    )


def _first_difference(data: bytes, expected: bytes) -> int:
    """The place of the first hash that differs; 0 where only the lengths do."""
    places = range(0, len(expected), HASH_BYTES)
    return next((at // HASH_BYTES for at in places if data[at : at + HASH_BYTES] != expected[at : at + HASH_BYTES]), 0)


def _fetch(read: Read, tile: Tile) -> tuple[Tile, bytes]:
    """The tile, or the full one that has taken its place (a log may drop a partial tile then)."""
    for candidate in dict.fromkeys((tile, tile.full())):
        try:
            return candidate, read(candidate.path())
        except _ABSENT:
            continue
    raise Malformed(
        Sentence("a file that a log of this size has"),
        Sentence("none"),
        Sentence("Fetch the log's folder again; if the file stays away, report the log."),
        tile.path(),
    )
