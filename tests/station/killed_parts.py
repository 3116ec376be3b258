"""The parts of a station that is killed: a booth, a poll book, a printer, each forked from a warm parent.

Each speaks JSON lines with the people around it (tests/station/killed_day): a word comes in, screens and papers go out
as they happen, and last what was done or why not. Booth and poll book join over the real activation channel, the booth
and the simulated thermal printer over the real line.
"""

import base64
import io
import json
import os
import secrets
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, NoReturn

from tests.station.small import always_a_match

from urna.ballot.code_slip import CodeSlip
from urna.ballot.selections import choose
from urna.cli.polling_place import POLL_BOOK, STORE, PollingPlace
from urna.crypto.signatures import SigningKey
from urna.devices.activation_server import ActivationServer
from urna.devices.escpos_picture import Burnt, Slip
from urna.devices.printer_escpos import paper_escpos
from urna.devices.printer_link import SocketLink
from urna.devices.printer_thermal import ThermalPrinter
from urna.devices.printer_twin import Plan, PrinterTwin, chance
from urna.devices.printer_twin_line import TwinServer
from urna.devices.printers import SlipPrinter
from urna.devices.remote_booth import RemoteBooth
from urna.election.outcomes import Ending
from urna.encoding.canonical import Code
from urna.encoding.document import sign_document
from urna.errors import UrnaError
from urna.log.note import NoteSigner
from urna.papers.code_slip import code_slip
from urna.papers.slip import slip
from urna.station.booth import Booth
from urna.station.booth_screens import Screen
from urna.station.cards import Role
from urna.station.link import PRESENCE, Condition, Stage
from urna.station.link_session import Ends
from urna.station.pollbook import PollBook
from urna.station.station import Station
from urna.storage.pollbook import open_store
from urna.words import in_english

ROLES = (Role.PRESIDENT, Role.SECRETARY)
ANSWER_SECONDS = 10.0
"""Longer than any act here: a part that was killed hangs up, and nobody waits for it."""

PRINTER = "printer.socket"
MISHAPS = 0.1
"""Of papers."""

MENDING_SECONDS = 0.02
UNSEEN_SECONDS = 1.0
"""A stop is mended when the booth has been told of it, or after this where no booth is there to ask."""

HASTE = 8
"""How many of the printer's seconds are one."""


class Child(NamedTuple):
    """A forked part, and the pipes to it."""

    pid: int
    to: int
    out: int


class Lines:
    """A child's side of its pipes."""

    def __init__(self, inward: int, outward: int) -> None:
        self._in = os.fdopen(inward, "r")
        self._out = outward
        self._lock = threading.Lock()

    def say(self, **line: object) -> None:
        """One line, whole, on its way before anything else happens."""
        with self._lock:
            os.write(self._out, json.dumps(line).encode() + b"\n")

    def serve(self, part: object) -> None:
        """Answers words until the people hang up."""
        self.say(ready=True)
        for line in self._in:
            word, *arguments = json.loads(line)
            try:
                self.say(done=getattr(part, word)(*arguments))
            except UrnaError as error:
                self.say(refused=f"{type(error).__name__}: {error}")


def fork(run: Callable[[Lines], None]) -> Child:
    """A child that runs this and ends."""
    there, here = os.pipe(), os.pipe()
    pid = os.fork()
    if pid == 0:
        _run_child(run, there, here)
    os.close(there[0])
    os.close(here[1])
    return Child(pid, there[1], here[0])


def _run_child(run: Callable[[Lines], None], there: tuple[int, int], here: tuple[int, int]) -> NoReturn:
    code = 1
    try:
        keep = {0, 1, 2, there[0], here[1]}
        for number in [int(each.name) for each in Path("/proc/self/fd").iterdir()]:
            if number not in keep:
                with suppress(OSError):
                    os.close(number)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        run(Lines(there[0], here[1]))
        code = 0
    finally:
        os._exit(code)


class TellingTwin(PrinterTwin):
    """The simulated thermal printer, whose papers stay when it is killed: it tells the people what hangs out of it.

    Args:
        plan: what happens to each paper.
        lines: to the people.
        life: of this process: which of the pieces is meant.
    """

    def __init__(self, plan: Plan, lines: Lines, life: str) -> None:
        super().__init__(plan=plan)
        self._lines, self._life, self._pieces, self._told = lines, life, 0, ""
        self.was_seen_stopped = False
        """A booth has asked since it stopped, or has lost the line. Nobody changes a roll between two questions."""

    def _at_once(self, command: bytes) -> bytes:
        self.was_seen_stopped = self.has_stopped
        return super()._at_once(command)

    def _burn(self, whole: Burnt) -> None:
        super()._burn(whole)
        slip = Slip(tuple(self._burnt), torn=True)
        if not slip.is_blank and slip.text != self._told:
            self._tell("hangs", slip, slip.text)

    def _cut(self) -> None:
        super()._cut()
        if self._burnt or self.tray[-1].is_blank:
            return  # the knife failed, or an empty piece was cut off
        slip = self.tray.pop()
        self._tell("whole", slip, base64.b64encode(_png(slip)).decode())
        self._tear_off()

    def _tell(self, what: str, slip: Slip, content: str) -> None:
        self._told = slip.text
        self._lines.say(**{what: [f"{self._life}/{self._pieces}", content]})

    def _tear_off(self) -> None:
        super()._tear_off()
        self._pieces, self._told = self._pieces + 1, ""


def _png(slip: Slip) -> bytes:
    """The paper, as people see it."""
    seen = io.BytesIO()
    slip.picture().save(seen, "PNG", compress_level=1)
    return seen.getvalue()


class PrinterPart:
    """The printer at the end of its line. It fails one paper in ten, and people mend it when the booth knows."""

    def __init__(self, folder: Path, seed: str, lines: Lines) -> None:
        address = folder / PRINTER
        address.unlink(missing_ok=True)
        self._twin = TellingTwin(chance(int.from_bytes(seed.encode()), MISHAPS), lines, seed)
        self._server = TwinServer(self._twin, address)
        threading.Thread(target=self._mend, daemon=True).start()

    def _mend(self) -> None:
        while True:
            time.sleep(MENDING_SECONDS)
            if self._twin.has_stopped:
                self._wait_until_seen()
                self._server.load_paper()
                self._server.plug_in()

    def _wait_until_seen(self) -> None:
        deadline = time.monotonic() + UNSEEN_SECONDS
        while self._twin.is_plugged and not self._twin.was_seen_stopped and time.monotonic() < deadline:
            time.sleep(MENDING_SECONDS)
        self._twin.was_seen_stopped = False


def warm_printing(place: PollingPlace) -> None:
    """One paper of each kind, printed where the parts are forked from: letters and codes are read from disk once."""
    election, station = place.election, place.kit.station
    code = CodeSlip(election=election.identity, station=station, code=" ".join(["MMMM"] * 8))
    document = sign_document(code, [NoteSigner("warm", SigningKey(bytes(32)))])
    style = next(iter(election.styles))
    for paper in (slip(election, station, choose(election, style, {})), code_slip(election, code, document)):
        twin = PrinterTwin()
        twin.obey(paper_escpos(paper))
        _png(twin.take()[0])


def printer_of(place: PollingPlace) -> SlipPrinter:
    """The booth's own printer, at its line. Its patience is short: a lost answer stays lost, however long one waits."""
    link = SocketLink(place.folder / PRINTER)
    thermal = ThermalPrinter(link, entropy=secrets.token_bytes, clock=lambda: HASTE * time.monotonic())
    return SlipPrinter(thermal, place.election, place.kit.station, in_english, "en")


class BoothPart:
    """A booth's process: its screen's words, and its desk at the channel, one at a time."""

    def __init__(self, place: PollingPlace, lines: Lines) -> None:
        self._lock = threading.Lock()
        self._lines = lines
        self._booth = place.booth(1).start(printer_of(place), self._show)
        ends = ends_of(place)
        address = place.folder / "booth-1.socket"
        self._server = ActivationServer(
            address, ends, self, entropy=secrets.token_bytes, report=lambda alarm: lines.say(alarm=alarm)
        )
        self._server.start()

    def _show(self, screen: Screen) -> None:
        self._lines.say(screen=screen.state.value)

    def state(self) -> str:
        """What the voter sees."""
        return self._booth.state.value

    def review(self, chosen: dict[str, list[str]]) -> None:
        """The voter has chosen."""
        self._act(lambda booth: booth.review(chosen))

    def confirm(self) -> None:
        """The voter presses VOTE."""
        self._act(Booth.confirm)

    def yes(self) -> None:
        """Yes, cast."""
        self._act(Booth.say_yes)

    def no(self) -> None:
        """No, change."""
        self._act(Booth.say_no)

    def dispute(self) -> None:
        """The voter challenges the machine."""
        self._act(Booth.challenge_machine)

    def again(self) -> None:
        """A new attempt."""
        self._act(Booth.choose_again)

    def condition(self) -> Condition:
        """Without the lock."""
        return Condition(stage=Stage.ZEROED, presence=PRESENCE[self._booth.state], slot=self._booth.slot)

    def challenge(self) -> bytes:
        """For the poll book."""
        with self._lock:
            return self._booth.challenge()

    def activate(self, style: Code, answer: bytes) -> None:
        """From the poll book."""
        self._act(lambda booth: booth.activate(style, answer))

    def acknowledge(self) -> None:
        """From the poll book."""
        self._act(Booth.acknowledge)

    def end(self, ending: Ending) -> None:
        """From the poll book."""
        self._act(lambda booth: booth.end(ending))

    def resume(self) -> None:
        """From the poll book."""
        self._act(Booth.resume)

    def _act(self, do: Callable[[Booth], object]) -> None:
        with self._lock:
            do(self._booth)

    def _never(self, *_: object) -> NoReturn:
        raise AssertionError("not in the middle of a day")

    test_readiness = zero = zero_document = print_zero_report = release = stop = _never


class PollBookPart:
    """The poll book's process: it reaches the booth through the channel alone."""

    def __init__(self, place: PollingPlace) -> None:
        store = open_store(place.folder / POLL_BOOK / STORE)
        poll_book = PollBook(
            store,
            place.election,
            place.kit.package,
            place.data_key(ROLES),
            pairing_keys=place.kit.pairing_keys,
            decide=always_a_match,
            entropy=secrets.token_bytes,
        )
        link = RemoteBooth(place.folder / "booth-1.socket", ends_of(place), secrets.token_bytes, ANSWER_SECONDS)
        self._station = Station(poll_book, {1: link})

    def status(self) -> dict[str, object]:
        """The pair of slots, and how many wait."""
        return {"pair": self._station.pair(1).value, "waiting": self._station.poll_book.counts().waiting}

    def identify(self, number: str) -> None:
        """An elector comes."""
        self._station.poll_book.identify(number, None)

    def activate(self, style: str) -> None:
        """The booth is given to somebody who waits."""
        self._station.activate(1, style)

    def withdraw(self, style: str) -> None:
        """Somebody who waits leaves."""
        self._station.poll_book.withdraw(style)

    def leave(self) -> None:
        """A poll worker ends the activation."""
        self._station.booths[1].end(Ending.LEFT)

    def record(self) -> None:
        """The poll book records the ending."""
        self._station.recover(1)


def ends_of(place: PollingPlace) -> Ends:
    """The pair of the one booth."""
    return Ends(place.election.identity, place.kit.station, 1, place.kit.pairing_keys[0])
