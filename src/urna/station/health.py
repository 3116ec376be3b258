"""How a machine is: facts in, conditions out, each with its sentence, what it blocks and the way on.

Pure: the facts are `station/health_facts`, what each trouble blocks is `station/health_rules`.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

from urna.encoding.canonical import Moment
from urna.errors import OutOfOrder
from urna.papers.printer import PrinterState
from urna.station.day import Day, is_over
from urna.station.event_entry import Detail
from urna.station.event_table import WORDS
from urna.station.event_words import Field, LogEvent, Reason
from urna.station.health_facts import OWN, Facts, Medium, PackageState, Power, ReaderState
from urna.station.health_rules import RULES, Blocks, Rule, Trouble
from urna.words import Sentence

DISK_FULL_BYTES = 64 * 1024**2
"""What closing a large station writes: encrypted ballots, sheet, papers."""
DISK_LOW_BYTES = 512 * 1024**2
CLOCK_SECONDS = 60
"""Clocks that are steered drift less in a day."""
DATE_DAYS = 30
"""Stations are tested days and weeks before the election; a clock without battery is years away."""
LATE_SECONDS = 15 * 60
BATTERY_LOW_PERCENT = 15


class FaultLog(Protocol):
    """A machine's log (`station/event_log.EventLog`)."""

    def fault(self, event: LogEvent, now: Moment, **details: Detail) -> object:
        """What failed; `OutOfOrder` where the medium cannot be written."""
        ...


class Condition(NamedTuple):
    """A trouble that is there now."""

    trouble: Trouble
    booth: int = OWN
    value: int = 0
    """What its sentence counts: megabytes, minutes, days, percent."""

    @property
    def rule(self) -> Rule:
        """Its row in the table."""
        return RULES[self.trouble]

    @property
    def blocks(self) -> Blocks:
        """What it does not allow: on this machine, or, with a booth's number, at that booth."""
        return self.rule.blocks

    @property
    def says(self) -> Sentence:
        """What is wrong."""
        return Sentence(self.rule.says.template, dict.fromkeys(_VALUES, self.value) | {"booth": self.booth})

    @property
    def way_on(self) -> Sentence:
        """What to do."""
        return self.rule.way_on


_VALUES = ("megabytes", "minutes", "days", "percent")
_PACKAGES = {
    PackageState.WRONG: Trouble.WRONG_PACKAGE,
    PackageState.TAMPERED: Trouble.TAMPERED_PACKAGE,
    PackageState.INCOMPLETE: Trouble.INCOMPLETE_PACKAGE,
}
_PRINTERS = {
    PrinterState.OUT_OF_PAPER: Trouble.PRINTER_OUT_OF_PAPER,
    PrinterState.COVER_OPEN: Trouble.PRINTER_COVER_OPEN,
    PrinterState.UNPLUGGED: Trouble.PRINTER_UNPLUGGED,
    PrinterState.JAMMED: Trouble.PRINTER_JAMMED,
    PrinterState.PAPER_LOW: Trouble.PRINTER_PAPER_LOW,
    PrinterState.BUSY: Trouble.PRINTER_BUSY,
}
_READERS = {ReaderState.MISSING: Trouble.READER_MISSING, ReaderState.FAILED: Trouble.READER_FAILED}
_REASONS = {
    Trouble.WRONG_PACKAGE: Reason.FOREIGN,
    Trouble.TAMPERED_PACKAGE: Reason.DAMAGED,
    Trouble.INCOMPLETE_PACKAGE: Reason.MISSING,
}


def check(facts: Facts) -> tuple[Condition, ...]:
    """Everything that is wrong, what blocks most first.

    1. The package. 2. Media. 3. The channel. 4. The clock. 5. Printers. 6. The reader. 7. Power.
    """
    found = [
        *_package(facts.package),
        *_media(facts.media),
        *_channel(facts),
        *_clock(facts),
        *_printers(facts.printers),
        *_reader(facts.reader),
        *_power(facts.power),
    ]
    return tuple(sorted(found, key=lambda each: list(Blocks).index(each.blocks)))


def may_open(conditions: Sequence[Condition]) -> bool:
    """Whether nothing on the machine itself blocks the opening; a booth in trouble is left closed.

    A second poll book is a trouble of the poll book, whichever booth it spoke to.
    """
    return not any(
        each.blocks is not Blocks.NOTHING and (each.booth == OWN or each.trouble is Trouble.SECOND_POLL_BOOK)
        for each in conditions
    )


def write_changes(
    log: FaultLog, known: Sequence[Condition], found: Sequence[Condition], now: Moment
) -> tuple[Condition, ...]:
    """Writes into the log what began and what is over; what goes on is not written again.

    Args:
        log: the machine's own.
        known: what the former call returned; nothing at the start.
        found: what `check` says now.
        now: the machine's clock.

    Returns:
        What the log knows now. A medium that cannot be written cannot hold the entry that says so: what it did not take
        is tried again by the next call, and the screen says it meanwhile.
    """
    before, after = set(map(_key, known)), set(map(_key, found))
    taken = [each for each in found if _key(each) in before or _take(log, each.rule.begins, _details(each), now)]
    still = {(each.rule.ends, each.booth) for each in found}
    gone = [each for each in known if _key(each) not in after and (each.rule.ends, each.booth) not in still]
    endings = dict.fromkeys((each.rule.ends, each.booth) for each in gone)
    untaken = {end for end in endings if not _take(log, end[0], _at(*end), now)}
    return (*taken, *(each for each in gone if (each.rule.ends, each.booth) in untaken))


def _key(condition: Condition) -> tuple[Trouble, int]:
    return condition.trouble, condition.booth


def _take(log: FaultLog, event: LogEvent | None, details: dict[str, Detail], now: Moment) -> bool:
    """Whether the log needs no entry, or took it."""
    try:
        if event is not None:
            log.fault(event, now, **details)
    except OutOfOrder:
        return False
    return True


def _package(state: PackageState) -> Iterator[Condition]:
    if state is not PackageState.SOUND:
        yield Condition(_PACKAGES[state])


def _media(media: Mapping[int, Medium]) -> Iterator[Condition]:
    for booth, medium in media.items():
        trouble = _medium_trouble(medium)
        if trouble is not None:
            yield Condition(trouble, booth, medium.free_bytes // 1024**2)


def _medium_trouble(medium: Medium) -> Trouble | None:
    """The worst of a medium's troubles: the others follow from it."""
    found = {
        Trouble.MEDIUM_MISSING: not medium.is_present,
        Trouble.MEDIUM_DAMAGED: not medium.is_sound,
        Trouble.MEDIUM_READ_ONLY: not medium.is_writable,
        Trouble.DISK_FULL: medium.free_bytes < DISK_FULL_BYTES,
        Trouble.DISK_LOW: medium.free_bytes < DISK_LOW_BYTES,
    }
    return next((trouble for trouble, is_there in found.items() if is_there), None)


def _channel(facts: Facts) -> Iterator[Condition]:
    yield from (Condition(Trouble.SECOND_POLL_BOOK, booth) for booth in sorted(facts.second_poll_books))
    yield from (Condition(Trouble.SECOND_BOOTH, booth) for booth in sorted(facts.second_booths))
    yield from (Condition(Trouble.BOOTH_SILENT, booth) for booth in sorted(facts.silent_booths))


def _clock(facts: Facts) -> Iterator[Condition]:
    clock = facts.clock
    days = abs(_seconds(clock.now, facts.opens_at)) // 86400
    behind = _seconds(clock.now, clock.last_entry) if clock.last_entry else 0
    if days > DATE_DAYS and not is_over(facts.day):
        yield Condition(Trouble.WRONG_DATE, value=days)
    if behind >= CLOCK_SECONDS:
        yield Condition(Trouble.CLOCK_BEHIND, value=behind // 60)
    if abs(clock.moved_seconds) >= CLOCK_SECONDS:
        yield Condition(Trouble.CLOCK_MOVED, value=_minutes(clock.moved_seconds))
    yield from _hours(facts)


def _hours(facts: Facts) -> Iterator[Condition]:
    """The clock against the hours of the definition."""
    before = _seconds(facts.clock.now, facts.opens_at)
    if facts.day in {Day.OPEN, Day.PAUSED}:
        if facts.clock.now >= facts.closes_at:
            yield Condition(Trouble.CLOSING_HOUR)
    elif not is_over(facts.day) and before > 0:
        yield Condition(Trouble.TOO_EARLY, value=-(-before // 60))
    elif not is_over(facts.day) and -before >= LATE_SECONDS:
        yield Condition(Trouble.LATE_OPENING, value=-before // 60)


def _printers(printers: Mapping[int, PrinterState]) -> Iterator[Condition]:
    for booth, state in printers.items():
        if state is not PrinterState.READY:
            yield Condition(_PRINTERS[state], booth)


def _reader(state: ReaderState | None) -> Iterator[Condition]:
    if state in _READERS:
        yield Condition(_READERS[state])


def _power(power: Power) -> Iterator[Condition]:
    if power.on_battery and power.percent is not None:
        is_low = power.percent <= BATTERY_LOW_PERCENT
        yield Condition(Trouble.BATTERY_LOW if is_low else Trouble.ON_BATTERY, value=power.percent)


def _details(condition: Condition) -> dict[str, Detail]:
    if condition.trouble in _REASONS:
        return {"reason": _REASONS[condition.trouble]}
    if condition.rule.begins is LogEvent.CLOCK_MOVED:
        return {"seconds": condition.value * (86400 if condition.trouble is Trouble.WRONG_DATE else 60)}
    return _at(condition.rule.begins, condition.booth)


def _at(event: LogEvent | None, booth: int) -> dict[str, Detail]:
    has_booth = event is not None and Field.BOOTH in WORDS[event].fields
    return {"booth": booth} if booth != OWN and has_booth else {}


def _seconds(since: Moment, until: Moment) -> int:
    return int((_parse(until) - _parse(since)).total_seconds())


def _minutes(seconds: int) -> int:
    return seconds // 60 if seconds >= 0 else -(-seconds // 60)


def _parse(moment: Moment) -> datetime:
    return datetime.strptime(moment, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
