"""The event log on a medium: lines appended inside a file whose size never changes.

    the header's line ↵ entry 1 ↵ entry 2 ↵ …  zeros to the end

The room is taken when the log is made, so a full disk cannot keep a fault out of it, and the file's size and times tell
nothing. A line is one write and one sync. A cut in between leaves a last line that is torn: without its newline, or
with zeros in it, which canonical JSON never has. Such a line was never acknowledged; the next one is written in its
place. Anything else that is not a line of the chain was done by somebody, and is refused (`station/event_entry`).
"""

from collections.abc import Sequence
from typing import NamedTuple

from urna.errors import Malformed, OutOfOrder
from urna.station.event_entry import MAX_LINE_BYTES
from urna.storage.medium import File, Medium
from urna.words import Sentence

EVENT_LOG = "event-log"
"""The file's name on the medium of each machine."""

LOG_BYTES = 1024 * 1024
"""About 4,000 entries; an ordinary day has a hundred."""


def export_names(machine: str) -> tuple[str, str]:
    """What a machine's log is called when it leaves the station: its lines, and the signed head over them."""
    return f"event-log-{machine}.jsonl", f"event-log-{machine}.note"


def export_lines(lines: Sequence[bytes]) -> bytes:
    """A log as it leaves the station: a line each, without the empty room behind them."""
    return b"".join(line + b"\n" for line in lines)


class Content(NamedTuple):
    """What a log file holds."""

    lines: tuple[bytes, ...]
    end: int
    """Where the next line goes."""
    torn: bytes
    """A last line that a cut left unfinished."""


class LogFile:
    """A `LogStore` on a medium.

    Args:
        file: made by `create`.
        name: the file's name, for errors.

    Raises:
        Malformed: what follows the last whole line is more than one torn line.
    """

    def __init__(self, file: File, name: str = EVENT_LOG) -> None:
        self._file = file
        self._name = name
        file.sync()  # what a killed process left in the cache is read below, and believed
        lines, self._end, torn = read_content(file.read(0, file.size), name)
        self._lines = list(lines)
        self._was_torn = bool(torn)
        self._litter = len(torn)

    @classmethod
    def create(cls, medium: Medium, first_line: bytes, name: str = EVENT_LOG, size: int = LOG_BYTES) -> "LogFile":
        """A new log; under another name until its first line is durable.

        Raises:
            OutOfOrder: there is one already.
        """
        if name in medium.names():
            raise OutOfOrder(
                Sentence("a medium without an event log"),
                Sentence("one that has it"),
                Sentence("Open it: a log is never begun twice."),
                name,
            )
        part = f"{name}.part"
        if part in medium.names():
            medium.unlink(part)
        file = medium.create(part, size)
        file.write(0, first_line + b"\n")
        file.sync()
        medium.rename(part, name)
        medium.sync_directory()
        return cls(file, name)

    @classmethod
    def open(cls, medium: Medium, name: str = EVENT_LOG) -> "LogFile":
        """The log of a medium, without a torn last line; nothing is written yet.

        Raises:
            Malformed: there is none, or it holds something else.
        """
        return cls(medium.open(name), name)

    def lines(self) -> Sequence[bytes]:
        """Every line without its newline, the header first."""
        return tuple(self._lines)

    @property
    def was_torn(self) -> bool:
        """Whether a power cut had left a last line unfinished."""
        return self._was_torn

    @property
    def room(self) -> int:
        """Bytes that are left."""
        return self._file.size - self._end

    def append(self, line: bytes) -> None:
        """Adds a line; durable when the call returns.

        Raises:
            OutOfOrder: no room, or the medium cannot be written; then the log is as it was.
        """
        if len(line) + 1 > self.room:
            raise OutOfOrder(
                Sentence("room for an entry of {size} bytes", {"size": len(line) + 1}),
                Sentence("{room} bytes", {"room": self.room}),
                Sentence("The event log is full: write events down on paper, and tell the centre."),
                self._name,
            )
        self._clean()
        self._litter = len(line) + 1  # until it is durable
        self._write(self._end, line + b"\n")
        self._litter = 0
        self._lines.append(line)
        self._end += len(line) + 1

    def close(self) -> None:
        """Lets go of the file."""
        self._file.close()

    def _clean(self) -> None:
        """Takes away what a failed write left: a shorter line over it would leave its rest, which looks like a line."""
        if self._litter:
            self._write(self._end, bytes(self._litter))
            self._litter = 0

    def _write(self, offset: int, data: bytes) -> None:
        try:
            self._file.write(offset, data)
            self._file.sync()
        except OSError as error:
            raise OutOfOrder(
                Sentence("a medium that can be written"),
                Sentence("{reason}", {"reason": error.strerror or type(error).__name__}),
                Sentence("Do not go on with this machine; call the technician."),
                self._name,
            ) from error


def read_content(data: bytes, where: str = EVENT_LOG) -> Content:
    """The lines of a log file, and what a cut left behind them; nothing is checked of what the lines say.

    Raises:
        Malformed: what follows the last whole line is more than one torn line.
    """
    lines, at = [], 0
    while (newline := data.find(b"\n", at)) >= 0 and 0 not in data[at:newline]:
        lines.append(data[at:newline])
        at = newline + 1
    torn = data[at:].rstrip(b"\0")
    if len(torn) > MAX_LINE_BYTES + 1 or b"\n" in torn[:-1]:
        raise Malformed(
            Sentence("a log of whole lines, and at most one that a power cut tore"),
            Sentence("bytes after line {count} that are neither", {"count": len(lines)}),
            Sentence("Keep the medium as it is and call the authority: its log was changed."),
            where,
        )
    return Content(tuple(lines), at, torn)
