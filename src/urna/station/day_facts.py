"""What is true of a station's day now: everything that its guide goes by (station/day_guide)."""

from datetime import datetime
from typing import NamedTuple

from urna.encoding.canonical import Moment
from urna.station.day import Day
from urna.station.day_notes import DayNotes
from urna.station.link import Condition
from urna.words import Sentence


class Block(NamedTuple):
    """What is in the way: why, and the way on."""

    why: Sentence
    way_on: Sentence
    place: Sentence | None = None
    """Which machine; None: the station as a whole."""


class BoothSeen(NamedTuple):
    """A booth at this moment; None: it does not answer."""

    number: int
    condition: Condition | None


class Facts(NamedTuple):
    """Everything that the guide goes by."""

    day: Day
    now: Moment
    opens_at: Moment
    closes_at: Moment
    notes: DayNotes
    booths: tuple[BoothSeen, ...]
    is_unlocked: bool = True
    is_package_whole: bool = True
    opening_blocks: tuple[Block, ...] = ()
    """Findings about the machine's health, package and clock that block the opening."""
    waiting: int = 0
    """People who are admitted and have no booth yet."""
    armed: int = 0
    """Booths that the poll book has given to somebody."""
    has_statement: bool = False
    """The poll book's statement is signed: the signatures are entered."""
    is_counting: bool = False
    has_sheet: bool = False
    """The signed sheet and what proves it are durable."""


def needs_reason_to_open(facts: Facts) -> bool:
    """Whether it is before its hour, or more than a quarter of an hour late."""
    return is_early(facts) or _minutes(facts.opens_at, facts.now) > LATE_MINUTES


def is_early(facts: Facts) -> bool:
    """Before the hour of opening: only the president opens then."""
    return facts.now < facts.opens_at


def needs_reason_to_close(facts: Facts) -> bool:
    """Before the hour of closing: only the president closes then."""
    return facts.now < facts.closes_at


LATE_MINUTES = 15
"""Later than this, the opening is late, and says why."""

INTERRUPTED_MINUTES = 60
"""A pause that is longer is an interruption, of which the centre is told."""


def is_interrupted(facts: Facts) -> bool:
    """Whether voting has stood still for so long that the centre is to be told."""
    pauses = facts.notes.pauses
    is_open = bool(pauses) and pauses[-1].until is None
    return is_open and _minutes(pauses[-1].since, facts.now) >= INTERRUPTED_MINUTES


def _minutes(since: Moment, until: Moment) -> float:
    return (datetime.fromisoformat(until) - datetime.fromisoformat(since)).total_seconds() / 60
