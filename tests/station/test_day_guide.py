"""The guide of opening and closing: one step at a time, and every hindrance with its way on."""

from itertools import product
from typing import Any

import msgspec
import pytest

from urna.errors import OutOfOrder
from urna.papers.printer import PrinterState
from urna.station.day import Day
from urna.station.day_facts import (
    Block,
    BoothSeen,
    Facts,
    is_early,
    is_interrupted,
    needs_reason_to_close,
    needs_reason_to_open,
)
from urna.station.day_guide import check_now, closing, current, opening
from urna.station.day_notes import DayNotes, DayReason, pause, resume, show_box
from urna.station.day_steps import WORDS, Standing, StepName
from urna.station.double_entry import DoubleEntry
from urna.station.link import Condition, Part, Presence, Stage, Trouble, Work
from urna.words import Sentence

OPENS, CLOSES = "2026-12-06T10:00:00Z", "2026-12-06T22:00:00Z"
READY = DayNotes(clock_checked=True, parts_checked=True)
SHOWN = show_box(READY, "president", "member")


def booths(first: Stage = Stage.SEALED, **second: object) -> tuple[BoothSeen, ...]:
    """Two booths; the second may be otherwise."""
    one = Condition(stage=first, presence=Presence.WAITING)
    return BoothSeen(1, one), BoothSeen(2, msgspec.structs.replace(one, **second))


def facts(day: Day = Day.SEALED, notes: DayNotes = READY, **others: Any) -> Facts:
    """A station at ten past its hour."""
    stage = Stage.SEALED if day in {Day.SEALED, Day.READINESS_TESTED} else Stage.ZEROED
    given = {"day": day, "now": "2026-12-06T10:10:00Z", "opens_at": OPENS, "closes_at": CLOSES, "notes": notes}
    return Facts(**{"booths": booths(stage), **given, **others})


def now(found: Facts) -> tuple[StepName, Standing] | None:
    """The step of opening that counts."""
    step = current(opening(found))
    return (step.name, step.standing) if step else None


OPENING = [
    (facts(notes=DayNotes()), StepName.PACKAGE),
    (facts(notes=DayNotes(clock_checked=True)), StepName.PARTS),
    (facts(), StepName.READINESS),
    (facts(Day.READINESS_TESTED), StepName.ZERO),
    (facts(Day.READINESS_TESTED, booths=booths(Stage.ZEROED)), StepName.ZERO_REPORT),
    (facts(Day.ZERO_REPORTED), StepName.BOX),
    (facts(Day.ZERO_REPORTED, SHOWN), StepName.OPEN),
]


@pytest.mark.parametrize(("found", "name"), OPENING)
def test_opening_goes_step_by_step(found: Facts, name: StepName) -> None:
    """What is not done yet comes next, with nothing in its way."""
    assert now(found) == (name, Standing.NOW)
    check_now(opening(found), name)


def test_an_open_station_has_no_step_of_opening_left() -> None:
    """Paused or closed neither."""
    for day in (Day.OPEN, Day.PAUSED, Day.CLOSED, Day.SHEET_PRINTED, Day.TRANSMITTED):
        assert now(facts(day, SHOWN)) is None


def test_exactly_one_step_counts_in_every_state() -> None:
    """Of opening and of closing, whatever is true: none, or one with everything before it done."""
    for day, notes, silent, unlocked in product(Day, (DayNotes(), READY, SHOWN), (False, True), (False, True)):
        seen = (BoothSeen(1, None), *booths()[1:]) if silent else booths()
        for steps in (opening, closing):
            found = [step.standing for step in steps(facts(day, notes, booths=seen, is_unlocked=unlocked))]
            counts = [at for at, each in enumerate(found) if each in {Standing.NOW, Standing.BLOCKED}]
            assert len(counts) <= 1
            at = counts[0] if counts else len(found)
            assert all(each is Standing.DONE for each in found[:at])
            assert all(each is Standing.LATER for each in found[at + 1 :])


def test_every_hindrance_has_a_way_on() -> None:
    """A step that is blocked says why, and what to do."""
    trouble = Trouble(kind="unproven", expected=Part.of("0"), found=Part.of("1 vote"), remedy=Part.of("Take a spare."))
    blocked = [
        facts(is_package_whole=False, opening_blocks=(Block(Sentence("another package"), Sentence("Call.")),)),
        facts(booths=booths(trouble=trouble)),
        facts(booths=(BoothSeen(1, None),)),
        facts(booths=booths(Stage.ZEROED)),
        facts(notes=DayNotes(clock_checked=True), booths=booths(printer=PrinterState.OUT_OF_PAPER)),
    ]
    for found in blocked:
        step = current(opening(found))
        assert step is not None
        assert step.standing is Standing.BLOCKED
        assert all(str(block.why) and str(block.way_on) for block in step.blocks)
        with pytest.raises(OutOfOrder):
            check_now(opening(found), step.name)


def test_a_booth_that_was_not_zeroed_blocks_the_opening() -> None:
    """Anything but zero blocks: a spare that was not emptied takes no votes."""
    found = facts(Day.ZERO_REPORTED, SHOWN, booths=booths(Stage.ZEROED, stage=Stage.SEALED))
    assert now(found) == (StepName.OPEN, Standing.BLOCKED)


def test_a_step_at_work_is_not_begun_twice() -> None:
    """While the booths test, the button is gone."""
    found = facts(booths=booths(work=Work.TESTING))
    step = current(opening(found))
    assert step is not None
    assert step.is_working
    with pytest.raises(OutOfOrder):
        check_now(opening(found), StepName.READINESS)


def test_a_page_that_is_old_does_nothing() -> None:
    """An act of another step is out of order."""
    with pytest.raises(OutOfOrder):
        check_now(opening(facts()), StepName.OPEN)


def test_the_technician_goes_on_to_the_zero_reports_without_two_cards() -> None:
    """Then two members are needed."""
    assert now(facts(is_unlocked=False)) == (StepName.READINESS, Standing.NOW)
    assert now(facts(Day.ZERO_REPORTED, is_unlocked=False)) == (StepName.CARDS, Standing.BLOCKED)


CLOSING = [
    (facts(Day.OPEN), StepName.CLOSE),
    (facts(Day.PAUSED), StepName.CLOSE),
    (facts(Day.CLOSED), StepName.SIGNATURES),
    (facts(Day.CLOSED, has_statement=True), StepName.COUNT),
    (facts(Day.CLOSED, has_statement=True, has_sheet=True), StepName.SHEET),
]


@pytest.mark.parametrize(("found", "name"), CLOSING)
def test_closing_goes_step_by_step(found: Facts, name: StepName) -> None:
    """From the last voter to the sheet."""
    step = current(closing(found))
    assert step is not None
    assert (step.name, step.standing) == (name, Standing.NOW)


def test_after_the_sheet_come_draw_sending_archive_and_wiping() -> None:
    """Each when the one before it is done."""
    printed = {"has_statement": True, "has_sheet": True}
    notes = DayNotes()
    found = []
    for field in ("draw_looked_up", "", "archived", "wiped"):
        day = Day.SHEET_PRINTED if field in {"draw_looked_up", ""} else Day.TRANSMITTED
        step = current(closing(facts(day, notes, **printed)))
        found.append(step.name if step else None)
        notes = msgspec.structs.replace(notes, **{field: True}) if field else notes
    assert found == [StepName.DRAW, StepName.SEND, StepName.ARCHIVE, StepName.WIPE]
    assert current(closing(facts(Day.TRANSMITTED, notes, **printed))) is None


@pytest.mark.parametrize("others", [{"waiting": 2}, {"armed": 1}, {"waiting": 1, "armed": 2}])
def test_nobody_is_left_in_line_at_closing(others: dict[str, Any]) -> None:
    """Who waits or votes blocks the closing, and each hindrance has its own way on."""
    step = current(closing(facts(Day.OPEN, **others)))
    assert step is not None
    assert (step.name, step.standing, len(step.blocks)) == (StepName.LINE, Standing.BLOCKED, len(others))


def test_signatures_come_before_any_count_of_the_booths() -> None:
    """Without the signed statement nothing is counted, not even where a sheet is there."""
    step = current(closing(facts(Day.CLOSED, has_sheet=True)))
    assert step is not None
    assert step.name is StepName.SIGNATURES


def test_hours_need_reasons() -> None:
    """Before the hour, and more than a quarter of an hour after it."""
    early, late = facts(now="2026-12-06T09:59:59Z"), facts(now="2026-12-06T10:16:00Z")
    assert is_early(early)
    assert needs_reason_to_open(early)
    assert needs_reason_to_open(late)
    assert not is_early(late)
    assert not needs_reason_to_open(facts())
    assert needs_reason_to_close(facts())
    assert not needs_reason_to_close(facts(now=CLOSES))


def test_a_long_pause_is_an_interruption() -> None:
    """From an hour on, until it is over."""
    notes = pause(READY, "2026-12-06T10:00:00Z", DayReason.NO_POWER)
    assert not is_interrupted(facts(Day.PAUSED, notes, now="2026-12-06T10:59:00Z"))
    assert is_interrupted(facts(Day.PAUSED, notes, now="2026-12-06T11:00:00Z"))
    over = resume(notes, "2026-12-06T11:30:00Z")
    assert not is_interrupted(facts(Day.OPEN, over, now="2026-12-06T12:00:00Z"))
    assert pause(notes, "2026-12-06T11:00:00Z", DayReason.OTHER) is notes
    assert resume(over, "2026-12-06T13:00:00Z") is over


def test_the_box_is_shown_by_two_roles() -> None:
    """One role alone is refused."""
    with pytest.raises(OutOfOrder):
        show_box(READY, "member", "member")


def test_two_entries_that_differ_are_both_forgotten() -> None:
    """And nobody is told which one was nearer."""
    entry: DoubleEntry[int] = DoubleEntry()
    assert entry.enter(37) is None
    with pytest.raises(OutOfOrder) as caught:
        entry.enter(38)
    assert "37" not in str(caught.value)
    assert not entry.is_once
    assert entry.enter(38) is None
    assert entry.enter(38) == 38


def test_every_step_has_its_words() -> None:
    """And no other step has."""
    assert set(WORDS) == set(StepName)
