"""Publishing: everything becomes a leaf of the log before anybody is shown it.

    prepare(files) -> Batch          the log grows, its new checkpoint is signed
                                     (encrypted ballots are no leaves: the ballot list binds each of them)
    (witnesses check batch.proof and cosign batch.checkpoint)
    writes(batch, cosignatures)      what to write, in this order: tiles, checkpoint, and only then the files

A crash between the last two is mended by publishing the same batch again: writing the same bytes is harmless.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from urna.center.evidence import Shown, piece_of
from urna.encoding.canonical import encode
from urna.errors import Malformed, OutOfOrder
from urna.log.checkpoint import sign_checkpoint
from urna.log.log import Log
from urna.log.note import NoteSignature, NoteSigner, add_signatures
from urna.record.entry import LogEntry, read_entry
from urna.record.layout import CHECKPOINT, LOG, Kind, kept_checkpoint_path, place_of
from urna.words import Sentence


class File(NamedTuple):
    """A file of the record: its path and its bytes."""

    path: str
    data: bytes


class Batch(NamedTuple):
    """Files that were logged together, and the checkpoint that a witness is asked to cosign."""

    files: tuple[File, ...]
    tiles: tuple[File, ...]
    old_size: int
    """The log's size before."""
    size: int
    checkpoint: bytes
    """Signed by the log alone."""
    proof: tuple[bytes, ...]
    """That the log at `old_size` is a prefix of this one (`verify_growth`)."""


_ORDER = tuple(Kind)
"""Within a batch: definition, certifications, revocations, roll, …, sheets, ballots, results."""


class Publication:
    """The log of a record and what is in it.

    Args:
        signer: the log's key.
        entries: the leaves that are published already, in order.
        beside: what is published and no leaf.
    """

    def __init__(self, signer: NoteSigner, entries: Iterable[bytes] = (), beside: Iterable[Shown] = ()) -> None:
        self._signer = signer
        self._log = Log(signer.name, entries)
        self._published = {entry.path: entry.sha256 for entry in map(read_entry, self._log.entries)}
        self._published.update((each.path, each.sha256) for each in beside)

    @property
    def size(self) -> int:
        """The number of leaves."""
        return self._log.size

    def prepare(self, files: Iterable[File]) -> Batch:
        """Adds files to the log, in the order of the day within the batch; those already there are left out.

        Raises:
            Malformed: a path of no file that is published this way.
            OutOfOrder: a path that is published with other bytes; nothing was added.
        """
        data = {file.path: file.data for file in files}
        old_size = self.size
        new = self.add(Shown(path, *piece_of(each)) for path, each in data.items())
        return self.batch(old_size, [File(each.path, data[each.path]) for each in new])

    def add(self, shown: Iterable[Shown]) -> tuple[Shown, ...]:
        """Adds what these names stand for to the log, and returns what is new; raises as `prepare`.

        Those of them that `is_logged` are leaves, in the order in which they are returned.
        """
        new = in_order({each.path: each for each in shown if self._is_new(each)}.values())
        self._log.extend(
            encode(LogEntry(path=each.path, sha256=each.sha256, size=each.size)) for each in new if is_logged(each.path)
        )
        self._published.update((each.path, each.sha256) for each in new)
        return tuple(new)

    def batch(self, old_size: int, files: Iterable[File] = (), size: int | None = None) -> Batch:
        """What makes the log grow from one size to another, now by default."""
        size = self.size if size is None else size
        return Batch(
            files=tuple(files),
            tiles=tuple(File(LOG + path, data) for path, data in self._log.files(size, since=old_size)),
            old_size=old_size,
            size=size,
            checkpoint=sign_checkpoint(self._log.checkpoint(size), [self._signer]),
            proof=self.growth_proof(old_size, size),
        )

    def checkpoint_text(self, size: int) -> str:
        """What the checkpoint of the log at a size says, without signatures."""
        return self._log.checkpoint(size).text()

    def growth_proof(self, old_size: int, size: int | None = None) -> tuple[bytes, ...]:
        """That the log at one size is a prefix of the log at another, now by default."""
        return self._log.growth_proof(old_size, size)

    def inclusion_proof(self, place: int, size: int | None = None) -> tuple[bytes, ...]:
        """That a leaf is in the log of a size, now by default."""
        return self._log.inclusion_proof(place, size)

    def _is_new(self, shown: Shown) -> bool:
        place = place_of(shown.path)
        if place is None or not (place.kind.is_logged or place.kind is Kind.CIPHERTEXTS):
            raise Malformed(
                Sentence("the path of a file that is logged"),
                Sentence("{path}", {"path": repr(shown.path[:200])}),
                Sentence("See docs/spec/record.md for what lies where."),
            )
        known = self._published.get(shown.path)
        if known not in (None, shown.sha256):
            raise OutOfOrder(
                Sentence("a place in the record that is free"),
                Sentence("other bytes there"),
                Sentence("Publish a correction beside it; what is published never changes."),
                shown.path,
            )
        return known is None


def writes(batch: Batch, cosignatures: Sequence[NoteSignature] = ()) -> Iterator[File]:
    """The files to write, in this order, so that nothing is shown before it is in the witnessed log."""
    if batch.size > batch.old_size:
        checkpoint = add_signatures(batch.checkpoint, cosignatures)
        yield from batch.tiles
        yield File(kept_checkpoint_path(batch.size), checkpoint)
        yield File(CHECKPOINT, checkpoint)
    yield from batch.files


def in_order(shown: Iterable[Shown]) -> list[Shown]:
    """Files that are logged together, as they lie in the log."""
    return sorted(shown, key=_rank)


def by_edition(shown: Iterable[Shown]) -> Iterator[list[Shown]]:
    """Files in the order in which they came, cut before and after each edition of the results.

    An edition counts the sheets before it, and every verifier sums those: no later one may be logged before it.
    """
    for _, some in groupby(shown, key=lambda each: _is_edition(each.path)):
        yield list(some)


def _is_edition(path: str) -> bool:
    place = place_of(path)
    return place is not None and place.kind is Kind.RESULTS


def is_logged(path: str) -> bool:
    """Whether what lies at a path of the record is a leaf of the log."""
    place = place_of(path)
    return place is not None and place.kind.is_logged


def _rank(file: Shown) -> tuple[int, str]:
    """By kind and then path; within one kind no order says anything of the order of arrival."""
    place = place_of(file.path)
    return (_ORDER.index(place.kind) if place else len(_ORDER), file.path)
