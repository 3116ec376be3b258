"""What a line of an event log is, how the lines are chained, and how a whole log is checked.

    line 0    a `LogHeader`: whose log it is
    line n    a `LogEntry` with number n, and the SHA-256 of line n − 1

A line is canonical JSON. Cutting out, changing or moving a line breaks the chain; cutting off the end is found by the
head that the machine's own key signs (`LogHead`). An entry has room for words and numbers only: no name, no text
that somebody typed, nothing of an elector and nothing of a ballot.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Annotated

import msgspec

from urna.encoding.canonical import Code, Count, Hash, Moment, Record, decode, digest, encode
from urna.encoding.document import open_document
from urna.errors import Malformed, Unproven
from urna.log.note import NoteVerifier
from urna.station.event_table import WORDS
from urna.station.event_words import Actor, Field, LogEvent, Paper, Reason, Supply, VoterCount, Way
from urna.words import Sentence

MAX_LINE_BYTES = 2048

Machine = Annotated[str, msgspec.Meta(pattern=r"\A(?:poll-book|booth-[1-9])\Z")]
Booth = Annotated[int, msgspec.Meta(ge=1, le=9)]
Detail = int | str | Mapping[VoterCount, int]
"""A detail as it is given to the log."""


class LogHeader(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/event-log/1"):
    """Whose log it is."""

    election: Hash
    station: Code
    machine: Machine


class Details(Record, frozen=True, kw_only=True, omit_defaults=True):
    """What goes with an event; each event allows some of these (`WORDS`). No field takes a text."""

    booth: Booth | None = None
    copy: Annotated[int, msgspec.Meta(ge=1, le=999)] | None = None
    count: Count | None = None
    paper: Paper | None = None
    reason: Reason | None = None
    role: Actor | None = None
    seconds: Annotated[int, msgspec.Meta(ge=-(2**40), le=2**40)] | None = None
    supply: Supply | None = None
    voters: dict[VoterCount, Count] | None = None
    since: Moment | None = None
    until: Moment | None = None
    way: Way | None = None

    @property
    def given(self) -> frozenset[Field]:
        """The fields that are there."""
        return frozenset(each for each in Field if getattr(self, each) is not None)


class LogEntry(Record, frozen=True, kw_only=True):
    """One event.

    `moment` is the machine's clock, which may have been wrong: the order is that of `sequence`.
    """

    sequence: Annotated[int, msgspec.Meta(ge=1, le=2**31)]
    moment: Moment
    event: LogEvent
    role: Actor
    details: Details
    before: Hash
    """SHA-256 of the line before, without its newline."""

    def __post_init__(self) -> None:
        """Refuses what `WORDS` does not allow: another cause, or other details."""
        word = WORDS[self.event]
        if self.role not in word.causes:
            raise Malformed(
                Sentence("{event} by {actors}", {"event": self.event, "actors": " / ".join(sorted(word.causes))}),
                Sentence("by {actor}", {"actor": self.role}),
                Sentence("Name who did it."),
            )
        if not self.details.given <= word.fields:
            raise Malformed(
                Sentence("{event} with {fields}", {"event": self.event, "fields": " / ".join(sorted(word.fields))}),
                Sentence("also {fields}", {"fields": " / ".join(sorted(self.details.given - word.fields))}),
                Sentence("Leave it out: the log holds nothing else."),
            )


class LogHead(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/event-log-head/1"):
    """A machine's statement of how long its log is and what its last line hashes to."""

    election: Hash
    station: Code
    machine: Machine
    entries: Count
    last: Hash
    """SHA-256 of the last line; of the header if there is no entry."""
    signed_at: Moment


def first_line(election: Hash, station: Code, machine: str) -> bytes:
    """The header's line, with which a log begins.

    Raises:
        Malformed: a machine that is none.
    """
    line = encode(LogHeader(election=election, station=station, machine=machine))
    decode(line, LogHeader, "event log", MAX_LINE_BYTES)
    return line


def read_log(lines: Sequence[bytes], where: str = "event log") -> tuple[LogHeader, tuple[LogEntry, ...]]:
    """The header and the entries of a log whose chain holds.

    Raises:
        Malformed: no header, or a line that is no entry.
        Unproven: a line was changed, moved or taken out.
    """
    if not lines:
        raise Malformed(
            Sentence("a log with its first line"), Sentence("none"), Sentence("Keep the medium as it is."), where
        )
    header = decode(lines[0], LogHeader, f"{where}:1", MAX_LINE_BYTES)
    entries = []
    for number, (before, line) in enumerate(pairwise(lines), 1):
        entry = decode(line, LogEntry, f"{where}:{number + 1}", MAX_LINE_BYTES)
        _check_chain(entry, number, digest(before), f"{where}:{number + 1}")
        check_machine(entry.event, header.machine)
        entries.append(entry)
    return header, tuple(entries)


def check_head(document: bytes, lines: Sequence[bytes], key: NoteVerifier, where: str = "event log") -> LogHead:
    """The head, if this machine signed it and this log begins with what it signed; later lines may follow.

    Raises:
        Malformed: not a head, or not a log.
        Unproven: signed by another key, or the log is not the one that was signed.
    """
    head = open_document(document, LogHead, [key], where=where)
    header, entries = read_log(lines, where)
    found = digest(lines[head.entries]) if head.entries <= len(entries) else None
    same = (head.election, head.station, head.machine) == (header.election, header.station, header.machine)
    if not same or found != head.last:
        raise Unproven(
            Sentence("a log of {count} entries or more, as its machine signed it", {"count": head.entries}),
            Sentence("another one, of {count} entries", {"count": len(entries)}),
            Sentence("Keep both files: the log was cut or changed after it was signed."),
            where,
        )
    return head


def make_details(given: Mapping[str, Detail]) -> Details:
    """The details that these are.

    Raises:
        Malformed: a field that there is none of, or a value that is not from its list.
    """
    try:
        return msgspec.convert({str(name): value for name, value in given.items()}, Details)
    except msgspec.ValidationError:
        # Neither quoted nor chained: it might be what the log must not hold.
        raise Malformed(
            Sentence("details from the log's closed list"),
            Sentence("others"),
            Sentence("Leave them out: the log holds nothing else."),
        ) from None


def check_machine(event: LogEvent, machine: str) -> None:
    """Returns if this machine's log may have the event; raises `Malformed` otherwise."""
    if machine != "poll-book" and not WORDS[event].on_booth:
        raise Malformed(
            Sentence("an event of a booth"),
            Sentence("{event}, which only a poll book's log has", {"event": event}),
            Sentence("Write it where it happened."),
        )


def _check_chain(entry: LogEntry, number: int, before: Hash, where: str) -> None:
    if (entry.sequence, entry.before) != (number, before):
        raise Unproven(
            Sentence("entry {number}, chained to the line before it", {"number": number}),
            Sentence("entry {number}, chained to another line", {"number": entry.sequence}),
            Sentence("Keep the medium as it is and call the authority: its log was changed."),
            where,
        )
