"""Ballot comparison: each slip drawn is read by hand and compared with its own record.

`kaplan_markov` counts how many slips over- or understate the margin by one or two votes: for γ above 1 its risk is

    (1 - μ/2γ)^n (1 - 1/2γ)^-o1 (1 - 1/γ)^-o2 (1 + 1/2γ)^-u1 (1 + 1/γ)^-u2

with μ the diluted margin: the smallest margin in votes by all cards (Stark, "Super-simple simultaneous
single-ballot risk-limiting audits" 2010; Lindeman and Stark, "A Gentle Introduction to Risk-limiting Audits" 2012).
The draws are with replacement. `record_values` gives the numbers that ALPHA and the bets test instead, for any
assertion; with the mean of a pool for records that speak of many cards at once they are ONEAudit's (Stark 2023).
"""

from collections.abc import Iterable
from fractions import Fraction
from math import ceil, exp, inf, log, log1p
from typing import NamedTuple

from urna.audit.assertions import HALF, Assertion, Votes
from urna.audit.risk.martingale import Population, check_limit, refused
from urna.words import Sentence

GAMMA = Fraction(103_905, 100_000)
"""Inflates the bound of errors, so that one two-vote overstatement does not end the audit (Gentle Introduction)."""


class Discrepancies(NamedTuple):
    """How many slips of a sample, or which part of all slips, differ from their records."""

    over_one: int | Fraction = 0
    """The record overstates the margin between some winner and some loser by one vote, and no pair by more."""
    over_two: int | Fraction = 0
    under_one: int | Fraction = 0
    """The record understates the margin of every pair, by at least one vote."""
    under_two: int | Fraction = 0


NONE = Discrepancies()


def kaplan_markov(draws: int, margin: Fraction, found: Discrepancies = NONE, gamma: Fraction = GAMMA) -> float:
    """The risk after so many draws with these discrepancies; the order does not matter.

    Args:
        draws: with replacement, a slip drawn twice counted twice, its discrepancy too.
        margin: μ, above 0, at most 1.
        found: counts among the draws.
        gamma: γ, at least 1. With 1, one two-vote overstatement leaves the risk at 1.

    Raises:
        Malformed: counts that are not in the draws, or another margin or γ.
    """
    _check(margin, gamma)
    if min(found) < 0 or sum(found) > draws:
        counts: dict[str, str | int] = {"found": str(sum(found)), "draws": draws}
        raise refused(
            Sentence("discrepancies from 0 up, no more than draws"), Sentence("{found} in {draws} draws", counts)
        )
    return exp(min(0.0, draws * log1p(-margin / (2 * gamma)) - _growth(found, gamma)))


def kaplan_markov_size(
    limit: Fraction, margin: Fraction, found: Discrepancies = NONE, gamma: Fraction = GAMMA
) -> int | None:
    """How many draws with these discrepancies keep the limit (Gentle Introduction, equation 1); None if none do.

    The smallest n with n μ/2γ ≥ ln 1/α less what the discrepancies weigh; never below their number. That is a
    little more than `kaplan_markov` itself needs, as ln (1 - x) is below -x.
    """
    check_limit(limit)
    _check(margin, gamma)
    weight = -log(limit) - _growth(found, gamma)
    if weight == inf:
        return None
    return max(ceil(2 * float(gamma) / float(margin) * weight), int(sum(found)))


def super_simple_size(limit: Fraction, margin: Fraction, rates: Discrepancies, gamma: Fraction = GAMMA) -> int | None:
    """How many draws to plan for, if discrepancies come at these rates (Lindeman and Stark's tools page).

    1. The size at which growth by margin and by rates meets the limit.
    2. The discrepancies expected at that size: one-vote ones rounded up, two-vote ones to the nearest.
    3. The size that keeps the limit with these.

    Returns:
        None if at such rates no sample would: plan a full hand count.
    """
    check_limit(limit)
    _check(margin, gamma)
    drift = float(margin) / (2 * float(gamma)) + _growth(rates, gamma)
    if drift <= 0:
        return None
    size = -log(limit) / drift
    expected = Discrepancies(
        ceil(rates.over_one * Fraction(size)),
        round(rates.over_two * Fraction(size)),
        ceil(rates.under_one * Fraction(size)),
        round(rates.under_two * Fraction(size)),
    )
    return kaplan_markov_size(limit, margin, expected, gamma)


class Compared(NamedTuple):
    """A drawn card: the assorter that its record says, and that a hand reading says."""

    reported: Fraction
    """Of its own record; of a record for many cards, their mean (ONEAudit); 1/2 for a phantom."""
    observed: Fraction
    """0 for a card that was not found."""


def compare(assertion: Assertion, record: Votes, slip: Votes | None) -> Compared:
    """A slip and its own record; None for a slip that cannot be found."""
    return Compared(assertion.value(record), assertion.value(slip))


def pool_mean(assertion: Assertion, votes: Votes, cards: int) -> Fraction:
    """What a record of many cards together says of each: the mean of the assorter, blank cards 1/2 each.

    Raises:
        Malformed: no cards, or more votes than they can hold.
    """
    if cards < 1:
        raise refused(Sentence("a pool of at least one card"), str(cards))
    return assertion.total(votes, cards) / cards


def record_values(assertion: Assertion, margin: Fraction, cards: Iterable[Compared]) -> tuple[Fraction, ...]:
    """The overstatement assorter of each card: (1 - ω/u) / (2 - v/u), ω = reported - observed (SHANGRLA, section 3.2).

    The mean over all cards is above 1/2 exactly if the assertion is true.

    Args:
        assertion: its `upper` is u.
        margin: v, `assertion.margin` of the reported votes, phantoms included.
        cards: those drawn, in order.

    Raises:
        Malformed: a margin that is not above 0 and at most 2u - 1.
    """
    upper = assertion.upper
    if not 0 < margin <= 2 * upper - 1:
        raise refused(Sentence("a margin above 0 and at most {most}", {"most": str(2 * upper - 1)}), str(margin))
    scale = 2 - margin / upper
    return tuple((1 - (card.reported - card.observed) / upper) / scale for card in cards)


def record_population(assertion: Assertion, margin: Fraction, size: int | None) -> Population:
    """The population of `record_values`: from 0 to 2 / (2 - v/u).

    Args:
        assertion: its `upper` is u.
        margin: v.
        size: all cards, phantoms included; None if drawn with replacement.
    """
    return Population(size, 2 / (2 - margin / assertion.upper), HALF)


def _growth(found: Discrepancies, gamma: Fraction) -> float:
    """What discrepancies do to the logarithm of the stake; -inf if they end it."""
    one, two = float(1 / (2 * gamma)), float(1 / gamma)
    if found.over_two and gamma == 1:
        return -inf
    over = float(found.over_one) * log1p(-one) + (float(found.over_two) * log1p(-two) if found.over_two else 0.0)
    return over + float(found.under_one) * log1p(one) + float(found.under_two) * log1p(two)


def _check(margin: Fraction, gamma: Fraction) -> None:
    if not 0 < margin <= 1:
        raise refused(Sentence("a diluted margin above 0 and at most 1"), str(margin))
    if gamma < 1:
        raise refused(Sentence("γ of at least 1"), str(gamma))
