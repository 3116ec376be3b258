"""Each of the five outcomes comes when, and only when, it should."""

from collections.abc import Sequence
from itertools import permutations

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.biometrics.clouds import finger, jittered, templates

from urna.biometrics.capture import Extraction
from urna.biometrics.decision import ADMIT, CALL_PRESIDENT, MILLION, SHIPPED, Decision, decide
from urna.biometrics.fusion import StoredFinger, best_sums
from urna.biometrics.quality import Hint
from urna.biometrics.template import Template
from urna.election.definition import FingerRule
from urna.election.outcomes import Outcome
from urna.words import Sentence

OWN, SECOND = finger(1), finger(2)
STORED = [StoredFinger(2, (SECOND,)), StoredFinger(7, (finger(9), jittered(OWN, 3, 1.5)))]
BAD = Template(width=500, height=500, minutiae=OWN.minutiae[:5])

stored_fingers = st.lists(
    st.builds(StoredFinger, st.integers(1, 10), st.lists(templates, min_size=1, max_size=3).map(tuple)), max_size=4
)
captures = st.none() | st.builds(Extraction, templates, st.integers(0, 100))


def _seen(template: Template, quality: int = 80) -> Extraction:
    return Extraction(template, quality)


def _outcome(capture: Extraction | None, stored: Sequence[StoredFinger], none: bool = False) -> Outcome:
    return decide(capture, stored, none).outcome


def _rule(one: int, two: int = 2 * MILLION) -> FingerRule:
    return msgspec.structs.replace(SHIPPED, score_of_one=one, score_of_two=two)


def test_the_own_finger_matches_any_stored_one() -> None:
    """Whichever finger was enrolled first, by whichever impression."""
    assert _outcome(_seen(OWN), STORED) is _outcome(_seen(OWN), STORED[::-1]) is Outcome.MATCH
    decision = decide(_seen(OWN), STORED, False)
    assert decision.score > 0.3
    assert (str(decision.reason), decision.advice) == ("The finger is the elector's.", ADMIT)


def test_another_finger_does_not_match() -> None:
    """The reason says how many it was compared with, the advice to try another."""
    decision = decide(_seen(finger(4)), STORED, False)
    assert decision.outcome is Outcome.NO_MATCH
    assert str(decision.reason) == "The finger is like none of the 2 stored ones."
    assert "another finger" in str(decision.advice)


def test_nothing_stored_is_said_before_the_image_is_judged() -> None:
    """An elector without stored prints is not asked to try again; the president decides."""
    useless = [StoredFinger(2, (BAD, BAD))]
    assert _outcome(_seen(OWN), []) is _outcome(None, []) is Outcome.NOTHING_STORED
    assert _outcome(_seen(OWN), useless) is Outcome.NOTHING_STORED
    assert decide(None, [], False).advice is CALL_PRESIDENT


def test_no_fingers_is_said_before_all() -> None:
    """It is the poll worker's statement, not the machine's."""
    assert _outcome(None, STORED, none=True) is _outcome(_seen(OWN), [], none=True) is Outcome.NO_FINGERS


def test_a_poor_image_asks_for_another_try() -> None:
    """Too low a quality, too few minutiae, or no image; the reason has the numbers."""
    assert _outcome(_seen(finger(4), 9), STORED) is Outcome.POOR_IMAGE
    assert _outcome(_seen(BAD), STORED) is Outcome.POOR_IMAGE
    assert _outcome(None, STORED) is Outcome.POOR_IMAGE
    decision = decide(_seen(finger(4), 9), STORED, False)
    assert "quality 9 (at least 10)" in str(decision.reason)
    assert "again" in str(decision.advice)


def test_a_match_counts_whatever_the_quality() -> None:
    """The false match rate of the thresholds holds for all images."""
    assert _outcome(_seen(OWN, 0), STORED) is Outcome.MATCH


@settings(max_examples=50, deadline=None)
@given(captures, stored_fingers, st.booleans())
def test_every_capture_has_an_outcome(capture: Extraction | None, stored: list[StoredFinger], none: bool) -> None:
    """Never an error; a match exactly from the threshold on; always a reason and an advice."""
    decision = decide(capture, stored, none)
    assert (decision.outcome is Outcome.MATCH) == (decision.score * MILLION >= SHIPPED.score_of_one)
    assert str(decision.reason)
    assert str(decision.advice)


def test_the_threshold_is_met_exactly() -> None:
    """A score equal to the threshold matches, a millionth above it does not."""
    score = int(decide(_seen(OWN), STORED, False).score * MILLION)
    assert decide(_seen(OWN), STORED, False, (), _rule(score)).outcome is Outcome.MATCH
    assert decide(_seen(OWN), STORED, False, (), _rule(score + 1)).outcome is Outcome.NO_MATCH


def test_two_fingers_match_together_where_one_does_not() -> None:
    """In either order; the same finger laid twice is not two."""
    probes = [_seen(jittered(OWN, 5, 3.0)), _seen(jittered(SECOND, 6, 3.0))]
    apart = [decide(each, STORED, False).score for each in probes]
    rule = _rule(int(max(apart) * MILLION) + 1, int(sum(apart) * MILLION))
    for first, second in (probes, probes[::-1]):
        before = decide(first, STORED, False, (), rule)
        after = decide(second, STORED, False, (before,), rule)
        assert (before.outcome, after.outcome) == (Outcome.NO_MATCH, Outcome.MATCH)
        assert str(after.reason) == "2 fingers together are the elector's."
        assert decide(first, STORED, False, (before,), rule).outcome is Outcome.NO_MATCH


scores_of_tries = st.lists(st.tuples(st.floats(0.0, 0.2), st.floats(0.0, 0.2)), min_size=1, max_size=4)


@settings(max_examples=50, deadline=None)
@given(scores_of_tries, st.integers(1, 200_000), st.integers(1, 400_000))
def test_never_a_match_below_the_thresholds(tries: list[tuple[float, float]], one: int, two: int) -> None:
    """Whatever was tried before: a match needs one finger, or two, at the threshold for so many; in any order."""
    rule, probe = _rule(one, two), _seen(finger(4))
    earlier = [Decision(Outcome.NO_MATCH, max(each), Sentence("before"), CALL_PRESIDENT, each) for each in tries]
    decisions = [decide(probe, STORED, False, order, rule) for order in list(permutations(earlier))[:6]]
    sums = best_sums([*tries, decisions[0].scores])
    is_reached = any(total * MILLION >= asked for total, asked in zip(sums, rule.scores, strict=False))
    assert {decision.outcome for decision in decisions} == {Outcome.MATCH if is_reached else Outcome.NO_MATCH}


def test_a_poor_try_bars_nobody() -> None:
    """After poor images and foreign fingers the right one still matches."""
    tries: list[Decision] = []
    for capture in (None, _seen(BAD), _seen(finger(4), 3), _seen(finger(5))):
        tries.append(decide(capture, STORED, False, tries))
    assert Outcome.MATCH not in {each.outcome for each in tries}
    assert decide(_seen(OWN), STORED, False, tries).outcome is Outcome.MATCH


def test_a_decision_shows_no_score() -> None:
    """How alike two fingers are stays out of logs."""
    assert repr(decide(_seen(OWN), STORED, False)) == "Decision(match)"


def test_what_the_image_asks_for_is_said_first() -> None:
    """A hint of the image replaces the general advice, unless the finger matches."""
    foreign = Extraction(finger(4), 80, (Hint.MOVED, Hint.TOO_DRY))
    assert decide(foreign, STORED, False).advice == Hint.MOVED.advice
    assert decide(foreign._replace(quality=3), STORED, False).advice == Hint.MOVED.advice
    assert decide(foreign._replace(template=OWN), STORED, False).advice is ADMIT
