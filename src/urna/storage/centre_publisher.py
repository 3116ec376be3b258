"""The public record of a centre: the log grows, witnesses cosign it, and only then anything of it is written.

1. A checkpoint over the leaves that are committed; their log grew out of the last one that was published.
2. The witnesses of the definition cosign it; below their quorum nothing is shown.
3. The cosigned checkpoint is kept: from now on it is what a restart goes on with.
4. Tiles, checkpoint, and then the files are written into the record's folder.

A kill between any two leaves a record that the next run completes: writing the same bytes is harmless.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from urna.center.publication import Batch, File, writes
from urna.errors import OutOfOrder, Unproven
from urna.log.note import NoteSignature, parse_note
from urna.observer.quorum import collect, policy_of
from urna.record.layout import CHECKPOINT
from urna.storage.centre_opening import PUBLISHED, RECORD, OpenedCentre, read_published
from urna.storage.centre_sequencer import Sequencer
from urna.storage.definition_folder import replace_file
from urna.storage.record import FolderWriter
from urna.words import Sentence

MOST_AT_ONCE = 512
"""Leaves under one new checkpoint, if their commits can be told apart."""

MOST_FILES, MOST_BYTES = 256, 32 * 1024 * 1024
"""Written together; a longer file is written alone."""

Prove = Callable[[int], tuple[bytes, ...]]
"""That the log of some earlier size is a prefix of the log that is to be cosigned."""

Cosign = Callable[[Batch, Prove], Iterable[NoteSignature]]
"""Asks the witnesses; a witness that saw another size than the batch's old one needs its own proof."""


class Published(NamedTuple):
    """What a run of the publisher did."""

    size: int
    """Leaves in the newest published log."""
    files: int
    """That were written."""


def nobody(_: Batch, __: Prove) -> tuple[NoteSignature, ...]:
    """The `Cosign` of an election without witnesses."""
    return ()


class Publisher:
    """Writes a centre's record.

    Args:
        opened: the centre.
        sequencer: its writer.
        cosign: asks the witnesses.
        durable: as of `FolderWriter`.
    """

    def __init__(
        self, opened: OpenedCentre, sequencer: Sequencer, cosign: Cosign = nobody, *, durable: bool = True
    ) -> None:
        self._opened = opened
        self._sequencer = sequencer
        self._cosign = cosign
        self._policy = policy_of(opened.centre.election)
        self._writer = FolderWriter(opened.folder / RECORD, durable=durable)
        self._mark = opened.folder / PUBLISHED
        self._people_saw = opened.settings.people_saw

    def publish(self) -> Published:
        """Everything that is committed until now, in steps.

        Raises:
            Unproven: too few witnesses cosigned; nothing was shown, and the next run tries again.
        """
        published = self.write_promised()
        store = self._opened.store
        last = max((size for size, _ in store.checkpoints()), default=0)
        steps = list(_steps(last, store.commits(last), self._people_saw))
        while steps:
            size, note = self._cosigned_step(last, steps)
            store.add_checkpoint(size, note)
            written = self.write_promised()
            published = Published(written.size, published.files + written.files)
            last, steps = size, [each for each in steps if each > size]
        return published

    def write_promised(self) -> Published:
        """Each kept checkpoint that is not in the folder yet, one after the other.

        First of all when a centre begins: it may have been killed between the log and the files that it names.
        No checkpoint is shown of a log that is shorter than the one that people saw: that would be a rollback.
        """
        before = read_published(self._opened.folder)
        kept = self._opened.store.checkpoints(before)
        written = 0
        for (old, _), (size, note) in pairwise([(before, b""), *kept]):
            files = self._files(old, size, note)
            for some in _together(each for each in files if each.path != CHECKPOINT or size >= self._people_saw):
                if some[0].path == CHECKPOINT:
                    self._writer.write(*some[0])
                else:
                    self._writer.write_many(some)
                written += len(some)
            replace_file(self._mark, f"{size}\n".encode())
        return Published(kept[-1][0] if kept else before, written)

    def _cosigned_step(self, last: int, steps: Sequence[int]) -> tuple[int, bytes]:
        """The first step; or all steps in one, if too few witnesses cosign the first.

        They may have seen more: those of a centre that was restored from before its last publishing, and a witness
        cosigns no log that is shorter than the one it knows.
        """
        try:
            return steps[0], self._cosigned(last, steps[0])
        except Unproven:
            if len(steps) == 1:
                raise
            return steps[-1], self._cosigned(last, steps[-1])

    def _cosigned(self, last: int, size: int) -> bytes:
        publication = self._opened.publication
        with self._sequencer.state():
            batch = publication.batch(last, size=size)

        def prove(old_size: int) -> tuple[bytes, ...]:
            with self._sequencer.state():
                return publication.growth_proof(old_size, size)

        quorum = collect(batch.checkpoint, self._cosign(batch, prove), self._policy)
        if not quorum.is_reached:
            names = ", ".join(witness.name for witness in quorum.missing)
            raise Unproven(
                Sentence("cosignatures of {count} witnesses", {"count": quorum.threshold}),
                Sentence("{found}; missing are {names}", {"found": len(quorum.signatures), "names": names}),
                Sentence("Look whether the witnesses answer; nothing new is shown before they do."),
            )
        return next(file.data for file in writes(batch, quorum.signatures) if file.path == CHECKPOINT)

    def _files(self, old: int, size: int, note: bytes) -> Iterator[File]:
        with self._sequencer.state():
            batch = self._opened.publication.batch(old, size=size)
        _check_same(batch, note)
        yield from writes(batch._replace(checkpoint=note))
        store = self._opened.store
        shown = [*store.leaves(old, size), *store.beside(old, size)]
        for each, data in zip(shown, store.read_many([each.sha256 for each in shown]), strict=True):
            yield File(each.path, data)


def _steps(last: int, commits: Iterable[int], people_saw: int = 0) -> Iterator[int]:
    """Sizes of the log at which it is published: after whole commits, and so many leaves apart at most, if it can be.

    A log is shown before its files, and whoever watches waits for those for some seconds only. What people saw already
    is not shown shorter.
    """
    before = last
    for size in (each for each in commits if each >= people_saw):
        if size > last + MOST_AT_ONCE and before > last:
            yield before
            last = before
        before = size
    if before > last:
        yield before


def _together(files: Iterable[File]) -> Iterator[list[File]]:
    """Files that are written together, in their order; the checkpoint alone, after everything before it is there."""
    some: list[File] = []
    for file in files:
        is_much = len(some) == MOST_FILES or sum(len(each.data) for each in some) + len(file.data) > MOST_BYTES
        if some and (is_much or CHECKPOINT in {file.path, some[-1].path}):
            yield some
            some = []
        some.append(file)
    if some:
        yield some


def _check_same(batch: Batch, note: bytes) -> None:
    """The kept checkpoint is one of this log: a database that was exchanged would fork the record."""
    if parse_note(batch.checkpoint).text != parse_note(note).text:
        raise OutOfOrder(
            Sentence("the checkpoint that was kept for this log"),
            Sentence("another root"),
            Sentence("Write nothing. Restore the centre from its backup."),
        )
