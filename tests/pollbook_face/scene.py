"""A poll book's screen with everything around it in memory: cards, a reader, booths, a log, clocks that are set."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from starlette.testclient import TestClient
from tests.pollbook.power import Medium
from tests.pollbook.world import DATA_KEY, World

from urna.biometrics.capture import Extraction
from urna.biometrics.image import FingerImage
from urna.cli.words import say_in
from urna.election.outcomes import Ending
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.station.activation import BoothSlot, Free
from urna.station.day import DayEvent
from urna.station.link import Condition, Presence, Stage
from urna.station.station import Station
from urna.web.kiosk.display import DEFAULT
from urna.web.kiosk.frame import Pages
from urna.web.pollbook.access import Worker
from urna.web.pollbook.app import NAME, PACKAGE, poll_book_app
from urna.web.pollbook.desk import Desk
from urna.web.pollbook.ports import CardAndPin, DeskBooth, Ports, Stick
from urna.words import Sentence

ORIGIN = "http://127.0.0.1:8100"
LAUNCH = "launch"
PINS = {
    Worker.PRESIDENT: "314159",
    Worker.SECRETARY: "271828",
    Worker.MEMBER: "141421",
    Worker.TECHNICIAN: "161803",
}


def card(worker: Worker) -> bytes:
    """A card as the fake sign-in reads it."""
    return json.dumps({"role": worker}).encode()


class FakeSignIn:
    """Cards are JSON, PINs are known, three wrong ones lock for a minute."""

    def __init__(self) -> None:
        self.wrong = dict.fromkeys(Worker, 0)

    def sign_in(self, card: bytes, pin: str, now: str) -> Worker:
        """Whose card it is."""
        del now
        try:
            worker = Worker(json.loads(card)["role"])
        except (ValueError, KeyError) as error:
            raise Malformed(Sentence("a role card"), Sentence("another file"), Sentence("Take your card.")) from error
        if self.wrong[worker] >= 3:
            raise OutOfOrder(
                Sentence("a card that is not locked"),
                Sentence("one that is locked for {seconds} seconds", {"seconds": 60}),
                Sentence("Wait one minute, or let another member sign in."),
            )
        if pin != PINS[worker]:
            self.wrong[worker] += 1
            raise Unproven(Sentence("the card's PIN"), Sentence("another one"), Sentence("Type the PIN again."))
        self.wrong[worker] = 0
        return worker

    def unlock(self, first: CardAndPin, second: CardAndPin, now: str) -> bytes:
        """The data key."""
        if self.sign_in(*first, now) is self.sign_in(*second, now):
            raise Malformed(Sentence("two cards"), Sentence("one twice"), Sentence("Take another card."))
        return DATA_KEY


class FakeLog:
    """What would be written."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, dict[str, object]]] = []

    def act(self, event: str, role: str, now: str, **details: object) -> None:
        """An act."""
        del now
        self.lines.append((event, role, details))

    def fault(self, event: str, now: str, **details: object) -> None:
        """A fault."""
        del now
        self.lines.append((event, "machine", details))


@dataclass
class FakeBooth:
    """A booth that does what it is told."""

    presence: Presence = Presence.WAITING
    slot: BoothSlot = field(default_factory=Free)
    printer: str = "ready"
    answers: bool = True

    @property
    def state(self) -> str:
        return self.presence

    def condition(self) -> Condition:
        if not self.answers:
            raise OutOfOrder(Sentence("an answer"), Sentence("none"), Sentence("Look whether the booth is on."))
        return Condition(stage=Stage.ZEROED, presence=self.presence, slot=self.slot, printer=self.printer)

    def challenge(self) -> bytes:
        return bytes(16)

    def activate(self, style: str, answer: bytes) -> None:
        raise NotImplementedError

    def check_idle(self) -> None:
        raise NotImplementedError

    def resume(self) -> None:
        raise NotImplementedError

    def end(self, ending: Ending) -> None:
        raise NotImplementedError

    def acknowledge(self) -> None:
        raise NotImplementedError


class Scene:
    """A poll book's screen and the world around it.

    Args:
        booths: by number; fakes without.
        is_open: whether the day is open.
        world: the station.
    """

    def __init__(
        self, *, booths: dict[int, DeskBooth] | None = None, is_open: bool = True, world: World | None = None
    ) -> None:
        self.world = world or World()
        self.medium = Medium()
        self.booths: dict[int, DeskBooth] = booths if booths is not None else {1: FakeBooth(), 2: FakeBooth()}
        self.sign_in, self.log = FakeSignIn(), FakeLog()
        self.seconds, self.moment = 0.0, "2026-12-06T10:00:00Z"
        self.fingers: list[Callable[[], Extraction]] = []
        self.sticks: Sequence[Stick] = [Stick(f"{each.value}.urna-card", card(each)) for each in Worker]
        self._store = self.world.prepared(self.medium.connect)
        self._is_open = is_open
        self.desk = Desk(self.world.election, "S1", self.ports())
        self.pages = Pages(PACKAGE, {each: say_in(each) for each in ("es", "en")}, DEFAULT)
        self.app = poll_book_app(self.desk, self.pages, origin=ORIGIN, launch_key=LAUNCH)

    def ports(self) -> Ports:
        """Everything around the desk."""
        return Ports(
            sign_in=self.sign_in,
            open_station=self._open,
            booths=self.booths,
            log=self.log,
            now=lambda: self.moment,
            ticks=lambda: self.seconds,
            reader=self,
            extractor=self,
            sticks=lambda: self.sticks,
        )

    def capture(self) -> FingerImage:
        """The reader."""
        raise NotImplementedError

    def extract(self, image: FingerImage) -> Extraction:
        """The extractor."""
        raise NotImplementedError

    def _open(self, data_key: bytes) -> Station[DeskBooth]:
        assert data_key == DATA_KEY
        book = self.world.opened(self._store)
        if self._is_open:
            book.advance(DayEvent.OPEN)
        return Station(book, self.booths)

    def client(self) -> TestClient:
        """A browser that was let in, as far as HTTP goes."""
        client = TestClient(self.app, base_url=ORIGIN, headers={"origin": ORIGIN})
        client.get("/enter", params={"key": LAUNCH})
        return client

    def post(self, client: TestClient, path: str, **fields: str) -> str:
        """Sends a form of the page that is shown now; the page that follows."""
        return client.post(path, data={"turn": self.desk.turns.current, **fields}).text

    def give(self, client: TestClient, worker: Worker, pin: str = "") -> str:
        """A card and its PIN."""
        return self.post(client, "/sign-in", stick=f"{worker.value}.urna-card", pin=pin or PINS[worker])

    def unlocked(self) -> TestClient:
        """A browser in which the secretary and the president opened the poll book."""
        client = self.client()
        self.give(client, Worker.SECRETARY)
        self.give(client, Worker.PRESIDENT)
        return client


__all__ = ["LAUNCH", "NAME", "ORIGIN", "PINS", "FakeBooth", "FakeLog", "FakeSignIn", "Scene", "card"]
