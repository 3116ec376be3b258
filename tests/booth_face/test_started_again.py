"""A booth that starts again while its voter is there: the voter reads what became of the paper, and can go on."""

from collections.abc import Callable
from typing import NoReturn

import pytest
from tests.booth_face.test_aloud import begins, page
from tests.booth_face.touching import CHOICES, Voter

from urna.ballot.slot import SlotState
from urna.election.outcomes import Ending
from urna.errors import OutOfOrder
from urna.web.booth.steps import Step

NOT_CAST = (
    "Your vote was NOT cast.",
    "The power failed. If a paper came out, it is spoiled: give it to a poll worker.",
)
BLANK = ("next", "next", "next")


def _fails(*_: object, **__: object) -> NoReturn:
    raise OSError(5, "Input/output error")


@pytest.fixture
def voter() -> Voter:
    """Activated with the full style, in English."""
    voter = Voter()
    voter.scene.activate()
    voter.touch("language:en")
    return voter


def end_fails(voter: Voter) -> None:
    """A poll worker ends the activation, and the disk does not take it."""
    voter.scene.running.booth._slot.write = _fails  # type: ignore[method-assign]
    with pytest.raises(OutOfOrder):
        voter.face.end(Ending.LEFT)
    assert voter.stands(Step.STOPPED)


def finish(voter: Voter) -> Step:
    """Goes on with the main button until the vote is cast, or nothing leads on."""
    ways = {Step.CONTEST: "next", Step.REVIEW: "vote", Step.UNUSED: "leave", Step.QUESTION: "yes"}
    for _ in range(8):
        if voter.step in ways:
            voter.touch(ways[voter.step])
    return voter.step


def test_a_ballot_that_could_not_be_stored_is_told_at_the_review_and_printed_from_there(voter: Voter) -> None:
    """What was chosen is there still; the screen and the voice say that nothing was cast."""
    voter.touch(*CHOICES)
    voter.scene.running.box.store = _fails  # type: ignore[method-assign]
    assert voter.touch("vote") is Step.STOPPED
    assert voter.pass_time(60) is Step.REVIEW
    assert set(NOT_CAST) <= set(page(voter).shown)
    assert begins(voter).startswith(f"{' '.join(NOT_CAST)} Review your choices")
    assert voter.touch("vote") is Step.QUESTION
    assert voter.touch("yes") is Step.CAST
    paper = voter.scene.running.papers[-1]
    assert [each.options for each in paper.contests] == [("DEP-1", "DEP-2", "DEP-3"), ("LIST-RED",), ("REF-YES",)]
    assert voter.scene.running.box.count(SlotState.CAST) == 1


def test_a_void_ballot_whose_end_failed_leads_to_the_review_and_not_to_a_question_without_paper(voter: Voter) -> None:
    """Yes and No are asked of a paper alone."""
    voter.touch(*CHOICES, "vote", "no")
    end_fails(voter)
    assert voter.pass_time(60) is Step.REVIEW
    assert set(NOT_CAST) <= set(page(voter).shown)
    assert voter.touch("vote") is Step.QUESTION
    assert len(voter.scene.running.papers) == 2
    assert voter.touch("yes") is Step.CAST


def _is_written_and_fails(voter: Voter) -> None:
    """The disk takes the activation slot, and fails afterwards."""
    slot = voter.scene.running.booth._slot
    write: Callable[[bytes], None] = slot.write

    def written(value: bytes) -> None:
        write(value)
        _fails()

    slot.write = written  # type: ignore[method-assign]


def test_a_no_that_stopped_the_booth_after_it_was_durable_leads_to_the_review(voter: Voter) -> None:
    """Nothing stands in hand any more, though the question was on the screen."""
    voter.touch(*CHOICES, "vote")
    _is_written_and_fails(voter)
    assert voter.touch("no") is Step.STOPPED
    assert voter.pass_time(60) is Step.REVIEW
    assert finish(voter) is Step.CAST


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((), Step.CONTEST),
        (("choose:DEP-1", "next"), Step.CONTEST),
        (CHOICES, Step.REVIEW),
        ((*BLANK, "vote"), Step.CONTEST),
        (("choose:DEP-1", *BLANK, "vote"), Step.REVIEW),
        ((*CHOICES, "vote", "challenge", "sure"), Step.CONTEST),
        ((*CHOICES, "vote", "no", "again"), Step.REVIEW),
    ],
)
@pytest.mark.parametrize("is_late", [False, True])
def test_whoever_is_there_when_an_end_fails_is_told_and_can_cast(
    voter: Voter, before: tuple[str, ...], after: Step, is_late: bool
) -> None:
    """From wherever the voter was, and also when the time was over."""
    voter.touch(*before)
    if is_late:
        assert voter.pass_time(400) is Step.EXPIRED
    end_fails(voter)
    assert voter.pass_time(60) is after
    assert set(NOT_CAST) <= set(page(voter).shown)
    assert finish(voter) is Step.CAST
    assert voter.scene.running.box.count(SlotState.CAST) == 1


def test_a_booth_that_fails_to_start_twice_still_leads_on(voter: Voter, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has shown its screen once, and stopped before it took a ballot."""
    voter.touch(*CHOICES)
    end_fails(voter)
    with monkeypatch.context() as patched:
        patched.setattr("urna.station.booth.Booth.warm", _fails)
        assert voter.pass_time(60) is Step.STOPPED
    assert voter.pass_time(10) is Step.REVIEW
    assert finish(voter) is Step.CAST
