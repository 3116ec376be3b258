"""`urna station spare`: another machine goes on with a broken booth's memory, or says and proves why it cannot."""

import secrets
from pathlib import Path
from typing import Annotated

import typer

from urna.cli.screen import err, groups_of_four, out
from urna.cli.spare_memory import GOES_ON, SpareReport, inspect_memory
from urna.cli.station_check import show_checks
from urna.cli.words import say
from urna.errors import Malformed, OutOfOrder
from urna.storage.station_folder import StationFolder, open_package
from urna.words import Sentence

StationArgument = Annotated[Path, typer.Argument(help=say("The spare machine's station folder."), metavar="STATION")]


def spare(
    station: StationArgument,
    booth: Annotated[int, typer.Option(min=1, help=say("The number of the booth that broke."))],
    memory: Annotated[Path, typer.Option(help=say("The removable memory of that booth."))],
) -> None:
    """Look at a copy, say what was found; exit code 1 if the booth cannot go on. Nothing of the memory is changed."""
    folder = StationFolder(station)
    identity = open_package(folder)
    if booth > len(identity.keys.booths):
        raise _no_booth(booth, len(identity.keys.booths))
    report = inspect_memory(identity, memory, booth, secrets.token_bytes)
    show_checks([(check.question, check.trouble) for check in report.checks])
    _show_hashes(report)
    if not report.goes_on or report.life is None:
        err.print(
            say("This memory CANNOT go on. Seal it with this screen's hashes written on the envelope."), style="red"
        )
        err.print(say("Voters go on at another booth or on paper; the slips in the box are counted by hand."))
        raise typer.Exit(1)
    take_over(folder, booth, memory)
    out.print(say(GOES_ON[report.life]), style="green")


def take_over(folder: StationFolder, booth: int, memory: Path) -> None:
    """The memory in its place in the spare's folder; it is moved, never copied: a booth is in one place or in none.

    Raises:
        OutOfOrder: another memory is in that place, or it would have to be copied.
    """
    place = folder.booth(booth)
    if place.exists() and place.samefile(memory):
        return
    if place.exists() and any(place.iterdir()):
        raise OutOfOrder(
            Sentence("no other memory of booth-{booth} in this machine", {"booth": booth}),
            Sentence("one"),
            Sentence("Take it out first: two memories of one booth must never run."),
            str(place),
        )
    if place.exists():
        place.rmdir()
    if memory.is_mount() or memory.stat().st_dev != folder.root.stat().st_dev:
        raise OutOfOrder(
            Sentence("the memory mounted at its place in the station's folder"),
            Sentence("another place"),
            Sentence(
                "Nothing was copied. Mount the memory at {place}, and give this command again.", {"place": str(place)}
            ),
            str(memory),
        )
    memory.rename(place)


def _show_hashes(report: SpareReport) -> None:
    for name, digest in report.files:
        out.print(f"{digest}  {name}", markup=False)
    out.print(say("The whole memory: {hash}", hash=groups_of_four(report.sha256)), markup=False)


def _no_booth(booth: int, booths: int) -> Malformed:
    return Malformed(
        Sentence("a booth from 1 to {booths}", {"booths": booths}),
        Sentence("{booth}", {"booth": booth}),
        Sentence("The number is on the booth's label."),
    )
