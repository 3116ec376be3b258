"""What `urna rehearse` says: the rows that cannot be taken, the totals, the rate."""

from rich.text import Text

from urna.cli.screen import err, out
from urna.cli.words import say
from urna.errors import Finding
from urna.rehearsal.reasons import StoppedRows, rows_by_reason
from urna.rehearsal.table import Table
from urna.tally.results import ContestTotal, Results

SHOWN_LINES = 8
"""Lines of the file that the summary names for each reason."""


def tell_bad_rows(read: Table, leave_out: bool) -> bool:
    """Lists every bad row, sums them up by reason, and says whether the rehearsal may go on without them."""
    if not read.findings:
        return True
    for finding in read.findings:
        err.print(_row_line(finding))
    bad, rows = f"{len({finding.line for finding in read.findings}):,}", f"{read.rows:,}"
    err.print()
    if leave_out:
        err.print(say("Rows left out, as told: {bad} of {rows}", bad=bad, rows=rows), style="bold yellow")
    else:
        err.print(say("Rows that cannot be taken: {bad} of {rows}", bad=bad, rows=rows), style="bold red")
    for stopped in rows_by_reason(read.findings):
        err.print(_reason_line(stopped))
    if not leave_out:
        err.print(say("Mend these rows, or leave them out with --leave-out-bad-rows. Nothing was written."))
    elif not read.stations:
        err.print(say("No row is left. Nothing was written."))
    else:
        err.print()
    return leave_out and bool(read.stations)


def _row_line(finding: Finding) -> Text:
    """Where a bad row is, and why it is one; what to do is said once for all of them."""
    return Text.assemble((f"{finding.file}:{finding.line}: ", "bold"), (say(finding.problem), "red"))


def _reason_line(stopped: StoppedRows) -> Text:
    lines = ", ".join(map(str, stopped.lines[:SHOWN_LINES])) + (", …" if len(stopped.lines) > SHOWN_LINES else "")
    place = say("lines {lines}", lines=lines) if len(stopped.lines) > 1 else say("line {line}", line=lines)
    return Text.assemble((f"{len(stopped.lines):>14,}  ", "bold"), say(stopped.title), (f"  ({place})", "dim"))


def tell_totals(read: Table, results: Results) -> None:
    """The national line of every option."""
    total = national(results)
    for option, each in zip(read.options, total.votes, strict=True):
        out.print(f"{each.votes:>14,}  {option.name}", markup=False)
    undervotes = say("undervotes")
    out.print(f"{total.undervotes:>14,}  {undervotes}", markup=False)


def tell_rate(read: Table, ballots: bool, seconds: float, documents_seconds: float, jobs: int) -> None:
    """How much was done, how fast: ballots a second through booths, or stations a second by counts."""
    count = sum(row.ballots for row in read.stations)
    done = count if ballots else len(read.stations)
    text = say(
        "Stations: {stations}, ballots: {ballots}, processes: {jobs}, seconds: {seconds}",
        stations=f"{len(read.stations):,}",
        ballots=f"{count:,}",
        jobs=jobs,
        seconds=f"{seconds:.1f}",
    )
    rate = f"{done / max(documents_seconds, 1e-9):,.0f}"
    out.print(
        text,
        "·",
        say("ballots a second: {rate}", rate=rate) if ballots else say("stations a second: {rate}", rate=rate),
    )


def national(results: Results) -> ContestTotal:
    """The total of the whole table."""
    return next(total for total in results.totals if total.territory == "ALL")
