"""Over real TLS: a parcel is taken from its station's own line, and from nobody else's, before its body is read."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.center.parcels import at_work, make, parcel_of
from tests.tampering.builder import World, build, signing_key
from tests.web.center.serving import own_certificate

from urna.cli.center_server import CentreServer, centre_addresses
from urna.crypto.signatures import SigningKey
from urna.devices.network_sender import NetworkSender
from urna.devices.station_line import station_line
from urna.encoding.canonical import decode
from urna.errors import Malformed, OutOfOrder
from urna.station.sending import NotSent, Parcel
from urna.storage.centre_service import CentreService
from urna.web.center.limits import Limits
from urna.web.center.tls import Tls, read_tls

NOW = datetime.now(UTC)
NO_LIMITS = Limits()


@cache
def world() -> World:
    """The small world without guardians."""
    return build()


class Hall(NamedTuple):
    """A centre that asks for the stations' certificates."""

    address: str
    service: CentreService
    issuer: Path

    def sender(self, queue: Path, key: SigningKey, now: datetime = NOW, station: str = "B-01") -> NetworkSender:
        """A station's, with whatever key."""

        def line() -> ssl.SSLContext:
            election = world().election.identity
            return station_line(election, station, key, now=now, entropy=_random, trust=self.issuer)

        return NetworkSender(f"{self.address}/stations", queue, line=line)

    def ask(self, request: bytes) -> bytes:
        """The head of what a line without a certificate is answered."""
        with self.line(request) as line:
            return line.recv(4096)

    def line(self, request: bytes, source: str = "127.0.0.1", station: str = "") -> ssl.SSLSocket:
        """A line on which something was asked; a stranger's, or a station's own."""
        context = ssl.create_default_context(cafile=str(self.issuer))
        if station:
            election, key = world().election.identity, own_key(station)
            context = station_line(election, station, key, now=NOW, entropy=_random, trust=self.issuer)
        host, port = self.address.removeprefix("https://").split(":")
        plain = socket.create_connection((host, int(port)), timeout=30, source_address=(source, 0))
        line = context.wrap_socket(plain, server_hostname=host)
        line.sendall(request)
        return line


def _random(size: int) -> bytes:
    return ssl.RAND_bytes(size)


@contextmanager
def listening(folder: Path, limits: Limits = NO_LIMITS, *, own_lines: bool = True) -> Iterator[Hall]:
    """The centre behind its own TLS."""
    certificate, key = own_certificate(folder)
    make(world(), folder / "centre")
    with at_work(world(), folder / "centre") as service:
        app = centre_addresses(service, limits, own_lines=own_lines)
        tls = read_tls(certificate, key, service.election.identity)
        server = CentreServer(app, "127.0.0.1", 0, lambda _: None, tls=tls)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        try:
            yield Hall(server.address, service, certificate)
        finally:
            server.stop()
            thread.join()


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    """It."""
    with listening(tmp_path) as found:
        yield found


def parcel(station: str = "B-01") -> Parcel:
    """What it sends."""
    return decode(parcel_of(world(), station), Parcel)


def own_key(station: str = "B-01", role: str = "poll-book") -> SigningKey:
    """A key that the authority certified."""
    return signing_key(f"{station}/{role}")


def test_a_stations_own_line_is_taken(hall: Hall, tmp_path: Path) -> None:
    """With the poll book's key or a booth's, of the same station."""
    hall.sender(tmp_path / "queue", own_key()).send(parcel())
    assert hall.service.standings()["counted"] == 1
    answer = hall.sender(tmp_path / "again", own_key(role="booth-1")).send(parcel()).answer
    assert b'"repeated"' in answer


@pytest.mark.parametrize(
    "key", [own_key("A-01"), signing_key("B-01/poll-book/2")], ids=["another station's", "a machine nobody certified"]
)
def test_another_line_is_refused_and_nothing_changes(hall: Hall, tmp_path: Path, key: SigningKey) -> None:
    """Though it is a line that TLS takes, and the parcel is the station's own: it stays in the sender's queue."""
    sender = hall.sender(tmp_path / "queue", key)
    with pytest.raises(NotSent, match="403"):
        sender.send(parcel())
    assert sender.waiting() == (parcel().sha256,)
    assert hall.service.standings() == {"outstanding": len(world().election.stations)}


@pytest.mark.parametrize("days", [-10, 10], ids=["over", "not yet"])
def test_a_certificate_out_of_its_time_opens_no_line(hall: Hall, tmp_path: Path, days: int) -> None:
    """TLS itself refuses it."""
    with pytest.raises(NotSent, match="no answer"):
        hall.sender(tmp_path / "queue", own_key(), now=NOW + timedelta(days=days)).send(parcel())
    assert hall.service.standings()["counted"] == 0


def test_a_certificate_of_another_election_opens_no_line(hall: Hall, tmp_path: Path) -> None:
    """Its open issuer is another one."""

    def line() -> ssl.SSLContext:
        return station_line("ab" * 32, "B-01", own_key(), now=NOW, entropy=_random, trust=hall.issuer)

    with pytest.raises(NotSent, match="no answer"):
        NetworkSender(f"{hall.address}/stations", tmp_path / "queue", line=line).send(parcel())


@pytest.mark.parametrize(
    "request_line",
    [
        b"POST /stations/B-01",
        b"POST /stations/B-01/uploads",
        b"PATCH /stations/B-01/uploads/" + b"0" * 64,
        b"GET /stations/B-01/uploads/" + b"0" * 64,
    ],
)
def test_without_a_certificate_no_station_is_heard(hall: Hall, request_line: bytes) -> None:
    """It is answered at once, though its body was announced and never comes, and takes up no place."""
    more = b"Host: centre\r\nContent-Length: 1000000\r\nUpload-Offset: 0\r\n\r\n"
    answer = hall.ask(request_line + b" HTTP/1.1\r\n" + more)
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert list((hall.service.opened.folder / "uploads").iterdir()) == []


def test_whoever_looks_needs_no_certificate(hall: Hall) -> None:
    """Health and standings are everybody's."""
    for path in (b"/health/ready", b"/status", b"/metrics"):
        assert hall.ask(b"GET " + path + b" HTTP/1.1\r\nHost: centre\r\n\r\n").startswith(b"HTTP/1.1 200 ")


def test_half_of_what_tls_needs_is_refused(tmp_path: Path) -> None:
    """One file without the other; stations' certificates in clear; a key of something else."""
    certificate, key = own_certificate(tmp_path)
    for given in ((certificate, None, ""), (None, key, ""), (None, None, "ab" * 32)):
        with pytest.raises(OutOfOrder, match="both --tls-cert and --tls-key"):
            read_tls(*given)
    assert read_tls(None, None, "") is None
    key.write_bytes(Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    make(world(), tmp_path / "centre")
    with at_work(world(), tmp_path / "centre") as service, pytest.raises(Malformed, match="certificate and its key"):
        CentreServer(centre_addresses(service, Limits()), "127.0.0.1", 0, lambda _: None, tls=Tls(certificate, key))
