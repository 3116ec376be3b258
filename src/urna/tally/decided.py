"""What can still change: the fewest and the most seats with which each choice of a contest can end.

A contest is *mathematically decided* where both are the same for every choice. What it rests on, exactly:

1. Sheets that count stay as they are, and so do decisions (a station annulled or not opened stays so).
2. Of a station that is outstanding or refused come at most as many ballots as it has electors whose ballot style holds
   the contest. Each of the ballots whose votes are withheld may say anything too.
3. A ballot gives a choice at most one vote (`ballot/selections` refuses two cards of one choice), and at most
   `votes_allowed` votes in all. It may be blank.
4. Nothing is assumed of how people vote: what is not excluded counts as possible. An exact tie counts as open, although
   the law's tie rule may settle it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from urna.election.allocation_result import PLACES, SeatResult
from urna.election.allocation_rule import AllocationRule, Crossing, SeatMethod, SecondRound, read_ratio
from urna.election.definition import Contest, Election
from urna.election.second_round import leads
from urna.encoding.canonical import Code, Count
from urna.tally.edition import OPEN_STATES
from urna.tally.results import Results
from urna.tally.winners import seat_rule


class Reach(NamedTuple):
    """The fewest and the most seats with which a choice can end."""

    least: int
    most: int


class Prospect(NamedTuple):
    """What a contest can still become."""

    contest: Code
    ballots: Count
    """The most ballots that can still count in it."""
    reaches: Mapping[Code, Reach] | None
    """By choice; None where the contest's seat method has no bounds here (quotas, Sainte-Laguë)."""
    is_pair_open: bool = False
    """Whether a second round may come between one two or another."""

    @property
    def is_decided(self) -> bool:
        """Whether no ballot that may still come can change who gets how many seats, or goes on to a second round."""
        if self.reaches is None or self.is_pair_open:
            return False
        return all(each.least == each.most for each in self.reaches.values())


def prospects(election: Election, results: Results) -> tuple[Prospect, ...]:
    """Every contest that fills seats, in the definition's order.

    Where no ballot can come any more, the results' own seats are the ones, those by lot included.
    """
    seats = {each.contest: each for each in results.seats}
    found = []
    for contest, ballots, votes in _contests(election, results):
        result = seats[contest.code]
        if ballots or result.undecided:
            reach = reaches(seat_rule(contest), votes, ballots, contest.votes_allowed)
        else:
            reach = {choice: Reach(count, count) for choice, count in result.seats().items()}
        found.append(Prospect(contest.code, ballots, reach, _is_pair_open(result, votes, ballots)))
    return tuple(found)


def reaches(
    rule: AllocationRule, votes: Mapping[Code, Count], ballots: Count, votes_allowed: int = 1
) -> dict[Code, Reach] | None:
    """The fewest and the most seats of each choice; None for a method or threshold without bounds here.

    Args:
        rule: how votes become seats.
        votes: by choice, all that stand, zeros included.
        ballots: the most that can still come, each with up to `votes_allowed` votes for different choices.
        votes_allowed: on one ballot.
    """
    if rule.method is SeatMethod.PLURALITY and rule.threshold.share == "0/1" and _is_plain(rule):
        return _by_choice(votes, lambda choice: _plurality(choice, votes, rule.seats, ballots, votes_allowed))
    if rule.second_round is not None:
        second = rule.second_round
        return _by_choice(votes, lambda choice: _first_round(choice, votes, second, ballots))
    if rule.method is SeatMethod.MAJORITY and rule.seats == 1:
        return _by_choice(votes, lambda choice: _majority(choice, votes, ballots, votes_allowed))
    if rule.method is SeatMethod.DHONDT and votes_allowed == 1 and _is_plain(rule):
        share = read_ratio(rule.threshold.share)
        return _by_choice(votes, lambda choice: _dhondt(choice, votes, rule.seats, ballots, share))
    return None


def _contests(election: Election, results: Results) -> Iterable[tuple[Contest, Count, Mapping[Code, Count]]]:
    """Each contest that fills seats, with the ballots that can still count in it and its votes so far."""
    own = {(total.contest, total.territory): total for total in results.totals}
    still_open = [each.station for each in results.stations if each.state in OPEN_STATES]
    coming = dict.fromkeys(election.contests, 0)
    for station in still_open:
        for style in election.stations[station].styles:
            for code in election.styles[style.style].contests:
                coming[code] += style.electors
    for contest in election.definition.contests:
        total = own.get((contest.code, contest.territory))
        if contest.seat_rule.method != "none" and total is not None:
            votes = {each.choice: each.votes for each in total.choices}
            yield contest, coming[contest.code] + total.withheld_ballots, votes


def _is_pair_open(result: SeatResult, votes: Mapping[Code, Count], ballots: Count) -> bool:
    """Whether the two that go on may still change: the second is not ahead of the third by all that may come.

    Without a second round so far there is no pair; who is elected, or that somebody may be, is for `reaches` to say.
    """
    second = result.second_round
    if second is None or not ballots:
        return second is not None and second.undecided is not None
    ordered = sorted(votes.values(), reverse=True)
    return len(ordered) > PLACES and ordered[PLACES - 1] <= ordered[PLACES] + ballots


def _by_choice(votes: Mapping[Code, Count], reach: Callable[[Code], Reach]) -> dict[Code, Reach]:
    return {choice: reach(choice) for choice in votes}


def _is_plain(rule: AllocationRule) -> bool:
    return not rule.threshold.votes and not rule.threshold.lists and rule.threshold.crossing is Crossing.AT_LEAST


def _plurality(choice: Code, votes: Mapping[Code, Count], seats: int, ballots: int, allowed: int) -> Reach:
    """The most voted get one seat each.

    E ballots with n votes each can give the choices any g with 0 ≤ g(d) ≤ E and Σ g ≤ nE: deal the votes of one choice
    after the other to the ballots in a circle, and no ballot gets one choice twice or more than n votes. So:

    - c has a seat in every ending if and only if it has a vote, and fewer than S others can be level with it at once
      while nothing comes for c. The cheapest way to raise m of them is to raise the m nearest ones.
    - c has a seat in some ending if and only if it has one when every ballot is for c alone.
    """
    mine = votes[choice]
    others = [count for code, count in votes.items() if code != choice]
    missing = sorted(max(0, mine - each) for each in others)
    level, left = 0, allowed * ballots
    for each in missing:
        if each > min(ballots, left):
            break
        left -= each
        level += 1
    best = mine + ballots
    ahead = sum(each > best for each in others)
    return Reach(int(mine > 0 and level < seats), int(best > 0 and ahead < seats))


def _majority(choice: Code, votes: Mapping[Code, Count], ballots: int, allowed: int) -> Reach:
    """One seat, for more than half of the valid votes: c has it always if also when all that can comes for others."""
    mine, valid = votes[choice], sum(votes.values())
    against = min(allowed * ballots, (len(votes) - 1) * ballots)
    return Reach(int(2 * mine > valid + against), int(2 * (mine + ballots) > valid + ballots))


def _first_round(choice: Code, votes: Mapping[Code, Count], rule: SecondRound, ballots: Count) -> Reach:
    """One seat, in the first round of two; one vote on a ballot.

    A ballot for c helps c more than any other, and of those not for c one for its strongest rival hurts most: it raises
    the valid votes and the votes of the next at once. So c is elected in every ending if and only if it is where every
    ballot is for that rival, and in some ending if and only if it is where every ballot is for c.
    """
    mine, valid = votes[choice], sum(votes.values())
    others = [count for code, count in votes.items() if code != choice]
    rival, against = max(others, default=0), ballots if others else 0
    least = mine > rival + against and _has_enough(rule, mine, rival + against, valid + against)
    most = mine + ballots >= rival and _has_enough(rule, mine + ballots, rival, valid + ballots)
    return Reach(int(least), int(most))


def _has_enough(rule: SecondRound, mine: int, following: int, valid: int) -> bool:
    """Whether so many votes elect the most voted in the first round, with so many for the next."""
    if mine > read_ratio(rule.share) * valid:
        return True
    lead = read_ratio(rule.lead) * valid
    return (
        rule.has_lead
        and mine > 0
        and mine >= read_ratio(rule.lesser_share) * valid
        and leads(rule, mine - following, lead)
    )


def _dhondt(choice: Code, votes: Mapping[Code, Count], seats: int, ballots: int, share: Fraction) -> Reach:
    """The largest S quotients of votes by 1, 2, 3, …; lists below a share of the valid votes take no part.

    Most: a vote for list c raises its quotients and the threshold of all others; the same vote for another list, or
    blank, does c no better. So c ends with most when every ballot is for c, and then exact ties fall to c.

    Least: c ends with fewest when no ballot is for c. It has s seats or more in every ending if and only if the others
    cannot reach S - s + 1 quotients of at least v(c)/s between them; exact ties fall to the others.

    With a threshold, a list that may end on either side of it is taken to be in, for whatever it has: then `least` may
    be too low, never too high. Without such a list, and so always without a threshold, both numbers are exact.
    """
    mine, valid = votes[choice], sum(votes.values()) + ballots
    others = [count for code, count in votes.items() if code != choice]
    most = 0
    if mine + ballots > 0 and mine + ballots >= share * valid:
        rivals = [each for each in others if each >= share * valid]
        most = _largest(seats, lambda s: _above(rivals, mine + ballots, s) <= seats - s)
    least = 0
    if mine > 0 and (mine >= share * valid or not others):
        rivals = [each for each in others if each + ballots >= share * valid]
        least = _largest(seats, lambda s: not _can_reach(rivals, (mine, s), seats - s + 1, ballots))
    return Reach(least, most)


def _largest(seats: int, holds: Callable[[int], bool]) -> int:
    """The largest number of seats, from 0, for which it holds; where it holds for s, it holds for fewer."""
    low, high = 0, seats
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if holds(middle) else (low, middle - 1)
    return low


def _above(rivals: Iterable[int], mine: int, seats: int) -> int:
    """How many quotients of the rivals are larger than mine/seats."""
    return sum(-(-each * seats // mine) - 1 for each in rivals if each)


def _can_reach(rivals: Sequence[int], quotient: tuple[int, int], wanted: int, ballots: int) -> bool:
    """Whether so many more votes give the rivals so many quotients of at least this one, between them.

    # Cost
    With quotient q = v/s, a rival of w votes has k = floor(w/q) of them and needs ceil(q (k + j)) - w votes for j more.
    Without rounding up, the first costs r = q (k + 1) - w ≤ q and each further one q: the cheapest are the smallest r,
    then q's. That sum, rounded up once, is a lower bound; paid with each rival's own rounding, it is a way to do it.
    Only where the ballots lie between the two are all ways compared.
    """
    v, s = quotient
    have = [each * s // v for each in rivals]
    wanted -= sum(have)
    if wanted <= 0:
        return True
    if not rivals:
        return False
    first = sorted((v * (k + 1) - each * s, number) for number, (k, each) in enumerate(zip(have, rivals, strict=True)))
    chosen = first[:wanted]
    further = wanted - len(chosen)
    if -(-(sum(r for r, _ in chosen) + further * v) // s) > ballots:
        return False
    paid = sum(-(-r // s) for r, _ in chosen[1:]) + -(-(chosen[0][0] + further * v) // s)
    return paid <= ballots or _cheapest([r for r, _ in first], quotient, wanted) <= ballots


def _cheapest(first: Iterable[int], quotient: tuple[int, int], wanted: int) -> int:
    """The fewest votes for so many more quotients: rival by rival, the cheapest way to each number of them.

    Args:
        first: s times the r of each rival.
        quotient: v and s.
        wanted: from 1.
    """
    v, s = quotient
    cost = [0] + [-1] * wanted
    for r in first:
        for total in range(wanted, 0, -1):
            ways = [cost[total]] if cost[total] >= 0 else []
            ways += [cost[total - j] + -(-(r + (j - 1) * v) // s) for j in range(1, total + 1) if cost[total - j] >= 0]
            cost[total] = min(ways, default=-1)
    return cost[wanted]
