"""`urna election`: the definition of an election, from a folder that an official writes to a signed document."""

from pathlib import Path
from typing import Annotated

import typer

from urna.cli.definition_photos import photos_beside, read_photos, tell_of_photos
from urna.cli.definition_tables import show_definition
from urna.cli.keys import agree, ask_signer
from urna.cli.screen import groups_of_four, out
from urna.cli.words import say
from urna.election.check import valid_election
from urna.election.definition import Definition, Election
from urna.election.folder import FILES, read_folder
from urna.election.signing import join_signature, sign_first, signed_by
from urna.encoding.document import read_document
from urna.storage.definition_folder import (
    example_files,
    read_definition_folder,
    read_limited,
    replace_file,
    template_files,
    write_definition_folder,
)

app = typer.Typer(no_args_is_help=True)

FolderArgument = Annotated[Path, typer.Argument(help=say("The folder of the definition."), metavar="FOLDER")]
SourceArgument = Annotated[
    Path, typer.Argument(help=say("A definition: its folder, or a signed definition.note."), metavar="FOLDER|NOTE")
]


@app.command(help=say("Write a folder to begin with: a whole example, or with --empty the bare files, explained."))
def new(
    folder: Annotated[Path, typer.Argument(help=say("The folder to make."), metavar="FOLDER")],
    empty: Annotated[bool, typer.Option("--empty", help=say("Fill in nothing; explain each key."))] = False,
) -> None:
    """Write the files, overwriting none."""
    write_definition_folder(folder, template_files() if empty else example_files())
    out.print(say("{folder} has now: {files}.", folder=str(folder), files=", ".join(FILES)), markup=False)
    out.print(
        say("Change them, and see what is still wrong: urna election check {folder}", folder=str(folder)), markup=False
    )


@app.command(help=say("Read a definition and name all its mistakes, each with its file and line."))
def check(source: SourceArgument) -> None:
    """Findings end the command with exit code 1, an unreadable file with 2."""
    election, document = read_source(source)
    folder = photos_beside(source)
    photos = read_photos(folder, election) if folder else None
    out.print(say("No mistakes."), style="green")
    _print_identity(election)
    if photos:
        tell_of_photos(photos, election)
    if document:
        print_signatures(election, document, str(source))


@app.command(help=say("Sign a definition as one officer; the next officer signs the same file after you."))
def sign(
    folder: FolderArgument,
    key: Annotated[Path, typer.Option(help=say("Your key file, from urna authority keygen."))],
    note: Annotated[Path, typer.Option("--out", help=say("The signed definition."))] = Path("definition.note"),
    passphrase_file: Annotated[
        Path | None, typer.Option(help=say("Read the passphrase from this file instead of asking."))
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help=say("Do not ask before signing."))] = False,
) -> None:
    """Read, show what will be signed, ask, sign, say who is still missing."""
    definition = read_folder(read_definition_folder(folder))
    election = Election(definition)
    signer = ask_signer(key, passphrase_file)
    _print_identity(election)
    agree(say("Sign this definition?"), yes)
    if note.exists():
        document = join_signature(read_limited(note), definition, definition.authority, signer, str(note))
    else:
        document = sign_first(definition, definition.authority, signer)
    replace_file(note, document)
    print_signatures(election, document, str(note))


@app.command(help=say("Show a definition: its identity, contests, ballot styles, stations, rules and signatures."))
def show(
    source: SourceArgument,
    all_stations: Annotated[bool, typer.Option("--all", help=say("List every station, however many."))] = False,
) -> None:
    """Tables of everything."""
    election, document = read_source(source)
    show_definition(election, all_stations)
    if document:
        print_signatures(election, document, str(source))


def read_source(source: Path) -> tuple[Election, bytes]:
    """The election of a folder or of a document, and the document's bytes, its signatures not yet judged."""
    if source.is_dir() or not source.exists():
        return Election(read_folder(read_definition_folder(source))), b""
    document = read_limited(source)
    return valid_election(read_document(document, Definition, str(source)), str(source)), document


def print_signatures(election: Election, document: bytes, where: str) -> None:
    """Who has signed, and whether that is enough; signatures that fail are an error."""
    authority = election.definition.authority
    signed = signed_by(document, authority, where)
    names = ", ".join(officer.name for officer in signed) or "-"
    line = say(
        "Signed by {count} of {needed} officers needed: {names}.",
        count=len(signed),
        needed=authority.threshold,
        names=names,
    )
    if len(signed) >= authority.threshold:
        out.print(line, style="green", markup=False)
    else:
        out.print(line, style="yellow", markup=False)
        out.print(say("Pass {file} on to the next officer, who signs it too.", file=where), markup=False)


def _print_identity(election: Election) -> None:
    counts = {"contests": len(election.contests), "styles": len(election.styles), "stations": len(election.stations)}
    electors = sum(station.electors for station in election.stations.values())
    out.print(
        say(
            "{code}: {contests} contests, {styles} ballot styles, {stations} stations, {electors} electors.",
            code=election.definition.code,
            electors=electors,
            **counts,
        ),
        markup=False,
    )
    out.print(say("Identity (SHA-256), to compare by telephone:"))
    out.print(f"  {groups_of_four(election.identity)}", style="bold")
