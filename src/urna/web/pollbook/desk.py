"""The desk: everything that one poll-book screen holds while it runs, in memory alone.

Nobody touches the station but through its lock; whoever waits for a device waits outside of it.
"""

from collections.abc import Callable
from contextlib import suppress
from threading import RLock
from typing import NamedTuple

from urna.election.definition import Election
from urna.encoding.canonical import Code
from urna.errors import OutOfOrder, UrnaError
from urna.station.activation import Ended, Resolution
from urna.station.authorization import Authorization, authorize_by_key
from urna.station.event_entry import Detail
from urna.station.event_words import Actor, LogEvent
from urna.station.link import Presence, Stage
from urna.station.pollbook import PollBook
from urna.station.station import Station
from urna.web.kiosk.turns import Turns
from urna.web.pollbook.access import Worker
from urna.web.pollbook.ports import Buckets, DeskBooth, Ports
from urna.web.pollbook.session import Session
from urna.web.pollbook.watch import BoothWatch
from urna.web.pollbook.work import Work
from urna.words import Sentence

READ_SECONDS = 10.0
"""So long a voter has for the booth's last screen, unless somebody else is sent there before."""


class Refusal(NamedTuple):
    """What was wrong, to be said in the language of the page that says it."""

    error: UrnaError


class Pending(NamedTuple):
    """An exception that waits for its authorization."""

    title: Sentence
    do: Callable[[Authorization], None]

    def __repr__(self) -> str:
        """Nothing of it."""
        return "Pending()"


def late_vote(number: int, *, is_too_late: bool) -> Sentence:
    """What the poll workers are to know and do when a settled booth comes back with a vote.

    Args:
        number: the booth's.
        is_too_late: it could not be counted as cast any more.
    """
    if is_too_late:
        return Sentence(
            "Booth {booth}, whose activation the president had ended, came back too late: the vote there had been cast."
            " Ballots and people will differ by one: fill in an incident sheet.",
            {"booth": number},
        )
    return Sentence(
        "Booth {booth}, whose activation the president had ended, came back: the vote there had been cast. It counts as"
        " cast. Let nobody in again for it, and fill in an incident sheet.",
        {"booth": number},
    )


class Desk:
    """One poll book's screen.

    Args:
        election: the definition.
        station: whose poll book it is.
        ports: the world around it.
    """

    def __init__(self, election: Election, station: Code, ports: Ports) -> None:
        self.election, self.station_code, self.ports = election, station, ports
        self.lock = RLock()
        self.turns = Turns()
        self.session = Session(ports.ticks)
        self.language = election.rules.languages[0]
        self.place = "/"
        """The page that is shown, for a reload."""
        self.notices: list[Sentence | Refusal] = []
        """Shown once, above the page that comes next."""
        self.work = Work(self.refuse)
        self.watch = BoothWatch(ports.booths, ports.log, ports.now, self.go_on)
        self.pending: Pending | None = None
        """What waits for the president or two members."""
        self._opened: Station[DeskBooth] | None = None
        self._data_key = b""
        self._buckets: Buckets | None = None
        self._ended: dict[int, float] = {}
        self._returned: set[int] = set()
        """Settled booths whose return is in the log."""

    @property
    def is_practice(self) -> bool:
        """Whether nothing that is done here counts."""
        return self.ports.is_practice or self.election.definition.purpose == "rehearsal"

    @property
    def is_unlocked(self) -> bool:
        """Whether two cards opened the poll book since this process started."""
        return self._opened is not None

    @property
    def station(self) -> Station[DeskBooth]:
        """The poll book with its booths.

        Raises:
            OutOfOrder: two cards have not opened it yet.
        """
        if self._opened is None:
            raise OutOfOrder(
                Sentence("a poll book opened with two role cards"),
                Sentence("one that is not open"),
                Sentence("Bring two role cards with their PINs."),
            )
        return self._opened

    @property
    def poll_book(self) -> PollBook:
        """The poll book; raises as `station`."""
        return self.station.poll_book

    def unlock(self, data_key: bytes) -> None:
        """Opens the poll book with the key that two cards brought."""
        self._opened = self.ports.open_station(data_key)
        self._data_key = data_key

    def authorize(self, data_key: bytes) -> Authorization:
        """Two members' authorization, by the key that their cards brought."""
        return authorize_by_key(data_key, self._data_key)

    def activate(self, number: int, style: Code) -> None:
        """Gives a free booth to somebody who waits with this style.

        Raises:
            OutOfOrder: the booth is not free, does not answer, or nobody waits with this style.
        """
        self.count()
        self.recover(number)
        if self.station.pair(number) is not Resolution.READY:
            raise OutOfOrder(
                Sentence("a free booth"),
                Sentence("booth {booth}, in use", {"booth": number}),
                Sentence("Choose a booth that is free."),
            )
        try:
            self.station.activate(number, style)
        finally:
            self.watch.look_at(number)

    def recover(self, number: int) -> None:
        """What is left to record at a booth; that it held a vote after the president's decision is said."""
        is_late = self.station.holds_late_vote(number)
        self.note_return(number)
        before = self.poll_book.counts().late_votes
        self.station.recover(number)
        if is_late:
            is_too_late = self.poll_book.counts().late_votes > before
            self.notices.append(late_vote(number, is_too_late=is_too_late))

    def note_return(self, number: int) -> None:
        """A booth that was settled without its answer answers again: a fault, with the time at which it is seen.

        It is written before anything is recorded, and whatever the booth holds: the time is never a vote's. Whoever
        is killed in between writes it twice.
        """
        if not self.poll_book.is_settled(number):
            self._returned.discard(number)
        elif number not in self._returned:
            self.ports.log.fault(LogEvent.SETTLED_BOOTH_BACK, self.ports.now(), booth=number)
            self._returned.add(number)

    def count(self) -> None:
        """Closes the bucket that may be closed, before an act changes the counts."""
        if self._buckets is None:
            with suppress(OutOfOrder):  # the polls were not opened yet: there is nobody to count
                self._buckets = self.ports.buckets()
        if self._buckets is not None:
            self._buckets.advance(self.poll_book.counts(), self.ports.now())

    def finish_counts(self) -> None:
        """Closes the last bucket, when the polls are closed."""
        self.count()
        if self._buckets is not None:
            self._buckets.finish(self.poll_book.counts(), self.ports.now())

    def let_go(self) -> None:
        """Forgets the open poll book, before its medium is wiped."""
        self._opened, self._data_key, self._buckets = None, b"", None

    def go_on(self) -> None:
        """What comes with the clock and not with a person: buckets, and booths whose voter has read the last screen."""
        if not self.is_unlocked:
            return
        with self.lock:
            self.count()
            for number in self._answering():
                self.note_return(number)
            for number in self._left():
                with suppress(UrnaError):  # a cable that was pulled now: the next round finds it
                    self.recover(number)

    def _answering(self) -> list[int]:
        """Booths that take voters, as they were seen last."""
        seen = [(number, each) for number, each in self.watch.seen.items() if each is not None]
        return [number for number, each in seen if each.stage is Stage.ZEROED and each.presence is not Presence.STOPPED]

    def _left(self) -> list[int]:
        """Booths whose ending was seen for long enough."""
        now, seen = self.ports.ticks(), self.watch.seen
        ended = {number for number, each in seen.items() if each and isinstance(each.slot, Ended)}
        self._ended = {number: self._ended.get(number, now) for number in ended}
        return [number for number, since in self._ended.items() if now - since >= READ_SECONDS]

    def refuse(self, error: UrnaError) -> None:
        """Something was refused; the next page says so."""
        self.notices.append(Refusal(error))

    def act(self, event: LogEvent, *, by: Worker | None = None, **details: Detail) -> None:
        """Writes an act to the event log.

        Args:
            event: a word of kind `act`.
            by: whose act it is, where it took so long that the screen may have locked since; else whoever is signed in.
            details: as the event allows.
        """
        worker = by or self.session.worker
        self.ports.log.act(event, worker or Actor.MACHINE, self.ports.now(), **details)

    def who(self) -> Worker | None:
        """Who is signed in."""
        return self.session.worker

    def __repr__(self) -> str:
        """Whose."""
        return f"Desk({self.station_code})"
