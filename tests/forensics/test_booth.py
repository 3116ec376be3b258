"""The booth under people and machines that do not keep to the order: answers replayed, papers torn, time passed."""

from collections.abc import Callable

import pytest
from tests.booth.running import RunningBooth
from tests.booth.sample import PAIRING_KEY, STATION

from urna.ballot.selections import ContestSelections, Selections
from urna.ballot.slot import SlotContent, SlotState
from urna.election.outcomes import Ending
from urna.errors import OutOfOrder, Unproven
from urna.station.activation import answer
from urna.station.booth_session import (
    Draft,
    PrintCode,
    PrintPaper,
    Reviewed,
    Session,
    ShowSession,
    State,
    StoreBallot,
)

CHOSEN: dict[str, tuple[str, ...]] = {"LIST": ("LIST-GREEN",)}


def answered(running: RunningBooth, challenge: bytes, *, style: str = "FULL", number: int = 1) -> bytes:
    """What the paired poll book would answer."""
    election = running.election.identity
    return answer(PAIRING_KEY, challenge, election=election, station=STATION, booth=number, style=style)


def states(running: RunningBooth) -> dict[SlotState, int]:
    """How many slots of each state the box holds, the free ones left out."""
    return {state: n for state in SlotState if state is not SlotState.FREE and (n := running.box.count(state))}


def test_an_answer_is_good_for_one_challenge_one_style_and_one_booth() -> None:
    """Replayed, for another style, by another booth, or after a restart it opens nothing."""
    running = RunningBooth()
    given = answered(running, running.booth.challenge())
    running.booth.activate("FULL", given)
    running.print_choices(CHOSEN)
    running.booth.say_yes()
    running.booth.acknowledge()
    with pytest.raises(OutOfOrder):
        running.booth.activate("FULL", given)
    running.booth.challenge()
    with pytest.raises(Unproven):
        running.booth.activate("FULL", given)
    for style, number in (("FULL", 1), ("SHORT", 2)):
        challenge = running.booth.challenge()
        with pytest.raises(Unproven):
            running.booth.activate("SHORT", answered(running, challenge, style=style, number=number))
    challenge = running.booth.challenge()
    running.restart()
    with pytest.raises(OutOfOrder):
        running.booth.activate("FULL", answered(running, challenge))
    assert running.booth.state is State.WAITING


def test_a_wrong_answer_uses_the_challenge_up() -> None:
    """Nobody tries answers to the same challenge one after another."""
    running = RunningBooth()
    challenge = running.booth.challenge()
    with pytest.raises(Unproven):
        running.booth.activate("FULL", bytes(32))
    with pytest.raises(OutOfOrder):
        running.booth.activate("FULL", answered(running, challenge))


def test_a_jam_voids_the_ballot_and_costs_no_attempt() -> None:
    """Torn papers and then a whole one: one vote, each torn one void, and all attempts are left."""
    running = RunningBooth()
    running.activate()
    running.printer_fails = True
    for _ in range(4):
        running.print_choices(CHOSEN)
        assert (running.booth.state, running.screens[-1].papers_left) == (State.VOID, 3)
        with pytest.raises(OutOfOrder):
            running.booth.say_yes()
        running.booth.choose_again()
    running.printer_fails = False
    running.print_choices(CHOSEN)
    running.booth.say_yes()
    assert states(running) == {SlotState.CAST: 1, SlotState.VOID: 4}


def test_a_vote_is_cast_once() -> None:
    """No second yes, no change of mind and no ending without a vote after it, also not after a restart."""
    running = RunningBooth()
    running.activate()
    running.print_choices(CHOSEN)
    running.booth.say_yes()
    for _ in range(2):
        for act in (running.booth.say_yes, running.booth.say_no, running.booth.choose_again, running.booth.expire):
            with pytest.raises(OutOfOrder):
                act()
        with pytest.raises(OutOfOrder):
            running.booth.end(Ending.LEFT)
        running.restart()
        assert running.word is State.CAST
    assert states(running) == {SlotState.CAST: 1}


def test_time_that_passed_with_a_paper_out_casts_nothing_by_itself() -> None:
    """At the question the time passes: with more time the voter casts; without, the ballot is void."""
    for resumes in (True, False):
        running = RunningBooth()
        running.activate()
        running.print_choices(CHOSEN)
        running.booth.expire()
        assert states(running) == {SlotState.PENDING: 1}
        with pytest.raises(OutOfOrder):
            running.booth.say_yes()
        if resumes:
            running.booth.resume()
            running.booth.say_yes()
        else:
            running.booth.end(Ending.EXPIRED)
        assert states(running) == {SlotState.CAST if resumes else SlotState.VOID: 1}


def test_a_poll_worker_can_end_without_a_vote_and_never_with_one() -> None:
    """An ending that says cast is refused in every state."""
    running = RunningBooth()
    running.activate()
    steps: list[Callable[[], None]] = [lambda: running.print_choices(CHOSEN), running.booth.expire]
    for step in steps:
        step()
        with pytest.raises(OutOfOrder):
            running.booth.end(Ending.CAST)
    running.booth.end(Ending.LEFT)
    assert states(running) == {SlotState.VOID: 1}


def test_no_more_papers_than_the_rule_after_crashes_and_spoiled_ones() -> None:
    """Three spoiled papers, the booth restarted after each: no fourth one."""
    running = RunningBooth()
    running.activate()
    for spoiled in range(1, 4):
        running.print_choices(CHOSEN)
        running.booth.say_no()
        if spoiled < 3:
            running.booth.choose_again()
        running.restart()
    assert (running.booth.state, len(running.papers)) == (State.VOID, 3)
    with pytest.raises(OutOfOrder):
        running.booth.choose_again()


def test_what_the_booth_passes_around_shows_no_choice() -> None:
    """An event, an effect or a session in a traceback or a log names no option, no ballot and no code."""
    chosen = ContestSelections(contest="LIST", options=("LIST-GREEN",))
    selections = Selections(style="FULL", contests=(chosen,))
    code = "ABCD " * 7 + "ABCD"
    draft = Draft(ballot="ab" * 16, selections=selections, seed="cd" * 32, ciphertext=b"ciphertext", code=code)
    session = Session(state=State.REVIEWING, selections=selections, draft=draft, slot=1)
    for each in (
        Reviewed(draft),
        StoreBallot(1, draft),
        PrintCode(code=code),
        PrintPaper(selections),
        SlotContent(ballot="ab" * 16, sealed_opening=b"opening", ciphertext=b"ciphertext"),
        session,
        ShowSession(session),
    ):
        said = f"{each!r} {each}"
        assert not [word for word in ("GREEN", "abab", "cdcd", "ABCD", "ciphertext'", "opening'") if word in said]
