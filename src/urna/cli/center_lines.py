"""The log of a centre that a program reads: on stderr, one JSON object a line (`serve --log-format json`).

    {"at":"2026-12-06T23:04:05.123Z","event":"parcel","station":"A-01","verdict":"accepted",…}

Every entry has `at` (UTC) and `event`; what belongs to a request has its numbers. docs/center.md lists the events.
Errors of the program are entries with their kind and their place in the source: their words, in which there may be
anything, are left out.
"""

import json
import logging
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO

from urna.errors import UrnaError
from urna.web.center.request_log import ASKED

MOST_FRAMES = 20


def instant() -> str:
    """This moment, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Lines:
    """The `Note` that writes them.

    Args:
        stream: where to.
        clock: the moment of an entry.
    """

    def __init__(self, stream: TextIO, clock: Callable[[], str] = instant) -> None:
        self._stream, self._clock = stream, clock
        self._lock = threading.Lock()

    def __call__(self, event: str, **facts: object) -> None:
        """Writes one; a log that takes nothing more stops nobody."""
        asked = ASKED.get()
        numbers = {name: each for name, each in asked._asdict().items() if each} if asked is not None else {}
        line = json.dumps({"at": self._clock(), "event": event, **numbers, **facts}, ensure_ascii=False)
        with self._lock, suppress(OSError, ValueError):
            self._stream.write(line + "\n")
            self._stream.flush()

    def error(self, event: str, error: UrnaError) -> None:
        """An error that has its three parts, in English."""
        parts = {"expected": error.expected, "found": error.found, "remedy": error.remedy}
        said = {name: str(part) for name, part in parts.items()}
        self(event, kind=type(error).__name__, **said, **({"where": error.where} if error.where else {}))

    def broken(self, kind: type[BaseException] | None, trace: TracebackType | None, **facts: object) -> None:
        """An error of the program."""
        frames = traceback.extract_tb(trace)[-MOST_FRAMES:]
        places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        self("broken", kind=kind.__name__ if kind is not None else "", places=places, **facts)


class LinesHandler(logging.Handler):
    """What libraries and threads log, as lines.

    Args:
        lines: that are written.
    """

    def __init__(self, lines: Lines) -> None:
        super().__init__(logging.INFO)
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        """One entry; of an error its kind and its place."""
        # A library's message may be made of what was asked for; a format without its values is not.
        text = record.getMessage() if record.name.startswith("urna.") else str(record.msg).strip()
        facts = {"level": record.levelname.lower(), "logger": record.name, "text": text}
        if record.exc_info:
            self._lines.broken(record.exc_info[0], record.exc_info[2], **facts)
        else:
            self._lines("log", **facts)


def log_lines(stream: TextIO) -> Lines:
    """Makes this process log in lines alone: its libraries, its threads, and its own end."""
    lines = Lines(stream)
    root = logging.getLogger()
    root.handlers, root.level = [LinesHandler(lines)], logging.WARNING
    logging.captureWarnings(True)

    def ended(kind: type[BaseException], _: BaseException, trace: TracebackType | None) -> None:
        lines.broken(kind, trace)

    sys.excepthook = ended
    threading.excepthook = lambda found: lines.broken(found.exc_type, found.exc_traceback, thread=_name(found.thread))
    return lines


def _name(thread: threading.Thread | None) -> str:
    return thread.name if thread is not None else ""
