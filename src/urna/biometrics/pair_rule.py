"""From a calibration to the thresholds for two people: how great a sum of scores hardly any two strangers reach.

1. One finger of each, by the calibration's model (`urna.biometrics.calibration_model`).
2. A finger with several impressions is compared by the best of them: the distribution of the best of so many
   independent scores.
3. k fingers: the sum of k independent such scores.
4. Fingers that may be paired in several ways: the rate is shared out evenly to them.

That scores of one pair of people are independent is the calibration's assumption; where several impressions of a
finger share their skin they are not quite, and the threshold is then a little higher than it has to be.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import factorial

import numpy as np

from urna.biometrics.calibration import ScoreSet
from urna.biometrics.calibration_model import LEAST_RATE, impostor_chances, sums, threshold
from urna.biometrics.cylinders import Reals
from urna.biometrics.fusion import MAX_FINGERS
from urna.errors import Malformed
from urna.words import Sentence


def pair_scores_at(
    sets: Sequence[ScoreSet], rate: Fraction, impressions: int = 1, *, across: bool = False
) -> tuple[int, ...]:
    """What the sum over one, two, three and four common fingers must reach, in millionths.

    Args:
        sets: those of a calibration that decide; the one that asks for most does.
        rate: the share of pairs of strangers who may reach it.
        impressions: of each finger at most; two fingers have the square of it to be compared by.
        across: whether any finger may be paired with any other.

    Raises:
        Malformed: a rate that the model says nothing about.
    """
    rates = [rate / (factorial(count) if across else 1) for count in range(1, MAX_FINGERS + 1)]
    if not all(LEAST_RATE <= each < 1 for each in rates):
        raise Malformed(
            Sentence("a false match rate below 1 and of at least 1 in {most}", {"most": LEAST_RATE.denominator // 24}),
            Sentence("{rate}", {"rate": str(rate)}),
            Sentence("Ask for another rate."),
        )
    of_sums = [sums(best_of(_chances(each), impressions**2)) for each in sets]
    return tuple(max(threshold(each[at], rate) for each in of_sums) for at, rate in enumerate(rates))


def best_of(chances: Reals, count: int) -> Reals:
    """The distribution of the greatest of so many independent scores, by cells.

    With s the chance that one reaches a cell, the chance that one of n does is 1 - (1 - s)^n; it is worked out
    without losing the small chances that thresholds are about.
    """
    reach = np.minimum(np.cumsum(chances[::-1])[::-1], 1.0)
    with np.errstate(divide="ignore"):
        best = -np.expm1(count * np.log1p(-reach))
    found: Reals = best - np.append(best[1:], 0.0)
    return found


def _chances(scored: ScoreSet) -> Reals:
    return impostor_chances(scored.impostor, scored.tail.start, scored.tail.tail)
