"""The day of a station: eight states, and the acts of poll workers that lead from one to the next.

`TRANSITIONS` is the whole rule; the diagram in docs/day.md is drawn from it. What an act needs besides (all
counts zero, nobody waiting, a printed copy) is checked by whoever does the act, before it asks for the step.
"""

from enum import StrEnum
from types import MappingProxyType

from urna.errors import OutOfOrder
from urna.words import Sentence


class Day(StrEnum):
    """How far a station's day has come."""

    SEALED = "sealed"
    """Loaded, hashed and sealed by the authority."""
    READINESS_TESTED = "readiness_tested"
    """The known deck was counted right, and the machine was zeroed."""
    ZERO_REPORTED = "zero_reported"
    """The zero report is printed: the box is empty."""
    OPEN = "open"
    PAUSED = "paused"
    """Nobody is identified or activated; who is in a booth finishes."""
    CLOSED = "closed"
    """The last voter has left; nobody votes any more."""
    SHEET_PRINTED = "sheet_printed"
    """The first copy of the tally sheet is on paper."""
    TRANSMITTED = "transmitted"
    """The centre has the sheet, by network or by stick."""


class DayEvent(StrEnum):
    """What poll workers do to the day."""

    TEST_READINESS = "test_readiness"
    PRINT_ZERO_REPORT = "print_zero_report"
    OPEN = "open"
    PAUSE = "pause"
    RESUME = "resume"
    CLOSE = "close"
    PRINT_SHEET = "print_sheet"
    TRANSMIT = "transmit"


TRANSITIONS = MappingProxyType(
    {
        (Day.SEALED, DayEvent.TEST_READINESS): Day.READINESS_TESTED,
        # The test may be repeated, on Friday by the technician and on Sunday by the members.
        (Day.READINESS_TESTED, DayEvent.TEST_READINESS): Day.READINESS_TESTED,
        (Day.READINESS_TESTED, DayEvent.PRINT_ZERO_REPORT): Day.ZERO_REPORTED,
        # More copies for more witnesses.
        (Day.ZERO_REPORTED, DayEvent.PRINT_ZERO_REPORT): Day.ZERO_REPORTED,
        (Day.ZERO_REPORTED, DayEvent.OPEN): Day.OPEN,
        (Day.OPEN, DayEvent.PAUSE): Day.PAUSED,
        (Day.PAUSED, DayEvent.RESUME): Day.OPEN,
        (Day.OPEN, DayEvent.CLOSE): Day.CLOSED,
        # A station that cannot resume must still be able to close.
        (Day.PAUSED, DayEvent.CLOSE): Day.CLOSED,
        (Day.CLOSED, DayEvent.PRINT_SHEET): Day.SHEET_PRINTED,
        # Nothing is transmitted that is not in the hands of witnesses: there is no way from CLOSED to TRANSMITTED.
        (Day.SHEET_PRINTED, DayEvent.PRINT_SHEET): Day.SHEET_PRINTED,
        (Day.SHEET_PRINTED, DayEvent.TRANSMIT): Day.TRANSMITTED,
        (Day.TRANSMITTED, DayEvent.PRINT_SHEET): Day.TRANSMITTED,
        # Sending the same sheet once more is harmless.
        (Day.TRANSMITTED, DayEvent.TRANSMIT): Day.TRANSMITTED,
    }
)
"""Every step that a day can take; there is no other."""

FIRST = Day.SEALED


def step(day: Day, event: DayEvent) -> Day:
    """The state after the event.

    Raises:
        OutOfOrder: the table has no such step; the sentence names the events that it has for this state.
    """
    after = TRANSITIONS.get((day, event))
    if after is None:
        raise OutOfOrder(
            Sentence("{events} in a day that is {day}", {"events": " / ".join(expected(day)), "day": day}),
            Sentence("{event}", {"event": event}),
            Sentence("Do the steps of the day in their order; docs/day.md shows them."),
        )
    return after


def expected(day: Day) -> tuple[DayEvent, ...]:
    """The events that the table has for this state, in the table's order."""
    return tuple(event for state, event in TRANSITIONS if state is day)


def is_over(day: Day) -> bool:
    """Whether nobody can vote any more."""
    return day in {Day.CLOSED, Day.SHEET_PRINTED, Day.TRANSMITTED}


def diagram() -> str:
    """The table as a Mermaid state diagram."""
    steps = [f"    {before} --> {after}: {event}" for (before, event), after in TRANSITIONS.items()]
    return "\n".join(["stateDiagram-v2", f"    [*] --> {FIRST}", *steps, f"    {Day.TRANSMITTED} --> [*]"]) + "\n"
