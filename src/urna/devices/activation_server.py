"""The booth's end of the activation channel: a Unix socket that only its owner opens, or TCP on a cable.

One connection at a time may speak. Whoever connects has two seconds to show the pairing key; a second one with the
right key is refused as long as the first is there, and reported; so is whoever has another key, and every byte that is
not the next message of its connection. Nothing that is refused reaches the desk.
"""

import os
import select
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock, Semaphore, Thread

from urna.errors import Malformed, OutOfOrder, Unproven
from urna.station.link import Alarm, BoothDesk
from urna.station.link_messages import Refused, answer_at, read_request, trouble_of, write_reply
from urna.station.link_session import BoothEnd, Ends, Entropy, Stand
from urna.words import Sentence

Address = Path | tuple[str, int]
"""A Unix socket, or host and port."""

GREETING_SECONDS = 2.0
"""How long a stranger may take to show the pairing key."""

SILENCE_SECONDS = 15.0
"""A poll book asks for the booth's condition every other second; after so long without a word it is gone."""

SEAT_SECONDS = 3.0
"""How long a poll book that came back waits until the connection of its former life is put away."""

MAX_GUESTS = 8
_CHUNK = 8192


class ActivationServer:
    """Serves a desk to its poll book, from threads of its own.

    Args:
        address: where it listens; the folder of a Unix socket exists, and is its owner's alone.
        ends: this booth, its poll book and their key.
        desk: does what is asked.
        entropy: fresh random bytes.
        report: told of every refusal, from any thread.
    """

    def __init__(
        self, address: Address, ends: Ends, desk: BoothDesk, *, entropy: Entropy, report: Callable[[Alarm], None]
    ) -> None:
        self._ends, self._desk, self._entropy, self._report = ends, desk, entropy, report
        self._seat, self._guests = Lock(), Semaphore(MAX_GUESTS)
        self._holder: socket.socket | None = None
        self._listening = listen_at(address)
        self.port = 0 if isinstance(address, Path) else int(self._listening.getsockname()[1])
        self._thread = Thread(target=self._accept, name="activation-channel", daemon=True)

    def start(self) -> None:
        """Begins to serve."""
        self._thread.start()

    def close(self) -> None:
        """Ends: no connection is taken any more, and the one that speaks is cut."""
        for each in (self._listening, self._holder):
            if each is not None:
                hang_up(each)
        self._thread.join()

    def _accept(self) -> None:
        while True:
            try:
                guest, _ = self._listening.accept()
            except OSError:
                return  # closed
            if self._guests.acquire(blocking=False):
                Thread(target=self._serve, args=(guest,), name="activation-guest", daemon=True).start()
            else:
                hang_up(guest)

    def _serve(self, guest: socket.socket) -> None:
        """One connection, from its first byte to its end; whatever is wrong with it ends it and is reported."""
        end = BoothEnd(self._ends, self._entropy)
        try:
            if self._greet(guest, end):
                self._converse(guest, end)
        except OSError:
            pass  # it is gone
        except Unproven:
            self._report(Alarm.FORGED if end.was_open else Alarm.WRONG_KEY)
        except Malformed:
            self._report(Alarm.GARBLED)
        finally:
            hang_up(guest)
            self._guests.release()

    def _greet(self, guest: socket.socket, end: BoothEnd) -> bool:
        deadline = time.monotonic() + GREETING_SECONDS
        while end.stand is not Stand.OPEN:
            guest.settimeout(max(0.01, deadline - time.monotonic()))
            data = guest.recv(_CHUNK)
            if not data or time.monotonic() > deadline:
                return False
            guest.sendall(end.greet(data))
        return True

    def _converse(self, guest: socket.socket, end: BoothEnd) -> None:
        guest.settimeout(SILENCE_SECONDS)
        if not self._take_seat():
            self._report(Alarm.SECOND_POLL_BOOK)
            self._refuse(guest, end)
            return
        try:
            self._holder = guest
            self._answer_all(guest, end)
        finally:
            self._holder = None
            self._seat.release()

    def _answer_all(self, guest: socket.socket, end: BoothEnd) -> None:
        data = b""
        while True:
            for body in end.requests(data):
                guest.sendall(end.reply(write_reply(answer_at(self._desk, read_request(body)))))
            data = guest.recv(_CHUNK)
            if not data:
                return

    def _take_seat(self) -> bool:
        """Whether this connection may speak: nobody else does, or who did is gone."""
        if self._seat.acquire(blocking=False):
            return True
        holder = self._holder
        return (holder is None or _is_gone(holder)) and self._seat.acquire(timeout=SEAT_SECONDS)

    def _refuse(self, guest: socket.socket, end: BoothEnd) -> None:
        """Tells the second one why, as the answer to its first request."""
        error = OutOfOrder(
            Sentence("one poll book for this booth"),
            Sentence("another one that speaks with it already"),
            Sentence("Two poll books have one identity. Stop this one, keep both as they are, and call the authority."),
            self._ends.where,
        )
        data = b""
        while not (bodies := list(end.requests(data))):
            data = guest.recv(_CHUNK)
            if not data:
                return
        guest.sendall(b"".join(end.reply(write_reply(Refused(trouble=trouble_of(error)))) for _ in bodies[:1]))


def listen_at(address: Address) -> socket.socket:
    """A listening socket. A Unix socket is closed to others before anybody can connect to it."""
    if isinstance(address, Path):
        address.unlink(missing_ok=True)
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        with _short(address) as short:
            listening.bind(short)
        address.chmod(0o600)
    else:
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    listening.listen(MAX_GUESTS)
    return listening


def connect_to(address: Address, seconds: float) -> socket.socket:
    """A connection; `OSError` when there is none in time."""
    if isinstance(address, Path):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        connection.settimeout(seconds)
        try:
            with _short(address) as short:
                connection.connect(short)
        except OSError:
            connection.close()
            raise
        return connection
    connection = socket.create_connection(address, timeout=seconds)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def hang_up(connection: socket.socket) -> None:
    """Ends a connection or a listening socket; whoever waits on it wakes up."""
    with suppress(OSError):  # it is gone already
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


class _short:  # noqa: N801 - used as a function in `with`
    """A Unix socket's path by way of its folder's descriptor: the kernel takes 107 bytes, folders lie deeper."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> str:
        self._folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        return f"/proc/self/fd/{self._folder}/{self._path.name}"

    def __exit__(self, *_: object) -> None:
        os.close(self._folder)


def _is_gone(connection: socket.socket) -> bool:
    """Whether the other side has closed. Asks the descriptor: Python's own `recv` would wait for its timeout."""
    waiting = select.poll()
    try:
        waiting.register(connection, select.POLLRDHUP | select.POLLHUP)
        return bool(waiting.poll(0))
    except (OSError, ValueError):
        return True
