"""The state machine of an enrolment, whatever happens at the desk."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urna.errors import OutOfOrder
from urna.roll.enrolment import (
    TRANSITIONS,
    Abandoned,
    BeganAgain,
    Captured,
    Confirmed,
    Enrolment,
    Event,
    Excepted,
    Image,
    NothingCaptured,
    Stage,
    TriedAgain,
    Verdict,
    WentOn,
    begin,
    step,
)
from urna.roll.enrolment_rules import FINGERS, POSITIONS, REASONS, EnrolmentRules, Reason, rules_for

SAME = 40_000
RULES = rules_for(2 * SAME)
TWICE = RULES.presented_twice
GOOD = Captured(quality=60, minutiae=40, own=SAME, others=0)
POOR = Captured(quality=5, minutiae=20, own=SAME, others=0)

scores = st.sampled_from((0, SAME - 1, SAME, 1_000_000))
captures = st.builds(
    Captured,
    quality=st.sampled_from((0, 14, 15, 29, 30, 100)),
    minutiae=st.sampled_from((0, 7, 8, 50)),
    own=scores,
    others=st.sampled_from((0, 0, 0, TWICE - 1, TWICE)),
)
events: st.SearchStrategy[Event] = st.one_of(
    captures,
    captures,
    captures,
    st.just(NothingCaptured()),
    st.just(TriedAgain()),
    st.just(WentOn()),
    st.builds(Excepted, st.sampled_from(POSITIONS), st.sampled_from(Reason)),
    st.builds(BeganAgain, st.sampled_from(POSITIONS)),
    st.just(Confirmed()),
    st.just(Abandoned()),
)


def after(*happened: Event, rules: EnrolmentRules = RULES) -> Enrolment:
    """The state after these events."""
    state = begin(rules)
    for event in happened:
        state = step(state, event).state
    return state


def walk(happened: Sequence[Event]) -> tuple[Enrolment, dict[int, list[int]]]:
    """The state after the events that were in order, and the images as a caller keeps them: their qualities."""
    state, kept, held = begin(RULES), {position: list[int]() for position in POSITIONS}, dict[int, int]()
    for event in happened:
        at = state.finger.position if state.stage in {Stage.CAPTURING, Stage.DECIDING} else 0
        try:
            state, images, _ = step(state, event)
        except OutOfOrder:
            continue
        for image in images:
            match image, event:
                case Image.KEEP, Captured():
                    kept[at].append(event.quality)
                    held.pop(at, None)
                case Image.HOLD, Captured():
                    held[at] = event.quality
                case Image.KEEP_HELD, _:
                    kept[at].append(held.pop(at))
                case Image.FORGET, Excepted() | BeganAgain():
                    kept[event.position].clear()
                    held.pop(event.position, None)
                case _:
                    raise AssertionError(f"{image} with {event}")
    return state, kept


@given(st.lists(events, max_size=60))
def test_the_caller_holds_exactly_the_images_that_the_state_counts(happened: Sequence[Event]) -> None:
    """Whatever happens, following the effects gives as many images as the state says, of the same qualities."""
    state, kept = walk(happened)
    assert {each.position: list(each.qualities) for each in state.fingers} == kept


@given(st.lists(events, max_size=60))
def test_every_settled_finger_has_an_impression_or_a_reason(happened: Sequence[Event]) -> None:
    """Never both, and an enrolment is reviewed exactly when all fingers are settled."""
    state, _ = walk(happened)
    for finger in state.fingers:
        assert len(finger.qualities) <= RULES.impressions
        assert not (finger.qualities and finger.exception)
        assert not finger.is_settled or bool(finger.qualities) != bool(finger.exception)
    settled = all(finger.is_settled for finger in state.fingers)
    assert settled or state.stage not in {Stage.REVIEWING, Stage.CONFIRMED}
    assert not settled or state.stage in {Stage.REVIEWING, Stage.CONFIRMED, Stage.ABANDONED}


@given(st.lists(events, max_size=60))
def test_a_finger_presented_twice_or_unlike_the_first_is_never_kept(happened: Sequence[Event]) -> None:
    """Nor an impression with too few minutiae, at whatever quality."""
    state = begin(RULES)
    for event in happened:
        try:
            before, (state, images, _) = state, step(state, event)
        except OutOfOrder:
            continue
        if isinstance(event, Captured) and {Image.KEEP, Image.HOLD} & set(images):
            assert event.others < TWICE
            assert event.minutiae >= RULES.least_minutiae
            assert event.own >= SAME or not before.finger.qualities


@given(st.lists(events, max_size=60), events)
def test_what_the_table_does_not_allow_is_out_of_order(happened: Sequence[Event], event: Event) -> None:
    """In every state that can be reached; and nothing follows the end."""
    state, _ = walk(happened)
    if state.stage not in TRANSITIONS[type(event)]:
        with pytest.raises(OutOfOrder):
            step(state, event)


@given(st.lists(events, max_size=60))
def test_tries_run_out(happened: Sequence[Event]) -> None:
    """While captures are asked for, fewer than three of the impression under way were made; then somebody decides."""
    state, _ = walk(happened)
    assert state.stage is not Stage.CAPTURING or state.finger.tries < RULES.tries
    if state.stage is Stage.CAPTURING:
        for _ in range(RULES.tries - state.finger.tries):
            state = step(state, NothingCaptured()).state
        assert state.stage is Stage.DECIDING or state.finger.held is None


def test_twelve_good_captures_are_an_enrolment() -> None:
    """Three of each of four fingers, in order; then both operators confirm."""
    state = after(*[GOOD] * 12)
    assert state.stage is Stage.REVIEWING
    assert [each.qualities for each in state.fingers] == [(60, 60, 60)] * 4
    assert after(*[GOOD] * 12, Confirmed()).stage is Stage.CONFIRMED


def test_the_best_of_three_poor_captures_is_kept() -> None:
    """Not the last, and the fourth capture is for the next impression."""
    state = begin(RULES)
    steps = []
    for quality in (5, 9, 7):
        steps.append(step(state, POOR._replace(quality=quality)))
        state = steps[-1].state
    assert [each.images for each in steps] == [(Image.HOLD,), (Image.HOLD,), (Image.KEEP_HELD,)]
    assert [each.verdict for each in steps] == [Verdict.POOR] * 3
    assert (state.finger.qualities, state.finger.tries, state.finger.captures) == ((9,), 0, 3)


def test_a_good_capture_takes_the_place_of_a_held_one() -> None:
    """The quality of 15 is the least that is kept at once."""
    state = after(POOR, GOOD._replace(quality=15))
    assert (state.finger.qualities, state.finger.held) == ((15,), None)


def test_another_finger_is_refused_and_counted() -> None:
    """A good image that is unlike the first impression; after three of them the operators decide."""
    stranger = GOOD._replace(own=SAME - 1)
    seen = step(after(GOOD), stranger)
    assert (seen.verdict, seen.images) == (Verdict.ANOTHER_FINGER, ())
    state = after(GOOD, stranger, stranger, stranger)
    assert (state.stage, state.finger.refused) == (Stage.DECIDING, 3)
    assert after(GOOD, stranger, stranger, stranger, TriedAgain(), GOOD).finger.qualities == (60, 60)


def test_a_finger_that_is_another_positions_is_refused() -> None:
    """The right thumb laid down again for the right index finger."""
    seen = step(after(*[GOOD] * 3), GOOD._replace(others=TWICE, own=0))
    assert (seen.verdict, seen.images) == (Verdict.SAME_FINGER, ())


def test_a_finger_may_be_left_out_and_taken_again() -> None:
    """At any time before the signature, whatever was kept of it is forgotten."""
    state = after(*[GOOD] * 12, Excepted(2, Reason.INJURED))
    assert (state.stage, state.fingers[1].exception, state.fingers[1].qualities) == (
        Stage.REVIEWING,
        Reason.INJURED,
        (),
    )
    again = after(*[GOOD] * 12, Excepted(2, Reason.INJURED), BeganAgain(2))
    assert (again.stage, again.finger.position, again.finger.exception) == (Stage.CAPTURING, 2, None)
    assert after(*[Excepted(at, Reason.MISSING) for at in POSITIONS]).stage is Stage.REVIEWING


def test_going_on_needs_an_impression() -> None:
    """Three times nothing: go on is refused, and after one impression it is not."""
    with pytest.raises(OutOfOrder, match="at least one impression"):
        after(*[NothingCaptured()] * 3, WentOn())
    state = after(GOOD, *[NothingCaptured()] * 3, WentOn())
    assert (state.fingers[0].qualities, state.finger.position) == ((60,), 2)


def test_a_finger_that_is_not_asked_for_cannot_be_left_out() -> None:
    """Position 3 is the right middle finger."""
    with pytest.raises(OutOfOrder, match="one of the fingers"):
        after(Excepted(3, Reason.MISSING))


def test_every_reason_and_every_finger_has_its_words() -> None:
    """The vocabularies are closed."""
    assert set(REASONS) == set(Reason)
    assert set(FINGERS) == set(range(1, 11))
