"""The poll book's rows: sealed in the store, opened here, changed only whole acts at a time.

    people    one row: all counts and slots (station/people)
    elector   one row each: written at loading, never changed
    mark      one row each: three bytes (station/marks), overwritten in place
    capture   one row each where the definition has them kept (station/captures), overwritten in place
    day       one row, in clear: the state of the day, needed before the role cards come

Rows are in the order of their keyed hashes, from loading to the end. When the day is closed every mark is
sealed anew and the medium is rewritten, so that what is left is a function of who came, not of the order.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from urna.biometrics.template import Template
from urna.encoding.canonical import decode, encode
from urna.errors import OutOfOrder
from urna.roll.elector import Elector, RollPart
from urna.station.captures import CaptureSeal
from urna.station.marks import UNMARKED, Mark, mark_from_bytes
from urna.station.people import People
from urna.station.vault import Vault, pad, padded_size, unpad
from urna.words import Sentence

ELECTOR_STEP = 1024
PEOPLE_STEP = 3072
"""Contents are padded to multiples of so many bytes; the counts of a usual station fit one page of SQLite."""


class PollBookStore(Protocol):
    """Where the rows lie. It knows no key: storage/pollbook is the one on SQLite."""

    def acting(self) -> AbstractContextManager[None]:
        """One durable transaction: on leaving, all that was written is on the medium; on an error, nothing."""

    def day(self) -> str:
        """The state of the day."""

    def write_day(self, day: str) -> None:
        """Write the state of the day."""

    def people(self) -> bytes | None:
        """The sealed counts; None before the roll is loaded."""

    def write_people(self, sealed: bytes) -> None:
        """Write the sealed counts."""

    def elector(self, row: bytes) -> bytes | None:
        """The sealed elector of a row; None when there is no such row."""

    def mark(self, row: bytes) -> bytes:
        """The sealed mark of an elector's row."""

    def write_mark(self, row: bytes, sealed: bytes) -> None:
        """Write over the sealed mark of an elector's row."""

    def write_capture(self, row: bytes, sealed: bytes) -> None:
        """Write the sealed capture of an elector's row, over the one that is there."""

    def captures(self) -> Sequence[bytes]:
        """All sealed captures; none where they are not kept."""

    def rows(self) -> Sequence[bytes]:
        """All electors' rows, sorted."""

    def load(self, entries: Iterable[tuple[bytes, bytes, bytes]]) -> None:
        """Write rows, each with its sealed elector and sealed mark, in this order."""

    def compact(self) -> None:
        """Rewrite the whole medium in the order of rows, leaving nothing of older contents."""


class Entry(NamedTuple):
    """An elector and the mark, as a poll worker may see them."""

    row: bytes
    elector: Elector
    mark: Mark

    def __repr__(self) -> str:
        """No person."""
        return "Entry()"


class PollBookRows:
    """The rows of one store, through the vault that opens them.

    Args:
        store: where they lie.
        vault: opens and seals them.
        keeping: seals captures; None where the definition has none kept.
    """

    def __init__(self, store: PollBookStore, vault: Vault, keeping: CaptureSeal | None = None) -> None:
        self._store, self._vault, self._keeping = store, vault, keeping

    def load(self, part: RollPart, people: People) -> None:
        """Writes a station's electors, all unmarked, and its first counts, in one transaction; then tidies up.

        Raises:
            OutOfOrder: something is loaded already.
        """
        if self._store.people() is not None:
            raise OutOfOrder(
                Sentence("an empty poll book"),
                Sentence("one that is loaded"),
                Sentence("Open it as it is; for a new day, prepare a new medium."),
            )
        with self._store.acting():
            self._store.load(self._entries([member.elector for member in part.members]))
            if self._keeping:
                for row in self._store.rows():
                    self._store.write_capture(row, self._keeping.nothing())
            self._write_people(people)
        self._store.compact()

    def people(self) -> People:
        """The counts.

        Raises:
            OutOfOrder: nothing is loaded.
            Unproven: another data key, or a store that was changed.
        """
        sealed = self._store.people()
        if sealed is None:
            raise OutOfOrder(
                Sentence("a poll book with its roll"),
                Sentence("an empty one"),
                Sentence("Load the station's package first."),
            )
        return decode(unpad(self._vault.open("people", b"", sealed)), People)

    def find(self, number: str) -> Entry | None:
        """The elector with this number, if there is one here."""
        row = self._vault.row_of(number)
        sealed = self._store.elector(row)
        if sealed is None:
            return None
        elector = decode(unpad(self._vault.open("elector", row, sealed)), Elector)
        return Entry(row, elector, self._mark(row))

    def electors(self) -> list[Elector]:
        """All electors, sorted by number."""
        found = (self._store.elector(row) for row in self._store.rows())
        rows = zip(self._store.rows(), found, strict=True)
        opened = [decode(unpad(self._vault.open("elector", row, each)), Elector) for row, each in rows if each]
        return sorted(opened, key=lambda elector: elector.number)

    def change(
        self,
        act: Callable[[People], People],
        entry: Entry | None = None,
        mark: Mark = UNMARKED,
        finger: Template | None = None,
    ) -> None:
        """Does one act in one transaction: the counts, and the elector's mark and capture if there are any to write."""
        with self._store.acting():
            self._write_people(act(self.people()))
            if entry is not None:
                self._write_mark(entry.row, mark)
                if finger is not None and self._keeping:
                    self._store.write_capture(entry.row, self._keeping.finger(entry.elector.number, finger))

    def forget_order(self) -> None:
        """Seals every mark anew, drops the tries of those who were not admitted, and rewrites the medium.

        Done once the day is closed: fresh nonces and fresh pages, so that neither shows what was written last.
        """
        with self._store.acting():
            for row in self._store.rows():
                mark = self._mark(row)
                self._write_mark(row, mark if mark.is_admitted else UNMARKED)
            self._write_people(self.people())
        self._store.compact()

    def _entries(self, electors: Sequence[Elector]) -> Iterable[tuple[bytes, bytes, bytes]]:
        """Sorted by row, and all of one length: a length would tell who has fewer fingers enrolled."""
        contents = {self._vault.row_of(elector.number): encode(elector) for elector in electors}
        size = max((padded_size(content, ELECTOR_STEP) for content in contents.values()), default=0)
        for row in sorted(contents):
            elector = self._vault.seal("elector", row, pad(contents[row], size))
            yield row, elector, self._vault.seal("mark", row, UNMARKED.to_bytes())

    def _mark(self, row: bytes) -> Mark:
        return mark_from_bytes(self._vault.open("mark", row, self._store.mark(row)))

    def _write_mark(self, row: bytes, mark: Mark) -> None:
        self._store.write_mark(row, self._vault.seal("mark", row, mark.to_bytes()))

    def _write_people(self, people: People) -> None:
        self._store.write_people(self._vault.seal("people", b"", pad(encode(people), PEOPLE_STEP)))
