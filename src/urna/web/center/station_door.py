"""Who sends: a station on its own line, whoever has a station's announcement of the parcel, or anybody.

It is decided before any of the body is read, so whoever is no station takes up no place of a station.
"""

import ssl
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Annotated, NamedTuple

from fastapi import Header, Request
from fastapi import Path as InPath
from starlette.concurrency import run_in_threadpool

from urna.errors import Malformed, Unproven, UrnaError
from urna.station.announcement import HEADER, MOST_HEADER_BYTES, Announcement
from urna.web.center.places import share_of

StationCode = Annotated[
    str, InPath(pattern=r"^[A-Z0-9](?:[A-Z0-9._-]{0,38}[A-Z0-9])?$", description="A station's code")
]
AnnouncementText = Annotated[
    str,
    Header(
        alias=HEADER,
        pattern=r"^[A-Za-z0-9+/=]*$",
        max_length=MOST_HEADER_BYTES,
        description="The station's announcement of this parcel, in base64; may be left out",
    ),
]

CheckLine = Callable[[str, bytes], None]
"""Given a station and a line's certificate (DER, empty for none), raises `Unproven` unless it is that station's."""

OpenAnnouncement = Callable[[str, str], Announcement]
"""Given a station and the announcement that a request shows, returns it; raises `Malformed` or `Unproven`."""


class StationLines(NamedTuple):
    """How stations are told from others."""

    check: CheckLine
    open_announcement: OpenAnnouncement
    are_required: bool = False
    """Whether what comes in a station's name is taken from the station's own line only."""


class Kind(StrEnum):
    """As whom somebody sends; each has places, rooms and uploads apart from the others."""

    STRANGER = "stranger"
    ANNOUNCED = "announced"
    """With a station's announcement of the parcel."""
    OWN_LINE = "own-line"
    """Over the station's own line."""


class Sender(NamedTuple):
    """Who sends."""

    station: str
    """In whose name."""
    address: str
    """Who stands behind the address whence it comes."""
    kind: Kind = Kind.STRANGER
    announced: Announcement | None = None
    """What the station announced, of those who show that."""

    @property
    def holder(self) -> str:
        """Whose share of places it takes."""
        return self.address if self.kind is Kind.STRANGER else f"station {self.station}"


class Stranger(Exception):
    """Something came in a station's name with what does not prove to be the station's.

    Args:
        error: what its sender is told.
    """

    def __init__(self, error: UrnaError) -> None:
        self.error = error
        super().__init__(str(error))


SenderOf = Callable[..., Awaitable[Sender]]


def line_sender(lines: StationLines) -> SenderOf:
    """What an address of a station depends on: who sends, by the line alone; raises `Stranger`."""

    async def find(request: Request, station: StationCode) -> Sender:
        address = share_of(request.client.host if request.client else "")
        certificate = shown_certificate(request)
        if not certificate and not lines.are_required:
            return Sender(station, address)
        try:
            # In a thread: the centre's state may be held for a moment, and every other request goes on meanwhile.
            await run_in_threadpool(lines.check, station, certificate)
        except Unproven as error:
            if lines.are_required:
                raise Stranger(error) from error
            return Sender(station, address)
        return Sender(station, address, Kind.OWN_LINE)

    return find


def upload_sender(lines: StationLines) -> SenderOf:
    """The same where a parcel comes in parts, by the line or by an announcement; raises `Stranger`."""
    by_line = line_sender(lines)

    async def find(request: Request, station: StationCode, announcement: AnnouncementText = "") -> Sender:
        sender = await by_line(request, station)
        if sender.kind is Kind.OWN_LINE or not announcement:
            return sender
        try:
            announced = await run_in_threadpool(lines.open_announcement, station, announcement)
        except (Malformed, Unproven) as error:
            raise Stranger(error) from error
        return sender._replace(kind=Kind.ANNOUNCED, announced=announced)

    return find


def shown_certificate(request: Request) -> bytes:
    """The certificate (DER) of whoever asks, as `tls.LineProtocol` tells it; empty without one."""
    chain = request.scope.get("extensions", {}).get("tls", {}).get("client_cert_chain", [])
    return ssl.PEM_cert_to_DER_cert(chain[0]) if chain else b""
