"""`urna rehearse`: a whole election from a table of results, totals compared with the table's own.

Exit codes: 0 done, and every total is the table's; 1 rows that cannot be taken, or totals that differ; 2 the table,
the mapping or a condition cannot be read, or the folder is not free. Nothing is written unless it is 0.
"""

import gzip
import multiprocessing
import secrets
import time
import zlib
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from urna.center.publication import File
from urna.cli.machines import memory_booth
from urna.cli.rehearse_report import national, tell_bad_rows, tell_rate, tell_totals
from urna.cli.screen import err, out, show_error
from urna.cli.words import say
from urna.crypto.kernels.engine import warm
from urna.election.certification import RollCommitment
from urna.election.definition import Election
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.rehearsal.counts import StationDocuments
from urna.rehearsal.election import RehearsalKeys, rehearsed_election
from urna.rehearsal.guardians import GuardianPapers, read_papers
from urna.rehearsal.mapping import read_mapping
from urna.rehearsal.run import Rehearsal, StationTask, rehearse, signed_definition
from urna.rehearsal.table import Table, read_table
from urna.storage.record import FolderWriter
from urna.tally.results import Results
from urna.words import Sentence

MAX_TABLE_BYTES = 256 * 1024 * 1024
"""A nation of 30,000 stations is about 20 MB."""

MAX_MAPPING_BYTES = 1024 * 1024

_rehearsal: Rehearsal | None = None


def run(
    table: Annotated[
        Path, typer.Argument(metavar="TABLE", help=say("The results table: CSV or JSON lines, also .gz."))
    ],
    mapping: Annotated[Path, typer.Option(metavar="FILE", help=say("Which column means what; see docs/rehearsal.md."))],
    out_folder: Annotated[
        Path | None, typer.Option("--out", metavar="FOLDER", help=say("A new folder for the record."))
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COLUMN=VALUE",
            help=say("Take these rows alone. Values of one column add up, several columns narrow down."),
        ),
    ] = None,
    leave_out_bad_rows: Annotated[
        bool,
        typer.Option(
            "--leave-out-bad-rows", show_default=False, help=say("Go on without the rows that cannot be taken.")
        ),
    ] = False,
    ballots: Annotated[
        bool,
        typer.Option("--ballots", show_default=False, help=say("Every vote through the booth, instead of counts.")),
    ] = False,
    definition: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=say("Only write the signed definition there: the guardians begin with it.")),
    ] = None,
    guardians: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help=say("A guardian's folder after the ceremony, or after the opening; with guardians in the mapping."),
        ),
    ] = None,
    challenged: Annotated[
        int, typer.Option(min=0, metavar="N", help=say("So many voters challenge the machine first."))
    ] = 0,
    seed: Annotated[
        str, typer.Option(metavar="TEXT", help=say("Keys, people and the order of voting follow from it."))
    ] = "urna",
    jobs: Annotated[int, typer.Option(min=1, max=64, metavar="N", help=say("Processes side by side."))] = 4,
) -> None:
    """Turn a table of results into an election and run it whole.

    This is the audit before the day and the load generator: the same seed gives the same record.

    1. Read the mapping and the table; name the rows that cannot be taken.
    2. Rehearse the election that they describe.
    3. Compare its totals with the table's own.
    4. Write the record, whole or not at all.

    With guardians in the mapping: write the definition (--definition), let them make the key (urna guardian), run again
    with --guardians, let them open, and run the same line a third time: the record only grows.
    """
    started = time.monotonic()
    if out_folder is not None:
        _check_is_new(out_folder)
    mapped = read_mapping(_read(mapping, MAX_MAPPING_BYTES), str(mapping))
    read = read_table(_read(table, MAX_TABLE_BYTES), mapped, table.name, _conditions(where or []))
    if not tell_bad_rows(read, leave_out_bad_rows):
        raise typer.Exit(1)
    keys = RehearsalKeys(seed)
    rehearsed = rehearsed_election(read, mapped, keys)
    if definition is not None:
        _write_definition(definition, rehearsed.election, keys)
        return
    if out_folder is None:
        raise OutOfOrder(
            Sentence("--out, a new folder for the record, or --definition, a file for the definition alone"),
            Sentence("neither"),
            Sentence("Say where the record goes."),
        )
    papers = _guardian_papers(rehearsed.election, guardians) if guardians else None
    booths = memory_booth if ballots else None
    rehearsal = Rehearsal(rehearsed, seed, booths=booths, guardians=papers, challenged=challenged)
    if papers is not None:
        warm()
    with _workers(jobs, rehearsal) as workers, _progress() as progress:
        tracked = _Tracked(workers, progress, ballots=sum(row.ballots for row in read.stations))
        results, files = rehearse(rehearsal, tracked.commit, tracked.documents, secrets.token_bytes)
        _check_totals(read, results)
        _write(out_folder, progress.track(list(files), description=say("files: write the record")))
    tell_totals(read, results)
    tell_rate(read, ballots, time.monotonic() - started, tracked.seconds, jobs)
    out.print(say("Totals equal the table's, exactly."), style="bold green")
    out.print(say("Record: {folder}. Check it with: urna verify {folder}", folder=str(out_folder)), markup=False)


def _write_definition(file: Path, election: Election, keys: RehearsalKeys) -> None:
    with file.open("xb") as target:
        target.write(signed_definition(election, keys))
    out.print(say("The signed definition: {file}", file=str(file)), markup=False)


def _guardian_papers(election: Election, folder: Path) -> GuardianPapers:
    """What stands in a guardian's folder (`cli/guardian_desk`)."""

    def documents(kind: str) -> list[bytes]:
        numbers = range(1, len(election.definition.authority.guardians) + 1)
        return [_read(folder / kind / f"{number}.note", MAX_MAPPING_BYTES) for number in numbers]

    opened = [_read(file, MAX_MAPPING_BYTES) for file in sorted((folder / "aggregates").glob("*.json"))]
    joint = _read(folder / "joint-key.note", MAX_MAPPING_BYTES)
    return read_papers(election, documents("commitments"), documents("coefficients"), joint, opened)


def _write(folder: Path, files: Iterable[File]) -> None:
    """The record appears under its name when its last file is written; a full disk or Ctrl-C leaves nothing."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as scratch:
        draft = Path(scratch, folder.name)
        writer = FolderWriter(draft, durable=False)
        for file in files:
            writer.write(file.path, file.data)
        draft.rename(folder)


class _Tracked:
    """The stations' work in processes side by side, with a bar, and how long the documents took."""

    def __init__(self, workers: ProcessPoolExecutor, progress: Progress, ballots: int) -> None:
        self._workers, self._progress, self._ballots = workers, progress, ballots
        self.seconds = 0.0

    def commit(self, tasks: Sequence[StationTask]) -> Iterable[RollCommitment]:
        """The commitments of all stations, in order."""
        return self._progress.track(
            self._workers.map(_commit, tasks, chunksize=_chunk(tasks)),
            total=len(tasks),
            description=say("stations: commit to the roll"),
        )

    def documents(
        self, tasks: Sequence[StationTask], commitments: Sequence[RollCommitment]
    ) -> Iterable[StationDocuments]:
        """The documents of all stations, in order."""
        started = time.monotonic()
        bar = self._progress.add_task(say("ballots: vote, close, hand over"), total=self._ballots)
        done = self._workers.map(_documents, tasks, commitments, chunksize=_chunk(tasks))
        for task, each in zip(tasks, done, strict=True):
            self._progress.advance(bar, task.row.ballots)
            yield each
        self.seconds = time.monotonic() - started


def _commit(task: StationTask) -> RollCommitment:
    return _inherited().commit(task)


def _documents(task: StationTask, commitment: RollCommitment) -> StationDocuments:
    return _inherited().documents(task, commitment)


def _inherited() -> Rehearsal:
    if _rehearsal is None:
        raise RuntimeError("a worker that was not forked from the rehearsal")
    return _rehearsal


def _workers(jobs: int, rehearsal: Rehearsal) -> ProcessPoolExecutor:
    """Processes that inherit the rehearsal: forked now, before the bar's thread begins to run."""
    global _rehearsal  # noqa: PLW0603 - forked workers inherit the election instead of receiving it by pickle
    _rehearsal = rehearsal
    workers = ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("fork"))
    workers.submit(int).result()
    return workers


def _chunk(tasks: Sequence[StationTask]) -> int:
    return max(1, min(64, len(tasks) // 32))


def _progress() -> Progress:
    """Bars on the standard error, if somebody is there to see them."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=err, disable=not err.is_terminal)


def _read(path: Path, limit: int) -> bytes:
    """A file's bytes, decompressed, up to a limit that neither a long file nor a bomb can pass."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            data = file.read(limit + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise Malformed(
            Sentence("a whole gzip file"),
            Sentence("{reason}", {"reason": str(error)}),
            Sentence("Fetch the file again; nothing was read."),
            str(path),
        ) from error
    if len(data) > limit:
        raise Malformed(
            Sentence("at most {size} bytes, unpacked", {"size": f"{limit:,}"}),
            Sentence("more"),
            Sentence("Check that this is the right file, or rehearse a part of it."),
            str(path),
        )
    return data


def _conditions(where: Sequence[str]) -> dict[str, list[str]]:
    wanted: dict[str, list[str]] = {}
    for condition in where:
        column, equals, value = condition.partition("=")
        if not equals or not column:
            raise Malformed(
                Sentence("COLUMN=VALUE"),
                Sentence("{condition}", {"condition": condition}),
                Sentence("Write column and value as in the table, with = between them."),
                "--where",
            )
        wanted.setdefault(column, []).append(value)
    return wanted


def _check_is_new(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise OutOfOrder(
            Sentence("a new or empty folder"),
            Sentence("one with files in it"),
            Sentence("Name another folder, or remove this one first."),
            str(folder),
        )


def _check_totals(read: Table, results: Results) -> None:
    """Every option's national total is the sum of its column, and the undervotes that of the nulls."""
    total = national(results)
    columns = [sum(column) for column in zip(*(row.votes for row in read.stations), strict=True)]
    nulls = sum(row.nulls for row in read.stations)
    if [each.votes for each in total.votes] != columns or total.undervotes != nulls:
        error = Unproven(
            Sentence("totals equal to the table's"),
            Sentence("others"),
            Sentence("This is a fault of urna: please report it with the table and the mapping. Nothing was written."),
        )
        show_error(error)
        raise typer.Exit(1)
