"""`urna guardian`: the key ceremony and the openings, each guardian with the same commands on a machine of their own.

The machine is never on a network: each command reads files that others brought, and says which file to carry to whom.
"""

from pathlib import Path
from typing import Annotated

import typer

from urna.ballot.ceremony import guardians_of, read_coefficients
from urna.cli.guardian_acts import (
    act_accept,
    act_answer,
    act_coefficients,
    act_combine,
    act_commit,
    act_join,
    act_promise,
    act_reveal,
    act_shares,
)
from urna.cli.guardian_desk import Desk, show_opening, take_seat
from urna.cli.guardian_drill import run_drill
from urna.cli.guardian_rehearsal import run_rehearsal
from urna.cli.keys import agree, make_key
from urna.cli.screen import groups_of_four, out
from urna.cli.words import say
from urna.election.signing import open_definition
from urna.encoding.canonical import decode, encode
from urna.guardian.ceremony import check_complaint
from urna.guardian.request import OpeningRequest
from urna.storage.definition_folder import read_limited, replace_file

app = typer.Typer(no_args_is_help=True)

Definition = Annotated[Path, typer.Argument(help=say("The signed definition.note."), metavar="NOTE")]
Folder = Annotated[Path, typer.Argument(help=say("Your folder for the papers of the guardians."), metavar="FOLDER")]
Request = Annotated[
    Path, typer.Argument(help=say("What to open, made on your machine from the public record."), metavar="REQUEST")
]
Key = Annotated[Path, typer.Option(help=say("Your key file, from urna guardian keygen."))]
Private = Annotated[Path, typer.Option(help=say("Your private file; it never leaves your machine."))]
Passphrase = Annotated[Path | None, typer.Option(help=say("Read the passphrase from this file instead of asking."))]
Yes = Annotated[bool, typer.Option("--yes", help=say("Do not ask before signing."))]


@app.command(help=say("Make a guardian's signing key; print the lines for election.toml."))
def keygen(
    name: Annotated[str, typer.Argument(help=say("The key's name, as court.example/guardian."), metavar="NAME")],
    file: Annotated[Path, typer.Option("--out", help=say("The key file to write; keep a copy in another place."))],
    person: Annotated[str, typer.Option(help=say("The name of its owner, for election.toml."))] = "",
    passphrase_file: Passphrase = None,
) -> None:
    """The private key never leaves the file; what is printed is public."""
    public_hex = make_key(name, file, passphrase_file)
    out.print(say("The key is in {file}. These lines go into election.toml:", file=str(file)), markup=False)
    lines = f'\n[[authority.guardian]]\nname = "{person}"\nkey_name = "{name}"\nkey = "{public_hex}"\n'
    out.print(lines, markup=False)


@app.command("commit", help=say("Ceremony, step 1: draw your secret numbers and publish a hash of what they give."))
def commit_(
    definition: Definition, folder: Folder, key: Key, private: Private, passphrase_file: Passphrase = None
) -> None:
    """Never over a private file that is there: it may be needed for an election."""
    desk, seat = _desk(definition, folder), take_seat(key, private, passphrase_file)
    desk.tell(act_commit(desk, seat))
    _next(say("When the commitments of all lie in your folder: urna guardian coefficients."))


@app.command(help=say("Ceremony, step 2: with everybody's hash in your folder, show your points and their proofs."))
def coefficients(
    definition: Definition, folder: Folder, key: Key, private: Private, passphrase_file: Passphrase = None
) -> None:
    """The private file first, then the paper."""
    desk, seat = _desk(definition, folder), take_seat(key, private, passphrase_file)
    desk.tell(act_coefficients(desk, seat))
    _next(say("When the coefficients of all lie in your folder: urna guardian shares."))


@app.command(help=say("Ceremony, step 3: check everybody's points, and seal to each guardian their share."))
def shares(
    definition: Definition, folder: Folder, key: Key, private: Private, passphrase_file: Passphrase = None
) -> None:
    """Each box goes to one guardian; nobody else can open it."""
    desk, seat = _desk(definition, folder), take_seat(key, private, passphrase_file)
    desk.tell(act_shares(desk, seat))
    _next(say("When a box of every other guardian lies in your folder: urna guardian accept."))


@app.command(help=say("Ceremony, step 4: check the shares you got and sign the joint key, or write a complaint."))
def accept(
    definition: Definition, folder: Folder, key: Key, private: Private, passphrase_file: Passphrase = None
) -> None:
    """With a wrong share nothing is signed; the complaint shows it to everybody."""
    desk, seat = _desk(definition, folder), take_seat(key, private, passphrase_file)
    desk.tell(act_accept(desk, seat))
    _next(say("When all have signed: urna guardian join."))


@app.command("complain-check", help=say("Check a complaint about a share: is it wrong, or is the accused honest?"))
def complain_check(
    definition: Definition,
    folder: Folder,
    complaint: Annotated[Path, typer.Argument(help=say("The complaint."), metavar="COMPLAINT")],
) -> None:
    """A complaint that is not right ends the command with an error."""
    desk = _desk(definition, folder)
    papers = desk.papers()
    ceremony = read_coefficients(desk.election, papers.commitments, papers.coefficients)
    found = check_complaint(desk.election, ceremony, read_limited(complaint), str(complaint))
    guardians = guardians_of(desk.election)
    accused, by = guardians[found.accused - 1].name, guardians[found.guardian - 1].name
    out.print(
        say("{accused} gave {by} a wrong share and signed it.", accused=accused, by=by), style="red", markup=False
    )
    _next(say("This ceremony ends here. All begin again, or the officers name another guardian."))


@app.command(help=say("Ceremony, the end: put the signatures of all under the joint key; needs no secret."))
def join(definition: Definition, folder: Folder) -> None:
    """What is written is checked as any verifier would."""
    file, keys = act_join(_desk(definition, folder))
    out.print(say("All guardians signed. The joint key is in {file}.", file=str(file)), style="green", markup=False)
    out.print(say("Its base hash, to compare by telephone:"))
    out.print(f"  {groups_of_four(keys.base_hash.hex())}", style="bold")
    _next(say("It goes into the public record with the commitments and the coefficients."))


@app.command("open-prepare", help=say("Opening, before all: verify the public record and write what is to be opened."))
def open_prepare(
    definition: Definition,
    record: Annotated[Path, typer.Argument(help=say("The folder of the public record."), metavar="RECORD")],
    request: Annotated[Path, typer.Option("--out", help=say("The request to write."))],
) -> None:
    """A record that does not verify, or is of another election, gives no request."""
    from urna.cli.guardian_prepare import prepare_request  # noqa: PLC0415 - loads the kernels; no other step does

    asked = prepare_request(open_definition(read_limited(definition), str(definition)), record)
    if asked is None:
        raise typer.Exit(1)
    replace_file(request, encode(asked))
    _show_request(asked)
    _next(say("All who take part make it for themselves and compare: urna guardian open-commit."))


@app.command("open-commit", help=say("Opening, step 1: check what is to be opened, and publish a hash of your part."))
def open_commit(
    definition: Definition,
    folder: Folder,
    request: Request,
    key: Key,
    private: Private,
    guardians: Annotated[list[int], typer.Option("--with", help=say("A guardian who takes part, by number; repeat."))],
    passphrase_file: Passphrase = None,
    yes: Yes = False,
) -> None:
    """Show what will be opened, ask, promise."""
    desk, seat = _desk(definition, folder), take_seat(key, private, passphrase_file)
    asked = _request(request)
    _show_request(asked)
    agree(say("Take part in opening these sums?"), yes)
    desk.tell(act_promise(desk, seat, asked, guardians))
    _next(say("When the promises of all who take part lie in your folder: urna guardian open-reveal."))


@app.command("open-reveal", help=say("Opening, step 2: with everybody's hash in your folder, show your part."))
def open_reveal(
    definition: Definition,
    folder: Folder,
    request: Request,
    key: Key,
    private: Private,
    passphrase_file: Passphrase = None,
) -> None:
    """From here on your machine remembers these sums as opened."""
    desk, seat = _desk(definition, folder), take_seat(key, private, passphrase_file)
    desk.tell(act_reveal(desk, seat, _request(request)))
    _next(say("When the parts of all who take part lie in your folder: urna guardian open-respond."))


@app.command(
    "open-respond", help=say("Opening, step 3: with everybody's part in your folder, give your answers, once.")
)
def open_respond(
    definition: Definition,
    folder: Folder,
    request: Request,
    key: Key,
    private: Private,
    passphrase_file: Passphrase = None,
) -> None:
    """The private file forgets the random numbers before the answers are written."""
    desk, seat = _desk(definition, folder), take_seat(key, private, passphrase_file)
    desk.tell(act_answer(desk, seat, _request(request)))
    _next(say("When the answers of all lie in one folder: urna guardian open-combine."))


@app.command("open-combine", help=say("Opening, the end: votes and proofs from everybody's answers; needs no secret."))
def open_combine(definition: Definition, folder: Folder, request: Request) -> None:
    """A guardian who answered falsely is named, and nothing is written."""
    openings = act_combine(_desk(definition, folder), _request(request))
    for opening in openings:
        show_opening(opening)
    where = str(folder / "aggregates")
    line = say("{count} sums are open and proven: {folder}.", count=len(openings), folder=where)
    out.print(line, style="green", markup=False)
    _next(say("They go into the public record; anyone checks them with: urna verify."))


@app.command(
    help=say("Rehearse the ceremony: play all guardians, with files in a folder and keys that are thrown away.")
)
def rehearse(
    source: Annotated[
        Path, typer.Argument(help=say("A definition: its folder, or a signed definition.note."), metavar="FOLDER|NOTE")
    ],
    folder: Annotated[Path, typer.Argument(help=say("A new folder for everybody's files."), metavar="FOLDER")],
) -> None:
    """Exit code 1 if something does not end as it should."""
    if not run_rehearsal(source, folder):
        raise typer.Exit(1)


@app.command(help=say("Rehearse the loss of guardians, step by step, with keys that are thrown away."))
def drill() -> None:
    """Everything happens in memory; exit code 1 if a step does not end as it should."""
    if not run_drill():
        raise typer.Exit(1)


def _desk(definition: Path, folder: Path) -> Desk:
    return Desk(open_definition(read_limited(definition), str(definition)), folder)


def _request(file: Path) -> OpeningRequest:
    return decode(read_limited(file), OpeningRequest, str(file))


def _next(text: str) -> None:
    out.print(text, style="dim", markup=False)


def _show_request(request: OpeningRequest) -> None:
    """What is opened, a line each, and the hash that all compare."""
    for each in request.aggregates:
        planned = each.planned
        line = say(
            "{serial}. {contest} in {territory}: {ballots} ballots of {stations} stations.",
            serial=planned.serial,
            contest=planned.contest,
            territory=planned.territory,
            ballots=planned.ballots,
            stations=len(planned.stations),
        )
        out.print(line, markup=False)
    out.print(say("Hash of the request, to compare by telephone with all who take part:"))
    out.print(f"  {groups_of_four(request.identity)}", style="bold")
