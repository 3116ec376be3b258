"""Verifying a record that egk-ec, or urna, wrote in its layout: every box of 2.0.0, and S1 to S8."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import NamedTuple, Protocol, TypeVar

from urna.errors import Malformed
from urna.interop.electionguard.egk_files import (
    BALLOT,
    CHAIN,
    CONFIG,
    CONSTANTS,
    ENCRYPTED_TALLY,
    INITIALIZED,
    MANIFEST,
    OPENED,
    TALLY,
)
from urna.interop.electionguard.report import Notebook, Report
from urna.interop.electionguard.verify_ballot import examine_ballot
from urna.interop.electionguard.verify_decrypted import (
    check_all_opened,
    check_encrypted_tally,
    check_tally,
    examine_opening,
    openings,
)
from urna.interop.electionguard.verify_keys import RecordKeys, check_keys
from urna.interop.electionguard.verify_whole import Ballots
from urna.record.reader import RecordReader
from urna.words import Sentence

I = TypeVar("I")  # noqa: E741 - an item
O = TypeVar("O")  # noqa: E741 - what comes of it

FILES = frozenset({CONSTANTS, CONFIG, INITIALIZED, MANIFEST, ENCRYPTED_TALLY, TALLY})
PATTERNS = (BALLOT, CHAIN, OPENED)
PRIVATE = "private_data/"


class Spread(Protocol):
    """Does the same work for many items, here or in other processes, in their order."""

    def __call__(self, work: Callable[[I], O], items: Sequence[I], /) -> Iterable[O]:
        """What the work gives for each item."""
        ...


Progress = Callable[[int, int], None]
"""Told how many ballots of how many are done."""


def verify_electionguard(reader: RecordReader, spread: Spread = map, progress: Progress | None = None) -> Report:
    """1. Keys. 2. Files. 3. Each ballot. 4. All ballots. 5. The encrypted tally. 6. The tally. 7. Openings.

    Args:
        reader: the record.
        spread: does the work on ballots.
        progress: told after each ballot.

    Raises:
        Malformed: there is no such record.
    """
    listing = reader.list()
    if CONSTANTS not in listing.sizes:
        raise Malformed(
            Sentence("a record of ElectionGuard in egk-ec's layout"),
            Sentence("no file {file}", {"file": CONSTANTS}),
            Sentence("Name the folder that has it."),
        )
    book = Notebook()
    keys = check_keys(reader, book)
    paths = sorted(listing.sizes)
    _check_files(paths, sorted(listing.strange), book)
    if keys is not None:
        _Verification(keys, reader, paths, book, spread).run(progress)
    return book.report()


def _check_files(paths: list[str], strange: list[str], book: Notebook) -> None:
    """S1: nothing else in the record. Private data, which egk-ec leaves beside it in tests, is never read."""
    expected, found = Sentence("files of a record only"), Sentence("another one")
    for path in [*paths, *strange]:
        known = path in FILES or any(pattern.fullmatch(path) for pattern in PATTERNS)
        if not path.startswith(PRIVATE):
            book.page(path).demand("S1", holds=known and path not in strange, expected=expected, found=found)
    if any(path.startswith(PRIVATE) for path in paths):
        values: dict[str, str | int] = {"folder": PRIVATE}
        book.remarks.append(
            Sentence("{folder} was not read. It has the guardians' secrets: do not publish it.", values)
        )
    book.checked("S1", detail=Sentence("files: {count}", {"count": len(paths)}))


class _Verification(NamedTuple):
    """What comes after the keys."""

    keys: RecordKeys
    reader: RecordReader
    paths: list[str]
    book: Notebook
    spread: Spread

    def run(self, progress: Progress | None) -> None:
        ballots = Ballots(self.keys)
        encrypted = [path for path in self.paths if BALLOT.fullmatch(path)]
        for seen in self.spread(partial(examine_ballot, self.keys, self.reader), encrypted):
            ballots.take(seen, self.book)
            if progress is not None:
                progress(ballots.count, len(encrypted))
        ballots.check_chains(self.keys, self.reader, self.paths, self.book)
        detail = Sentence("ballots: {count}", {"count": ballots.count})
        self.book.checked("5", "6", "7", "S3", "S4", "S8", detail=detail)
        self._check_decrypted(ballots)

    def _check_decrypted(self, ballots: Ballots) -> None:
        """A record may end before the tally, or before its decryption; what it has is checked, what it lacks said."""
        is_summed, is_decrypted = ENCRYPTED_TALLY in self.paths, TALLY in self.paths
        found = openings(self.paths, ballots)
        self.book.absent("11")
        if not is_summed and not is_decrypted and not found:
            self.book.absent("8", "9", "10", "12", "13", "14", "S5", "S6")
            return
        self.book.checked("S6")
        check_encrypted_tally(self.keys, self.reader, ballots, self.book)
        if not is_decrypted and not found:
            self.book.absent("9", "10", "12", "13", "14", "S5")
            return
        check_tally(self.keys, self.reader, ballots, self.book)
        for findings in self.spread(partial(examine_opening, self.keys, self.reader), found):
            self.book.take(findings)
        check_all_opened(ballots.challenged, self.paths, self.book)
        self.book.checked("12", "13", "14", "S5", detail=Sentence("openings: {count}", {"count": len(found)}))
