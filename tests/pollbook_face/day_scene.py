"""A whole small station on its day, in memory: real booths from sealed to counted, a real sheet, and power cuts.

A cut is an error after something became durable: `scene.cut("…")` arms it, `scene.restart()` starts the poll book's
process anew over the same media.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from starlette.testclient import TestClient
from tests.pollbook.power import Medium
from tests.pollbook.world import DATA_KEY, PAIRING, Drawn
from tests.pollbook_face.scene import LAUNCH, ORIGIN, PINS, LiveBooth, MemoryCell, QuietPrinter, Scene, cards, world

from urna.cli.machines import BoothIdentity, BoothMachine, memory_booth
from urna.crypto.sealing import SealingKey
from urna.crypto.signatures import SigningKey
from urna.devices.reader import no_finger
from urna.devices.stick_sender import StickSender
from urna.election.certification import StationKeys
from urna.election.statement import PollBookStatement
from urna.encoding.canonical import Moment, encode
from urna.encoding.document import open_document, read_document
from urna.errors import OutOfOrder, Unproven
from urna.log.note import NoteSigner
from urna.papers.paper import Paper
from urna.papers.readiness_report import Readiness, readiness_report
from urna.papers.tally_sheet import tally_sheet
from urna.record.bundle import StationBundle
from urna.station.cards import Role
from urna.station.day_notes import DayNotes
from urna.station.event_words import LogEvent, Way
from urna.station.hand_entry import HandEntry
from urna.station.health import Condition
from urna.station.link import PRESENCE, Stage
from urna.station.link import Condition as BoothCondition
from urna.station.link_messages import trouble_of
from urna.station.pollbook import PollBook, load_poll_book
from urna.station.readiness import check_readiness
from urna.station.sending import Parcel, Receipt, not_sent
from urna.station.sign_in import SignIns
from urna.station.signing import sign_sheet
from urna.storage.medium import MemoryMedium
from urna.storage.pollbook import SqlitePollBook
from urna.tally.hand_count import HandContest, HandCountReason, HandCountSheet, check_hand_count
from urna.tally.sheet import OptionVotes, TallySheet, ZeroReport
from urna.web.pollbook.app import poll_book_app
from urna.web.pollbook.day_desk import DayDesk
from urna.web.pollbook.day_ports import ClosingCards, DayPorts
from urna.web.pollbook.desk import Desk
from urna.words import Sentence

SECRET = b"C" * 32
"""What the closing cards of the scene bring back."""

OPENING, CLOSING_HOUR = "2020-12-06T10:05:00Z", "2020-12-06T22:10:00Z"
STATION = "S1"


class Cut(OutOfOrder):
    """The power went."""

    def __init__(self) -> None:
        super().__init__(Sentence("power"), Sentence("none"), Sentence("Start the machine again."))


class DayBooth(LiveBooth):
    """A booth from sealed to released, whose work is done at once."""

    def __init__(self, number: int) -> None:  # it begins before the booth that it extends
        self.number, self.printer, self.answers, self.pulled = number, "ready", True, False
        self.stage, self.tested, self.copies, self.zero_note = Stage.SEALED, False, 0, b""
        self.fault: OutOfOrder | Unproven | None = None
        self._trouble: OutOfOrder | Unproven | None = None
        identity = BoothIdentity(world().election, STATION, number, PAIRING[number - 1], SealingKey(SECRET).public_hex)
        self.seed = bytes([number]) * 32
        self.machine = BoothMachine.prepare(identity, MemoryMedium(), self.seed, Drawn(f"day booth {number}"))

    def condition(self) -> BoothCondition:
        """As the booth's face tells it."""
        if not self.answers:
            raise OutOfOrder(Sentence("an answer"), Sentence("none"), Sentence("Look whether the booth is on."))
        there = self.stage is Stage.ZEROED
        trouble = trouble_of(self._trouble) if self._trouble else None
        more = {"presence": PRESENCE[self.booth.state], "slot": self.booth.slot} if there else {}
        return BoothCondition(
            stage=self.stage,
            **{"presence": PRESENCE["waiting"], **more},  # type: ignore[arg-type]  # two fields of two types
            printer=self.printer,
            readiness_tested=self.tested,
            zero_reports=self.copies,
            trouble=trouble,
        )

    def test_readiness(self) -> None:
        """The known decks."""
        if self._work():
            election = world().election
            check_readiness(election, STATION, _practice, keys=None, entropy=Drawn("ready"))
            self.tested = True

    def zero(self, now: Moment) -> None:
        """A box that is empty."""
        if self._work():
            self.zero_note = self.machine.zero(now)
            self.booth = self.machine.start(QuietPrinter(), self._show)
            self.stage = Stage.ZEROED

    def zero_document(self) -> bytes:
        """As the booth signed it."""
        return self.zero_note

    def print_zero_report(self, copies: int) -> None:
        """Out."""
        if self._work():
            self.copies += copies

    def release(self) -> None:
        """Lets go of the medium."""
        self.condition()  # a booth that does not answer does not do it
        if self.stage is Stage.ZEROED:
            self.booth.check_idle()
        self.stage = Stage.RELEASED

    def _work(self) -> bool:
        self._trouble, self.fault = self.fault, None
        return self._trouble is None


def _practice(pairing_key: bytes, closing: SealingKey) -> BoothMachine:
    return memory_booth(
        world().election,
        STATION,
        seed=b"s" * 32,
        pairing_key=pairing_key,
        closing_key=closing.public_hex,
        entropy=Drawn("practice"),
        keys=None,
    )


class DayScene(Scene):
    """The poll book's screen of a station on its day.

    Args:
        stick: where the stick is mounted.
        is_open: begin with the station open, every step of opening done.
    """

    def __init__(self, stick: Path | None = None, *, is_open: bool = False) -> None:
        super().__init__(is_open=False)
        self.stick, self.moment = stick, OPENING
        self.signer_key = SigningKey(b"P" * 32)
        self.notes, self.statement = MemoryCell(b""), b""
        self.bundle: StationBundle | None = None
        self.conditions: list[Condition] = []
        self.package_trouble: Unproven | None = None
        self.has_reader = True
        self.wiped, self.archived, self.hand_sheets = False, list[Parcel](), list[HandCountSheet]()
        self.cuts: set[str] = set()
        self.day_booths = {number: DayBooth(number) for number in (1, 2)}
        self.booths = dict(self.day_booths)
        self.medium = Medium()
        self._store = SqlitePollBook.prepare(self.medium.connect)
        load_poll_book(self._store, self.world.election, self.world.package, DATA_KEY, Drawn("load"))
        if is_open:
            self._open_quickly()
        self.restart()

    def restart(self) -> None:
        """The poll book's process begins anew; media, cards and booths are as they were."""
        language = self.desk.language
        self.cuts.clear()
        self.desk = Desk(self.world.election, STATION, self.ports())
        self.desk.language = language
        self.app = poll_book_app(self.desk, self.pages, origin=ORIGIN, launch_key=LAUNCH, day=self.day_ports())
        self.desk.watch.look()

    def cut(self, where: str) -> None:
        """The power goes after this."""
        self.cuts.add(where)

    def day_ports(self) -> DayPorts:
        """What is around opening and closing."""
        return DayPorts(
            notes=self.notes,
            store=self._store,
            booths=dict(self.day_booths),
            check_package=self._check_package,
            check_reader=self._check_reader,
            test_paper=lambda: _plain("test"),
            readiness_paper=self._readiness_paper,
            check_zero=self._check_zero,
            statements=self,
            closer=ClosingProcess(self),
            senders={Way.NETWORK: NoLine(), Way.STICK: StickSender(lambda: self.stick)},
            archive=self._archive,
            wipe=self._wipe,
            hand_counts=TypedCounts(self),
            pause_seconds=lambda seconds: None,
            conditions=lambda: self.conditions,
            accept_clock=self.conditions.clear,
        )

    def mark(self) -> str:
        """Of the page that is shown."""
        return DayDesk(self.desk, self.day_ports()).mark()

    # The poll book's statement, as a `Statements`.

    def read(self) -> bytes | None:
        """The statement."""
        return self.statement or None

    def sign(self, poll_book: PollBook, closed_at: Moment, signatures: int) -> bytes:
        """Once."""
        if not self.statement:
            name = self.world.election.key_name(STATION, "poll-book")
            self.statement = poll_book.sign_statement(closed_at, signatures, NoteSigner(name, self.signer_key))
        self.power("statement")
        return self.statement

    def power(self, where: str) -> None:
        """Goes on, unless the power goes here."""
        if where in self.cuts:
            self.cuts.discard(where)
            raise Cut

    def key_of(self, given: ClosingCards) -> SealingKey:
        """What two cards bring back."""
        first, second = given
        return SealingKey(SignIns(cards().manifest, self.tries).closing_key(first, second, self.moment))

    @property
    def keys(self) -> StationKeys:
        """As the officers certified them."""
        return StationKeys(
            station=STATION,
            poll_book=self.signer_key.public_hex,
            booths=tuple(SigningKey(booth.seed).public_hex for booth in self.day_booths.values()),
            closing=SealingKey(SECRET).public_hex,
        )

    def day_notes(self) -> str:
        """What lies on the medium."""
        return self.notes.value.decode()

    def vote(self, client: TestClient, people: int) -> None:
        """So many people vote, at the booths in turn."""
        electors = [each for each in sorted(self.world.people.values(), key=lambda each: each.number) if each.fingers]
        for at, elector in enumerate(electors[:people]):
            booth = self.day_booths[at % 2 + 1]
            self.admit(client, elector)
            self.post(client, "/people/activate", booth=str(booth.number))
            booth.vote()
            self.desk.station.recover(booth.number)

    def _open_quickly(self) -> None:
        for booth in self.day_booths.values():
            booth.zero(OPENING)
            booth.tested, booth.copies = True, 1
        for state in ("readiness_tested", "zero_reported", "open"):
            with self._store.acting():
                self._store.write_day(state)
        self.log.act(LogEvent.OPENED, Role.PRESIDENT, OPENING)
        box = ("member", "president")
        self.notes.value = encode(DayNotes(clock_checked=True, parts_checked=True, box_shown=box, opened_at=OPENING))

    def _check_reader(self) -> None:
        if not self.has_reader:
            raise no_finger()

    def _check_package(self) -> None:
        if self.package_trouble:
            raise self.package_trouble

    def _readiness_paper(self, number: int, condition: BoothCondition) -> Paper:
        found = Readiness(STATION, number, "ab" * 32, 2, 5, 8, zeroed=condition.readiness_tested)
        return readiness_report(self.world.election, found)

    def _check_zero(self, number: int, document: bytes) -> None:
        machine = self.day_booths[number].machine
        name = self.world.election.key_name(STATION, f"booth-{number}")
        report = open_document(document, ZeroReport, [machine.element.signer(name).verifier], where="zero report")
        assert report.ballots == 0

    def _archive(self, parcel: Parcel) -> None:
        self.archived.append(parcel)
        self.power("archive")

    def _wipe(self) -> None:
        self.wiped = True


class ClosingProcess:
    """The closing process, in this one."""

    def __init__(self, scene: DayScene) -> None:
        self._scene = scene

    def is_counted(self) -> bool:
        """Whether the sheet is there."""
        return self._scene.bundle is not None

    def count(self, statement: bytes, given: ClosingCards | None) -> Iterator[Sentence]:
        """Counts and signs."""
        scene = self._scene
        if scene.bundle is None:
            key = scene.key_of(given) if given else None
            results = []
            for number, booth in scene.day_booths.items():
                assert booth.stage is Stage.RELEASED
                yield Sentence("Booth {number} is counted.", {"number": number})
                results.append(booth.machine.count(booth.zero_note, key))
                scene.power(f"count {number}")
            scene.bundle = self._sign(results, statement)
        scene.power("out")

    def _sign(self, results: Sequence[object], statement: bytes) -> StationBundle:
        scene = self._scene
        return sign_sheet(
            scene.world.election,
            scene.keys,
            results,  # type: ignore[arg-type]  # of `BoothMachine.count`
            statement=statement,
            signers={number: booth.machine.sheet_signer() for number, booth in scene.day_booths.items()},
            now=read_document(statement, PollBookStatement).closed_at,
        )

    def sheet(self) -> TallySheet:
        """What was signed."""
        assert self._scene.bundle is not None
        return read_document(self._scene.bundle.sheet, TallySheet)

    def figures(self) -> dict[str, int]:
        """People and ballots."""
        sheet = self.sheet()
        statement = read_document(self._scene.statement, PollBookStatement)
        return {
            "Identified": statement.identified_total,
            "Signatures": statement.signatures or 0,
            "Ballots cast": sum(booth.cast for booth in sheet.booths),
        }

    def sheet_paper(self, copy: int, copies: int) -> Paper:
        """A copy."""
        assert self._scene.bundle is not None
        statement = read_document(self._scene.statement, PollBookStatement)
        return tally_sheet(
            self._scene.world.election, self.sheet(), statement, self._scene.bundle.sheet, copy=copy, copies=copies
        )

    def parcel(self) -> Parcel:
        """The sheet."""
        assert self._scene.bundle is not None
        return Parcel(
            election=self._scene.world.election.identity,
            station=STATION,
            files={"sheet-0.note": self._scene.bundle.sheet, "ballots.json": self._scene.bundle.ballots or b""},
        )


class TypedCounts:
    """Paper ballots, as `cli` would make a sheet of them."""

    def __init__(self, scene: DayScene) -> None:
        self._scene = scene

    def check(self, entry: HandEntry) -> None:
        """By the sheet's own rules."""
        check_hand_count(self._scene.world.election, self._sheet(entry, OPENING))

    def sign(self, entry: HandEntry, closed_at: Moment) -> Paper:
        """Keeps it."""
        self._scene.hand_sheets.append(self._sheet(entry, closed_at))
        return _plain("hand-count")

    def parcel(self) -> Parcel:
        """What was typed, not signed here."""
        if not self._scene.hand_sheets:
            raise OutOfOrder(Sentence("a sheet"), Sentence("none"), Sentence("Type it."))
        files = {"hand-0.note": encode(self._scene.hand_sheets[-1])}
        return Parcel(election=self._scene.world.election.identity, station=STATION, files=files)

    def _sheet(self, entry: HandEntry, closed_at: Moment) -> HandCountSheet:
        election = self._scene.world.election
        contests = tuple(
            HandContest(
                contest=each.contest,
                votes=tuple(
                    OptionVotes(option=option.code, votes=votes)
                    for option, votes in zip(election.contests[each.contest].options, each.votes, strict=True)
                ),
                blank=each.blank,
                null=each.null,
                ballots=each.ballots,
            )
            for each in entry.contests
        )
        return HandCountSheet(
            election=election.identity,
            station=STATION,
            sequence=0,
            reason=HandCountReason(entry.reason),
            registered=election.stations[STATION].electors,
            signatures=entry.signatures,
            handed_out=entry.handed_out,
            ballots=entry.ballots,
            contests=contests,
            closed_at=closed_at,
        )


class NoLine:
    """A centre that is not there."""

    def send(self, parcel: Parcel) -> Receipt:
        """Never."""
        raise not_sent(Sentence("no answer of the centre"), Sentence("Send it on a stick."))


def card_fields(first: Role, second: Role) -> dict[str, str]:
    """Two cards with their PINs, as the closing's form has them."""
    return {
        "stick": f"{first}.urna-card",
        "pin": PINS[first],
        "second_stick": f"{second}.urna-card",
        "second_pin": PINS[second],
    }


def _plain(name: str) -> Paper:
    return Paper(form="report", name=name, title=name, language="en", banner="", footer="", blocks=())
