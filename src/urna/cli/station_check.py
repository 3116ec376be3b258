"""`urna station check`: what is right and what is wrong with a station's package and media, and the way on.

Nothing is changed. A poll book that is running has its medium to itself, and is said to be running.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from urna.cli.poll_book_machine import open_poll_book_machine
from urna.cli.screen import groups_of_four, out
from urna.cli.spare_memory import inspect_memory
from urna.cli.words import say
from urna.errors import OutOfOrder, UrnaError
from urna.station.photos import is_photo
from urna.storage.station_folder import StationFolder, StationIdentity, open_package
from urna.words import N_, Sentence

Checked = tuple[str, UrnaError | None]
"""A statement, marked for translation, and what stands against it; None: nothing."""


def check(
    station: Annotated[Path, typer.Argument(help=say("The station's folder."), metavar="STATION")],
) -> None:
    """Every statement with its verdict; exit code 1 if one does not hold."""
    folder = StationFolder(station)
    checks = list(check_station(folder))
    show_checks(checks)
    if any(trouble for _, trouble in checks):
        raise typer.Exit(1)
    identity = open_package(folder)
    out.print(say("Election: {hash}", hash=groups_of_four(identity.election.identity)), markup=False)
    out.print(say("Candidates' photos in the package: {count}.", count=sum(map(is_photo, identity.files))))
    purpose = N_("This station is for practice: nothing that happens here can count.")
    out.print(say(purpose) if identity.is_practice else say("Station {station} is right.", station=identity.station))


def check_station(folder: StationFolder) -> Iterator[Checked]:
    """The package first; of media only what a right package lets us judge."""
    trouble = _trouble(lambda: open_package(folder))
    yield N_("The package is whole, signed, and of this station."), trouble
    if trouble is not None:
        return
    identity = open_package(folder)
    yield N_("The poll book's medium is this station's."), _trouble(lambda: _open_poll_book(folder))
    for number in range(1, len(identity.keys.booths) + 1):
        yield _BOOTHS[number - 1], _booth_trouble(folder, identity, number)
    yield N_("Nobody but this account can read the station's folder."), _trouble(lambda: _check_modes(folder))


def show_checks(checks: Sequence[Checked]) -> None:
    """A line each, with what is wrong and what to do below it."""
    for statement, trouble in checks:
        mark, style = ("✔", "green") if trouble is None else ("✘", "red")
        out.print(Text.assemble((f"{mark} ", style), say(statement)))
        if trouble is not None:
            found = say("Expected {expected}; found {found}.", expected=say(trouble.expected), found=say(trouble.found))
            place = f"{trouble.where}: " if trouble.where else ""
            out.print(Text(f"    {place}{found}"))
            out.print(Text(f"    {say(trouble.remedy)}", style="bold"))


_BOOTHS = (
    N_("Booth 1 has its own memory."),
    N_("Booth 2 has its own memory."),
    N_("Booth 3 has its own memory."),
    N_("Booth 4 has its own memory."),
    N_("Booth 5 has its own memory."),
    N_("Booth 6 has its own memory."),
    N_("Booth 7 has its own memory."),
    N_("Booth 8 has its own memory."),
    N_("Booth 9 has its own memory."),
)
"""A station has at most nine (election/definition.Station)."""


def _open_poll_book(folder: StationFolder) -> None:
    open_poll_book_machine(folder.root, secrets.token_bytes).close()


def _booth_trouble(folder: StationFolder, identity: StationIdentity, number: int) -> UrnaError | None:
    """The first thing that is wrong with a booth's memory, looked at in a copy: the booth may be running."""
    if (trouble := _trouble(lambda: folder.medium(number))) is not None:
        return trouble
    report = inspect_memory(identity, folder.booth(number), number, secrets.token_bytes)
    return next((check.trouble for check in report.checks if check.trouble), None)


def _check_modes(folder: StationFolder) -> None:
    if exposed := folder.exposed():
        raise OutOfOrder(
            Sentence("files for this account alone"),
            Sentence("{count} that others may read or write", {"count": len(exposed)}),
            Sentence("Close them: chmod -R go= {folder}", {"folder": str(folder.root)}),
            str(exposed[0]),
        )


def _trouble(act: Callable[[], object]) -> UrnaError | None:
    try:
        act()
    except UrnaError as error:
        return error
    return None
