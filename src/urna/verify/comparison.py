"""What an edition of the results announces, compared with what was derived again: totals, turnout, seats, persons.

Each difference is one sentence that names the place and both numbers.
"""

from collections.abc import Iterator

from urna.election.allocation_result import SeatResult
from urna.election.elected_persons import ContestPersons, Elected
from urna.encoding.canonical import Code
from urna.tally.results import ContestTotal, Turnout
from urna.words import Sentence

Values = dict[str, str | int]


def compare_totals(said: tuple[ContestTotal, ...], found: tuple[ContestTotal, ...]) -> Iterator[Sentence]:
    """Every total, by contest and territory."""
    listed = {(each.contest, each.territory): each for each in said}
    for total in found:
        other = listed.pop((total.contest, total.territory), None)
        place: Values = {"contest": total.contest, "territory": total.territory}
        if other is None:
            yield Sentence("Contest {contest}, territory {territory}: no total in the results.", place)
        elif other != total:
            yield from _compare_total(other, total, place)
    for each in listed.values():
        place = {"contest": each.contest, "territory": each.territory}
        yield Sentence("Contest {contest}, territory {territory}: a total that no station belongs to.", place)
    if [(each.contest, each.territory) for each in said] != [(each.contest, each.territory) for each in found]:
        values: Values = {"left": len(said), "right": len(found)}
        yield Sentence(
            "The results list {left} totals, {right} follow from the definition, or in another order.", values
        )


_NUMBERS = (
    "stations_expected",
    "stations_counted",
    "stations_withheld",
    "ballots",
    "withheld_ballots",
    "undervotes",
)


def _compare_total(said: ContestTotal, found: ContestTotal, place: Values) -> Iterator[Sentence]:
    pairs = [(name, getattr(said, name), getattr(found, name)) for name in _NUMBERS]
    pairs += _pairs({each.option: each.votes for each in said.votes}, {each.option: each.votes for each in found.votes})
    pairs += _pairs(
        {each.choice: each.votes for each in said.choices}, {each.choice: each.votes for each in found.choices}
    )
    wrong = [pair for pair in pairs if pair[1] != pair[2]] or [("order", 0, 0)]
    for name, left, right in wrong:
        values: Values = {**place, "what": name, "left": left, "right": right}
        yield Sentence(
            "Contest {contest}, territory {territory}, {what}: the results say {left}, the sheets sum to {right}.",
            values,
        )


def _pairs(said: dict[Code, int], found: dict[Code, int]) -> list[tuple[str, int, int]]:
    return [(code, said.get(code, 0), found.get(code, 0)) for code in {**found, **said}]


def compare_turnout(said: tuple[Turnout, ...], found: tuple[Turnout, ...]) -> Iterator[Sentence]:
    """People, by territory."""
    listed = {each.territory: each for each in said}
    for turnout in found:
        other = listed.get(turnout.territory)
        for name in Turnout.__struct_fields__[1:]:
            left = "-" if other is None else getattr(other, name)
            if left != getattr(turnout, name):
                values: Values = {"territory": turnout.territory, "what": name, "left": left}
                values["right"] = getattr(turnout, name)
                yield Sentence(
                    "Territory {territory}, {what}: the results say {left}, the stations sum to {right}.", values
                )
    if [each.territory for each in said] != [each.territory for each in found]:
        values = {"left": len(said), "right": len(found)}
        yield Sentence("The results list the turnout of {left} territories, {right} have stations.", values)


def compare_seats(said: tuple[SeatResult, ...], found: tuple[SeatResult, ...]) -> Iterator[Sentence]:
    """Every seat, and how the results explain it."""
    listed = {each.contest: each for each in said}
    for result in found:
        other = listed.get(result.contest)
        if other == result:
            continue
        held = other.seats() if other else {}
        values: Values = {"contest": result.contest}
        differing = [code for code, seats in result.seats().items() if held.get(code) != seats]
        for code in differing:
            values = {**values, "choice": code, "left": held.get(code, "-"), "right": result.seats()[code]}
            yield Sentence(
                "Contest {contest}, {choice}: {left} seats in the results, {right} by the votes and the rule.", values
            )
        if _second_round(other) != _second_round(result):
            values = {**values, "left": _second_round(other), "right": _second_round(result)}
            yield Sentence(
                "Contest {contest}: to a second round go {left} in the results, {right} by the votes and the rule.",
                values,
            )
        elif not differing:
            yield Sentence("Contest {contest}: the seats are right, but not how the results explain them.", values)
    if [each.contest for each in said] != [each.contest for each in found]:
        values = {"left": len(said), "right": len(found)}
        yield Sentence("The results give the seats of {left} contests, {right} fill seats.", values)


def _second_round(result: SeatResult | None) -> str:
    """The codes that go on; a dash for none, "?" for a place that a tie leaves open."""
    second = result.second_round if result else None
    if second is None:
        return "-"
    still_open = second.undecided.seats if second.undecided else 0
    return ", ".join([*sorted(place.code for place in second.places), *["?"] * still_open])


def compare_elected(said: tuple[ContestPersons, ...], found: tuple[ContestPersons, ...]) -> Iterator[Sentence]:
    """Every person, by seat."""
    listed = {each.contest: each for each in said}
    for persons in found:
        other = listed.get(persons.contest)
        if other == persons:
            continue
        held = {each.seat: each for each in other.elected} if other else {}
        values: Values = {"contest": persons.contest}
        differing = [each for each in persons.elected if _person(held.get(each.seat)) != each.person]
        for each in differing:
            values = {**values, "seat": each.seat, "left": _person(held.get(each.seat)), "right": each.person}
            yield Sentence(
                "Contest {contest}, seat {seat}: the results name {left}, by votes and lists it is {right}.", values
            )
        if not differing:
            yield Sentence("Contest {contest}: the persons are right, but not why, or there are more of them.", values)
    if [each.contest for each in said] != [each.contest for each in found]:
        values = {"left": len(said), "right": len(found)}
        yield Sentence("The results name the persons of {left} contests, {right} elect persons.", values)


def _person(elected: Elected | None) -> str:
    return elected.person if elected else "-"
