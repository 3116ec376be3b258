"""Lines on which nothing comes, or nothing is taken, end by themselves; and one address has so many."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from tests.web.center.serving import own_certificate

from urna.cli.center_server import CentreServer
from urna.web.center import lines
from urna.web.center.limits import LineLimits
from urna.web.center.tls import Tls

GET = b"GET /small HTTP/1.1\r\nHost: centre\r\n\r\n"
LONG_BYTES = 32 * 1024 * 1024
LONG = b"x" * LONG_BYTES
QUICK = LineLimits(head_seconds=0.5, idle_seconds=0.5, body_seconds=0.5, stall_seconds=0.5)
PATIENT = LineLimits(head_seconds=30.0, idle_seconds=30.0, body_seconds=30.0, stall_seconds=30.0)
ADDRESS = "127.0.0.2"


class Place(NamedTuple):
    """Where a server listens."""

    server: CentreServer
    port: int

    def line(self, request: bytes = b"", source: str = ADDRESS) -> socket.socket:
        """A line on which something was sent."""
        found = socket.create_connection(("127.0.0.1", self.port), 30, (source, 0))
        found.sendall(request)
        return found


def app() -> FastAPI:
    """Something short, something long, and something that reads."""
    found = FastAPI()
    found.add_api_route("/small", lambda: "small")
    found.add_api_route("/long", lambda: Response(LONG))

    async def read(request: Request) -> int:
        return len(await request.body())

    found.add_api_route("/read", read, methods=["POST"])
    return found


@contextmanager
def listening(limits: LineLimits, tls: Tls | None = None) -> Iterator[Place]:
    """A server of these lines."""
    server = CentreServer(app(), "127.0.0.1", 0, lambda _: None, tls=tls, lines=limits, is_logged_elsewhere=True)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield Place(server, int(server.address.rpartition(":")[2]))
    finally:
        server.stop()
        thread.join()


def is_closed(line: socket.socket, seconds: float = 10.0) -> bool:
    """Whether the other side ended it within some time."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        line.settimeout(left)
        try:
            if not line.recv(1024 * 1024):
                return True
        except TimeoutError:
            return False
        except OSError:
            return True
    return False


@pytest.mark.parametrize(
    "request_bytes",
    [b"", b"GET /small HTTP/1.1\r\nHost: c", GET, b"POST /read HTTP/1.1\r\nHost: c\r\nContent-Length: 10\r\n\r\nx"],
    ids=["nothing", "half a head", "nothing after an answer", "half a body"],
)
def test_a_line_on_which_no_more_comes_is_closed(request_bytes: bytes) -> None:
    """And not before its time."""
    with listening(QUICK) as place, place.line(request_bytes) as line:
        assert is_closed(line)
    with listening(PATIENT) as place, place.line(request_bytes) as line:
        assert not is_closed(line, 1.5)


@pytest.mark.parametrize("before", [b"", GET], ids=["at first", "after an answer"])
def test_a_byte_now_and_then_gives_no_more_time(before: bytes) -> None:
    """The time is that of the whole head."""
    with listening(QUICK) as place, place.line(before + b"GET /small HTTP/1.1\r\nX: ") as line:
        began, is_over = time.monotonic(), False
        while not is_over and time.monotonic() < began + 10:
            try:
                line.sendall(b"x")
            except OSError:
                is_over = True
            time.sleep(0.05)
        assert is_over


def test_a_line_that_is_used_goes_on() -> None:
    """For longer than any of its times, one request after the other, also two at once and with bodies."""
    post = b"POST /read HTTP/1.1\r\nHost: c\r\nContent-Length: 10\r\n\r\n0123456789"
    with listening(QUICK) as place, place.line() as line:
        for request, answers in ((GET, 1), (GET + GET, 2), (post, 1), (post[:-5], 0), (b"56789", 1), (GET + post, 2)):
            time.sleep(0.3)
            line.sendall(request)
            heard = b""
            while heard.count(b"HTTP/1.1 200") < answers or (answers and not heard.rstrip().endswith((b'"', b"10"))):
                heard += line.recv(65536)


def test_an_answer_that_nobody_takes_ends() -> None:
    """Its line is closed; one that is taken, however slowly, is not."""
    request = GET.replace(b"/small", b"/long")
    with listening(QUICK) as place:
        with place.line(request) as line:
            assert line.recv(100).startswith(b"HTTP/1.1 200")
            until = time.monotonic() + 20
            while place.server._server.server_state.connections:
                assert time.monotonic() < until
                time.sleep(0.05)
            taken = sum(len(chunk) for chunk in iter(lambda: line.recv(1024 * 1024), b""))
            assert taken < LONG_BYTES
        with place.line(request) as line:
            taken = 0
            while chunk := line.recv(1024 * 1024):
                taken += len(chunk)
                time.sleep(0.01)
                if taken > LONG_BYTES:
                    break
            assert taken > LONG_BYTES  # the head is in it


def test_one_address_has_so_many_lines() -> None:
    """One more is closed at once; another address has its own, and the web server in front has no limit."""
    with listening(PATIENT._replace(of_address=3)) as place, ExitStack() as others:

        def hears(source: str) -> bool:
            line = others.enter_context(place.line(GET, source))
            try:
                return line.recv(4096).startswith(b"HTTP/1.1 200")
            except ConnectionResetError:
                return False

        with ExitStack() as held:
            for _ in range(3):
                line = held.enter_context(place.line(GET))
                assert line.recv(4096).startswith(b"HTTP/1.1 200")
            assert not hears(ADDRESS)
            assert hears("127.0.0.3")
            assert all(hears(lines.PROXY) for _ in range(5))
        until = time.monotonic() + 10
        while not hears(ADDRESS):  # theirs are free as soon as they are closed
            assert time.monotonic() < until


def test_a_line_without_a_handshake_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before it is any line at all to the program."""
    monkeypatch.setattr(lines, "HANDSHAKE_SECONDS", 0.5)
    certificate, key = own_certificate(tmp_path)
    with listening(PATIENT, Tls(certificate, key)) as place, place.line() as line:
        assert is_closed(line)
