"""A practice station as three machines, each part a process of its own, with printers that can be broken."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec
from tests.day.printers import TroubledPrinter

from urna.cli.demo.fingers import draw_fingers
from urna.cli.practice_people import lay_finger
from urna.cli.station_practice import FINGERS, STATION, Practice, make_practice
from urna.election.definition import Contest
from urna.election.folder import read_folder
from urna.storage.definition_folder import example_files
from urna.storage.station_folder import StationFolder

READY_SECONDS = 120.0
TIME_LIMIT, INACTIVITY = 180, 45
"""Seconds that the long day's rules give: as short as the slowest of its voters allows."""


class Part:
    """A machine of the station: `urna station serve --only NAME`, and what it keeps running.

    Args:
        folder: of the station.
        name: "poll-book", "booth-1" …
        options: more of the command.
    """

    def __init__(self, folder: Path, name: str, options: list[str]) -> None:
        self._launch = folder / "run" / f"{name}.url"
        self._said = folder.with_name(f"{name}-said.txt")
        self._launch.unlink(missing_ok=True)
        command = [str(Path(sys.executable).with_name("urna")), "station", "serve", str(folder), "--only", name]
        with self._said.open("wb") as said:
            self.process = subprocess.Popen(
                [*command, "--port", "0", *options], stdout=said, stderr=said, env=os.environ | {"COLUMNS": "400"}
            )
        self.entrance = self._wait_for_entrance(name)

    def end(self) -> None:
        """Switched off in peace."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(120)

    def break_down(self) -> None:
        """The machine dies at once, and whatever it kept running with it."""
        self.process.send_signal(signal.SIGSTOP)
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for child in map(int, children):
            os.kill(child, signal.SIGKILL)
        self.process.kill()
        self.process.wait()

    def _wait_for_entrance(self, name: str) -> str:
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until:
            if self._launch.is_file() and self._launch.read_text().split("/enter")[0] in self._said.read_text():
                return self._launch.read_text().strip()
            time.sleep(0.05)
        raise AssertionError(f"{name} did not come up: {self._said.read_text()}")


class DayStation(NamedTuple):
    """Everything around the screens."""

    folder: Path
    made: Practice
    printers: tuple[TroubledPrinter, ...]
    """Of the booths."""
    reports: TroubledPrinter
    """The poll book's."""
    parts: dict[str, Part]

    @property
    def contests(self) -> tuple[Contest, ...]:
        """Of the station, in ballot order."""
        return tuple(self.made.election.contests_of_station(self.made.kit.station))

    def start(self, name: str) -> None:
        """Switches a machine on."""
        options = [part for printer in self.printers for part in ("--printer", printer.spec)]
        options += ["--reports", self.reports.spec, "--reader", f"folder:{self.folder}/reader"]
        self.parts[name] = Part(self.folder, name, options)

    def break_booth(self, number: int) -> None:
        """A booth's machine dies at once."""
        self.parts[f"booth-{number}"].break_down()

    def replace_booth(self, number: int) -> None:
        """A spare goes on with a broken booth's memory, if that is whole."""
        memory = self.folder.with_name("memory")
        (self.folder / f"booth-{number}").rename(memory)
        command = [str(Path(sys.executable).with_name("urna")), "station", "spare", str(self.folder)]
        ended = subprocess.run(
            [*command, "--booth", str(number), "--memory", str(memory)], capture_output=True, text=True, check=False
        )
        if ended.returncode:
            raise AssertionError(f"the spare does not go on: {ended.stdout}{ended.stderr}")
        self.start(f"booth-{number}")

    def lay(self, who: str) -> None:
        """A finger lies on the reader."""
        lay_finger(StationFolder(self.folder), who)


def make_station(folder: Path, seed: int = 1, limit: int = TIME_LIMIT, inactivity: int = INACTIVITY) -> Practice:
    """A new one, with drawn fingers and these limits of seconds, short unless they are told."""
    with ProcessPoolExecutor(2) as workers:
        pool = draw_fingers(seed, FINGERS, workers)
    rules = msgspec.structs.replace(
        read_folder(example_files()).rules, time_limit_seconds=limit, inactivity_seconds=inactivity
    )
    made = make_practice(folder, STATION, pool, seed, datetime.now(UTC), rules)
    (folder / "stick").mkdir()
    return made


@contextmanager
def served(folder: Path, made: Practice) -> Iterator[DayStation]:
    """All machines of the station, until the block ends."""
    (folder / "run").mkdir(mode=0o700, exist_ok=True)
    with ExitStack() as stack:
        printers = tuple(stack.enter_context(TroubledPrinter()) for _ in made.kit.keys.booths)
        station = DayStation(folder, made, printers, stack.enter_context(TroubledPrinter()), {})
        stack.callback(_end, station.parts)
        for name in ("poll-book", *(f"booth-{number + 1}" for number in range(len(printers)))):
            station.start(name)
        yield station


def _end(parts: Mapping[str, Part]) -> None:
    for part in parts.values():
        part.end()
