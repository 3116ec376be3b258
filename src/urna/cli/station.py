"""`urna station`: the machines of a polling station, from the authority's kit to the archive after the day."""

import typer

from urna.cli.station_archive import archive, wipe
from urna.cli.station_check import check
from urna.cli.station_kit import kit
from urna.cli.station_load import load
from urna.cli.station_log import log
from urna.cli.station_practice import finger, practice
from urna.cli.station_send import send
from urna.cli.station_serve import serve
from urna.cli.station_spare import spare
from urna.cli.words import say

app = typer.Typer(no_args_is_help=True)

app.command(help=say("Make a practice station of people who do not exist, to be tried at once."))(practice)
app.command(help=say("Lay a finger on a practice station's reader."))(finger)
app.command(help=say("Make the kits of stations: package, seeds, cards, PINs, codes, each for another hand."))(kit)
app.command(help=say("Load a station's machines from its kit, once."))(load)
app.command(help=say("Start the screens of a station and keep them running."))(serve)
app.command(help=say("Say what is right and what is wrong with a station's package and media."))(check)
app.command(help=say("Go on with a broken booth's memory in a spare machine, or prove why not."))(spare)
app.command(help=say("Show the machines' event logs, check them, write them in NIST's format."))(log)
app.command(help=say("After the day: keep the signed outputs, papers and hashes; no elector is in it."))(archive)
app.command(help=say("Send what stations wrote on a stick to the centre, from wherever there is a line."))(send)
app.command(help=say("After the archive: wipe booths' memories; a practice station is wiped whole."))(wipe)
