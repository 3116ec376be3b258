"""From a finger on the reader to one of the five outcomes, with the reason and what to do next in words.

1. An elector without readable fingers: no fingers.
2. Nobody's finger is stored: nothing stored.
3. The scores of this try and of those before it, fused (`urna.biometrics.fusion`): a match where one finger, or
   two different ones added up, or three, or four reach the threshold for so many. Whatever the image's quality: the
   thresholds' false match rate already holds for all images.
4. An image below the least quality or with too few minutiae: poor image, try again.
5. Otherwise: no match.

The machine alone never bars anyone: every outcome but a match goes to the president of the station.
"""

from collections.abc import Sequence
from typing import NamedTuple

from urna.biometrics.capture import Extraction
from urna.biometrics.fusion import StoredFinger, best_sums, scores_against
from urna.biometrics.template import Template
from urna.election.definition import FingerRule
from urna.election.outcomes import Outcome
from urna.words import Sentence

MILLION = 1_000_000

SHIPPED = FingerRule()
"""The rule of a definition that says nothing of fingers: the calibration that comes with urna, provisional."""

_LAY_ANOTHER = Sentence("Lay down another finger; any of the enrolled ones may be tried.")
_LAY_AGAIN = Sentence("Lay the finger down again: flat, in the middle, dry and clean, and hold it still.")
ADMIT = Sentence("Admit the elector.")
CALL_PRESIDENT = Sentence("Call the president of the station, who decides.")


class Decision(NamedTuple):
    """How one try ended, given those before it.

    `score` is the best of one finger, 0 to 1; 0 when none was compared. `scores` are this try's against each stored
    finger, for the memory of the poll book alone: neither is shown or kept.
    """

    outcome: Outcome
    score: float
    reason: Sentence
    advice: Sentence = CALL_PRESIDENT
    """What to do next, for the poll worker."""
    scores: tuple[float, ...] = ()

    def __repr__(self) -> str:
        """The outcome; how alike two fingers are is personal."""
        return f"Decision({self.outcome!s})"


def decide(
    capture: Extraction | None,
    stored: Sequence[StoredFinger],
    no_fingers: bool,
    earlier: Sequence[Decision] = (),
    rule: FingerRule = SHIPPED,
) -> Decision:
    """The outcome of one try.

    Args:
        capture: what the finger on the reader showed; None when no image was taken.
        stored: the elector's enrolled fingers, at most four.
        no_fingers: the poll worker states that the elector has no finger that can be read.
        earlier: the decisions on this elector's tries before, in any order, against the same stored fingers.
        rule: of the definition.
    """
    if no_fingers:
        return Decision(Outcome.NO_FINGERS, 0.0, Sentence("The elector has no finger that can be read."))
    usable = _usable(stored, rule)
    if not usable:
        return Decision(Outcome.NOTHING_STORED, 0.0, Sentence("No fingerprint of this elector is stored."))
    if capture is None:
        return Decision(Outcome.POOR_IMAGE, 0.0, Sentence("The reader gave no image of a finger."), _LAY_AGAIN)
    scores = scores_against(capture.template, usable)
    if fingers := _matching(scores, earlier, rule):
        return Decision(Outcome.MATCH, max(scores), _alike(fingers), ADMIT, scores)
    if capture.quality < rule.least_quality or len(capture.template.minutiae) < rule.least_minutiae:
        return Decision(Outcome.POOR_IMAGE, max(scores), _poor(capture, rule), _advice(capture, _LAY_AGAIN), scores)
    return Decision(Outcome.NO_MATCH, max(scores), _unlike(len(usable)), _advice(capture, _LAY_ANOTHER), scores)


def _usable(stored: Sequence[StoredFinger], rule: FingerRule) -> list[StoredFinger]:
    """The stored fingers without impressions that show too little to compare."""
    kept = (
        finger._replace(templates=tuple(each for each in finger.templates if _shows_enough(each, rule)))
        for finger in stored
    )
    return [finger for finger in kept if finger.templates]


def _shows_enough(template: Template, rule: FingerRule) -> bool:
    return len(template.minutiae) >= rule.least_minutiae


def _matching(scores: tuple[float, ...], earlier: Sequence[Decision], rule: FingerRule) -> int:
    """How many fingers together reach their threshold, the fewest; 0 if none do."""
    tries = [scores, *(each.scores for each in earlier if len(each.scores) == len(scores))]
    for count, total in enumerate(best_sums(tries), 1):
        if total * MILLION >= rule.scores[count - 1]:
            return count
    return 0


def _alike(fingers: int) -> Sentence:
    if fingers == 1:
        return Sentence("The finger is the elector's.")
    return Sentence("{count} fingers together are the elector's.", {"count": fingers})


def _advice(capture: Extraction, otherwise: Sentence) -> Sentence:
    """What the image itself asks for, if anything."""
    return capture.hints[0].advice if capture.hints else otherwise


def _poor(capture: Extraction, rule: FingerRule) -> Sentence:
    return Sentence(
        "The image is too poor: quality {quality} (at least {least}), {minutiae} minutiae (at least {fewest}).",
        {
            "quality": capture.quality,
            "least": rule.least_quality,
            "minutiae": len(capture.template.minutiae),
            "fewest": rule.least_minutiae,
        },
    )


def _unlike(count: int) -> Sentence:
    return Sentence("The finger is like none of the {count} stored ones.", {"count": count})
