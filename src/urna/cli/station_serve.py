"""`urna station serve`: a poll book and its booths, each a process of its own, kept running until the day is over."""

import signal
from itertools import zip_longest
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from msgspec.structs import replace

from urna.cli.screen import err, out
from urna.cli.station_browser import find_chromium, swap_words
from urna.cli.station_hold import hold_parts
from urna.cli.station_medium import now
from urna.cli.station_process import POLL_BOOK, ProcessSettings, read_address
from urna.cli.station_supervisor import Supervisor, run_folder
from urna.cli.words import say
from urna.errors import Malformed
from urna.web.kiosk.display import read_display
from urna.words import Sentence

POLL_BOOK_PORT, BOOTH_PORT = 8100, 8200
POLL_BOOK_FACE, BOOTH_FACE = "urna.cli.station_poll_book:make_face", "urna.cli.station_booth:make_face"

Station = Annotated[Path, typer.Argument(help=say("The station's folder."), exists=True, file_okay=False)]
Only = Annotated[str, typer.Option(help=say("Start one of them alone: poll-book, or booth-1 and so on."))]
Printers = Annotated[list[str] | None, typer.Option("--printer", help=say("A booth's printer; once for each booth."))]
Reports = Annotated[str, typer.Option(help=say("The poll book's printer, for reports."))]
Reader = Annotated[str, typer.Option(help=say("The poll book's fingerprint reader."))]
Display = Annotated[str, typer.Option(help=say("The screen: a name, or inches and pixels as 17:1280x1024."))]
Kiosk = Annotated[bool, typer.Option("--kiosk", help=say("Show each face in a Chromium in full screen."))]
Port = Annotated[int, typer.Option(help=say("The poll book's; booth 1 has the port 101 above it, and so on."))]
Channels = Annotated[
    list[str] | None,
    typer.Option("--channel", help=say("Where a booth listens, if on another machine: tcp:HOST:PORT.")),
]


def serve(
    station: Station,
    only: Only = "",
    printer: Printers = None,
    reports: Reports = "",
    reader: Reader = "",
    display: Display = "",
    kiosk: Kiosk = False,
    port: Port = POLL_BOOK_PORT,
    channel: Channels = None,
) -> None:
    """Start the screens of a station and keep them running; Ctrl-C ends them."""
    booths = count_booths(station)
    plan = plan_of(station, booths, only, printer or [], reports, reader, display, port, channel or [])
    if kiosk:
        find_chromium()
    names = [each.name for each in plan]
    with hold_parts(station, names, now()):
        if (warning := swap_words()) is not None:
            err.print(say(warning), style="yellow", markup=False)
        run_folder(station, names)
        keep_running(plan, kiosk)


def keep_running(plan: list[ProcessSettings], kiosk: bool) -> None:
    """Until the day is over, or a signal asks for the end."""
    supervisor = Supervisor(plan, say, lambda line: out.print(line, markup=False), kiosk=kiosk)

    def end(number: int, frame: FrameType | None) -> None:
        supervisor.stop()

    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(each, end)
    supervisor.run()


def plan_of(
    station: Path,
    booths: int,
    only: str,
    printers: list[str],
    reports: str,
    reader: str,
    display: str,
    port: int,
    channels: list[str],
) -> list[ProcessSettings]:
    """The settings of each process.

    Raises:
        Malformed: a name, a display, a printer too many, an address.
    """
    for text in channels:
        read_address(text)
    if display:
        read_display(display)
    if len(printers) > booths:
        raise Malformed(
            Sentence("at most one printer for each of {count} booths", {"count": booths}),
            Sentence("{count}", {"count": len(printers)}),
            Sentence("Name the printers of booth 1, booth 2 and so on."),
        )
    folder = str(station.resolve())
    poll_book = ProcessSettings(
        folder=folder,
        face=POLL_BOOK_FACE,
        port=port,
        channels=tuple(channels),
        display=display,
        reports=reports,
        reader=reader,
    )
    booth = ProcessSettings(folder=folder, face=BOOTH_FACE, port=0, display=display)
    whole = [poll_book]
    for number, address, spec in zip_longest(range(1, booths + 1), channels[:booths], printers, fillvalue=""):
        own_port = port + BOOTH_PORT - POLL_BOOK_PORT + int(number) if port else 0
        whole.append(replace(booth, booth=int(number), port=own_port, channel=address, printer=spec))
    chosen = [each for each in whole if only in {"", each.name}]
    if not chosen:
        raise Malformed(
            Sentence("one of {names}", {"names": ", ".join(each.name for each in whole)}),
            Sentence("{name}", {"name": only}),
            Sentence("Name the part of the station that this machine is."),
        )
    return chosen


def count_booths(station: Path) -> int:
    """As many as have a folder here.

    Raises:
        Malformed: neither poll book nor booth.
    """
    booths = sum(1 for each in station.glob("booth-*") if each.is_dir())
    if not booths and not (station / POLL_BOOK).is_dir():
        raise Malformed(
            Sentence("a station's folder with {name} or booth-1", {"name": POLL_BOOK}),
            Sentence("neither"),
            Sentence("Load the station first: urna station load."),
            str(station),
        )
    return booths
