"""The event log of one machine: what poll workers did and what failed, written as it happens.

Poll book and booths have a log each, on their own media; this module knows neither of them. What a line is stands in
`station/event_entry`, what it may say in `station/event_table`.
"""

from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Protocol

from urna.encoding.canonical import Moment, decode, digest, encode
from urna.encoding.document import sign_document
from urna.errors import Malformed
from urna.log.note import NoteSigner
from urna.station.event_entry import (
    MAX_LINE_BYTES,
    Detail,
    LogEntry,
    LogHead,
    check_machine,
    make_details,
    read_log,
)
from urna.station.event_table import WORDS
from urna.station.event_words import Actor, Kind, LogEvent, VoterCount
from urna.words import Sentence

RESERVED_BYTES = 128 * 1024
"""Kept for acts when faults have filled the rest."""


class LogStore(Protocol):
    """Where the lines are (`storage/event_log`)."""

    def lines(self) -> Sequence[bytes]:
        """Every line without its newline, the header first."""
        ...

    def append(self, line: bytes) -> None:
        """Adds a line; durable when the call returns."""
        ...

    @property
    def was_torn(self) -> bool:
        """Whether a power cut had left a last line unfinished; it was never acknowledged, and is not among them."""
        ...

    @property
    def room(self) -> int:
        """Bytes that are left."""
        ...


class EventLog:
    """A log that is written. Any thread may write.

    Args:
        store: with a header at least.
        where: what to name in errors.

    Raises:
        Malformed: a line is no entry.
        Unproven: the chain is broken: a line was changed, moved or taken out.
    """

    def __init__(self, store: LogStore, where: str = "event log") -> None:
        self._store = store
        self._lock = Lock()
        lines = store.lines()
        self.header, entries = read_log(lines, where)
        self._entries = list(entries)
        self._last = digest(lines[-1])

    @property
    def entries(self) -> tuple[LogEntry, ...]:
        """Every entry, in order."""
        return tuple(self._entries)

    def start(self, now: Moment) -> None:
        """Writes that the machine runs; again, if the log does not say that it was stopped.

        Raises:
            OutOfOrder: the log is full, or its medium cannot be written.
        """
        was_running = bool(self._entries) and self._entries[-1].event is not LogEvent.STOPPED
        if self._store.was_torn:
            self.fault(LogEvent.LOG_MENDED, now)
        if was_running:
            self.fault(LogEvent.STARTED_AGAIN, now)
        else:
            self.act(LogEvent.STARTED, Actor.MACHINE, now)

    def act(self, event: LogEvent, role: Actor | str, now: Moment, **details: Detail) -> LogEntry:
        """Writes what a poll worker did; durable when it returns.

        Args:
            event: a word of kind `act`.
            role: whose card is signed in; never a name. `Actor.MACHINE` where nobody has signed in.
            now: the machine's clock.
            details: fields of `Details` that the event allows.

        Raises:
            Malformed: another kind of event, a role that cannot do this, or details that it does not have.
            OutOfOrder: the log is full, or its medium cannot be written.
        """
        return self._write(Kind.ACT, event, Actor(role), now, details)

    def fault(self, event: LogEvent, now: Moment, **details: Detail) -> LogEntry | None:
        """Writes what failed; None when the log is so full that only acts are written any more.

        Raises:
            Malformed: another kind of event, or details that it does not have.
            OutOfOrder: the medium cannot be written.
        """
        _check_kind(Kind.FAULT, event)
        if self._store.room < RESERVED_BYTES:
            return None
        if self._store.room < RESERVED_BYTES + 2 * MAX_LINE_BYTES and event is not LogEvent.LOG_NEARLY_FULL:
            event, details = LogEvent.LOG_NEARLY_FULL, {}
            if self._entries and self._entries[-1].event is event:
                return None
        return self._write(Kind.FAULT, event, Actor.MACHINE, now, details)

    def count_voters(self, moment: Moment, *, since: Moment, until: Moment, voters: Mapping[VoterCount, int]) -> None:
        """Writes a closed bucket (`station/buckets`, which alone calls this).

        Raises:
            Malformed: a booth's log.
            OutOfOrder: the log is full, or its medium cannot be written.
        """
        details: dict[str, Detail] = {"since": since, "until": until, "voters": voters}
        self._write(Kind.VOTERS, LogEvent.VOTERS_COUNTED, Actor.MACHINE, moment, details)

    def sign_head(self, signer: NoteSigner, now: Moment) -> bytes:
        """The log's head (`LogHead`), signed with the machine's own key."""
        with self._lock:
            head = LogHead(
                election=self.header.election,
                station=self.header.station,
                machine=self.header.machine,
                entries=len(self._entries),
                last=self._last,
                signed_at=now,
            )
        return sign_document(head, [signer])

    def lines(self) -> tuple[bytes, ...]:
        """Every line, the header first, as it is exported."""
        return tuple(self._store.lines())

    def _write(self, kind: Kind, event: LogEvent, actor: Actor, now: Moment, details: Mapping[str, Detail]) -> LogEntry:
        _check_kind(kind, event)
        check_machine(event, self.header.machine)
        with self._lock:
            entry = LogEntry(
                sequence=len(self._entries) + 1,
                moment=now,
                event=event,
                role=actor,
                details=make_details(details),
                before=self._last,
            )
            line = encode(entry)
            decode(line, LogEntry, "event log", MAX_LINE_BYTES)  # a moment that is none is found here
            self._store.append(line)
            self._entries.append(entry)
            self._last = digest(line)
        return entry


def _check_kind(kind: Kind, event: LogEvent) -> None:
    if WORDS[event].kind is not kind:
        raise Malformed(
            Sentence("an event of kind {kind}", {"kind": kind}),
            Sentence("{event}, of kind {found}", {"event": event, "found": WORDS[event].kind}),
            Sentence("Write it as what it is."),
        )
