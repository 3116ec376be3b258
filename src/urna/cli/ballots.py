"""`urna ballots`: the encrypted ballots of a record: what a station has, and a mirror that has them in another form."""

import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from urna.ballot.confirmation import write_code
from urna.cli.screen import err, out
from urna.cli.verify import WORTH_IT, warm_kernels
from urna.cli.words import say
from urna.compute.processes import over_processes
from urna.election.outcomes import BallotState
from urna.errors import OutOfOrder, Unproven
from urna.record.ballot_file import Form
from urna.record.layout import MAX_BYTES, Kind
from urna.storage.record import FolderReader
from urna.verify.ballot_boxes import boxes_of
from urna.verify.code_search import Opened, codes_of_station, files_of_station, open_for_codes
from urna.verify.conversion import BoxConverter, Converted, converted_header, converted_path
from urna.verify.encrypted import engine_of
from urna.verify.pins import Pins
from urna.verify.report import Finding
from urna.verify.station_files import BallotFile
from urna.verify.work import EngineName
from urna.words import N_, Sentence

app = typer.Typer(no_args_is_help=True)

Record = Annotated[Path, typer.Argument(help=say("The folder of the public record."), metavar="RECORD")]

STATES = {BallotState.CAST: N_("cast"), BallotState.VOID: N_("void"), BallotState.CHALLENGED: N_("challenged")}


@app.command(help=say("Show a station's encrypted ballots: codes, states, styles and ids; nobody's choice."))
def show(
    record: Record, station: Annotated[str, typer.Option(help=say("The station's code, as the definition has it."))]
) -> None:
    """In the order of the list, which is by random ids and says nothing."""
    opened = open_for_codes(FolderReader(record), Pins())
    for ballot, code in codes_of_station(opened, station):
        line = f"{write_code(code)}  {say(STATES[ballot.state]):10}  {ballot.style:10}  {ballot.id}"
        out.print(line, markup=False)


@app.command(help=say("Write a mirror of a record with its ballots in the other form; all of them are verified."))
def convert(
    record: Record,
    mirror: Annotated[Path, typer.Argument(help=say("The new folder."), metavar="OUT")],
    to: Annotated[Form, typer.Option(help=say("compact is half as long, committed is verified faster."))],
    engine: Annotated[EngineName, typer.Option(help=say("As for urna verify."))] = "fast",
    jobs: Annotated[int, typer.Option(min=0, help=say("Processes; 0 for as many as the machine has."))] = 0,
) -> None:
    """Convert a record.

    1. Open the record: its keys verify.
    2. Copy everything else as it is.
    3. Write each file of ballots anew, box by box; a ballot that is not proven ends it, and nothing stays.
    """
    if mirror.exists():
        raise OutOfOrder(
            Sentence("a new folder"), Sentence("one that is there"), Sentence("Name another one."), str(mirror)
        )
    opened = open_for_codes(FolderReader(record), Pins())
    draft = mirror.with_name(f".{mirror.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        _copy_others(opened, draft)
        ballots = _convert_all(opened, draft, to, engine, jobs)
        draft.rename(mirror)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    out.print(say("{count} ballots, all of them proven, are in {folder}.", count=ballots, folder=str(mirror)))


def _copy_others(opened: Opened, draft: Path) -> None:
    for path, place in opened.folder.places.items():
        if place.kind is not Kind.CIPHERTEXTS:
            target = draft / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(opened.keyed.reader.read(path, MAX_BYTES[place.kind]))


def _convert_all(opened: Opened, draft: Path, form: Form, engine: EngineName, jobs: int) -> int:
    """Every file of ballots; returns how many ballots there are."""
    files = [file for station in opened.keyed.election.stations for file in _files_of(opened, station)]
    converter = BoxConverter(opened.keyed, engine_of(engine, secrets.token_bytes), form)
    boxes = [box for task in boxes_of(files, converter.box_rows) for box in task]
    if boxes and engine == "fast":
        warm_kernels()
    done, converted = 0, over_processes(converter, boxes, jobs, WORTH_IT, 1)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bars:
        task = bars.add_task(say("Ballots"), total=sum(file.rows for file in files))
        for box, each in zip(boxes, converted, strict=True):
            _append(draft / converted_path(box.file, form), _rows_of(opened, box.file, box.first, each, form))
            done += each.ballots
            bars.update(task, completed=done)
    return done


def _files_of(opened: Opened, station: str) -> tuple[BallotFile, ...]:
    seen = files_of_station(opened, station)
    if seen.findings:
        raise _refused(seen.findings)
    return seen.files


def _rows_of(opened: Opened, file: BallotFile, first: int, converted: Converted, form: Form) -> bytes:
    """The rows, after the first line if they are the first ones."""
    if converted.findings:
        raise _refused(converted.findings)
    return (b"" if first else converted_header(opened.keyed, file, form)) + converted.rows


def _append(target: Path, data: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("ab") as file:
        file.write(data)


def _refused(findings: Sequence[Finding]) -> Unproven:
    first = findings[0]
    return Unproven(
        Sentence("ballots that verify"),
        first.sentence,
        Sentence("Verify the record to see everything that is wrong; no mirror was written."),
        first.file,
    )
