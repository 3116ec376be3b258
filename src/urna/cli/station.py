"""`urna station`: the machines of a polling station, from the authority's kit to the archive after the day."""

import typer

from urna.cli.station_load import load
from urna.cli.station_practice import finger, practice
from urna.cli.station_serve import serve
from urna.cli.words import say

app = typer.Typer(no_args_is_help=True)

app.command(help=say("Make a practice station of people who do not exist, to be tried at once."))(practice)
app.command(help=say("Lay a finger on a practice station's reader."))(finger)
app.command(help=say("Load a station's machines from its kit, once."))(load)
app.command(help=say("Start the screens of a station and keep them running."))(serve)
