"""Ballot polling: slips are read by hand and compared with nothing, only counted.

`bravo` is Wald's sequential test of "a tie" against the reported share (Lindeman, Stark, Yates, "BRAVO:
Ballot-polling Risk-limiting Audits to Verify Outcomes" 2012): the risk is the product over valid slips of
1 / 2s for the winner and 1 / 2(1 - s) for the loser, each slip once. ALPHA (`martingale` with `bets.ShrinkTrunc`)
learns the share instead and needs no trust in the reported one.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import exp, log

import numpy as np

from urna.audit.assertions import Assertion, Votes
from urna.audit.risk.martingale import Reals, decided, refused
from urna.words import Sentence


def slip_values(assertion: Assertion, slips: Sequence[Votes | None]) -> tuple[Fraction, ...]:
    """The assorter of each slip drawn, for `martingale.course`: blank 1/2, not found 0."""
    return tuple(assertion.value(slip) for slip in slips)


def reported_share(winner: int, loser: int) -> Fraction:
    """s: the winner's part of the votes for the two.

    Raises:
        Malformed: not above one half.
    """
    share = Fraction(winner, winner + loser) if winner + loser else Fraction(0)
    _check(share)
    return share


def bravo(winner: int, loser: int, share: Fraction) -> float:
    """The risk from the counts in a sample, as if all of it came at once; the order does not matter.

    Args:
        winner: slips for the winner, with replacement.
        loser: slips for the loser. Others say nothing about the two.
        share: the winner's reported share of the two, above 1/2 and below 1.

    Raises:
        Malformed: counts below 0, or another share.
    """
    _check(share)
    if winner < 0 or loser < 0:
        raise refused(Sentence("counts from 0 up"), str(min(winner, loser)))
    return exp(min(0.0, -winner * log(2 * share) - loser * log(2 * (1 - share))))


def bravo_course(slips: Sequence[bool | None], share: Fraction) -> Reals:
    """The risk after each slip, the least so far: valid wherever the sample stops.

    Args:
        slips: for the winner, for the loser, or None for another, a blank or an overvoted slip.
        share: the winner's reported share of the two, above 1/2 and below 1.
    """
    _check(share)
    steps = {True: log(2 * share), False: log(2 * (1 - share)), None: 0.0}
    never = np.zeros(len(slips), dtype=np.bool_)
    grown = np.maximum.accumulate(np.cumsum([steps[slip] for slip in slips]))
    return decided(np.exp(-grown), never, never)


def _check(share: Fraction) -> None:
    if not Fraction(1, 2) < share < 1:
        raise refused(Sentence("a winner's share of the two above 1/2 and below 1"), str(share))
