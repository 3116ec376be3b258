"""The face without a browser: what each touch does, and what nothing can make it do."""

import logging

import pytest
from tests.booth.sample import definition
from tests.booth_face.touching import CHOICES, Voter, voter_in

from urna.ballot.slot import SlotState
from urna.election.definition import Election, Rules
from urna.election.outcomes import Ending
from urna.errors import OutOfOrder
from urna.station.booth_session import State
from urna.station.link import Presence, Stage, Work
from urna.web.booth.aloud import warning
from urna.web.booth.messages import Message
from urna.web.booth.steps import ACTS, Step
from urna.web.booth.views import ContestView, draw


@pytest.fixture
def voter() -> Voter:
    """Activated with the full style."""
    voter = Voter()
    voter.scene.activate()
    return voter


def test_a_vote_goes_from_activation_to_cast_and_the_screen_forgets_it(voter: Voter) -> None:
    """The paper says what was touched; nothing of it is in the face afterwards."""
    assert voter.touch(*CHOICES) is Step.REVIEW
    assert voter.touch("vote") is Step.QUESTION
    paper = voter.scene.running.papers[-1]
    assert [each.options for each in paper.contests] == [("DEP-1", "DEP-2", "DEP-3"), ("LIST-RED",), ("REF-YES",)]
    assert voter.touch("yes") is Step.CAST
    look = voter.face.look()
    assert look.voting is None
    assert look.screen is not None
    assert look.screen.selections is None
    assert voter.face.condition().presence is Presence.CAST


def test_cast_stays_until_it_is_acknowledged_and_a_while_longer() -> None:
    """The voter can read it; the poll book may already activate the booth again."""
    voter = Voter(linger_seconds=6)
    voter.scene.activate()
    voter.touch(*CHOICES, "vote", "yes")
    assert voter.pass_time(60) is Step.CAST
    voter.scene.acknowledge()
    assert voter.pass_time(5) is Step.CAST
    assert voter.face.condition().presence is Presence.WAITING
    assert voter.pass_time(2) is Step.WAITING


@pytest.mark.parametrize("ending", [Ending.EXPIRED, Ending.LEFT, Ending.FAILURE])
def test_an_end_without_a_vote_is_said_once(voter: Voter, ending: Ending) -> None:
    """In the heading; the line below says why."""
    voter.face.end(ending)
    _, view = draw(voter.face, voter.face.look())
    assert isinstance(view, Message)
    said = [str(view.heading), *map(str, view.lines)]
    assert len(said) == 2
    assert sum("cast" in each for each in said) == 1


def test_the_next_voter_finds_the_settings_as_they_were_at_first(voter: Voter) -> None:
    """Language, size, contrast and sound are forgotten."""
    first = voter.face.look().settings
    voter.touch("language:en", "size:largest", "contrast:dark", "audio:on", "speed:faster", "dark:on")
    assert voter.face.look().settings == ("en", "largest", "dark", "on", 125, "on")
    voter.face.end(Ending.LEFT)
    voter.scene.acknowledge()
    voter.scene.activate()
    assert voter.face.look().settings == first


def test_a_screen_that_nobody_hears_does_not_go_black(voter: Voter) -> None:
    """Screen off needs sound, and sound off lights the screen."""
    voter.touch("dark:on")
    assert voter.face.look().settings.dark == "off"
    voter.touch("audio:on", "dark:on", "audio:off")
    assert voter.face.look().settings.dark == "off"


def test_an_overvote_is_prevented_and_explained(voter: Voter) -> None:
    """Nothing is taken back by itself in a contest with several votes."""
    voter.touch("choose:DEP-1", "choose:DEP-2", "choose:DEP-3", "choose:DEP-4")
    voting = voter.face.look().voting
    assert voting is not None
    assert [each.code for each in voting.choices.options("DEP")] == ["DEP-1", "DEP-2", "DEP-3"]
    assert "All 3 votes are used" in str(voting.notices[0])


def test_two_cards_of_one_person_are_explained(voter: Voter) -> None:
    """The second card changes nothing."""
    voter.touch("choose:DEP-1", "choose:DEP-1-TWIN")
    voting = voter.face.look().voting
    assert voting is not None
    assert voting.choices.left("DEP") == 2
    assert "on another card" in str(voting.notices[0])


def test_a_second_choice_replaces_the_only_one_and_says_so(voter: Voter) -> None:
    """And the contest does not go on by itself, so that it can be read."""
    voter.touch("next", "choose:LIST-RED")
    voting = voter.face.look().voting
    assert voting is not None
    went_on = voting.goes_on
    voter.touch("choose:LIST-BLUE")
    assert (went_on, voting.goes_on) == (True, False)
    assert str(voting.notices[0]) == "RED was replaced by BLUE."


def test_the_review_leads_to_a_contest_and_back(voter: Voter) -> None:
    """What is changed is on the paper."""
    voter.touch(*CHOICES, "change:LIST", "choose:LIST-GREEN")
    assert voter.stands(Step.CONTEST)
    assert voter.touch("next") is Step.REVIEW
    voter.touch("vote")
    assert voter.scene.running.papers[-1].contests[1].options == ("LIST-GREEN",)


def test_a_contest_that_the_ballot_does_not_have_changes_nothing_at_the_review(voter: Voter) -> None:
    """The ballot that was made for it is there still, and is printed."""
    voter.touch(*CHOICES)
    assert voter.touch("change:NOPE") is Step.REVIEW
    assert "buttons of this screen" in voter.note
    assert voter.scene.running.booth.state is State.REVIEWING
    assert voter.touch("vote") is Step.QUESTION


def test_votes_left_are_asked_about_once(voter: Voter) -> None:
    """Complete leads to the first such contest; leave prints."""
    voter.touch("choose:DEP-1", "next", "next", "next")
    assert voter.touch("vote") is Step.UNUSED
    assert voter.touch("complete") is Step.CONTEST
    assert voter.touch("next") is Step.REVIEW
    assert voter.touch("vote", "leave") is Step.QUESTION


def test_no_leads_back_to_the_review_with_what_was_chosen(voter: Voter) -> None:
    """The paper is void; everything can be changed."""
    voter.touch(*CHOICES, "vote")
    assert voter.touch("no") is Step.VOID
    assert voter.touch("again") is Step.REVIEW
    assert voter.touch("vote") is Step.QUESTION
    assert voter.scene.running.box.count(SlotState.VOID) == 1


def test_a_challenge_is_asked_twice_and_the_next_ballot_begins_anew(voter: Voter) -> None:
    """It cannot be undone, and what is opened in public is not what is voted."""
    voter.touch(*CHOICES, "vote")
    assert voter.touch("challenge") is Step.SURE
    assert voter.touch("keep") is Step.QUESTION
    assert voter.touch("challenge", "sure") is Step.CHALLENGED
    assert voter.touch("again") is Step.CONTEST
    voting = voter.face.look().voting
    assert voting is not None
    assert voting.choices.is_blank()
    voter.touch(*CHOICES, "vote")
    assert voter.touch("challenge") is Step.QUESTION


def test_after_the_last_paper_only_a_poll_worker_goes_on() -> None:
    """No dead end: the screen says so, and the poll book ends it."""
    voter = Voter(Election(definition(Rules(attempts=1))))
    voter.scene.activate()
    voter.touch(*CHOICES, "vote")
    assert voter.touch("no", "again") is Step.VOID
    assert "poll worker" in voter.note
    voter.face.end(Ending.FAILURE)
    assert voter.stands(Step.ENDED)


def test_a_printer_that_fails_costs_no_attempt(voter: Voter) -> None:
    """The ballot is void, and the choices are there still."""
    voter.scene.running.printer_fails = True
    assert voter.touch(*CHOICES, "vote") is Step.VOID
    voter.scene.running.printer_fails = False
    assert voter.touch("again", "vote", "yes") is Step.CAST


def test_while_it_prints_nothing_can_be_touched_and_the_poll_book_is_answered(voter: Voter) -> None:
    """The condition comes at once, and what the poll book asks meanwhile is refused whole."""
    voter.touch(*CHOICES)
    voter.scene.running.gate.clear()
    voter.face.touch(voter.face.look().turn, "vote")
    assert voter.stands(Step.PRINTING)
    assert voter.face.condition().presence is Presence.VOTING
    with pytest.raises(OutOfOrder, match="prints"):
        voter.face.end(Ending.LEFT)
    voter.clock.now += 1000  # slow paper is not the voter's time
    voter.face.tick()
    voter.face.touch(voter.face.look().turn, "yes")
    voter.scene.running.gate.set()
    voter.wait()
    assert voter.stands(Step.QUESTION)
    assert voter.pass_time(0) is Step.QUESTION


def test_a_silent_voter_is_asked_and_then_a_poll_worker_is_called(voter: Voter) -> None:
    """Nothing is cast, nothing annulled; resumed, the ballot is as it was."""
    voter.touch("choose:DEP-1", "next", "choose:LIST-RED")
    assert voter.pass_time(121) is Step.SILENT
    assert voter.touch("here") is Step.CONTEST
    assert voter.pass_time(121) is Step.SILENT
    assert voter.pass_time(31) is Step.EXPIRED
    assert voter.face.condition().presence is Presence.EXPIRED
    voter.face.resume()
    assert voter.stands(Step.CONTEST)
    assert voter.touch("next", "choose:REF-NO", "next", "vote", "leave", "yes") is Step.CAST


def test_the_last_minute_is_said_and_the_limit_expires_the_question_too(voter: Voter) -> None:
    """With the paper out, the question comes back when a poll worker gives more time."""
    voter.touch(*CHOICES, "vote")
    for _ in range(3):
        voter.pass_time(100)
        voter.touch("size:large")
    voter.pass_time(10)
    assert voter.face.look().time == "last_minute"
    assert voter.pass_time(60) is Step.EXPIRED
    assert warning(voter.face.look()) is None
    voter.face.resume()
    assert voter.stands(Step.QUESTION)
    assert voter.touch("yes") is Step.CAST


@pytest.mark.parametrize("before", [("choose:DEP-1",), CHOICES, (*CHOICES, "vote"), (*CHOICES, "vote", "no")])
def test_a_resumed_voter_can_always_finish(voter: Voter, before: tuple[str, ...]) -> None:
    """From wherever the time ran out."""
    voter.touch(*before)
    assert voter.pass_time(400) is Step.EXPIRED
    voter.face.resume()
    for _ in range(8):
        step = voter.step
        if step is Step.CAST:
            break
        voter.touch({"contest": "next", "review": "vote", "unused": "leave", "question": "yes", "void": "again"}[step])
    assert voter.stands(Step.CAST)


def test_who_listens_is_there(voter: Voter) -> None:
    """A wave that the voter asked for counts as a touch."""
    voter.pass_time(100)
    voter.face.listened()
    assert voter.pass_time(100) is Step.CONTEST


def test_the_question_whether_somebody_is_there_stays_until_it_is_answered(voter: Voter) -> None:
    """Who reads it by ear has time to come to its button: each thing that is heard gives 30 seconds more."""
    assert voter.pass_time(121) is Step.SILENT
    for _ in range(4):
        voter.face.listened()
        assert voter.pass_time(25) is Step.SILENT
    assert voter.touch("here") is Step.CONTEST
    assert voter.pass_time(121) is Step.SILENT
    voter.face.listened()
    assert voter.pass_time(31) is Step.EXPIRED


def test_help_hides_the_choices_and_tells_the_poll_book(voter: Voter) -> None:
    """And leads back to where the voter was."""
    voter.touch("choose:DEP-1", "help")
    assert voter.stands(Step.HELP)
    assert "help_wanted" in voter.face.condition().health
    assert voter.touch("continue") is Step.CONTEST
    assert voter.face.condition().health == ()


def test_an_older_page_changes_nothing_and_says_so(voter: Voter) -> None:
    """A second tab, the back button, a form sent once more."""
    older = voter.face.look().turn
    voter.touch("choose:DEP-1", "choose:DEP-2")
    voter.face.touch(older, "choose:DEP-3")
    voting = voter.face.look().voting
    assert voting is not None
    assert voting.choices.left("DEP") == 1
    assert "nothing was changed" in voter.note


def test_a_finger_that_touches_twice_is_told_nothing(voter: Voter) -> None:
    """The second touch is on the page just before; it changes nothing either."""
    turn = voter.face.look().turn
    voter.face.touch(turn, "choose:DEP-1")
    voter.face.touch(turn, "choose:DEP-1")
    voting = voter.face.look().voting
    assert voting is not None
    assert voting.choices.left("DEP") == 2
    assert not voter.note


def test_a_touch_too_soon_after_a_page_appeared_is_for_the_page_before() -> None:
    """The paper is not cast by the second half of a double touch."""
    voter = Voter(settle_seconds=0.25)
    voter.scene.activate()
    voter.clock.now += 1
    voter.touch("next", "next")
    voting = voter.face.look().voting
    assert voting is not None
    assert voting.number == 1


@pytest.mark.parametrize("step", [step for step in Step if step is not Step.PRINTING])
def test_a_step_does_what_its_table_says_and_nothing_else(step: Step) -> None:
    """Every other act, forged with the right turn, leaves the booth where it is."""
    every = {verb for acts in ACTS.values() for verb in acts}
    voter = voter_in(step)
    assert voter.stands(step)
    for verb in (*sorted(every - set(ACTS.get(step, ()))), "", "nonsense", "choose:NONE", "size:huge"):
        voter.touch(verb)
        assert voter.stands(step), verb
    assert voter.scene.running.box.count(SlotState.CAST) == (1 if step is Step.CAST else 0)


def test_a_booth_that_stops_starts_again_from_its_medium(caplog: pytest.LogCaptureFixture) -> None:
    """The log knows the kind of failure; the poll book sees it; the voter is told that nothing was cast."""
    caplog.set_level(logging.DEBUG)
    voter = Voter()
    voter.scene.activate()
    voter.scene.running.breaks = voter.scene.machine.cannot_start = True
    assert voter.touch(*CHOICES, "vote") is Step.STOPPED
    assert voter.face.condition().presence is Presence.STOPPED
    with pytest.raises(OutOfOrder):
        voter.face.end(Ending.LEFT)
    assert voter.pass_time(0.3) is Step.STOPPED
    voter.scene.running.breaks = voter.scene.machine.cannot_start = False
    assert voter.pass_time(60) is Step.VOID
    assert "a secret" not in caplog.text
    assert "RuntimeError" in caplog.text
    assert voter.touch("again", *CHOICES, "vote", "yes") is Step.CAST


def test_a_booth_is_prepared_zeroed_and_released_from_the_poll_book() -> None:
    """The long work is done beside the screen, and the condition says how it goes."""
    voter = voter_in(Step.PREPARED)
    face, machine = voter.face, voter.scene.machine
    with pytest.raises(OutOfOrder):
        face.challenge()
    machine.gate.clear()
    face.test_readiness()
    assert face.condition().work is Work.TESTING
    with pytest.raises(OutOfOrder):
        face.zero("2026-11-22T10:00:00Z")
    machine.gate.set()
    voter.wait()
    assert face.condition().readiness_tested
    face.zero("2026-11-22T10:00:00Z")
    voter.wait()
    assert face.condition().stage is Stage.ZEROED
    assert voter.stands(Step.WAITING)
    face.print_zero_report(2)
    voter.wait()
    assert face.condition().zero_reports == 2
    voter.scene.activate()
    with pytest.raises(OutOfOrder):
        face.print_zero_report(1)
    with pytest.raises(OutOfOrder):
        face.release()
    with pytest.raises(OutOfOrder):
        face.test_readiness()
    voter.touch(*CHOICES, "vote", "yes")
    voter.scene.acknowledge()
    face.release()
    assert machine.released
    assert face.condition().stage is Stage.RELEASED
    assert voter.stands(Step.CLOSED)
    with pytest.raises(OutOfOrder):
        face.challenge()


def test_printer_and_health_are_told_once_a_second() -> None:
    """The poll book sees them in the condition."""
    voter = Voter()
    voter.scene.machine.printer = "no_paper"
    voter.scene.machine.problems = ("disk_full",)
    voter.pass_time(1.1)
    assert voter.face.condition().printer == "no_paper"
    assert voter.face.condition().health == ("disk_full",)


def test_nothing_of_a_voter_shows_in_a_repr(voter: Voter) -> None:
    """Not of the choices, the place on the ballot, or what is under review."""
    voter.touch(*CHOICES)
    shown = " ".join(repr(each) for each in (voter.face.look(), voter.face.entries(), voter.face))
    assert "DEP-1" not in shown
    assert "RED" not in shown


ONE = ("choose:DEP-1", "next", "choose:LIST-RED")
OTHER = ("choose:DEP-2", "next", "choose:LIST-BLUE", "choose:LIST-GREEN")


@pytest.mark.parametrize("then", [(), ("next", "next"), ("next", "next", "vote", "leave")])
def test_two_voters_who_choose_otherwise_have_the_same_reprs(then: tuple[str, ...]) -> None:
    """Of what is looked at and of what is drawn: at a contest, the review and the question."""
    reprs, drawn = [], []
    for acts in (ONE, OTHER):
        voter = Voter()
        voter.scene.activate()
        voter.touch(*acts, *then)
        look = voter.face.look()
        _, view = draw(voter.face, look)
        assert not isinstance(view, Message)
        parts = view.cards if isinstance(view, ContestView) else view.entries
        reprs.append((repr(look), repr(view), repr(parts)))
        drawn.append(view)
    assert drawn[0] != drawn[1]
    assert reprs[0] == reprs[1]


def test_a_message_about_votes_left_has_the_repr_of_any_other() -> None:
    """Where votes are left is the voter's."""
    reprs = []
    for acts in ((), ONE):
        voter = Voter()
        voter.scene.activate()
        voter.touch(*acts, *["next"] * (2 if acts else 3), "vote")
        assert voter.stands(Step.UNUSED)
        reprs.append(repr(draw(voter.face, voter.face.look())))
    assert reprs[0] == reprs[1]
