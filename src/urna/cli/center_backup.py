"""`urna center backup` and `restore`."""

import secrets
from pathlib import Path
from typing import Annotated

import typer

from urna.cli.center_telling import LogFormat, telling_as
from urna.cli.keys import ask_passphrase
from urna.cli.screen import out
from urna.cli.words import say
from urna.crypto.keyfile import open_key, read_keyfile
from urna.crypto.lockedfile import NONCE_BYTES, SALT_BYTES
from urna.encoding.canonical import Hash
from urna.errors import OutOfOrder
from urna.record.layout import CHECKPOINT
from urna.storage.centre_backup import back_up
from urna.storage.centre_backup import restore as restore_backup
from urna.storage.centre_desk_key import SEALED, open_desk_key, seal_desk_key
from urna.storage.centre_opening import read_settings
from urna.storage.definition_folder import read_limited
from urna.words import Sentence

DeskUnder = Annotated[
    Path | None,
    typer.Option("--log-key", help=say("Take desk.key along, sealed under the passphrase of this key file.")),
]
Passphrase = Annotated[Path | None, typer.Option(help=say("Read the passphrase from this file instead of asking."))]


def backup(
    folder: Annotated[Path, typer.Argument(help=say("The centre's folder."), metavar="FOLDER")],
    to: Annotated[Path, typer.Argument(help=say("A new folder, on another medium."), metavar="BACKUP")],
    log_key: DeskUnder = None,
    passphrase_file: Passphrase = None,
    log_format: LogFormat = "text",
) -> None:
    """It may be made while the centre runs. It has no open key."""
    telling = telling_as(log_format)
    passphrase = _passphrase_of(log_key, passphrase_file) if log_key is not None else None
    sealed = False

    def seal(election: Hash, place: Path) -> None:
        nonlocal sealed
        if passphrase is not None:
            salt, nonce = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_BYTES)
            sealed = seal_desk_key(folder, place, election, passphrase, salt=salt, nonce=nonce)

    with telling.to_the_end():
        found = back_up(folder, to, seal)
        telling.note("backup", serial=found.serial, leaves=found.leaves, files=found.files, desk_key=sealed)
    out.print(
        say(
            "Backed up: {serial} acts, {leaves} leaves, {files} long files.",
            serial=found.serial,
            leaves=found.leaves,
            files=found.files,
        )
    )
    if not sealed:
        out.print(say("desk.key is not in it: keep a copy of it with the log's key."))


def restore(
    backup_folder: Annotated[Path, typer.Argument(help=say("The backup."), metavar="BACKUP", exists=True)],
    folder: Annotated[Path, typer.Argument(help=say("The centre's folder."), metavar="FOLDER")],
    database: Annotated[
        str, typer.Option(help=say("PostgreSQL's address; left out, everything is in the folder."))
    ] = "",
    until: Annotated[int, typer.Option(min=0, help=say("The last act of the journal to restore; 0 for all."))] = 0,
    record: Annotated[
        Path | None, typer.Option(help=say("The public record as people see it now."), exists=True, file_okay=False)
    ] = None,
    checkpoint: Annotated[
        Path | None, typer.Option(help=say("Instead of it, the last public checkpoint."), exists=True, dir_okay=False)
    ] = None,
    unpublished: Annotated[bool, typer.Option("--unpublished", help=say("Nobody was ever shown anything."))] = False,
    inspect: Annotated[bool, typer.Option("--inspect", help=say("To look at it only; it never goes on."))] = False,
    log_key: DeskUnder = None,
    passphrase_file: Passphrase = None,
) -> None:
    """The state is checked against the log when the centre is opened."""
    if sum((record is not None, checkpoint is not None, unpublished, inspect)) != 1:
        raise OutOfOrder(
            Sentence("the last public checkpoint, with --record or --checkpoint"),
            Sentence("none, or more than one"),
            Sentence("Give it; or --unpublished if people saw nothing yet, or --inspect to look at the backup only."),
        )
    place = record / CHECKPOINT if record is not None else checkpoint
    seen = read_limited(place) if place is not None else b"" if unpublished else None
    passphrase = _passphrase_of(log_key, passphrase_file) if log_key is not None else None

    def open_desk(election: Hash, backup: Path) -> bytes | None:
        return open_desk_key(backup, election, passphrase) if passphrase is not None else None

    found = restore_backup(backup_folder, folder, database, until or None, seen=seen, open_desk=open_desk)
    out.print(say("Restored: {serial} acts, {leaves} leaves.", serial=found.serial, leaves=found.leaves))
    if passphrase is None and (backup_folder / SEALED).exists():
        out.print(say("The backup has desk.key sealed, and it was not restored: --log-key opens it."))
    if not inspect and read_settings(folder).for_inspection:
        raise OutOfOrder(
            Sentence("a backup that has everything that was published"),
            Sentence("an older one, of {leaves} leaves", {"leaves": found.leaves}),
            Sentence("What was restored can be looked at and signs nothing. Restore a newer backup to go on."),
            str(folder),
        )


def _passphrase_of(key: Path, file: Path | None) -> str:
    """The passphrase of a key file, which it opens: a mistyped one would seal what nobody opens again."""
    closed = read_keyfile(read_limited(key), str(key))
    typed = ask_passphrase(say("Passphrase of {name}", name=closed.name), file)
    open_key(closed, typed, str(key))
    return typed
