"""The line to a printer: bytes go out, answers come back.

    SocketLink    a network printer (TCP port 9100), or the simulated one (a Unix socket)
    DeviceLink    a character device of the kernel's printer driver, as /dev/usb/lp0

A link opens itself when it is needed and again after it was lost. It knows nothing of papers and keeps nothing of what
it sent.
"""

import os
import select
import socket
from contextlib import suppress
from pathlib import Path
from typing import Protocol

SEND_TIMEOUT_SECONDS = 5.0
_CHUNK_BYTES = 4096


class LinkLost(Exception):
    """The line broke, or nothing moves on it; how much arrived is not known."""


class Link(Protocol):
    """A line to one printer."""

    def send(self, data: bytes) -> None:
        """Returns when all bytes are handed over to the line, not when the printer has obeyed them.

        Raises:
            LinkLost: they are not, or not all of them.
        """
        ...

    def receive(self, timeout_seconds: float) -> bytes:
        """What came back, waiting for it at most so long; empty when nothing came.

        Raises:
            LinkLost: the line is broken.
        """
        ...

    def close(self) -> None:
        """Lets go of the line."""
        ...


class SocketLink:
    """A line over a socket.

    Args:
        address: host and port, or the path of a Unix socket.
    """

    def __init__(self, address: tuple[str, int] | Path) -> None:
        self._address = address
        self._socket: socket.socket | None = None

    def send(self, data: bytes) -> None:
        """Hands all bytes over."""
        try:
            self._connected().sendall(data)
        except OSError as error:
            self.close()
            raise LinkLost from error

    def receive(self, timeout_seconds: float) -> bytes:
        """What came back."""
        try:
            line = self._connected()
            if not _wait(line.fileno(), select.POLLIN, timeout_seconds):
                return b""
            data = line.recv(_CHUNK_BYTES)
        except OSError as error:
            self.close()
            raise LinkLost from error
        if not data:
            self.close()
            raise LinkLost
        return data

    def close(self) -> None:
        """Lets go of the socket."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _connected(self) -> socket.socket:
        if self._socket is None:
            self._socket = _connect(self._address)
        return self._socket


class DeviceLink:
    """A line over a character device.

    Args:
        path: the device, as /dev/usb/lp0.
        send_timeout_seconds: the longest that the driver may take nothing: without paper it takes nothing for ever.
    """

    def __init__(self, path: Path, send_timeout_seconds: float = SEND_TIMEOUT_SECONDS) -> None:
        self._path = path
        self._send_timeout_seconds = send_timeout_seconds
        self._file: int | None = None

    def send(self, data: bytes) -> None:
        """Hands all bytes over, as fast as the driver takes them."""
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self._write(rest[:_CHUNK_BYTES]) :]
        except OSError as error:
            self.close()
            raise LinkLost from error

    def receive(self, timeout_seconds: float) -> bytes:
        """What came back."""
        try:
            file = self._opened()
            if not _wait(file, select.POLLIN, timeout_seconds):
                return b""
            # The driver reads as empty what has nothing to say: that is no end of file.
            return os.read(file, _CHUNK_BYTES)
        except BlockingIOError:
            return b""
        except OSError as error:
            self.close()
            raise LinkLost from error

    def close(self) -> None:
        """Lets go of the device."""
        if self._file is not None:
            with suppress(OSError):
                os.close(self._file)
            self._file = None

    def _write(self, data: memoryview) -> int:
        file = self._opened()
        # A driver that only hangs up will take nothing any more: without this the line would be tried for ever.
        if not _wait(file, select.POLLOUT, self._send_timeout_seconds) & (select.POLLOUT | select.POLLERR):
            raise TimeoutError
        try:
            return os.write(file, data)
        except BlockingIOError:
            return 0

    def _opened(self) -> int:
        if self._file is None:
            self._file = os.open(self._path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
        return self._file


def _wait(file: int, event: int, timeout_seconds: float) -> int:
    """What the line is ready for, broken included; 0 when time is up.

    poll and not select, which refuses the numbers from 1024 on of a process that has many files open.
    """
    waiting = select.poll()
    waiting.register(file, event)
    return next((events for _, events in waiting.poll(1000 * timeout_seconds)), 0)


def _connect(address: tuple[str, int] | Path) -> socket.socket:
    if isinstance(address, tuple):
        return socket.create_connection(address, SEND_TIMEOUT_SECONDS)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(SEND_TIMEOUT_SECONDS)
    try:
        line.connect(str(address))
    except OSError:
        line.close()
        raise
    return line
