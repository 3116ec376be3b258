"""Logs for tests: of one machine, in memory or on any medium."""

from urna.crypto.signatures import SigningKey
from urna.log.note import NoteSigner
from urna.station.event_entry import first_line
from urna.station.event_log import EventLog
from urna.storage.event_log import LogFile
from urna.storage.medium import Medium, MemoryMedium

ELECTION = "ab" * 32
STATION = "ST-1"
SIGNER = NoteSigner("example/ST-1/poll-book", SigningKey(bytes(range(32))))
OPENED_AT = "2026-11-22T10:03:20Z"


def new_file(medium: Medium | None = None, machine: str = "poll-book", size: int = 1024 * 1024) -> LogFile:
    """An empty log."""
    return LogFile.create(medium or MemoryMedium(), first_line(ELECTION, STATION, machine), size=size)


def new_log(machine: str = "poll-book") -> EventLog:
    """An empty log in memory."""
    return EventLog(new_file(machine=machine))
