"""What the poll book's face asks of the world. Whoever composes it (cli, tests) hands these over."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from urna.biometrics.capture import Extractor, Reader
from urna.biometrics.decision import decide
from urna.biometrics.fusion import StoredFinger
from urna.devices.card_sticks import FoundCard
from urna.encoding.canonical import Moment
from urna.papers.paper import Paper
from urna.station.buckets import Bucket
from urna.station.card_file import CardFile
from urna.station.event_entry import Detail
from urna.station.event_words import Actor, LogEvent
from urna.station.link import BoothLink, Condition
from urna.station.people import People
from urna.station.reception import Decide
from urna.station.sign_in import CardAndPin
from urna.station.station import Station
from urna.web.pollbook.session import Ticks


class DeskBooth(BoothLink, Protocol):
    """A booth with its condition: `devices/remote_booth.RemoteBooth`."""

    def condition(self) -> Condition:
        """The booth at this moment; raises an `UrnaError` when it does not answer."""
        ...


class SignIn(Protocol):
    """Checks cards and PINs, and counts wrong ones durably: `station/sign_in.SignIns`."""

    def sign_in(self, card: bytes, pin: str, now: Moment) -> CardFile:
        """The card of whoever signs in, if the PIN is right.

        Raises:
            Malformed: no card, or a text that cannot be a PIN.
            Unproven: a wrong PIN, or another station's card.
            LockedOut: too many wrong PINs.
        """
        ...

    def unlock(self, first: CardAndPin, second: CardAndPin, now: Moment) -> bytes:
        """The data key of the roll, from two cards of two roles; errors as above."""
        ...


class Log(Protocol):
    """The poll book's event log: `station/event_log.EventLog`."""

    def act(self, event: LogEvent, role: Actor | str, now: Moment, **details: Detail) -> object:
        """What a poll worker did; durable when it returns."""
        ...

    def fault(self, event: LogEvent, now: Moment, **details: Detail) -> object:
        """What failed."""
        ...


class Buckets(Protocol):
    """`station/buckets.Buckets`: counts of half an hour and ten people."""

    def advance(self, people: People, now: Moment) -> None:
        """Closes what can be closed by now."""
        ...

    def finish(self, people: People, now: Moment) -> None:
        """Closes the last one, when the polls are closed."""
        ...


class Reports(Protocol):
    """Where reports go: a printer, and a folder where their PDF is kept. Never a voter's slip."""

    def print_report(self, paper: Paper) -> None:
        """Prints and keeps it; returns when it is out."""
        ...

    def count(self, beginning: str) -> int:
        """How many papers are kept whose name begins like this."""
        ...


class Cell(Protocol):
    """A small value on the poll book's medium."""

    def read(self) -> bytes:
        """The value."""
        ...

    def write(self, value: bytes) -> None:
        """Replaces it, durably."""
        ...


class Ports(NamedTuple):
    """Everything around the desk."""

    sign_in: SignIn
    open_station: Callable[[bytes], Station[DeskBooth]]
    """The poll book and its booths, with the data key from two cards."""
    booths: Mapping[int, DeskBooth]
    """The same booths; their condition is seen before the poll book is open, too."""
    log: Log
    now: Callable[[], Moment]
    ticks: Ticks
    reader: Reader
    extractor: Extractor
    reports: Reports
    supplies: Cell
    """What is left of what is used up, as poll workers counted it."""
    buckets: Callable[[], Buckets]
    """Made once the polls are open; raises `OutOfOrder` before."""
    closed_buckets: Callable[[], Sequence[Bucket]]
    """Those that the log has published."""
    decide: Decide = decide
    sticks: Callable[[], Sequence[FoundCard]] = tuple
    """Card files on what is plugged in now (`devices/card_sticks`)."""
    president: Callable[[], Sequence[StoredFinger]] = tuple
    """The president's own fingers, asked for once the poll book is open; without them two members authorize."""
    photo: Callable[[str], bytes | None] = lambda number: None
    """Of an elector, by number, as JPEG; None where there is none."""
    is_practice: bool = False
    """What the manifest says; a rehearsal's definition says it too."""
