"""`urna station send`: what stations wrote on a stick, sent to the centre from wherever there is a line.

Whoever sends needs no key: the files are signed, and so is each station's announcement beside them, with which the
centre gives the parcel a place of that station.
"""

import ssl
from pathlib import Path
from typing import Annotated

import typer

from urna.cli.center_stick import OnStick, read_stick
from urna.cli.screen import out, show_error
from urna.cli.words import say
from urna.devices.network_sender import NetworkSender
from urna.encoding.canonical import decode
from urna.errors import Malformed
from urna.station.sending import NotSent, Parcel
from urna.words import Sentence

SECONDS = 60.0
MOST_PARCEL_BYTES = 2 * 1024 * 1024 * 1024
"""Read here from this machine's own memory: as much as a stick's folder can make."""


def send(
    stick: Annotated[Path, typer.Argument(help=say("The stick."), metavar="STICK", exists=True, file_okay=False)],
    address: Annotated[
        str, typer.Argument(help=say("The centre's, as https://centre.example/stations."), metavar="ADDRESS")
    ],
    queue: Annotated[
        Path, typer.Option(help=say("A folder of this machine, where parcels wait and the centre's answers are kept."))
    ] = Path("sent"),
    issuer: Annotated[
        Path | None,
        typer.Option(help=say("The issuer of the centre's certificate (PEM), if this machine does not know it.")),
    ] = None,
) -> None:
    """Each station's parcel; once more does no harm. Exit code 1 if one of them did not arrive."""
    trust = _trust(issuer)
    is_well = True
    for found in read_stick(stick):
        try:
            _send_one(found, address, queue, trust)
        except NotSent as error:
            show_error(error)
            is_well = False
        else:
            out.print(say("{station}: arrived.", station=found.station), markup=False)
    if not is_well:
        raise typer.Exit(1)


def _send_one(found: OnStick, address: str, queue: Path, trust: ssl.SSLContext) -> None:
    sender = NetworkSender(address, queue, SECONDS, lambda: trust, lambda _: found.announcement)
    sender.send(decode(found.parcel, Parcel, str(queue), MOST_PARCEL_BYTES))


def _trust(issuer: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(issuer) if issuer is not None else None)
    except (OSError, ssl.SSLError) as error:
        raise Malformed(
            Sentence("a file of certificates (PEM)"),
            Sentence("none that can be read"),
            Sentence("Take the issuer's file as the authority gave it."),
            str(issuer),
        ) from error
