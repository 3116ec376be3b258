"""An append-only log, as the one who writes it holds it: entries in, checkpoints, proofs and files out.

Nothing here touches a disk: the files come out as (path, bytes) pairs.
"""

from collections.abc import Iterable, Iterator, Sequence

from urna.log.checkpoint import Checkpoint
from urna.log.merkle import MerkleTree
from urna.log.shape import check_index
from urna.log.tiles import (
    ENTRIES,
    TILE_WIDTH,
    Tile,
    bundle,
    check_entry,
    tile_bytes,
    tiles_of,
)


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
        check_index(start + tile.width - 1, 0, self.size)
        return bundle(self._entries[start : start + tile.width])
