"""`urna audit export` and `urna audit import`: a board at a centre and the coordinator's table, by a stick."""

from pathlib import Path
from typing import Annotated

import typer

from urna.audit.board import Conflict
from urna.audit.draw_rules import board_verifiers
from urna.cli.audit_folder import PassphraseOption, check_members, signers_of
from urna.cli.audit_place import AuditOption, FolderArgument, PlaceOption, RecordOption, open_place
from urna.cli.audit_serve import KeyFiles
from urna.cli.screen import err, out
from urna.cli.words import say
from urna.storage.audit_stick import export_stick, import_stick

StickArgument = Annotated[Path, typer.Argument(help=say("The stick, or any folder."), metavar="STICK")]


def export_acts(
    folder: FolderArgument,
    stick: StickArgument,
    key: KeyFiles,
    record: RecordOption = None,
    audit: AuditOption = "",
    passphrase_file: PassphraseOption = None,
) -> None:
    """All acts of this place, signed, and its photographs."""
    signers = signers_of(key, passphrase_file)
    place = open_place(folder, record, audit, signers[0].name)
    check_members(board_verifiers(place.case.commitment), signers)
    done = export_stick(place.journal, signers, stick)
    said = say(
        "{acts} acts and {photos} new photographs: {file}", acts=done.acts, photos=done.photos, file=str(done.path)
    )
    out.print(said, markup=False, soft_wrap=True)


def import_acts(
    folder: FolderArgument,
    stick: StickArgument,
    record: RecordOption = None,
    audit: AuditOption = "",
    place: PlaceOption = "",
) -> None:
    """What is here already changes nothing; what cannot stand is kept and named: exit code 1 then."""
    found = open_place(folder, record, audit, place)
    conflicts: list[Conflict] = []
    for each in import_stick(found.journal, board_verifiers(found.case.commitment), stick):
        acts = each.acts
        said = say(
            "{place}: {new} new acts, {known} known ones, {photos} new photographs.",
            place=each.place,
            new=acts.new,
            known=acts.known,
            photos=each.photos,
        )
        out.print(said, markup=False, soft_wrap=True)
        if each.missing:
            lacking = say(
                "{count} photographs are not on the stick; they stay where they were taken.", count=each.missing
            )
            out.print(lacking, markup=False)
        conflicts += acts.conflicts
    for conflict in conflicts:
        _tell(conflict)
    if conflicts:
        raise typer.Exit(1)


def _tell(conflict: Conflict) -> None:
    act, error = conflict.act, conflict.error
    said = say(
        "Act {number} of {place}, by {who}, cannot stand here: expected {expected}; found {found}.",
        number=act.number,
        place=act.place,
        who=act.who,
        expected=say(error.expected),
        found=say(error.found),
    )
    err.print(said, markup=False, soft_wrap=True)
