"""`urna audit people`: who may sign in at an audit's pages. Whoever has the folder of a place makes its accounts.

add       an account: a coordinator, or a counter of a board
password  another password
block     shut somebody out at once
unblock   let somebody in again
list      everybody who takes part, and who has an account here
"""

from pathlib import Path
from typing import Annotated

import typer

from urna.audit.board_acts import CONSOLE, AuditRole, Joined
from urna.cli.audit_place import AuditOption, FolderArgument, PlaceOption, RecordOption, open_place
from urna.cli.center_server import now
from urna.cli.keys import choose_passphrase
from urna.cli.screen import out
from urna.cli.words import say

app = typer.Typer(no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(help=say("The short name, as maria.perez."), metavar="NAME")]
PasswordFile = Annotated[
    Path | None, typer.Option("--password-file", help=say("Read the password from a file instead of asking."))
]


@app.command(help=say("Make an account; the person types the password."))
def add(
    folder: FolderArgument,
    name: NameArgument,
    role: Annotated[AuditRole, typer.Option(help=say("What the person may do."))],
    full_name: Annotated[str, typer.Option("--full-name", help=say("As it stands under a count, for everybody."))],
    board: Annotated[str, typer.Option(help=say("A counter's board, such as T1."))] = "",
    record: RecordOption = None,
    audit: AuditOption = "",
    place: PlaceOption = "",
    password_file: PasswordFile = None,
) -> None:
    """The first coordinator is made here, too; boards are made on the pages."""
    found = open_place(folder, record, audit, place)
    what = Joined(person=name, full_name=" ".join(full_name.split()), role=role, board=board or None)
    password = _ask(name, password_file)
    found.accounts.check(name, password)
    found.journal.do(CONSOLE, what, now())
    found.accounts.set_password(name, password)
    out.print(say("{name} may sign in here.", name=name), markup=False)


@app.command(help=say("Set another password; every browser of this person is signed out."))
def password(folder: FolderArgument, name: NameArgument, password_file: PasswordFile = None) -> None:
    """For a forgotten one."""
    found = open_place(folder)
    with found.journal.reading() as board:
        board.member(name)
    found.accounts.set_password(name, _ask(name, password_file))
    out.print(say("{name} may sign in here.", name=name), markup=False)


@app.command(help=say("Shut somebody out at once."))
def block(folder: FolderArgument, name: NameArgument) -> None:
    """Every session ends with it."""
    open_place(folder).accounts.block(name)
    out.print(say("{name} is shut out.", name=name), markup=False)


@app.command(help=say("Let somebody in again."))
def unblock(folder: FolderArgument, name: NameArgument) -> None:
    """With the same password."""
    open_place(folder).accounts.block(name, is_blocked=False)
    out.print(say("{name} may sign in again.", name=name), markup=False)


@app.command("list", help=say("List everybody who takes part."))
def list_people(folder: FolderArgument) -> None:
    """By name, with the place where each signs in."""
    found = open_place(folder)
    accounts = found.accounts.everybody()
    with found.journal.reading() as board:
        members = sorted(board.members.values())
    for each in members:
        standing = say("blocked") if accounts.get(each.person) else each.place
        out.print(f"{each.person}  {each.full_name}  {each.role.value}  {each.board or '-'}  {standing}", markup=False)


def _ask(name: str, file: Path | None) -> str:
    return choose_passphrase(say("Choose a password for {name}", name=name), file)
