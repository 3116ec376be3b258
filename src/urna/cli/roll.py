"""`urna roll`: the electors, from the registry's file to the commitment that the officers sign."""

import secrets
from pathlib import Path
from typing import Annotated

import typer

from urna.cli.election import print_signatures, read_source
from urna.cli.keys import agree, ask_signer
from urna.cli.roll_deduplicate import register as register_deduplication
from urna.cli.roll_enrol import register as register_enrolment
from urna.cli.roll_enrol_archive import register as register_archive
from urna.cli.roll_key import RollPassphrase, make_roll_key, open_roll_key
from urna.cli.roll_wipe import register as register_wiping
from urna.cli.screen import groups_of_four, out
from urna.cli.words import say
from urna.election.certification import RollCommitments
from urna.election.definition import Election
from urna.election.signing import join_signature, officers_of, sign_first
from urna.encoding.canonical import digest, encode
from urna.encoding.document import open_document
from urna.errors import Unproven
from urna.roll.checking import check_roll
from urna.roll.commitment import commit_roll, open_commitment, salted_parts
from urna.roll.importing import import_roll
from urna.roll.synthetic import as_csv, synthesize_roll
from urna.storage.definition_folder import read_limited, replace_file, write_secret_file
from urna.storage.roll_files import MAX_CSV_BYTES, read_roll, write_roll
from urna.words import Sentence

app = typer.Typer(no_args_is_help=True)

DefinitionOption = Annotated[
    Path, typer.Option("--definition", help=say("The definition: its folder, or the signed definition.note."))
]
RollArgument = Annotated[Path, typer.Argument(help=say("The folder of the roll."), metavar="ROLL")]
NoteOption = Annotated[Path, typer.Option("--note", help=say("The signed commitments."))]


@app.command("import", help=say("Read the registry's CSV file, place every elector, draw salts, and write the roll."))
def import_(
    file: Annotated[Path, typer.Argument(help=say("The CSV file: number,name,centre,station,group."), metavar="CSV")],
    definition: DefinitionOption,
    folder: Annotated[Path, typer.Option("--out", help=say("The folder to write the roll to."))] = Path("roll"),
    roll_passphrase_file: RollPassphrase = None,
) -> None:
    """All of the file or a list of all its mistakes; nothing is written then."""
    election, _ = read_source(definition)
    electors = import_roll(read_limited(file, MAX_CSV_BYTES), election, file.name)
    made = make_roll_key(election, roll_passphrase_file)
    parts = salted_parts(electors, election, secrets.token_bytes)
    write_roll(folder, parts, made.key, made.file, secrets.token_bytes)
    count = {"electors": len(electors), "stations": len(election.stations)}
    out.print(say("{electors} electors at {stations} stations.", **count), style="green")
    out.print(
        say("{folder} is sealed: whoever loses its passphrase imports the roll anew.", folder=str(folder)), markup=False
    )
    out.print(say("Next: urna roll commit {folder}", folder=str(folder)), markup=False)


@app.command(help=say("Write a roll of people who do not exist, as many as the definition says."))
def synthesize(
    definition: DefinitionOption,
    file: Annotated[Path, typer.Option("--out", help=say("The CSV file to write."))] = Path("roll.csv"),
    seed: Annotated[int, typer.Option(help=say("The same seed gives the same people."))] = 1,
) -> None:
    """For demonstrations and rehearsals; numbers begin with F, which no identity card does."""
    election, _ = read_source(definition)
    electors = synthesize_roll(election, seed)
    write_secret_file(file, as_csv(electors, election))
    out.print(say("{count} fictional electors in {file}.", count=len(electors), file=str(file)), markup=False)


@app.command(
    help=say("Commit to the roll as one officer: counts and roots, no person; the next officer signs after you.")
)
def commit(
    folder: RollArgument,
    definition: DefinitionOption,
    key: Annotated[Path, typer.Option(help=say("Your key file, from urna authority keygen."))],
    note: NoteOption = Path("roll.note"),
    passphrase_file: Annotated[
        Path | None, typer.Option(help=say("Read the passphrase from this file instead of asking."))
    ] = None,
    roll_passphrase_file: RollPassphrase = None,
    yes: Annotated[bool, typer.Option("--yes", help=say("Do not ask before signing."))] = False,
) -> None:
    """Recompute from the roll itself, show, ask, sign, say who is still missing."""
    election, _ = read_source(definition)
    parts = read_roll(folder, election, open_roll_key(folder, election, roll_passphrase_file))
    check_roll(parts, election)
    commitments = commit_roll(parts, election)
    signer = ask_signer(key, passphrase_file)
    out.print(say("Commitments: {hash}", hash=groups_of_four(digest(encode(commitments)))), markup=False)
    agree(say("Sign these commitments?"), yes)
    authority = election.definition.authority
    if note.exists():
        document = join_signature(read_limited(note), commitments, authority, signer, str(note))
    else:
        document = sign_first(commitments, authority, signer)
    replace_file(note, document)
    print_signatures(election, document, str(note))


@app.command(help=say("Check that a roll is the one that the officers committed to."))
def check(
    folder: RollArgument,
    definition: DefinitionOption,
    note: NoteOption = Path("roll.note"),
    roll_passphrase_file: RollPassphrase = None,
) -> None:
    """Every station's part against its commitment."""
    election, _ = read_source(definition)
    commitments = _open_commitments(read_limited(note), election, str(note))
    parts = read_roll(folder, election, open_roll_key(folder, election, roll_passphrase_file))
    for part, commitment in zip(parts, commitments.stations, strict=True):
        open_commitment(commitment, part)
    count = sum(commitment.electors for commitment in commitments.stations)
    out.print(say("The roll is the committed one: {count} electors.", count=count), style="green")


def _open_commitments(document: bytes, election: Election, where: str) -> RollCommitments:
    authority = election.definition.authority
    found = open_document(document, RollCommitments, officers_of(authority), authority.threshold, where)
    stations = tuple(commitment.station for commitment in found.stations)
    if (found.election, stations) != (election.identity, tuple(election.stations)):
        raise Unproven(
            Sentence("commitments of every station of this election"),
            Sentence("those of another election or of other stations"),
            Sentence("Take the roll.note of this election."),
            where,
        )
    return found


register_enrolment(app)
register_deduplication(app)
register_archive(app)
register_wiping(app)
