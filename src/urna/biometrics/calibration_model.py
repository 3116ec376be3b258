"""From a calibration record to thresholds: the distribution of impostor scores, and of sums of them.

1. One finger: up to the tail's start as counted, above it by the fitted tail with the counted share.
2. k fingers: the sum of k independent scores, by convolution. That different fingers of two people score
   independently is an assumption; docs/biometrics.md says how far it could be checked.
3. The threshold is the lowest score that at most the wanted share of such sums reaches. Each score stands at the upper
   edge of its cell, so rounding makes thresholds higher, never lower, by at most k · CELL millionths.
4. Of several sets of real fingers the one that asks for most decides; synthetic ones stand beside them for comparison.

A whole identification gives an impostor many sums (`urna.biometrics.fusion.ways`). Its false match rate is shared out
evenly to one, two, three and four fingers, and then evenly to their ways: no chance is above the sum of its parts. Two
and more fingers are added up only where no single one has matched, so their sums are of scores below the threshold of
one: without that, the one great score in a thousand sums would decide for all.
"""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from urna.biometrics.calibration import CELL, CELLS, Bar, Calibration, Scores, ScoreSet
from urna.biometrics.cylinders import Reals
from urna.biometrics.fusion import MAX_FINGERS, ways
from urna.biometrics.tail import Tail, survival
from urna.election.definition import FingerRule, Ratio, ratio
from urna.errors import Malformed
from urna.words import Sentence

LEAST_RATE = Fraction(1, 10**15)
"""Below it the model's last cells are noise."""

_NOTHING = 1e-22
"""Chances below it are dropped from the end of a distribution, to keep it short."""


def impostor_chances(bars: Sequence[Bar], start: int, tail: Tail) -> Reals:
    """The chance of each cell, shape (cells,): as counted up to the cell `start`, by the tail above it."""
    counted = _counts(bars)
    pairs = counted.sum()
    share = counted[start + 1 :].sum() / pairs
    edges = np.arange(start, CELLS + 1, dtype=np.float64) * (CELL / 1e6)
    left = survival(tail, edges)
    chances = counted / pairs
    chances[start + 1 :] = share * (left[:-1] - left[1:])
    chances[CELLS] += share * left[-1]
    return _shortened(chances)


def genuine_chances(bars: Sequence[Bar]) -> Reals:
    """The chance of each cell, shape (cells,), as counted."""
    counted = _counts(bars)
    chances: Reals = counted / counted.sum()
    return chances


def sums(chances: Reals) -> list[Reals]:
    """The distributions of the sum of one, two, three and four independent scores, by cells.

    Chances that do not add up to 1 leave out what does not concern the sums.
    """
    found = [chances]
    for _ in range(MAX_FINGERS - 1):
        found.append(_shortened(np.convolve(found[-1], chances)))
    return found


def threshold(chances: Reals, rate: Fraction) -> int:
    """The lowest score, in millionths, that at most a share `rate` reaches."""
    reach = np.cumsum(chances[::-1])[::-1]
    return CELL * max(1, int(np.searchsorted(-reach, -float(rate), side="left")))


def missed(chances: Reals, score: int) -> float:
    """The share that stays below a score, given in millionths."""
    return float(chances[: score // CELL].sum())


def scores_at(calibration: Calibration, rates: Sequence[Fraction]) -> Scores:
    """What one to four fingers must reach for a false match rate of one comparison each.

    Args:
        calibration: the record.
        rates: for one, two, three and four fingers.

    Raises:
        Malformed: a rate that the model says nothing about.
    """
    _check(rates)
    of_sums = [sums(_impostors(each)) for each in calibration.deciding]
    return Scores(*(max(threshold(each[at], rate) for each in of_sums) for at, rate in enumerate(rates)))


def rule_of(calibration: Calibration, rate: Ratio, tries: int) -> FingerRule:
    """The rule of a definition for a false match rate of whole identifications.

    1. One finger's threshold. 2. Sums of scores below it, for two, three and four fingers.

    Args:
        calibration: the record.
        rate: the share of impostors, using every try, who may be taken for the elector.
        tries: for each enrolled finger.

    Raises:
        Malformed: a rate that the model says nothing about.
    """
    _check([ratio(rate)])
    rates = [
        ratio(rate) / MAX_FINGERS / ways(count, MAX_FINGERS, MAX_FINGERS * tries) for count in range(1, MAX_FINGERS + 1)
    ]
    _check(rates)
    models = [_impostors(each) for each in calibration.deciding]
    one = max(threshold(chances, rates[0]) for chances in models)
    below = [sums(chances[: one // CELL + 1]) for chances in models]
    scores = Scores(one, *(max(threshold(each[at], rates[at]) for each in below) for at in range(1, MAX_FINGERS)))
    return FingerRule(
        tries=tries,
        false_match_rate=rate,
        score_of_one=scores.one,
        score_of_two=scores.two,
        score_of_three=scores.three,
        score_of_four=scores.four,
        calibration=calibration.identity,
        provisional=calibration.provisional,
    )


def _check(rates: Sequence[Fraction]) -> None:
    """Refuses rates that the model says nothing about."""
    if not all(LEAST_RATE <= rate < 1 for rate in rates):
        raise Malformed(
            Sentence("false match rates below 1 and of at least 1 in {most}", {"most": LEAST_RATE.denominator}),
            Sentence("{rates}", {"rates": ", ".join(map(str, rates))}),
            Sentence("Ask for another rate."),
        )


def _impostors(scored: ScoreSet) -> Reals:
    return impostor_chances(scored.impostor, scored.tail.start, scored.tail.tail)


def _counts(bars: Sequence[Bar]) -> Reals:
    counts = np.zeros(CELLS + 1)
    for cell, count in bars:
        counts[cell] = count
    return counts


def _shortened(chances: Reals) -> Reals:
    """Without the end that hardly ever comes; its chance goes to the last cell that stays."""
    reach = np.cumsum(chances[::-1])[::-1]
    kept = max(1, int(np.searchsorted(-reach, -_NOTHING, side="right")))
    short = chances[:kept].copy()
    short[-1] += chances[kept:].sum()
    return short
