"""Who sends is believed of the named web servers in front alone; whatever a sender says of itself is not."""

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.requests import Request
from tests.center.parcels import at_work, make
from tests.web.center.serving import Served
from tests.web.center.test_crowds import SLOW, WAIT_SECONDS, opened, wait_until
from tests.web.center.test_station_lines import world

from urna.cli.center_server import CentreServer, centre_addresses
from urna.errors import Malformed
from urna.web.center.limits import BodyLimits, Limits, LineLimits
from urna.web.center.proxies import ON_THIS_MACHINE, is_among, read_proxies

PROXIES = ("127.0.0.5", "127.0.1.0/28")


@contextmanager
def listening(proxies: Sequence[str], of_address: int = 512) -> Iterator[int]:
    """A server that says who asked; its port."""
    app = FastAPI()

    def who(request: Request) -> str:
        return f"{request.client.host if request.client else ''} {request.url.scheme}"

    app.add_api_route("/who", who)
    server = CentreServer(
        app,
        "127.0.0.1",
        0,
        lambda _: None,
        lines=LineLimits(of_address=of_address),
        proxies=read_proxies(proxies),
        is_logged_elsewhere=True,
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield int(server.address.rpartition(":")[2])
    finally:
        server.stop()
        thread.join()


def asked(port: int, source: str, *headers: str) -> str:
    """Who asked, as the server has it."""
    head = "".join(f"{each}\r\n" for each in ("GET /who HTTP/1.1", "Host: c", "Connection: close", *headers))
    with socket.create_connection(("127.0.0.1", port), WAIT_SECONDS, (source, 0)) as line:
        line.sendall(f"{head}\r\n".encode())
        answer = b"".join(iter(lambda: line.recv(4096), b""))
    return answer.rpartition(b"\r\n\r\n")[2].decode().strip('"')


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Of a server behind the two."""
    with listening(PROXIES) as found:
        yield found


@pytest.mark.parametrize(
    "headers",
    [
        ("X-Forwarded-For: 192.0.2.1",),
        ("X-Forwarded-For: 192.0.2.1, 127.0.0.5", "X-Forwarded-Proto: https"),
        ("Forwarded: for=192.0.2.1;proto=https",),
        ("X-Real-IP: 192.0.2.1",),
    ],
)
@pytest.mark.parametrize("source", ["127.0.0.1", "127.0.0.6", "127.0.1.16"])
def test_nobody_else_says_who_asks(port: int, source: str, headers: tuple[str, ...]) -> None:
    """Not even whoever is on this machine, once others are named, nor the address after the last one of a network."""
    assert asked(port, source, *headers) == f"{source} http"


@pytest.mark.parametrize("proxy", ["127.0.0.5", "127.0.1.0", "127.0.1.15"])
@pytest.mark.parametrize(
    ("headers", "who"),
    [
        (("X-Forwarded-For: 192.0.2.1",), "192.0.2.1 http"),
        (("X-Forwarded-For: 198.51.100.9, 192.0.2.1", "X-Forwarded-Proto: https"), "192.0.2.1 https"),
        (("X-Forwarded-For: 198.51.100.9", "X-Forwarded-For: 192.0.2.1"), "192.0.2.1 http"),
        (("X-Forwarded-For: 198.51.100.9, 192.0.2.1, 127.0.1.3",), "192.0.2.1 http"),
        (("X-Forwarded-For: 2001:db8::7",), "2001:db8::7 http"),
        (("Forwarded: for=198.51.100.9", "X-Forwarded-For: 192.0.2.1"), "192.0.2.1 http"),
    ],
    ids=["one", "what the sender said before", "in a line of its own", "two in a row", "IPv6", "the other header"],
)
def test_a_named_server_says_who_asks(port: int, proxy: str, headers: tuple[str, ...], who: str) -> None:
    """The last one that is none of them: each adds at the end the address that it sees."""
    assert asked(port, proxy, *headers) == who


def test_a_server_that_says_nothing_is_the_sender_itself(port: int) -> None:
    """Then everybody behind it shares its places; `Forwarded` alone is not read."""
    assert asked(port, "127.0.0.5") == "127.0.0.5 http"
    assert asked(port, "127.0.0.5", "Forwarded: for=192.0.2.1") == "127.0.0.5 http"


def test_without_a_name_it_is_whatever_is_on_this_machine() -> None:
    """As it was before there was an option."""
    assert read_proxies(()) == ON_THIS_MACHINE
    with listening(()) as found:
        assert asked(found, "127.0.0.1", "X-Forwarded-For: 192.0.2.1") == "192.0.2.1 http"
        assert asked(found, "127.0.0.5", "X-Forwarded-For: 192.0.2.1") == "127.0.0.5 http"


def test_a_named_server_opens_as_many_lines_as_it_likes() -> None:
    """Behind it there is everybody; anybody else has so many, whatever is said on them."""
    with listening(PROXIES, of_address=2) as found, ExitStack() as lines:
        for source, many in (("127.0.1.7", 5), ("127.0.0.6", 2)):
            for _ in range(many):
                line = lines.enter_context(socket.create_connection(("127.0.0.1", found), WAIT_SECONDS, (source, 0)))
                line.sendall(b"GET /who HTTP/1.1\r\nHost: c\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n")
                assert line.recv(4096).startswith(b"HTTP/1.1 200 ")
        third = lines.enter_context(socket.create_connection(("127.0.0.1", found), WAIT_SECONDS, ("127.0.0.6", 0)))
        with suppress(ConnectionResetError):
            assert third.recv(4096) == b""


WIDE = ("0.0.0.0/0", "10.0.0.0/7", "::/0", "2000::/8", "2001:db8::/47")


@pytest.mark.parametrize("text", [*WIDE, "192.0.2.7/24", "proxy.example", "*", "", "1.2.3"])
def test_only_servers_can_be_named(text: str) -> None:
    """Not everybody, not a name that somebody else answers for, and no network with a place inside it."""
    with pytest.raises(Malformed, match="web server in front"):
        read_proxies([text])


def test_an_address_is_in_a_network_of_its_own_kind() -> None:
    """And what is no address is in none."""
    networks = read_proxies(["192.0.2.0/28", "2001:db8::/64"])
    assert is_among("192.0.2.15", networks)
    assert is_among("2001:db8::1", networks)
    assert not any(is_among(each, networks) for each in ("192.0.2.16", "2001:db8:1::1", "", "unix"))


def test_a_sender_behind_the_server_has_its_own_share_whatever_it_says(tmp_path: Path) -> None:
    """One address that says it is many others holds what one may hold; another one is heard."""
    make(world(), tmp_path / "centre")
    bodies = BodyLimits(at_once=8, of_address=2, idle_seconds=300.0, grace_seconds=300.0)
    with at_work(world(), tmp_path / "centre") as service, ExitStack() as lines:
        app = centre_addresses(service, Limits(bodies=bodies))
        server = CentreServer(app, "127.0.0.1", 0, lambda _: None, proxies=read_proxies(PROXIES))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        centre = Served(server.address, service)

        def sent(said: str) -> socket.socket:
            added = SLOW.replace(b"Host: centre", b"Host: centre\r\nX-Forwarded-For: " + said.encode())
            return lines.enter_context(opened(centre, "127.0.0.5", added))

        one = [sent(f"198.51.100.{number}, 192.0.2.1") for number in range(5)]
        heard: set[socket.socket] = set()

        def are_heard(count: int) -> bool:
            for line in set(one) - heard:
                line.settimeout(0.01)
                try:
                    assert line.recv(4096).startswith(b"HTTP/1.1 429 ")
                    heard.add(line)
                except TimeoutError:
                    continue
            return len(heard) == count

        wait_until(lambda: are_heard(3))
        other = sent("192.0.2.2")
        other.settimeout(WAIT_SECONDS)
        other.sendall(b"x" * 999)
        assert other.recv(4096).startswith(b"HTTP/1.1 422 ")
        lines.close()
        server.stop()
        thread.join()
