"""Giving out seats one after another, and breaking ties aloud.

All methods come down to one act: these lists have exactly equal claims, give each of them a seat; where they
are more than the seats left, that is a tie, and only the law's tie rule may break it.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from urna.election.allocation_result import Award, AwardedBy, UndecidedSeats
from urna.election.allocation_rule import TieRule, spell_ratio
from urna.election.lot import Lot


class Claim(NamedTuple):
    """A list's claim to the next seat: its figure, and what its votes were divided by for it."""

    code: str
    figure: Fraction
    divisor: Fraction | None = None


class Awards:
    """The seats of one contest as they are given.

    Args:
        votes: the votes of each list that takes part.
        seats: how many there are to give.
        tie: what breaks a tie.
        lot: the public seed, for ties that go to the lot.
    """

    def __init__(self, votes: Mapping[str, int], seats: int, tie: TieRule, lot: Lot) -> None:
        self.votes = votes
        self.left = seats
        self.given: list[Award] = []
        self.undecided: UndecidedSeats | None = None
        self._tie = tie
        self._lot = lot

    def give(self, equals: Sequence[Claim], by: AwardedBy) -> None:
        """One seat to each of these equal claims, or to as many as the tie rule chooses for the seats left."""
        if len(equals) <= self.left:
            for claim in sorted(equals):
                self._award(claim, by, equals)
        else:
            self._break_tie(sorted(equals))

    def _break_tie(self, equals: Sequence[Claim]) -> None:
        """1. Those with more votes, if the law says so. 2. A lot among the rest. 3. Or nobody."""
        rest = self._give_to_more_votes(equals) if self._tie is TieRule.MORE_VOTES else equals
        if not self.left:
            return
        if self._tie is TieRule.UNDECIDED or not self._lot.seed:
            self._leave_undecided(rest)
        else:
            self._give_by_lot(rest)

    def _give_to_more_votes(self, equals: Sequence[Claim]) -> Sequence[Claim]:
        """Gives to those with more votes, and returns the claims that this cannot part."""
        ranked = sorted(equals, key=lambda claim: -self.votes[claim.code])
        border = self.votes[ranked[self.left - 1].code]
        level = [claim for claim in ranked if self.votes[claim.code] == border]
        above = [claim for claim in ranked if self.votes[claim.code] > border]
        fits = len(above) + len(level) == self.left
        for claim in (*above, *level) if fits else above:
            self._award(claim, AwardedBy.MORE_VOTES, equals)
        return level

    def _give_by_lot(self, rest: Sequence[Claim]) -> None:
        claims = {claim.code: claim for claim in rest}
        for code in self._lot.draw(claims)[: self.left]:
            self._award(claims[code], AwardedBy.LOT, rest, self._lot.ticket(code))

    def _leave_undecided(self, rest: Sequence[Claim]) -> None:
        self.undecided = UndecidedSeats(
            seats=self.left,
            among=tuple(sorted(claim.code for claim in rest)),
            figure=spell_ratio(rest[0].figure),
            waits_for_seed=self._tie is not TieRule.UNDECIDED,
        )
        self.left = 0

    def _award(self, claim: Claim, by: AwardedBy, equals: Sequence[Claim], ticket: str | None = None) -> None:
        self.given.append(
            Award(
                number=len(self.given) + 1,
                code=claim.code,
                by=by,
                figure=spell_ratio(claim.figure),
                divisor=None if claim.divisor is None else spell_ratio(claim.divisor),
                equals=tuple(sorted(other.code for other in equals if other.code != claim.code)),
                ticket=ticket,
            )
        )
        self.left -= 1


def give_to_largest(awards: Awards, claims: Sequence[Claim], by: AwardedBy) -> None:
    """One seat to each claim, the largest figure first, until the seats or the claims are used up."""
    by_figure: dict[Fraction, list[Claim]] = {}
    for claim in claims:
        by_figure.setdefault(claim.figure, []).append(claim)
    for figure in sorted(by_figure, reverse=True):
        if awards.left:
            awards.give(by_figure[figure], by)
