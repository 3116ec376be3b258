"""A booth's process, put together: package, held medium, hardware, event log, voice, and the voter's screen.

Nothing of the poll book is opened here, and nothing of electors is imported.
"""

import secrets
import time
from collections.abc import Callable

from urna.cli.booth_hardware import BoothHardware
from urna.cli.machines import booth_of
from urna.cli.station_health import BoothHealth, HealthLog
from urna.cli.station_medium import now, open_log
from urna.cli.station_process import Door, Face, ProcessSettings
from urna.cli.words import say_in
from urna.devices.printer_office import FolderPrinter, QueuePrinter
from urna.devices.printer_spec import printer_from
from urna.devices.printers import SimulatedPrinter
from urna.devices.speech import EspeakSpeaker
from urna.encoding.canonical import Moment
from urna.errors import Malformed
from urna.papers.paper import Paper
from urna.papers.printer import Printer
from urna.station.event_log import EventLog
from urna.station.event_words import Actor, LogEvent
from urna.station.link import Alarm, Stage
from urna.station.link_session import Ends
from urna.station.photos import photos_on_cards
from urna.storage.held_medium import HeldMedium
from urna.storage.station_folder import StationFolder, StationIdentity, open_package
from urna.web.booth.app import Door as BoothDoor
from urna.web.booth.app import booth_app
from urna.web.booth.face import BoothFace
from urna.web.booth.speech import Utterances
from urna.web.kiosk.display import DEFAULT, read_display
from urna.web.kiosk.frame import Pages
from urna.words import Sentence

ALARM_SECONDS = 60.0
"""The same alarm is written once in so long: whoever makes noise at the cable must not fill the log."""

ALARMS = {
    Alarm.SECOND_POLL_BOOK: LogEvent.SECOND_POLL_BOOK,
    Alarm.WRONG_KEY: LogEvent.FALSE_MESSAGE,
    Alarm.FORGED: LogEvent.FALSE_MESSAGE,
    Alarm.GARBLED: LogEvent.FALSE_MESSAGE,
}


class PracticePrinter(SimulatedPrinter):
    """A printer of a practice station: whatever comes out is thrown away at once."""

    def print_paper(self, paper: Paper) -> None:
        """Out, and gone."""
        super().print_paper(paper)
        self.take()


class Alarms:
    """Writes what the channel refused into the booth's log, each kind once a minute at most.

    Args:
        log: the booth's.
        booth: its number.
        now: the clock that people set.
        ticks: one that only goes forward.
    """

    def __init__(self, log: EventLog, booth: int, now: Callable[[], Moment], ticks: Callable[[], float]) -> None:
        self._log, self._booth, self._now, self._ticks = log, booth, now, ticks
        self._last: dict[LogEvent, float] = {}

    def __call__(self, alarm: Alarm) -> None:
        """From any thread."""
        event, tick = ALARMS[alarm], self._ticks()
        if tick - self._last.get(event, -ALARM_SECONDS) >= ALARM_SECONDS:
            self._last[event] = tick
            self._log.fault(event, self._now(), booth=self._booth)

    def has_second_poll_book(self) -> bool:
        """Whether one was refused just now: one that goes on asking is written, and told, once a minute."""
        last = self._last.get(LogEvent.SECOND_POLL_BOOK)
        return last is not None and self._ticks() - last < 2 * ALARM_SECONDS


def make_face(settings: ProcessSettings, door: Door, stop: Callable[[], None]) -> Face:
    """The booth of these settings.

    1. Check the package; hold the medium; check that it is this booth's.
    2. Go on with the event log.
    3. Put hardware and face together; the face recovers the booth when it is served.

    Raises:
        Malformed: a file is missing, or no printer is named.
        Unproven: a changed or wrong package, or another station's medium.
        OutOfOrder: another booth's medium, or one that another process holds.
    """
    folder = StationFolder(settings.station)
    identity = open_package(folder)
    medium = HeldMedium(folder.booth(settings.booth))
    try:
        return _face(settings, door, stop, folder, identity, medium)
    except BaseException:
        medium.let_go()
        raise


def _face(
    settings: ProcessSettings,
    door: Door,
    stop: Callable[[], None],
    folder: StationFolder,
    identity: StationIdentity,
    medium: HeldMedium,
) -> Face:
    election, languages = identity.election, identity.election.rules.languages
    machine = booth_of(identity, folder, settings.booth, medium, secrets.token_bytes)
    log = open_log(medium, identity, settings.name)
    log.start(now())
    alarms = Alarms(log, settings.booth, now, time.monotonic)
    health = BoothHealth(
        HealthLog(log, now),
        settings.booth,
        folder.booth(settings.booth),
        election.definition,
        second_poll_book=alarms.has_second_poll_book,
        may_write=lambda: not hardware.is_released,
    )
    hardware = BoothHardware(
        machine,
        medium,
        open_printer(settings.printer, identity),
        say=say_in(languages[0]),
        language=languages[0],
        entropy=secrets.token_bytes,
        end=stop,
        health=health,
    )
    if hardware.stage() is Stage.CLOSED:
        log.act(LogEvent.STOPPED, Actor.MACHINE, now())
        hardware.release()  # a closing had begun: its process goes on with the medium, this one only says so
    display = read_display(settings.display) if settings.display else DEFAULT
    speaker = EspeakSpeaker()
    face = BoothFace(
        hardware,
        election,
        settings.booth,
        languages=languages,
        display=display,
        utterances=Utterances(speaker, languages[0]),
        clock=time.monotonic,
        has_voice=speaker.is_available(),
        photos=photos_on_cards(identity.files, election.contests_of_station(identity.station)),
    )
    pages = Pages("urna.web.booth", {each: say_in(each) for each in languages}, display)

    def close() -> None:
        if not hardware.is_released:
            log.act(LogEvent.STOPPED, Actor.MACHINE, now())
        hardware.release()

    return Face(
        app=booth_app(face, pages, BoothDoor(settings.name, door.origin, door.launch_key)),
        close=close,
        desk=face,
        ends=Ends(election.identity, identity.station, settings.booth, machine.identity.pairing_key),
        alarm=lambda alarm: None if hardware.is_released else alarms(alarm),
    )


def open_printer(spec: str, identity: StationIdentity) -> Printer:
    """The printer that is named; a practice station has one that throws everything away.

    Raises:
        Malformed: none is named, or none of this name, or one that keeps what it prints.
    """
    if spec:
        return _printer_for_slips(spec)
    if identity.is_practice:
        return PracticePrinter("escpos")
    raise Malformed(
        Sentence("a printer for this booth"),
        Sentence("none"),
        Sentence("Name it: urna station serve STATION --printer escpos:/dev/usb/lp0."),
    )


def _printer_for_slips(spec: str) -> Printer:
    printer = printer_from(spec)
    if isinstance(printer, FolderPrinter | QueuePrinter):
        raise Malformed(
            Sentence("a thermal printer for this booth, which prints slips"),
            Sentence("{spec}, which keeps what it prints in order", {"spec": spec}),
            Sentence("Name a thermal one: urna station serve STATION --printer escpos:/dev/usb/lp0."),
        )
    return printer
