"""`urna interop electionguard`: verify records in egk-ec's layout, and write a test election in it.

Exit codes of `verify`: 0 every check passed; 1 something does not verify; 2 there is no record to read.
The arithmetic goes through gmpy2, which is not constant in time: never for secret votes.
"""

import json
import random
import secrets
import time
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from urna.cli.election import SourceArgument, read_source
from urna.cli.interop_nist import app as nist
from urna.cli.interop_nist_voters import voters
from urna.cli.screen import err, out
from urna.cli.words import say
from urna.compute.processes import over_processes
from urna.errors import OutOfOrder
from urna.interop.electionguard.egk_manifest import write_manifest
from urna.interop.electionguard.procedure import verify_electionguard
from urna.interop.electionguard.report import Finding, Outcome, Report
from urna.interop.electionguard.small_election import Chance, Plan, run_small_election
from urna.storage.record import FolderReader
from urna.verify.report import Status
from urna.words import Sentence

app = typer.Typer(no_args_is_help=True)
electionguard = typer.Typer(no_args_is_help=True)
app.add_typer(electionguard, name="electionguard", help=say("ElectionGuard 2.0.0, in the layout of egk-ec."))
app.add_typer(nist, name="nist", help=say("NIST's common data formats: write them from a record, read them."))
nist.command("voters", help=say("Voter records (SP 1500-102) as the CSV file of a roll."))(voters)

SHOWN = 20
"""Findings of one check that are printed; JSON has more."""

WORTH_IT = 8
"""From so many ballots on they are spread over processes."""

MARKS = {Status.PASSED: ("✓", "green"), Status.FAILED: ("✗", "bold red"), Status.ABSENT: ("–", "yellow")}


@electionguard.command(help=say("Verify a record: every box of the specification, and what the boxes forget."))
def verify(
    record: Annotated[Path, typer.Argument(help=say("The folder with constants.json."), metavar="RECORD")],
    as_json: Annotated[bool, typer.Option("--json", help=say("Print the report for machines."))] = False,
) -> None:
    """Recomputes everything from the public record; needs no key. A third of a second a ballot, on each core."""
    report = _verify(FolderReader(record), quiet=as_json)
    if as_json:
        out.out(json.dumps(as_plain(report), ensure_ascii=False, indent=1))
    else:
        _show(report)
    raise typer.Exit(0 if report.is_proven else 1)


@electionguard.command(help=say("Run a small test election and write its record. Never for secret votes."))
def export(
    source: SourceArgument,
    folder: Annotated[Path, typer.Argument(help=say("A new folder for the record."), metavar="OUT")],
    ballots: Annotated[int, typer.Option(min=1, max=10000, help=say("Ballots, with random votes."))] = 6,
    challenged: Annotated[int, typer.Option(min=0, max=10000, help=say("How many of them are challenged."))] = 2,
    guardians: Annotated[int, typer.Option(min=1, max=100, help=say("Guardians."))] = 3,
    quorum: Annotated[int, typer.Option(min=1, max=100, help=say("Guardians needed to open the tally."))] = 2,
    chained: Annotated[bool, typer.Option("--chained", help=say("Chain the confirmation codes."))] = False,
) -> None:
    """The contests are the definition's; votes and secrets come from the operating system.

    gmpy2 and Python's integers are not constant in time, and all guardians sit in one process: a test of formats, and
    never a way to keep votes secret.
    """
    election, _ = read_source(source)
    if folder.exists() and any(folder.iterdir()):
        raise OutOfOrder(
            Sentence("a new or empty folder"),
            Sentence("one with files in it"),
            Sentence("Name another folder; nothing was overwritten."),
            str(folder),
        )
    plan = Plan(guardians, quorum, ballots, challenged, chained)
    chance = Chance(secrets.token_bytes, random.SystemRandom())
    for path, data in run_small_election(write_manifest(election), plan, chance, int(time.time())).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    out.print(say("A test election, not constant in time: never for secret votes."), style="bold yellow")
    out.print(say("Verify it: urna interop electionguard verify {folder}", folder=str(folder)), markup=False)


def _verify(reader: FolderReader, *, quiet: bool) -> Report:
    """With a bar on the standard error, if somebody is there to see it."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, transient=True, disable=quiet or not err.is_terminal) as bar:
        task = bar.add_task(say("Ballots"), total=None)

        def progress(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        return verify_electionguard(reader, partial(over_processes, worth_it=WORTH_IT, chunk=1), progress)


def as_plain(report: Report) -> dict[str, object]:
    """The report as JSON has it."""
    return {
        "proven": report.is_proven,
        "checks": [
            {
                "check": each.check,
                "title": say(each.title),
                "status": each.status.value,
                "detail": "" if each.detail is None else say(each.detail),
                "findings": [_plain_finding(finding) for finding in each.findings],
                "findings_total": each.total,
            }
            for each in report.outcomes
        ],
        "remarks": [say(remark) for remark in report.remarks],
    }


def _plain_finding(finding: Finding) -> dict[str, object]:
    return {"condition": finding.condition, "file": finding.file, "sentence": say(finding.sentence)}


def _show(report: Report) -> None:
    """1. The table. 2. What is wrong. 3. What to know. 4. The verdict."""
    table = Table(box=None, pad_edge=False, show_header=False)
    for each in report.outcomes:
        mark, style = MARKS.get(each.status, ("?", "red"))
        status = {Status.ABSENT: say("absent"), Status.NOT_CHECKED: say("not checked")}.get(each.status, "")
        detail = ": ".join(part for part in (status, "" if each.detail is None else say(each.detail)) if part)
        table.add_row(each.check, Text(mark, style=style), Text(say(each.title)), Text(detail, style="dim"))
    out.print(table)
    for each in report.outcomes:
        _show_findings(each)
    for remark in report.remarks:
        out.print(Text(f"· {say(remark)}"))
    _show_verdict(report)


def _show_findings(outcome: Outcome) -> None:
    for finding in outcome.findings[:SHOWN]:
        place = f"{finding.file}: " if finding.file else ""
        parts = (f"  [{finding.condition}] ", "red"), (place, "bold"), say(finding.sentence)
        out.print(Text.assemble(*parts))
    if outcome.total > SHOWN:
        out.print(say("  … and {count} more; --json has them.", count=outcome.total - SHOWN), style="dim")


def _show_verdict(report: Report) -> None:
    statuses = [each.status for each in report.outcomes]
    passed, absent = statuses.count(Status.PASSED), statuses.count(Status.ABSENT)
    out.print()
    if report.is_proven:
        out.print(Text(say("{passed} checks passed.", passed=passed), style="bold green"))
        numbers = ", ".join(each.check for each in report.outcomes if each.status is Status.ABSENT)
        if numbers:
            out.print(say("Not in this record, so not proven: {numbers}.", numbers=numbers), style="yellow")
        return
    failed = len(statuses) - passed - absent
    verdict = say(
        "THIS RECORD DOES NOT VERIFY: {failed} of {count} checks failed or could not be carried out.",
        failed=failed,
        count=len(statuses),
    )
    out.print(Text(verdict, style="bold red"))
