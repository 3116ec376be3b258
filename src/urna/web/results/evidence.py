"""What the record holds besides the results: which files are in its log, with their proofs, and what was not counted.

A file's proof leads to the first checkpoint that covered it, which the record keeps: so the proof on a page never
changes, and `urna verify` checks that every later checkpoint continues that one.
"""

import base64
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

import msgspec

from urna.election.certification import StationDecision
from urna.election.statement import PollBookStatement
from urna.encoding.canonical import Code, Hash
from urna.encoding.document import read_document
from urna.log.checkpoint import MAX_CHECKPOINT_BYTES, read_checkpoint
from urna.log.merkle import MerkleTree
from urna.log.shape import climb
from urna.log.tiles import ENTRIES, parse_bundle, tiles_of
from urna.record.entry import LogEntry
from urna.record.incident import Incident
from urna.record.layout import (
    CHECKPOINT,
    LOG,
    MAX_BYTES,
    Kind,
    Place,
    ballots_path,
    kept_checkpoint_path,
    place_of,
    sheet_path,
)
from urna.record.reader import RecordReader, read_placed
from urna.record.withdrawal import Withdrawal
from urna.tally.hand_count import HandCountSheet
from urna.tally.results import StationResult
from urna.tally.sheet import TallySheet

R = TypeVar("R")


class Leaf(NamedTuple):
    """A file as the log has it."""

    path: str
    number: int
    """Its place in the log, from 0."""
    sha256: Hash
    line: str
    """The entry's text: what is hashed."""


class LeafProof(NamedTuple):
    """That a file is in the log."""

    leaf: Leaf
    checkpoint: str
    """The kept checkpoint to whose root the proof leads: its path in the record."""
    size: int
    root: str
    """64 hexadecimal digits."""
    root_in_checkpoint: str
    """The same root as the checkpoint's third line writes it, in base64."""
    steps: tuple[str, ...]
    """From the leaf up: L or R, the side on which it is put, and 64 hexadecimal digits."""


class StationSheet(NamedTuple):
    """A sheet of a station with the statement inside it."""

    leaf: Leaf
    sheet: TallySheet
    statement: PollBookStatement
    document: bytes


class HandCount(NamedTuple):
    """A sheet of paper ballots counted by hand."""

    leaf: Leaf
    sheet: HandCountSheet


class Evidence:
    """A verified record, ready to be asked.

    Args:
        reader: the record; it was verified before: signatures and hashes are not looked at again.
    """

    def __init__(self, reader: RecordReader) -> None:
        self.reader = reader
        size = read_checkpoint(reader.read(CHECKPOINT, MAX_CHECKPOINT_BYTES), CHECKPOINT).size
        lines = list(_entries(reader, size))
        self._tree = MerkleTree(lines)
        self.leaves = {leaf.path: leaf for leaf in map(_leaf, range(size), lines)}
        self._kept = sorted(_kept_sizes(reader, size))
        self._by_station: dict[Code, list[tuple[Place, Leaf]]] = {}
        self._by_kind: dict[Kind, list[Leaf]] = {}
        for leaf in self.leaves.values():
            self._sort(leaf)

    def of_kind(self, kind: Kind) -> Sequence[Leaf]:
        """The files of a kind that belong to no station, by path."""
        return sorted(self._by_kind.get(kind, ()))

    def of_station(self, station: Code) -> Sequence[Leaf]:
        """A station's files, by path."""
        return sorted(leaf for _, leaf in self._by_station.get(station, ()))

    def sheets_of(self, station: Code) -> Mapping[int, Leaf]:
        """A station's sheets by their sequence."""
        return {p.number: leaf for p, leaf in sorted(self._by_station.get(station, ())) if p.kind is Kind.SHEET}

    def hand_counts_of(self, station: Code) -> Sequence[HandCount]:
        """A station's hand counts, by their sequence."""
        placed = sorted(each for each in self._by_station.get(station, ()) if each[0].kind is Kind.HAND_COUNT)
        return [HandCount(leaf, self.document(leaf, HandCountSheet)) for _, leaf in placed]

    def counted_by_hand(self, result: StationResult) -> HandCount | None:
        """The hand count of a station that an edition counts."""
        if result.hand is None:
            return None
        return next(each for each in self.hand_counts_of(result.station) if each.leaf.sha256 == result.hand)

    def proof_of(self, leaf: Leaf) -> LeafProof:
        """The proof that a file is in the log, up to the first kept checkpoint that covers it."""
        size = self.first_size(leaf)
        hashes = self._tree.inclusion_proof(leaf.number, size)
        sides = ("L" if step.on_left else "R" for step in climb(leaf.number, size - 1))
        root = self._tree.root(size)
        return LeafProof(
            leaf=leaf,
            checkpoint=kept_checkpoint_path(size),
            size=size,
            root=root.hex(),
            root_in_checkpoint=base64.b64encode(root).decode(),
            steps=tuple(side + each.hex() for side, each in zip(sides, hashes, strict=True)),
        )

    def first_size(self, leaf: Leaf) -> int:
        """The size of the first kept checkpoint that covers a leaf."""
        place = bisect_right(self._kept, leaf.number)
        return self._kept[place] if place < len(self._kept) else self._tree.size

    def sheet(self, station: Code, sequence: int) -> StationSheet:
        """A station's sheet, read.

        Raises:
            Malformed: no such sheet, or it cannot be read.
        """
        path = sheet_path(station, sequence)
        document = read_placed(self.reader, path)
        sheet = read_document(document, TallySheet, path)
        statement = read_document(sheet.statement.encode(), PollBookStatement, path)
        return StationSheet(self.leaves[path], sheet, statement, document)

    def incidents(self) -> list[tuple[Leaf, Incident]]:
        """What was not counted, in the order of its serials."""
        return self.documents(Kind.INCIDENT, Incident)

    def decisions(self) -> list[tuple[Leaf, StationDecision]]:
        """Stations not opened, annulled or counted by hand, in the order of their serials."""
        return self.documents(Kind.DECISION, StationDecision)

    def withdrawals(self) -> list[tuple[Leaf, Withdrawal]]:
        """Candidates who take no seat, in the order of their serials."""
        return self.documents(Kind.WITHDRAWAL, Withdrawal)

    def has_ballots(self, station: Code) -> bool:
        """Whether the station's ballot list is in the log."""
        return ballots_path(station) in self.leaves

    def documents(self, kind: Kind, record: type[R]) -> list[tuple[Leaf, R]]:
        """The documents of a kind that belong to no station, by path."""
        return [(leaf, self.document(leaf, record)) for leaf in self.of_kind(kind)]

    def document(self, leaf: Leaf, record: type[R]) -> R:
        """What the document of a leaf says."""
        return read_document(read_placed(self.reader, leaf.path), record, leaf.path)

    def _sort(self, leaf: Leaf) -> None:
        place = place_of(leaf.path)
        if place is not None and place.station:
            self._by_station.setdefault(place.station, []).append((place, leaf))
        elif place is not None:
            self._by_kind.setdefault(place.kind, []).append(leaf)


def _entries(reader: RecordReader, size: int) -> Iterable[bytes]:
    """The log's entries, in order."""
    for tile in tiles_of(size):
        if tile.level == ENTRIES:
            path = LOG + tile.path()
            yield from parse_bundle(reader.read(path, MAX_BYTES[Kind.TILE]), tile.width, path)


_decoder = msgspec.json.Decoder(LogEntry)
"""Without the check of the canonical form, which verification did: a nation has 200,000 entries."""


def _leaf(index: int, line: bytes) -> Leaf:
    entry = _decoder.decode(line)
    return Leaf(entry.path, index, entry.sha256, line.decode())


def _kept_sizes(reader: RecordReader, size: int) -> Iterable[int]:
    """The sizes of the kept checkpoints, the newest one's included."""
    for path in reader.list().sizes:
        place = place_of(path) if path.startswith(LOG) else None
        if place is not None and place.kind is Kind.OLD_CHECKPOINT and 0 < place.number <= size:
            yield place.number
