"""Electors in the event log: counts over at least half an hour and ten people, never one person's time.

    since ────────── held ────────── now
      published up to here
                       closed, but held back until the next one closes

A bucket may end at a full or half hour only: if it ended with the tenth person, its end would be that person's time.
It ends when half an hour and ten identified people are in it; otherwise it goes on. And it is held back until the next
one can end too, because the last people of the day, fewer than ten, join it: a published bucket cannot be taken back,
and the sheet's totals less all buckets would show those few.

What is kept is the counts at one half hour gone by, sealed, and never more than one of them; what was published is in
the log itself. `advance` and `finish` are pure; `Buckets` joins them with the log. ADR 0122 has the attacks.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import NamedTuple, Protocol

from urna.election.outcomes import Ending
from urna.encoding.canonical import Count, Moment, Record, decode, encode
from urna.errors import OutOfOrder
from urna.station.event_entry import LogEntry
from urna.station.event_log import EventLog
from urna.station.event_words import ENDINGS, IDENTIFIED, OVERRIDES, LogEvent, VoterCount
from urna.station.people import People
from urna.words import Sentence

SECONDS = 30 * 60
PEOPLE = 10

Counts = Mapping[VoterCount, int]
"""Every `VoterCount` is a key."""

NOBODY: Counts = MappingProxyType(dict.fromkeys(VoterCount, 0))


class Boundary(NamedTuple):
    """The counts of the day up to an instant."""

    at: Moment
    counts: Counts


class Bucket(NamedTuple):
    """What was counted between two instants."""

    since: Moment
    until: Moment
    counts: Counts

    @property
    def people(self) -> int:
        """Identified in it."""
        return sum(self.counts[each] for each in IDENTIFIED.values())


class Pace(NamedTuple):
    """How far the day is counted: published up to `since`; `held` is a later boundary, closed and not yet published."""

    since: Boundary
    held: Boundary | None = None


class Cell(Protocol):
    """Where the held boundary is kept: durable when `write` returns, the former value gone (`storage/two_copies`)."""

    def read(self) -> bytes:
        """The value."""
        ...

    def write(self, value: bytes) -> None:
        """Replaces it."""
        ...


class Held(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/bucket/1"):
    """The cell's content; counts in the order of `VoterCount`. Nothing held: no moment, no counts."""

    at: Moment | None = None
    counts: tuple[Count, ...] = ()


EMPTY = encode(Held())
"""The cell's first value."""


class Buckets:
    """The buckets of an open day, written into the poll book's log.

    Args:
        log: the poll book's, with its `OPENED`.
        cell: made with `EMPTY`, sealed with a key that the station's cards bring.

    Raises:
        OutOfOrder: the polls were not opened yet.
    """

    def __init__(self, log: EventLog, cell: Cell) -> None:
        self._log = log
        self._cell = cell
        self._pace = recover(log.entries, _boundary(decode(cell.read(), Held, "bucket")))

    def advance(self, people: People, now: Moment) -> None:
        """Closes what can be closed by now.

        Call it before every act, with the counts before the act, and every minute besides: then the counts of a half
        hour are exact, and the log's entry comes with the clock and not with a person.
        """
        pace, bucket = advance(self._pace, counts_of(people), now)
        self._publish([bucket] if bucket else [])
        if pace.held != self._pace.held:
            self._cell.write(encode(_held(pace.held)))
        self._pace = pace

    def finish(self, people: People, now: Moment) -> None:
        """After closing: publishes the rest of the day. Once more after a crash does no harm.

        Args:
            people: the final counts.
            now: the moment of closing.
        """
        if not (closed_buckets(self._log.entries) and counts_of(people) == self._pace.since.counts):
            self._publish(finish(self._pace, counts_of(people), now))
        self._cell.write(EMPTY)
        self._pace = recover(self._log.entries, None)

    def _publish(self, buckets: Sequence[Bucket]) -> None:
        for bucket in buckets:
            # Not `now`: an entry that waited for the next act would carry that act's time.
            moment = max(bucket.until, self._log.entries[-1].moment)
            self._log.count_voters(moment, since=bucket.since, until=bucket.until, voters=bucket.counts)


def advance(pace: Pace, counts: Counts, now: Moment) -> tuple[Pace, Bucket | None]:
    """Closes the bucket that is open, if it may be, and publishes the one held before it.

    Args:
        pace: how far the day is counted.
        counts: of the day up to now.
        now: any instant; the bucket ends at the half hour before it. Earlier than before (the clock moved): nothing.
    """
    here = Boundary(half_hour_before(now), counts)
    last = pace.held or pace.since
    if not _is_enough(_between(last, here)):
        return pace, None
    if pace.held is None:
        return Pace(pace.since, here), None
    return Pace(pace.held, here), _between(pace.since, pace.held)


def finish(pace: Pace, counts: Counts, now: Moment) -> tuple[Bucket, ...]:
    """The last buckets of the day: two if the rest is large enough by itself, else one with the rest in it.

    Args:
        pace: how far the day is counted.
        counts: of the whole day.
        now: the closing.
    """
    if pace.held is None:
        return (_between(pace.since, Boundary(max(now, pace.since.at), counts)),)
    end = Boundary(max(now, pace.held.at), counts)
    rest = _between(pace.held, end)
    if _is_enough(rest):
        return _between(pace.since, pace.held), rest
    return (_between(pace.since, end),)


def recover(entries: Sequence[LogEntry], held: Boundary | None) -> Pace:
    """How far the day is counted, from the log; what it published already is held no more.

    Raises:
        OutOfOrder: the polls were not opened yet.
    """
    opened = next((entry.moment for entry in entries if entry.event is LogEvent.OPENED), None)
    if opened is None:
        raise OutOfOrder(
            Sentence("a log in which the polls were opened"),
            Sentence("none"),
            Sentence("Open the polls first: before, there is nobody to count."),
        )
    published = closed_buckets(entries)
    counts = {each: sum(bucket.counts[each] for bucket in published) for each in VoterCount}
    since = Boundary(published[-1].until if published else opened, counts)
    return Pace(since, held if held and held.at > since.at else None)


def closed_buckets(entries: Sequence[LogEntry]) -> tuple[Bucket, ...]:
    """The buckets that a log has published, in order: what charts show."""
    found = (entry.details for entry in entries if entry.event is LogEvent.VOTERS_COUNTED)
    return tuple(
        Bucket(each.since, each.until, {**NOBODY, **each.voters})
        for each in found
        if each.since and each.until and each.voters is not None
    )


def counts_of(people: People) -> Counts:
    """The counts of the day, by name; which code lines were used, and who waits, is not among them.

    None ever goes down: a failure that turned out to be a vote (`station/people.settle`) is counted as both, when it
    was decided and when it was found.
    """
    failures = people.endings[Ending.FAILURE] + people.corrected
    return {
        **{name: people.identified[each] for each, name in IDENTIFIED.items()},
        **{name: people.overrides[each] for each, name in OVERRIDES.items()},
        **{name: people.endings[each] for each, name in ENDINGS.items()},
        ENDINGS[Ending.FAILURE]: failures,
        VoterCount.TELEPHONE_CODES_USED: people.telephone_codes_used,
        VoterCount.WRONG_CODES: people.wrong_codes,
        VoterCount.REFUSED_SECOND_ATTEMPTS: people.refused_second_attempts,
        VoterCount.WITHDRAWN: people.withdrawn,
        VoterCount.READMITTED: people.readmitted,
        VoterCount.ACTIVATIONS: people.activations,
        VoterCount.DOUBTFUL_DECISIONS: people.doubtful_decisions,
    }


def half_hour_before(now: Moment) -> Moment:
    """The full or half hour at or before an instant."""
    return f"{now[:14]}{'00' if now[14:16] < '30' else '30'}:00Z"


def _is_enough(bucket: Bucket) -> bool:
    return _seconds(bucket.until) - _seconds(bucket.since) >= SECONDS and bucket.people >= PEOPLE


def _between(since: Boundary, until: Boundary) -> Bucket:
    return Bucket(since.at, until.at, {each: until.counts[each] - since.counts[each] for each in VoterCount})


def _seconds(moment: Moment) -> int:
    return int(datetime.strptime(moment, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp())


def _boundary(held: Held) -> Boundary | None:
    return Boundary(held.at, dict(zip(VoterCount, held.counts, strict=True))) if held.at is not None else None


def _held(boundary: Boundary | None) -> Held:
    if boundary is None:
        return Held()
    return Held(at=boundary.at, counts=tuple(boundary.counts[each] for each in VoterCount))
