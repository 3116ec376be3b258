"""The persons of an election's seats as records: who stood, who sits where and why, which seats are vacant."""

from collections.abc import Collection
from enum import StrEnum

import msgspec

from urna.election.allocation_result import SeatResult
from urna.election.allocation_rule import SeatMethod
from urna.encoding.canonical import Code, Count, Record
from urna.words import Sentence


class Person(Record, frozen=True, kw_only=True):
    """Somebody who can hold a seat; the same code in every contest."""

    code: Code
    name: str


class Nominee(Record, frozen=True, kw_only=True):
    """A principal, with those who take over when this person gives up a seat, in order."""

    code: Code
    name: str
    substitutes: tuple[Person, ...] = ()


class ListOfNominees(Record, frozen=True, kw_only=True):
    """A closed list in its order, or the one candidate behind a nominal choice."""

    code: Code
    """The list's code in the votes."""
    nominees: tuple[Nominee, ...]


class Race(Record, frozen=True, kw_only=True):
    """The seats of a contest and who stood for them."""

    result: SeatResult
    lists: tuple[ListOfNominees, ...]

    @property
    def is_nominal(self) -> bool:
        """Whether voters chose persons, not lists."""
        return self.result.rule.method in (SeatMethod.PLURALITY, SeatMethod.MAJORITY)

    def persons_in_tie(self) -> frozenset[str]:
        """The principals of the lists among whom seats are undecided."""
        tie = self.result.undecided
        return self._persons_of(tie.among if tie else ())

    def persons_in_second_round(self) -> frozenset[str]:
        """Those who go on to a second round, or may after a tie; nobody where there is none."""
        second = self.result.second_round
        if second is None:
            return frozenset()
        tied = second.undecided.among if second.undecided else ()
        return self._persons_of((*(place.code for place in second.places), *tied))

    def _persons_of(self, lists: Collection[str]) -> frozenset[str]:
        """The principals of these lists."""
        return frozenset(person.code for one in self.lists if one.code in lists for person in one.nominees)


class Basis(StrEnum):
    """On what a person holds a seat."""

    VOTES = "votes"
    """Elected nominally."""
    LIST_PLACE = "list-place"
    """By the place on the list."""
    SUBSTITUTE = "substitute"
    """As a substitute of one who could not take the seat, or gave it up."""
    NEXT_ON_LIST = "next-on-list"
    """Next in line when the seat fell vacant."""


class Reason(StrEnum):
    """Why somebody with a better claim does not hold the seat."""

    ELECTED_NOMINALLY = "elected-nominally"
    ELECTED_ON_A_LIST = "elected-on-a-list"
    WITHDREW_BEFORE = "withdrew-before"
    WITHDREW_AFTER = "withdrew-after"


class PassedOver(Record, frozen=True, kw_only=True):
    """Somebody with a better claim to a seat, and why that person does not hold it."""

    person: Code
    reason: Reason


class Elected(Record, frozen=True, kw_only=True):
    """A person and the seat."""

    contest: Code
    seat: Count
    """The number of the award in the contest's seat result."""
    choice: Code
    """The list, or the nominal choice, that won it."""
    person: Code
    name: str
    basis: Basis
    place: Count
    """On the list, from 1; of the principal, for a substitute."""
    principal: Code | None = None
    """Whose substitute this is; None for a principal."""
    passed_over: tuple[PassedOver, ...] = ()
    """Those who came before for this seat, in order."""


class Vacant(Record, frozen=True, kw_only=True):
    """A seat that nobody is left to hold."""

    contest: Code
    seat: Count
    choice: Code
    passed_over: tuple[PassedOver, ...] = ()


def _none() -> tuple[Code, ...]:
    return ()


class ContestPersons(Record, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="urna/elected/1"):
    """The persons of one contest, by seat.

    `waits_for_second_round` is written only where there is something to wait for.
    """

    contest: Code
    elected: tuple[Elected, ...]
    vacant: tuple[Vacant, ...]
    undecided: Count
    """Seats whose tie is not decided, so nobody holds them yet."""
    waits_for: tuple[Code, ...] = msgspec.field(default_factory=_none)
    """Contests with an undecided tie that could still take a person off these lists."""
    waits_for_second_round: tuple[Code, ...] = ()
    """Contests whose second round could still take a person off these lists."""


_BASIS = {
    Basis.VOTES: Sentence("Seat {seat}: {name}, elected by votes."),
    Basis.LIST_PLACE: Sentence("Seat {seat}: {name}, place {place} of list {choice}."),
    Basis.SUBSTITUTE: Sentence("Seat {seat}: {name}, substitute of {principal}."),
    Basis.NEXT_ON_LIST: Sentence("Seat {seat}: {name}, next in line at place {place} of list {choice}."),
}

_REASON = {
    Reason.ELECTED_NOMINALLY: Sentence("Seat {seat}: passed over {person}, who is elected nominally."),
    Reason.ELECTED_ON_A_LIST: Sentence("Seat {seat}: passed over {person}, who holds a seat of a list."),
    Reason.WITHDREW_BEFORE: Sentence("Seat {seat}: passed over {person}, who withdrew before."),
    Reason.WITHDREW_AFTER: Sentence("Seat {seat}: {person} withdrew afterwards."),
}


def explain_persons(persons: ContestPersons) -> list[Sentence]:
    """Each seat in order: who was passed over and why, then who holds it; then what is open."""
    sentences = []
    seats: list[Elected | Vacant] = [*persons.elected, *persons.vacant]
    for seat in sorted(seats, key=lambda one: one.seat):
        for one in seat.passed_over:
            values: dict[str, str | int] = {"seat": seat.seat, "person": one.person}
            sentences.append(Sentence(_REASON[one.reason].template, values))
        sentences.append(_of_holder(seat) if isinstance(seat, Elected) else _of_vacancy(seat))
    if persons.undecided:
        sentences.append(Sentence("Seats that wait for a tie to be decided: {seats}.", {"seats": persons.undecided}))
    sentences += [
        Sentence("This can change with the undecided tie in {contest}.", {"contest": contest})
        for contest in persons.waits_for
    ]
    sentences += [
        Sentence("This can change with the second round of {contest}.", {"contest": contest})
        for contest in persons.waits_for_second_round
    ]
    return sentences


def _of_holder(seat: Elected) -> Sentence:
    values: dict[str, str | int] = {
        "seat": seat.seat,
        "name": seat.name,
        "place": seat.place,
        "choice": seat.choice,
        "principal": seat.principal or "",
    }
    return Sentence(_BASIS[seat.basis].template, values)


def _of_vacancy(seat: Vacant) -> Sentence:
    values: dict[str, str | int] = {"seat": seat.seat, "choice": seat.choice}
    return Sentence("Seat {seat} of {choice} is vacant: nobody is left to take it.", values)
