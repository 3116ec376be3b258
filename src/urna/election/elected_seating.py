"""Seating persons one by one: who is taken, who is gone, and where each list's line stands.

Each list is one line that only moves forward: nobody who was passed over becomes free again, so a vacancy is
filled from where the line stands, and no seat already held is disturbed.
"""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from urna.election.elected_persons import (
    Basis,
    ContestPersons,
    Elected,
    Nominee,
    PassedOver,
    Person,
    Race,
    Reason,
    Vacant,
)

Line = Iterator[tuple[int, Nominee]]
"""The nominees of a list that have not been reached yet, with their places from 1."""


class WaitsFor(NamedTuple):
    """Other contests that could still take a person off a race's lists."""

    ties: tuple[str, ...] = ()
    second_rounds: tuple[str, ...] = ()


class _Seat:
    """A seat while it is being filled."""

    def __init__(self, race: Race, number: int, choice: str, line: Line) -> None:
        self.contest = race.result.contest
        self.is_nominal = race.is_nominal
        self.number = number
        self.choice = choice
        self.line = line
        self.holder: Person | Nominee | None = None
        self.basis = Basis.VOTES
        self.place = 0
        self.principal: Nominee | None = None
        self.passed_over: list[PassedOver] = []

    def pass_over(self, person: str, reason: Reason) -> None:
        """Notes why this person does not hold the seat, once."""
        if all(one.person != person for one in self.passed_over):
            self.passed_over.append(PassedOver(person=person, reason=reason))


class Seating:
    """All seats of an election while they are being filled.

    Args:
        withdrawn_before: persons who left before the first seat was filled.
    """

    def __init__(self, withdrawn_before: Collection[str]) -> None:
        self._out = dict.fromkeys(withdrawn_before, Reason.WITHDREW_BEFORE)
        self._seats: list[_Seat] = []

    def seat(self, race: Race) -> None:
        """Fills the seats of a race from its lists, in the order of award."""
        lines: dict[str, Line] = {one.code: iter(enumerate(one.nominees, 1)) for one in race.lists}
        for award in race.result.awards:
            seat = _Seat(race, award.number, award.code, lines[award.code])
            self._seats.append(seat)
            self._seat_next(seat, Basis.VOTES if race.is_nominal else Basis.LIST_PLACE)

    def vacate(self, person: str) -> None:
        """Takes a person out, and refills the seat if the person holds one: 1. a substitute, 2. the next."""
        self._out[person] = Reason.WITHDREW_AFTER
        for seat in self._seats:
            if seat.holder is not None and seat.holder.code == person:
                seat.holder = None
                seat.pass_over(person, Reason.WITHDREW_AFTER)
                self._seat_substitute(seat)
                if seat.holder is None:
                    self._seat_next(seat, Basis.NEXT_ON_LIST)

    def report(self, race: Race, waits_for: WaitsFor) -> ContestPersons:
        """The seats of this race as they stand."""
        contest, tie = race.result.contest, race.result.undecided
        own = [seat for seat in self._seats if seat.contest == contest]
        return ContestPersons(
            contest=contest,
            elected=tuple(_elected(seat, seat.holder) for seat in own if seat.holder is not None),
            vacant=tuple(_vacant(seat) for seat in own if seat.holder is None),
            undecided=tie.seats if tie else 0,
            waits_for=waits_for.ties,
            waits_for_second_round=waits_for.second_rounds,
        )

    def _seat_next(self, seat: _Seat, basis: Basis) -> None:
        """Moves down the line to the first who is free; where voters chose a person, a substitute comes first."""
        for place, nominee in seat.line:
            seat.place, seat.principal = place, nominee
            if self._take(seat, nominee, basis):
                return
            if seat.is_nominal:
                self._seat_substitute(seat)
            if seat.holder is not None:
                return

    def _seat_substitute(self, seat: _Seat) -> None:
        for substitute in seat.principal.substitutes if seat.principal else ():
            if self._take(seat, substitute, Basis.SUBSTITUTE):
                return

    def _take(self, seat: _Seat, person: Person | Nominee, basis: Basis) -> bool:
        """Seats the person, or notes why not and returns False."""
        if person.code in self._out:
            seat.pass_over(person.code, self._out[person.code])
            return False
        seat.holder, seat.basis = person, basis
        self._out[person.code] = Reason.ELECTED_NOMINALLY if seat.is_nominal else Reason.ELECTED_ON_A_LIST
        return True


def _elected(seat: _Seat, holder: Person | Nominee) -> Elected:
    principal = seat.principal.code if seat.basis is Basis.SUBSTITUTE and seat.principal else None
    return Elected(
        contest=seat.contest,
        seat=seat.number,
        choice=seat.choice,
        person=holder.code,
        name=holder.name,
        basis=seat.basis,
        place=seat.place,
        principal=principal,
        passed_over=tuple(seat.passed_over),
    )


def _vacant(seat: _Seat) -> Vacant:
    return Vacant(contest=seat.contest, seat=seat.number, choice=seat.choice, passed_over=tuple(seat.passed_over))
