"""Largest remainders: each list one seat for each whole quota, the rest to the largest remainders, one each.

V is the votes of the lists that take part, S the seats:

    Hare    q = V / S                  exact, not rounded
    Droop   q = floor(V / (S + 1)) + 1

With Hare the seats always come out even. Droop's rounding can leave more seats over than there are lists
when votes are few; from V ≥ S(S + 1) on it cannot.
"""

from fractions import Fraction

from urna.election.allocation_awards import Awards, Claim, give_to_largest
from urna.election.allocation_result import AwardedBy
from urna.election.allocation_rule import SeatMethod


def quota(method: SeatMethod, votes: int, seats: int) -> Fraction:
    """The votes that are worth one seat.

    Args:
        method: `hare`, or `droop`.
        votes: the votes of the lists that take part, at least 1.
        seats: the seats to give, at least 1.
    """
    return Fraction(votes, seats) if method is SeatMethod.HARE else Fraction(votes // (seats + 1) + 1)


def give_by_quota(awards: Awards, price: Fraction) -> None:
    """1. A seat for each whole quota, the most voted list first. 2. The rest to the largest remainders."""
    remainders = []
    for code, votes in sorted(awards.votes.items(), key=lambda item: (-item[1], item[0])):
        whole = votes // price
        for _ in range(whole):
            awards.give([Claim(code, votes / price, price)], AwardedBy.QUOTA)
        remainders.append(Claim(code, votes - whole * price, price))
    give_to_largest(awards, remainders, AwardedBy.REMAINDER)
