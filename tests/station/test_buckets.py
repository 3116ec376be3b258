"""No count of electors in a log covers less than half an hour or ten people, and all together are the day."""

import random
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.booth.sample import STATION, definition, seeded
from tests.station.log_of import OPENED_AT, new_file

from urna.election.definition import Election
from urna.encoding.canonical import encode
from urna.errors import OutOfOrder, Unproven
from urna.station import people as rules
from urna.station.buckets import (
    NOBODY,
    PEOPLE,
    SECONDS,
    Boundary,
    Bucket,
    Buckets,
    Counts,
    Pace,
    advance,
    closed_buckets,
    counts_of,
    finish,
    half_hour_before,
)
from urna.station.buckets import _seconds as seconds_of
from urna.station.event_log import EventLog
from urna.station.event_words import Actor, LogEvent, VoterCount
from urna.storage.bucket_cell import BUCKET, open_bucket_cell
from urna.storage.event_log import LogFile
from urna.storage.medium import MemoryMedium
from urna.storage.two_copies import COPY_BYTES

START = seconds_of(OPENED_AT)
KEY = bytes(range(32))


def moment(seconds: int) -> str:
    """So many seconds after the opening, which is at 10:03:20."""
    at = 10 * 3600 + 3 * 60 + 20 + seconds
    return f"2026-11-22T{at // 3600:02}:{at // 60 % 60:02}:{at % 60:02}Z"


def counted(people: int, **more: int) -> Counts:
    """So many identified by a match, and other counts."""
    return {**NOBODY, VoterCount.IDENTIFIED_MATCH: people, **{VoterCount(name): n for name, n in more.items()}}


class Happening(NamedTuple):
    """Something at some time after the opening: this many more of this count."""

    seconds: int
    name: VoterCount
    more: int


DAYS = st.lists(
    st.builds(Happening, st.integers(0, 46_000), st.sampled_from(VoterCount), st.integers(0, 8)), max_size=60
).map(sorted)


def played(day: Iterable[Happening], closes: int) -> tuple[list[Bucket], Counts]:
    """The buckets of a day in which `advance` is called before each act and every ten minutes."""
    ticks = [Happening(at, VoterCount.WITHDRAWN, 0) for at in range(0, closes, 600)]
    pace, counts, buckets = Pace(Boundary(OPENED_AT, NOBODY)), dict(NOBODY), []
    for happening in sorted([*ticks, *(each for each in day if each.seconds < closes)]):
        pace, bucket = advance(pace, dict(counts), moment(happening.seconds))
        buckets += [bucket] if bucket else []
        counts[happening.name] += happening.more
    pace, bucket = advance(pace, dict(counts), moment(closes))
    buckets += [bucket] if bucket else []
    return [*buckets, *finish(pace, counts, moment(closes))], counts


@given(day=DAYS, closes=st.integers(0, 46_000))
def test_every_bucket_is_large_enough_and_together_they_are_the_day(day: list[Happening], closes: int) -> None:
    """Half an hour and ten people each, without gap or overlap; a day below that is one bucket."""
    buckets, counts = played(day, closes)
    assert all(sum(bucket.counts[each] for bucket in buckets) == counts[each] for each in VoterCount)
    assert (buckets[0].since, buckets[-1].until) == (OPENED_AT, moment(closes))
    assert all(before.until == after.since for before, after in pairwise(buckets))
    if len(buckets) > 1:
        assert all(bucket.people >= PEOPLE for bucket in buckets)
        assert all(seconds_of(bucket.until) - seconds_of(bucket.since) >= SECONDS for bucket in buckets)


@given(day=DAYS, closes=st.integers(0, 46_000))
def test_a_bucket_ends_at_a_half_hour_and_not_with_a_person(day: list[Happening], closes: int) -> None:
    """All ends but the closing: whoever was the tenth leaves no time."""
    buckets, _ = played(day, closes)
    assert all(bucket.until == half_hour_before(bucket.until) for bucket in buckets[:-1])


@given(day=DAYS, closes=st.integers(0, 46_000), cut=st.integers(0, 46_000))
def test_what_is_published_never_isolates_the_last_people(day: list[Happening], closes: int, cut: int) -> None:
    """At any instant: the published buckets, taken from the day's counts, leave nobody or ten or more."""
    until_now, _ = played([each for each in day if each.seconds <= cut], min(cut, closes))
    buckets, counts = played(day, closes)
    published = [bucket for bucket in until_now[:-1] if bucket in buckets]
    left = sum(counts[each] for each in VoterCount if each.startswith("identified"))
    left -= sum(bucket.people for bucket in published)
    assert not published or left >= PEOPLE


def test_a_few_at_the_end_join_the_bucket_before_them() -> None:
    """Which was held back for that."""
    pace, none = advance(Pace(Boundary(OPENED_AT, NOBODY)), counted(30), "2026-11-22T11:00:00Z")
    assert none is None
    (only,) = finish(pace, counted(33), "2026-11-22T12:00:00Z")
    assert (only.since, only.until, only.people) == (OPENED_AT, "2026-11-22T12:00:00Z", 33)
    first, second = finish(pace, counted(45), "2026-11-22T12:00:00Z")
    assert (first.people, second.people) == (30, 15)


def test_a_clock_that_went_back_closes_nothing() -> None:
    """And what was counted is counted when it is right again."""
    pace = Pace(Boundary(OPENED_AT, NOBODY))
    assert advance(pace, counted(50), "2026-11-22T09:00:00Z") == (pace, None)
    (day,) = finish(pace, counted(50), "2026-11-22T09:00:00Z")
    assert (day.until, day.people) == (OPENED_AT, 50)


class Poll:
    """A poll book's counts, its log and the buckets, on media that outlive them."""

    def __init__(self) -> None:
        self.medium = MemoryMedium()
        self.people = rules.nobody(Election(definition()).stations[STATION])
        EventLog(new_file(self.medium)).act(LogEvent.OPENED, Actor.PRESIDENT, OPENED_AT)

    def buckets(self) -> Buckets:
        """As after a restart."""
        self.log = EventLog(LogFile.open(self.medium))
        return Buckets(self.log, open_bucket_cell(self.medium, KEY, seeded("buckets")))

    def admit(self, people: int) -> None:
        """So many are identified."""
        for _ in range(people):
            self.people = rules.admit(self.people, "FULL")

    def published(self) -> list[tuple[str, str, int]]:
        """What the log says."""
        return [(each.since[11:16], each.until[11:16], each.people) for each in closed_buckets(self.log.entries)]


@pytest.mark.parametrize("restarts", [False, True])
def test_a_day_with_and_without_restarts_has_the_same_buckets(restarts: bool) -> None:
    """The held boundary comes back from its cell, and the rest from the log."""
    poll = Poll()
    buckets = poll.buckets()
    for clock, arrive in (("10:40", 12), ("11:10", 5), ("11:40", 4), ("12:05", 20), ("12:35", 3), ("13:05", 2)):
        buckets.advance(poll.people, f"2026-11-22T{clock}:00Z")
        poll.admit(arrive)
        if restarts:
            buckets = poll.buckets()
    buckets.finish(poll.people, "2026-11-22T13:10:00Z")
    assert poll.published() == [("10:03", "11:00", 12), ("11:00", "13:10", 34)]


def test_finishing_twice_publishes_once() -> None:
    """A crash between closing and the signed sheet does not double the last people; nor nobody."""
    for arrive in (0, 3, 40):
        poll = Poll()
        poll.admit(arrive)
        poll.buckets().finish(poll.people, "2026-11-22T13:10:00Z")
        poll.buckets().finish(poll.people, "2026-11-22T13:12:00Z")
        assert poll.published() == [("10:03", "13:10", arrive)]


def test_a_crash_between_log_and_cell_counts_nobody_twice() -> None:
    """The log had the bucket already: the old cell is known to be old."""
    poll = Poll()
    buckets = poll.buckets()
    poll.admit(15)
    buckets.advance(poll.people, "2026-11-22T11:00:00Z")
    before = poll.medium.copy()[BUCKET]
    poll.admit(15)
    buckets.advance(poll.people, "2026-11-22T12:00:00Z")
    poll.medium.open(BUCKET).write(0, before)
    again = poll.buckets()
    poll.admit(2)
    again.finish(poll.people, "2026-11-22T12:10:00Z")
    assert poll.published() == [("10:03", "11:00", 15), ("11:00", "12:10", 17)]


def test_an_entry_that_waited_for_the_next_act_does_not_carry_its_time() -> None:
    """Its moment is the half hour, or that of a poll worker's act after it."""
    poll = Poll()
    buckets = poll.buckets()
    poll.admit(15)
    buckets.advance(poll.people, "2026-11-22T11:07:41Z")
    poll.admit(15)
    poll.log.act(LogEvent.SUPPLY_CHANGED, Actor.MEMBER, "2026-11-22T11:50:00Z", supply="paper_roll")
    buckets.advance(poll.people, "2026-11-22T12:13:07Z")
    assert poll.log.entries[-1].moment == "2026-11-22T11:50:00Z"
    assert poll.log.entries[-1].details.until == "2026-11-22T11:00:00Z"


def test_the_cell_shows_no_count_and_opens_with_the_cards_key_only() -> None:
    """Held or not, its bytes have one length; another key opens nothing."""
    poll = Poll()
    buckets = poll.buckets()
    empty = poll.medium.copy()[BUCKET]
    poll.admit(15)
    buckets.advance(poll.people, "2026-11-22T11:00:00Z")
    held = poll.medium.copy()[BUCKET]
    assert len(held) == len(empty)
    assert b"2026" not in held
    with pytest.raises(Unproven):
        open_bucket_cell(poll.medium, bytes(32), seeded("other"))


def test_a_cell_that_was_taken_away_loses_no_count() -> None:
    """The bucket that it held joins the next."""
    poll = Poll()
    buckets = poll.buckets()
    poll.admit(15)
    buckets.advance(poll.people, "2026-11-22T11:00:00Z")
    poll.medium.unlink(BUCKET)
    poll.admit(11)
    poll.buckets().finish(poll.people, "2026-11-22T12:00:00Z")
    assert poll.published() == [("10:03", "12:00", 26)]


def test_a_raw_copy_of_the_medium_at_the_end_of_the_day_has_no_arrivals_time() -> None:
    """Sixty people at random seconds, `advance` called with each: log and cell hold none of these moments."""
    poll, chance = Poll(), random.Random("arrivals")
    buckets = poll.buckets()
    arrivals = [moment(second) for second in sorted(chance.sample(range(40_000), 60)) if (START + second) % 1800]
    for arrival in arrivals:
        buckets.advance(poll.people, arrival)
        poll.admit(1)
    buckets.finish(poll.people, moment(40_000))
    assert len(poll.published()) > 2
    content = b"".join(poll.medium.copy().values())
    assert [arrival for arrival in arrivals if arrival.encode() in content] == []


def test_before_the_opening_nobody_is_counted() -> None:
    """There is no boundary to begin from."""
    with pytest.raises(OutOfOrder):
        Buckets(EventLog(new_file()), open_bucket_cell(MemoryMedium(), KEY, seeded("no")))


def test_the_largest_counts_fit_the_cell() -> None:
    """A station with more people than there are."""
    cell = open_bucket_cell(MemoryMedium(), KEY, seeded("large"))
    from urna.station.buckets import _held  # noqa: PLC0415 - the inner form is what has to fit

    content = encode(_held(Boundary(OPENED_AT, dict.fromkeys(VoterCount, 10**9))))
    cell.write(content)
    assert len(content) < COPY_BYTES // 2


def test_every_count_of_the_poll_book_is_named() -> None:
    """All names, and the numbers of the people."""
    poll = Poll()
    poll.admit(3)
    counts = counts_of(poll.people)
    assert set(counts) == set(VoterCount)
    assert counts == counted(3)
