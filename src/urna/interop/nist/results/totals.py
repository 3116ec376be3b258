"""The totals of a report in the words of the definition, to compare them with an edition of the results."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeVar

from urna.election.definition import ContestKind, Election
from urna.encoding.canonical import Code
from urna.errors import Malformed
from urna.interop.nist.codes import code_of, in_contest, option_id, station_id, territory_id
from urna.interop.nist.results.counts import WITHHELD
from urna.interop.nist.results.reading import ContestNumbers, ReportNumbers
from urna.tally.results import Results
from urna.words import Sentence

K = TypeVar("K")


class ReportedTotal(NamedTuple):
    """One contest in one territory, as the format can carry it."""

    ballots: int
    withheld_ballots: int
    votes: tuple[int, ...]
    """In ballot order."""
    undervotes: int


class ReportedTurnout(NamedTuple):
    """People of one territory, as the format can carry them."""

    registered: int
    identified: int
    cast: int
    """Ballots of machines and those counted by hand: the format has one number."""


Totals = dict[tuple[Code, Code], ReportedTotal]
"""By contest and territory."""


def totals_of(results: Results) -> Totals:
    """The totals of an edition."""
    return {
        (total.contest, total.territory): ReportedTotal(
            total.ballots, total.withheld_ballots, tuple(each.votes for each in total.votes), total.undervotes
        )
        for total in results.totals
    }


def turnout_of(results: Results) -> dict[Code, ReportedTurnout]:
    """The people of an edition, by territory."""
    return {
        each.territory: ReportedTurnout(each.registered, each.identified, each.cast + each.ballots_by_hand)
        for each in results.turnout
    }


def seats_of(election: Election, results: Results) -> dict[tuple[Code, Code], int]:
    """The seats of an edition, by contest and choice, those without any left out."""
    return {
        (each.contest, choice): seats
        for each in results.seats
        for choice, seats in each.seats().items()
        if seats and election.contests[each.contest].kind is not ContestKind.REFERENDUM
    }


def totals_in(report: ReportNumbers, election: Election, where: str) -> Totals:
    """The totals of a report that urna wrote, for territories.

    Raises:
        Malformed: contests or options that are not the definition's, or numbers that cannot be a contest's.
    """
    found: Totals = {}
    for name, numbers in report.contests.items():
        contest = code_of(name)
        if contest is None or contest not in election.contests:
            raise _foreign(name, where)
        found |= _totals_of_contest(report, election, contest, numbers, where)
    return found


def turnout_in(report: ReportNumbers) -> dict[Code, ReportedTurnout]:
    """The people of a report that urna wrote, by territory."""
    return {
        code: ReportedTurnout(unit.registered, unit.participated, report.ballots[name, "total"])
        for name, unit in report.units.items()
        if (code := code_of(name)) and name == territory_id(code) and (name, "total") in report.ballots
        if unit.registered is not None and unit.participated is not None
    }


def seats_in(report: ReportNumbers, election: Election) -> dict[tuple[Code, Code], int]:
    """The seats of a report that urna wrote, by contest and choice."""
    found: dict[tuple[Code, Code], int] = {}
    for numbers in report.contests.values():
        for name, seats in numbers.seats.items():
            place = in_contest(name)
            if place is not None and place.contest in election.contests:
                choices = {each.code: each.choice for each in election.contests[place.contest].options}
                found[place.contest, choices[place.code]] = seats
    return found


def differences(report: ReportNumbers, election: Election, results: Results, where: str) -> Iterator[Sentence]:
    """What a report says otherwise than the edition; nothing where they agree."""
    yield from _differ(totals_in(report, election, where), totals_of(results), "votes")
    yield from _differ(turnout_in(report), turnout_of(results), "people")
    yield from _differ(seats_in(report, election), seats_of(election, results), "seats")


def is_station(name: str) -> bool:
    """Whether a unit's id is one of our stations'."""
    code = code_of(name)
    return code is not None and name == station_id(code)


def _totals_of_contest(
    report: ReportNumbers, election: Election, contest: Code, numbers: ContestNumbers, where: str
) -> Totals:
    definition = election.contests[contest]
    options = [option_id(contest, option.code) for option in definition.options]
    if list(numbers.selections) != options:
        raise _foreign(numbers.name, where)
    found: Totals = {}
    for unit, by_option in numbers.votes.items():
        territory = code_of(unit)
        if territory is None or unit != territory_id(territory):
            continue
        votes = tuple(by_option.get(option, 0) for option in options)
        undervotes = numbers.undervotes.get(unit, 0)
        shown, rest = divmod(sum(votes) + undervotes, definition.votes_allowed)
        if rest:
            raise _foreign(numbers.name, where)
        withheld = report.ballots.get((unit, WITHHELD + contest), 0)
        found[contest, territory] = ReportedTotal(shown + withheld, withheld, votes, undervotes)
    return found


def _differ(said: Mapping[K, object], expected: Mapping[K, object], what: str) -> Iterator[Sentence]:
    for key in dict.fromkeys((*expected, *said)):
        left, right = said.get(key), expected.get(key)
        if left != right:
            place = " ".join(key) if isinstance(key, tuple) else str(key)
            values = {"what": what, "place": place, "left": _shown(left), "right": _shown(right)}
            yield Sentence("{place}, {what}: the file says {left}, the record {right}.", values)


def _shown(value: object) -> str:
    if value is None:
        return "-"
    return str(tuple(value)) if isinstance(value, tuple) else str(value)


def _foreign(name: str, where: str) -> Malformed:
    return Malformed(
        Sentence("a report of this definition's contests, written by urna"),
        Sentence("{name}", {"name": repr(name)[:120]}),
        Sentence("Compare it with the record that it was made from."),
        where,
    )
