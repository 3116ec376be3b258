"""What the commands of `urna audit` share: a record's audit, the keys of those who sign, and the notes that they write.

Notes bear the names that they have in the record. A folder is written only when everything in it is ready.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Annotated

import typer

from urna.audit.draw_rules import board_verifiers
from urna.audit.seed import DrawCommitment
from urna.cli.keys import ask_signer
from urna.cli.screen import out
from urna.cli.words import say
from urna.election.definition import Election
from urna.encoding.canonical import digest
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.log.note import NoteSigner, NoteVerifier, parse_note
from urna.record.audit_record import AuditRecord, read_audit
from urna.record.published_log import read_election
from urna.storage.definition_folder import replace_file
from urna.storage.record import FolderReader
from urna.words import Sentence

RecordArgument = Annotated[Path, typer.Argument(help=say("The public record."), metavar="RECORD")]
AuditArgument = Annotated[str, typer.Argument(help=say("The audit's code, such as RLA-1."), metavar="AUDIT")]
FolderArgument = Annotated[
    Path, typer.Argument(help=say("The folder for the notes, to be loaded into the centre."), metavar="FOLDER")
]
KeyOption = Annotated[
    list[Path] | None, typer.Option("--key", help=say("A key file of the audit board; once for each who signs."))
]
PassphraseOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--passphrase-file", help=say("Read passphrases from files instead of asking: one for all keys, or one each.")
    ),
]


def open_audit(record: Path, audit: str) -> tuple[FolderReader, AuditRecord]:
    """An audit of a record's folder, checked."""
    reader = FolderReader(record)
    return reader, read_audit(reader, audit)


def open_record(record: Path) -> tuple[FolderReader, Election]:
    """A record's folder and its definition."""
    reader = FolderReader(record)
    return reader, read_election(reader)


def signers_of(files: Sequence[Path], passphrases: Sequence[Path] | None) -> list[NoteSigner]:
    """The signers of some key files.

    Raises:
        Malformed: another number of passphrase files than one or one each, or a passphrase that opens nothing.
    """
    found: list[Path | None] = [*passphrases] if passphrases else [None]
    if len(found) == 1:
        found *= len(files)
    if len(found) != len(files):
        raise Malformed(
            Sentence("one passphrase file for all keys, or one for each of {count}", {"count": len(files)}),
            Sentence("{found}", {"found": len(found)}),
            Sentence("Name them in the order of the keys."),
            "--passphrase-file",
        )
    return [ask_signer(file, words) for file, words in zip(files, found, strict=True)]


def board_signers(
    commitment: DrawCommitment, files: Sequence[Path] | None, passphrases: Sequence[Path] | None
) -> list[NoteSigner]:
    """The signers of key files, each of which is the audit board's.

    Raises:
        Unproven: a key that is not of the board.
    """
    signers = signers_of(files or (), passphrases)
    check_members(board_verifiers(commitment), signers)
    return signers


def check_members(trusted: Iterable[NoteVerifier], signers: Iterable[NoteSigner]) -> None:
    """Returns if each signer's key is one of these.

    Raises:
        Unproven: one is not.
    """
    known = {(each.name, each.public_hex) for each in trusted}
    for each in signers:
        if (each.name, each.verifier.public_hex) not in known:
            raise Unproven(
                Sentence("the key of one of {count} who may sign this", {"count": len(known)}),
                Sentence("the key {vkey}", {"vkey": each.verifier.vkey()}),
                Sentence("Sign with a key that the rules of the audit name, or the definition for its officers."),
                each.name,
            )


def write_notes(folder: Path, notes: Mapping[str, bytes]) -> None:
    """Writes files into a folder; those that say the same already are left as they are.

    Raises:
        OutOfOrder: a file of this name says something else; nothing was written.
    """
    new = {}
    for name, data in notes.items():
        path = folder / name
        if not path.exists():
            new[path] = data
        elif _text(path.read_bytes()) != _text(data):
            raise OutOfOrder(
                Sentence("a folder in which {name} is free, or says the same", {"name": name}),
                Sentence("another {name}", {"name": name}),
                Sentence("Use another folder, and compare the two. Nothing was written."),
                str(path),
            )
        elif len(data) > path.stat().st_size:
            new[path] = data
    for path, data in new.items():
        replace_file(path, data)


def tell_note(folder: Path, name: str, data: bytes, quorum: int) -> None:
    """Says where a note is, what it is, and who has still to sign."""
    signed = len(parse_note(data, name).signatures)
    text = _text(data)
    out.print(say("{file}: {hash}", file=str(folder / name), hash=digest(text)), markup=False, soft_wrap=True)
    if signed < quorum:
        out.print(
            say(
                "{signed} of {quorum} signatures; the others sign with: urna audit sign {file} --key …",
                signed=signed,
                quorum=quorum,
                file=str(folder / name),
            ),
            markup=False,
            soft_wrap=True,
        )


def percent(risk: Fraction) -> str:
    """A risk for people, rounded up to hundredths of a percent."""
    parts = ceil(risk * 10_000)
    return f"{parts // 100}.{parts % 100:02} %"


def name_of(path: str) -> str:
    """The name of a file of the record within its folder."""
    return path.rpartition("/")[2]


def _text(data: bytes) -> bytes:
    """What a note says: its first line; of any other file everything."""
    line, _, rest = data.partition(b"\n")
    return line if rest.startswith(b"\n") else data
