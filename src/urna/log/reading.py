"""Reading a log back from its files, as a stranger does: every entry and every tile is checked.

Nothing here touches a disk: a function gives the bytes at a path.
"""

from collections.abc import Callable

from urna.errors import Malformed, Unproven
from urna.log.checkpoint import Checkpoint
from urna.log.log import Log
from urna.log.shape import HASH_BYTES
from urna.log.tiles import ENTRIES, TILE_HEIGHT, TILE_WIDTH, Tile, parse_bundle, parse_tile_path, tiles_of
from urna.words import Sentence

Read = Callable[[str], bytes]
"""The bytes at a path below the log's folder; KeyError or FileNotFoundError where there is no such file.

A tile has at most MAX_TILE_BYTES and a bundle MAX_BUNDLE_BYTES; a reader need not take more.
"""

_ABSENT = (KeyError, FileNotFoundError, NotADirectoryError, IsADirectoryError)


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


def verify_file(log: Log, path: str, data: bytes) -> None:
    """Returns if the bytes at a path of a log's folder are this log's.

    For the files that `read_log` does not need: partial tiles of the sizes at which it published before.

    Raises:
        Malformed: not a tile's path, or of a tile that this log does not have yet.
        Unproven: other bytes than those of the entries.
    """
    tile = parse_tile_path(path)
    try:
        expected = log.content(tile)
    except Malformed as error:
        error.where = path
        raise
    if data != expected:
        raise _changed(tile, expected, data)


def verify_earlier(log: Log, checkpoint: Checkpoint, where: str = "") -> None:
    """Returns if the log, read whole, has once been as this checkpoint says; extension lines aside.

    What `verify_growth` shows with a proof, for a reader who has all entries.

    Raises:
        Unproven: another log's, of more entries than there are, or of other entries.
    """
    known = checkpoint.size <= log.size and log.checkpoint(checkpoint.size)
    if not known or (known.origin, known.root) != (checkpoint.origin, checkpoint.root):
        raise Unproven(
            Sentence(
                "a checkpoint that {log} has been, of at most {size} entries", {"log": log.origin, "size": log.size}
            ),
            Sentence("one of {log} with {size} entries", {"log": repr(checkpoint.origin), "size": checkpoint.size}),
            Sentence("Keep both: if the log signed both, they show that it was rolled back or rewritten."),
            where,
        )


def _read_bundle(read: Read, tile: Tile) -> list[bytes]:
    found, data = _fetch(read, tile)
    return parse_bundle(data, found.width, found.path())[: tile.width]


def _compare_tile(log: Log, tile: Tile, read: Read) -> None:
    found, data = _fetch(read, tile)
    expected = log.content(tile)
    if len(data) != found.width * HASH_BYTES or not data.startswith(expected):
        raise _changed(found, expected, data)


def _changed(tile: Tile, expected: bytes, data: bytes) -> Unproven:
    """The error that names the entries of the first hash that differs, or of the bundle that does."""
    first, count = tile.index * TILE_WIDTH, tile.width
    if tile.level != ENTRIES:
        count = 1 << TILE_HEIGHT * tile.level
        first = (first + _first_difference(expected, data)) * count
    return Unproven(
        Sentence("what entries {first} to {last} give here", {"first": first, "last": first + count - 1}),
        Sentence("something else, in {size} bytes", {"size": len(data)}),
        Sentence("A tile or an entry was changed after it was logged: keep these files and report the log."),
        tile.path(),
    )


def _first_difference(expected: bytes, data: bytes) -> int:
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
