"""Behind a web server that ends TLS: stations are heard by their announcement, strangers known by their addresses."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar, NamedTuple

import pytest
from tests.center.parcels import at_work, make
from tests.web.center.serving import Served, own_certificate
from tests.web.center.test_announced import PATIENT, STATION, announced, has_answer, parcel
from tests.web.center.test_crowds import ADDRESSES, SLOW, WAIT_SECONDS, opened, wait_until
from tests.web.center.test_station_lines import own_key, world

from urna.cli.center_server import CentreServer, centre_addresses
from urna.devices.network_sender import NetworkSender
from urna.devices.station_line import station_line
from urna.encoding.canonical import decode
from urna.station.sending import NotSent, Parcel
from urna.web.center.limits import Limits
from urna.web.center.proxies import read_proxies

PROXY = "127.0.0.5"


class Proxy(ThreadingHTTPServer):
    """A web server with TLS of its own that passes requests on, and says whose they are.

    Args:
        centre: the port to which.
        certificate: its own, and the key.
    """

    daemon_threads = True

    def __init__(self, centre: int, certificate: tuple[Path, Path]) -> None:
        super().__init__(("127.0.0.1", 0), _Passing)
        self.centre = centre
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        self.socket = context.wrap_socket(self.socket, server_side=True)


class _Passing(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy
    passed: ClassVar[frozenset[str]] = frozenset({"content-type", "upload-offset", "urna-announcement"})

    def do_POST(self) -> None:
        """To the centre, over a line of its own."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name: value for name, value in self.headers.items() if name.lower() in self.passed}
        headers["X-Forwarded-For"] = ", ".join((*self.headers.get_all("X-Forwarded-For", ()), self.client_address[0]))
        line = HTTPConnection("127.0.0.1", self.server.centre, timeout=WAIT_SECONDS, source_address=(PROXY, 0))
        line.request(self.command, self.path, body, headers)
        answer = line.getresponse()
        said = answer.read()
        line.close()
        self.send_response(answer.status)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_PATCH = do_POST  # noqa: N815 - the library's name

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


class Site(NamedTuple):
    """The centre in clear, and the address that people have."""

    centre: Served
    address: str
    certificate: Path

    def line(self) -> ssl.SSLContext:
        """The station's: it shows its certificate, which leads nowhere here."""
        election = world().election.identity
        own, now = own_key(STATION), datetime.now(UTC)
        return station_line(election, STATION, own, now=now, entropy=ssl.RAND_bytes, trust=self.certificate)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Two places for strangers."""
    make(world(), tmp_path / "centre")
    certificate = own_certificate(tmp_path)
    with at_work(world(), tmp_path / "centre") as service:
        app = centre_addresses(service, Limits(bodies=PATIENT._replace(at_once=2)))
        server = CentreServer(app, "127.0.0.1", 0, lambda _: None, proxies=read_proxies([PROXY]))
        proxy = Proxy(int(server.address.rpartition(":")[2]), certificate)
        threads = [threading.Thread(target=each, daemon=True) for each in (server.run, proxy.serve_forever)]
        for each in threads:
            each.start()
        try:
            address = f"https://127.0.0.1:{proxy.server_port}/stations"
            yield Site(Served(server.address, service), address, certificate[0])
        finally:
            proxy.shutdown()
            proxy.server_close()
            server.stop()
            for each in threads:
                each.join()


def test_a_station_is_heard_through_a_web_server_though_strangers_crowd_there(site: Site, tmp_path: Path) -> None:
    """From as many addresses as there are places; its certificate does not get through, its announcement does."""
    with ExitStack() as lines:
        said = [SLOW.replace(b"\r\n\r\n", b"\r\nX-Forwarded-For: 192.0.2.%d\r\n\r\n" % number) for number in range(3)]
        strangers = [lines.enter_context(opened(site.centre, PROXY, each)) for each in said]
        wait_until(lambda: any(map(has_answer, strangers)))
        with pytest.raises(NotSent, match="429"):
            NetworkSender(site.address, tmp_path / "a", WAIT_SECONDS, site.line).send(decode(parcel(), Parcel))
        station = NetworkSender(site.address, tmp_path / "b", WAIT_SECONDS, site.line, announced)
        assert b'"accepted"' in station.send(decode(parcel(), Parcel)).answer
        assert [has_answer(line) for line in strangers].count(True) == 1


def test_whoever_passes_the_web_server_by_says_nothing_about_addresses(site: Site) -> None:
    """A stranger who says that it is many others has one share; the web server's people have theirs."""
    with ExitStack() as lines:
        said = [SLOW.replace(b"\r\n\r\n", b"\r\nX-Forwarded-For: 192.0.2.%d\r\n\r\n" % number) for number in range(3)]
        liars = [lines.enter_context(opened(site.centre, ADDRESSES[0], each)) for each in said]
        wait_until(lambda: any(map(has_answer, liars)))
        person = lines.enter_context(opened(site.centre, PROXY, said[0]))
        person.sendall(b"x" * 999)
        assert person.recv(4096).startswith(b"HTTP/1.1 422 ")
