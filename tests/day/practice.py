"""A practice station in real processes, with printers that can be broken and a reader on which fingers are laid."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from urna.cli.demo.fingers import draw_fingers
from urna.cli.practice_people import lay_finger
from urna.cli.station_practice import FINGERS, STATION, Practice, make_practice
from urna.devices.printer_twin import PrinterTwin
from urna.devices.printer_twin_line import TwinServer
from urna.election.definition import Contest
from urna.storage.station_folder import StationFolder

READY_SECONDS = 60.0


class DayStation(NamedTuple):
    """Everything around the two screens."""

    folder: Path
    made: Practice
    twins: tuple[PrinterTwin, ...]
    lines: tuple[TwinServer, ...]

    @property
    def contests(self) -> tuple[Contest, ...]:
        """Of the station, in ballot order."""
        return tuple(self.made.election.contests_of_station(self.made.kit.station))

    def entrance(self, name: str) -> str:
        """The address by which one browser may enter this face."""
        path, said = self.folder / "run" / f"{name}.url", self.folder / "run" / "serve.txt"
        until = time.monotonic() + READY_SECONDS
        while not (path.is_file() and path.read_text().split("/enter")[0] in said.read_text().replace("\n", "")):
            if time.monotonic() > until:
                raise AssertionError(f"{name} did not come up")
            time.sleep(0.05)
        return path.read_text().strip()

    def lay(self, who: str) -> None:
        """A finger lies on the reader."""
        lay_finger(StationFolder(self.folder), who)


def make_station(folder: Path, seed: int = 1) -> Practice:
    """A new one, with drawn fingers."""
    with ProcessPoolExecutor() as workers:
        pool = draw_fingers(seed, FINGERS, workers)
    made = make_practice(folder, STATION, pool, seed, datetime.now(UTC))
    (folder / "stick").mkdir()
    return made


@contextmanager
def served(folder: Path, made: Practice) -> Iterator[DayStation]:
    """`urna station serve`, a process for each face, until the block ends."""
    (folder / "run" / "poll-book.url").unlink(missing_ok=True)
    twins = tuple(PrinterTwin() for _ in made.kit.keys.booths)
    lines = tuple(TwinServer(twin, ("127.0.0.1", 0)) for twin in twins)
    printers = [part for line in lines for part in ("--printer", f"tcp:127.0.0.1:{line.port}")]
    command = [str(Path(sys.executable).with_name("urna")), "station", "serve", str(folder), "--port", "0", *printers]
    wide = os.environ | {"COLUMNS": "400"}
    with (folder / "run" / "serve.txt").open("wb") as said:
        process = subprocess.Popen(
            [*command, "--reader", f"folder:{folder}/reader"],
            stdout=said,
            stderr=said,
            env=wide,
        )
    try:
        yield DayStation(folder, made, twins, lines)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        for line in lines:
            line.stop()
