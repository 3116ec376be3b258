"""The set of assertions that makes a whole outcome right, for each rule that a contest can have.

    plurality, super_majority, referendum, majority, runoff, list_seats      from what was reported
    of_contest(result)                                                       by the contest's own seat rule
    of_parallel(contests), as_one(sets)                                      lists and nominal contests together

All assertions of a set have to be confirmed; if one is false, so may be the outcome. A set that leaves one out
confirms too much: an outcome without a majority needs, beside its pairs, that neither of the two had one.
Sources as in `urna.audit.assertions`.
"""

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from itertools import product
from typing import NamedTuple

from urna.audit.assertions import (
    HALF,
    Assertion,
    NoMargin,
    Quotient,
    Remainder,
    Votes,
    above_share,
    below_share,
    check_margin,
    one_over_other,
    quotient_over_other,
    remainder_over_other,
)
from urna.election.allocation_result import AwardedBy, SeatResult, Standing
from urna.election.allocation_rule import AllocationRule, SeatMethod, read_ratio
from urna.errors import Malformed
from urna.words import Sentence

Assertions = tuple[Assertion, ...]


def plurality(contest: str, votes: Votes, winners: Collection[str], votes_allowed: int = 1) -> Assertions:
    """Each winner has more votes than each loser; none where everybody wins.

    Raises:
        NoMargin: a winner and a loser are tied.
        Malformed: a winner is unknown, or has fewer votes than a loser.
    """
    losers = [choice for choice in votes if choice not in winners]
    pairs = product(winners, losers)
    return _borne_out((one_over_other(contest, votes, one, other, votes_allowed) for one, other in pairs), votes)


def super_majority(contest: str, votes: Votes, winner: str, share: Fraction) -> Assertions:
    """The winner has more than a share of the valid votes."""
    return _borne_out([above_share(contest, votes, winner, share)], votes)


def referendum(contest: str, votes: Votes, approval: str, share: Fraction = HALF) -> Assertions:
    """The answer that changes the law has more than a share of the valid votes, or less: whichever was reported.

    A quorum is a question of people, not of votes: reconciliation answers it, no assertion can.
    """
    if approval not in votes:
        raise _refused(Sentence("the approving answer among the choices"), approval, contest)
    is_approved = votes[approval] >= share * sum(votes.values())
    assertion = (above_share if is_approved else below_share)(contest, votes, approval, share)
    return _borne_out([assertion], votes)


def majority(contest: str, votes: Votes, share: Fraction = HALF) -> Assertions:
    """One has more than the share of the valid votes and is elected; if nobody has, that nobody has."""
    leader = _by_votes(votes)[0]
    if votes[leader] >= share * sum(votes.values()):
        return super_majority(contest, votes, leader, share)
    return _borne_out((below_share(contest, votes, one, share) for one in votes), votes)


def runoff(contest: str, votes: Votes, share: Fraction = HALF) -> Assertions:
    """The first round of two: one elected by more than the share; otherwise the two that go on.

    These two have more votes than all others, and neither has the share.
    """
    ordered = _by_votes(votes)
    if len(ordered) < 2 or votes[ordered[0]] >= share * sum(votes.values()):
        return super_majority(contest, votes, ordered[0], share)
    both = ordered[:2]
    missed = _borne_out((below_share(contest, votes, one, share) for one in both), votes)
    return plurality(contest, votes, both) + missed


class ListRule(NamedTuple):
    """How lists become seats: a method of divisors, or Hare's quota, and a threshold of the valid votes."""

    method: SeatMethod
    threshold: Fraction = Fraction(0)
    free: Collection[str] = ()
    """Lists that need not pass it."""
    first_divisor: Fraction = Fraction(7, 5)
    """Of modified Sainte-Laguë only."""

    def divisor(self, seat: int) -> Fraction:
        """What the votes are divided by for this seat of a list; the first seat is 1."""
        if self.method is SeatMethod.DHONDT:
            return Fraction(seat)
        if self.method is SeatMethod.MODIFIED_SAINTE_LAGUE and seat == 1:
            return self.first_divisor
        return Fraction(2 * seat - 1)


def list_seats(contest: str, votes: Votes, seats: Mapping[str, int], rule: ListRule) -> Assertions:
    """The seats of lists: who passes the threshold and who does not, then every pair of lists that passed.

    A pair says that the last seat of the one comes before the next seat of the other, so that no seat moves.

    Args:
        contest: its code.
        votes: all lists.
        seats: those that have at least one.
        rule: the method and the threshold.

    Raises:
        NoMargin: two lists have the same claim to the last seat, or one stands exactly on the threshold.
        Malformed: these seats do not follow from these votes.
    """
    if unknown := [choice for choice, won in seats.items() if choice not in votes or won < 0]:
        raise _refused(Sentence("seats from 0 up, of lists that stood"), unknown[0], contest)
    bound = [choice for choice in votes if choice not in rule.free and rule.threshold]
    passed = {choice for choice in votes if votes[choice] >= rule.threshold * sum(votes.values())}
    passed |= set(rule.free)
    crossings = [
        (above_share if choice in passed else below_share)(contest, votes, choice, rule.threshold) for choice in bound
    ]
    if out := [choice for choice, won in seats.items() if won and choice not in passed]:
        raise _refused(Sentence("seats of lists past the threshold"), out[0], contest)
    running = {choice: seats.get(choice, 0) for choice in votes if choice in passed}
    return _borne_out((*crossings, *_pairs(contest, votes, running, rule)), votes)


def _pairs(contest: str, votes: Votes, seats: Mapping[str, int], rule: ListRule) -> Iterable[Assertion]:
    """Each list with a seat against each other list."""
    for one, other in product(seats, seats):
        if one == other or not seats[one]:
            continue
        if rule.method is SeatMethod.HARE:
            last, following = Remainder(one, seats[one]), Remainder(other, seats[other])
            yield remainder_over_other(contest, votes, last, following, among=seats, seats=sum(seats.values()))
        else:
            first = Quotient(one, rule.divisor(seats[one]))
            second = Quotient(other, rule.divisor(seats[other] + 1))
            yield quotient_over_other(contest, votes, first, second)


def of_contest(result: SeatResult, votes_allowed: int = 1, *, is_first_of_two: bool = False) -> Assertions:
    """The assertions of an allocation by the contest's own rule (`urna.election.seats`).

    Args:
        result: the allocation, with its rule.
        votes_allowed: on one card.
        is_first_of_two: whether the law has a second round of the two with most votes where nobody has a majority.

    Raises:
        NoMargin: a seat is undecided or went by lot, or two claims are equal.
        Malformed: a rule for which there are no assertions; the contest needs a full hand count.
    """
    rule, contest = result.rule, result.contest
    votes = {one.code: one.votes for one in result.lists}
    is_majority = rule.method is SeatMethod.MAJORITY
    if result.undecided is not None or any(award.by is AwardedBy.LOT for award in result.awards):
        raise NoMargin(
            Sentence("seats decided by votes"),
            Sentence("a seat that is undecided or went by lot"),
            Sentence("Count this contest by hand in full: no sample can confirm the outcome of a tie."),
            contest,
        )
    if any(one.standing is Standing.WITHDRAWN and one.votes for one in result.lists):
        raise _no_assertions(Sentence("a withdrawn list with votes"), contest)
    if result.valid_votes != sum(votes.values()) and (is_majority or _needed(rule)):
        raise _no_assertions(Sentence("a threshold of other votes than those of the lists"), contest)
    if is_majority and rule.seats == 1 and votes_allowed == 1:
        return (runoff if is_first_of_two else majority)(contest, votes)
    if is_first_of_two:
        raise _no_assertions(
            Sentence("a second round after the method {method}", {"method": rule.method.value}), contest
        )
    if result.unfilled:
        raise _no_assertions(Sentence("{seats} seats that nobody fills", {"seats": result.unfilled}), contest)
    seats = {code: won for code, won in result.seats().items() if won}
    if rule.method is SeatMethod.PLURALITY and not _needed(rule):
        return plurality(contest, votes, tuple(seats), votes_allowed)
    if rule.method in _OF_LISTS and votes_allowed == 1:
        return list_seats(contest, votes, seats, _list_rule(rule, contest))
    method: dict[str, str | int] = {"method": rule.method.value, "votes": votes_allowed}
    raise _no_assertions(Sentence("the method {method} with {votes} votes on a card", method), contest)


class Contested(NamedTuple):
    """One contest of a parallel system: its allocation, how many votes a card has, and whether two rounds decide."""

    result: SeatResult
    votes_allowed: int = 1
    is_first_of_two: bool = False


def of_parallel(contests: Iterable[Contested]) -> dict[str, Assertions]:
    """All assertions of a parallel system, by contest: no contest's seats depend on another's votes.

    Raises:
        NoMargin, Malformed: as `of_contest`, for the first contest that no sample can confirm; so the system as a
            whole cannot be confirmed by one either.
    """
    found = {}
    for result, votes_allowed, is_first_of_two in contests:
        if result.contest in found:
            raise _refused(Sentence("each contest once"), result.contest, result.contest)
        found[result.contest] = of_contest(result, votes_allowed, is_first_of_two=is_first_of_two)
    return found


def as_one(sets: Mapping[str, Assertions]) -> Assertions:
    """The outcome of a whole system as one set: one draw and one risk limit for all of it.

    It is wrong if any of its assertions is false; so it is confirmed by a risk function of all of them together
    (`urna.audit.weights`), or by each of them within the limit, and refuted by a full count in which one is false.
    """
    return tuple(assertion for assertions in sets.values() for assertion in assertions)


_OF_LISTS = {SeatMethod.DHONDT, SeatMethod.SAINTE_LAGUE, SeatMethod.MODIFIED_SAINTE_LAGUE, SeatMethod.HARE}


def _list_rule(rule: AllocationRule, contest: str) -> ListRule:
    threshold = rule.threshold
    if threshold.votes:
        raise _no_assertions(Sentence("a threshold in votes"), contest)
    if any(read_ratio(one.share) for one in threshold.lists):
        raise _no_assertions(Sentence("thresholds that differ by list"), contest)
    free = tuple(one.code for one in threshold.lists)
    return ListRule(rule.method, read_ratio(threshold.share), free, read_ratio(rule.first_divisor))


def _needed(rule: AllocationRule) -> bool:
    return bool(rule.threshold.votes or read_ratio(rule.threshold.share) or rule.threshold.lists)


def _by_votes(votes: Votes) -> list[str]:
    return sorted(votes, key=lambda choice: (-votes[choice], choice))


def _borne_out(assertions: Iterable[Assertion], votes: Votes) -> Assertions:
    """The assertions, if the reported votes say each of them."""
    checked = tuple(assertions)
    for assertion in checked:
        check_margin(assertion.weigh(votes), assertion)
    return checked


def _no_assertions(found: Sentence, contest: str) -> Malformed:
    remedy = Sentence("Count this contest by hand in full, and say so before the day.")
    return Malformed(Sentence("a seat rule that can be written as assertions"), found, remedy, contest)


def _refused(expected: Sentence, found: str, contest: str) -> Malformed:
    remedy = Sentence("Work out the outcome from the totals again before any audit.")
    return Malformed(expected, Sentence("{found}", {"found": found}), remedy, contest)
