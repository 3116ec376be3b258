"""A station's whole day on a disk, and everything that lies there afterwards; the truth about it is kept apart.

Real are the folder, the poll book over SQLite with its desk, the booths on their media, event logs and buckets,
thermal printers on their lines, and the closing. People are few; each votes as nobody else does, in an order that is
drawn. The clock of the logs is set by hand; that of the disk is the machine's.

A guilty build does one of the things by which voting machines gave their voters away (`Guilt`).
"""

import random
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import combinations, product
from pathlib import Path
from typing import NamedTuple

from tests.cli.loaded_station import load_small_station
from tests.forensics.guilt import ClockedDay, Guilt
from tests.pollbook_face.scene import LiveBooth, MemoryCell
from tests.station.small import always_a_match, entropy_from

from urna.ballot.selections import Selections, choose
from urna.biometrics.capture import Extraction
from urna.biometrics.image import FingerImage
from urna.cli.booth_hardware import BoothHardware
from urna.cli.machines import booth_of
from urna.cli.poll_book_machine import open_poll_book_machine
from urna.cli.station_closing import close_station
from urna.cli.station_medium import open_log
from urna.cli.station_poll_book import KeptReports
from urna.devices.escpos_picture import Slip
from urna.devices.printer_link import SocketLink
from urna.devices.printer_thermal import ThermalPrinter
from urna.devices.printer_twin import Mishap, Planned, PrinterTwin
from urna.devices.printer_twin_line import TwinServer
from urna.devices.reader import no_finger
from urna.encoding.canonical import Moment
from urna.roll.elector import Elector
from urna.roll.synthetic import synthesize_roll
from urna.station.booth_session import State
from urna.station.buckets import Buckets, closed_buckets
from urna.station.cards import Role
from urna.station.closing_order import CardAndPin, ClosingOrder
from urna.station.day import DayEvent
from urna.station.event_log import EventLog
from urna.station.event_words import Actor, LogEvent
from urna.station.station import Station
from urna.storage.bucket_cell import open_bucket_cell
from urna.storage.held_medium import HeldMedium
from urna.storage.station_folder import StationFolder, open_package
from urna.web.pollbook.desk import Desk
from urna.web.pollbook.ports import DeskBooth, Ports
from urna.web.pollbook.supplies import NOTHING_COUNTED
from urna.words import in_english

ROLES = (Role.PRESIDENT, Role.SECRETARY)
SPOILED, CHALLENGED, JAMMED = (7, 19, 31), (11,), 15
"""Who first says that the paper is wrong, who challenges the machine, and whose paper jams."""


class Stat(NamedTuple):
    """What the file system says of a file."""

    size: int
    modified: int
    changed: int
    """Nanoseconds, both."""


class Image(NamedTuple):
    """Every file of the station's folder, and what the file system says of it."""

    files: Mapping[str, bytes]
    stats: Mapping[str, Stat]


class Cast(NamedTuple):
    """The truth of one ballot, which no analyst is told."""

    number: str
    booth: int
    admitted_at: Moment
    cast_at: Moment
    cast_ns: int
    selections: Selections

    def __repr__(self) -> str:
        """Nothing of it."""
        return "Cast()"


def image_of(folder: Path, before: Image | None = None) -> Image:
    """A copy of everything below a folder; what is as it was `before` is not held twice."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    found = {path.relative_to(folder).as_posix(): path for path in paths}
    stats = {name: path.stat() for name, path in found.items()}
    return Image(
        {name: _shared(path.read_bytes(), before.files.get(name) if before else None) for name, path in found.items()},
        {name: Stat(each.st_size, each.st_mtime_ns, each.st_ctime_ns) for name, each in stats.items()},
    )


def _shared(data: bytes, before: bytes | None) -> bytes:
    return before if before == data else data


class DayBooth(LiveBooth):
    """A booth on its medium, with a printer on a line and an event log; the poll book holds its other end."""

    def __init__(self, folder: StationFolder, number: int, seed: str, guilt: Guilt) -> None:
        self.printer, self.answers, self.pulled = "ready", True, False
        self.number, self._folder, self._guilt, self._draw = number, folder, guilt, entropy_from(f"{seed} {number}")
        identity = open_package(folder)
        medium = HeldMedium(folder.booth(number))
        machine = booth_of(identity, folder, number, medium, self.draw)
        self.log: EventLog = open_log(medium, identity, f"booth-{number}")
        plans = iter([None] * JAMMED + [Planned(Mishap.JAM, 300)])
        self.twin = TwinServer(PrinterTwin(plan=lambda: next(plans, None)), folder.run / f"printer-{number}")
        self.slips: list[Slip] = []
        self._line = ThermalPrinter(SocketLink(folder.run / f"printer-{number}"), entropy=entropy_from("printer"))
        self.hardware = BoothHardware(
            machine, medium, self._line, say=in_english, language="en", entropy=self.draw, end=lambda: None
        )

    def draw(self, size: int) -> bytes:
        """Chance, repeatable; a guilty build begins ids with the time, as some libraries do."""
        drawn = self._draw(size)
        if size == 16 and "timestamp in ids" in self._guilt.crimes and self._guilt.day and self._guilt.day.is_open:
            return self._guilt.seconds().to_bytes(6, "big") + drawn[6:]
        return drawn

    def open(self, now: Moment) -> None:
        """Tested, zeroed, reported, ready."""
        self.log.start(now)
        self.hardware.zero(now)
        self.hardware.print_zero_report(1)
        self.twin.take()
        self.booth = self.hardware.start(self._show)

    def activate(self, style: str, answer: bytes) -> None:
        """As it is; a guilty build writes the answer down, and so does its poll book."""
        super().activate(style, answer)
        if "shared answers" in self._guilt.crimes:
            for side in (self._folder.booth(self.number), self._folder.poll_book):
                with (side / "trace").open("ab") as file:
                    file.write(answer)

    def cast(self, selections: Selections, first: str) -> None:
        """Somebody votes, perhaps after a spoiled paper or a challenge."""
        chosen = {contest.contest: list(contest.options) for contest in selections.contests}
        for act in filter(None, (first, "say_yes")):
            self._print(chosen)
            getattr(self.booth, act)()
            if act != "say_yes":
                self.booth.choose_again()
        self.slips += self.twin.take()
        if "a line for each vote" in self._guilt.crimes:
            self.log.fault(LogEvent.PRINTER_READY, self._now(), booth=self.number)

    def _print(self, chosen: Mapping[str, Sequence[str]]) -> None:
        self.booth.review(chosen)
        self.booth.confirm()
        if self.booth.state is State.VOID:
            self.log.fault(LogEvent.PRINTER_JAM, self._now(), booth=self.number)
            self.twin.clear()
            self._day.go_on(60, 120)
            self.booth.choose_again()
            self._print(chosen)

    def _now(self) -> Moment:
        return self._day.moment

    @property
    def _day(self) -> ClockedDay:
        assert self._guilt.day is not None
        return self._guilt.day

    def stop(self) -> None:
        """The process ends."""
        self.hardware.release()
        self._line.close()
        self.twin.stop()


class StationDay:
    """One day of a station with two booths.

    Args:
        parent: where its folder is made.
        guilt: what the build does that it should not.
        voters: how many come; the others stay at home.
        closes: whether it is counted, too.
    """

    def __init__(self, parent: Path, guilt: Guilt | None = None, voters: int = 44, *, closes: bool = True) -> None:
        self.guilt = guilt or Guilt()
        self.guilt.day, self.is_open = self, False
        self.loaded = load_small_station(parent, electors=26, booths=2)
        self.folder, self.election = StationFolder(self.loaded.folder), self.loaded.election
        self._chance, self._draw = random.Random("day"), entropy_from("day")
        self.moment = self.election.definition.opens_at
        self.truth: list[Cast] = []
        self.after_each: list[Image] = []
        roll = list(synthesize_roll(self.election, 7))
        self._came = self._chance.sample(roll, voters)
        with self.guilt.committed():
            self._run(closes=closes)

    def _run(self, *, closes: bool) -> None:
        self.machine = open_poll_book_machine(self.folder.root, self._draw)
        self.booths = {number: DayBooth(self.folder, number, "booth", self.guilt) for number in (1, 2)}
        self._open()
        self.before = image_of(self.folder.root)
        self._vote()
        self._close(closes=closes)
        self.slips = sorted(
            (each for booth in self.booths.values() for each in booth.slips), key=lambda slip: slip.burnt
        )

    def _open(self) -> None:
        cards = [self.loaded.card(role) for role in ROLES]
        self.log = open_log(self.machine.medium, self.machine.identity, "poll-book")
        self.log.start(self.moment)
        self.data_key = self.machine.sign_ins.unlock(cards[0], cards[1], self.moment)
        for event in (DayEvent.TEST_READINESS, DayEvent.PRINT_ZERO_REPORT):
            self.machine.prepare_day(event)
        for booth in self.booths.values():
            booth.open(self.moment)
        self.desk = Desk(self.election, "S-1", self._ports())
        self.desk.unlock(self.data_key)
        self.desk.poll_book.advance(DayEvent.OPEN)
        self.log.act(LogEvent.OPENED, Actor.PRESIDENT, self.moment)
        self.desk.watch.look()
        self.is_open = True

    def _ports(self) -> Ports:
        links: Mapping[int, DeskBooth] = dict(self.booths)
        return Ports(
            sign_in=self.machine.sign_ins,
            open_station=lambda key: Station[DeskBooth](self.machine.unlock(key, always_a_match), links),
            booths=links,
            log=self.log,
            now=lambda: self.moment,
            ticks=time.monotonic,
            reader=NoReader(),
            extractor=NoReader(),
            reports=KeptReports(self.folder, None),
            supplies=MemoryCell(NOTHING_COUNTED),
            buckets=lambda: Buckets(self.log, open_bucket_cell(self.machine.medium, self.data_key, self._draw)),
            closed_buckets=lambda: closed_buckets(self.log.entries),
        )

    def _vote(self) -> None:
        """Each comes while the one before still votes in the other booth."""
        choices = self._choices()
        waiting: tuple[int, Elector, Moment] | None = None
        for place, elector in enumerate([*self._came, None]):
            arrived = None
            if elector is not None:
                self.go_on(300, 1200)
                arrived = (place, elector, self.moment)
                self.desk.count()
                self.desk.poll_book.identify(elector.number, None)
                self.desk.activate(place % 2 + 1, elector.style)
            if waiting is not None:
                self.go_on(30, 120)
                self._finish(waiting, choices[waiting[0]])
            waiting = arrived
        self.is_open = False

    def _finish(self, waiting: tuple[int, Elector, Moment], selections: Selections) -> None:
        place, elector, admitted_at = waiting
        number = place % 2 + 1
        first = "say_no" if place in SPOILED else "challenge_machine" if place in CHALLENGED else ""
        self.booths[number].cast(selections, first)
        self.truth.append(Cast(elector.number, number, admitted_at, self.moment, time.time_ns(), selections))
        self.after_each.append(image_of(self.folder.root, (self.after_each or [self.before])[-1]))
        self.desk.station.recover(number)
        self.desk.watch.look()

    def _choices(self) -> list[Selections]:
        """One for each who came, all different."""
        styles = {elector.style for elector in self._came}
        decks = {style: self._chance.sample(ways, len(ways)) for style in styles if (ways := self._ways(style))}
        return [choose(self.election, each.style, decks[each.style].pop()) for each in self._came]

    def _ways(self, style: str) -> list[dict[str, tuple[str, ...]]]:
        """All ways to vote on a style without a blank contest."""
        contests = self.election.contests_of_style(style)
        options = [
            [
                each
                for size in range(1, contest.votes_allowed + 1)
                for each in combinations([option.code for option in contest.options], size)
            ]
            for contest in contests
        ]
        return [dict(zip([each.code for each in contests], way, strict=True)) for way in product(*options)]

    def go_on(self, least: int, most: int) -> None:
        """So many seconds pass."""
        seconds = self._chance.randint(least, most)
        self.moment = f"{datetime.fromisoformat(self.moment) + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"

    def _close(self, *, closes: bool) -> None:
        self.moment = self.election.definition.closes_at
        self.desk.poll_book.advance(DayEvent.CLOSE)
        self.log.act(LogEvent.CLOSED, Actor.PRESIDENT, self.moment)
        self.desk.finish_counts()
        statement = self.machine.statement(self.desk.poll_book, self.moment, len(self.truth))
        for booth in self.booths.values():
            booth.stop()
        self.voted = image_of(self.folder.root, self.before)
        if closes:
            self._count(statement)
        self.desk.let_go()
        self.machine.close()

    def _count(self, statement: bytes) -> None:
        cards = [CardAndPin(card=card.decode(), pin=pin) for card, pin in map(self.loaded.card, ROLES)]
        for _ in close_station(self.folder.root, ClosingOrder(statement=statement.decode(), cards=tuple(cards))):
            pass
        self.closed = image_of(self.folder.root, self.before)


class NoReader:
    """Nobody lays a finger; the decision is made for the test."""

    def capture(self) -> FingerImage:
        """None comes."""
        raise no_finger()

    def extract(self, image: FingerImage) -> Extraction:
        """None comes."""
        raise no_finger()
