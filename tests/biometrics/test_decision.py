"""Each of the five outcomes comes when, and only when, it should."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.biometrics.clouds import finger, jittered, templates

from urna.biometrics.decision import FIRST_VERSION, MILLION, Decision, Thresholds, conclude, decide
from urna.biometrics.template import Template
from urna.election.outcomes import Outcome
from urna.errors import Malformed
from urna.words import Sentence

OWN = finger(1)
STORED = [finger(2), jittered(OWN, 3, 1.5)]
BAD = Template(width=500, height=500, minutiae=OWN.minutiae[:5])


def _outcome(probe: Template | None, quality: int, stored: Sequence[Template], none: bool = False) -> Outcome:
    return decide(probe, quality, stored, none).outcome


def test_the_own_finger_matches_any_stored_one() -> None:
    """Whichever finger was enrolled first."""
    assert _outcome(OWN, 80, STORED) is _outcome(OWN, 80, STORED[::-1]) is Outcome.MATCH
    assert decide(OWN, 80, STORED, False).score > 0.3


def test_another_finger_does_not_match() -> None:
    """And the reason says how many it was compared with."""
    decision = decide(finger(4), 80, STORED, False)
    assert decision.outcome is Outcome.NO_MATCH
    assert 0.0 <= decision.score < 0.0404
    assert str(decision.reason) == "The finger is like none of the 2 stored ones."


def test_nothing_stored_is_said_before_the_image_is_judged() -> None:
    """An elector without stored prints is not asked to try again."""
    assert _outcome(OWN, 80, []) is _outcome(None, 0, []) is Outcome.NOTHING_STORED
    assert _outcome(OWN, 80, [BAD]) is Outcome.NOTHING_STORED


def test_no_fingers_is_said_before_all() -> None:
    """It is the poll worker's statement, not the machine's."""
    assert _outcome(None, 0, STORED, none=True) is _outcome(OWN, 80, [], none=True) is Outcome.NO_FINGERS


def test_a_poor_image_asks_for_another_try() -> None:
    """Too low a quality, too few minutiae, or no image; the reason has the numbers."""
    assert _outcome(finger(4), 9, STORED) is Outcome.POOR_IMAGE
    assert _outcome(BAD, 80, STORED) is Outcome.POOR_IMAGE
    assert _outcome(None, 0, STORED) is Outcome.POOR_IMAGE
    assert "quality 9 (at least 10)" in str(decide(finger(4), 9, STORED, False).reason)


def test_a_match_counts_whatever_the_quality() -> None:
    """The false-match rate of the threshold holds for all images."""
    assert _outcome(OWN, 0, STORED) is Outcome.MATCH


@given(st.none() | templates, st.integers(0, 100), st.lists(templates, max_size=4), st.booleans())
def test_every_capture_has_an_outcome(probe: Template | None, quality: int, stored: list[Template], none: bool) -> None:
    """Never an error; a match exactly from the threshold on."""
    decision = decide(probe, quality, stored, none)
    at_threshold = decision.score * MILLION >= FIRST_VERSION.match_score
    assert (decision.outcome is Outcome.MATCH) == at_threshold
    assert str(decision.reason)


def test_the_threshold_is_met_exactly() -> None:
    """A score equal to the threshold matches, a millionth above it does not."""
    score = int(decide(OWN, 80, STORED, False).score * MILLION)
    for asked, outcome in ((score, Outcome.MATCH), (score + 1, Outcome.NO_MATCH)):
        rules = Thresholds(match_score=asked, false_matches=10, evidence="test")
        assert decide(OWN, 80, STORED, False, rules).outcome is outcome


def test_tries_are_concluded_by_the_strongest() -> None:
    """A match wins, then a good image without one, then a poor one."""
    match, none, poor = (
        Decision(outcome, 0.0, Sentence("x")) for outcome in (Outcome.MATCH, Outcome.NO_MATCH, Outcome.POOR_IMAGE)
    )
    assert conclude([none, match]).outcome is conclude([match, poor]).outcome is Outcome.MATCH
    assert conclude([none, poor]).outcome is conclude([poor, none]).outcome is Outcome.NO_MATCH
    assert conclude([poor, poor]).outcome is Outcome.POOR_IMAGE


@pytest.mark.parametrize(("score", "quality", "tries"), [(0, 10, 2), (MILLION + 1, 10, 2), (1, 101, 2), (1, 10, 0)])
def test_senseless_thresholds_cannot_exist(score: int, quality: int, tries: int) -> None:
    """A threshold of nothing would match everybody."""
    with pytest.raises(Malformed):
        Thresholds(match_score=score, false_matches=0, evidence="", quality=quality, tries=tries)


def test_thresholds_state_their_evidence() -> None:
    """The default can be printed in an audit."""
    assert FIRST_VERSION.false_matches == 10
    assert "2,880" in FIRST_VERSION.evidence
