"""A server that nobody trusts can refuse an answer, but cannot hold, fill or mislead whoever asks it."""

import socket
import time
from collections.abc import Callable

import pytest
from tests.observer.hostile_server import Play, fixed, saying, serving

from urna.devices.web_line import NoAnswer, WebLine
from urna.errors import Malformed

LIMIT = 1000


def drip(connection: socket.socket, _: bytes) -> None:
    """A header without end, a few bytes now and then."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X-A: 1\r\n"[:4])
        time.sleep(0.02)


def endless(connection: socket.socket, _: bytes) -> None:
    """A body without length and end."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(b"x" * 100)


def slow_body(connection: socket.socket, _: bytes) -> None:
    """The length is right; the bytes take for ever."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n")
    while True:
        connection.sendall(b"x")
        time.sleep(0.02)


def silent(connection: socket.socket, _: bytes) -> None:
    """Nothing at all."""
    connection.recv(1)


HOSTILE: dict[str, Play] = {
    "drips a header": drip,
    "endless body": endless,
    "slow body": slow_body,
    "silent": silent,
    "hangs up": lambda connection, _: connection.close(),
    "longer than it may be": fixed(saying(200, b"x" * (LIMIT + 1))),
    "shorter than it says": fixed(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nabc"),
    "claims a huge length": fixed(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nabc"),
    "chunks cut short": fixed(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc"),
    "chunk of a huge size": fixed(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffff\r\nabc"),
    "chunk of no size": fixed(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc"),
    "no HTTP": fixed(b"\x00\xff" * 500 + b"\r\n\r\n"),
    "too many headers": fixed(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5000 + b"\r\n"),
    "a status that is none": fixed(b"HTTP/1.1 9999999 X\r\n\r\n"),
}


@pytest.mark.parametrize("play", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("act", ["get", "post"])
def test_a_hostile_server_gives_no_answer(play: Play, act: str) -> None:
    """Whatever it sends and however slowly; the call ends."""
    with serving(play) as address:
        line = WebLine(address, seconds=0.3)
        ask: Callable[[], object] = (
            (lambda: line.get("/x", LIMIT)) if act == "get" else (lambda: line.post("/x", b"body", LIMIT))
        )
        with pytest.raises(NoAnswer):
            ask()


def test_a_redirect_is_not_followed() -> None:
    """It is an answer with its number; the place it names is never asked."""
    asked: list[bytes] = []

    def elsewhere(connection: socket.socket, head: bytes) -> None:
        asked.append(head)
        connection.sendall(saying(302, b"", extra="Location: /other\r\n"))

    with serving(elsewhere) as address:
        assert WebLine(address).get("/x", LIMIT).status == 302
    assert len(asked) == 1


def test_an_honest_answer_is_whole() -> None:
    """Up to the limit, with a length or in chunks; the path stands below the address."""
    heads: list[bytes] = []

    def honest(connection: socket.socket, head: bytes) -> None:
        heads.append(head)
        connection.sendall(saying(200, b"x" * LIMIT, "Text/Plain; charset=utf-8"))

    with serving(honest) as address:
        answer = WebLine(f"{address}/record/").get("/log/checkpoint", LIMIT)
    assert (answer.status, answer.media_type, len(answer.body)) == (200, "text/plain", LIMIT)
    assert heads[0].startswith(b"GET /record/log/checkpoint HTTP/1.1\r\n")
    with serving(fixed(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")) as address:
        assert WebLine(address).get("/", LIMIT).body == b"abc"


@pytest.mark.parametrize(
    "address",
    ["", "record", "ftp://a.example/", "http://", "https://a.example/?x=1", "https://a:b@c.example", "http://a:99999/", "file:///etc"],
)  # fmt: skip
def test_what_is_no_address_is_refused(address: str) -> None:
    """Only http and https, without queries, names and passwords."""
    with pytest.raises(Malformed):
        WebLine(address)
