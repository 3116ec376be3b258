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
    ahead_by_share,
    below_share,
    check_margin,
    not_ahead_by_share,
    one_over_other,
    quotient_over_other,
    remainder_over_other,
)
from urna.election.allocation_result import AwardedBy, SeatResult, Standing
from urna.election.allocation_rule import AllocationRule, SeatMethod, SecondRound, read_ratio
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


class Lead(NamedTuple):
    """The other way to be elected in a first round: a lesser share of the votes, with a lead over each other."""

    lesser_share: Fraction
    lead: Fraction
    """A share of the votes, too."""


def runoff(contest: str, votes: Votes, share: Fraction = HALF, lead: Lead | None = None) -> Assertions:
    """The first round of two: one elected by more than the share, or by a lead; otherwise the two that go on.

    Elected: more than the share, and where two can have that, more than all others; or more than the lesser share, and
    each other behind by more than the lead. Going on: both have more than all others and less than the share; and of
    either it is said that it has less than the lesser share, or, where the votes do not say so, not the lead over the
    other. A share or a lead that is met exactly has no margin, whichever way the law decides it.
    """
    ordered, valid = _by_votes(votes), sum(votes.values())
    first, following = ordered[0], ordered[1:]
    if not following or votes[first] >= share * valid:
        above = () if share >= HALF else plurality(contest, votes, [first])
        return super_majority(contest, votes, first, share) + above
    others = max(votes[one] for one in following)
    if lead and votes[first] >= lead.lesser_share * valid and votes[first] - others >= lead.lead * valid:
        ahead = (ahead_by_share(contest, votes, first, one, lead.lead) for one in following)
        return super_majority(contest, votes, first, lead.lesser_share) + _borne_out(ahead, votes)
    both = ordered[:2]
    missed = [below_share(contest, votes, one, share) for one in both]
    if lead:
        missed += [_without_lead(contest, votes, one, other, lead) for one, other in (both, both[::-1])]
    return plurality(contest, votes, both) + _borne_out(missed, votes)


def _without_lead(contest: str, votes: Votes, one: str, other: str, lead: Lead) -> Assertion:
    """Which of the two the votes say: less than the lesser share, or less than the lead."""
    if votes[one] < lead.lesser_share * sum(votes.values()):
        return below_share(contest, votes, one, lead.lesser_share)
    return not_ahead_by_share(contest, votes, one, other, lead.lead)


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
    pairs = pairs_of_lists(contest, votes, running, rule, sum(running.values()))
    return _borne_out((*crossings, *pairs), votes)


def pairs_of_lists(
    contest: str, votes: Votes, seats: Mapping[str, int], rule: ListRule, house: int
) -> Iterable[Assertion]:
    """Each list with a seat against each other list.

    Args:
        contest: its code.
        votes: all lists.
        seats: of those past the threshold.
        rule: the method.
        house: all seats of the contest.
    """
    for one, other in product(seats, seats):
        if one == other or not seats[one]:
            continue
        if rule.method is SeatMethod.HARE:
            last, following = Remainder(one, seats[one]), Remainder(other, seats[other])
            yield remainder_over_other(contest, votes, last, following, among=seats, seats=house)
        else:
            first = Quotient(one, rule.divisor(seats[one]))
            second = Quotient(other, rule.divisor(seats[other] + 1))
            yield quotient_over_other(contest, votes, first, second)


def of_contest(result: SeatResult, votes_allowed: int = 1) -> Assertions:
    """The assertions of an allocation by the contest's own rule (`urna.election.seats`).

    Args:
        result: the allocation, with its rule.
        votes_allowed: on one card.

    Raises:
        NoMargin: a seat or a place in a second round is undecided or went by lot, or two claims are equal.
        Malformed: a rule for which there are no assertions; the contest needs a full hand count.
    """
    rule, contest = result.rule, result.contest
    votes = {one.code: one.votes for one in result.lists}
    is_majority = rule.method is SeatMethod.MAJORITY
    _refuse_ties(result)
    if any(one.standing is Standing.WITHDRAWN and one.votes for one in result.lists):
        raise _no_assertions(Sentence("a withdrawn list with votes"), contest)
    if result.valid_votes != sum(votes.values()) and (is_majority or _needed(rule)):
        raise _no_assertions(Sentence("a threshold of other votes than those of the lists"), contest)
    if is_majority and rule.seats == 1 and votes_allowed == 1:
        return _first_round(contest, votes, rule.second_round) if rule.second_round else majority(contest, votes)
    if result.unfilled:
        raise _no_assertions(Sentence("{seats} seats that nobody fills", {"seats": result.unfilled}), contest)
    seats = {code: won for code, won in result.seats().items() if won}
    if rule.method is SeatMethod.PLURALITY and not _needed(rule):
        return plurality(contest, votes, tuple(seats), votes_allowed)
    if rule.method in LIST_METHODS and votes_allowed == 1:
        return list_seats(contest, votes, seats, _list_rule(rule, contest))
    method: dict[str, str | int] = {"method": rule.method.value, "votes": votes_allowed}
    raise _no_assertions(Sentence("the method {method} with {votes} votes on a card", method), contest)


class Contested(NamedTuple):
    """One contest of a parallel system: its allocation, and how many votes a card has."""

    result: SeatResult
    votes_allowed: int = 1


def of_parallel(contests: Iterable[Contested]) -> dict[str, Assertions]:
    """All assertions of a parallel system, by contest: no contest's seats depend on another's votes.

    Raises:
        NoMargin, Malformed: as `of_contest`, for the first contest that no sample can confirm; so the system as a
            whole cannot be confirmed by one either.
    """
    found = {}
    for result, votes_allowed in contests:
        if result.contest in found:
            raise _refused(Sentence("each contest once"), result.contest, result.contest)
        found[result.contest] = of_contest(result, votes_allowed)
    return found


def as_one(sets: Mapping[str, Assertions]) -> Assertions:
    """The outcome of a whole system as one set: one draw and one risk limit for all of it.

    It is wrong if any of its assertions is false; so it is confirmed by a risk function of all of them together
    (`urna.audit.weights`), or by each of them within the limit, and refuted by a full count in which one is false.
    """
    return tuple(assertion for assertions in sets.values() for assertion in assertions)


LIST_METHODS = {SeatMethod.DHONDT, SeatMethod.SAINTE_LAGUE, SeatMethod.MODIFIED_SAINTE_LAGUE, SeatMethod.HARE}


def _refuse_ties(result: SeatResult) -> None:
    """No seat, and no place in a second round, is open or went by lot."""
    ties, awards = [result.undecided], [*result.awards]
    if result.second_round is not None:
        ties.append(result.second_round.undecided)
        awards += result.second_round.places
    if any(ties) or any(award.by is AwardedBy.LOT for award in awards):
        raise NoMargin(
            Sentence("seats decided by votes"),
            Sentence("a seat that is undecided or went by lot"),
            Sentence("Count this contest by hand in full: no sample can confirm the outcome of a tie."),
            result.contest,
        )


def _first_round(contest: str, votes: Votes, rule: SecondRound) -> Assertions:
    lead = Lead(read_ratio(rule.lesser_share), read_ratio(rule.lead)) if rule.has_lead else None
    return runoff(contest, votes, read_ratio(rule.share), lead)


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
