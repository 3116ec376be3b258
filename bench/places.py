"""What benchmarks work on: the shared tables, records that are made once, and the command `urna` as people run it."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from threading import Event, Thread
from typing import NamedTuple

from bench.figures import Skipped

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("URNA_SHARED", ROOT.parent / "shared"))
WORK = ROOT / ".bench"
"""Made here, removed by `make clean`. On the disk of the checkout, so that fsync means what it means there."""

TABLE_2012 = SHARED / "data/venezuela-2012-presidential/center-all.csv"
MAPPING_2012 = ROOT / "tests/rehearsal/mappings/venezuela-2012.toml"
NATION = WORK / "nation"
DEMO = WORK / "demo"


class Ended(NamedTuple):
    """A command that did what it should."""

    seconds: float
    megabytes: float
    """The most memory that one of its processes held."""
    together: float
    """The most that all of them held at one moment, what they share counted once; looked at twice a second."""
    processor_seconds: float
    """Of all processes, which other work on the machine disturbs least."""
    said: str


def urna(*arguments: str | Path, code: int = 0) -> Ended:
    """Runs the command `urna` in a process of its own, as people do, start included.

    Args:
        arguments: of the command.
        code: how it has to end.
    """
    command = [sys.executable, "-m", "urna.cli.main", *map(str, arguments)]
    started, before = time.perf_counter(), getrusage(RUSAGE_CHILDREN)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        watch = _MemoryWatch(process.pid)
        said, _ = process.communicate()
        seconds = time.perf_counter() - started
    if process.returncode != code:
        raise RuntimeError(f"urna {arguments[0]} ended with {process.returncode}:\n{said[-2000:]}")
    after = getrusage(RUSAGE_CHILDREN)
    processor_seconds = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return Ended(seconds, *watch.most(), processor_seconds, said)


class _MemoryWatch:
    """Looks every 50 ms how much memory a process and those below it have held at most (VmHWM).

    Every tenth time it also adds up what all of them hold at that moment (PSS: a page that is shared by two counts half
    for each), which takes the system longer to say.

    What the system reports at a process's end (ru_maxrss) will not do: it begins with the memory of whoever
    started the process, which here is a benchmark that may hold much more.
    """

    def __init__(self, process: int) -> None:
        self._most = 0
        self._together = 0
        self._ended = Event()
        self._thread = Thread(target=self._look, args=(process,), daemon=True)
        self._thread.start()

    def most(self) -> tuple[float, float]:
        """MB of the process that held most, and of all together."""
        self._ended.set()
        self._thread.join()
        return self._most / 1024, max(self._most, self._together) / 1024

    def _look(self, process: int) -> None:
        for look in count():
            if self._ended.wait(0.05):
                return
            all_of_them = list(_with_children(process))
            self._most = max([self._most, *map(_most_held, all_of_them)])
            if look % 10 == 0:
                self._together = max(self._together, sum(map(_holds, all_of_them)))


def _with_children(process: int) -> Iterator[int]:
    yield process
    children: list[str] = []
    with suppress(OSError):  # it may end at any moment
        for task in Path(f"/proc/{process}/task").iterdir():
            children += (task / "children").read_text(encoding="ascii").split()
    for child in children:
        yield from _with_children(int(child))


def _most_held(process: int) -> int:
    """KB; 0 for a process that is gone, or that has not become the command yet."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
        command = Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return 0
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) if found and b"urna.cli.main" in command else 0


def _holds(process: int) -> int:
    """KB at this moment, its share of what is shared; 0 for a process that is gone."""
    try:
        found = re.search(r"^Pss:\s+(\d+) kB$", Path(f"/proc/{process}/smaps_rollup").read_text("ascii"), re.MULTILINE)
    except OSError:
        return 0
    return int(found[1]) if found else 0


def rehearse_2012(out: Path, *options: str) -> Ended:
    """A rehearsal over the presidential table of 2012, into a folder that is emptied first."""
    if not TABLE_2012.exists():
        raise Skipped(f"{TABLE_2012} is absent (set URNA_SHARED to the shared material)")
    emptied(out)
    return urna("rehearse", TABLE_2012, "--mapping", MAPPING_2012, "--out", out, "--leave-out-bad-rows", *options)


def nation_record() -> Path:
    """The record of a nation; made if it is not there."""
    if not (NATION / "log" / "checkpoint").exists():
        rehearse_2012(NATION)
    return NATION


def demo_record() -> Path:
    """The record of the demo; made if it is not there."""
    if not (DEMO / "record" / "log" / "checkpoint").exists():
        make_demo()
    return DEMO / "record"


def make_demo() -> Ended:
    """Runs the demo anew."""
    WORK.mkdir(exist_ok=True)
    return urna("demo", DEMO)


def emptied(folder: Path) -> Path:
    """The folder below `WORK`, without anything in it."""
    if WORK not in folder.parents:
        raise ValueError(folder)
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    return folder
