"""The centre under load of encrypted ballots: 500 stations with 400 each, over 64 connections, until each is proven.

`urna center serve` takes the parcels as a station sends them, finds by hash that the ballots are those of the station's
signed list, answers ("received"), and in the background verifies every proof of every ballot, adds up the ciphertexts
of the cast ones and opens each sheet's own proof on that sum: then the station counts. The time goes from the first
byte that is sent until the last station counts.

URNA_LOAD_BALLOT_STATIONS and URNA_LOAD_BALLOTS say how many stations, and ballots of each. The parcels are made once
(`bench/quick_stations`) and kept in `.bench`: 1 GB.
"""

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import quantiles
from typing import NamedTuple
from urllib.request import urlopen

from tests.databases import postgres_server
from tests.night.election import files_of, packed

from bench.ballot_record import bench_election, is_readable
from bench.center_served import Sent, send, serving, write_papers
from bench.figures import Figure, rate_of_runs
from bench.places import WORK, emptied
from bench.quick_stations import guardian_papers, papers_of, quick_station
from urna.cli.machines import memory_booth
from urna.compute.processes import over_processes
from urna.crypto.kernels.engine import warm
from urna.election.certification import RollCommitment, RollCommitments
from urna.encoding.canonical import Code
from urna.rehearsal.election import RehearsalKeys
from urna.rehearsal.run import Rehearsal, StationTask

STATIONS = int(os.environ.get("URNA_LOAD_BALLOT_STATIONS", "500"))
BALLOTS = int(os.environ.get("URNA_LOAD_BALLOTS", "400"))
SEED = "load of ballots"
LOOK_SECONDS = 0.1
PATIENCE_SECONDS = 1800.0

Database = Callable[[], str]


class Load(NamedTuple):
    """Stations that closed: the folder of the papers of before the day, and what each station sends."""

    folder: Path
    ballots: int
    """Of all stations."""
    parcels: list[Sent]
    bytes: int


class Served(NamedTuple):
    """What a centre took."""

    received_seconds: float
    """From the first byte until the last answer."""
    proven_seconds: float
    """From the first byte until the last station counts."""
    latencies: list[float]


def run(runs: int) -> Iterator[Figure]:
    """SQLite in the centre's folder, then PostgreSQL, each with an empty centre."""
    load = load_of(STATIONS, BALLOTS, WORK / f"center-ballots-{STATIONS}x{BALLOTS}")
    yield Figure("stations", STATIONS, "stations")
    yield Figure("encrypted ballots of 12 options, all different", load.ballots, "ballots")
    yield Figure("a parcel", load.bytes / STATIONS / 1e6, "MB")
    yield from _measure("SQLite", load, lambda: "", runs)
    server = postgres_server()
    if server is not None:
        yield from _measure("PostgreSQL", load, server.new_database, runs)


def _measure(name: str, load: Load, database: Database, runs: int) -> Iterator[Figure]:
    served = [take(load, emptied(WORK / "center-load-ballots") / "centre", database()) for _ in range(runs)]
    proven = [each.proven_seconds for each in served]
    yield rate_of_runs(f"{name}: ballots proven", load.ballots, proven, "ballots/s")
    megabytes = [load.bytes / 1e6 / each for each in proven]
    yield Figure(f"{name}: parcels proven", megabytes[0], "MB/s", runs, min(megabytes), max(megabytes))
    yield rate_of_runs(f"{name}: stations proven", len(load.parcels), proven, "stations/s")
    received = [each.received_seconds for each in served]
    yield rate_of_runs(f"{name}: ballots received", load.ballots, received, "ballots/s")
    every = quantiles([each for one in served for each in one.latencies], n=100)
    for percent in (50, 99):
        yield Figure(f"{name}: until received, {percent}th percentile", 1e3 * every[percent - 1], "ms")


def take(load: Load, place: Path, database: str) -> Served:
    """A new centre takes every parcel and proves every sheet.

    Raises:
        RuntimeError: a parcel was not received, or a sheet not proven.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    with serving(load.folder, place, database) as port:
        started = time.perf_counter()
        latencies = send(port, load.parcels, 202, "received")
        received = time.perf_counter() - started
        _wait_until_counted(port, len(load.parcels))
        return Served(received, time.perf_counter() - started, latencies)


def _wait_until_counted(port: int, stations: int) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        with urlopen(f"http://127.0.0.1:{port}/status", timeout=60) as response:
            standings = json.load(response)["standings"]
        if standings.get("counted", 0) == stations:
            return
        if standings.keys() - {"received", "counted"}:
            raise RuntimeError(f"not every sheet was proven: {standings}")
        time.sleep(LOOK_SECONDS)
    raise RuntimeError(f"not every sheet was proven in {PATIENCE_SECONDS:.0f} s")


def load_of(stations: int, ballots: int, folder: Path) -> Load:
    """The stations, with as many ballots each; made if they are not there, or of an older format."""
    parcels = folder / "parcels"
    if not is_readable(folder) or len(list(parcels.glob("*"))) != stations:
        draft = emptied(WORK / f"draft-{folder.name}") if folder.parent == WORK else folder
        _make(stations, ballots, draft)
        if draft != folder:
            draft.rename(emptied(folder))
    found = sorted(parcels.iterdir())
    return Load(
        folder, stations * ballots, [(each.name, each) for each in found], sum(each.stat().st_size for each in found)
    )


def _make(stations: int, ballots: int, folder: Path) -> None:
    """1. The election. 2. The guardians' keys. 3. Each station's day."""
    keys = RehearsalKeys(SEED)
    rehearsed = bench_election([ballots] * stations, keys)
    guardians = guardian_papers(rehearsed.election, keys)
    rehearsal = Rehearsal(rehearsed, SEED, booths=memory_booth, guardians=guardians)
    tasks = rehearsal.tasks()
    commitments = [rehearsal.commit(task) for task in tasks]
    roll = RollCommitments(election=rehearsed.election.identity, stations=tuple(commitments))
    write_papers(folder, rehearsed.election, keys, roll, papers_of(guardians))
    (folder / "parcels").mkdir()
    warm()
    work = _Closing(rehearsal, folder / "parcels")
    each = list(zip(tasks, commitments, strict=True))
    for _ in over_processes(work, each, worth_it=20, chunk=4):
        pass


class _Closing:
    """Closes a station and writes its parcel; it can be sent to other processes."""

    def __init__(self, rehearsal: Rehearsal, folder: Path) -> None:
        self._rehearsal, self._folder = rehearsal, folder

    def __call__(self, one: tuple[StationTask, RollCommitment]) -> Code:
        task, commitment = one
        documents = quick_station(self._rehearsal, task, commitment)
        parcel = packed(self._rehearsal.election.identity, task.station, files_of(documents))
        (self._folder / task.station).write_bytes(parcel)
        return task.station
