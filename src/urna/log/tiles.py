"""Tiles (C2SP tlog-tiles): the log as static files that any web server can carry.

    tile/0/x001/x234/067        256 leaf hashes, those of entries 1234067 × 256 and on
    tile/1/000.p/17             17 hashes, each the root of a full tile of level 0
    tile/entries/273.p/112      the last 112 entries themselves

A full tile or bundle never changes again; a partial one (.p/width) is the right edge at one size of the log.
Which files there are follows from the size alone, so a file too few and a file too many both show.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from urna.errors import Malformed
from urna.log.merkle import MerkleTree
from urna.log.shape import HASH_BYTES, MAX_SIZE
from urna.words import Sentence

TILE_WIDTH = 256
TILE_HEIGHT = 8
"""A tile spans 2^8 nodes of its level."""

ENTRIES = -1
"""The level of the bundles: below the leaf hashes of level 0."""

MAX_LEVEL = 63
MAX_INDEX = MAX_SIZE // TILE_WIDTH
MAX_ENTRY_BYTES = 2**16 - 1
"""A bundle gives an entry's length in 16 bits."""

MAX_TILE_BYTES = TILE_WIDTH * HASH_BYTES
MAX_BUNDLE_BYTES = TILE_WIDTH * (2 + MAX_ENTRY_BYTES)
"""A reader of files need not take more than these."""

_PATH = re.compile(r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/){0,6})([0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile or, at level ENTRIES, a bundle of entries: its place and how many hashes or entries it holds.

    Raises:
        Malformed: a place that no log has.
    """

    level: int
    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        """Refuses a place that no log has."""
        if not (ENTRIES <= self.level <= MAX_LEVEL and 0 <= self.index <= MAX_INDEX and 1 <= self.width <= TILE_WIDTH):
            raise Malformed(
                Sentence("a tile's level, index and width"),
                Sentence("{level}, {index}, {width}", {"level": self.level, "index": self.index, "width": self.width}),
                Sentence("Check what else lies in the log's folder."),
            )

    def path(self) -> str:
        """Where it lies, below the log's folder."""
        digits = f"{self.index:03d}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        *upper, last = (digits[at : at + 3] for at in range(0, len(digits), 3))
        level = "entries" if self.level == ENTRIES else str(self.level)
        partial = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return "/".join(["tile", level, *(f"x{part}" for part in upper), last]) + partial

    def full(self) -> "Tile":
        """The full tile that this place becomes when the log has grown."""
        return replace(self, width=TILE_WIDTH)


def parse_tile_path(path: str) -> Tile:
    """The tile that lies at a path.

    Raises:
        Malformed: no tile has that path.
    """
    match = _PATH.fullmatch(path)
    level = ENTRIES if match is None or match[1] == "entries" else int(match[1])
    index = int(re.sub("[x/]", "", match[2] + match[3])) if match else 0
    width = int(match[4] or TILE_WIDTH) if match else 0
    if width and level <= MAX_LEVEL and index <= MAX_INDEX and width <= TILE_WIDTH:
        tile = Tile(level, index, width)
        if tile.path() == path:
            return tile
    raise Malformed(
        Sentence("a tile's path, as tile/0/x001/067 or tile/entries/000.p/12"),
        Sentence("{path}", {"path": repr(path[:200])}),
        Sentence("Check what else lies in the log's folder."),
    )


def tiles_of(size: int, since: int = 0) -> Iterator[Tile]:
    """The tiles and bundles of a log of `size` entries that one of `since` entries does not have yet.

    Bundles first, then level by level from the leaves up, each from the left: what a log writes, in this
    order, before it publishes a checkpoint of that size.

    Args:
        size: 0 to 2^63 - 1; tiles are made one at a time, so a claimed size costs nothing.
        since: an earlier size, 0 for all.

    Raises:
        Malformed: not sizes of one log.
    """
    if not 0 <= since <= size <= MAX_SIZE:
        raise Malformed(
            Sentence("an earlier and a later size"),
            Sentence("{since} and {size}", {"since": since, "size": size}),
            Sentence("Check the log's checkpoints; a log never shrinks."),
        )
    yield from _tiles_at(ENTRIES, size, since)
    level = 0
    while size:
        yield from _tiles_at(level, size, since)
        level, size, since = level + 1, size >> TILE_HEIGHT, since >> TILE_HEIGHT


def tile_bytes(tree: MerkleTree, tile: Tile) -> bytes:
    """The content of a tile of hashes.

    Raises:
        Malformed: the tree is too small to have it.
    """
    return tree.row(tile.level * TILE_HEIGHT, tile.index * TILE_WIDTH, tile.width)


def bundle(entries: Iterable[bytes]) -> bytes:
    """A bundle's content: each entry after its length in two bytes, big-endian.

    Raises:
        Malformed: an entry above 65,535 bytes.
    """
    return b"".join([len(check_entry(entry)).to_bytes(2, "big") + entry for entry in entries])


def parse_bundle(data: bytes, width: int, where: str = "") -> list[bytes]:
    """The entries of a bundle, exactly `width` of them, 1 to 256, and no byte more.

    Raises:
        Malformed: cut short, or bytes left over.
    """
    entries: list[bytes] = []
    at = 0
    while len(entries) < width and at + 2 <= len(data):
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        entries.append(data[start:at])
    if len(entries) != width or at != len(data):
        raise Malformed(
            Sentence("{width} entries and no byte more", {"width": width}),
            Sentence("{count} entries in {size} bytes", {"count": len(entries), "size": len(data)}),
            Sentence("Fetch the file again; if it stays wrong, report the log."),
            where,
        )
    return entries


def check_entry(entry: bytes) -> bytes:
    """The entry, if it fits a bundle; raises `Malformed` otherwise."""
    if len(entry) > MAX_ENTRY_BYTES:
        raise Malformed(
            Sentence("an entry of at most {limit} bytes", {"limit": MAX_ENTRY_BYTES}),
            Sentence("{size} bytes", {"size": len(entry)}),
            Sentence("Log the hash of a long document instead of the document."),
        )
    return entry


def _tiles_at(level: int, size: int, since: int) -> Iterator[Tile]:
    """The tiles of one level, of `size` hashes now and `since` before, that are new or wider."""
    if size == since:
        return
    for index in range(since // TILE_WIDTH, -(-size // TILE_WIDTH)):
        yield Tile(level, index, min(TILE_WIDTH, size - index * TILE_WIDTH))
