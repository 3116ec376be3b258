"""The parts of a station that is killed: a booth, a poll book, a printer, each forked from a warm parent.

Each speaks JSON lines with the people around it (tests/station/killed_day): a word comes in, screens and papers go out
as they happen, and last what was done or why not. Booth and poll book join over the real activation channel, the booth
and its printer over a socket of their own.
"""

import json
import os
import random
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, NoReturn

from tests.station.small import always_a_match

from urna.ballot.selections import Selections
from urna.cli.polling_place import POLL_BOOK, STORE, PollingPlace
from urna.devices.activation_server import ActivationServer
from urna.devices.remote_booth import RemoteBooth
from urna.election.outcomes import Ending
from urna.encoding.canonical import Code, digest
from urna.errors import UrnaError
from urna.papers.printer import PrinterState, stopped
from urna.station.booth import Booth
from urna.station.booth_screens import Screen
from urna.station.cards import Role
from urna.station.link import PRESENCE, Condition, Stage
from urna.station.link_session import Ends
from urna.station.pollbook import PollBook
from urna.station.station import Station
from urna.storage.pollbook import open_store

ROLES = (Role.PRESIDENT, Role.SECRETARY)
ANSWER_SECONDS = 10.0
"""Longer than any act here: a part that was killed hangs up, and nobody waits for it."""


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


class PrinterPart:
    """A printer with its tray: it prints in two halves, and fails at random.

    Whatever came out of it is told to the people: whole, or torn. It stays in the tray when it is killed.
    """

    def __init__(self, folder: Path, seed: str, lines: Lines) -> None:
        self._chance, self._lines = random.Random(seed), lines
        address = folder / "printer.socket"
        address.unlink(missing_ok=True)
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(address))
        self._listening.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            line, _ = self._listening.accept()
            with line, suppress(OSError):
                paper = line.makefile().readline()
                if paper.endswith("\n"):
                    line.sendall(self._print(json.loads(paper)).encode())

    def _print(self, paper: list[str]) -> str:
        fault = self._chance.random()
        if fault < 0.03:
            return PrinterState.OUT_OF_PAPER
        self._lines.say(torn=paper)
        time.sleep(0.001)
        if fault < 0.06:
            return PrinterState.JAMMED
        self._lines.say(whole=paper)
        return PrinterState.READY


class PrinterLine:
    """The booth's line to it: no answer is a paper that may be torn."""

    def __init__(self, folder: Path) -> None:
        self._address = folder / "printer.socket"

    def print_code_slip(self, document: bytes) -> None:
        """The code slip is out."""
        self._print("code_slip", document.decode())

    def print_ballot(self, selections: Selections) -> None:
        """The paper is out."""
        self._print("paper", digest(repr(selections).encode()))

    def _print(self, kind: str, text: str) -> None:
        said = b""
        with suppress(OSError), socket.socket(socket.AF_UNIX) as line:
            line.settimeout(ANSWER_SECONDS)
            line.connect(str(self._address))
            line.sendall(json.dumps([kind, text]).encode() + b"\n")
            said = line.recv(100)
        if said != PrinterState.READY.encode():
            state = PrinterState(said.decode()) if said else PrinterState.UNPLUGGED
            raise stopped(state, torn=state is not PrinterState.OUT_OF_PAPER)


class BoothPart:
    """A booth's process: its screen's words, and its desk at the channel, one at a time."""

    def __init__(self, place: PollingPlace, lines: Lines) -> None:
        self._lock = threading.Lock()
        self._lines = lines
        self._booth = place.booth(1).start(PrinterLine(place.folder), self._show)
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
