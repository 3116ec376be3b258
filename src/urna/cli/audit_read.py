"""`urna audit read`: the sums of a round's slips that two people typed; only what they agree on is written."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from urna.audit.reading_rules import contests_read, draws_with, hide_few
from urna.audit.rounds import DrawRound
from urna.audit.seed import Method
from urna.audit.slip_reading import SlipReading
from urna.audit.slip_sums import box_of, make_reading
from urna.audit.typed_reading import agreed_sums, read_typed_sums
from urna.cli.audit_count import MAX_TYPED_BYTES, FirstOption, SecondOption
from urna.cli.audit_folder import (
    AuditArgument,
    FolderArgument,
    KeyOption,
    PassphraseOption,
    RecordArgument,
    board_signers,
    name_of,
    open_audit,
    tell_note,
    write_notes,
)
from urna.cli.screen import out
from urna.cli.words import say
from urna.election.definition import Contest
from urna.encoding.document import sign_document
from urna.errors import Malformed, OutOfOrder
from urna.record.audit_record import AuditRecord
from urna.record.layout import Kind, audit_path
from urna.storage.definition_folder import read_limited
from urna.words import Sentence

FirstFile = Annotated[
    Path, typer.Argument(help=say("What the first person typed: contest,line,draws."), metavar="FIRST")
]
SecondFile = Annotated[
    Path, typer.Argument(help=say("What the second person typed, without seeing the first."), metavar="SECOND")
]
LostOption = Annotated[
    list[str] | None, typer.Option("--lost", help=say("A drawn box that cannot be found; once for each."))
]
OverfullOption = Annotated[
    list[str] | None,
    typer.Option("--overfull", help=say("A drawn box with more slips than the manifest has room for; once for each.")),
]
ReasonOption = Annotated[str, typer.Option("--reason", help=say("How a box was lost, in a sentence."))]


def read(
    record: RecordArgument,
    audit: AuditArgument,
    first_file: FirstFile,
    second_file: SecondFile,
    folder: FolderArgument,
    *,
    first: FirstOption,
    second: SecondOption,
    lost: LostOption = None,
    overfull: OverfullOption = None,
    reason: ReasonOption = "",
    key: KeyOption = None,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Compares what the two typed, names every difference, and writes nothing unless there is none."""
    _, found = open_audit(record, audit)
    drawn = round_to_read(found)
    asked = what_to_type(found, drawn)
    one, other = (
        read_typed_sums(read_limited(file, MAX_TYPED_BYTES), asked, str(file)) for file in (first_file, second_file)
    )
    sums = agreed_sums(asked, (first, second), (one, other), audit)
    boxes = {box_of(draw.unit) for draw in drawn.draws}
    _check_boxes(audit, boxes, [*(lost or ()), *(overfull or ())])
    shown = hide_few(found.election, found.papers.manifest, drawn, lost or (), sums)
    made = make_reading(drawn, shown, (first, second), lost=lost or (), overfull=overfull or (), reason=reason)
    found.papers.check_reading(made)
    name = name_of(audit_path(audit, Kind.AUDIT_READING, made.round))
    note = sign_document(made, board_signers(found.papers.commitment, key, passphrase_file))
    write_notes(folder, {name: note})
    _show(found, drawn, made)
    out.print(
        say("Both typed the same for round {round}. Delete what was typed: only the sums stay.", round=made.round)
    )
    tell_note(folder, name, note, found.papers.commitment.quorum)


def round_to_read(found: AuditRecord) -> DrawRound:
    """The first round that is not read yet.

    Raises:
        OutOfOrder: no audit of slips, or every round is read.
    """
    papers = found.papers
    left = papers.rounds[len(papers.readings) :]
    if papers.commitment.method is not Method.POLLING or not left:
        raise OutOfOrder(
            Sentence("an audit of single slips with a round that nobody has read yet"),
            Sentence("{method}, {count} rounds", {"method": papers.commitment.method, "count": len(papers.rounds)}),
            Sentence("Draw the next round first: urna audit draw. A reading is never replaced."),
            papers.commitment.audit,
        )
    return left[0]


def what_to_type(found: AuditRecord, drawn: DrawRound) -> tuple[Contest, ...]:
    """The contests of a round that are read."""
    return contests_read(found.election, found.papers.commitment, found.papers.manifest, drawn)


def _check_boxes(audit: str, boxes: set[str], named: list[str]) -> None:
    if others := sorted(set(named) - boxes):
        raise Malformed(
            Sentence("boxes of which this round drew a slip"),
            Sentence("{box}", {"box": others[0][:40]}),
            Sentence("Name a lost box only where its slips were to be read."),
            audit,
        )


def _show(found: AuditRecord, drawn: DrawRound, made: SlipReading) -> None:
    table = Table(header_style="dim")
    table.add_column(say("Contest"))
    for title in (say("Draws"), say("Without a vote"), say("Not found")):
        table.add_column(title, justify="right")
    for each in made.contests:
        draws = draws_with(found.election, drawn, each.contest)
        table.add_row(each.contest, str(draws), str(each.without_vote), str(each.not_found))
    out.print(table)
    for each in made.contests:
        if each.not_found == draws_with(found.election, drawn, each.contest):
            said = say("{contest}: so few slips were found that all of them count as not found.", contest=each.contest)
            out.print(said, markup=False)
    left_out = sorted(set(found.papers.commitment.contests) - {each.contest for each in made.contests})
    if left_out:
        said = say("Too few slips were drawn to show {contests}; they are not read.", contests=", ".join(left_out))
        out.print(said, markup=False)
