"""`urna center operator`: who may sign in at the centre's pages. Whoever has the centre's folder gives out the links.

add       an account, and its one-time link
link      a new link: a forgotten password, a lost telephone or passkey
block     shut somebody out at once
unblock   let somebody in again
list      all accounts
trail     check an export of who did what
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from fastapi import FastAPI

from urna.center.operators import Role
from urna.cli.screen import out
from urna.cli.words import say, say_in
from urna.crypto.kdf import Cost
from urna.errors import OutOfOrder
from urna.storage.centre_database import OneWriter, migrate, open_engine
from urna.storage.centre_opening import read_settings
from urna.storage.centre_operators import Clock, Operators, make_desk_key
from urna.storage.centre_proposals import Proposals
from urna.storage.centre_service import CentreService
from urna.storage.centre_trail import Trail, check_trail
from urna.web.center.desk import PREFIX, DeskParts
from urna.web.center.desk_centre import CentreAtDesk
from urna.web.center.desk_pages import operators_pages

CONSOLE = "console"
"""Who, in the trail, did what was done on this command line."""

app = typer.Typer(no_args_is_help=True)

Folder = Annotated[Path, typer.Argument(help=say("The centre's folder."), metavar="FOLDER")]
Name = Annotated[str, typer.Argument(help=say("The operator's name, as maria.perez."), metavar="NAME")]
Origin = Annotated[str, typer.Option(help=say("The centre's own address, as operators type it."))]


def clock() -> Clock:
    """This instant."""
    seconds = int(time.time())
    return Clock(seconds, datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


def add_desk(app: FastAPI, service: CentreService, origin: str, cost: Cost = Cost.MODERATE) -> None:
    """Adds the operators' pages to a centre's addresses, at /desk.

    Args:
        app: the addresses.
        service: the centre at work.
        origin: "https://centre.example", the only address at which the pages answer.
        cost: of a password; all accounts of a centre have the same.
    """
    engine = service.opened.store.engine
    parts = DeskParts(
        centre=CentreAtDesk(service),
        operators=Operators(engine, make_desk_key(service.opened.folder), cost),
        proposals=Proposals(engine),
        trail=Trail(engine),
        clock=clock,
        speakers={"es": say_in("es"), "en": say_in("en")},
        origin=origin.rstrip("/"),
    )
    app.mount(PREFIX, operators_pages(parts))


@app.command(help=say("Make an account, and show its one-time link, good for a day."))
def add(
    folder: Folder,
    name: Name,
    role: Annotated[Role, typer.Option(help=say("What the operator may do."))],
    origin: Origin = "http://127.0.0.1:8400",
) -> None:
    """The first chief is made here, too."""
    with accounts(folder) as operators:
        _show_link(origin, operators.add(name, role, clock(), CONSOLE))


@app.command(help=say("Give a new link; the old password, telephone and passkeys are good no more."))
def link(folder: Folder, name: Name, origin: Origin = "http://127.0.0.1:8400") -> None:
    """For a forgotten password, a lost telephone or passkey."""
    with accounts(folder) as operators:
        _show_link(origin, operators.invite(name, clock(), CONSOLE))


@app.command(help=say("Shut an operator out at once."))
def block(folder: Folder, name: Name) -> None:
    """Every session ends with it."""
    with accounts(folder) as operators:
        operators.block(name, clock(), CONSOLE)
    out.print(say("{name} is shut out.", name=name), markup=False)


@app.command(help=say("Let an operator in again."))
def unblock(folder: Folder, name: Name) -> None:
    """With the same password, telephone and passkeys."""
    with accounts(folder) as operators:
        operators.block(name, clock(), CONSOLE, is_blocked=False)
    out.print(say("{name} may sign in again.", name=name), markup=False)


@app.command("list", help=say("List the accounts."))
def list_accounts(folder: Folder) -> None:
    """By name."""
    with accounts(folder) as operators:
        for each in operators.everybody():
            standing = say("blocked") if each.is_blocked else say("enrolled") if each.is_enrolled else say("invited")
            out.print(f"{each.name}  {each.role.value}  {standing}", markup=False)


@app.command(help=say("Check an export of the trail: no entry is missing, none was changed."))
def trail(
    export: Annotated[Path, typer.Argument(help=say("The file trail.jsonl."), metavar="EXPORT", exists=True)],
) -> None:
    """Its last hash is to be compared with the one that was noted."""
    with export.open("rb") as lines:
        head = check_trail(iter(lines))
    out.print(say("{serial} entries, the last one {hash}.", serial=head.serial, hash=head.sha256), markup=False)


@contextmanager
def accounts(folder: Path) -> Iterator[Operators]:
    """The accounts of a centre, which may be running; if it is not, its tables are brought up to date."""
    settings = read_settings(folder)
    engine = open_engine(folder, settings.database)
    try:
        try:
            lock = OneWriter(folder, engine)
        except OutOfOrder:
            pass  # it runs, so its tables are up to date
        else:
            try:
                migrate(engine)
            finally:
                lock.let_go()
        yield Operators(engine, make_desk_key(folder))
    finally:
        engine.dispose()


def _show_link(origin: str, secret: str) -> None:
    out.print(say("Give this link to the operator by a way that nobody else reads; it is good once, for a day:"))
    out.print(f"{origin.rstrip('/')}{PREFIX}/link/{secret}", markup=False, soft_wrap=True)
