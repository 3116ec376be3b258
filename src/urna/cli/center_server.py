"""The process of `urna center serve`: uvicorn around the centre's addresses, and its record where that is asked for."""

import math
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import uvicorn
import uvicorn.config
from fastapi import FastAPI
from sqlalchemy.exc import DBAPIError
from starlette.staticfiles import StaticFiles

from urna.cli.center_inbox import take_inbox
from urna.cli.words import say_in
from urna.encoding.canonical import Moment
from urna.errors import OutOfOrder, UrnaError
from urna.station.announcement import piece_bytes
from urna.storage.centre_opening import ANNOUNCED_UPLOADS, OWN_UPLOADS, RECORD, UPLOADS
from urna.storage.centre_publisher import Published, Publisher
from urna.storage.centre_service import CentreService
from urna.storage.centre_uploads import Uploads
from urna.web.center.answers import Speaking
from urna.web.center.app import centre_app
from urna.web.center.limits import Limits, LineLimits
from urna.web.center.lines import limited
from urna.web.center.proxies import ON_THIS_MACHINE, Network
from urna.web.center.request_log import Note, say_nothing
from urna.web.center.served import ServedCentre
from urna.web.center.station_door import StationLines
from urna.web.center.taking import UploadsOf
from urna.web.center.tls import LineProtocol, Tls, make_context
from urna.words import Sentence

HEADER_BYTES = 16 * 1024
BACKLOG = 512
LEFT_FREE_BYTES = 2 * 1024 * 1024 * 1024
"""Of the medium, which strangers' uploads do not fill: the database has to write."""
WATCH_SECONDS = 1.0
NO_OTHER_LIMITS = LineLimits()


def now() -> Moment:
    """This moment, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def centre_addresses(
    service: CentreService,
    limits: Limits,
    *,
    serve_record: bool = False,
    own_lines: bool = False,
    note: Note = say_nothing,
) -> FastAPI:
    """The centre's addresses.

    Args:
        service: the centre.
        limits: what is taken.
        serve_record: whether its record is at /record.
        own_lines: whether a station's parcel is taken over that station's own TLS line only; else it is taken from
            anybody, and stations that show a certificate, or announce the parcel, have places of their own.
        note: writes the log's entries.
    """
    served = ServedCentre(service, note=note)
    folder = service.opened.folder
    speaking = Speaking({"es": say_in("es"), "en": say_in("en")})
    uploads = UploadsOf(
        Uploads(folder / UPLOADS, limits.parcel_bytes, leave_free=LEFT_FREE_BYTES),
        Uploads(folder / OWN_UPLOADS, limits.parcel_bytes),
        Uploads(folder / ANNOUNCED_UPLOADS, limits.parcel_bytes, piece_bytes=piece_bytes),
    )
    lines = StationLines(served.check_line, served.open_announcement, own_lines)
    app = centre_app(served, uploads, speaking, limits, lines=lines, note=note)
    if serve_record:
        (folder / RECORD).mkdir(exist_ok=True)
        app.mount("/record", StaticFiles(directory=folder / RECORD, follow_symlink=False))
    return app


class CentreServer:
    """Answers until it is told to end.

    Args:
        app: the addresses.
        host: where it listens.
        port: 0 for any that is free.
        ready: is told the address as soon as it listens.
        tls: its certificate; None: in clear, for a web server in front of it on this machine.
        lines: what is borne of lines.
        proxies: where web servers in front are: of them alone it is believed who sends.
        is_logged_elsewhere: whether the program has its own way of logging.
    """

    def __init__(
        self,
        app: FastAPI,
        host: str,
        port: int,
        ready: Callable[[str], None],
        *,
        tls: Tls | None = None,
        lines: LineLimits = NO_OTHER_LIMITS,
        proxies: Sequence[Network] = ON_THIS_MACHINE,
        is_logged_elsewhere: bool = False,
    ) -> None:
        context = make_context(tls) if tls is not None else None
        config = uvicorn.Config(
            app,
            http=limited(LineProtocol, lines, proxies),
            loop="urna.web.center.lines:make_loop",
            ssl_context_factory=None if context is None else lambda _, __: context,
            log_config=None if is_logged_elsewhere else uvicorn.config.LOGGING_CONFIG,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=True,
            forwarded_allow_ips=[str(network) for network in proxies],
            h11_max_incomplete_event_size=HEADER_BYTES,
            timeout_keep_alive=math.ceil(lines.idle_seconds),
            timeout_graceful_shutdown=20,
        )
        self._server = uvicorn.Server(config)
        self._socket = socket.create_server((host, port), family=_family(host), backlog=BACKLOG)
        # Every line has it from here; asyncio sets it on sockets that it makes itself only. Without it an answer on a
        # line that goes on waits 40 ms for the other side's acknowledgement between its head and its body.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._ready = ready
        self._scheme = "http" if context is None else "https"

    @property
    def address(self) -> str:
        """Where it listens."""
        host, port = self._socket.getsockname()[:2]
        return f"{self._scheme}://[{host}]:{port}" if ":" in host else f"{self._scheme}://{host}:{port}"

    def run(self) -> None:
        """Answers; returns when it was told to end."""
        self._ready(self.address)
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self._socket.close()

    def stop(self) -> None:
        """Tells it to end, from another thread."""
        self._server.should_exit = True


@contextmanager
def ended_with_writer(service: CentreService, server: CentreServer) -> Iterator[None]:
    """Within it a server ends when its centre's writer broke: whoever started the process starts it again."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(WATCH_SECONDS):
            if service.sequencer.failure is not None:
                server.stop()
                return

    thread = threading.Thread(target=watch, name="urna-watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


class Rounds:
    """Takes the inbox and publishes, again and again; issues provisional results when more counts than in the last.

    Args:
        publisher: of the centre.
        seconds: between two rounds.
        tell: is shown what was published, or why nothing was.
        service: issues the results.
        results_every: seconds between two editions at least; 0 for none.
    """

    def __init__(
        self,
        publisher: Publisher,
        seconds: float,
        tell: Callable[[Published | UrnaError], None],
        *,
        service: CentreService,
        results_every: float = 0.0,
    ) -> None:
        self._publisher, self._seconds, self._tell = publisher, seconds, tell
        self._service, self._results_every = service, results_every
        self._last_edition, self._last_standings = -results_every, Counter[str]()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="urna-publisher", daemon=True)

    def start(self) -> None:
        """Begins with a round."""
        self._thread.start()

    def stop(self) -> None:
        """Ends after the round that is under way."""
        self._ending.set()
        self._thread.join()

    def round(self) -> None:
        """One round."""
        try:
            self._publisher.write_promised()
            take_inbox(self._service, self._tell)
            self._issue_results()
            published = self._publisher.publish()
        except UrnaError as error:
            self._tell(error)
        except (DBAPIError, OSError) as error:
            self._tell(no_room(error))
        else:
            if published.files:
                self._tell(published)

    def _run(self) -> None:
        while not self._ending.is_set():
            self.round()
            self._ending.wait(self._seconds)

    def _issue_results(self) -> None:
        """None before the polls close: nothing of votes is anybody's before that."""
        is_time = time.monotonic() - self._last_edition >= self._results_every
        if not self._results_every or not is_time or now() < self._service.election.definition.closes_at:
            return
        standings = self._service.standings()
        if standings["counted"] and standings != self._last_standings:
            self._service.issue_results()
            self._last_edition, self._last_standings = time.monotonic(), standings


def no_room(error: Exception) -> OutOfOrder:
    """What is told when database or medium did not do what the publisher asked for; the next round tries again."""
    return OutOfOrder(
        Sentence("a database and a medium that take what is published"),
        Sentence("{reason}", {"reason": type(error).__name__}),
        Sentence("Look at both; the next round goes on where this one ended."),
    )


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
