"""A log's tree as a monitor keeps it: the root of each full bundle of 256 entries, and single leaves at the right edge.

A nation's log of 200,000 entries is 800 hashes. From them follow the root now and every tile above the leaves; with the
leaves of one bundle more, read again and checked against its root, also the root and the proofs at any size within it.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Protocol

from urna.errors import Unproven
from urna.log.merkle import EMPTY_ROOT, node_hash
from urna.log.shape import Sibling, check_index, check_old_size, check_subtree, climb, consistency_way
from urna.log.tiles import ENTRIES, TILE_HEIGHT, TILE_WIDTH, Tile
from urna.words import Sentence

Opened = Mapping[int, Sequence[bytes]]
"""The leaf hashes of bundles that were read again, by the bundle's index; each was checked (`check_bundle`)."""

_NONE: Opened = {}


class Leaves(Protocol):
    """The leaf hashes that were seen, kept beside the trunk so that no proof depends on a server's help."""

    def of_bundle(self, index: int) -> Sequence[bytes]:
        """Those of a bundle; none if they were not kept. The caller checks them (`check_bundle`)."""
        ...

    def keep(self, index: int, leaves: Sequence[bytes]) -> None:
        """Keeps those of a bundle."""
        ...


class LeavesInMemory:
    """Leaf hashes as a dictionary."""

    def __init__(self) -> None:
        self._bundles: dict[int, tuple[bytes, ...]] = {}

    def of_bundle(self, index: int) -> Sequence[bytes]:
        """Those of a bundle; none if they were not kept."""
        return self._bundles.get(index, ())

    def keep(self, index: int, leaves: Sequence[bytes]) -> None:
        """Keeps those of a bundle."""
        self._bundles[index] = tuple(leaves)


class Trunk:
    """A tree that grows at its right end.

    Args:
        bundles: the roots of the full bundles, 32 bytes each.
        edge: the leaf hashes after them, fewer than 256.
    """

    def __init__(self, bundles: Iterable[bytes] = (), edge: Iterable[bytes] = ()) -> None:
        self.bundles = list(bundles)
        self.edge = list(edge)

    @property
    def size(self) -> int:
        """The number of entries."""
        return len(self.bundles) * TILE_WIDTH + len(self.edge)

    def copy(self) -> "Trunk":
        """One that grows by itself."""
        return Trunk(self.bundles, self.edge)

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Adds leaf hashes, in order."""
        for leaf in leaves:
            self.edge.append(leaf)
            if len(self.edge) == TILE_WIDTH:
                self.bundles.append(fold(self.edge))
                self.edge = []

    def check_bundle(self, index: int, leaves: Sequence[bytes], where: str = "") -> None:
        """Returns if these are the leaves of a full bundle as they were seen before.

        Raises:
            Unproven: they are not.
        """
        if len(leaves) != TILE_WIDTH or fold(leaves) != self.bundles[index]:
            raise Unproven(
                Sentence("entries {first} to {last} as they were", _span(index, TILE_WIDTH)),
                Sentence("others"),
                Sentence("Entries were changed after they were logged: keep these files and report the log."),
                where,
            )

    def root(self, size: int | None = None, opened: Opened = _NONE) -> bytes:
        """The root at a size, of which the last bundle is opened unless it is whole or the edge.

        Raises:
            Malformed: larger than the tree.
        """
        return self.subtree_root(0, self.size if size is None else size, opened)

    def subtree_root(self, start: int, end: int, opened: Opened = _NONE) -> bytes:
        """The root of the leaves [start, end); raises `Malformed` if they are no subtree of this tree."""
        check_subtree(start, end, self.size)
        if start == end:
            return EMPTY_ROOT
        if end - start <= TILE_WIDTH and start // TILE_WIDTH == (end - 1) // TILE_WIDTH:
            return self._within(start, end, opened)
        whole = self.bundles[start // TILE_WIDTH : end // TILE_WIDTH]
        rest = end % TILE_WIDTH
        return fold([*whole, self._within(end - rest, end, opened)] if rest else whole)

    def inclusion_proof(self, index: int, opened: Opened = _NONE) -> tuple[bytes, ...]:
        """The proof that an entry is in the tree; its bundle is opened, unless it is the edge."""
        check_index(index, 0, self.size)
        return self._hashes(climb(index, self.size - 1), opened)

    def growth_proof(self, old: int, opened: Opened = _NONE) -> tuple[bytes, ...]:
        """The proof that the tree of `old` entries, at least 1, is a prefix of this one; its last bundle is opened."""
        check_old_size(old)
        check_subtree(0, old, self.size)
        return self._hashes(consistency_way(0, old, self.size).in_proof(), opened)

    def tile(self, tile: Tile) -> bytes | None:
        """What a tile of hashes holds as far as the trunk says; None for leaves of a full bundle, and for entries."""
        start, step = tile.index * TILE_WIDTH, 1 << TILE_HEIGHT * max(tile.level, 0)
        if tile.level == ENTRIES or (tile.level == 0 and tile.index < len(self.bundles)):
            return None
        ends = [(start + n) * step for n in range(tile.width + 1)]
        return b"".join(self.subtree_root(a, b) for a, b in pairwise(ends))

    def _within(self, start: int, end: int, opened: Opened) -> bytes:
        """The root of leaves within one bundle."""
        index, first = divmod(start, TILE_WIDTH)
        if index < len(self.bundles) and end - start == TILE_WIDTH:
            return self.bundles[index]
        leaves = self.edge if index == len(self.bundles) else opened[index]
        return fold(leaves[first : first + end - start])

    def _hashes(self, steps: Iterable[Sibling], opened: Opened) -> tuple[bytes, ...]:
        return tuple(
            self.subtree_root(position << height, min(position + 1 << height, self.size), opened)
            for height, position, _ in steps
        )


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root over hashes of one row, at least one (RFC 9162 §2.1.1, whose leaves they are)."""
    row = list(hashes)
    while len(row) > 1:
        pairs = [node_hash(row[at], row[at + 1]) for at in range(0, len(row) - 1, 2)]
        row = pairs + row[len(row) - len(row) % 2 :]
    return row[0]


def _span(index: int, width: int) -> dict[str, str | int]:
    return {"first": index * TILE_WIDTH, "last": index * TILE_WIDTH + width - 1}
