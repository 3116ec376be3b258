"""The rule of fingerprints in a definition: numbers that belong together."""

from collections.abc import Iterator
from itertools import pairwise

from urna.election.definition import SHIPPED_CALIBRATION, FingerRule, ratio
from urna.election.mistake import Mistake, wrong
from urna.words import N_


def check_fingers(rule: FingerRule) -> Iterator[Mistake]:
    """The numbers of a fingerprint rule belong together; that they are the calibration's is for its holder to check."""
    if not 0 < ratio(rule.false_match_rate) < 1:
        yield wrong(
            ("rules", "fingers", "false_match_rate"),
            N_("{name} is {value}, which is not a share of a whole."),
            N_("Write a fraction below 1, such as 5/100."),
            name="false_match_rate",
            value=rule.false_match_rate,
        )
    elif not all(fewer < more for fewer, more in pairwise(rule.scores)):
        yield wrong(
            ("rules", "fingers", "score_of_two"),
            N_("More fingers must reach a higher score than fewer; these are {scores}."),
            N_("Copy what urna biometrics thresholds prints."),
            scores=", ".join(map(str, rule.scores)),
        )
    elif rule.calibration == SHIPPED_CALIBRATION:
        yield from _check_shipped(rule)


def _check_shipped(rule: FingerRule) -> Iterator[Mistake]:
    """Numbers of the calibration that comes with urna: provisional, and of the tries and the rate that are written."""
    shipped = FingerRule()
    if not rule.provisional:
        yield wrong(
            ("rules", "fingers", "provisional"),
            N_("The calibration that comes with urna is provisional, and the rule says it is not."),
            N_("Take `provisional` out, or calibrate on 200,000 pairs: urna biometrics calibrate."),
        )
    same_use = (rule.tries, ratio(rule.false_match_rate)) == (shipped.tries, ratio(shipped.false_match_rate))
    if same_use != (rule.scores == shipped.scores):
        yield wrong(
            ("rules", "fingers", "score_of_one"),
            N_("The scores {scores} are not those for {tries} tries and a false match rate of {rate}."),
            N_("Copy what urna biometrics thresholds prints for them."),
            scores=", ".join(map(str, rule.scores)),
            tries=rule.tries,
            rate=rule.false_match_rate,
        )
