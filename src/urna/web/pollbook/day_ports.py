"""What opening and closing ask of the world, besides the desk's own ports. Nothing here knows a ballot."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from urna.encoding.canonical import Moment
from urna.papers.paper import Paper
from urna.station.event_words import Way
from urna.station.hand_entry import HandEntry
from urna.station.health import Condition
from urna.station.link import Condition as BoothCondition
from urna.station.pollbook import PollBook
from urna.station.pollbook_rows import PollBookStore
from urna.station.sending import Parcel, Sender
from urna.station.sign_in import CardAndPin
from urna.web.pollbook.ports import Cell, DeskBooth
from urna.words import Say, Sentence, in_english

ClosingCards = tuple[CardAndPin, CardAndPin]


class DayBooth(DeskBooth, Protocol):
    """A booth with the acts of its day: `devices/remote_booth.RemoteBooth`. What takes long only begins in the call."""

    def test_readiness(self) -> None:
        """Begins the known decks."""
        ...

    def zero(self, now: Moment) -> None:
        """Begins zeroing."""
        ...

    def zero_document(self) -> bytes:
        """The signed zero report."""
        ...

    def print_zero_report(self, copies: int) -> None:
        """Begins to print it."""
        ...

    def release(self) -> None:
        """Lets go of its medium, for the closing."""
        ...


class Statements(Protocol):
    """The poll book's statement of its day, signed with its own key, on its own medium."""

    def read(self) -> bytes | None:
        """The statement; None before it was signed."""
        ...

    def sign(self, poll_book: PollBook, closed_at: Moment, signatures: int) -> bytes:
        """Signs it, once: durable when this returns. One that is there stays as it is."""
        ...


class Closer(Protocol):
    """The closing process: it alone opens the booths' media, with the closing key that the poll book never holds."""

    def is_counted(self) -> bool:
        """Whether the signed sheet and what proves it lie durably in the station's `out`."""
        ...

    def count(self, statement: bytes, cards: ClosingCards | None) -> Iterator[Sentence]:
        """Counts all booths and signs the sheet; says meanwhile what it is at. Once more after a cut: the same bytes.

        Args:
            statement: the poll book's, signed.
            cards: with their PINs; None: they are lost.

        Raises:
            UrnaError: why it stopped; nothing was signed that does not prove itself.
        """
        ...

    def figures(self) -> Mapping[str, int]:
        """People and ballots of the signed sheet, by their titles; no votes."""
        ...

    def sheet_paper(self, copy: int, copies: int) -> Paper:
        """A copy of the tally sheet."""
        ...

    def parcel(self) -> Parcel:
        """Everything that is sent."""
        ...


class HandCounts(Protocol):
    """The sheet of paper ballots, which the poll book's side types and never builds."""

    def check(self, entry: HandEntry) -> None:
        """Returns if its sums hold; raises `Unproven` otherwise."""
        ...

    def sign(self, entry: HandEntry, closed_at: Moment) -> Paper:
        """Builds and signs the sheet, durable when this returns; its paper."""
        ...

    def parcel(self) -> Parcel:
        """The signed sheet alone, for a station that cannot close; raises `OutOfOrder` before it is signed."""
        ...


class DayPorts(NamedTuple):
    """Everything around opening and closing."""

    notes: Cell
    """The notes of the day (`station/day_notes`); empty bytes at first."""
    store: PollBookStore
    """The poll book's, for the day before two cards open it."""
    booths: Mapping[int, DayBooth]
    check_package: Callable[[], None]
    """Returns if every file is the one that the officers signed."""
    check_reader: Callable[[], None]
    """Reads one finger, and keeps nothing of it."""
    test_paper: Callable[[], Paper]
    readiness_paper: Callable[[int, BoothCondition], Paper]
    """The readiness report of a booth."""
    check_zero: Callable[[int, bytes], None]
    """Returns if this is the booth's own signed report of an empty box."""
    statements: Statements
    closer: Closer
    senders: Mapping[Way, Sender]
    archive: Callable[[Parcel], None]
    """Writes what is kept to the archive stick, and compares."""
    wipe: Callable[[], None]
    """Wipes the booths' memories, their keys first."""
    hand_counts: HandCounts
    pause_seconds: Callable[[float], None]
    """Waits, while booths work."""
    paper_say: Say = in_english
    """Speaks the language of the station's papers."""
    conditions: Callable[[], Sequence[Condition]] = tuple
    """What is wrong with the machine now (`station/health.check`)."""
    accept_clock: Callable[[], None] = lambda: None
    """The members compared the clock with others: from here on it is right."""
