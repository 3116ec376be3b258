"""What opening and closing need around the poll book's screen, put together; nothing of ballots is imported."""

import secrets
import ssl
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from urna.cli.poll_book_machine import STATEMENT, PollBookMachine
from urna.cli.station_closer import ProcessCloser
from urna.cli.station_hand_counts import ProcessHandCounts
from urna.cli.station_health import LogClock
from urna.cli.station_log_export import export_log
from urna.cli.station_medium import now
from urna.cli.station_zero_check import check_zero_in_process
from urna.cli.words import say_in
from urna.crypto.kdf import derive_key
from urna.devices.health import look_at_medium, look_at_power
from urna.devices.network_sender import NetworkSender
from urna.devices.reader import TryAgain
from urna.devices.remote_booth import RemoteBooth
from urna.devices.station_line import station_line
from urna.devices.stick_sender import StickSender
from urna.encoding.canonical import Moment, digest, encode
from urna.papers.paper import Heading, Line, Paper
from urna.papers.printer import PrinterState
from urna.papers.readiness_report import Readiness, readiness_report
from urna.station.announcement import MOST_BYTES, announce
from urna.station.day import Day
from urna.station.day_notes import DayNotes
from urna.station.decks import decks, positions
from urna.station.event_words import Way
from urna.station.health import Condition, check
from urna.station.health_facts import OWN, Facts
from urna.station.health_rules import Trouble
from urna.station.link import Condition as BoothCondition
from urna.station.manifest import MANIFEST
from urna.station.pollbook import PollBook
from urna.station.sending import Parcel
from urna.storage.medium import DiskMedium
from urna.storage.station_folder import StationFolder, StationIdentity, open_package
from urna.storage.two_copies import TwoCopies
from urna.storage.wiping import wipe_file
from urna.web.pollbook.day_ports import DayPorts
from urna.web.pollbook.desk import Desk
from urna.words import Sentence

NOTES = "day-notes"
_NOTES_KEY = derive_key(b"urna's notes of a station's day.", "urna/day-notes/1/not-a-secret")
"""Everybody knows it: it gives the file its checksum, as that of the supplies does."""

CENTRE = "centre-address"
"""A file in the station's folder: where parcels are posted to. Without it the sheet goes on a stick."""

CENTRE_ISSUER = "centre-issuer.pem"
"""A file beside it, where the centre's TLS certificate is of an issuer of its own."""

STICK = "stick"
"""A folder of the station that stands for a stick, for practice; otherwise the first one that is mounted."""

MOUNTS = (Path("/media"), Path("/run/media"))
TRIES = 5


def day_ports(machine: PollBookMachine, booths: Mapping[int, RemoteBooth], desk: Desk, clock: LogClock) -> DayPorts:
    """Everything around opening and closing.

    Args:
        machine: the poll book's.
        booths: the poll book's end of each cable.
        desk: with its reader, log and watch.
        clock: the poll book's.
    """
    folder, identity = machine.folder, machine.identity
    language = identity.election.rules.languages[0]
    papers = Papers(identity, language)
    stick = StickSender(lambda: find_stick(folder))

    def announced(parcel: bytes) -> bytes | None:
        if len(parcel) > MOST_BYTES:
            return None
        return announce(identity.election.identity, identity.station, parcel, machine.signer())

    return DayPorts(
        notes=open_notes(machine.medium),
        store=machine.store,
        booths=booths,
        check_package=lambda: _check_package(folder),
        check_reader=lambda: _check_reader(desk),
        test_paper=papers.test,
        readiness_paper=papers.readiness,
        check_zero=lambda number, document: check_zero_in_process(folder.root, number, document),
        statements=KeptStatements(machine),
        closer=ProcessCloser(
            folder.root,
            identity.election.identity,
            identity.station,
            language,
            lambda: export_log(desk.ports.log, machine.medium, machine.signer(), folder.out, now()),
        ),
        senders={
            Way.NETWORK: NetworkSender(
                _centre(folder), folder.out / "queue", line=lambda: _line(machine), announce=announced
            ),
            Way.STICK: StickSender(lambda: find_stick(folder), announced),
        },
        archive=lambda parcel: _archive(folder, stick, parcel),
        wipe=lambda: _wipe(folder),
        hand_counts=ProcessHandCounts(machine, language),
        pause_seconds=time.sleep,
        paper_say=say_in(language),
        conditions=_health(machine, desk, clock),
        accept_clock=clock.accept,
    )


class KeptStatements:
    """The poll book's statement on its medium.

    Args:
        machine: the poll book's.
    """

    def __init__(self, machine: PollBookMachine) -> None:
        self._machine = machine

    def read(self) -> bytes | None:
        """The statement; None before it was signed."""
        path = self._machine.folder.poll_book / STATEMENT
        return path.read_bytes() if path.is_file() else None

    def sign(self, poll_book: PollBook, closed_at: Moment, signatures: int) -> bytes:
        """Signs it, once."""
        return self._machine.statement(poll_book, closed_at, signatures)


class Papers:
    """The reports of opening that the poll book prints.

    Args:
        identity: of the package.
        language: of the papers.
    """

    def __init__(self, identity: StationIdentity, language: str) -> None:
        self._identity, self._language, self._say = identity, language, say_in(language)
        self._package = digest(identity.files[MANIFEST]) if MANIFEST in identity.files else "0" * 64

    def test(self) -> Paper:
        """A paper that shows that the printer prints."""
        say = self._say
        lines = (Line(text=say("This paper is whole, and its last line is legible.")), Line(text="0123456789 ÁÉÍÓÚÑ"))
        return Paper(
            form="report",
            name=f"printer-test-{self._identity.station}",
            title=say("Printer test"),
            language=self._language,
            blocks=(Heading(text=say("Printer test"), level=1), *lines),
        )

    def readiness(self, number: int, condition: BoothCondition) -> Paper:
        """The readiness report of a booth."""
        election, station = self._identity.election, self._identity.station
        cards = [len(deck) for deck in decks(election, station)]
        found = Readiness(
            station=station,
            booth=number,
            package=self._package,
            decks=len(cards),
            ballots=sum(cards),
            positions=positions(election, station),
            zeroed=condition.readiness_tested,
            tested_at=now(),
        )
        return readiness_report(election, found, say=self._say, language=self._language)


def open_notes(medium: DiskMedium) -> TwoCopies:
    """The notes of the day on the poll book's medium; made where there are none yet."""
    if NOTES in medium.names():
        return TwoCopies.open(medium, NOTES, _NOTES_KEY, secrets.token_bytes)
    return TwoCopies.create(medium, NOTES, _NOTES_KEY, secrets.token_bytes, encode(DayNotes()))


def find_stick(folder: StationFolder) -> Path | None:
    """The folder of a stick that can be written."""
    if (folder.root / STICK).is_dir():
        return folder.root / STICK
    found = [path for mount in MOUNTS for path in sorted(mount.glob("*/*")) if path.is_mount()]
    return found[0] if found else None


def _check_package(folder: StationFolder) -> None:
    open_package(folder)


def _check_reader(desk: Desk) -> None:
    """One finger is read and found to be one; nothing of it is kept."""
    for attempt in range(1, TRIES + 1):
        try:
            desk.ports.extractor.extract(desk.ports.reader.capture())
        except TryAgain as again:
            if attempt == TRIES:
                raise
            desk.work.hint = again.remedy if isinstance(again.remedy, Sentence) else None
        else:
            return


def _health(machine: PollBookMachine, desk: Desk, clock: LogClock) -> Callable[[], tuple[Condition, ...]]:
    """What is wrong with this machine now."""
    definition = machine.identity.election.definition

    def conditions() -> tuple[Condition, ...]:
        entries = desk.watch.seen
        printers = {
            number: PrinterState(each.printer)
            for number, each in entries.items()
            if each is not None and each.printer in set(PrinterState)
        }
        return check(
            Facts(
                clock=clock.look(),
                day=Day(machine.store.day()),
                opens_at=definition.opens_at,
                closes_at=definition.closes_at,
                media={OWN: look_at_medium(machine.folder.poll_book)},
                printers=printers,
                power=look_at_power(),
                second_poll_books=frozenset(
                    number for number, each in entries.items() if each and Trouble.SECOND_POLL_BOOK in each.health
                ),
                second_booths=desk.watch.strange,
                silent_booths=frozenset(number for number, each in entries.items() if each is None),
            )
        )

    return conditions


def _centre(folder: StationFolder) -> str:
    path = folder.root / CENTRE
    return path.read_text("ascii").strip() if path.is_file() else ""


def _line(machine: PollBookMachine) -> ssl.SSLContext:
    """The poll book's TLS line: it shows a certificate that its own key signed, for centres that ask for one."""
    trust = machine.folder.root / CENTRE_ISSUER
    return station_line(
        machine.identity.election.identity,
        machine.identity.station,
        machine.element,
        now=datetime.now(UTC),
        entropy=secrets.token_bytes,
        trust=trust if trust.is_file() else None,
    )


def _archive(folder: StationFolder, stick: StickSender, parcel: Parcel) -> None:
    """What was sent, with the reports, on the archive stick."""
    reports = {path.name: path.read_bytes() for path in sorted(folder.papers.glob("*.pdf"))}
    stick.send(Parcel(election=parcel.election, station=parcel.station, files={**parcel.files, **reports}))


def _wipe(folder: StationFolder) -> None:
    """Every file of the booths' memories, keys first; may be done again after a crash."""
    for number in folder.booths():
        files = [path for path in folder.booth(number).rglob("*") if path.is_file() and not path.is_symlink()]
        for path in sorted(files, key=lambda each: each.name not in {"secure-element", "pairing"}):
            wipe_file(path)
