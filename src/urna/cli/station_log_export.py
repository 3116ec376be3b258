"""The poll book's event log as it leaves the station: its lines and their signed head, made once, beside the sheet.

A parcel that is sent again must be the same bytes, so the log that it holds ends with the first parcel. What is done
afterwards, the sending and the archive, stays on the poll book's medium.
"""

from pathlib import Path
from typing import Protocol

from urna.encoding.canonical import Moment
from urna.log.note import NoteSigner
from urna.station.event_entry import Detail
from urna.station.event_log import EventLog
from urna.station.event_words import Actor, LogEvent
from urna.storage.event_log import LogFile, export_lines, export_names
from urna.storage.medium import DiskMedium, Medium
from urna.storage.station_folder import POLL_BOOK
from urna.storage.zero_document import write_whole


class ActLog(Protocol):
    """The log that the poll book's process writes."""

    def act(self, event: LogEvent, role: Actor | str, now: Moment, **details: Detail) -> object:
        """What was done; durable when it returns."""
        ...


def export_log(log: ActLog, medium: Medium, signer: NoteSigner, out: Path, now: Moment) -> None:
    """Writes both files into the out folder, the head last; where the head is, both are, and nothing is done.

    Args:
        log: is told that its end was signed.
        medium: where that log lies.
        signer: the poll book's own key.
        out: of the station.
        now: the poll book's clock.
    """
    lines, head = export_names(POLL_BOOK)
    if (out / head).is_file():
        return
    written = EventLog(LogFile.open(medium))
    files = {lines: export_lines(written.lines()), head: written.sign_head(signer, now)}
    out.mkdir(mode=0o700, exist_ok=True)
    for name, data in files.items():
        write_whole(DiskMedium(out), name, data)
    log.act(LogEvent.LOG_SIGNED, Actor.MACHINE, now)
