"""The closing process: from released booths to a durable sheet, killed anywhere and started again to the same bytes."""

import random
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest
from tests.cli.loaded_station import LoadedStation, load_small_station
from tests.station.small import always_a_match

from urna.ballot.selections import Selections
from urna.cli.booth_hardware import BoothHardware
from urna.cli.machines import booth_of
from urna.cli.poll_book_machine import open_poll_book_machine
from urna.cli.station_closer import ProcessCloser, close_in_process
from urna.cli.station_closing import close_station
from urna.devices.printers import SimulatedPrinter
from urna.devices.secure_element import Life
from urna.encoding.canonical import encode
from urna.encoding.document import read_document
from urna.errors import OutOfOrder, Unproven, UrnaError
from urna.record.bundle import StationBundle
from urna.roll.synthetic import synthesize_roll
from urna.station.booth import Booth
from urna.station.cards import Role
from urna.station.closing_order import CardAndPin, ClosingOrder, ClosingStep
from urna.station.day import DayEvent
from urna.station.link import Stage
from urna.station.station import Station
from urna.storage.held_medium import HeldMedium
from urna.storage.out_folder import read_bundle, read_out
from urna.storage.station_folder import StationFolder, open_package
from urna.storage.zero_document import ZERO_REPORT, read_zero_document
from urna.tally.sheet import TallySheet
from urna.words import in_english

ROLES = (Role.PRESIDENT, Role.MEMBER)
STEPS = [
    (ClosingStep.CARDS_JOINED, 0),
    (ClosingStep.BOX_COUNTED, 1),
    (ClosingStep.BOX_COUNTED, 2),
    (ClosingStep.SHEET_SIGNED, 0),
    (ClosingStep.WRITTEN, 0),
    (ClosingStep.OPENINGS_DESTROYED, 0),
    (None, 0),
]


class Paper:
    """A printer that always works."""

    def print_code_slip(self, document: bytes) -> None:
        """The code slip is out."""

    def print_ballot(self, selections: Selections) -> None:
        """The paper is out."""


class Day:
    """A loaded station in which everybody has voted, and the statement is signed."""

    def __init__(self, parent: Path) -> None:
        self.loaded: LoadedStation = load_small_station(parent, electors=4)
        self.root, self.election = self.loaded.folder, self.loaded.election
        self.out = self.root / "out"
        self.hardware = [self.open_booth(number) for number in (1, 2)]
        for each in self.hardware:
            each.zero(self.election.definition.opens_at)
        self.statement = self._vote()

    def open_booth(self, number: int, seconds: float = 1) -> BoothHardware:
        """As the booth's process opens it."""
        folder = StationFolder(self.root)
        medium = HeldMedium(folder.booth(number), seconds)
        machine = booth_of(open_package(folder), folder, number, medium, secrets.token_bytes)
        return BoothHardware(
            machine,
            medium,
            SimulatedPrinter("escpos"),
            say=in_english,
            language="en",
            entropy=secrets.token_bytes,
            end=lambda: None,
        )

    def _vote(self) -> bytes:
        book = open_poll_book_machine(self.root, secrets.token_bytes)
        cards = [self.loaded.card(role) for role in ROLES]
        opens, closes = self.election.definition.opens_at, self.election.definition.closes_at
        for event in (DayEvent.TEST_READINESS, DayEvent.PRINT_ZERO_REPORT):
            book.prepare_day(event)
        poll_book = book.unlock(book.sign_ins.unlock(cards[0], cards[1], opens), always_a_match)
        station: Station[Booth] = Station(
            poll_book, {n: each.start(lambda screen: None) for n, each in enumerate(self.hardware, 1)}
        )
        poll_book.advance(DayEvent.OPEN)
        for number, elector in zip(cycle((1, 2)), synthesize_roll(self.election, 7)):
            poll_book.identify(elector.number, None)
            station.activate(number, elector.style)
            booth = station.booths[number]
            contests = self.election.contests_of_style(elector.style)
            booth.review({contest.code: [contest.options[0].code] for contest in contests})
            booth.confirm()
            booth.say_yes()
            station.record_ending(number)
        poll_book.advance(DayEvent.CLOSE)
        statement = book.statement(poll_book, closes, 8)
        book.close()
        return statement

    def order(self, *roles: Role) -> ClosingOrder:
        """With the cards of these roles."""
        cards = [self.loaded.card(role) for role in roles]
        in_order = tuple(CardAndPin(card=card.decode(), pin=pin) for card, pin in cards)
        return ClosingOrder(statement=self.statement.decode(), cards=in_order)

    def release(self) -> None:
        """The booths let go of their media."""
        for each in self.hardware:
            each.release()

    def sheet(self) -> TallySheet:
        """As it lies in the out folder."""
        return read_document(read_bundle(self.out).sheet, TallySheet)


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    """Everybody has voted; the booths' processes still hold their media."""
    made = Day(tmp_path)
    yield made
    made.release()


def test_a_station_is_closed_by_a_process_of_its_own(day: Day) -> None:
    """Steps in their order, then the sheet's hash; every vote is on the sheet; nothing opens a ballot any more."""
    day.release()
    lines = list(close_in_process(day.root, day.order(*ROLES)))
    assert [(line.step, line.booth) for line in lines] == STEPS
    sheet, bundle = day.sheet(), read_bundle(day.out)
    assert sheet.cast == 8
    assert sheet.contests[0].votes is not None
    assert sheet.contests[0].votes[0].votes == 8
    assert set(bundle.ciphertexts) == {"NORTH", "SOUTH"}
    assert {"zero-1.note", "zero-2.note", "opened.json", "ballots.json"} <= set(read_out(day.out))
    again = list(close_in_process(day.root, day.order(*ROLES)))
    assert [line.sheet for line in again[-1:]] == [line.sheet for line in lines[-1:]]
    assert read_bundle(day.out) == bundle
    closer = ProcessCloser(day.root, day.election.identity, "S-1", "es")
    assert closer.is_counted()
    assert closer.figures()["Ballots cast"] == 8
    assert closer.sheet_paper(1, 3).form == "report"
    assert closer.parcel().files["sheet-0.note"] == bundle.sheet
    for number in (1, 2):
        opened = day.open_booth(number)
        assert opened.stage() is Stage.CLOSED
        assert opened._machine.element.life is Life.CLOSED
        opened.release()


def test_lost_cards_close_the_station_without_votes(day: Day) -> None:
    """People and root only: the guardians open the station's aggregate."""
    day.release()
    steps = [line.step for line in close_station(day.root, day.order())]
    assert ClosingStep.CARDS_JOINED not in steps
    assert day.sheet().cast == 8
    assert day.sheet().contests[0].votes is None


def test_a_booth_that_still_holds_its_medium_is_not_counted(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes never have one box open."""
    monkeypatch.setattr("urna.storage.held_medium.HOLD_SECONDS", 0.1)
    monkeypatch.setattr(HeldMedium.__init__, "__defaults__", (0.1,))
    with pytest.raises(OutOfOrder, match="in use"):
        list(close_station(day.root, day.order(*ROLES)))
    assert day.hardware[0].stage() is Stage.ZEROED


def test_a_wrong_pin_counts_nothing(day: Day) -> None:
    """The box stays as it is, and the right PINs close it afterwards."""
    day.release()
    right = day.order(*ROLES)
    first, second = right.cards
    wrong = ClosingOrder(statement=right.statement, cards=(first, CardAndPin(card=second.card, pin="999999")))
    with pytest.raises(Unproven):
        list(close_in_process(day.root, wrong))
    opened = day.open_booth(1)
    assert opened.stage() is Stage.ZEROED
    opened.release()
    assert read_out(day.out) == {}


def test_a_foreign_sheet_in_the_out_folder_destroys_nothing(day: Day) -> None:
    """Whoever puts another sheet there would otherwise have the openings destroyed before anything was counted."""
    day.release()
    day.out.mkdir(exist_ok=True)
    (day.out / "sheet-0.note").write_bytes(day.statement)
    with pytest.raises(UrnaError):
        list(close_station(day.root, day.order(*ROLES)))
    opened = day.open_booth(1)
    assert opened._machine.element.life is Life.ZEROED
    opened.release()


def test_a_zero_report_lost_with_the_power_is_made_again(tmp_path: Path) -> None:
    """The box was whole, its report not yet durable: zeroing goes on, if the box is still empty."""
    day = Day(tmp_path)
    day.release()
    (day.root / "booth-1" / ZERO_REPORT).unlink()
    opened = day.open_booth(1)
    assert opened.stage() is Stage.SEALED
    with pytest.raises(OutOfOrder, match="an empty ballot box"):
        opened.zero(day.election.definition.opens_at)
    opened.release()


def test_an_empty_box_gets_its_report_after_all(tmp_path: Path) -> None:
    """Zeroed, the power went, and nobody has voted yet."""
    loaded = load_small_station(tmp_path, electors=2, booths=1)
    folder = StationFolder(loaded.folder)
    medium = HeldMedium(folder.booth(1))
    machine = booth_of(open_package(folder), folder, 1, medium, secrets.token_bytes)
    hardware = BoothHardware(
        machine, medium, SimulatedPrinter("escpos"),
        say=in_english, language="en", entropy=secrets.token_bytes, end=lambda: None,
    )  # fmt: skip
    hardware.test_readiness()
    machine.zero(loaded.election.definition.opens_at)
    assert hardware.stage() is Stage.SEALED
    hardware.zero(loaded.election.definition.opens_at)
    assert hardware.stage() is Stage.ZEROED
    assert hardware.zero_document() == read_zero_document(medium)
    hardware.print_zero_report(2)
    hardware.release()


@pytest.mark.slow
def test_a_closing_killed_at_any_instant_writes_the_same_bytes(day: Day) -> None:
    """SIGKILL some moments after each step that it says, again and again; then one life that is long enough."""
    day.release()
    order, chance, seen = encode(day.order(*ROLES)), random.Random("closing"), set[tuple[bytes, ...]]()
    command = [sys.executable, "-m", "urna.cli.station_closing", str(day.root)]
    for steps in (1, 2, 3, 4, 4, 4, 5, 1):
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdin
            assert process.stdout
            process.stdin.write(order)
            process.stdin.close()
            for _ in range(steps):
                process.stdout.readline()
            time.sleep(chance.uniform(0, 0.02))
            process.kill()
        if "sheet-0.note" in read_out(day.out):
            seen.add(_bytes(read_bundle(day.out)))
    list(close_in_process(day.root, day.order(*ROLES)))
    seen.add(_bytes(read_bundle(day.out)))
    assert len(seen) == 1
    assert day.sheet().cast == 8


def _bytes(bundle: StationBundle) -> tuple[bytes, ...]:
    return (bundle.sheet, bundle.ballots or b"", *bundle.ciphertexts.values(), bundle.opened or b"")


def test_an_order_keeps_its_secrets_out_of_words(day: Day) -> None:
    """Neither card nor PIN stands in a repr, as an error or a log would show it."""
    said = repr(day.order(*ROLES)) + repr(day.order(*ROLES).cards)
    assert day.loaded.kit.pins[Role.MEMBER] not in said
    assert "urna-card" not in said


def test_a_closer_counts_by_its_sentences_and_says_when_there_is_nothing(day: Day) -> None:
    """What the poll book's pages see: a sentence for each step; before it, no figures."""
    day.release()
    closer = ProcessCloser(day.root, day.election.identity, "S-1", "es")
    assert not closer.is_counted()
    with pytest.raises(OutOfOrder):
        closer.figures()
    said = [str(sentence) for sentence in closer.count(day.statement, [day.loaded.card(role) for role in ROLES])]
    assert said[1:3] == ["The box of booth 1 is counted.", "The box of booth 2 is counted."]
    assert len(said) == len(STEPS) - 1
