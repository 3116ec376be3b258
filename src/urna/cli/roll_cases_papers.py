"""Papers around cases: their key, who may decide them, the public report, the list for the registry."""

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from urna.cli.election import print_signatures, read_source
from urna.cli.keys import agree, ask_signer, choose_passphrase
from urna.cli.roll_cases_desk import (
    CaseKeyFileOption,
    CasePassphrase,
    DefinitionOption,
    KeyOption,
    ListArgument,
    Passphrase,
    Yes,
    open_desk,
    open_private_half,
    public_half,
    thousandths,
)
from urna.cli.screen import out
from urna.cli.words import say
from urna.crypto.lockedfile import NONCE_BYTES, SALT_BYTES
from urna.crypto.sealing import SECRET_BYTES, seal
from urna.election.definition import NamedKey
from urna.election.signing import join_signature, sign_first
from urna.encoding.canonical import decode, encode
from urna.log.note import NoteVerifier
from urna.roll.case_key import read_case_key, seal_case_key
from urna.roll.deduplication import Adjudicators, Case
from urna.roll.deduplication_report import DeduplicationReport, RegistryList, make_registry_list, make_report
from urna.storage.definition_folder import read_limited, refuse_taken, replace_file, write_secret_file
from urna.storage.worklist import ADJUDICATORS


def keygen(
    name: Annotated[str, typer.Argument(help=say("Whose key it is, as registry.example/cases."), metavar="NAME")],
    file: Annotated[Path, typer.Option("--out", help=say("The key file to write; keep a copy in another place."))],
    passphrase_file: CasePassphrase = None,
) -> None:
    """The private half is under a passphrase; a search needs the public half only."""
    refuse_taken(file)
    typed = choose_passphrase(say("Choose a passphrase for {name}", name=name), passphrase_file)
    secret, salt, nonce = (secrets.token_bytes(size) for size in (SECRET_BYTES, SALT_BYTES, NONCE_BYTES))
    data = seal_case_key(name, secret, typed, salt=salt, nonce=nonce)
    write_secret_file(file, data)
    out.print(say("The key is in {file}; its public half: {key}", file=str(file), key=read_case_key(data).public_hex))


def appoint(
    definition: DefinitionOption,
    adjudicator: Annotated[
        list[str],
        typer.Option(metavar="NAME=VKEY", help=say("A person and the person's key as name+id+base64; once for each.")),
    ],
    key: KeyOption,
    note: Annotated[Path, typer.Option("--out", help=say("The document; put it into the work list's folder."))] = Path(
        ADJUDICATORS
    ),
    passphrase_file: Passphrase = None,
    yes: Yes = False,
) -> None:
    """Show, ask, sign."""
    election, _ = read_source(definition)
    people = tuple(map(_named_key, adjudicator))
    record = decode(encode(Adjudicators(election=election.identity, people=people)), Adjudicators, str(note))
    signer = ask_signer(key, passphrase_file)
    for person in record.people:
        out.print(f"{person.name}  {person.key_name}  {person.key[:16]}…", markup=False)
    agree(say("Sign that these people may decide cases?"), yes)
    authority = election.definition.authority
    if note.exists():
        document = join_signature(read_limited(note), record, authority, signer, str(note))
    else:
        document = sign_first(record, authority, signer)
    replace_file(note, document)
    print_signatures(election, document, str(note))


def report(
    folder: ListArgument,
    definition: DefinitionOption,
    case_key: CaseKeyFileOption,
    file: Annotated[Path, typer.Option("--out", help=say("The report to write; it may be published."))],
    registry_list: Annotated[
        Path | None, typer.Option(help=say("Write the cases for the registry there, sealed."))
    ] = None,
    to: Annotated[
        str, typer.Option(metavar="HEX", help=say("The registry's public key; without it, the case key."))
    ] = "",
    passphrase: CasePassphrase = None,
) -> None:
    """Count; name nobody in the report."""
    desk = open_desk(folder, definition, case_key, passphrase)
    cases = [(case, desk.standing(name, case)) for name, case in desk.work.cases(desk.key)]
    made = make_report(desk.work.head, desk.work.parts_done(), [standing for _, standing in cases])
    if registry_list is not None:
        found = make_registry_list(desk.election.identity, cases)
        key = public_half(to) if to else desk.work.head.key
        write_secret_file(registry_list, seal(key, encode(found), secrets.token_bytes(SECRET_BYTES)))
    replace_file(file, encode(made))
    _tell(made)


def open_list(
    file: Annotated[Path, typer.Argument(help=say("The sealed list."), metavar="LIST")],
    case_key: CaseKeyFileOption,
    passphrase: CasePassphrase = None,
) -> None:
    """Personal data: on this screen only."""
    key = open_private_half(case_key, passphrase)
    found = decode(key.unseal(read_limited(file), str(file)), RegistryList, str(file))
    for title, cases in (
        (say("One person, by two people's word"), found.same_person),
        (say("Referred"), found.referred),
    ):
        out.print(title, style="bold", markup=False)
        for case in cases:
            one, other = case.one, case.other
            line = f"{one.number} ({one.station})  {other.number} ({other.station})  {thousandths(case.score)}"
            out.print(line, markup=False)
    out.print(say("Nobody is taken off the roll by this list: the registry inquires and decides."))


def _show_cases(title: str, cases: Sequence[Case]) -> None:
    out.print(title, style="bold", markup=False)
    for case in cases:
        one, other = case.one, case.other
        line = f"{one.number} ({one.station})  {other.number} ({other.station})  {thousandths(case.score)}"
        out.print(line, markup=False)


def _tell(made: DeduplicationReport) -> None:
    ended = made.decided
    out.print(say("{cases} cases of {pairs} pairs of people.", cases=made.cases, pairs=made.pairs))
    counts = {"same": ended.same_person, "different": ended.different_people, "referred": ended.referred}
    out.print(
        say(
            "One person: {same}; different people: {different}; referred: {referred}; not decided: {open}.",
            **counts,
            open=ended.undecided,
        )
    )
    if not made.is_complete:
        out.print(say("The search is not complete: take it up with --resume."), style="yellow")


def _named_key(text: str) -> NamedKey:
    """A person and a key out of NAME=VKEY."""
    name, _, vkey = text.partition("=")
    verifier = NoteVerifier.of(vkey)
    return NamedKey(name=name, key_name=verifier.name, key=verifier.public_hex)
