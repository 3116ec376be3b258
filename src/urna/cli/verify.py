"""`urna verify RECORD`: every numbered check on a public record, in plain words or as JSON.

With `--code` or `--slip` it looks for one voter's ballot instead (`cli/verify_code`).

Exit codes: 0 every check passed, or the ballot is there; 1 something does not verify, or it is not; 2 the record
cannot be read.
"""

import json
import secrets
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from urna.cli.screen import err, groups_of_four, out
from urna.cli.words import in_spoken, say
from urna.compute.processes import over_processes
from urna.errors import Malformed
from urna.record.layout import CHECKPOINT, DEFINITION, README
from urna.storage.record import FolderReader
from urna.verify.pins import MAX_PIN_BYTES, Pins, read_pins
from urna.verify.procedure import verify_record
from urna.verify.report import CheckOutcome, Finding, Report, Status
from urna.verify.work import BallotWork, EngineName
from urna.words import Sentence

I = TypeVar("I")  # noqa: E741 - an item
O = TypeVar("O")  # noqa: E741 - what comes of it

WORTH_IT = 2
"""Boxes of ballots from which processes are started."""

AHEAD = 128
"""Boxes under way at most: other processes have work for a second or two while this one reads a station's papers."""

SHOWN = 20
"""Findings of one check that are printed; JSON has more."""

MARKS = {Status.PASSED: ("✓", "green"), Status.FAILED: ("✗", "bold red"), Status.ABSENT: ("–", "yellow")}
"""A sign and a colour, never a colour alone."""


def run(
    record: Annotated[Path, typer.Argument(help=say("The folder of the public record."), metavar="RECORD")],
    authority: Annotated[
        Path | None, typer.Option(help=say("A file with the officers' keys, one a line, from elsewhere."))
    ] = None,
    seen: Annotated[
        list[Path] | None, typer.Option(help=say("A checkpoint that you kept, or got from other people."))
    ] = None,
    engine: Annotated[
        EngineName, typer.Option(help=say("fast: many ballots at once; plain: each equation through libsodium."))
    ] = "fast",
    jobs: Annotated[int, typer.Option(min=0, help=say("Processes; 0 for as many as the machine has."))] = 0,
    code: Annotated[str, typer.Option(help=say("Look for the ballot with this confirmation code instead."))] = "",
    slip: Annotated[
        Path | None, typer.Option(help=say("Look for the ballot of this signed slip, the document in its QR code."))
    ] = None,
    station: Annotated[str, typer.Option(help=say("With --code: the station to look at; all if left out."))] = "",
    as_json: Annotated[bool, typer.Option("--json", help=say("Print the report for machines."))] = False,
    lang: Annotated[str, typer.Option(help=say("The language of the report."))] = "",
) -> None:
    """Verify a public record: who signed, whether anything was added, dropped or changed, and who won."""
    del lang  # it was read before anything was said
    reader, pins = open_record(record), _pins(authority, seen or [])
    if code or slip:
        from urna.cli.verify_code import look_for_code  # noqa: PLC0415 - only these options need it

        spread = partial(over_processes, processes=jobs, chunk=1, worth_it=WORTH_IT)
        document = _read_small(slip) if slip else b""
        is_there = look_for_code(reader, pins, code, document, station, spread=spread, as_json=as_json)
        raise typer.Exit(0 if is_there else 1)
    report = _verify(reader, pins, engine, jobs, quiet=as_json)
    if as_json:
        out.out(json.dumps(as_plain(report), ensure_ascii=False, indent=1))
    else:
        _show(report)
    raise typer.Exit(0 if report.is_proven else 1)


def open_record(folder: Path) -> FolderReader:
    """The reader of a record's folder.

    Raises:
        Malformed: a folder that has nothing by which a record begins, as the folder above it.
    """
    if folder.is_dir() and not any((folder / name).exists() for name in (README, DEFINITION, CHECKPOINT)):
        inside = next((each.parent for each in sorted(folder.glob(f"*/{DEFINITION}"))), None)
        raise Malformed(
            Sentence("the folder of a public record, with {readme}", {"readme": README}),
            Sentence(
                "a folder without it, without {definition} and without {checkpoint}",
                {"definition": DEFINITION, "checkpoint": CHECKPOINT},
            ),
            Sentence("The record may be {folder}.", {"folder": str(inside)}) if inside else Sentence("Check the path."),
            str(folder),
        )
    return FolderReader(folder)


def verify_and_show(record: Path) -> bool:
    """Verifies a record without pins, for the demo, and shows the report; whether everything is proven."""
    report = _verify(open_record(record), Pins(), "fast", 0, quiet=False)
    _show(report)
    return report.is_proven


def _pins(authority: Path | None, seen: list[Path]) -> Pins:
    pins = read_pins(_read_small(authority), str(authority)) if authority else Pins()
    return pins._replace(seen=tuple(_read_small(path) for path in seen))


def _read_small(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(MAX_PIN_BYTES + 1)
    if len(data) > MAX_PIN_BYTES:
        raise Malformed(
            Sentence("a file of at most {limit} bytes", {"limit": MAX_PIN_BYTES}),
            Sentence("a longer one"),
            Sentence("Check that this is the right file."),
            str(path),
        )
    return data


def _verify(reader: FolderReader, pins: Pins, engine: EngineName, jobs: int, *, quiet: bool) -> Report:
    """With bars on the standard error, if somebody is there to see them."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, transient=True, disable=quiet or not err.is_terminal) as bars:
        spread = partial(over_processes, processes=jobs)
        ballots = BallotWork(
            engine,
            secrets.token_bytes,
            _BoxSpread(engine, jobs, _bar(bars, say("Getting ready"))),
            spread,
            _bar(bars, say("Ballots")),
        )
        return verify_record(reader, pins, _bar(bars, say("Stations")), spread=spread, ballots=ballots)


class _BoxSpread:
    """Boxes of ballots over processes; the kernels are compiled before, so that each process has them.

    Args:
        engine: the plain one needs no kernels.
        jobs: processes, 0 for as many as there are.
        progress: told while kernels are compiled, which takes its time when it happens first.
    """

    def __init__(self, engine: EngineName, jobs: int, progress: Callable[[int, int], None]) -> None:
        self._engine = engine
        self._jobs = jobs
        self._progress = progress

    def __call__(self, work: Callable[[I], O], items: Sequence[I], /) -> Iterable[O]:
        """What the work gives for each box."""
        if items and self._engine == "fast":
            warm_kernels(self._progress)
        return over_processes(work, items, self._jobs, WORTH_IT, 1, ahead=AHEAD)


def warm_kernels(progress: Callable[[int, int], None] | None = None) -> None:
    """Compiles the kernels, or loads them from where they were kept."""
    from urna.crypto.kernels.engine import warm  # noqa: PLC0415 - numba, which most records do without

    warm(progress)


def _bar(bars: Progress, name: str) -> Callable[[int, int], None]:
    """A bar that appears when it is first told something."""
    task = bars.add_task(name, total=None, visible=False)

    def progress(done: int, total: int) -> None:
        bars.update(task, completed=done, total=total, visible=True)

    return progress


def as_plain(report: Report) -> dict[str, object]:
    """The report as JSON has it: sentences in the reader's language, and the values in them by name."""
    return {
        "proven": report.is_proven,
        "election": report.election,
        "purpose": report.purpose,
        "title": dict(report.title),
        "checks": [
            {
                "number": check.number,
                "title": say(check.title),
                "status": check.status.value,
                "detail": say(check.detail),
                "findings": [_plain_finding(finding) for finding in check.findings],
                "findings_total": check.total,
            }
            for check in report.checks
        ],
        "remarks": [say(remark) for remark in report.remarks],
    }


def _plain_finding(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "station": finding.station,
        "file": finding.file,
        "sentence": say(finding.sentence),
        "values": {name: _plain(each) for name, each in finding.sentence.values.items()},
    }


def _plain(value: object) -> str | int:
    return say(value) if isinstance(value, Sentence) else value if isinstance(value, int) else str(value)


def _show(report: Report) -> None:
    """1. What was verified. 2. The table. 3. What is wrong. 4. What to know. 5. The verdict."""
    if report.election:
        title = in_spoken(report.title)
        out.print(Text(title, style="bold"), Text(groups_of_four(report.election), style="dim"))
    if report.purpose == "rehearsal":
        out.print(say("A REHEARSAL, not an election."), style="bold yellow")
    out.print(_table(report))
    for check in report.checks:
        _show_findings(check)
    for remark in report.remarks[:SHOWN]:
        out.print(Text(f"· {say(remark)}"))
    _say_how_many_more(len(report.remarks))
    _show_verdict(report)


def _table(report: Report) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(justify="right")
    table.add_column()
    table.add_column(overflow="fold")
    table.add_column(overflow="fold", style="dim")
    for check in report.checks:
        mark, style = MARKS.get(check.status, ("?", "red"))
        status = say("absent") if check.status is Status.ABSENT else ""
        status = say("not checked") if check.status is Status.NOT_CHECKED else status
        detail = ": ".join(part for part in (status, say(check.detail)) if part)
        table.add_row(str(check.number), Text(mark, style=style), Text(say(check.title)), Text(detail))
    return table


def _show_findings(check: CheckOutcome) -> None:
    if not check.findings:
        return
    out.print()
    out.print(Text(f"✗ {check.number}. {say(check.title)}", style="bold red"))
    for finding in check.findings[:SHOWN]:
        sentence = say(finding.sentence)
        place = f"{finding.file}: " if finding.file and finding.file not in sentence else ""
        out.print(Text.assemble((f"  [{finding.rule}] ", "red"), (place, "bold"), sentence))
    _say_how_many_more(check.total)


def _say_how_many_more(count: int) -> None:
    if count > SHOWN:
        out.print(say("  … and {count} more; --json has them.", count=count - SHOWN), style="dim")


def _show_verdict(report: Report) -> None:
    """Absent checks are named by number: they are not among those that passed."""
    passed = sum(check.status is Status.PASSED for check in report.checks)
    absent = [str(check.number) for check in report.checks if check.status is Status.ABSENT]
    out.print()
    if not report.is_proven:
        failed, count = len(report.checks) - passed - len(absent), len(report.checks)
        template = say(
            "THIS RECORD DOES NOT VERIFY: {failed} of {count} checks failed or could not be carried out.",
            failed=failed,
            count=count,
        )
        out.print(Text(template, style="bold red"))
        return
    out.print(Text(say("{passed} checks passed.", passed=passed), style="bold green"))
    if absent:
        out.print(say("Not in this record, so not proven: {numbers}.", numbers=", ".join(absent)), style="yellow")
