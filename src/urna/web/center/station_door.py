"""Whose line it is: a station's own, which has places of its own, or anybody's, which the centre may refuse.

It is decided before any of the body is read, so whoever is no station takes up no place of a station.
"""

import ssl
from collections.abc import Awaitable, Callable
from typing import Annotated, NamedTuple

from fastapi import Path as InPath
from fastapi import Request
from starlette.concurrency import run_in_threadpool

from urna.errors import Unproven

StationCode = Annotated[
    str, InPath(pattern=r"^[A-Z0-9](?:[A-Z0-9._-]{0,38}[A-Z0-9])?$", description="A station's code")
]

CheckLine = Callable[[str, bytes], None]
"""Given a station and a line's certificate (DER, empty for none), raises `Unproven` unless it is that station's."""


class StationLines(NamedTuple):
    """How stations' lines are told from others."""

    check: CheckLine
    are_required: bool = False
    """Whether what comes in a station's name is taken from the station's own line only."""


class Stranger(Exception):
    """Something came in a station's name over a line that is not the station's.

    Args:
        error: what its sender is told.
    """

    def __init__(self, error: Unproven) -> None:
        self.error = error
        super().__init__(str(error))


def is_own_line(lines: StationLines) -> Callable[[Request, str], Awaitable[bool]]:
    """What an address of a station depends on: whether it is the station's own line; raises `Stranger`."""

    async def check(request: Request, station: StationCode) -> bool:
        certificate = shown_certificate(request)
        if not certificate and not lines.are_required:
            return False
        try:
            # In a thread: the centre's state may be held for a moment, and every other request goes on meanwhile.
            await run_in_threadpool(lines.check, station, certificate)
        except Unproven as error:
            if lines.are_required:
                raise Stranger(error) from error
            return False
        return True

    return check


def shown_certificate(request: Request) -> bytes:
    """The certificate (DER) of whoever asks, as `tls.LineProtocol` tells it; empty without one."""
    chain = request.scope.get("extensions", {}).get("tls", {}).get("client_cert_chain", [])
    return ssl.PEM_cert_to_DER_cert(chain[0]) if chain else b""
