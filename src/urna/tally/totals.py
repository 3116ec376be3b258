"""Sums over tally sheets, per contest and territory, and turnout: whole numbers only, each station once.

A contest is summed in its own territory and in every territory below or beside it that holds some of its
stations; not in the territories that contain its own, where the sum would be the same again.
"""

from collections.abc import Iterable, Mapping
from copy import copy
from typing import NamedTuple

from urna.election.definition import Contest, Election
from urna.election.statement import PollBookStatement
from urna.encoding.canonical import Code, Count
from urna.errors import OutOfOrder
from urna.tally.results import ChoiceVotes, ContestTotal, Turnout
from urna.tally.sheet import ContestTally, OptionVotes, TallySheet
from urna.words import Sentence


class HandPart(NamedTuple):
    """What a hand count adds to the totals: people who signed, paper ballots, and its contests."""

    signatures: Count
    ballots: Count
    contests: tuple[ContestTally, ...]


class StationCount(NamedTuple):
    """What one counted station adds to the totals: people, ballots, and its contests."""

    station: Code
    identified: Count
    cast: Count
    contests: tuple[ContestTally, ...]
    """Of the machines' sheet; none where a hand count stands in its place."""
    hand: HandPart | None = None
    """What was counted by hand, by decision of the authority."""

    @property
    def is_by_hand_alone(self) -> bool:
        """Whether no machine's sheet counts, so that nobody says who was identified."""
        return self.hand is not None and not self.contests

    def tallies(self) -> dict[Code, tuple[ContestTally, ...]]:
        """By contest: the machines' tally and the hand count's, those that there are."""
        found: dict[Code, tuple[ContestTally, ...]] = {each.contest: (each,) for each in self.contests}
        for each in self.hand.contests if self.hand is not None else ():
            found[each.contest] = (*found.get(each.contest, ()), each)
        return found


class OwnPart(NamedTuple):
    """Votes of one contest at stations whose sheets withhold them, opened by the guardians in one sum."""

    contest: Code
    stations: tuple[Code, ...]
    """One or more, sorted."""
    ballots: Count
    votes: tuple[Count, ...]
    """In ballot order."""
    undervotes: Count


class _ContestSum:
    """The running sum of one contest in one territory."""

    __slots__ = ("ballots", "closed", "counted", "expected", "undervotes", "votes", "withheld", "withheld_ballots")

    def __init__(self, options: int) -> None:
        self.expected = self.counted = self.withheld = 0
        self.ballots = self.withheld_ballots = self.undervotes = 0
        self.votes = [0] * options
        self.closed: frozenset[Code] = frozenset()
        """Stations whose hand counts withhold: paper ballots are opened by no guardian."""

    def add(self, count: StationCount, tallies: tuple[ContestTally, ...], times: int) -> None:
        self.counted += times
        for tally in tallies:
            self._add_tally(tally, times)
        if any(tally.votes is None for tally in tallies):
            self.withheld += times
            if count.hand is not None and tallies[-1].votes is None:
                self.closed ^= {count.station}

    def _add_tally(self, tally: ContestTally, times: int) -> None:
        self.ballots += times * tally.ballots
        if tally.votes is None or tally.undervotes is None:
            self.withheld_ballots += times * tally.ballots
            return
        self.undervotes += times * tally.undervotes
        self.votes = [total + times * each.votes for total, each in zip(self.votes, tally.votes, strict=True)]

    def open(self, part: OwnPart) -> None:
        self.withheld -= len(set(part.stations) - self.closed)
        self.withheld_ballots -= part.ballots
        self.undervotes += part.undervotes
        self.votes = [total + votes for total, votes in zip(self.votes, part.votes, strict=True)]


class _PeopleSum:
    """The running sum of people in one territory."""

    __slots__ = (
        "ballots_by_hand",
        "cast",
        "counted",
        "expected",
        "identified",
        "registered",
        "registered_counted",
        "signed_by_hand",
    )

    def __init__(self) -> None:
        self.expected = self.counted = self.registered = self.registered_counted = self.identified = self.cast = 0
        self.signed_by_hand = self.ballots_by_hand = 0


def count_of(sheet: TallySheet, statement: PollBookStatement) -> StationCount:
    """What a station adds to the totals."""
    return StationCount(sheet.station, statement.identified_total, sheet.cast, sheet.contests)


class Totals:
    """The sums of an election, to which each counted station is added once.

    Args:
        election: the definition.
        registered: electors by station, from the roll's commitments.
    """

    def __init__(self, election: Election, registered: Mapping[Code, Count]) -> None:
        self._election = election
        self._registered = registered
        self._counted: set[Code] = set()
        self._above = {one.code: frozenset(election.chain(one.territory)[1:]) for one in election.definition.contests}
        self._contests: dict[tuple[Code, Code], _ContestSum] = {}
        self._people: dict[Code, _PeopleSum] = {}
        for station in election.stations:
            self._expect(station)

    def add(self, count: StationCount) -> None:
        """Adds a station's sheet, which reconciles with the definition (`tally/reconciliation`).

        Raises:
            OutOfOrder: the station is in these totals already, or unknown.
        """
        if count.station in self._counted or count.station not in self._election.stations:
            raise OutOfOrder(
                Sentence("each station of the definition once", {}),
                Sentence("{station} again, or unknown", {"station": count.station}),
                Sentence("Total again from the accepted sheets.", {}),
                count.station,
            )
        self._counted.add(count.station)
        self._count(count, 1)

    def remove(self, count: StationCount) -> None:
        """Takes a station's sheet out again: it was corrected or annulled.

        Raises:
            OutOfOrder: the station is not in these totals.
        """
        if count.station not in self._counted:
            raise OutOfOrder(
                Sentence("a station that is counted"),
                Sentence("{station}, which is not", {"station": count.station}),
                Sentence("Total again from the accepted sheets.", {}),
                count.station,
            )
        self._counted.remove(count.station)
        self._count(count, -1)

    @property
    def size(self) -> int:
        """How many totals of contests there are."""
        return len(self._contests)

    def copy(self) -> "Totals":
        """Totals that go their own way from now on."""
        other = copy(self)
        other._counted = set(self._counted)
        other._contests = {key: copy(total) for key, total in self._contests.items()}
        other._people = {territory: copy(people) for territory, people in self._people.items()}
        return other

    def total(self, contest: Code, territory: Code) -> ContestTotal:
        """One contest in one territory, as it stands; raises KeyError where it is not summed."""
        return _contest_total(self._election.contests[contest], territory, self._contests[contest, territory])

    def turnout_in(self, territory: Code) -> Turnout:
        """People of one territory, as they stand; raises KeyError if no station lies in it."""
        return _turnout(territory, self._people[territory])

    def _count(self, count: StationCount, times: int) -> None:
        places = self._election.territories_of_station(count.station)
        for contest, tallies in count.tallies().items():
            for territory in self._shown(contest, places):
                self._contests[contest, territory].add(count, tallies, times)
        for territory in places:
            self._count_people(self._people[territory], count, times)

    def open(self, part: OwnPart) -> None:
        """Adds votes that the guardians opened: those of stations whose sheets, counted already, withhold them.

        They are in the totals of every territory that holds all of these stations, and of no other: what a territory
        has of them alone stays closed.
        """
        places = [self._election.territories_of_station(station) for station in part.stations]
        shared = [each for each in places[0] if all(each in others for others in places[1:])]
        for territory in self._shown(part.contest, shared):
            self._contests[part.contest, territory].open(part)

    def contests(self) -> tuple[ContestTotal, ...]:
        """All totals: by contest, then by territory, both in the definition's order."""
        definition = self._election.definition
        return tuple(
            _contest_total(contest, territory.code, self._contests[contest.code, territory.code])
            for contest in definition.contests
            for territory in definition.territories
            if (contest.code, territory.code) in self._contests
        )

    def turnout(self) -> tuple[Turnout, ...]:
        """People by territory, in the definition's order."""
        return tuple(
            _turnout(territory.code, self._people[territory.code])
            for territory in self._election.definition.territories
            if territory.code in self._people
        )

    def _expect(self, station: Code) -> None:
        places = self._election.territories_of_station(station)
        for contest in self._election.contests_of_station(station):
            for territory in self._shown(contest.code, places):
                key = (contest.code, territory)
                if key not in self._contests:
                    self._contests[key] = _ContestSum(len(contest.options))
                self._contests[key].expected += 1
        for territory in places:
            people = self._people.setdefault(territory, _PeopleSum())
            people.expected += 1
            people.registered += self._registered.get(station, 0)

    def _count_people(self, people: _PeopleSum, count: StationCount, times: int) -> None:
        people.counted += times
        if not count.is_by_hand_alone:
            people.registered_counted += times * self._registered.get(count.station, 0)
        if count.hand is not None:
            people.signed_by_hand += times * count.hand.signatures
            people.ballots_by_hand += times * count.hand.ballots
        people.identified += times * count.identified
        people.cast += times * count.cast

    def _shown(self, contest: Code, places: Iterable[Code]) -> list[Code]:
        above = self._above[contest]
        return [territory for territory in places if territory not in above]


def votes_by_choice(contest: Contest, votes: Iterable[OptionVotes]) -> dict[Code, int]:
    """Votes of each choice, in the definition's order: the sum over its options (cards)."""
    found = dict.fromkeys((choice.code for choice in contest.choices), 0)
    counted_for = {option.code: option.choice for option in contest.options}
    for each in votes:
        found[counted_for[each.option]] += each.votes
    return found


def _contest_total(contest: Contest, territory: Code, total: _ContestSum) -> ContestTotal:
    votes = tuple(
        OptionVotes(option=option.code, votes=number)
        for option, number in zip(contest.options, total.votes, strict=True)
    )
    by_choice = votes_by_choice(contest, votes)
    return ContestTotal(
        territory=territory,
        contest=contest.code,
        stations_expected=total.expected,
        stations_counted=total.counted,
        stations_withheld=total.withheld,
        ballots=total.ballots,
        withheld_ballots=total.withheld_ballots,
        votes=votes,
        choices=tuple(ChoiceVotes(choice=choice, votes=number) for choice, number in by_choice.items()),
        undervotes=total.undervotes,
    )


def _turnout(territory: Code, people: _PeopleSum) -> Turnout:
    return Turnout(
        territory=territory,
        stations_expected=people.expected,
        stations_counted=people.counted,
        registered=people.registered,
        registered_counted=people.registered_counted,
        identified=people.identified,
        cast=people.cast,
        signed_by_hand=people.signed_by_hand,
        ballots_by_hand=people.ballots_by_hand,
    )
