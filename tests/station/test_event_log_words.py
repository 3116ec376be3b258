"""Every word is explained, and no word tells of one elector."""

from pathlib import Path

import msgspec
import pytest

from urna.election.outcomes import Ending, Outcome, OverrideReason
from urna.station.cards import Role
from urna.station.event_entry import Details
from urna.station.event_table import SUBJECTS, WORDS, table
from urna.station.event_words import ENDINGS, IDENTIFIED, OVERRIDES, Actor, Field, Kind, LogEvent, Subject

PAGE = Path(__file__).resolve().parents[2] / "docs" / "event-log.md"
BEGIN, END = "<!-- the table of words -->\n", "<!-- end of the table -->"


def test_every_word_is_explained() -> None:
    """One row for each, in the order in which they are declared or not."""
    assert set(WORDS) == set(LogEvent)
    assert set(SUBJECTS) == set(Subject)


@pytest.mark.parametrize("event", LogEvent)
def test_a_word_has_a_cause_and_a_whole_sentence(event: LogEvent) -> None:
    """Without anything to fill in, so that it is the same for everybody."""
    word = WORDS[event]
    assert word.causes
    assert str(word.sentence).endswith(".")
    assert "{" not in word.sentence.template
    assert (word.causes == {Actor.MACHINE}) == (word.kind is not Kind.ACT)


def test_only_one_word_speaks_of_electors_and_only_as_counts() -> None:
    """With a beginning, an end and numbers; and no booth's log has it."""
    voters = [event for event in LogEvent if WORDS[event].kind is Kind.VOTERS]
    assert voters == [LogEvent.VOTERS_COUNTED]
    assert WORDS[voters[0]].fields == {Field.SINCE, Field.UNTIL, Field.VOTERS}
    assert not WORDS[voters[0]].on_booth
    assert [event for event, word in WORDS.items() if Field.VOTERS in word.fields] == voters


@pytest.mark.parametrize(
    "concern",
    [
        "identif",
        "overrid",
        "elector",
        "withdr",
        "readmi",
        "activat",
        "cast",
        "void",
        "challeng",
        "expir",
        "slip",
        "vote",
    ],
)
def test_no_act_or_fault_is_about_what_an_elector_met(concern: str) -> None:
    """By its name; slips and votes are counted after closing only."""
    after_closing = {LogEvent.SLIPS_ENTERED}
    single = {event for event in LogEvent if WORDS[event].kind is not Kind.VOTERS} - after_closing
    assert [event for event in single if concern in event] == []


def test_the_details_are_the_fields_and_take_no_text() -> None:
    """Every field is a number, a moment, a word from a list, or counts by such words."""
    assert {field.name for field in msgspec.structs.fields(Details)} == set(Field)
    free = [field.name for field in msgspec.structs.fields(Details) if _takes(field.name, "any text")]
    assert free == []


def test_every_name_that_is_counted_has_a_count() -> None:
    """Outcomes, reasons and endings, one for one; and every role of a card is an actor."""
    assert set(IDENTIFIED) == set(Outcome)
    assert set(OVERRIDES) == set(OverrideReason)
    assert set(ENDINGS) == set(Ending)
    assert {Actor(role) for role in Role} <= set(Actor) - {Actor.MACHINE}


def _takes(name: str, text: str) -> bool:
    try:
        msgspec.convert({name: text}, Details)
    except msgspec.ValidationError:
        return False
    return True


def page_with(words: str) -> str:
    """The page with this table in it."""
    head, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    return f"{head}{BEGIN}\n{words}\n{END}{rest.partition(END)[2]}"


def test_the_table_in_the_documents_is_current() -> None:
    """If this fails: `.venv/bin/python -m tests.station.test_event_log_words` draws it again."""
    assert page_with(table()) == PAGE.read_text("utf-8")


if __name__ == "__main__":
    PAGE.write_text(page_with(table()), "utf-8")
