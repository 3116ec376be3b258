"""The logs of a station in NIST's format (SP 1500-101): the same entries under the standard's names.

    word → Id       its subject → Type       role → UserId       its sentence → Description
    details, as canonical JSON → Details     SHA-256 of the entry's line → Hash

What a log cannot hold cannot get into the export: there is no other source for it.
"""

from collections.abc import Sequence

from urna.encoding.canonical import Moment, digest, encode
from urna.errors import Malformed
from urna.interop.cdf_event_log import (
    CdfDevice,
    CdfDeviceType,
    CdfDisposition,
    CdfDocumentation,
    CdfEvent,
    CdfEventId,
    CdfEventLog,
    CdfEventType,
)
from urna.station.event_entry import Details, LogEntry, LogHeader, read_log
from urna.station.event_table import SUBJECTS, WORDS
from urna.words import Sentence

MAKER, MODEL = "urna", "urna station"
POLL_BOOK = "poll-book"


def station_log(logs: Sequence[Sequence[bytes]], now: Moment, version: str) -> CdfEventLog:
    """The logs of a station's machines as one document.

    Args:
        logs: the lines of each, the header first.
        now: when it is made.
        version: of urna.

    Raises:
        Malformed: no log; one that is none; or logs of several elections or stations.
        Unproven: a log whose chain is broken.
    """
    headers = [read_log(lines)[0] for lines in logs]
    places = {(header.election, header.station) for header in headers}
    if len(places) != 1:
        raise Malformed(
            Sentence("logs of one station"),
            Sentence("logs of {count}", {"count": len(places)}),
            Sentence("Export each station by itself."),
        )
    devices = tuple(_device(header, lines, version) for header, lines in zip(headers, logs, strict=True))
    return CdfEventLog(generated_time=now, election_id=headers[0].election, device=devices)


def documentation(now: Moment, version: str) -> CdfDocumentation:
    """What every event and type of event of a station's machines means.

    Args:
        now: when it is made; the standard wants the day only.
        version: of urna.
    """
    return CdfDocumentation(
        device_manufacturer=MAKER,
        device_model=MODEL,
        device_version=version,
        event_id_description=tuple(
            CdfEventId(id=event, description=str(word.sentence)) for event, word in WORDS.items()
        ),
        event_type_description=tuple(CdfEventType(type=each, description=says) for each, says in SUBJECTS.items()),
        generated_date=now[:10],
    )


def _device(header: LogHeader, lines: Sequence[bytes], version: str) -> CdfDevice:
    is_poll_book = header.machine == POLL_BOOK
    entries = read_log(lines)[1]
    return CdfDevice(
        id=f"{header.station}/{header.machine}",
        type=CdfDeviceType.ELECTRONIC_POLL_BOOK if is_poll_book else CdfDeviceType.ELECTRONIC_CAST_PAPER,
        manufacturer=MAKER,
        model=MODEL,
        version=version,
        hash_type="sha-256",
        event=tuple(_event(entry, line) for entry, line in zip(entries, lines[1:], strict=True)),
    )


def _event(entry: LogEntry, line: bytes) -> CdfEvent:
    word = WORDS[entry.event]
    return CdfEvent(
        id=entry.event,
        sequence=str(entry.sequence),
        time_stamp=entry.moment,
        type=word.subject,
        disposition=CdfDisposition(word.disposition),
        severity=word.severity,
        user_id=entry.role,
        description=str(word.sentence),
        details=encode(entry.details).decode() if entry.details != Details() else "",
        hash=digest(line),
    )
