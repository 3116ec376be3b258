"""`urna rehearse`: a whole election from a table of results, totals compared with the table's own."""

import gzip
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from urna.cli.machines import memory_booth
from urna.cli.screen import err, finding_line, out
from urna.cli.words import say
from urna.election.certification import RollCommitment
from urna.errors import Findings, Malformed, OutOfOrder
from urna.rehearsal.counts import StationDocuments
from urna.rehearsal.election import RehearsalKeys, rehearsed_election
from urna.rehearsal.mapping import TableMapping, read_mapping
from urna.rehearsal.run import Rehearsal, StationTask, rehearse
from urna.rehearsal.table import Table, read_table
from urna.storage.record import FolderWriter
from urna.tally.results import ContestTotal, Results
from urna.words import Sentence

MAX_TABLE_BYTES = 1024 * 1024 * 1024
SHOWN_FINDINGS = 20

_rehearsal: Rehearsal | None = None


def run(
    table: Annotated[Path, typer.Argument(help=say("The results table: CSV or JSON lines, also .gz."))],
    mapping: Annotated[Path, typer.Option(help=say("Which column means what (docs/rehearsal.md)."))],
    out_folder: Annotated[Path, typer.Option("--out", help=say("A new folder for the record."))],
    where: Annotated[
        list[str] | None, typer.Option(help=say("Only rows with COLUMN=VALUE; may be given more than once."))
    ] = None,
    leave_out_bad_rows: Annotated[
        bool, typer.Option(help=say("Go on without the rows that do not add up; they are listed."))
    ] = False,
    ballots: Annotated[
        bool, typer.Option(help=say("Every vote through the booth, one by one, instead of counts."))
    ] = False,
    seed: Annotated[str, typer.Option(help=say("Keys, people and order follow from it."))] = "urna",
    jobs: Annotated[int, typer.Option(min=1, max=64, help=say("Processes."))] = 4,
) -> None:
    """Turn a table of results into an election and run it whole.

    This is the audit before the day and the load generator: the same seed gives the same record.
    """
    started = time.monotonic()
    mapped = read_mapping(mapping.read_bytes(), str(mapping))
    read = read_table(_read(table), mapped, table.name, _conditions(where or []))
    _tell_findings(read, leave_out_bad_rows)
    _check_is_new(out_folder)
    global _rehearsal  # noqa: PLW0603 - forked workers inherit the election instead of receiving it by pickle
    booths = memory_booth if ballots else None
    _rehearsal = Rehearsal(rehearsed_election(read, mapped, RehearsalKeys(seed)), seed, booths=booths)
    with _progress() as progress, ProcessPoolExecutor(jobs) as workers:
        tracked = _Tracked(workers, progress, sum(row.ballots for row in read.stations))
        results, files = rehearse(_rehearsal, tracked.commit, tracked.documents)
        writer = FolderWriter(out_folder, durable=False)
        for file in progress.track(list(files), description=say("writing the record")):
            writer.write(file.path, file.data)
    _tell_totals(read, mapped, results, time.monotonic() - started, tracked)
    out.print(say("Record: {folder}. Check it with: urna verify {folder}", folder=str(out_folder)))
    if not _agrees(read, results):
        raise typer.Exit(1)


class _Tracked:
    """The stations' work in processes side by side, with a bar, and how long the documents took."""

    def __init__(self, workers: ProcessPoolExecutor, progress: Progress, ballots: int) -> None:
        self._workers, self._progress, self.ballots = workers, progress, ballots
        self.seconds = 0.0

    def commit(self, tasks: Sequence[StationTask]) -> Iterable[RollCommitment]:
        """The commitments of all stations, in order."""
        return self._progress.track(
            self._workers.map(_commit, tasks, chunksize=_chunk(tasks)),
            total=len(tasks),
            description=say("committing to the roll"),
        )

    def documents(
        self, tasks: Sequence[StationTask], commitments: Sequence[RollCommitment]
    ) -> Iterable[StationDocuments]:
        """The documents of all stations, in order."""
        started = time.monotonic()
        yield from self._progress.track(
            self._workers.map(_documents, tasks, commitments, chunksize=_chunk(tasks)),
            total=len(tasks),
            description=say("stations vote, close and hand over"),
        )
        self.seconds = time.monotonic() - started


def _commit(task: StationTask) -> RollCommitment:
    return _inherited().commit(task)


def _documents(task: StationTask, commitment: RollCommitment) -> StationDocuments:
    return _inherited().documents(task, commitment)


def _inherited() -> Rehearsal:
    if _rehearsal is None:
        raise RuntimeError("a worker that was not forked from the rehearsal")
    return _rehearsal


def _chunk(tasks: Sequence[StationTask]) -> int:
    return max(1, min(64, len(tasks) // 32))


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=err)


def _read(table: Path) -> bytes:
    """The table's bytes, decompressed, up to a limit that a bomb cannot pass."""
    with gzip.open(table) if table.suffix == ".gz" else table.open("rb") as file:
        try:
            data = file.read(MAX_TABLE_BYTES + 1)
        except (gzip.BadGzipFile, EOFError) as error:
            raise Malformed(
                Sentence("a gzip file"), Sentence("another"), Sentence("Check the file."), str(table)
            ) from error
    if len(data) > MAX_TABLE_BYTES:
        raise Malformed(
            Sentence("a table of at most {size} bytes", {"size": MAX_TABLE_BYTES}),
            Sentence("more"),
            Sentence("Rehearse a part of it."),
            str(table),
        )
    return data


def _conditions(where: Sequence[str]) -> dict[str, str]:
    pairs = [condition.partition("=") for condition in where]
    for column, equals, _ in pairs:
        if not equals or not column:
            raise Malformed(
                Sentence("COLUMN=VALUE"),
                Sentence("{condition}", {"condition": column}),
                Sentence("Write it as in the table's header."),
                "--where",
            )
    return {column: value for column, _, value in pairs}


def _tell_findings(read: Table, leave_out: bool) -> None:
    """Lists every bad row; refuses the lot unless told to leave them out."""
    if not read.findings:
        return
    if not leave_out:
        raise Findings(read.findings)
    for finding in read.findings:
        err.print(finding_line(finding))
    lines = len({finding.line for finding in read.findings})
    err.print(say("{bad} of {rows} rows left out, as told.", bad=lines, rows=read.rows))


def _check_is_new(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise OutOfOrder(
            Sentence("a new or empty folder"),
            Sentence("one with files in it"),
            Sentence("Name another folder, or remove this one first."),
            str(folder),
        )


def _tell_totals(read: Table, mapping: TableMapping, results: Results, seconds: float, tracked: _Tracked) -> None:
    """The national line, and whether every option's sum is the table's own."""
    total = _national(results)
    for option, each in zip(read.options, total.votes, strict=True):
        out.print(f"{each.votes:>14,}  {option.name}", markup=False)
    out.print(f"{total.undervotes:>14,}  {say('undervotes')}", markup=False)
    out.print(
        say(
            "{stations} stations, {ballots} ballots, {seconds} s; documents at {rate} ballots/s.",
            stations=len(read.stations),
            ballots=total.ballots,
            seconds=f"{seconds:.1f}",
            rate=f"{tracked.ballots / max(tracked.seconds, 1e-9):,.0f}",
        )
    )
    agrees = say("Totals equal the table's, exactly.") if _agrees(read, results) else say("Totals differ!")
    out.print(f"[bold {'green' if _agrees(read, results) else 'red'}]{agrees}[/]")


def _national(results: Results) -> ContestTotal:
    return next(total for total in results.totals if total.territory == "ALL")


def _agrees(read: Table, results: Results) -> bool:
    """Whether every option's national total is the sum of its column, and the undervotes that of the nulls."""
    total = _national(results)
    columns = [sum(column) for column in zip(*(row.votes for row in read.stations), strict=True)]
    nulls = sum(row.nulls for row in read.stations)
    return [each.votes for each in total.votes] == columns and total.undervotes == nulls
