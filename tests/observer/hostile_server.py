"""A server that answers each connection with the bytes it is told to, and goes on as badly as a test wants."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Play = Callable[[socket.socket, bytes], None]
"""Gets the connection and the head of the request."""


@contextmanager
def serving(play: Play) -> Iterator[str]:
    """The address of a server on this machine that plays so until the block ends."""
    listening = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def run() -> None:
        while not ended.is_set():
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=_play, args=(play, connection), daemon=True).start()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        ended.set()
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)


def saying(status: int, body: bytes, media_type: str = "text/plain", extra: str = "") -> bytes:
    """An honest answer's bytes."""
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n{extra}\r\n"
    return head.encode() + body


def fixed(answer: bytes) -> Play:
    """Plays one answer to everybody."""
    return lambda connection, _: connection.sendall(answer)


def _read_until(connection: socket.socket, data: bytes, is_enough: Callable[[bytes], bool]) -> bytes:
    while not is_enough(data) and (part := connection.recv(65536)):
        data += part
    return data


def _play(play: Play, connection: socket.socket) -> None:
    with connection:
        connection.settimeout(60)
        try:
            head, _, body = _read_until(connection, b"", lambda data: b"\r\n\r\n" in data).partition(b"\r\n\r\n")
            length = re.search(rb"(?im)^content-length: *(\d+)", head)
            # To the end: what is left unread resets the line, perhaps before the answer was taken.
            _read_until(connection, body, lambda data: len(data) >= (int(length[1]) if length else 0))
            play(connection, head)
        except OSError:
            return
