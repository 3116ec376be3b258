"""A poll book's screen with a whole small station behind it in memory; clocks are set, fingers are told.

Real are cards and sign-in, poll book over SQLite, booths with their boxes, event log and buckets. Simulated are the
reader, the extractor and the printers.
"""

import threading
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

import msgspec
import numpy as np
from starlette.testclient import TestClient
from tests.pollbook.power import Medium
from tests.pollbook.world import DATA_KEY, PAIRING, Drawn, World, decide, template

from urna.ballot.selections import Selections
from urna.biometrics.capture import Extraction
from urna.biometrics.fusion import StoredFinger
from urna.biometrics.image import FingerImage
from urna.cli.machines import BoothIdentity, BoothMachine
from urna.cli.words import say_in
from urna.crypto.kdf import Cost
from urna.crypto.sealing import SealingKey
from urna.devices.card_sticks import FoundCard
from urna.devices.reader import no_finger
from urna.election.definition import Election
from urna.election.outcomes import Ending
from urna.encoding.canonical import Code, encode
from urna.errors import OutOfOrder
from urna.papers.paper import Paper
from urna.roll.elector import Elector
from urna.station.activation import BoothSlot
from urna.station.booth import Booth
from urna.station.booth_screens import Screen
from urna.station.buckets import EMPTY, Buckets, closed_buckets
from urna.station.card_file import CardFile, card_files, technician_file
from urna.station.cards import Purpose, Role, split_secret
from urna.station.day import DayEvent
from urna.station.event_entry import first_line
from urna.station.event_log import EventLog
from urna.station.event_words import LogEvent
from urna.station.link import PRESENCE, Condition, Stage
from urna.station.manifest import CERTIFICATION, DEFINITION, POLL_BOOK, StationManifest, make_manifest
from urna.station.sign_in import SignIns, SignInTries
from urna.station.station import Station
from urna.storage.event_log import LogFile
from urna.storage.medium import MemoryMedium
from urna.web.kiosk.display import DEFAULT
from urna.web.kiosk.frame import Pages
from urna.web.pollbook.app import PACKAGE, poll_book_app
from urna.web.pollbook.desk import Desk
from urna.web.pollbook.ports import DeskBooth, Ports
from urna.web.pollbook.supplies import NOTHING_COUNTED
from urna.words import Sentence

ORIGIN = "http://127.0.0.1:8100"
LAUNCH = "launch"
PINS = {Role.PRESIDENT: "135790", Role.SECRETARY: "246801", Role.MEMBER: "975310", Role.TECHNICIAN: "864209"}
CLOSING = SealingKey(b"\7" * 32)
PRESIDENT_FINGER = template("president", 2)
MORNING = "2026-12-06T10:00:00Z"
IMAGE = FingerImage(np.zeros((96, 96), np.uint8))


class Cards(NamedTuple):
    """The card files of the station, and its manifest."""

    files: Mapping[Role, CardFile]
    manifest: StationManifest


@cache
def world() -> World:
    """The station; media are made anew for each scene."""
    return World(general=40, indigenous=8)


@cache
def cards() -> Cards:
    """Four cards."""
    election, draw = world().election, Drawn("cards")

    def split(secret: bytes, purpose: Purpose) -> dict[Role, bytes]:
        roles = (Role.PRESIDENT, Role.SECRETARY, Role.MEMBER)
        return split_secret(
            secret, roles, PINS, draw, election=election.identity, station="S1", purpose=purpose, cost=Cost.TOY
        )

    files = card_files(split(DATA_KEY, Purpose.DATA_KEY), split(b"C" * 32, Purpose.CLOSING_KEY))
    files[Role.TECHNICIAN] = technician_file(
        PINS[Role.TECHNICIAN], draw, election=election.identity, station="S1", cost=Cost.TOY
    )
    package = {DEFINITION: b"definition", CERTIFICATION: b"certification", POLL_BOOK: b"poll book"}
    return Cards(files, make_manifest(election, "S1", package, files.values(), serial=1))


class MemoryTries:
    """Wrong PINs in memory."""

    def __init__(self) -> None:
        self._tries = SignInTries(roles={})

    def read(self) -> SignInTries:
        """The counts."""
        return self._tries

    def write(self, tries: SignInTries) -> None:
        """Replaces them."""
        self._tries = tries


class MemoryCell:
    """A small value in memory."""

    def __init__(self, value: bytes) -> None:
        self.value = value

    def read(self) -> bytes:
        """The value."""
        return self.value

    def write(self, value: bytes) -> None:
        """Replaces it."""
        self.value = value


class KeptReports:
    """Reports as they would be printed."""

    def __init__(self) -> None:
        self.papers: list[Paper] = []

    def print_report(self, paper: Paper) -> None:
        """Keeps it."""
        self.papers.append(paper)

    def count(self, beginning: str) -> int:
        """How many begin like this."""
        return sum(paper.name.startswith(beginning) for paper in self.papers)


class QuietPrinter:
    """A booth's printer that always works."""

    def print_code_slip(self, document: bytes) -> None:
        """Out."""

    def print_ballot(self, selections: Selections) -> None:
        """Out."""


class LiveBooth:
    """A real booth with its box in memory, and the condition that its face would tell."""

    health: tuple[str, ...] = ()
    """What its machine tells."""

    def __init__(self, number: int) -> None:
        self.printer, self.answers, self.pulled = "ready", True, False
        identity = BoothIdentity(world().election, "S1", number, PAIRING[number - 1], CLOSING.public_hex)
        machine = BoothMachine.prepare(identity, MemoryMedium(), bytes([number]) * 32, Drawn(f"booth {number}"))
        machine.zero(MORNING)
        self.booth: Booth = machine.start(QuietPrinter(), self._show)

    def _show(self, screen: Screen) -> None:
        """Nobody looks."""

    @property
    def slot(self) -> BoothSlot:
        """Of the booth."""
        return self.booth.slot

    @property
    def state(self) -> str:
        """Of the booth."""
        return self.booth.state

    def condition(self) -> Condition:
        """As the booth's face tells it."""
        if not self.answers:
            raise OutOfOrder(Sentence("an answer"), Sentence("none"), Sentence("Look whether the booth is on."))
        return Condition(
            stage=Stage.ZEROED,
            presence=PRESENCE[self.booth.state],
            slot=self.booth.slot,
            printer=self.printer,
            health=self.health,
        )

    def challenge(self) -> bytes:
        """Of the booth."""
        return self.booth.challenge()

    def activate(self, style: Code, answer: bytes) -> None:
        """Of the booth, unless the cable was pulled."""
        if self.pulled:
            raise OutOfOrder(Sentence("an answer"), Sentence("none"), Sentence("Look whether the booth is on."))
        self.booth.activate(style, answer)

    def check_idle(self) -> None:
        """Of the booth."""
        self.booth.check_idle()

    def resume(self) -> None:
        """Of the booth."""
        self.booth.resume()

    def end(self, ending: Ending) -> None:
        """Of the booth."""
        self.booth.end(ending)

    def acknowledge(self) -> None:
        """Of the booth."""
        self.booth.acknowledge()

    def vote(self) -> None:
        """The voter votes blank, to the end."""
        self.booth.review({})
        self.booth.confirm()
        self.booth.say_yes()


class Scene:
    """A poll book's screen and the world around it.

    Args:
        is_open: whether the day is open.
        has_president: whether the president's fingers are there.
    """

    def __init__(self, *, is_open: bool = True, has_president: bool = True) -> None:
        self.world, self.medium = world(), Medium()
        self.booths: dict[int, LiveBooth] = {number: LiveBooth(number) for number in (1, 2)}
        self.tries, self.reports, self.supplies = MemoryTries(), KeptReports(), MemoryCell(NOTHING_COUNTED)
        self.log = EventLog(
            LogFile.create(MemoryMedium(), first_line(self.world.election.identity, "S1", "poll-book"), size=1 << 18)
        )
        self.bucket = MemoryCell(EMPTY)
        self.seconds, self.moment = 0.0, MORNING
        self.laid: list[Extraction | OutOfOrder] = []
        """What the next fingers on the reader show."""
        self.may_lay = threading.Event()
        self.may_lay.set()
        self.president = [StoredFinger(2, (PRESIDENT_FINGER,))] if has_president else []
        self.sticks: Sequence[FoundCard] = [FoundCard(file.name, encode(file)) for file in cards().files.values()]
        self._store = self.world.prepared(self.medium.connect)
        self._is_open = is_open
        self.desk = Desk(self.world.election, "S1", self.ports())
        self.pages = Pages(PACKAGE, {each: say_in(each) for each in ("es", "en")}, DEFAULT)
        self.desk.language = "en"
        self.app = poll_book_app(self.desk, self.pages, origin=ORIGIN, launch_key=LAUNCH)

    def ports(self) -> Ports:
        """Everything around the desk."""
        booths: Mapping[int, DeskBooth] = dict(self.booths)
        return Ports(
            sign_in=SignIns(cards().manifest, self.tries),
            open_station=self._open,
            booths=booths,
            log=self.log,
            now=lambda: self.moment,
            ticks=lambda: self.seconds,
            reader=self,
            extractor=self,
            reports=self.reports,
            supplies=self.supplies,
            buckets=lambda: Buckets(self.log, self.bucket),
            closed_buckets=lambda: closed_buckets(self.log.entries),
            decide=decide,
            sticks=lambda: self.sticks,
            president=lambda: self.president,
        )

    def capture(self) -> FingerImage:
        """The reader: waits until somebody lays a finger down."""
        self.may_lay.wait(120)
        if not self.laid:
            raise no_finger()
        trouble = self.laid[0]
        if isinstance(trouble, OutOfOrder):
            self.laid.pop(0)
            raise trouble
        return IMAGE

    def extract(self, image: FingerImage) -> Extraction:
        """The extractor."""
        del image
        found = self.laid.pop(0)
        assert isinstance(found, Extraction)
        return found

    def _open(self, data_key: bytes) -> Station[DeskBooth]:
        assert data_key == DATA_KEY
        book = self.world.opened(self._store)
        if self._is_open:
            book.advance(DayEvent.OPEN)
            self.log.act(LogEvent.OPENED, Role.PRESIDENT, self.moment)
        self.book = book
        return Station(book, dict(self.booths))

    def client(self) -> TestClient:
        """A browser that was let in, as far as HTTP goes."""
        client = TestClient(self.app, base_url=ORIGIN, headers={"origin": ORIGIN})
        client.get("/enter", params={"key": LAUNCH})
        return client

    def post(self, client: TestClient, path: str, **fields: str) -> str:
        """Sends a form of the page that is shown now; the page that follows, when nothing goes on any more."""
        page = client.post(path, data={"turn": self.desk.turns.current, **fields}).text
        if (self.desk.work.is_busy or 'hx-get="/working"' in page) and self.may_lay.is_set():
            self.desk.work.wait(120)
            page = client.get("/").text
        return page

    def give(self, client: TestClient, role: Role, pin: str = "") -> str:
        """A card and its PIN."""
        return self.post(client, "/sign-in", stick=f"{role}.urna-card", pin=pin or PINS[role])

    def unlocked(self) -> TestClient:
        """A browser in which the secretary and the president opened the poll book."""
        client = self.client()
        self.give(client, Role.SECRETARY)
        self.give(client, Role.PRESIDENT)
        self.desk.watch.look()
        return client

    def elector(self, at: int = 0) -> Elector:
        """Somebody of the station with fingers, or, at the end of each five, without."""
        return sorted(self.world.people.values(), key=lambda each: each.number)[at]

    def lay(self, elector: Elector | None = None, *, quality: int = 50) -> None:
        """Somebody's index finger is laid down next; nobody of the roll's without."""
        probe = template(elector.number, 2) if elector else template("stranger", 2)
        self.laid.append(Extraction(probe, quality))

    def admit(self, client: TestClient, elector: Elector) -> str:
        """Looked up, finger read."""
        self.post(client, "/people/find", words=elector.number)
        self.lay(elector)
        return self.post(client, "/people/capture")


def as_election(scene: Scene) -> None:
    """From now on a real election's screen: the small one of the tests is a rehearsal."""
    definition = msgspec.structs.replace(scene.desk.election.definition, purpose="election")
    scene.desk.election = Election(definition)


def with_fingers(scene: Scene) -> list[Elector]:
    """Electors with fingers, by number."""
    return [each for each in sorted(scene.world.people.values(), key=lambda each: each.number) if each.fingers]


def without_fingers(scene: Scene) -> list[Elector]:
    """Electors of whom no finger is stored, by number."""
    return [each for each in sorted(scene.world.people.values(), key=lambda each: each.number) if not each.fingers]
