"""`urna station load`: the authority's act that makes a station of empty machines, once a kit."""

import secrets
from pathlib import Path
from typing import Annotated

import typer

from urna.cli.kit_folder import load_station
from urna.cli.screen import groups_of_four, out
from urna.cli.words import say

KitArgument = Annotated[Path, typer.Argument(help=say("The station's kit, from urna station kit."), metavar="KIT")]
NewStation = Annotated[Path, typer.Argument(help=say("The folder of the station's machines."), metavar="STATION")]


def load(kit: KitArgument, station: NewStation) -> None:
    """Check the kit, build the machines, destroy the seeds."""
    identity = load_station(kit, station, secrets.token_bytes)
    booths = len(identity.keys.booths)
    out.print(
        say("Station {station} is loaded: a poll book and {booths} booths.", station=identity.station, booths=booths),
        style="green",
    )
    out.print(say("Election: {hash}", hash=groups_of_four(identity.election.identity)), markup=False)
    out.print(say("The seeds of its keys are destroyed: no other machine can be loaded from this kit."))
    out.print(
        say(
            "Next: urna station check {folder}, seal the machines, and send each card by another hand.",
            folder=str(station),
        ),
        markup=False,
    )
