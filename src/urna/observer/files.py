"""The files' part of a look: what the log names lies in the record, byte for byte.

A log is published before the files that it names, so a file that is not there the first time may be on its way. Who
calls this waits a while and asks again (`look_again`) before anybody shouts.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import NamedTuple, Protocol

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
from urna.record.reader import no_file
from urna.words import Sentence

MAX_EXHIBIT_BYTES = 256 * 1024
"""Of a file with other bytes no more than this is kept, and its hash: a hostile server does not fill our memory."""


class Found(NamedTuple):
    """What lies where another file should be."""

    sha256: str
    head: bytes
    """Its first bytes."""


class Verdict(NamedTuple):
    """Whether a file is the one that an entry names, and what is there."""

    is_right: bool
    found: Found | None


class Spread(Protocol):
    """Does the same work for many entries: one by one, or over several lines to a server at once, in order."""

    def __call__(self, work: Callable[[LogEntry], Verdict], entries: Sequence[LogEntry], /) -> Iterable[Verdict]:
        """What the work gives for each entry."""
        ...


def one_by_one(work: Callable[[LogEntry], Verdict], entries: Sequence[LogEntry], /) -> Iterable[Verdict]:
    """Over one line."""
    return map(work, entries)


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


def look_at_bundle(
    source: Source, memory: Memory, index: int, only: Iterable[int], spread: Spread = one_by_one
) -> LookedAt:
    """Reads a bundle again, and the files of its entries.

    Args:
        source: the record.
        memory: the tree that was seen.
        index: of the bundle, from 0.
        only: the entries to look at, by number.
        spread: how their files are read.

    Raises:
        OutOfOrder: no answer now.
    """
    trunk = memory.trunk()
    try:
        bundle = _read_again(source, trunk, index)
    except LogFileWrong as error:
        return LookedAt(shouts=(error.shout,))
    first = index * TILE_WIDTH
    entries: dict[int, LogEntry] = {}
    shouts: list[Shout] = []
    for number in only:
        try:
            entries[number] = _entry_of(bundle.entries[number - first])
        except Malformed:
            shouts.append(_no_entry(number))
    doubtful = [
        Doubtful(number, entry, _proof(memory, trunk, number, bundle), verdict.found)
        for (number, entry), verdict in zip(
            entries.items(), spread(partial(_read_file, source), list(entries.values())), strict=True
        )
        if not verdict.is_right
    ]
    return LookedAt(tuple(doubtful), tuple(shouts))


def look_again(source: Source, doubtful: Sequence[Doubtful], spread: Spread = one_by_one) -> tuple[Doubtful, ...]:
    """Those whose files are still not there or others; raises `OutOfOrder` where there is no answer now."""
    verdicts = spread(partial(_read_file, source), [one.entry for one in doubtful])
    pairs = zip(doubtful, verdicts, strict=True)
    return tuple(one._replace(found=verdict.found) for one, verdict in pairs if not verdict.is_right)


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


def _entry_of(leaf: bytes) -> LogEntry:
    """The entry of a file that a record can have; raises `Malformed` if it is none."""
    entry = read_entry(leaf)
    if place_of(entry.path) is None:
        raise no_file(entry.path)
    return entry


def _read_file(source: Source, entry: LogEntry) -> Verdict:
    place = place_of(entry.path)
    limit = MAX_BYTES[place.kind] if place else 0
    try:
        data = source.read(entry.path, limit)
    except Malformed:
        return Verdict(is_right=False, found=None)
    found = Found(digest(data), data[:MAX_EXHIBIT_BYTES])
    return Verdict((len(data), found.sha256) == (entry.size, entry.sha256), found)


def _proof(memory: Memory, trunk: Trunk, number: int, bundle: Bundle) -> bytes:
    index, at = divmod(number, TILE_WIDTH)
    hashes, entry = trunk.inclusion_proof(number, {index: bundle.leaves}), bundle.entries[at]
    return LogProof(index=number, hashes=hashes, checkpoint=memory.checkpoint.encode(), extra=entry).encode()


def _no_entry(number: int) -> Shout:
    sentence = Sentence("Entry {number} of the log is not about a file of a record.", {"number": number})
    return Shout(Alarm.TREE, sentence)


def _changed_entries(index: int, count: int) -> Shout:
    values: dict[str, str | int] = {"first": index * TILE_WIDTH, "last": index * TILE_WIDTH + count - 1}
    return Shout(Alarm.TREE, Sentence("Among entries {first} to {last} one is not what it was.", values))
