"""Whether boxes that nobody can count any more could still make the announced outcome, worked out again.

Of each outcome some whole-numbered sums of votes are known not to be below 0. Each is raised as far as the unknown
cards can raise it; one that stays below 0 rules the outcome out. Nothing is shared with `urna.audit`.
Docs: docs/spec/audits.md, "Macro, every container counted".
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import permutations
from typing import NamedTuple

from urna.election.allocation_result import SeatResult
from urna.election.definition import Contest, ratio
from urna.encoding.canonical import Code
from urna.verify.assertions_again import Votes

Sum = Mapping[Code, int]
"""The weight of a vote for each choice; those that are left out weigh 0."""

_FIRST_AND_STEP = {
    "dhondt": (Fraction(1), 1),
    "sainte-lague": (Fraction(1), 2),
    "modified-sainte-lague": (Fraction(7, 5), 2),
}
"""The first divisor, and how far the later ones lie apart; they are 1 + step, 1 + 2 step and so on."""


class Remains(NamedTuple):
    """What is known of a contest whose boxes were all counted, as far as they could be."""

    contest: Contest
    counted: Votes
    cards: int
    """The most that lie in boxes of unknown votes."""
    extra: int
    """Slips too many, which may be taken away."""

    def highest(self, weights: Sum) -> int:
        """The most that a sum can be."""
        ordered, allowed = sorted(weights.values()), self.contest.votes_allowed
        best = sum(weight for weight in ordered[-allowed:] if weight > 0)
        worst = sum(weight for weight in ordered[:allowed] if weight < 0)
        known = sum(weight * self.counted[choice] for choice, weight in weights.items())
        return known + best * self.cards - worst * self.extra

    def lowest(self, weights: Sum) -> int:
        """The least."""
        return -self.highest({choice: -weight for choice, weight in weights.items()})

    def may_give(self, announced: Votes, result: SeatResult | None) -> bool:
        """Whether the outcome may be that of the announced votes; True in doubt.

        Args:
            announced: by choice.
            result: what the contest's rule makes of them; None where it has none, and the most votes win.
        """
        if len(announced) < 2:
            return True
        if result is None:
            most = max(announced.values())
            sums: Iterator[Sum] = (
                {one: 1, other: -1} for one, other in permutations(announced, 2) if announced[one] == most
            )
        else:
            sums = self._sums(result)
        return all(self.highest(each) >= 0 for each in sums)

    def _sums(self, result: SeatResult) -> Iterator[dict[Code, int]]:
        rule, seats = self.contest.seat_rule, result.seats()
        goes_on = [place.code for place in result.second_round.places] if result.second_round else []
        for one, other in permutations(seats, 2):
            if (seats[one], one in goes_on) > (seats[other], other in goes_on):
                yield {one: 1, other: -1}
        if rule.method == "majority":
            yield from self._of_majority(seats, is_unfilled=bool(result.unfilled))
        elif (rule.method in _FIRST_AND_STEP or rule.method == "hare") and self.contest.votes_allowed == 1:
            yield from self._of_lists(seats)

    def _of_majority(self, seats: Mapping[Code, int], *, is_unfilled: bool) -> Iterator[dict[Code, int]]:
        second = self.contest.seat_rule.second_round
        share = enough = ratio(second.share) if second else Fraction(1, 2)
        if second and ratio(second.lead):
            enough = ratio(second.lesser_share)
        for one in seats:
            if seats[one]:
                yield _over_share(seats, one, enough)
            elif is_unfilled:
                yield {each: -weight for each, weight in _over_share(seats, one, share).items()}

    def _of_lists(self, seats: Mapping[Code, int]) -> Iterator[dict[Code, int]]:
        """Who has seats is past the threshold; if all others are surely past it or not, each pair, too."""
        share = ratio(self.contest.seat_rule.threshold)
        if share == 1:
            return
        over = {one: _over_share(seats, one, share) for one in seats if share}
        yield from (over[one] for one in over if seats[one])
        sure = [one for one in seats if not share or self.lowest(over[one]) >= 0]
        if len(sure) + sum(self.highest(each) < 0 for each in over.values()) == len(seats):
            yield from (self._pair(seats, sure, one, other) for one, other in permutations(sure, 2) if seats[one])

    def _pair(self, seats: Mapping[Code, int], past: list[Code], one: Code, other: Code) -> dict[Code, int]:
        """That the one's last seat does not come after the other's next, multiplied out."""
        rule = self.contest.seat_rule
        if rule.method == "hare":
            apart = seats[one] - 1 - seats[other]
            weights = dict.fromkeys(past, -apart)
            weights[one] += rule.seats
            weights[other] -= rule.seats
            return weights
        last, following = _divisor(rule.method, seats[one]), _divisor(rule.method, seats[other] + 1)
        return {
            one: following.numerator * last.denominator,
            other: -last.numerator * following.denominator,
        }


def _over_share(choices: Mapping[Code, int], one: Code, share: Fraction) -> dict[Code, int]:
    """With a share p/q: q v(one) - p V."""
    return {each: share.denominator * (each == one) - share.numerator for each in choices}


def _divisor(method: str, seat: int) -> Fraction:
    first, step = _FIRST_AND_STEP[method]
    return first if seat == 1 else Fraction(1 + step * (seat - 1))
