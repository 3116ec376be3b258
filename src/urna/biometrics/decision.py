"""From a finger on the reader to one of the five outcomes, with the reason in words.

1. An elector without readable fingers: no fingers.
2. Nobody's finger is stored: nothing stored.
3. A score at or above the threshold against any stored finger: match, whatever the image's quality; the
   threshold's false-match rate already holds for all images.
4. An image below the least quality or with too few minutiae: poor image, try again.
5. Otherwise: no match.

The machine alone never bars anyone: every outcome but a match goes to the president of the station.
"""

from collections.abc import Sequence
from typing import NamedTuple

from urna.biometrics.cylinders import encode
from urna.biometrics.match import score_cylinders
from urna.biometrics.template import Template
from urna.election.outcomes import Outcome
from urna.encoding.canonical import Count, Record
from urna.errors import Malformed
from urna.words import Sentence

MILLION = 1_000_000


class Thresholds(Record, frozen=True, kw_only=True):
    """The rules of a decision, in integers so that a definition can carry them and an audit print them.

    `match_score` is in millionths; `false_matches` is how many of a million comparisons of different fingers
    reach it, by the `evidence`; `quality` is 0 to 100; `tries` is how often one finger may be laid down.
    """

    match_score: Count
    false_matches: Count
    evidence: str
    quality: Count = 10
    minutiae: Count = 8
    tries: Count = 2

    def __post_init__(self) -> None:
        """A threshold of nothing would match everybody."""
        if not (0 < self.match_score <= MILLION and self.quality <= 100 and self.tries >= 1):
            raise Malformed(
                Sentence("a match score of 1 to 1000000, a quality of at most 100, at least one try"),
                Sentence("{score}, {quality}, {tries}", _numbers(self)),
                Sentence("Take the thresholds of the calibration report."),
            )


FIRST_VERSION = Thresholds(
    match_score=40_400,
    false_matches=10,
    evidence=(
        "First version. FVC2002 DB1_B: none of 2,880 pairs of different fingers reaches it (greatest 0.0263), so at "
        "most 104 in 100,000 at 95 %; 1.07 % of 280 pairs of one finger miss it. The same method in the laboratory, "
        "eight FVC sets: 1 in 100,000 of 202,176 pairs of different fingers reach it, 5.76 % of one finger miss it."
    ),
)
"""The default, stated as a first version."""


class Decision(NamedTuple):
    """How one capture ended. `score` is the best over the stored fingers, 0 to 1; 0 when none was compared."""

    outcome: Outcome
    score: float
    reason: Sentence


def decide(
    probe: Template | None,
    probe_quality: int,
    stored: Sequence[Template],
    no_fingers: bool,
    thresholds: Thresholds = FIRST_VERSION,
) -> Decision:
    """The outcome of one capture.

    Args:
        probe: the minutiae of the finger on the reader; None when no image was taken.
        probe_quality: that image's quality, 0 to 100.
        stored: the elector's enrolled fingers, up to four in practice.
        no_fingers: the poll worker states that the elector has no finger that can be read.
        thresholds: the rules of the definition.
    """
    if no_fingers:
        return Decision(Outcome.NO_FINGERS, 0.0, Sentence("The elector has no finger that can be read."))
    usable = [template for template in stored if len(template.minutiae) >= thresholds.minutiae]
    if not usable:
        return Decision(Outcome.NOTHING_STORED, 0.0, Sentence("No fingerprint of this elector is stored."))
    if probe is None:
        return Decision(Outcome.POOR_IMAGE, 0.0, Sentence("The reader gave no image of a finger."))
    best = best_score(probe, usable)
    if best * MILLION >= thresholds.match_score:
        return Decision(Outcome.MATCH, best, Sentence("The finger is the elector's."))
    if probe_quality < thresholds.quality or len(probe.minutiae) < thresholds.minutiae:
        return Decision(Outcome.POOR_IMAGE, best, _poor(probe, probe_quality, thresholds))
    return Decision(Outcome.NO_MATCH, best, _unlike(len(usable)))


def conclude(tries: Sequence[Decision]) -> Decision:
    """The outcome of one elector's tries: a match if there is one, else the strongest no.

    A good image without a match says more than a poor one, so one `no match` outweighs poor images.

    Args:
        tries: the decisions made, at least one.
    """
    rank = {Outcome.MATCH: 2, Outcome.NO_MATCH: 1}
    return max(tries, key=lambda decision: (rank.get(decision.outcome, 0), decision.score))


def best_score(probe: Template, stored: Sequence[Template]) -> float:
    """The highest score of a probe against any stored finger, 0 to 1."""
    cylinders = encode(probe)
    return max((score_cylinders(cylinders, encode(template)) for template in stored), default=0.0)


def _poor(probe: Template, quality: int, rules: Thresholds) -> Sentence:
    return Sentence(
        "The image is too poor: quality {quality} (at least {least}), {minutiae} minutiae (at least {fewest}).",
        {"quality": quality, "least": rules.quality, "minutiae": len(probe.minutiae), "fewest": rules.minutiae},
    )


def _unlike(count: int) -> Sentence:
    return Sentence("The finger is like none of the {count} stored ones.", {"count": count})


def _numbers(rules: Thresholds) -> dict[str, str | int]:
    return {"score": rules.match_score, "quality": rules.quality, "tries": rules.tries}
