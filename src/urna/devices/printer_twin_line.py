"""The simulated printer at the end of a line: a Unix socket or a TCP port, in a thread of its own."""

import socket
from contextlib import suppress
from pathlib import Path
from threading import Lock, Thread

from urna.devices.escpos_picture import Slip
from urna.devices.printer_twin import ROLL_ROWS, PrinterTwin

_LOOK_SECONDS = 0.05
_CHUNK_BYTES = 65536


class TwinServer:
    """Serves one printer to one caller at a time, as a real one does.

    Args:
        twin: the printer.
        address: the path of a Unix socket, or host and port; port 0 takes a free one.
    """

    def __init__(self, twin: PrinterTwin, address: tuple[str, int] | Path) -> None:
        self._twin = twin
        self._path = address if isinstance(address, Path) else None
        self._door = _listen(address)
        self._lock = Lock()
        self._ended = False
        self._caller: socket.socket | None = None
        self._thread = Thread(target=self._serve, name="printer-twin", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The TCP port."""
        return int(self._door.getsockname()[1])

    def take(self) -> list[Slip]:
        """Takes everything out of the tray."""
        with self._lock:
            return self._twin.take()

    def load_paper(self, rows: int = ROLL_ROWS) -> None:
        """Puts a new roll in."""
        with self._lock:
            self._say(self._twin.load_paper(rows))

    def clear(self) -> None:
        """Closes the cover, takes a jammed paper out."""
        with self._lock:
            self._say(self._twin.clear())

    def open_cover(self) -> None:
        """Opens the cover."""
        with self._lock:
            self._twin.is_cover_open = True

    def pull_plug(self) -> None:
        """Cable or power."""
        with self._lock:
            self._twin.pull_plug()

    def plug_in(self) -> None:
        """Power again."""
        with self._lock:
            self._twin.plug_in()

    def stop(self) -> None:
        """Ends the thread and takes the socket away."""
        self._ended = True
        self._thread.join()
        self._door.close()
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    def _serve(self) -> None:
        while not self._ended:
            with suppress(OSError):
                caller, _ = self._door.accept()
                with caller:
                    caller.settimeout(_LOOK_SECONDS)
                    self._caller = caller
                    self._listen_to(caller)
            self._caller = None

    def _listen_to(self, caller: socket.socket) -> None:
        while not self._ended and self._twin.is_plugged:
            try:
                data = caller.recv(_CHUNK_BYTES)
            except TimeoutError:
                continue
            if not data:
                return
            with self._lock:
                self._say(self._twin.obey(data))

    def _say(self, answers: bytes) -> None:
        if answers and self._caller is not None:
            with suppress(OSError):
                self._caller.sendall(answers)


def _listen(address: tuple[str, int] | Path) -> socket.socket:
    if isinstance(address, tuple):
        door = socket.create_server(address)
    else:
        door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        door.bind(str(address))
        door.listen()
    door.settimeout(_LOOK_SECONDS)
    return door
