"""`urna audit keygen` and `sign`: the keys of an audit board, and one more signature under what others signed."""

import json
from pathlib import Path
from typing import Annotated

import typer

from urna.cli.audit_folder import PassphraseOption, signers_of
from urna.cli.keys import agree, make_key
from urna.cli.screen import out
from urna.cli.words import say
from urna.encoding.canonical import digest
from urna.errors import Malformed, OutOfOrder
from urna.log.note import NoteVerifier, add_signatures, parse_note
from urna.storage.definition_folder import read_limited, replace_file
from urna.words import Sentence

SIGNED = ("urna/draw-", "urna/ballot-manifest/", "urna/slip-reading/", "urna/audit-", "urna/examination/")
"""How the types of audits' notes begin: whoever signs for an audit signs no decision on a station by the way."""

NoteArgument = Annotated[Path, typer.Argument(help=say("The note that others signed."), metavar="NOTE")]
KeyFiles = Annotated[list[Path], typer.Option("--key", help=say("Your key file; once for each who signs."))]
YesOption = Annotated[bool, typer.Option("--yes", help=say("Do not ask before signing."))]


def keygen(
    name: Annotated[str, typer.Argument(help=say("The key's name, as board.example/ana."), metavar="NAME")],
    *,
    file: Annotated[Path, typer.Option("--out", help=say("The key file to write; keep a copy in another place."))],
    person: Annotated[str, typer.Option("--person", help=say("The name of its owner."))],
    passphrase_file: Annotated[
        Path | None, typer.Option(help=say("Read the passphrase from this file instead of asking."))
    ] = None,
) -> None:
    """The private key never leaves the file; what is printed is public."""
    public_hex = make_key(name, file, passphrase_file)
    out.print(say("The key is in {file}. This goes into the rules of an audit:", file=str(file)), markup=False)
    vkey = NoteVerifier(name, public_hex).vkey()
    out.print(f"--board-key '{person}={vkey}'", markup=False, soft_wrap=True)


def sign(
    note: NoteArgument, *, key: KeyFiles, passphrase_file: PassphraseOption = None, yes: YesOption = False
) -> None:
    """Adds signatures; the text stays as it is."""
    data = read_limited(note)
    text = parse_note(data, str(note)).text
    out.print(_says(text, str(note)), digest(text[:-1].encode()), markup=False, soft_wrap=True)
    signers = signers_of(key, passphrase_file)
    known = {(each.name, each.key_id) for each in parse_note(data, str(note)).signatures}
    for each in signers:
        if (each.name, each.verifier.key_id) in known:
            raise OutOfOrder(
                Sentence("a note that {name} has not signed", {"name": each.name}),
                Sentence("that signature"),
                Sentence("Pass it on to the next one."),
                str(note),
            )
    agree(say("Sign this document?"), yes)
    replace_file(note, add_signatures(data, [each.sign(text.encode()) for each in signers]))
    out.print(say("Signed by {count} now.", count=len(known) + len(signers)))


def _says(text: str, where: str) -> str:
    """What a note is, by its own words.

    Raises:
        Malformed: it holds no record of an audit.
    """
    try:
        record = json.loads(text)
        kind, audit = str(record["type"]), str(record.get("audit", "-"))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        kind = audit = ""
    if not kind.startswith(SIGNED) or not f"{kind}{audit}".isprintable():
        raise Malformed(
            Sentence("a note of an audit"),
            Sentence("something else"),
            Sentence("Sign only what urna audit wrote."),
            where,
        )
    return say("{type} of audit {audit}", type=kind, audit=audit)
