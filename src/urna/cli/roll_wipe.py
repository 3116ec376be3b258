"""`urna roll wipe`: the end of personal data, when the legal period is over."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from urna.cli.election import read_source
from urna.cli.keys import ask_signer
from urna.cli.screen import out
from urna.cli.words import say
from urna.election.definition import Election
from urna.election.signing import require_officer
from urna.encoding.canonical import Moment
from urna.encoding.document import sign_document
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.log.note import NoteSigner
from urna.roll.wiping import Holding, WipedFolder, WipeRecord, check_due, wiping_day
from urna.storage.definition_folder import replace_file
from urna.storage.wiping import Found, look
from urna.storage.wiping import wipe as wipe_folder
from urna.words import Sentence


def now() -> Moment:
    """The clock of this machine."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def wipe(
    folder: Annotated[
        list[Path], typer.Argument(help=say("Folders of rolls, archives, work lists and poll books."), metavar="FOLDER")
    ],
    definition: Annotated[
        Path, typer.Option("--definition", help=say("The definition: its folder, or the signed definition.note."))
    ],
    key: Annotated[list[Path], typer.Option("--key", help=say("An officer's key file; as many as act together."))],
    record: Annotated[Path, typer.Option("--record", help=say("The signed record to write."))],
    archive_key: Annotated[
        list[Path] | None,
        typer.Option("--archive-key", help=say("A private file of an archive that is wiped; destroyed first.")),
    ] = None,
    passphrase_file: Annotated[
        list[Path] | None,
        typer.Option(
            "--passphrase-file", help=say("Read an officer's passphrase from this file; in the order of --key.")
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help=say("Do not ask before wiping."))] = False,
) -> None:
    """Look, ask, destroy the keys, then everything else, and sign what was done."""
    election, _ = read_source(definition)
    check_due(election, moment := now())
    found = [look(each) for each in folder]
    if archive_key:
        place = next((number for number, each in enumerate(found) if each.holding is Holding.ARCHIVE), None)
        if place is None:
            raise _no_archive()
        found[place] = look(found[place].folder, archive_key)
    for each in found:
        _check_election(each, election)
    _check_new(record)
    signers = officers_together(election, key, passphrase_file)
    for each in found:
        count = len(each.files) + len(each.keys)
        line = say("{folder}: {files} files, {bytes} bytes.", folder=str(each.folder), files=count, bytes=each.bytes)
        out.print(line, markup=False)
    if not yes and not typer.confirm(say("Wipe them? Nothing brings them back."), err=True):
        out.print(say("Nothing was wiped."))
        raise typer.Exit(2)
    wiped: list[WipedFolder] = []
    for each in found:
        wiped.append(wipe_folder(each))
        done = WipeRecord(
            election=election.identity,
            folders=tuple(wiped),
            allowed_from=wiping_day(election),
            wiped_at=moment,
        )
        replace_file(record, sign_document(done, signers))
    out.print(say("{count} files wiped, their keys first.", count=sum(each.files for each in wiped)), style="green")
    out.print(say("Flash media and backups may keep sealed copies: destroy every copy of the keys, and retired media."))


def _no_archive() -> Malformed:
    return Malformed(
        Sentence("the archive's folder among those to be wiped"),
        Sentence("its key alone"),
        Sentence("Name the archive's folder too, or keep its key."),
    )


def _check_election(found: Found, election: Election) -> None:
    """Returns if nothing says that a folder is of another election, whose legal period may not be over.

    Raises:
        Unproven: it is.
    """
    if found.election not in {None, election.identity}:
        raise Unproven(
            Sentence("what is left of election {id}", {"id": election.identity[:16]}),
            Sentence("that of election {id}", {"id": (found.election or "")[:16]}),
            Sentence("Wipe each election's data with its own definition."),
            str(found.folder),
        )


def _check_new(record: Path) -> None:
    """Returns if the record can be written: afterwards it would be too late to find out.

    Raises:
        OutOfOrder: the file exists already, or its folder does not.
    """
    if record.exists() or not record.parent.is_dir():
        raise OutOfOrder(
            Sentence("a new file in a folder that exists"),
            Sentence("another place"),
            Sentence("Choose another name for the record."),
            str(record),
        )


def officers_together(election: Election, keys: list[Path], files: list[Path] | None) -> list[NoteSigner]:
    """The signers of as many officers as act for the authority.

    Raises:
        Malformed: not a passphrase file for each key.
        Unproven: fewer, or a key that is no officer's.
    """
    authority = election.definition.authority
    asked: list[Path | None] = [*files] if files else [None] * len(keys)
    if len(asked) != len(keys):
        raise Malformed(
            Sentence("a passphrase file for each of {count} keys, or none", {"count": len(keys)}),
            Sentence("{count}", {"count": len(asked)}),
            Sentence("Give --passphrase-file as often as --key."),
        )
    signers = [ask_signer(key, file) for key, file in zip(keys, asked, strict=True)]
    people = {require_officer(authority, signer).key for signer in signers}
    if len(people) < authority.threshold:
        raise Unproven(
            Sentence("{threshold} officers", {"threshold": authority.threshold}),
            Sentence("{found}", {"found": len(people)}),
            Sentence("Act together with the others: --key for each of you."),
        )
    return signers


def register(app: typer.Typer) -> None:
    """Adds the verb to `urna roll`."""
    app.command(help=say("Wipe rolls, archives and poll books when the legal period is over."))(wipe)
