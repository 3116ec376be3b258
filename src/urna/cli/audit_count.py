"""`urna audit count` and `lost`: what two people found in a box; only what they agree on is written."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from urna.audit.box_count import AuditCount, DrawnBox, Typed, agreed_count, lost_box, read_typed
from urna.audit.contest_tables import lines_of
from urna.audit.count_rules import withheld_on
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
from urna.encoding.canonical import digest, encode
from urna.encoding.document import sign_document
from urna.errors import Malformed, OutOfOrder
from urna.log.note import NoteSigner
from urna.record.audit_record import AuditRecord, newest_tallies
from urna.record.layout import audit_count_path
from urna.storage.definition_folder import read_limited
from urna.storage.record import FolderReader
from urna.tally.sheet import ContestTally
from urna.words import Sentence

MAX_TYPED_BYTES = 1_000_000

StationArgument = Annotated[str, typer.Argument(help=say("The station whose box it is."), metavar="STATION")]
FirstFile = Annotated[
    Path, typer.Argument(help=say("What the first person typed: contest,option,votes."), metavar="FIRST")
]
SecondFile = Annotated[
    Path, typer.Argument(help=say("What the second person typed, without seeing the first."), metavar="SECOND")
]
FirstOption = Annotated[str, typer.Option("--first", help=say("The first person's name."))]
SecondOption = Annotated[str, typer.Option("--second", help=say("The second person's name."))]
PapersOption = Annotated[
    list[int], typer.Option("--papers", min=0, help=say("Slips in the box, as each of the two counted them: twice."))
]
ReplacesOption = Annotated[
    str, typer.Option("--replaces", help=say("Why this count takes the place of the one in the record."))
]
ReasonOption = Annotated[str, typer.Option("--reason", help=say("How the box was lost, in a sentence."))]


def count(
    record: RecordArgument,
    audit: AuditArgument,
    station: StationArgument,
    first_file: FirstFile,
    second_file: SecondFile,
    folder: FolderArgument,
    *,
    first: FirstOption,
    second: SecondOption,
    papers: PapersOption,
    replaces: ReplacesOption = "",
    key: KeyOption = None,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Compares what the two typed, names every difference, and writes nothing unless there is none."""
    if len(papers) != 2:
        raise Malformed(
            Sentence("--papers twice, once as each of the two counted"),
            Sentence("{count} times", {"count": len(papers)}),
            Sentence("Let both count the slips, each alone."),
            station,
        )
    reader, found = open_audit(record, audit)
    tallies = _tallies(reader, found, station)
    audited = found.papers.commitment.contests
    withheld = withheld_on(tallies, audited)
    typed = []
    for file, person, slips in zip((first_file, second_file), (first, second), papers, strict=True):
        lines = read_typed(read_limited(file, MAX_TYPED_BYTES), str(file))
        shown = {key: votes for key, votes in lines.items() if key[0] in audited and key[0] not in withheld}
        typed.append(Typed(person, slips, shown))
    made = agreed_count(_box(found, station, replaces, withheld), *typed)
    _write(reader, found, made, folder, board_signers(found.papers.commitment, key, passphrase_file))
    out.print(say("Both typed the same for {station}.", station=station))
    if withheld:
        said = say("Too few voted there to publish {contests}; it is not written.", contests=", ".join(withheld))
        out.print(said, markup=False)
    _compare(made, tallies)


def lost(
    record: RecordArgument,
    audit: AuditArgument,
    station: StationArgument,
    folder: FolderArgument,
    *,
    first: FirstOption,
    second: SecondOption,
    reason: ReasonOption,
    key: KeyOption = None,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Writes that two people looked for a box and did not find it; it then counts as the worst there can be."""
    reader, found = open_audit(record, audit)
    made = lost_box(_box(found, station, reason, ()), first, second)
    _write(reader, found, made, folder, board_signers(found.papers.commitment, key, passphrase_file))
    out.print(say("The box of {station} is recorded as lost.", station=station))


def _box(found: AuditRecord, station: str, reason: str, withheld: Sequence[str]) -> DrawnBox:
    """The box, with the number that its count has."""
    rules, before = found.papers.commitment, found.papers.counts.get(station)
    return DrawnBox(
        election=rules.election,
        audit=rules.audit,
        seed=digest(encode(found.papers.documents.seed)),
        station=station,
        sequence=before.sequence + 1 if before else 1,
        reason=reason,
        withheld=tuple(withheld),
    )


def _write(
    reader: FolderReader, found: AuditRecord, made: AuditCount, folder: Path, signers: Sequence[NoteSigner]
) -> None:
    found.papers.check_count(made, newest_tallies(reader, found.published))
    name = name_of(audit_count_path(made.audit, made.station, made.sequence))
    note = sign_document(made, signers)
    write_notes(folder, {name: note})
    tell_note(folder, name, note, found.papers.commitment.quorum)


def _tallies(reader: FolderReader, found: AuditRecord, station: str) -> tuple[ContestTally, ...]:
    tallies = newest_tallies(reader, found.published)(station) if station in found.election.stations else None
    if tallies is None:
        raise OutOfOrder(
            Sentence("a station whose sheet is in the record"),
            Sentence("{station}", {"station": repr(station[:40])}),
            Sentence("Check the code, or wait for its sheet."),
            station,
        )
    return tallies


def _compare(made: AuditCount, tallies: Sequence[ContestTally]) -> None:
    """What the sheet says otherwise, now that the box is counted."""
    differing = 0
    for tally in tallies:
        found = {each.option: each.votes for each in lines_of(made, tally.contest)}
        for each in tally.votes or ():
            if found.get(each.option, each.votes) != each.votes:
                differing += 1
                said: dict[str, str | int] = {"contest": tally.contest, "option": each.option}
                said |= {"sheet": each.votes, "box": found[each.option]}
                out.print(say("{contest}, {option}: {sheet} on the sheet, {box} in the box.", **said), markup=False)
    if not differing:
        out.print(say("The box agrees with its sheet."))
