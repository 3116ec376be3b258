"""The results by contest and by territory, each found at once: a nation's page asks thousands of times."""

from collections import defaultdict
from collections.abc import Collection

from urna.election.definition import Contest, Election, Territory
from urna.encoding.canonical import Code
from urna.tally.results import ContestTotal, Results, StationResult, StationState


class Lookup:
    """An election's results, ready to be asked.

    Args:
        election: the definition.
        results: an edition of its results.
        logged: stations with a sheet in the log. One that is outstanding all the same is received, not yet proven.
    """

    def __init__(self, election: Election, results: Results, logged: Collection[Code] = ()) -> None:
        self.election = election
        self.results = results
        self.root = next(each for each in election.definition.territories if each.parent is None)
        self.totals = {(total.contest, total.territory): total for total in results.totals}
        self.turnout = {turnout.territory: turnout for turnout in results.turnout}
        self.seats = {result.contest: result for result in results.seats}
        self.persons = {persons.contest: persons for persons in results.elected}
        self.states = {each.station: each for each in results.stations}
        self.received = frozenset(
            each.station
            for each in results.stations
            if each.state is StationState.OUTSTANDING and each.station in logged
        )
        self.by_territory: dict[Code, list[ContestTotal]] = defaultdict(list)
        for total in results.totals:
            self.by_territory[total.territory].append(total)
        self._stations: dict[Code, list[StationResult]] = defaultdict(list)
        for station in results.stations:
            for territory in election.chain(election.stations[station.station].centre):
                self._stations[territory].append(station)
        self._within: dict[Code, list[StationResult]] = defaultdict(list)
        for station in results.stations:
            for territory in election.stations[station.station].within:
                self._within[territory].append(station)
        self._beside_in: dict[Code | None, list[Territory]] = defaultdict(list)
        for each in self.beside():
            self._beside_in[each.parent].append(each)
        self._children: dict[Code | None, list[Territory]] = defaultdict(list)
        for each in election.definition.territories:
            self._children[each.parent].append(each)

    def children(self, territory: Code) -> list[Territory]:
        """The territories directly below one, those with stations in the tree, in the definition's order."""
        return [child for child in self._children[territory] if child.code in self._stations]

    def beside(self) -> list[Territory]:
        """Territories beside the tree that have stations: circuits and regions, in the definition's order."""
        territories = self.election.definition.territories
        return [each for each in territories if each.code in self.turnout and each.code not in self._stations]

    def beside_in(self, territory: Code) -> list[Territory]:
        """Those beside the tree that lie directly in a territory of it."""
        return self._beside_in.get(territory, [])

    def stations(self, territory: Code) -> list[StationResult]:
        """The stations of a territory, in the tree or beside it, in the definition's order."""
        return self._stations.get(territory) or self._within.get(territory, [])

    def with_pages(self) -> dict[Code, None]:
        """The territories that have a page of their own, in the definition's order; they follow from it alone.

        The root, those directly below it, those beside the tree, and all with more than one station: a territory of one
        station is that station's page.
        """
        root = self.root.code
        return {
            each.code: None
            for each in self.election.definition.territories
            if (stations := len(self.stations(each.code))) > 1 or (stations and (each.parent in (None, root)))
        }

    def region(self, contest: Contest) -> Code:
        """Under which name a contest is looked for: the root, or the territory just below it."""
        chain = self.election.chain(contest.territory)
        return chain[-1] if len(chain) == 1 else chain[-2]
