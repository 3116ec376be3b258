"""One process of a station: its face on this machine's own address, and a booth's end of the activation channel.

    python -m urna.cli.station_process SETTINGS

1. Keep what is in memory out of files: no core dump, no swap where the system lets us, nothing readable by others.
2. Make sure that no other process is this one.
3. Listen at the address: a browser that comes at once waits. Make the face, which opens its medium and recovers.
4. Serve the poll book's channel, if this is a booth.
5. Write the launch address for one browser; serve until whoever started this process hangs up.

The settings hold no secret; `urna station serve` writes them. Which function makes the face is one of them, so that
tests and practice stations bring their own.
"""

import asyncio
import ctypes
import fcntl
import json
import os
import resource
import secrets
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import uvicorn
from starlette.types import ASGIApp

from urna.devices.activation_server import ActivationServer, Address
from urna.encoding.canonical import Record, decode
from urna.errors import Malformed, OutOfOrder, UrnaError
from urna.station.link import Alarm, BoothDesk
from urna.station.link_session import Ends
from urna.web.kiosk.guard import ENTRANCE
from urna.words import Sentence

HOST = "127.0.0.1"
RUN = "run"
POLL_BOOK = "poll-book"
STOP_SECONDS = 2
"""How long a page may still be answered when the process ends."""

_PR_SET_DUMPABLE = 4
_MCL_CURRENT_AND_FUTURE = 3


class ProcessSettings(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/station-process/1"):
    """What one process is to be."""

    folder: str
    """Of the station."""
    booth: int = 0
    """Its number; 0 is the poll book."""
    face: str
    """module:function, from settings and door to a `Face`."""
    port: int
    """Of the face; 0 takes any."""
    channel: str = ""
    """Where a booth listens to its poll book; empty: a Unix socket in the station's run folder."""
    channels: tuple[str, ...] = ()
    """For the poll book, where each booth listens, booth 1 first; empty ones as above."""
    display: str = ""
    printer: str = ""
    """A booth's, for slips."""
    reports: str = ""
    """The poll book's printer, for reports."""
    reader: str = ""

    @property
    def name(self) -> str:
        """As its files in the run folder are called."""
        return f"booth-{self.booth}" if self.booth else POLL_BOOK

    @property
    def station(self) -> Path:
        """The station's folder."""
        return Path(self.folder)

    def booth_address(self, number: int) -> Address:
        """Where the booth of this number listens."""
        text = self.channel if self.booth else self.channels[number - 1] if number <= len(self.channels) else ""
        return read_address(text) if text else self.station / RUN / f"booth-{number}.socket"


class Door(NamedTuple):
    """What a face's guard needs."""

    origin: str
    launch_key: str

    def __repr__(self) -> str:
        """Without the key."""
        return f"Door({self.origin})"


class Face(NamedTuple):
    """A face, ready to be served."""

    app: ASGIApp
    close: Callable[[], None]
    """Lets go of the medium."""
    desk: BoothDesk | None = None
    """Of a booth."""
    ends: Ends | None = None
    alarm: Callable[[Alarm], None] = lambda alarm: None
    """Puts what the channel refused into the event log."""


MakeFace = Callable[[ProcessSettings, Door, Callable[[], None]], Face]
"""The third argument ends the process in peace."""


def main(arguments: list[str]) -> int:
    """Runs the process to its end; the exit code says whether it should be started again (1)."""
    settings = decode(arguments[0].encode(), ProcessSettings, "settings")
    try:
        run(settings)
    except UrnaError as error:
        tell({"trouble": str(error)})
        return 2
    return 0


def run(settings: ProcessSettings) -> None:
    """The five steps of the module's first paragraph.

    Raises:
        OutOfOrder: another process is this one, or has its address; or the medium is not fit.
    """
    shield_memory()
    with Sole(settings.station / RUN, settings.name), listening_socket(settings.port) as listening:
        door = Door(f"http://{HOST}:{listening.getsockname()[1]}", secrets.token_urlsafe(32))
        server = Server()
        # uvicorn raises the signal once more when it has ended; then the medium is still to be let go.
        signal.signal(signal.SIGTERM, lambda *_: server.stop())
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the supervisor's
        face = find_face(settings.face)(settings, door, server.stop)
        channel = open_channel(settings, face)
        try:
            write_launch_address(settings, door)
            server.serve(face.app, listening, lambda: tell({"ready": door.origin}))
        finally:
            if channel is not None:
                channel.close()
            face.close()


def shield_memory() -> None:
    """No core dump, no debugger of the same user, no file that others read; no swap where the system allows that."""
    os.umask(0o077)
    # 1 and not 0: to a core_pattern that is a program the kernel pipes the memory in spite of 0, and 1 byte is too
    # little for a file (core(5)). A system that allows none at all stays with 0.
    core = 0 if resource.getrlimit(resource.RLIMIT_CORE)[1] == 0 else 1
    resource.setrlimit(resource.RLIMIT_CORE, (core, core))
    system = ctypes.CDLL(None, use_errno=True)
    system.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    # With a limit, locking what comes later would make a later allocation fail in the middle of a vote.
    if resource.getrlimit(resource.RLIMIT_MEMLOCK)[1] == resource.RLIM_INFINITY:
        resource.setrlimit(resource.RLIMIT_MEMLOCK, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        system.mlockall(_MCL_CURRENT_AND_FUTURE)


class Sole:
    """While it is held no second process is this part of this station; the kernel gives it back when we die.

    Raises:
        OutOfOrder: one is.
    """

    def __init__(self, run_folder: Path, name: str) -> None:
        self._run, self._name = run_folder, name

    def __enter__(self) -> "Sole":
        self._run.mkdir(mode=0o700, exist_ok=True)
        self._file = os.open(self._run / f"{self._name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._file)
            raise OutOfOrder(
                Sentence("no other process that is {name}", {"name": self._name}),
                Sentence("one that runs already"),
                Sentence("Use the one that runs, or end it first."),
                str(self._run.parent),
            ) from error
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)


def listening_socket(port: int) -> socket.socket:
    """On this machine's own address alone; who connects from now on waits until the face is served.

    Raises:
        OutOfOrder: somebody else listens there.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # asyncio does this only for sockets that it opens itself; without it every second answer waits 40 ms for an ACK.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        listening.bind((HOST, port))
        listening.listen()
    except OSError as error:
        listening.close()
        raise OutOfOrder(
            Sentence("a free port {port} on this machine", {"port": port}),
            Sentence("one that is taken"),
            Sentence("End what listens there, or choose another port."),
        ) from error
    return listening


def find_face(place: str) -> MakeFace:
    """The function that makes the face."""
    module, _, function = place.partition(":")
    found: MakeFace = getattr(import_module(module), function)
    return found


def open_channel(settings: ProcessSettings, face: Face) -> ActivationServer | None:
    """A booth's end of the activation channel, already serving."""
    if face.desk is None or face.ends is None:
        return None
    address = settings.booth_address(settings.booth)
    server = ActivationServer(address, face.ends, face.desk, entropy=secrets.token_bytes, report=face.alarm)
    server.start()
    return server


def write_launch_address(settings: ProcessSettings, door: Door) -> None:
    """Into a file that only its owner reads; its key lets one browser in, once."""
    path = settings.station / RUN / f"{settings.name}.url"
    draft = path.with_suffix(".draft")
    with suppress(FileNotFoundError):
        draft.unlink()
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(file, "w") as writing:
        writing.write(f"{door.origin}{ENTRANCE}?key={door.launch_key}\n")
    draft.rename(path)


class Server:
    """uvicorn, one worker, no log of requests, until `stop`, SIGTERM, or the end of standard input."""

    def __init__(self) -> None:
        self._server: uvicorn.Server | None = None
        self._stopped = False

    def serve(self, app: ASGIApp, listening: socket.socket, ready: Callable[[], None]) -> None:
        """Returns when it was stopped."""
        config = uvicorn.Config(
            app,
            access_log=False,
            server_header=False,
            log_level="warning",
            lifespan="on",
            timeout_graceful_shutdown=STOP_SECONDS,
            loop="asyncio",
            http="h11",
            ws="none",
        )
        self._server = uvicorn.Server(config)
        threading.Thread(target=self._watch_starter, daemon=True).start()
        asyncio.run(self._serve(self._server, listening, ready))

    async def _serve(self, server: uvicorn.Server, listening: socket.socket, ready: Callable[[], None]) -> None:
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started and not serving.done():
            await asyncio.sleep(0.01)
        server.should_exit = server.should_exit or self._stopped
        ready()
        await serving

    def stop(self) -> None:
        """Ends in peace, soon."""
        self._stopped = True
        if self._server is not None:
            self._server.should_exit = True

    def _watch_starter(self) -> None:
        """Whoever started this process holds its standard input; when they are gone, so is it."""
        while os.read(0, 4096):
            continue
        self.stop()


def read_address(text: str) -> Address:
    """An address of the channel: a path, or tcp:HOST:PORT for a cable.

    Raises:
        Malformed: neither.
    """
    if not text.startswith("tcp:"):
        return Path(text)
    host, _, port = text.removeprefix("tcp:").rpartition(":")
    if not host or not (port.isascii() and port.isdigit() and len(port) < 6):
        raise Malformed(
            Sentence("tcp:HOST:PORT, as tcp:10.0.0.2:8301"),
            Sentence("{text}", {"text": text}),
            Sentence("Write the address that the booth has on the cable."),
        )
    return host, int(port)


def tell(line: dict[str, str]) -> None:
    """A line to whoever started this process. They may be gone: then nobody hears it."""
    with suppress(OSError):
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
