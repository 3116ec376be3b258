"""Highest averages: D'Hondt, Sainte-Laguë, and Sainte-Laguë with another first divisor.

Each seat goes to the list with the largest quotient v / d(s), v its votes, s the seats it has so far:

    d(s) = s + 1          D'Hondt (Jefferson; Bader-Ofer in Israel)
    d(s) = 2s + 1         Sainte-Laguë (Webster)
    d(0) = 7/5, 2s + 1    modified Sainte-Laguë (Norway: Valgloven § 11-4)
"""

import heapq
from fractions import Fraction

from urna.election.allocation_awards import Awards, Claim
from urna.election.allocation_result import AwardedBy
from urna.election.allocation_rule import AllocationRule, SeatMethod, read_ratio


class _Quotient:
    """A list's next quotient, ordered largest first for the heap; compared by cross multiplication."""

    __slots__ = ("code", "denominator", "numerator", "seats")

    def __init__(self, code: str, seats: int, votes: int, divisor: tuple[int, int]) -> None:
        self.code = code
        self.seats = seats
        self.numerator = votes * divisor[1]
        self.denominator = divisor[0]

    def __lt__(self, other: "_Quotient") -> bool:
        return self.numerator * other.denominator > other.numerator * self.denominator

    def is_level_with(self, other: "_Quotient") -> bool:
        """Whether the two quotients are the same number."""
        return self.numerator * other.denominator == other.numerator * self.denominator


def divisor(rule: AllocationRule, seats: int) -> tuple[int, int]:
    """The divisor for a list that has this many seats, as numerator and denominator."""
    if rule.method is SeatMethod.DHONDT:
        return seats + 1, 1
    if rule.method is SeatMethod.MODIFIED_SAINTE_LAGUE and seats == 0:
        first = read_ratio(rule.first_divisor)
        return first.numerator, first.denominator
    return 2 * seats + 1, 1


def give_by_quotients(awards: Awards, rule: AllocationRule) -> None:
    """All seats, the largest quotients first; equal quotients together, so that a tie cannot hide."""
    heap = [_Quotient(code, 0, votes, divisor(rule, 0)) for code, votes in awards.votes.items()]
    heapq.heapify(heap)
    while awards.left and heap:
        level = _pop_level(heap)
        awards.give([_claim(quotient, rule) for quotient in level], AwardedBy.QUOTIENT)
        for quotient in level:
            code, seats = quotient.code, quotient.seats + 1
            heapq.heappush(heap, _Quotient(code, seats, awards.votes[code], divisor(rule, seats)))


def _pop_level(heap: list[_Quotient]) -> list[_Quotient]:
    level = [heapq.heappop(heap)]
    while heap and heap[0].is_level_with(level[0]):
        level.append(heapq.heappop(heap))
    return level


def _claim(quotient: _Quotient, rule: AllocationRule) -> Claim:
    figure = Fraction(quotient.numerator, quotient.denominator)
    return Claim(quotient.code, figure, Fraction(*divisor(rule, quotient.seats)))
