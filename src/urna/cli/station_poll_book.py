"""A poll book's process, put together: its machine, the booths at the end of their cables, log, reader, and its screen.

No booth's medium is opened here, and nothing of ballots is imported.
"""

import secrets
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack

from starlette.types import ASGIApp

from urna.biometrics.decision import decide
from urna.cli.poll_book_machine import PollBookMachine, open_poll_book_machine
from urna.cli.practice_people import READER
from urna.cli.station_day import STICK, day_ports
from urna.cli.station_health import HealthLog, HealthWatch, LogClock
from urna.cli.station_medium import now, open_log
from urna.cli.station_process import POLL_BOOK, Door, Face, ProcessSettings
from urna.cli.words import say_in
from urna.crypto.kdf import derive_key
from urna.devices.card_sticks import find_cards, mounted
from urna.devices.extractor import LeaderExtractor
from urna.devices.printer_office import FolderPrinter, refuse_slip
from urna.devices.printer_spec import printer_from
from urna.devices.reader import OpenReader
from urna.devices.readers import open_reader
from urna.devices.remote_booth import RemoteBooth
from urna.errors import Malformed
from urna.papers.paper import Paper
from urna.papers.printer import Printer
from urna.station.buckets import Buckets, closed_buckets
from urna.station.event_log import EventLog
from urna.station.event_words import Actor, LogEvent
from urna.station.link_session import Ends
from urna.station.station import Station
from urna.storage.bucket_cell import open_bucket_cell
from urna.storage.medium import Medium
from urna.storage.station_folder import StationFolder, StationIdentity
from urna.storage.two_copies import TwoCopies
from urna.web.kiosk.display import DEFAULT, read_display
from urna.web.kiosk.frame import Pages
from urna.web.pollbook.app import PACKAGE, poll_book_app
from urna.web.pollbook.desk import Desk
from urna.web.pollbook.ports import DeskBooth, Ports
from urna.web.pollbook.supplies import NOTHING_COUNTED
from urna.words import Sentence

SUPPLIES = "supplies"
_SUPPLIES_KEY = derive_key(b"urna's counts of paper and rolls", "urna/supplies/1/not-a-secret")
"""Everybody knows it: it gives the file its checksum, as that of the sign-in file does."""

LANGUAGES = ("es", "en")
"""Of the screen; the definition's first one is shown first."""


class KeptReports:
    """Reports on paper, and as PDF in the station's papers; never a voter's slip.

    Args:
        folder: of the station.
        printer: for reports; None in a practice station without one.
    """

    def __init__(self, folder: StationFolder, printer: Printer | None) -> None:
        self._papers, self._printer = folder.papers, printer
        self._kept = FolderPrinter(folder.papers)

    def print_report(self, paper: Paper) -> None:
        """Prints it, then keeps it: what is kept was on paper.

        Raises:
            PrinterStopped: it was not printed, or not whole; nothing is kept, and it may be printed again.
            OutOfOrder: a slip.
        """
        refuse_slip(paper)
        if self._printer is not None:
            self._printer.print_paper(paper)
        self._kept.print_paper(paper)

    def count(self, beginning: str) -> int:
        """How many are there whose name begins like this."""
        return sum(1 for _ in self._papers.glob(f"{beginning}*.pdf"))


def make_face(settings: ProcessSettings, door: Door, stop: Callable[[], None]) -> Face:
    """The poll book of these settings, locked until two cards come.

    1. Check the package; open the machine.
    2. Go on with the event log.
    3. Join each booth's end of the channel, lazily: a booth may be started later.
    4. Put the desk and its pages together.

    Raises:
        Malformed: a file is missing, a name of a device is none, or no printer for reports is named.
        Unproven: a changed or wrong package, or another station's medium.
        OutOfOrder: another process has the poll book open.
    """
    with ExitStack() as closing:
        machine = open_poll_book_machine(settings.station, secrets.token_bytes)
        closing.callback(machine.close)
        app = _app(settings, door, machine, closing)
        return Face(app, closing.pop_all().close)


def _app(settings: ProcessSettings, door: Door, machine: PollBookMachine, closing: ExitStack) -> ASGIApp:
    """The pages; what is to be let go at the end is put on `closing`, the last first."""
    identity = machine.identity
    election, booths = identity.election, links(settings, machine)
    for booth in booths.values():
        closing.callback(booth.close)
    reports = KeptReports(machine.folder, open_printer(settings.reports, identity))
    reader = open_desk_reader(settings, machine.folder)
    closing.callback(reader.close)
    log = open_log(machine.medium, identity, POLL_BOOK)
    ports = make_ports(machine, log, booths, reader, reports)
    desk = Desk(election, identity.station, ports)
    display = read_display(settings.display) if settings.display else DEFAULT
    pages = Pages(PACKAGE, {each: say_in(each) for each in LANGUAGES}, display)
    ports.log.act(LogEvent.PACKAGE_CHECKED, Actor.MACHINE, now())

    day = day_ports(machine, booths, desk, LogClock(lambda: log.entries))
    closing.callback(lambda: ports.log.act(LogEvent.STOPPED, Actor.MACHINE, now()))
    health = HealthWatch(HealthLog(ports.log, now), day.conditions)
    health.start()
    closing.callback(health.stop)
    return poll_book_app(desk, pages, origin=door.origin, launch_key=door.launch_key, day=day)


def open_printer(spec: str, identity: StationIdentity) -> Printer | None:
    """The printer for reports that is named; a practice station may do without.

    Raises:
        Malformed: none is named, or none of this name.
    """
    if spec:
        return printer_from(spec)
    if identity.is_practice:
        return None
    raise Malformed(
        Sentence("a printer for the poll book's reports"),
        Sentence("none"),
        Sentence("Name it: urna station serve STATION --reports cups:office."),
    )


def open_desk_reader(settings: ProcessSettings, folder: StationFolder) -> OpenReader:
    """The reader that is named; without a name the folder where a reader's own program drops its images.

    Raises:
        Malformed: no such name.
        ReaderFailed: it does not work.
    """
    return open_reader(settings.reader or f"folder:{_reader_folder(folder)}")


def links(settings: ProcessSettings, machine: PollBookMachine) -> dict[int, RemoteBooth]:
    """The poll book's end of each booth's channel; nothing is connected yet."""
    identity = machine.identity
    return {
        number: RemoteBooth(
            settings.booth_address(number),
            Ends(identity.election.identity, identity.station, number, key),
            secrets.token_bytes,
        )
        for number, key in enumerate(machine.pairing_keys, 1)
    }


def make_ports(
    machine: PollBookMachine,
    log: EventLog,
    booths: dict[int, RemoteBooth],
    reader: OpenReader,
    reports: KeptReports,
) -> Ports:
    """Everything around the desk."""
    folder, identity = machine.folder, machine.identity
    log.start(now())
    keys: list[bytes] = []

    def open_station(data_key: bytes) -> Station[DeskBooth]:
        keys[:] = [data_key]
        return Station[DeskBooth](machine.unlock(data_key, decide), booths)

    def buckets() -> Buckets:
        return Buckets(log, open_bucket_cell(machine.medium, keys[0], secrets.token_bytes))

    return Ports(
        sign_in=machine.sign_ins,
        open_station=open_station,
        booths=booths,
        log=log,
        now=now,
        ticks=time.monotonic,
        reader=reader,
        extractor=_warming(LeaderExtractor()),
        reports=reports,
        supplies=_supplies(machine.medium),
        buckets=buckets,
        closed_buckets=lambda: closed_buckets(log.entries),
        sticks=lambda: find_cards((*mounted(), folder.root / STICK, folder.cards)),
        president=machine.president_fingers,
        is_practice=identity.is_practice,
    )


def _warming(extractor: LeaderExtractor) -> LeaderExtractor:
    """Gets ready beside the sign-in, so that the first elector does not wait for the network."""
    threading.Thread(target=extractor.warm, daemon=True).start()
    return extractor


def _reader_folder(folder: StationFolder) -> str:
    """Where the reader's own program drops its images, if no reader is named."""
    reader = folder.root / READER
    reader.mkdir(mode=0o700, exist_ok=True)
    return str(reader)


def _supplies(medium: Medium) -> TwoCopies:
    if SUPPLIES in medium.names():
        return TwoCopies.open(medium, SUPPLIES, _SUPPLIES_KEY, secrets.token_bytes)
    return TwoCopies.create(medium, SUPPLIES, _SUPPLIES_KEY, secrets.token_bytes, NOTHING_COUNTED)
