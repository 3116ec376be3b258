"""`urna roll archive-keygen`, `archive-open`: the archive's key, and somebody's images when a court asks for them."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from urna.cli.election import read_source
from urna.cli.keys import ask_passphrase, choose_passphrase
from urna.cli.roll_enrol import Definition, Passphrases, ask_signers
from urna.cli.screen import out
from urna.cli.words import say
from urna.crypto.kdf import Cost
from urna.crypto.sealing import SECRET_BYTES, SealingKey
from urna.election.definition import Election
from urna.election.signing import require_officer
from urna.encoding.canonical import decode, encode
from urna.encoding.document import sign_document
from urna.errors import Malformed, Unproven
from urna.log.note import NoteSigner
from urna.roll.enrolment_archive_key import (
    ArchiveKey,
    lock_archive_key,
    read_archive_key,
    unlock_archive_key,
)
from urna.roll.enrolment_archive_key import Passphrases as TwoPassphrases
from urna.roll.enrolment_opening import ArchiveOpening
from urna.storage.definition_folder import read_limited, refuse_taken, write_secret_file
from urna.storage.enrolment_archive import OPENINGS, entries, read_images
from urna.words import Sentence

COST = Cost.MODERATE
"""What a guess at a keeper's passphrase costs."""

MAX_PRIVATE_BYTES = 4096

KeeperPassphrases = Annotated[
    list[Path] | None,
    typer.Option("--keeper-passphrase-file", help=say("Read a keeper's passphrase from this file; give two.")),
]


def archive_keygen(
    name: Annotated[str, typer.Argument(help=say("Whose archive it is, in words."), metavar="NAME")],
    file: Annotated[Path, typer.Option("--out", help=say("The private file to write; it never goes to a desk."))],
    keeper_passphrase_file: KeeperPassphrases = None,
) -> None:
    """The private file opens with two keepers' passphrases; the public one beside it, .json, goes to the desks."""
    public = file.with_suffix(".json")
    refuse_taken(file, public)
    first, second = _files(keeper_passphrase_file)
    passphrases = TwoPassphrases(
        choose_passphrase(say("First keeper, choose a passphrase"), first),
        choose_passphrase(say("Second keeper, choose a passphrase"), second),
    )
    secret = secrets.token_bytes(SECRET_BYTES)
    record = encode(ArchiveKey(name=name, key=SealingKey(secret).public_hex))
    private = lock_archive_key(secret, passphrases, secrets.token_bytes, COST)
    write_secret_file(public, encode(decode(record, ArchiveKey, str(public))))
    write_secret_file(file, private)
    line = say("The key is in {file}, its public half in {public}.", file=str(file), public=str(public))
    out.print(line, markup=False)
    out.print(say("Next: urna roll enrol-setup ROLL --archive-key {public}", public=str(public)), markup=False)


def archive_open(
    archive: Annotated[Path, typer.Argument(help=say("The folder of the archive."), metavar="ARCHIVE")],
    definition: Definition,
    archive_key: Annotated[Path, typer.Option("--archive-key", help=say("The archive's private file."))],
    key: Annotated[list[Path], typer.Option("--key", help=say("An officer's key file; give two, of two officers."))],
    reason: Annotated[str, typer.Option(help=say("Why, as the number of an order; no person's name or number."))],
    folder: Annotated[Path, typer.Option("--out", help=say("The new folder to write the images to."))],
    number: Annotated[str, typer.Argument(help=say("The elector's number; asked for if not given."))] = "",
    passphrase_file: Passphrases = None,
    keeper_passphrase_file: KeeperPassphrases = None,
) -> None:
    """Two officers sign first, two keepers open; the record of it is written before the images are."""
    election, _ = read_source(definition)
    officers = _officers(election, key, passphrase_file)
    asked = number or str(typer.prompt(say("Number of the elector"), err=True)).strip()
    opener = _open_key(archive_key, keeper_passphrase_file)
    found = [
        each.enrolment
        for each in entries(archive, opener)
        if (each.number, each.election) == (asked, election.identity)
    ]
    if not found:
        raise Unproven(
            Sentence("images of this elector"),
            Sentence("none in this archive"),
            Sentence("Check number, archive and definition."),
            str(archive),
        )
    sets = [read_images(archive, enrolment, opener) for enrolment in found]
    folder.mkdir(mode=0o700)
    (archive / OPENINGS).mkdir(mode=0o700, exist_ok=True)
    for images in sets:
        opening = opening_of(election, images.enrolment, len(images.images), reason, officers)
        write_secret_file(archive / OPENINGS / f"{secrets.token_hex(16)}.note", sign_document(opening, officers))
        place = folder if len(sets) == 1 else folder / images.enrolment
        place.mkdir(mode=0o700, exist_ok=True)
        for each in images.images:
            write_secret_file(place / f"{each.position}_{each.impression}.png", each.png)
        out.print(say("{count} images in {folder}.", count=len(images.images), folder=str(place)), markup=False)
    out.print(say("The opening is on record in the archive. Wipe the images when they are no longer needed."))


def opening_of(
    election: Election, enrolment: str, images: int, reason: str, officers: Sequence[NoteSigner]
) -> ArchiveOpening:
    """The record of one opening.

    Raises:
        Malformed: the reason is empty, too long, or not one line.
    """
    keys = sorted(officer.verifier.public_hex for officer in officers)
    opening = ArchiveOpening(
        election=election.identity,
        enrolment=enrolment,
        images=images,
        reason=reason,
        opened_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        officers=(keys[0], keys[1]),
    )
    return decode(encode(opening), ArchiveOpening, "--reason")


def _officers(election: Election, keys: Sequence[Path], files: Sequence[Path] | None) -> tuple[NoteSigner, ...]:
    signers = ask_signers(keys, files)
    for signer in signers:
        require_officer(election.definition.authority, signer)
    if len({signer.verifier.public_hex for signer in signers}) != len(signers):
        raise Unproven(
            Sentence("two officers"), Sentence("one, twice"), Sentence("Open the archive with a second officer.")
        )
    return signers


def _open_key(file: Path, passphrase_files: Sequence[Path] | None) -> SealingKey:
    locked = read_archive_key(read_limited(file, MAX_PRIVATE_BYTES), str(file))
    first, second = _files(passphrase_files)
    passphrases = TwoPassphrases(
        ask_passphrase(say("Passphrase of the first keeper"), first),
        ask_passphrase(say("Passphrase of the second keeper"), second),
    )
    return unlock_archive_key(locked, passphrases, str(file))


def _files(given: Sequence[Path] | None) -> tuple[Path | None, Path | None]:
    """A passphrase file for each keeper, or none.

    Raises:
        Malformed: another number of them.
    """
    if not given:
        return None, None
    if len(given) != 2:
        raise Malformed(
            Sentence("a passphrase file for each of two keepers, or none"),
            Sentence("{count}", {"count": len(given)}),
            Sentence("Give --keeper-passphrase-file twice."),
        )
    return given[0], given[1]


def register(app: typer.Typer) -> None:
    """Adds these verbs to `urna roll`."""
    app.command(help=say("Make the archive's key; two keepers choose its passphrases."))(archive_keygen)
    app.command(help=say("Take one elector's images out of the archive; two officers sign why."))(archive_open)
