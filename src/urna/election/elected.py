"""Who is elected: seats become persons, and every seat says why it is this person's.

    elect_persons(races, withdrawn_before, withdrawn_after) -> a ContestPersons for each race

A **race** is the seats of a contest and its lists; a candidate who stands alone is a list of one. A person has
one code in all contests, so somebody elected nominally is found, and taken off, the lists.

- Before anybody is seated: nominal races go first, then lists in the order given (regional, national, …).
- On a list the next nominee takes the place of one who is elected elsewhere or withdrew; one who stands
  alone is replaced by a substitute.
- After: when a person gives up a seat, the person's own substitutes come first, in order, then the next on
  the list; if there is nobody, the seat is vacant.
"""

from collections.abc import Collection, Sequence

from urna.election.elected_persons import (
    Basis,
    ContestPersons,
    Elected,
    ListOfNominees,
    Nominee,
    PassedOver,
    Person,
    Race,
    Reason,
    Vacant,
    explain_persons,
)
from urna.election.elected_seating import Seating, WaitsFor
from urna.errors import Malformed
from urna.words import Sentence

__all__ = [
    "Basis",
    "ContestPersons",
    "Elected",
    "ListOfNominees",
    "Nominee",
    "PassedOver",
    "Person",
    "Race",
    "Reason",
    "Vacant",
    "elect_persons",
    "explain_persons",
]


def elect_persons(
    races: Sequence[Race],
    *,
    withdrawn_before: Collection[str] = (),
    withdrawn_after: Sequence[str] = (),
) -> tuple[ContestPersons, ...]:
    """The persons of every seat, in the order of `races`.

    1. Seat the nominal races, then the lists, each in the order given.
    2. Refill the seats of those who withdrew afterwards, in the order in which they did.
    3. Report each race, and what it still waits for.

    Args:
        races: each contest once, with a list for every code that won a seat.
        withdrawn_before: persons who left before seats were filled (died, resigned, were barred).
        withdrawn_after: persons who left later, whether they held a seat or only stood in line, in order.

    Raises:
        Malformed: a contest, list or withdrawal twice, a person twice on a list, seats for a list that is not
            there, or the withdrawal of somebody who did not stand.
    """
    _check_races(races)
    _check_withdrawn(races, (*withdrawn_before, *withdrawn_after))
    nominal_first = sorted(races, key=lambda race: not race.is_nominal)
    seating = Seating(withdrawn_before)
    for race in nominal_first:
        seating.seat(race)
    for person in withdrawn_after:
        seating.vacate(person)
    return tuple(seating.report(race, _waits_for(race, nominal_first)) for race in races)


def _waits_for(race: Race, order: Sequence[Race]) -> WaitsFor:
    """The earlier races whose open ties, or whose second rounds, hold somebody who also stands in this one."""
    own = {person.code for one in race.lists for person in one.nominees}
    earlier = order[: order.index(race)]
    ties = sorted(other.result.contest for other in earlier if own & other.persons_in_tie())
    rounds = sorted(other.result.contest for other in earlier if own & other.persons_in_second_round())
    return WaitsFor(tuple(ties), tuple(rounds))


def _check_races(races: Sequence[Race]) -> None:
    contests = [race.result.contest for race in races]
    for race in races:
        contest = race.result.contest
        _refuse_twice(contests, contest, contest)
        lists = [one.code for one in race.lists]
        for one in race.lists:
            _refuse_twice(lists, one.code, contest)
            nominees = [nominee.code for nominee in one.nominees]
            for code in nominees:
                _refuse_twice(nominees, code, contest)
        for award in race.result.awards:
            if award.code not in lists:
                raise _refused(Sentence("a list for every code that won a seat"), award.code, contest)


def _check_withdrawn(races: Sequence[Race], withdrawn: Sequence[str]) -> None:
    """A mistyped code must not leave in a seat somebody who gave it up."""
    nominees = [nominee for race in races for one in race.lists for nominee in one.nominees]
    known = {nominee.code for nominee in nominees}
    known |= {substitute.code for nominee in nominees for substitute in nominee.substitutes}
    for code in withdrawn:
        _refuse_twice(withdrawn, code, "withdrawals")
        if code not in known:
            raise _refused(Sentence("withdrawals of persons who stood"), code, "withdrawals")


def _refuse_twice(codes: Sequence[str], code: str, contest: str) -> None:
    if codes.count(code) > 1:
        raise _refused(Sentence("each contest, list and person once"), code, contest)


def _refused(expected: Sentence, found: str, contest: str) -> Malformed:
    remedy = Sentence("Check the nominees against the definition.")
    return Malformed(expected, Sentence("{found}", {"found": found}), remedy, contest)
