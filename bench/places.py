"""What benchmarks work on: the shared tables, records that are made once, and the command `urna` as people run it."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
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


def urna(*arguments: str | Path) -> Ended:
    """Runs the command `urna` in a process of its own, as people do, start included."""
    command = [sys.executable, "-m", "urna.cli.main", *map(str, arguments)]
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        said = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"urna {arguments[0]} ended with {process.returncode}:\n{said[-2000:]}")
    return Ended(time.perf_counter() - started, usage.ru_maxrss / 1024)


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
