"""The risk of an audit of slips worked out again, in whole numbers: the form that BRAVO has for two candidates.

With w the whole weight of a slip in an inequality (`assertions_again`), S the sum and Q the sum of squares of all
weights as reported, every phantom among them with the least weight -a, a draw multiplies the stake by (Q + S w) / Q.
For two candidates that is twice the one's share. Where S a / Q is above 9/10, the factor is (10 a + 9 w) / (10 a).
Docs: docs/spec/audits.md, "Polling". Nothing is shared with `urna.audit`.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from urna.encoding.canonical import Code
from urna.verify.assertions_again import Claim, Votes
from urna.verify.audit_papers import ContestReading
from urna.verify.audit_risk import RISK_UNIT, product_of_powers


class Stake(NamedTuple):
    """A claim and the factor of its draws: (whole + per_weight × w) / whole."""

    claim: Claim
    whole: int
    per_weight: int
    growth: Fraction
    """About the logarithm of what a draw multiplies by, if all is as reported."""


def stakes_of(claims: Sequence[Claim], votes: Votes, phantoms: int, papers: int) -> tuple[Stake, ...]:
    """The stakes of a contest; none if there are no claims, or one of them has nothing to win.

    Args:
        claims: its inequalities.
        votes: reported in all, by choice.
        phantoms: in boxes that have the contest.
        papers: of the whole manifest, phantoms too.
    """
    stakes = []
    for claim in claims:
        total = claim.weigh(votes) + claim.least * phantoms
        squares = sum(weight * weight * votes[choice] for choice, weight in claim.weights.items())
        squares += claim.least * claim.least * phantoms
        if total <= 0:
            return ()
        whole, per_weight = squares, total
        if 10 * total * -claim.least > 9 * squares:
            whole, per_weight = -10 * claim.least, 9
        growth = Fraction(per_weight * (2 * whole * total - per_weight * squares), 2 * whole * whole * papers)
        stakes.append(Stake(claim, whole, per_weight, growth))
    return tuple(stakes)


def product_of(stake: Stake, stands_for: Mapping[Code, Code], readings: Iterable[ContestReading]) -> Fraction:
    """One over a stake of 1 after the draws of some rounds, vote by vote; longer than `EXACT_BITS`, rounded up.

    Args:
        stake: of a claim.
        stands_for: the choice of each option.
        readings: of the contest, all of which have been checked.
    """
    draws: dict[int, int] = {}
    for reading in readings:
        votes = [(stake.claim.weights.get(stands_for[each.option], 0), each.draws) for each in reading.options]
        for weight, number in [(stake.claim.least, reading.not_found), *votes]:
            draws[weight] = draws.get(weight, 0) + number
    factors = [(stake.whole + stake.per_weight * weight, times) for weight, times in draws.items() if weight]
    return product_of_powers([(Fraction(stake.whole, factor), times) for factor, times in factors])


def risk_parts(product: Fraction) -> int:
    """A product as a risk, in parts of 10^11, rounded up, at most all of them."""
    return min(RISK_UNIT, -(-product.numerator * RISK_UNIT // product.denominator))


def written_parts(parts: int) -> str:
    """As a report writes it."""
    return "1/1" if parts == RISK_UNIT else f"{parts}/{RISK_UNIT}"


def more_draws(stake: Stake, product: Fraction, limit: Fraction) -> int:
    """How many more draws halve the risk often enough, each halving at 7/10 of a natural logarithm's unit."""
    halvings = 0
    above, below = product.numerator * limit.denominator, product.denominator * limit.numerator
    step = 1 << max(0, above.bit_length() - below.bit_length()).bit_length()
    while step:
        if below << (halvings + step - 1) < above:
            halvings += step
        step //= 2
    needed = Fraction(7 * halvings, 10) / stake.growth
    return -(-needed.numerator // needed.denominator)
