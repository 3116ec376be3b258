"""Votes become seats, in whole numbers and exact fractions, each decision explained.

    allocate_seats(contest, rule, votes) -> SeatResult      what was decided, and by what
    explain(result)                      -> sentences       the same for people (allocation_words)

In a parallel system each contest is allocated for itself; no contest knows of another. The methods with
their sources, the tie rules and the lot are in docs/seats.md.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from fractions import Fraction

import msgspec

from urna.election.allocation_awards import Awards, Claim, give_to_largest
from urna.election.allocation_divisor import give_by_quotients
from urna.election.allocation_quota import give_by_quota, quota
from urna.election.allocation_result import (
    Award,
    AwardedBy,
    ListOutcome,
    SeatResult,
    SecondRoundPlaces,
    Shortage,
    Standing,
    UndecidedSeats,
)
from urna.election.allocation_rule import (
    AllocationRule,
    Crossing,
    ListThreshold,
    SeatMethod,
    SecondRound,
    Threshold,
    TieRule,
    spell_ratio,
)
from urna.election.allocation_words import explain
from urna.election.lot import Lot, check_seed
from urna.election.second_round import ahead_by_lead, go_on
from urna.encoding.canonical import Code, Count
from urna.errors import Malformed
from urna.words import Sentence

__all__ = [
    "AllocationRule",
    "Award",
    "AwardedBy",
    "Crossing",
    "ListOutcome",
    "ListThreshold",
    "SeatMethod",
    "SeatResult",
    "SecondRound",
    "SecondRoundPlaces",
    "Shortage",
    "Standing",
    "Threshold",
    "TieRule",
    "UndecidedSeats",
    "allocate_seats",
    "explain",
]


def allocate_seats(
    contest: str,
    rule: AllocationRule,
    votes: Mapping[str, int],
    *,
    valid_votes: int | None = None,
    seed: str = "",
    withdrawn: Collection[str] = (),
) -> SeatResult:
    """The seats of one contest.

    1. See who takes part: not withdrawn, at least one vote, past the threshold.
    2. Give the seats by the rule's method; a tie by its tie rule.
    3. See who goes on, if nobody is elected in the first round of two.
    4. Write down what was decided, and what could not be.

    Args:
        contest: the contest's code.
        rule: method, seats, threshold, tie rule.
        votes: votes by list or candidate code, all that stood, zeros included.
        valid_votes: what a threshold's share is a share of; the sum of `votes` if not given. With vote-for-n
            it is the law's choice, and may be less than that sum.
        seed: the public seed of the lot; empty before it is drawn, then a tie that needs it stays undecided.
        withdrawn: codes that stood and can no longer win a seat; their votes count as `valid_votes` says.

    Raises:
        Malformed: a code, a number of votes or a seed that cannot be one.
    """
    counted = _check_votes(contest, votes, withdrawn)
    base = _check_valid_votes(contest, counted, valid_votes, withdrawn)
    lists = [_stand(code, counted[code], rule, base, code in withdrawn) for code in sorted(counted)]
    if rule.second_round is not None:
        lists = ahead_by_lead(rule.second_round, lists, base)
    running = {one.code: one.votes for one in lists if one.standing is Standing.PASSED}
    lot = Lot(check_seed(seed), contest)
    awards = Awards(running, rule.seats, rule.tie, lot)
    price = _give(awards, rule)
    second_round = go_on(lists, rule.tie, lot) if rule.second_round is not None and not running else None
    return SeatResult(
        contest=contest,
        rule=rule,
        valid_votes=base,
        seed=seed,
        quota=None if price is None else spell_ratio(price),
        lists=_with_seats(lists, awards.given),
        awards=tuple(awards.given),
        undecided=awards.undecided,
        unfilled=awards.left,
        shortage=_shortage(lists, second_round) if awards.left else None,
        second_round=second_round,
    )


def _check_votes(contest: str, votes: Mapping[str, int], withdrawn: Collection[str]) -> dict[str, int]:
    try:
        msgspec.convert(contest, Code)
        counted = msgspec.convert(dict(votes), dict[Code, Count])
    except msgspec.ValidationError as error:
        raise _refused(Sentence("votes as whole numbers by code"), str(error), contest) from error
    for code in sorted(set(withdrawn) - set(counted)):
        raise _refused(Sentence("withdrawn lists that stood"), code, contest)
    return counted


def _check_valid_votes(
    contest: str, votes: Mapping[str, int], valid_votes: int | None, withdrawn: Collection[str]
) -> int:
    base = sum(votes.values()) if valid_votes is None else valid_votes
    most = max((votes[code] for code in votes if code not in withdrawn), default=0)
    if base < most:
        expected = Sentence("at least {most} valid votes, those of the most voted", {"most": most})
        raise _refused(expected, str(base), contest)
    return base


def _stand(code: str, votes: int, rule: AllocationRule, base: int, is_withdrawn: bool) -> ListOutcome:
    threshold = _threshold(rule)
    needed = threshold.votes_needed(code, base)
    is_past = votes >= needed if threshold.crossing is Crossing.AT_LEAST else votes > needed
    if is_withdrawn:
        standing = Standing.WITHDRAWN
    elif not votes:
        standing = Standing.NO_VOTES
    else:
        standing = Standing.PASSED if is_past else Standing.BELOW_THRESHOLD
    return ListOutcome(code=code, votes=votes, needed=spell_ratio(needed), standing=standing)


def _threshold(rule: AllocationRule) -> Threshold:
    if rule.method is not SeatMethod.MAJORITY:
        return rule.threshold
    share = rule.second_round.share if rule.second_round is not None else "1/2"
    return Threshold(share=share, crossing=Crossing.MORE_THAN)


def _give(awards: Awards, rule: AllocationRule) -> Fraction | None:
    """Gives the seats by the rule's method, and returns the quota if it has one."""
    if not awards.left or not awards.votes:
        return None
    if rule.method in (SeatMethod.PLURALITY, SeatMethod.MAJORITY):
        claims = [Claim(code, Fraction(votes)) for code, votes in awards.votes.items()]
        give_to_largest(awards, claims, AwardedBy.VOTES)
        return None
    if rule.method in (SeatMethod.HARE, SeatMethod.DROOP):
        price = quota(rule.method, sum(awards.votes.values()), rule.seats)
        give_by_quota(awards, price)
        return price
    give_by_quotients(awards, rule)
    return None


def _with_seats(lists: list[ListOutcome], given: list[Award]) -> tuple[ListOutcome, ...]:
    won = Counter(award.code for award in given)
    return tuple(msgspec.structs.replace(one, seats=won[one.code]) for one in lists)


def _shortage(lists: list[ListOutcome], second_round: SecondRoundPlaces | None) -> Shortage:
    if second_round is not None:
        return Shortage.SECOND_ROUND
    standings = {one.standing for one in lists}
    if Standing.PASSED in standings:
        return Shortage.TOO_FEW
    return Shortage.BELOW_THRESHOLD if Standing.BELOW_THRESHOLD in standings else Shortage.NO_VOTES


def _refused(expected: Sentence, found: str, contest: str) -> Malformed:
    remedy = Sentence("Check the totals from which the seats are allocated.")
    return Malformed(expected, Sentence("{found}", {"found": found}), remedy, contest)
