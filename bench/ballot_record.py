"""A whole record with one station of many encrypted ballots, everything signed: made once, kept in `.bench`.

The ballots are `bench/quick_ballots`: data for measuring, not votes. All else is a rehearsal as `urna rehearse` makes
it: definition, ceremony of three guardians, roll, zero report, statement, ballot list, sheet with its sums of nonces,
results, log. The centre verifies every ballot before it takes the sheet, as it does in an election.
"""

import secrets
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from bench.places import WORK, emptied
from bench.quick_ballots import vote_of
from bench.quick_stations import SEED, THRESHOLD, Maker, closed_station, context_of, guardian_keys, guardian_papers
from urna.cli.machines import memory_booth
from urna.compute.processes import over_processes
from urna.crypto.kernels.engine import warm
from urna.election.certification import RollCommitment
from urna.election.signing import open_definition
from urna.errors import UrnaError
from urna.record.layout import DEFINITION, ciphertexts_path
from urna.rehearsal.counts import StationDocuments
from urna.rehearsal.election import STYLE, RehearsalKeys, RehearsedElection, rehearsed_election
from urna.rehearsal.mapping import ContestColumns, OptionColumn, StationColumns, TableMapping, TerritoryColumn
from urna.rehearsal.run import Rehearsal, StationTask, rehearse
from urna.rehearsal.table import StationCounts, Table
from urna.storage.record import FolderWriter

OPTIONS = 12
STATION = "01.01"
CHUNK = 512
"""Ballots that a process makes at once."""


class BallotRecord(NamedTuple):
    """The folder of a record, and its file of encrypted ballots."""

    folder: Path
    ballots: int

    @property
    def file(self) -> Path:
        """All of its encrypted ballots."""
        return self.folder / ciphertexts_path(STATION, STYLE)


def ballot_record(ballots: int) -> BallotRecord:
    """The record of a station where so many people voted; made if it is not there, or of an older format."""
    record = BallotRecord(WORK / f"ballots-{ballots}", ballots)
    if not is_readable(record.folder):
        draft = emptied(WORK / f"draft-{ballots}")
        make_record(draft, ballots)
        draft.rename(emptied(record.folder))
    return record


def is_readable(folder: Path) -> bool:
    """Whether the definition is one that this version reads; with another format nothing else is read."""
    try:
        open_definition((folder / DEFINITION).read_bytes())
    except (OSError, UrnaError):
        return False
    return True


def make_record(folder: Path, ballots: int) -> None:
    """1. The election. 2. The guardians' keys. 3. The day, with made ballots. 4. The record."""
    keys = RehearsalKeys(str(SEED))
    rehearsed = bench_election([ballots], keys)
    rehearsal = Rehearsal(
        rehearsed, str(SEED), booths=memory_booth, guardians=guardian_papers(rehearsed.election, keys)
    )
    warm()
    commit, documents = partial(map, rehearsal.commit), partial(_documents, rehearsal)
    _, files = rehearse(rehearsal, commit, documents, secrets.token_bytes)
    writer = FolderWriter(folder, durable=False)
    for file in files:
        writer.write(file.path, file.data)


def bench_election(ballots: Sequence[int], keys: RehearsalKeys) -> RehearsedElection:
    """A station of each of these numbers of ballots; one contest, one vote."""
    columns = tuple(OptionColumn(column=f"option {n}", name=f"Option {n}") for n in range(1, OPTIONS + 1))
    mapping = TableMapping(
        title={"en": "Benchmark"},
        code="BENCH",
        day="2026-12-06",
        territory=(TerritoryColumn(kind="CENTRE", column="centre"),),
        station=StationColumns(registered="registered", ballots="ballots", valid="valid", nulls="nulls"),
        contest=ContestColumns(code="C", title={"en": "Benchmark"}, option=columns),
        guardian_threshold=THRESHOLD,
        guardian=guardian_keys(keys),
    )
    rows = tuple(_row(number, each) for number, each in enumerate(ballots, 1))
    return rehearsed_election(Table(columns, rows, (), len(rows)), mapping, keys)


def _row(number: int, ballots: int) -> StationCounts:
    votes = [0] * (OPTIONS + 1)
    for each in range(ballots):
        votes[vote_of(each, OPTIONS)] += 1
    centre = "Centre" if number == 1 else f"Centre {number}"
    return StationCounts(number + 1, (centre,), "1", ballots, ballots, tuple(votes[:-1]), votes[-1])


def _documents(
    rehearsal: Rehearsal, tasks: Sequence[StationTask], commitments: Sequence[RollCommitment]
) -> Iterator[StationDocuments]:
    """The papers of each station with the ballots that its row counts."""
    for task, commitment in zip(tasks, commitments, strict=True):
        ballots = task.row.ballots
        numbers = [range(first, min(first + CHUNK, ballots)) for first in range(0, ballots, CHUNK)]
        made = list(over_processes(Maker(context_of(rehearsal, task)), numbers, worth_it=2, chunk=1))
        yield closed_station(rehearsal, task, commitment, made)
