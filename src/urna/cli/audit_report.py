"""`urna audit report`: what the counts say of the outcome, with which risk, and whether the audit may stop."""

import typer
from rich.table import Table

from urna.audit.box_comparison import contest_tables, report_of
from urna.audit.polling_verdict import polling_tables
from urna.audit.report import AuditReport, Outcome
from urna.audit.seed import Method
from urna.cli.audit_folder import (
    AuditArgument,
    FolderArgument,
    KeyOption,
    PassphraseOption,
    RecordArgument,
    board_signers,
    name_of,
    open_audit,
    percent,
    tell_note,
    write_notes,
)
from urna.cli.center_server import now
from urna.cli.screen import out
from urna.cli.words import say
from urna.election.definition import ratio
from urna.encoding.document import sign_document
from urna.papers.audit_report import rests_on_slips
from urna.record.audit_record import audited_of
from urna.record.layout import Kind, audit_path
from urna.words import N_, Sentence

OUTCOMES = {
    Outcome.CONFIRMED: N_("Confirmed: the paper elects those who were reported, at the risk that is stated."),
    Outcome.GO_ON: N_("Not yet: draw the next round."),
    Outcome.FULL_COUNT: N_("No sample can say: count every box by hand, then report again."),
    Outcome.REFUTED: N_("Refuted: every box was counted, and the paper elects others than were reported."),
    Outcome.COMPARED: N_("Compared: this share keeps no risk limit; the risk that it achieves is stated."),
}
"""Of each outcome a sentence for people."""


def report(
    record: RecordArgument,
    audit: AuditArgument,
    folder: FolderArgument,
    *,
    key: KeyOption = None,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Works out the next report; without a key nothing is written, as anybody may work it out.

    Exit code 1 if the outcome is refuted.
    """
    reader, found = open_audit(record, audit)
    papers, rules = found.papers, found.papers.commitment
    audited = audited_of(reader, found.election, rules, papers.manifest)
    made = report_of(papers.documents, audited, papers.counts, now(), len(papers.reports) + 1)
    name = name_of(audit_path(audit, Kind.AUDIT_REPORT, made.round))
    if key:
        note = sign_document(made, board_signers(rules, key, passphrase_file))
        write_notes(folder, {name: note})
    if rules.method is Method.POLLING:
        tables = [each.table for each in polling_tables(audited, rules.contests)]
    else:
        tables = [*contest_tables(audited, rules.contests)]
    draws = papers.rounds[made.round - 1].size if rests_on_slips(rules, made) else 0
    show_report(made, {table.contest.code: table.why for table in tables}, draws)
    if key:
        tell_note(folder, name, note, rules.quorum)
    if made.outcome is Outcome.REFUTED:
        raise typer.Exit(1)


def show_report(made: AuditReport, whys: dict[str, Sentence | None], draws: int = 0) -> None:
    """A report as people read it: differences, risks, outcome; `draws` of slips, if it rests on these."""
    for each in made.differences:
        said: dict[str, str | int] = {
            "station": each.station,
            "contest": each.contest,
            "option": each.option,
            "sheet": each.sheet,
            "box": each.box,
        }
        out.print(say("{station}, {contest}, {option}: {sheet} on the sheet, {box} in the box.", **said), markup=False)
    for station in made.lost:
        out.print(say("{station}: the box is lost.", station=station), markup=False)
    table = Table(header_style="dim")
    table.add_column(say("Contest"))
    table.add_column(say("Assertions"), justify="right")
    table.add_column(say("Risk"), justify="right")
    table.add_column(say("Why no sample can say"))
    for risk in made.risks:
        why = whys.get(risk.contest)
        shown = percent(ratio(risk.risk)), say(why) if why is not None else ""
        table.add_row(risk.contest, str(len(risk.assertions)), *shown)
    out.print(table)
    _show_extent(made, draws)
    out.print(say(OUTCOMES[made.outcome]))
    if made.next_size:
        out.print(say("The next round has {size} draws in all.", size=made.next_size))


def _show_extent(made: AuditReport, draws: int) -> None:
    if draws:
        out.print(say("{draws} draws of slips; {lost} boxes lost.", draws=draws, lost=len(made.lost)))
        for station in made.overfull:
            out.print(say("{station}: the box holds more slips than it may.", station=station), markup=False)
        return
    out.print(
        say(
            "{boxes} boxes compared, {differences} differences, {lost} lost.",
            boxes=len(made.counts),
            differences=len(made.differences),
            lost=len(made.lost),
        )
    )
