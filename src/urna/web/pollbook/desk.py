"""The desk: everything that one poll-book screen holds while it runs, in memory alone.

Nobody touches the station but through its lock; whoever waits for a device waits outside of it.
"""

from threading import RLock

from urna.election.definition import Election
from urna.encoding.canonical import Code
from urna.errors import OutOfOrder
from urna.station.pollbook import PollBook
from urna.station.station import Station
from urna.web.kiosk.turns import Turns
from urna.web.pollbook.access import Worker
from urna.web.pollbook.ports import DeskBooth, Ports
from urna.web.pollbook.session import Session
from urna.words import Sentence


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
        self.notices: list[Sentence] = []
        """Shown once, above the page that comes next."""
        self._opened: Station[DeskBooth] | None = None
        self.data_key = b""

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
        self.data_key = data_key

    def act(self, event: str, **details: object) -> None:
        """Writes an act of whoever is signed in to the event log."""
        worker = self.session.worker
        self.ports.log.act(event, worker or "machine", self.ports.now(), **details)

    def who(self) -> Worker | None:
        """Who is signed in."""
        return self.session.worker

    def __repr__(self) -> str:
        """Whose."""
        return f"Desk({self.station_code})"
