"""Whose line it is: what comes in a station's name is taken from the line of that station, if the centre asks for that.

It is decided before any of the body is read, so whoever is no station takes up no place.
"""

import ssl
from collections.abc import Callable
from typing import Annotated

from fastapi import Path as InPath
from fastapi import Request

from urna.errors import Unproven

StationCode = Annotated[
    str, InPath(pattern=r"^[A-Z0-9](?:[A-Z0-9._-]{0,38}[A-Z0-9])?$", description="A station's code")
]

CheckLine = Callable[[str, bytes], None]
"""Given a station and a line's certificate (DER, empty for none), raises `Unproven` unless it is that station's."""


class Stranger(Exception):
    """Something came in a station's name over a line that is not the station's.

    Args:
        error: what its sender is told.
    """

    def __init__(self, error: Unproven) -> None:
        self.error = error
        super().__init__(str(error))


def from_station(check_line: CheckLine) -> Callable[[Request, str], None]:
    """What an address of a station depends on; raises `Stranger`."""

    # Not async: the centre's state may be held for a moment, and every other request goes on meanwhile.
    def check(request: Request, station: StationCode) -> None:
        try:
            check_line(station, shown_certificate(request))
        except Unproven as error:
            raise Stranger(error) from error

    return check


def shown_certificate(request: Request) -> bytes:
    """The certificate (DER) of whoever asks, as `tls.LineProtocol` tells it; empty without one."""
    chain = request.scope.get("extensions", {}).get("tls", {}).get("client_cert_chain", [])
    return ssl.PEM_cert_to_DER_cert(chain[0]) if chain else b""
