"""The log's own files as a monitor reads them: from a folder or a server that may be hostile, with limits."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from urna.errors import Malformed
from urna.log.merkle import leaf_hash
from urna.log.shape import HASH_BYTES
from urna.log.tiles import ENTRIES, MAX_BUNDLE_BYTES, MAX_TILE_BYTES, Tile, parse_bundle
from urna.observer.alarms import Alarm, Exhibit, Shout
from urna.record.layout import LOG
from urna.words import Sentence


class Source(Protocol):
    """A published record: a folder (`storage/record`), or the address of a server (`devices/web_record`)."""

    def read(self, path: str, limit: int) -> bytes:
        """The bytes of a file of at most `limit` bytes.

        Raises:
            Malformed: no such plain file, or a longer one.
            OutOfOrder: no answer now, from which nothing follows.
        """
        ...


class Bundle(NamedTuple):
    """Entries that were read, and their leaf hashes."""

    entries: Sequence[bytes]
    leaves: Sequence[bytes]


class LogFileWrong(Exception):
    """A file of the log is missing or is not what it must be; carries what to shout."""

    def __init__(self, shout: Shout) -> None:
        self.shout = shout
        super().__init__(str(shout.sentence))


def read_bundle(source: Source, index: int, width: int) -> Bundle:
    """The first `width` entries of a bundle, from the partial file of that width or from the full one.

    Raises:
        LogFileWrong: neither is there, or the one that is there is no bundle.
        OutOfOrder: no answer now.
    """
    tile, data = _fetch(source, Tile(ENTRIES, index, width), MAX_BUNDLE_BYTES)
    try:
        entries = parse_bundle(data, tile.width, LOG + tile.path())[:width]
    except Malformed as error:
        raise _wrong(tile, data) from error
    return Bundle(entries, [leaf_hash(entry) for entry in entries])


def check_tile(source: Source, tile: Tile, expected: bytes) -> None:
    """Returns if a tile of hashes, or the full one that took its place, begins with these bytes.

    Raises:
        LogFileWrong: neither is there, or it says something else.
        OutOfOrder: no answer now.
    """
    found, data = _fetch(source, tile, MAX_TILE_BYTES)
    if len(data) != found.width * HASH_BYTES or not data.startswith(expected):
        raise _wrong(found, data)


def check_leaf_tile(source: Source, index: int, leaves: Sequence[bytes]) -> None:
    """The same for the tile of a bundle's leaf hashes."""
    check_tile(source, Tile(0, index, len(leaves)), b"".join(leaves))


def _fetch(source: Source, tile: Tile, limit: int) -> tuple[Tile, bytes]:
    """The tile, or the full one that has taken its place (a log may drop a partial tile then)."""
    for candidate in dict.fromkeys((tile, tile.full())):
        try:
            return candidate, source.read(LOG + candidate.path(), limit)
        except Malformed:
            continue
    path = LOG + tile.path()
    sentence = Sentence("{path} is missing, or longer than it may be; a log of this size has it.", {"path": path})
    raise LogFileWrong(Shout(Alarm.TREE, sentence, path))


def _wrong(tile: Tile, data: bytes) -> LogFileWrong:
    path = LOG + tile.path()
    sentence = Sentence("{path} is not what the log's entries make of it.", {"path": path})
    exhibit = Exhibit(path.replace("/", "_"), data)
    return LogFileWrong(Shout(Alarm.TREE, sentence, path, (exhibit,)))
