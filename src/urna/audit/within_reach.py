"""Whether boxes whose votes nobody knows could still give a contest its reported outcome.

Each outcome has consequences: sums of weighted votes that are 0 or more in every election that ends so, ties and lots
included. If the most that the unknown boxes can put into one of them leaves it below 0, no content of theirs gives the
outcome. If none is below 0 they may or may not: the contest stays open, which wrongs nobody.

Docs: docs/spec/audits.md, "Macro, every container counted".
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product
from typing import NamedTuple

from urna.audit.assertions import HALF, Assertion, Votes, above_share, below_share, one_over_other
from urna.audit.contest_assertions import LIST_METHODS, ListRule, pairs_of_lists
from urna.election.allocation_result import SeatResult
from urna.election.allocation_rule import SeatMethod, read_ratio
from urna.election.definition import Contest


class Paper(NamedTuple):
    """What every box counted says of one contest, and what it leaves open."""

    counted: Votes
    """Of the boxes whose votes are known."""
    unknown: int
    """The most cards that the others, lost or withheld, may hold."""
    extra: int
    """Slips too many among the counted ones; any of them may be taken away."""

    def least(self, assertion: Assertion) -> Fraction:
        """The least that all cards can weigh, whatever the unknown ones say."""
        return assertion.weigh(self.counted) + assertion.floor * self.unknown - assertion.ceiling * self.extra

    def most(self, assertion: Assertion) -> Fraction:
        """The most."""
        return assertion.weigh(self.counted) + assertion.ceiling * self.unknown - assertion.floor * self.extra


def is_within_reach(contest: Contest, reported: SeatResult, paper: Paper) -> bool:
    """Whether the reported seats may follow from the paper with some content of its unknown cards.

    Args:
        contest: with two choices or more; one alone is always within reach.
        reported: what its rule gave for the reported votes.
        paper: every box counted.
    """
    if len(contest.choices) < 2:
        return True
    return all(paper.most(each) >= 0 for each in _consequences(contest, reported, paper))


def is_lead_within_reach(contest: Contest, votes: Mapping[str, int], paper: Paper) -> bool:
    """Whether those with the most of the reported votes may have the most: the outcome without a seat rule."""
    every = {choice.code: votes.get(choice.code, 0) for choice in contest.choices}
    most = max(every.values(), default=0)
    ahead = [code for code, number in every.items() if number == most]
    return all(paper.most(each) >= 0 for each in _more(contest, every, product(ahead, every)))


def _consequences(contest: Contest, reported: SeatResult, paper: Paper) -> Iterator[Assertion]:
    """1. More seats, no fewer votes. 2. By a majority: who has one. 3. Of lists: the threshold, then each pair."""
    votes = {one.code: one.votes for one in reported.lists}
    going_on = {each.code for each in reported.second_round.places} if reported.second_round else set()
    rank = {one: 2 * won + (one in going_on) for one, won in reported.seats().items()}
    yield from _more(contest, votes, ((one, other) for one, other in product(rank, rank) if rank[one] > rank[other]))
    if reported.rule.method is SeatMethod.MAJORITY:
        yield from _majority(contest, reported, votes)
    elif reported.rule.method in LIST_METHODS and contest.votes_allowed == 1:
        yield from _of_lists(contest, reported, votes, paper)


def _more(contest: Contest, votes: Votes, pairs: Iterator[tuple[str, str]]) -> Iterator[Assertion]:
    return (
        one_over_other(contest.code, votes, one, other, contest.votes_allowed) for one, other in pairs if one != other
    )


def _majority(contest: Contest, reported: SeatResult, votes: Votes) -> Iterator[Assertion]:
    """With a second round its own share, or the lesser one that elects with a lead."""
    seats, allowed, second = reported.seats(), contest.votes_allowed, reported.rule.second_round
    most = read_ratio(second.share) if second else HALF
    least = read_ratio(second.lesser_share) if second and second.has_lead else most
    for one in votes:
        if seats[one]:
            yield above_share(contest.code, votes, one, least, allowed)
        elif reported.unfilled:
            yield below_share(contest.code, votes, one, most, allowed)


def _of_lists(contest: Contest, reported: SeatResult, votes: Votes, paper: Paper) -> Iterator[Assertion]:
    """The pairs only if it is certain who is past the threshold: the others have no part in them."""
    rule, seats = reported.rule, reported.seats()
    share = read_ratio(rule.threshold.share)
    past = dict.fromkeys(votes, True)
    if share == 1:
        return
    if share:
        above = {one: above_share(contest.code, votes, one, share) for one in votes}
        yield from (above[one] for one in votes if seats[one])
        if any(paper.least(each) < 0 <= paper.most(each) for each in above.values()):
            return
        past = {one: paper.least(above[one]) >= 0 for one in votes}
    running = {one: seats[one] for one in votes if past[one]}
    list_rule = ListRule(rule.method, first_divisor=read_ratio(rule.first_divisor))
    yield from pairs_of_lists(contest.code, votes, running, list_rule, rule.seats)
