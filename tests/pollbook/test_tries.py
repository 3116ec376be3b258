"""The tries of one identification count together, in memory alone, and for nobody else."""

from collections.abc import Sequence

import pytest
from tests.pollbook.power import Medium
from tests.pollbook.world import DATA_KEY, PAIRING, Drawn, World, president, seen, template

from urna.biometrics.capture import Extraction
from urna.biometrics.decision import CALL_PRESIDENT, Decision
from urna.biometrics.fusion import StoredFinger
from urna.election.definition import FingerRule
from urna.election.outcomes import Outcome, OverrideReason
from urna.errors import OutOfOrder
from urna.station.day import DayEvent
from urna.station.pollbook import PollBook, Step
from urna.storage.pollbook import SqlitePollBook
from urna.words import Sentence

WORLD = World()
PERSON, OTHER = [number for number, elector in sorted(WORLD.people.items()) if elector.fingers][:2]
ADVICE = Sentence("Lay it down again.")


class Judge:
    """Remembers what it was asked; a match at the third try of one identification."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, tuple[int, ...], FingerRule]] = []

    def __call__(
        self,
        capture: Extraction | None,
        stored: Sequence[StoredFinger],
        no_fingers: bool,
        earlier: Sequence[Decision],
        rule: FingerRule,
    ) -> Decision:
        self.asked.append((len(earlier), tuple(finger.position for finger in stored), rule))
        outcome = Outcome.MATCH if len(earlier) == 2 else Outcome.NO_MATCH
        return Decision(outcome, 0.25, Sentence("As the test has it."), ADVICE, (0.25, 0.125))


def _book(medium: Medium, judge: Judge, *, is_new: bool = True) -> PollBook:
    store = WORLD.prepared(medium.connect) if is_new else SqlitePollBook(medium.connect)
    book = PollBook(
        store, WORLD.election, WORLD.package, DATA_KEY, pairing_keys=PAIRING, decide=judge, entropy=Drawn(str(is_new))
    )
    if is_new:
        book.advance(DayEvent.OPEN)
    return book


def _try(book: PollBook, number: str) -> Step:
    return book.identify(number, seen(template("X", 2))).step


def test_tries_of_one_person_count_together() -> None:
    """The judge sees the tries before, the stored fingers with their positions, and the definition's rule."""
    judge = Judge()
    book = _book(Medium(), judge)
    assert [_try(book, PERSON) for _ in range(3)] == [Step.TRY_AGAIN, Step.TRY_AGAIN, Step.ADMITTED]
    assert judge.asked == [(before, (2, 7), WORLD.election.rules.fingers) for before in range(3)]


def test_another_person_begins_anew() -> None:
    """Nobody's tries count for somebody else, nor after somebody else was at the table."""
    judge = Judge()
    book = _book(Medium(), judge)
    for number in (PERSON, PERSON, OTHER, PERSON):
        assert _try(book, number) is Step.TRY_AGAIN
    assert [before for before, *_ in judge.asked] == [0, 1, 0, 0]


def test_scores_do_not_outlive_the_process() -> None:
    """After a power cut the tries are still counted, and their scores are gone: they were never on the medium."""
    medium, judge = Medium(), Judge()
    book = _book(medium, judge)
    assert [_try(book, PERSON) for _ in range(2)] == [Step.TRY_AGAIN, Step.TRY_AGAIN]
    again = _book(medium, judge, is_new=False)
    assert [_try(again, PERSON), _try(again, PERSON)] == [Step.TRY_AGAIN, Step.ASK_PRESIDENT]
    assert [before for before, *_ in judge.asked] == [0, 1, 0, 1]


@pytest.mark.parametrize("by_president", [False, True])
def test_the_table_is_empty_after_an_admission(by_president: bool) -> None:
    """Whoever admits: the memory holds nobody's tries any more, and its repr nobody's number."""
    book = _book(Medium(), Judge())
    for _ in range(2 if by_president else 3):
        _try(book, PERSON)
    assert PERSON not in repr(vars(book))
    if by_president:
        book.override(PERSON, OverrideReason.READER_FAILED, president(), WORLD.sheet.codes[0])
    assert vars(book)["_desk"] == type(vars(book)["_desk"])()
    with pytest.raises(OutOfOrder):
        _try(book, PERSON)


def test_each_try_says_what_to_do_next() -> None:
    """While tries are left as the judge advises, then: call the president."""
    book = _book(Medium(), Judge())
    first = book.identify(PERSON, None)
    assert (first.advice, first.tries_left) == (ADVICE, 3)
    for number in (OTHER, PERSON, OTHER, PERSON, OTHER):
        book.identify(number, None)
    last = book.identify(PERSON, None)
    assert (last.advice, last.step) == (CALL_PRESIDENT, Step.ASK_PRESIDENT)
