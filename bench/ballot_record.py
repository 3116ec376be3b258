"""A whole record with one station of many encrypted ballots, everything signed: made once, kept in `.bench`.

The ballots are `bench/quick_ballots`: data for measuring, not votes. All else is a rehearsal as `urna rehearse` makes
it: definition, ceremony of three guardians, roll, zero report, statement, ballot list, sheet with its sums of nonces,
results, log. The centre verifies every ballot before it takes the sheet, as it does in an election.
"""

import secrets
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from random import Random
from typing import NamedTuple

import msgspec

from bench.places import WORK, emptied
from bench.quick_ballots import QuickEncryption, vote_of
from urna.ballot.context import BallotContext, ballot_context
from urna.ballot.forms import ID_BYTES
from urna.ballot.published import BallotList, OpenedList, PublishedBallot
from urna.ballot.shape import ballot_shape
from urna.cli.machines import memory_booth
from urna.compute.processes import over_processes
from urna.crypto.kernels.engine import warm
from urna.crypto.scalars import ZERO, add
from urna.election.certification import RollCommitment
from urna.election.definition import NamedKey
from urna.election.outcomes import BallotState
from urna.election.signing import open_definition
from urna.encoding.canonical import encode
from urna.encoding.document import read_document, sign_document
from urna.errors import UrnaError
from urna.guardian.rehearsal import hold_ceremony
from urna.record.ballot_file import write_ballot_file
from urna.record.bundle import StationBundle
from urna.record.layout import DEFINITION, ciphertexts_path
from urna.rehearsal.counts import StationDocuments, rehearse_station
from urna.rehearsal.election import STYLE, RehearsalKeys, RehearsedElection, rehearsed_election
from urna.rehearsal.guardians import GuardianPapers
from urna.rehearsal.mapping import ContestColumns, OptionColumn, StationColumns, TableMapping, TerritoryColumn
from urna.rehearsal.run import Rehearsal, StationTask, rehearse
from urna.rehearsal.table import StationCounts, Table
from urna.storage.record import FolderWriter
from urna.tally.rules_votes import ballots_root
from urna.tally.sheet import ContestTally, OptionVotes, TallySheet

OPTIONS = 12
GUARDIANS, THRESHOLD = 3, 2
SEED = 20261206
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
    if not _is_readable(record.folder):
        draft = emptied(WORK / f"draft-{ballots}")
        make_record(draft, ballots)
        draft.rename(emptied(record.folder))
    return record


def _is_readable(folder: Path) -> bool:
    """Whether the definition is one that this version reads; with another format nothing else is read."""
    try:
        open_definition((folder / DEFINITION).read_bytes())
    except (OSError, UrnaError):
        return False
    return True


def make_record(folder: Path, ballots: int) -> None:
    """1. The election. 2. The guardians' keys. 3. The day, with made ballots. 4. The record."""
    keys = RehearsalKeys(str(SEED))
    rehearsed = _election(ballots, keys)
    rehearsal = Rehearsal(rehearsed, str(SEED), booths=memory_booth, guardians=_guardians(rehearsed, keys))
    warm()
    commit, documents = partial(map, rehearsal.commit), partial(_documents, rehearsal)
    _, files = rehearse(rehearsal, commit, documents, secrets.token_bytes)
    writer = FolderWriter(folder, durable=False)
    for file in files:
        writer.write(file.path, file.data)


def _election(ballots: int, keys: RehearsalKeys) -> RehearsedElection:
    """One station, one contest, one vote."""
    columns = tuple(OptionColumn(column=f"option {n}", name=f"Option {n}") for n in range(1, OPTIONS + 1))
    mapping = TableMapping(
        title={"en": "Benchmark"},
        code="BENCH",
        day="2026-12-06",
        territory=(TerritoryColumn(kind="CENTRE", column="centre"),),
        station=StationColumns(registered="registered", ballots="ballots", valid="valid", nulls="nulls"),
        contest=ContestColumns(code="C", title={"en": "Benchmark"}, option=columns),
        guardian_threshold=THRESHOLD,
        guardian=tuple(
            NamedKey(name=f"Guardian {n}", key_name=signer.name, key=signer.verifier.public_hex)
            for n, signer in enumerate(map(keys.signer, _guardian_names()), 1)
        ),
    )
    votes = [0] * (OPTIONS + 1)
    for number in range(ballots):
        votes[vote_of(number, OPTIONS)] += 1
    row = StationCounts(2, ("Centre",), "1", ballots, ballots, tuple(votes[:-1]), votes[-1])
    return rehearsed_election(Table(columns, (row,), (), 1), mapping, keys)


def _guardian_names() -> list[str]:
    return [f"urna/rehearsal/guardian-{n}" for n in range(1, GUARDIANS + 1)]


def _guardians(rehearsed: RehearsedElection, keys: RehearsalKeys) -> GuardianPapers:
    signing = [keys.signing_key(name) for name in _guardian_names()]
    held = hold_ceremony(rehearsed.election, signing, Random(SEED).randbytes)
    return GuardianPapers(held.commitments, held.coefficients, held.joint, held.keys, ())


class _Made(NamedTuple):
    """Some ballots: rows of the file, what is listed of each, and the sum of each option's nonces."""

    rows: list[bytes]
    listed: list[PublishedBallot]
    nonces: bytes


class _Maker:
    """Makes ballots in a process of its own, which reads the kernels and fills the tables once."""

    def __init__(self, context: BallotContext) -> None:
        self._quick = QuickEncryption(context, SEED)

    def __call__(self, numbers: range) -> _Made:
        made = self._quick(numbers)
        rows = [row.tobytes() for row in made.committed]
        listed = [
            PublishedBallot(id=row[:ID_BYTES].hex(), state=BallotState.CAST, style=STYLE, hash=sha256)
            for row, sha256 in zip(rows, made.hashes(), strict=True)
        ]
        return _Made(rows, listed, made.nonces)


def _documents(
    rehearsal: Rehearsal, tasks: Sequence[StationTask], commitments: Sequence[RollCommitment]
) -> Iterator[StationDocuments]:
    """The papers of each station with the ballots that its row counts."""
    for task, commitment in zip(tasks, commitments, strict=True):
        yield _station(rehearsal, task, commitment)


def _station(rehearsal: Rehearsal, task: StationTask, commitment: RollCommitment) -> StationDocuments:
    """1. Make the ballots. 2. List them. 3. Prove the sheet that a rehearsal by counts would sign, and sign it."""
    if rehearsal.guardians is None:
        raise AssertionError
    election, station = rehearsal.election, task.station
    context = ballot_context(rehearsal.guardians.keys, station, ballot_shape(election, STYLE))
    numbers = [range(first, min(first + CHUNK, task.row.ballots)) for first in range(0, task.row.ballots, CHUNK)]
    made = list(over_processes(_Maker(context), numbers, worth_it=2, chunk=1))
    listed = sorted((each for some in made for each in some.listed), key=lambda each: each.id)
    ballots = BallotList(election=election.identity, station=station, ballots=tuple(listed))
    file = write_ballot_file(election.identity, context, [row for some in made for row in some.rows])
    counted = rehearse_station(election, rehearsal.keys, station, task.row, commitment)
    sheet = _proven(read_document(counted.bundle.sheet, TallySheet), ballots, [some.nonces for some in made])
    bundle = StationBundle(
        sign_document(sheet, [rehearsal.keys.station(election, station, "booth-1")]),
        encode(ballots),
        {STYLE: file},
        encode(OpenedList(election=election.identity, station=station, ballots=())),
    )
    return StationDocuments(counted.zero_reports, bundle)


def _proven(sheet: TallySheet, ballots: BallotList, nonces: Sequence[bytes]) -> TallySheet:
    """The sheet with the root of its ballots, and the sum of nonces that proves each of its numbers."""
    (contest,) = sheet.contests
    return msgspec.structs.replace(
        sheet, ballots_root=ballots_root(ballots), contests=(_with_nonces(contest, list(_sums(nonces))),)
    )


def _with_nonces(contest: ContestTally, sums: Sequence[bytes]) -> ContestTally:
    pairs = zip(contest.votes or (), sums, strict=True)
    votes = tuple(OptionVotes(option=each.option, votes=each.votes, nonce=total.hex()) for each, total in pairs)
    return msgspec.structs.replace(contest, votes=votes)


def _sums(parts: Sequence[bytes]) -> Iterator[bytes]:
    """The sums of each option, from those of each chunk."""
    for at in range(0, len(ZERO) * OPTIONS, len(ZERO)):
        total = ZERO
        for part in parts:
            total = add(total, part[at : at + len(ZERO)])
        yield total
