"""The files' part of a look: what the log names lies in the record, byte for byte.

A log is published before the files that it names, so a file that is not there the first time may be on its way. Who
calls this waits a while and asks again (`look_again`) before anybody shouts.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from urna.encoding.canonical import digest
from urna.errors import Malformed, Unproven
from urna.log.proof import LogProof
from urna.log.tiles import TILE_WIDTH
from urna.observer.alarms import Alarm, Exhibit, Shout
from urna.observer.memory import Memory
from urna.observer.reading import Bundle, LogFileWrong, Source, check_leaf_tile, read_bundle
from urna.observer.trunk import Trunk
from urna.record.entry import LogEntry, read_entry
from urna.record.layout import MAX_BYTES, place_of
from urna.words import Sentence

MAX_EXHIBIT_BYTES = 256 * 1024
"""Of a file with other bytes no more than this is kept, and its hash: a hostile server does not fill our memory."""


class Found(NamedTuple):
    """What lies where another file should be."""

    sha256: str
    head: bytes
    """Its first bytes."""


class Doubtful(NamedTuple):
    """An entry whose file is not there, or is another one."""

    number: int
    """Of the entry, from 0."""
    entry: LogEntry
    proof: bytes
    """That the log names it (C2SP tlog-proof), the entry itself in its extra line."""
    found: Found | None
    """What lies there; None if nothing does, or more than may."""


class LookedAt(NamedTuple):
    """Files of a bundle's entries that were looked at."""

    doubtful: tuple[Doubtful, ...] = ()
    shouts: tuple[Shout, ...] = ()


def look_at_bundle(source: Source, memory: Memory, index: int, *, only: Iterable[int] | None = None) -> LookedAt:
    """Reads a bundle again, and the files of its entries.

    Args:
        source: the record.
        memory: the tree that was seen.
        index: of the bundle, from 0.
        only: the entries to look at, by number; all of the bundle's if left out.

    Raises:
        OutOfOrder: no answer now.
    """
    trunk = memory.trunk()
    try:
        bundle = _read_again(source, trunk, index)
    except LogFileWrong as error:
        return LookedAt(shouts=(error.shout,))
    wanted = range(index * TILE_WIDTH, index * TILE_WIDTH + len(bundle.entries))
    numbers = wanted if only is None else [number for number in only if number in wanted]
    doubtful: list[Doubtful] = []
    shouts: list[Shout] = []
    for number in numbers:
        try:
            entry = read_entry(bundle.entries[number - wanted.start], f"entry {number}")
        except Malformed:
            shouts.append(_no_entry(number))
            continue
        if place_of(entry.path) is None:
            shouts.append(_no_entry(number))
            continue
        is_right, found = _read_file(source, entry)
        if not is_right:
            proof = _proof(memory, trunk, number, index, bundle)
            doubtful.append(Doubtful(number, entry, proof, found))
    return LookedAt(tuple(doubtful), tuple(shouts))


def look_again(source: Source, doubtful: Sequence[Doubtful]) -> tuple[Doubtful, ...]:
    """Those whose files are still not there or others; raises `OutOfOrder` where there is no answer now."""
    left = []
    for one in doubtful:
        is_right, found = _read_file(source, one.entry)
        if not is_right:
            left.append(one._replace(found=found))
    return tuple(left)


def shout_at(doubtful: Doubtful) -> Shout:
    """What is wrong with a file, and what proves that the log promised another."""
    entry, name = doubtful.entry, doubtful.entry.path.replace("/", "_")
    exhibits = [Exhibit(f"{name}.tlog-proof", doubtful.proof)]
    values: dict[str, str | int] = {"path": entry.path, "number": doubtful.number, "hash": entry.sha256}
    if doubtful.found is None:
        sentence = Sentence("{path} is not there. Entry {number} of the log says that it is published: {hash}", values)
        return Shout(Alarm.VANISHED, sentence, entry.path, tuple(exhibits))
    exhibits.append(Exhibit(f"{name}.found", doubtful.found.head))
    values["found"] = doubtful.found.sha256
    sentence = Sentence("{path} is another file. Entry {number} of the log says {hash}; there is {found}", values)
    return Shout(Alarm.CHANGED, sentence, entry.path, tuple(exhibits))


def _read_again(source: Source, trunk: Trunk, index: int) -> Bundle:
    """A bundle that was seen before, and its tile of leaf hashes."""
    if index < len(trunk.bundles):
        bundle = read_bundle(source, index, TILE_WIDTH)
        try:
            trunk.check_bundle(index, bundle.leaves)
        except Unproven as error:
            raise LogFileWrong(_changed_entries(index, TILE_WIDTH)) from error
    else:
        bundle = read_bundle(source, index, len(trunk.edge))
        if list(bundle.leaves) != trunk.edge:
            raise LogFileWrong(_changed_entries(index, len(trunk.edge)))
    check_leaf_tile(source, index, bundle.leaves)
    return bundle


def _read_file(source: Source, entry: LogEntry) -> tuple[bool, Found | None]:
    """Whether the file is the one that the entry names, and what is there."""
    place = place_of(entry.path)
    limit = MAX_BYTES[place.kind] if place else 0
    try:
        data = source.read(entry.path, limit)
    except Malformed:
        return False, None
    found = Found(digest(data), data[:MAX_EXHIBIT_BYTES])
    return (len(data), found.sha256) == (entry.size, entry.sha256), found


def _proof(memory: Memory, trunk: Trunk, number: int, index: int, bundle: Bundle) -> bytes:
    hashes = trunk.inclusion_proof(number, {index: bundle.leaves})
    entry = bundle.entries[number - index * TILE_WIDTH]
    return LogProof(index=number, hashes=hashes, checkpoint=memory.checkpoint.encode(), extra=entry).encode()


def _no_entry(number: int) -> Shout:
    sentence = Sentence("Entry {number} of the log is not about a file of a record.", {"number": number})
    return Shout(Alarm.TREE, sentence)


def _changed_entries(index: int, count: int) -> Shout:
    values: dict[str, str | int] = {"first": index * TILE_WIDTH, "last": index * TILE_WIDTH + count - 1}
    return Shout(Alarm.TREE, Sentence("Among entries {first} to {last} one is not what it was.", values))
