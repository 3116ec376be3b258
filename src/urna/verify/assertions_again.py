"""What makes a reported outcome right, written again: inequalities between votes, in whole numbers.

Each weighs the votes for every choice by a whole number; over all cards together the sum is above 0 exactly if the
inequality holds. The formulae are the laws' own, multiplied out: the quotients of two lists compared by crossing
their divisors, a share p/q by q times the one's votes against p times all. Nothing is shared with `urna.audit`.
Sources: Blom et al., "Assertion-Based Approaches to Auditing Complex Elections" (2021); docs/audits.md.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product
from typing import NamedTuple

from urna.election.allocation_result import AwardedBy, SeatResult, Standing
from urna.election.allocation_rule import SeatMethod, SecondRound
from urna.election.definition import Contest, ratio
from urna.encoding.canonical import Code

Votes = Mapping[Code, int]

_QUOTAS = {"dhondt": 1, "sainte-lague": 2, "modified-sainte-lague": 2}
"""By how much a divisor exceeds the one before it."""


class Claim(NamedTuple):
    """An inequality: its name, the weight of a vote for each choice, the least and the most that one card can weigh."""

    name: str
    weights: Mapping[Code, int]
    """Those that are not 0."""
    least: int
    """Below 0."""
    most: int

    def weigh(self, votes: Votes) -> int:
        """The weighted votes."""
        return sum(weight * votes[choice] for choice, weight in self.weights.items())


def claims_of(contest: Contest, result: SeatResult | None) -> tuple[Claim, ...]:
    """The inequalities that together make a contest's outcome right; none where no sample can say.

    None for a contest without a seat rule, a tie, a lot, seats that nobody fills (but for want of a majority), a rule
    that cannot be written so, an inequality that the totals themselves do not bear out, and one that no card could
    speak against.
    """
    if result is None or not _is_decided(result):
        return ()
    votes = {one.code: one.votes for one in result.lists}
    claims = tuple(_claims(contest, result, votes))
    return claims if all(each.least < 0 < each.weigh(votes) for each in claims) else ()


def _is_decided(result: SeatResult) -> bool:
    second = result.second_round
    awards = (*result.awards, *(second.places if second else ()))
    is_by_votes = all(award.by is not AwardedBy.LOT for award in awards)
    may_lack = result.rule.method is SeatMethod.MAJORITY
    has_no_tie = result.undecided is None and (second is None or second.undecided is None)
    is_whole = has_no_tie and (may_lack or not result.unfilled)
    return (
        is_by_votes and is_whole and not any(one.standing is Standing.WITHDRAWN and one.votes for one in result.lists)
    )


def _claims(contest: Contest, result: SeatResult, votes: Votes) -> Iterator[Claim]:
    seats = {one.code: one.seats for one in result.lists}
    rule, allowed = contest.seat_rule, contest.votes_allowed
    if rule.method == "plurality" and not ratio(rule.threshold):
        yield from _more_votes(votes, seats, allowed)
    elif rule.method == "majority" and rule.seats == 1 and allowed == 1:
        yield from _majority(votes) if rule.second_round is None else _first_of_two(votes, rule.second_round)
    elif (rule.method in _QUOTAS or rule.method == "hare") and allowed == 1:
        yield from _lists(rule.method, votes, seats, ratio(rule.threshold))


def _more_votes(votes: Votes, seats: Votes, allowed: int) -> Iterator[Claim]:
    """Each of the elected has more votes than each of the others."""
    for one, other in product(votes, votes):
        if seats[one] and not seats[other]:
            yield _claim(f"{one} > {other}", {**dict.fromkeys(votes, 0), one: 1, other: -1}, allowed)


def _majority(votes: Votes) -> Iterator[Claim]:
    """One has more than half; or nobody has."""
    first = max(votes, key=lambda choice: votes[choice])
    if 2 * votes[first] >= sum(votes.values()):
        yield _share(votes, first, Fraction(1, 2), is_above=True)
    else:
        yield from (_share(votes, each, Fraction(1, 2), is_above=False) for each in votes)


def _first_of_two(votes: Votes, rule: SecondRound) -> Iterator[Claim]:
    """By votes, from the most voted A, B and the others: A is elected by the share or by the lead; or A and B go on."""
    a, *others = sorted(votes, key=lambda choice: (-votes[choice], choice))
    share, lesser, lead = (Fraction(each) for each in (rule.share, rule.lesser_share, rule.lead))
    whole = sum(votes.values())
    behind = min((votes[a] - votes[each] for each in others), default=whole)
    if votes[a] >= share * whole or not others:
        yield _share(votes, a, share, is_above=True)
        if 2 * share < 1:
            yield from _more_votes(votes, {**dict.fromkeys(others, 0), a: 1}, 1)
    elif lead and votes[a] >= lesser * whole and behind >= lead * whole:
        yield _share(votes, a, lesser, is_above=True)
        yield from (_lead(votes, a, each, lead) for each in others)
    else:
        yield from _more_votes(votes, {**dict.fromkeys(others[1:], 0), a: 1, others[0]: 1}, 1)
        for one, other in ((a, others[0]), (others[0], a)):
            yield _share(votes, one, share, is_above=False)
            if lead and votes[one] < lesser * whole:
                yield _share(votes, one, lesser, is_above=False)
            elif lead:
                yield _lead(votes, one, other, lead, is_ahead=False)


def _lead(votes: Votes, one: Code, other: Code, lead: Fraction, *, is_ahead: bool = True) -> Claim:
    """With a lead p/q of V votes: q v(one) > q v(other) + p V, or less."""
    sign, p, q = 1 if is_ahead else -1, lead.numerator, lead.denominator
    weights = {each: sign * (q * (each == one) - q * (each == other) - p) for each in votes}
    return _claim(f"{one} {'>' if is_ahead else '<'} {other} + {lead}", weights, 1)


def _lists(method: str, votes: Votes, seats: Votes, threshold: Fraction) -> Iterator[Claim]:
    """Who is above the threshold; then, for each two above it, that no seat moves from the one to the other."""
    above = [each for each in votes if votes[each] * threshold.denominator >= sum(votes.values()) * threshold.numerator]
    if threshold:
        yield from (_share(votes, each, threshold, is_above=each in above) for each in votes)
    for one, other in product(above, above):
        if one != other and seats[one]:
            yield (
                _remainders(votes, seats, above, one, other)
                if method == "hare"
                else _quotients(method, votes, (one, seats[one]), (other, seats[other] + 1))
            )


def _quotients(method: str, votes: Votes, last: tuple[Code, int], following: tuple[Code, int]) -> Claim:
    """v(one) / d > v(other) / e, crossed: v(one) e > v(other) d."""
    (one, seat), (other, seat_not_won) = last, following
    first, second = _divisor(method, seat), _divisor(method, seat_not_won)
    crossed = {one: second.numerator * first.denominator, other: -first.numerator * second.denominator}
    return _claim(f"{one}/{first} > {other}/{second}", {**dict.fromkeys(votes, 0), **crossed}, 1)


def _divisor(method: str, seat: int) -> Fraction:
    if method == "modified-sainte-lague" and seat == 1:
        return Fraction(7, 5)
    return Fraction(1 + _QUOTAS[method] * (seat - 1))


def _remainders(votes: Votes, seats: Votes, above: list[Code], one: Code, other: Code) -> Claim:
    """With S seats and V votes: S v(one) - (seats of one - 1) V > S v(other) - (seats of other) V."""
    house, apart = sum(seats[each] for each in above), seats[one] - 1 - seats[other]
    weights = {each: -apart if each in above else 0 for each in votes}
    weights[one] += house
    weights[other] -= house
    return _claim(f"{one}:{seats[one]} > {other}:{seats[other] + 1}", weights, 1)


def _share(votes: Votes, one: Code, share: Fraction, *, is_above: bool) -> Claim:
    """With a share p/q of V votes: q v(one) > p V, or less."""
    sign = 1 if is_above else -1
    weights = {each: sign * (share.denominator * (each == one) - share.numerator) for each in votes}
    return _claim(f"{one} {'>' if is_above else '<'} {share}", weights, 1)


def _claim(name: str, weights: dict[Code, int], allowed: int) -> Claim:
    least = sum(min(0, each) for each in sorted(weights.values())[:allowed])
    most = sum(max(0, each) for each in sorted(weights.values(), reverse=True)[:allowed])
    return Claim(name, {choice: weight for choice, weight in weights.items() if weight}, least, most)
