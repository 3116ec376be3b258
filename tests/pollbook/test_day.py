"""The day goes by its table, and the diagram in the documents is the table's."""

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urna.errors import OutOfOrder
from urna.station.day import FIRST, TRANSITIONS, Day, DayEvent, diagram, expected, is_over, step

PAGE = Path(__file__).resolve().parents[2] / "docs" / "day.md"


@pytest.mark.parametrize(("day", "event"), [pair for pair in product(Day, DayEvent) if pair not in TRANSITIONS])
def test_what_is_not_in_the_table_is_out_of_order(day: Day, event: DayEvent) -> None:
    """And the sentence names what would be in order."""
    with pytest.raises(OutOfOrder) as caught:
        step(day, event)
    assert all(name in str(caught.value.expected) for name in expected(day))


def test_an_ordinary_day_goes_from_sealed_to_transmitted() -> None:
    """With a pause in the middle."""
    day = FIRST
    for event in ("test_readiness", "print_zero_report", "open", "pause", "resume", "close", "print_sheet", "transmit"):
        day = step(day, DayEvent(event))
    assert day is Day.TRANSMITTED


@given(events=st.lists(st.sampled_from(DayEvent), max_size=60))
def test_no_sequence_of_acts_skips_a_safeguard(events: list[DayEvent]) -> None:
    """Whatever is tried: no opening before zero report and readiness test, no sending before printing, no reopening."""
    day, done = FIRST, []
    for event in events:
        try:
            day = step(day, event)
        except OutOfOrder:
            continue
        done.append(event)
    before = {DayEvent.OPEN: DayEvent.PRINT_ZERO_REPORT, DayEvent.TRANSMIT: DayEvent.PRINT_SHEET}
    before[DayEvent.PRINT_ZERO_REPORT] = DayEvent.TEST_READINESS
    for event, needed in before.items():
        assert event not in done or needed in done[: done.index(event)]
    if DayEvent.CLOSE in done:
        assert is_over(day)
        assert not {DayEvent.OPEN, DayEvent.RESUME, DayEvent.PAUSE} & set(done[done.index(DayEvent.CLOSE) :])


def test_every_state_can_be_reached_and_leads_on() -> None:
    """The table has no island and no dead end but the last state."""
    assert {FIRST, *TRANSITIONS.values()} == set(Day)
    assert {day for day, _ in TRANSITIONS} == set(Day)


def page_with(drawing: str) -> str:
    """The page with this diagram in it."""
    head, _, rest = PAGE.read_text().partition("```mermaid\n")
    return f"{head}```mermaid\n{drawing}```{rest.partition('```')[2]}"


def test_the_diagram_in_the_documents_is_current() -> None:
    """If this fails: `.venv/bin/python tests/pollbook/test_day.py` draws it again."""
    assert page_with(diagram()) == PAGE.read_text()


if __name__ == "__main__":
    PAGE.write_text(page_with(diagram()))
