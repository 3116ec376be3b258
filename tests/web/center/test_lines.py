"""Lines on which nothing comes, or nothing is taken, end by themselves; and one address has so many."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
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
WAIT_SECONDS = 60.0
ADDRESS = "127.0.0.2"


def limits_of(seconds: float) -> LineLimits:
    """The same for every wait."""
    return LineLimits(head_seconds=seconds, idle_seconds=seconds, body_seconds=seconds, stall_seconds=seconds)


QUICK, PATIENT = limits_of(0.5), limits_of(60.0)


class Place(NamedTuple):
    """Where a server listens."""

    server: CentreServer
    port: int

    def line(self, request: bytes = b"", source: str = ADDRESS) -> socket.socket:
        """A line on which something was sent."""
        found = socket.create_connection(("127.0.0.1", self.port), WAIT_SECONDS, (source, 0))
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


def is_closed(line: socket.socket, seconds: float = WAIT_SECONDS) -> bool:
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


def with_time_enough(play: Callable[[float], bool]) -> None:
    """Plays with ever longer limits, until this process was never held up itself for as long as they are.

    Args:
        play: with so many seconds; whether it kept its own pace. Where it did, it has asserted what must hold.
    """
    assert any(play(seconds) for seconds in (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)), "this machine stands still for seconds"


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
        assert not is_closed(line, 2 * QUICK.head_seconds)


@pytest.mark.parametrize("before", [b"", GET], ids=["at first", "after an answer"])
def test_a_byte_now_and_then_gives_no_more_time(before: bytes) -> None:
    """The time is that of the whole head."""
    with listening(QUICK) as place, place.line(before + b"GET /small HTTP/1.1\r\nX: ") as line:
        began, is_over = time.monotonic(), False
        while not is_over and time.monotonic() < began + WAIT_SECONDS:
            try:
                line.sendall(b"x")
            except OSError:
                is_over = True
            time.sleep(0.05)
        assert is_over


def test_a_line_that_is_used_goes_on() -> None:
    """For longer than any of its times, one request after the other, also two at once and with bodies."""
    post = b"POST /read HTTP/1.1\r\nHost: c\r\nContent-Length: 10\r\n\r\n0123456789"
    plan = ((GET, 1), (GET + GET, 2), (post, 1), (post[:-5], 0), (b"56789", 1), (GET + post, 2))

    def play(seconds: float) -> bool:
        with listening(limits_of(seconds)) as place:
            heard_at = time.monotonic()
            with place.line() as line:
                for request, answers in plan:
                    time.sleep(0.4 * seconds)
                    went_on = answered(line, request, answers)
                    if time.monotonic() - heard_at >= seconds:
                        return False
                    assert went_on
                    heard_at = time.monotonic() if answers else heard_at
        return True

    with_time_enough(play)


def answered(line: socket.socket, request: bytes, answers: int) -> bool:
    """Whether so many answers came, and the line is open."""
    heard = b""
    with suppress(ConnectionError):
        line.sendall(request)
        while heard.count(b"HTTP/1.1 200") < answers or (answers and not heard.rstrip().endswith((b'"', b"10"))):
            more = line.recv(65536)
            if not more:
                return False
            heard += more
        return True
    return False


def test_an_answer_that_nobody_takes_ends() -> None:
    """Its line is closed; one that is taken, however slowly, is not."""
    request = GET.replace(b"/small", b"/long")
    with listening(QUICK) as place, place.line(request) as line:
        assert line.recv(100).startswith(b"HTTP/1.1 200")
        until = time.monotonic() + WAIT_SECONDS
        while place.server._server.server_state.connections:
            assert time.monotonic() < until
            time.sleep(0.05)
        taken = sum(len(chunk) for chunk in iter(lambda: line.recv(1024 * 1024), b""))
        assert taken < LONG_BYTES

    def play(seconds: float) -> bool:
        taken, longest, took_at = 0, 0.0, time.monotonic()
        with listening(limits_of(seconds)) as place, place.line(request) as line, suppress(ConnectionError):
            while taken <= LONG_BYTES and (chunk := line.recv(1024 * 1024)):  # the head is in it
                taken += len(chunk)
                time.sleep(0.01)
                longest, took_at = max(longest, time.monotonic() - took_at), time.monotonic()
        if longest >= seconds / 2:
            return False
        assert taken > LONG_BYTES
        return True

    with_time_enough(play)


def test_one_address_has_so_many_lines() -> None:
    """One more is closed at once; another address has its own, and the web server in front has no limit."""
    with listening(PATIENT._replace(of_address=3)) as place, ExitStack() as others:

        def hears(source: str) -> bool:
            with suppress(ConnectionError):
                line = others.enter_context(place.line(GET, source))
                return line.recv(4096).startswith(b"HTTP/1.1 200")
            return False

        with ExitStack() as held:
            for _ in range(3):
                line = held.enter_context(place.line(GET))
                assert line.recv(4096).startswith(b"HTTP/1.1 200")
            assert not hears(ADDRESS)
            assert hears("127.0.0.3")
            assert all(hears("127.0.0.1") for _ in range(5))
        until = time.monotonic() + WAIT_SECONDS
        while not hears(ADDRESS):  # theirs are free as soon as they are closed
            assert time.monotonic() < until


def test_a_line_without_a_handshake_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before it is any line at all to the program."""
    monkeypatch.setattr(lines, "HANDSHAKE_SECONDS", 0.5)
    certificate, key = own_certificate(tmp_path)
    with listening(PATIENT, Tls(certificate, key)) as place, place.line() as line:
        assert is_closed(line)
