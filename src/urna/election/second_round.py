"""The first round of two: who is elected by a lead over the next, and which two go on where nobody is elected.

    ahead_by_lead    a lesser share with a lead elects, too (Argentina, Bolivia, Ecuador)
    go_on            the two with most votes, ties for these places by the contest's own tie rule

The rule is `SecondRound` (`election/allocation_rule`); sources are in docs/seats.md. The second round itself is an
election of its own, with a definition of its own.
"""

from collections.abc import Sequence
from fractions import Fraction

import msgspec

from urna.election.allocation_awards import Awards, Claim, give_to_largest
from urna.election.allocation_result import PLACES, AwardedBy, ListOutcome, SecondRoundPlaces, Standing
from urna.election.allocation_rule import SecondRound, TieRule, read_ratio, spell_ratio
from urna.election.lot import Lot


def ahead_by_lead(rule: SecondRound, lists: Sequence[ListOutcome], valid_votes: int) -> list[ListOutcome]:
    """The candidates, the most voted one passed if the lesser share and the lead are enough.

    Its `needed` becomes what it had to reach that way: the lesser share, or the votes of the next and the lead.

    Args:
        rule: of the contest.
        lists: each candidate as the ordinary share leaves it.
        valid_votes: what shares and lead are shares of.
    """
    ranked = sorted((one for one in lists if one.standing is not Standing.WITHDRAWN), key=lambda one: -one.votes)
    if not rule.has_lead or not ranked or ranked[0].standing is not Standing.BELOW_THRESHOLD:
        return list(lists)
    first, following = ranked[0], ranked[1].votes if len(ranked) > 1 else 0
    lesser, lead = read_ratio(rule.lesser_share) * valid_votes, read_ratio(rule.lead) * valid_votes
    if first.votes < lesser or not leads(rule, first.votes - following, lead):
        return list(lists)
    needed = spell_ratio(max(lesser, following + lead))
    passed = msgspec.structs.replace(first, standing=Standing.PASSED, needed=needed)
    return [passed if one is first else one for one in lists]


def leads(rule: SecondRound, ahead: int, lead: Fraction) -> bool:
    """Whether so many votes more than the next are the lead that the rule asks for.

    Args:
        rule: of the contest.
        ahead: votes of the first less those of the next.
        lead: the rule's, in votes.
    """
    return ahead >= lead if rule.lead_crossing == "at-least" else ahead > lead


def go_on(lists: Sequence[ListOutcome], tie: TieRule, lot: Lot) -> SecondRoundPlaces | None:
    """The two with most votes, or the tie that leaves open who they are; None where fewer than two have votes.

    Args:
        lists: every candidate, none of them elected.
        tie: what decides between equal votes.
        lot: the public seed, if one was drawn.
    """
    votes = {one.code: one.votes for one in lists if one.standing is Standing.BELOW_THRESHOLD}
    if len(votes) < PLACES:
        return None
    awards = Awards(votes, PLACES, tie, lot)
    give_to_largest(awards, [Claim(code, Fraction(count)) for code, count in votes.items()], AwardedBy.VOTES)
    return SecondRoundPlaces(places=tuple(awards.given), undecided=awards.undecided)
