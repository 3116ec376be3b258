"""The centre under load: sheets of six contests and sixty options, without ballots, over 64 connections.

Every sheet is another station's, signed by keys that its officers certified. The centre is `urna center serve`, in
processes of its own, and checks signatures, certification and rules, writes journal and log leaf, commits, and
answers. Who sends is one process on the same machine and takes a share of its processors.

URNA_LOAD_STATIONS says how many stations; the more, the longer the certification and the roll.
"""

import os
import time
from collections.abc import Callable, Iterator
from itertools import count
from statistics import quantiles
from typing import NamedTuple

from msgspec.structs import replace
from tests.databases import postgres_server

from bench.center_served import Sent, send, serving, write_papers
from bench.figures import Figure, rate_of_runs
from bench.places import WORK, emptied
from bench.site_record import definition_of, tally_of
from urna.election.certification import RollCommitment, RollCommitments
from urna.election.definition import Definition, Election
from urna.encoding.canonical import Code, digest, encode
from urna.encoding.document import sign_document
from urna.rehearsal.counts import EMPTY_BOX, statement_of
from urna.rehearsal.election import RehearsalKeys
from urna.station.sending import Parcel
from urna.tally.sheet import BoothCounts, OptionVotes, StyleBallots, TallySheet, ZeroReport

STATIONS = int(os.environ.get("URNA_LOAD_STATIONS", "3000"))
FOLDER = WORK / "center-load"

Database = Callable[[], str]


class Load(NamedTuple):
    """An election, and what each of its stations sends."""

    election: Election
    keys: RehearsalKeys
    roll: RollCommitments
    parcels: list[Sent]
    bytes: int
    """Of all parcels."""


def run(runs: int) -> Iterator[Figure]:
    """SQLite in the centre's folder, then PostgreSQL, each with an empty centre."""
    load = _load(STATIONS)
    yield Figure("sheets, each with its zero report", STATIONS, "sheets")
    yield Figure("a parcel", load.bytes / STATIONS / 1e3, "kB")
    yield from _measure("SQLite", load, lambda: "", runs)
    server = postgres_server()
    if server is not None:
        yield from _measure("PostgreSQL", load, server.new_database, runs)


def _measure(name: str, load: Load, database: Database, runs: int) -> Iterator[Figure]:
    served = [_serve(load, database()) for _ in range(runs)]
    yield rate_of_runs(f"{name}: sheets accepted", STATIONS, [seconds for seconds, _ in served], "sheets/s")
    every = quantiles([each for _, latencies in served for each in latencies], n=100)
    for percent in (50, 99):
        yield Figure(f"{name}: until answered, {percent}th percentile", 1e3 * every[percent - 1], "ms")


def _serve(load: Load, database: str) -> tuple[float, list[float]]:
    """A new centre takes everything: seconds of the whole, and of each parcel."""
    folder = emptied(FOLDER)
    write_papers(folder, load.election, load.keys, load.roll)
    with serving(folder, folder / "centre", database) as port:
        started = time.perf_counter()
        latencies = send(port, load.parcels, 200, "accepted")
        return time.perf_counter() - started, latencies


def _load(stations: int) -> Load:
    keys = RehearsalKeys("load")
    authority = replace(keys.authority(), witnesses=(), witness_quorum=0)
    definition: Definition = replace(definition_of(stations), authority=authority)
    election = Election(definition)
    roll = [RollCommitment(station=each.code, electors=each.electors, root="0" * 64) for each in definition.stations]
    parcels = [
        (each.station, _parcel(election, keys, each, number)) for number, each in zip(count(), roll, strict=False)
    ]
    committed = RollCommitments(election=election.identity, stations=tuple(roll))
    return Load(election, keys, committed, list(parcels), sum(len(parcel) for _, parcel in parcels))


def _parcel(election: Election, keys: RehearsalKeys, roll: RollCommitment, number: int) -> bytes:
    booth = keys.station(election, roll.station, "booth-1")
    zero = sign_document(_zero(election, roll.station), [booth])
    ballots = 350 + number % 300
    sheet = TallySheet(
        election=election.identity,
        station=roll.station,
        sequence=0,
        statement=statement_of(election, keys, roll.station, ballots, roll).decode(),
        booths=(BoothCounts(booth=1, zero_report=digest(zero), cast=ballots, void=0, challenged=0),),
        styles=tuple(StyleBallots(style=s.style, cast=ballots) for s in election.stations[roll.station].styles),
        contests=tuple(tally_of(each, ballots, number) for each in election.contests_of_station(roll.station)),
        ballots_root=None,
        closed_at=election.definition.closes_at,
    )
    files = {"zero-1.note": zero, "sheet-0.note": sign_document(sheet, [booth])}
    return encode(Parcel(election=election.identity, station=roll.station, files=files))


def _zero(election: Election, station: Code) -> ZeroReport:
    options = [option.code for each in election.contests_of_station(station) for option in each.options]
    return ZeroReport(
        election=election.identity,
        station=station,
        booth=1,
        slots=0,
        ballots=0,
        votes=tuple(OptionVotes(option=option, votes=0) for option in options),
        box_sha256=EMPTY_BOX,
        opened_at=election.definition.opens_at,
    )
