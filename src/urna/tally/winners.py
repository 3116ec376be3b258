"""From totals to seats and persons: each contest's votes in its own territory, by the definition's seat rule."""

from collections.abc import Iterable
from typing import NamedTuple

from urna.election.allocation_result import SeatResult
from urna.election.allocation_rule import AllocationRule, SeatMethod, Threshold, TieRule
from urna.election.definition import Choice, Contest, ContestKind, Election
from urna.election.elected import elect_persons
from urna.election.elected_persons import ContestPersons, ListOfNominees, Nominee, Person, Race
from urna.election.seats import allocate_seats
from urna.encoding.canonical import Code
from urna.tally.results import ContestTotal


def allocate(election: Election, totals: Iterable[ContestTotal], lot_seed: str) -> tuple[SeatResult, ...]:
    """The seats of every contest that fills seats, in the definition's order.

    Args:
        election: the definition.
        totals: at least each such contest in its own territory.
        lot_seed: the public seed of lots; empty before it is drawn, then ties that need it stay undecided.
    """
    own = {total.contest: total for total in totals if total.territory == election.contests[total.contest].territory}
    return tuple(
        allocate_seats(
            contest.code,
            seat_rule(contest),
            {each.choice: each.votes for each in own[contest.code].choices},
            seed=lot_seed,
        )
        for contest in election.definition.contests
        if contest.seat_rule.method != "none" and contest.code in own
    )


class Withdrawn(NamedTuple):
    """Candidates who take no seat, and those who gave one up afterwards, in the order in which they did."""

    before: tuple[Code, ...] = ()
    after: tuple[Code, ...] = ()


NOBODY = Withdrawn()


def elect(election: Election, seats: Iterable[SeatResult], withdrawn: Withdrawn = NOBODY) -> tuple[ContestPersons, ...]:
    """The persons of every seat of the contests in which persons stand, in the order of `seats`.

    A candidate who withdrew and stands for none of these seats changes nothing.
    """
    races = [
        Race(result=result, lists=tuple(_list(election, choice) for choice in contest.choices))
        for result in seats
        if (contest := election.contests[result.contest]).kind is not ContestKind.REFERENDUM
    ]
    standing = {person.code for race in races for one in race.lists for each in one.nominees for person in _all(each)}
    before = [code for code in withdrawn.before if code in standing]
    after = [code for code in withdrawn.after if code in standing]
    return elect_persons(races, withdrawn_before=before, withdrawn_after=after)


def seat_rule(contest: Contest) -> AllocationRule:
    """The contest's seat rule in the words of `election/seats`."""
    rule = contest.seat_rule
    return AllocationRule(
        method=SeatMethod(rule.method),
        seats=rule.seats,
        threshold=Threshold(share=rule.threshold),
        tie=TieRule(rule.tie),
        second_round=rule.second_round,
    )


def _all(nominee: Nominee) -> tuple[Nominee | Person, ...]:
    """A nominee and the substitutes."""
    return (nominee, *nominee.substitutes)


def _list(election: Election, choice: Choice) -> ListOfNominees:
    nominees = []
    for code in choice.nominees:
        candidate = election.candidates[code]
        substitutes = tuple(Person(code=each, name=election.candidates[each].name) for each in candidate.substitutes)
        nominees.append(Nominee(code=code, name=candidate.name, substitutes=substitutes))
    return ListOfNominees(code=choice.code, nominees=tuple(nominees))
