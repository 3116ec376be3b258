"""One request to a server that nobody trusts: one address, one answer, so many bytes, so many seconds, and no more.

It follows no redirect, uses no proxy of the environment, and believes no length: a body that is longer than allowed,
cut short, or does not end in time is no answer.
"""

import socket
import ssl
import threading
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import NamedTuple
from urllib.parse import urlsplit

from urna.errors import Malformed, OutOfOrder
from urna.words import Sentence

SECONDS = 20.0
PART_BYTES = 64 * 1024


class NoAnswer(OutOfOrder):
    """The server gave no answer that can be used; nothing follows from that about what it should have said."""


class TooLong(NoAnswer):
    """The server's answer is longer than what was asked for may be."""


class Answer(NamedTuple):
    """What a server said."""

    status: int
    media_type: str
    body: bytes


class WebLine:
    """Requests below one address.

    Args:
        address: "https://record.example/2020", http or https; a slash at its end is left out.
        seconds: how long a whole answer may take.

    Raises:
        Malformed: an address that is none.
    """

    def __init__(self, address: str, seconds: float = SECONDS) -> None:
        self.address = address.rstrip("/")
        self._seconds = seconds
        parts = urlsplit(self.address)
        is_plain = not (parts.query or parts.fragment or parts.username or parts.password)
        try:
            port = parts.port
        except ValueError:
            port, is_plain = None, False
        if parts.scheme not in {"http", "https"} or not parts.hostname or not is_plain or not self.address.isascii():
            raise Malformed(
                Sentence("an address as https://record.example/2020"),
                Sentence("{text}", {"text": repr(address[:200])}),
                Sentence("Write the address as its owner gives it."),
            )
        self._is_secret, self._host, self._port, self._path = parts.scheme == "https", parts.hostname, port, parts.path

    def get(self, path: str, limit: int) -> Answer:
        """What lies at a path below the address.

        Raises:
            NoAnswer: none that can be used, or more than `limit` bytes.
        """
        return self._ask("GET", path, None, limit)

    def post(self, path: str, body: bytes, limit: int) -> Answer:
        """What the server says to a body; raises as `get` does."""
        return self._ask("POST", path, body, limit)

    def _ask(self, method: str, path: str, body: bytes | None, limit: int) -> Answer:
        where = f"{self.address}{path}"
        headers = {"Connection": "close", "Accept-Encoding": "identity", "Cache-Control": "no-cache"}
        try:
            with _Deadline(self._open(), self._seconds) as deadline:
                connection = self._connect(deadline.socket)
                connection.request(method, f"{self._path}{path}", body, headers)
                response = connection.getresponse()
                data = _read(response, limit, where)
                if deadline.is_over:
                    raise TimeoutError
                media_type = response.headers.get("Content-Type", "")
                return Answer(response.status, media_type.partition(";")[0].strip().lower(), data)
        except (OSError, HTTPException, UnicodeError) as error:
            raise no_answer(Sentence("none in time, or one cut short"), where) from error

    def _open(self) -> socket.socket:
        """A connection whose encryption, if it has any, is not agreed yet."""
        port = self._port or (443 if self._is_secret else 80)
        plain = socket.create_connection((self._host, port), timeout=self._seconds)
        if not self._is_secret:
            return plain
        context = ssl.create_default_context()
        return context.wrap_socket(plain, server_hostname=self._host, do_handshake_on_connect=False)

    def _connect(self, opened: socket.socket) -> HTTPConnection:
        """The line over an open connection; it is never opened again."""
        kind = HTTPSConnection if self._is_secret else HTTPConnection
        connection = kind(self._host, self._port)
        connection.auto_open = 0
        connection.sock = opened
        if isinstance(opened, ssl.SSLSocket):
            opened.do_handshake()
        return connection


class _Deadline:
    """Cuts a connection when its time is over: a server that sends one byte now and then does not hold us."""

    def __init__(self, opened: socket.socket, seconds: float) -> None:
        self.socket = opened
        self.is_over = False
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> "_Deadline":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self.socket.close()

    def _cut(self) -> None:
        self.is_over = True
        with suppress(OSError):
            socket.socket.shutdown(self.socket, socket.SHUT_RDWR)


def no_answer(found: Sentence, where: str) -> NoAnswer:
    """The error for a server that gave nothing to work with."""
    return NoAnswer(
        Sentence("an answer"), found, Sentence("Try again later; if it stays so, ask the server's owner."), where
    )


def _read(response: HTTPResponse, limit: int, where: str) -> bytes:
    """The whole body, if it is no longer than the limit and as long as the server said."""
    if response.length is not None and response.length > limit:
        raise _too_long(limit, where)
    parts: list[bytes] = []
    size = 0
    while part := response.read1(PART_BYTES):
        parts.append(part)
        size += len(part)
        if size > limit:
            raise _too_long(limit, where)
    if response.length:
        raise no_answer(Sentence("one cut short"), where)
    return b"".join(parts)


def _too_long(limit: int, where: str) -> TooLong:
    return TooLong(
        Sentence("an answer of at most {limit} bytes", {"limit": limit}),
        Sentence("a longer one"),
        Sentence("It was not read on. Check the address."),
        where,
    )
