"""TLS at the centre itself: its own certificate, and the stations', who show theirs if they have one.

A browser or a program without a certificate may open a line, too: the pages, the record and the health are for them.
Whose line it is decides where its bodies have places, and whether they are read at all (`station_door`).
"""

import ssl
from asyncio import Transport
from pathlib import Path
from typing import NamedTuple

from starlette.types import ASGIApp, Receive, Scope, Send

from urna.crypto.station_certificate import open_issuer
from urna.encoding.canonical import Hash
from urna.errors import Malformed, OutOfOrder
from urna.web.center.lines import PatientProtocol
from urna.words import Sentence


class Tls(NamedTuple):
    """What the centre opens its lines with."""

    certificate: Path
    """PEM, with the issuers that senders do not know."""
    key: Path
    stations_of: Hash = ""
    """The election whose stations are asked for a certificate; empty: nobody is."""


def read_tls(certificate: Path | None, key: Path | None, stations_of: Hash) -> Tls | None:
    """TLS as it was asked for; None: in clear.

    Raises:
        OutOfOrder: one of the two files without the other, or stations' certificates without TLS.
    """
    if certificate is not None and key is not None:
        return Tls(certificate, key, stations_of)
    if certificate is None and key is None and not stations_of:
        return None
    raise OutOfOrder(
        Sentence("both --tls-cert and --tls-key, also for the stations' certificates"),
        Sentence("one of them, or none"),
        Sentence("Give both; a web server in front of the centre cannot show it the stations' certificates."),
    )


def make_context(tls: Tls) -> ssl.SSLContext:
    """TLS 1.3 with what was given.

    Raises:
        Malformed: files that are none of it, or a key that does not belong to the certificate.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    try:
        # A key under a passphrase is refused: nobody would be there to type it.
        context.load_cert_chain(tls.certificate, tls.key, password=lambda: "")
    except ssl.SSLError as error:
        raise Malformed(
            Sentence("a certificate and its key, each PEM, the key without a passphrase"),
            Sentence("{reason}", {"reason": error.reason or type(error).__name__}),
            Sentence("Look at both files; whoever issued the certificate gives it with its chain in one file."),
            str(tls.certificate),
        ) from error
    if tls.stations_of:
        context.verify_mode = ssl.CERT_OPTIONAL
        context.load_verify_locations(cadata=open_issuer(tls.stations_of).decode())
    return context


class LineProtocol(PatientProtocol):
    """A line whose application is told the certificate that was shown at the line (ASGI's extension `tls`)."""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # asyncio's is wider
        """A line was opened."""
        super().connection_made(transport)
        line = transport.get_extra_info("ssl_object")
        shown = line.getpeercert(binary_form=True) if line is not None else None
        if shown is not None:
            self.app = _Told(self.app, shown)


class _Told:
    def __init__(self, app: object, certificate: bytes) -> None:
        self._app: ASGIApp = app  # type: ignore[assignment]  # an object to uvicorn
        self._chain = [ssl.DER_cert_to_PEM_cert(certificate)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        extensions = {**scope.get("extensions", {}), "tls": {"client_cert_chain": self._chain}}
        await self._app({**scope, "extensions": extensions}, receive, send)
