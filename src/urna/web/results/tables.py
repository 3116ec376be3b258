"""The numbers of an election as tables, one row a station or one a sum: what analysts and journalists open.

    data/<CONTEST>.…      a contest by station: people, ballots, votes of each option
    data/totals.…         every contest in every territory, one row an option
    data/turnout.…        people by territory
    data/seats.…          every choice: votes and seats in its own territory
    data/options.…        what the codes of options stand for
    data/nist-results.…   all of it in NIST's format (`web/results/nist`)

Where a contest has too many stations for a spreadsheet, there are tables by region too, in data/<CONTEST>/.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from urna.election.definition import Contest
from urna.encoding.canonical import Code
from urna.tally.hand_count import part_of
from urna.tally.sheet import ContestTally
from urna.web.results.evidence import Evidence
from urna.web.results.keys import Keys, key_of
from urna.web.results.lookup import Lookup
from urna.web.results.nist import has_room

ROWS_IN_A_SPREADSHEET = 5_000
"""More rows are no spreadsheet's; the tables by region are."""

TEXTS = frozenset(
    ("contest", "territory", "territory_name", "option", "name", "kind", "choice", "choice_name", "party")
)

_OURS = frozenset(
    (
        "station",
        "name",
        "status",
        "sheet",
        "sequence",
        "hand",
        "registered",
        "identified",
        "cast",
        "ballots",
        "undervotes",
    )
)

Value = str | int | None


class Table(NamedTuple):
    """Rows under named columns; None is a number that does not exist or is kept secret."""

    columns: tuple[str, ...]
    texts: frozenset[str]
    """The columns that hold text; the others hold whole numbers."""
    rows: Sequence[tuple[Value, ...]]


class TableFile(NamedTuple):
    """A table before it is made."""

    stem: str
    """Of its files, seen from the site's folder."""
    key: str
    contest: Code = ""
    """Of a table by station."""
    region: Code = ""
    """Of a part; empty for all stations of the contest."""
    parts: tuple[str, ...] = ()
    """The stems of the parts that make it, one after the other."""
    is_spreadsheet: bool = True


class Tables:
    """The tables of one edition.

    Args:
        lookup: the results.
        evidence: the record.
        keys: of the site.
    """

    def __init__(self, lookup: Lookup, evidence: Evidence, keys: Keys) -> None:
        self._lookup, self._evidence, self._keys = lookup, evidence, keys

    def files(self) -> Iterator[TableFile]:
        """Every table, parts before what they make."""
        for contest in self._lookup.election.definition.contests:
            yield from self._of_contest(contest)
        yield TableFile("data/totals", self._keys.edition, is_spreadsheet=self.totals_fit)
        yield from (TableFile(f"data/{name}", self._keys.edition) for name in ("turnout", "seats"))
        yield TableFile("data/options", self._keys.site)

    def table(self, file: TableFile) -> Table:
        """A table that is not made of parts."""
        if file.contest:
            contest = self._lookup.election.contests[file.contest]
            return self._by_station(contest, self._stations_in(contest.code, file.region))
        makers = {"totals": self._totals, "turnout": self._turnout, "seats": self._seats, "options": self._options}
        return makers[file.stem.rpartition("/")[2]]()

    def regions(self, contest: Code) -> list[Code]:
        """The regions of the tables of a contest with too many stations for one; none for others."""
        if len(self._stations[contest]) <= ROWS_IN_A_SPREADSHEET:
            return []
        children = self._lookup.children(self._lookup.root.code)
        return [each.code for each in children if self._stations_in(contest, each.code)]

    def _of_contest(self, contest: Contest) -> Iterator[TableFile]:
        stem, code = f"data/{contest.code}", contest.code
        regions = self.regions(code)
        for region in regions:
            key = self._key(self._stations_in(code, region))
            yield TableFile(f"{stem}/{region}", key, code, region)
        parts = tuple(f"{stem}/{region}" for region in regions)
        yield TableFile(stem, self._key(self._stations[code]), code, parts=parts, is_spreadsheet=not regions)

    def _key(self, stations: Sequence[Code]) -> str:
        return key_of(self._keys.site, [self._keys.state(station) for station in stations])

    @cached_property
    def _stations(self) -> Mapping[Code, list[Code]]:
        """The stations of each contest, in the definition's order."""
        election = self._lookup.election
        found: dict[Code, list[Code]] = {contest: [] for contest in election.contests}
        for station in election.definition.stations:
            for code in {code for each in station.styles for code in election.styles[each.style].contests}:
                found[code].append(station.code)
        return found

    @cached_property
    def _region_of(self) -> Mapping[Code, Code]:
        """The territory below the root in which each station lies."""
        election = self._lookup.election
        chains = {each.code: election.chain(each.centre) for each in election.definition.stations}
        return {code: chain[-2] if len(chain) > 1 else chain[0] for code, chain in chains.items()}

    def _stations_in(self, contest: Code, region: Code) -> list[Code]:
        return [each for each in self._stations[contest] if not region or self._region_of[each] == region]

    @cached_property
    def _levels(self) -> list[Code]:
        """The kinds of territories of the tree below the root, as they first occur."""
        tree = {code for station in self._lookup.election.stations.values() for code in self._above(station.centre)}
        kinds = (each.kind for each in self._lookup.election.definition.territories if each.code in tree)
        return list(dict.fromkeys(kinds))

    def _above(self, centre: Code) -> tuple[Code, ...]:
        return self._lookup.election.chain(centre)[:-1]

    def _by_station(self, contest: Contest, stations: Sequence[Code]) -> Table:
        levels = (
            level.lower() if level.lower() not in _OURS else f"territory_{level.lower()}" for level in self._levels
        )
        head = ("station", "name", *levels, "status", "sheet", "sequence", "hand")
        counts = ("registered", "identified", "cast", "ballots")  # codes of options are in capitals
        options = tuple(option.code for option in contest.options)
        rows = [self._station_row(contest, station) for station in stations]
        return Table((*head, *counts, *options, "undervotes"), frozenset(head) - {"sequence"}, rows)

    def _station_row(self, contest: Contest, code: Code) -> tuple[Value, ...]:
        election, result = self._lookup.election, self._lookup.states[code]
        station = election.stations[code]
        names = {t.kind: t.name for t in map(election.territories.__getitem__, self._above(station.centre))}
        state = "received" if code in self._lookup.received else result.state.value
        head: tuple[Value, ...] = (code, station.name, *(names.get(level) for level in self._levels), state)
        sheets = (result.sheet, result.sequence, result.hand)
        if result.sheet is None and result.hand is None:
            return (*head, *sheets, *(None,) * (5 + len(contest.options)))
        people: tuple[Value, ...] = (station.electors, None, None)
        tallies: list[ContestTally] = []
        if result.sheet is not None:
            read = self._evidence.sheet(code, result.sequence or 0)
            people = (read.statement.registered, read.statement.identified_total, read.sheet.cast)
            tallies += read.sheet.contests
        hand = self._evidence.counted_by_hand(result)
        if hand is not None:
            tallies += part_of(election, hand.sheet).contests
        return (*head, *sheets, *people, *_votes(contest, tallies))

    @property
    def totals_fit(self) -> bool:
        """Whether the table of totals is a spreadsheet too."""
        contests = self._lookup.election.contests
        rows = sum(len(contests[total.contest].options) for total in self._lookup.results.totals)
        return rows <= ROWS_IN_A_SPREADSHEET

    @property
    def report_has_stations(self) -> bool:
        """Whether the report in NIST's format has each station."""
        return has_room(self._lookup.election, self._stations)

    def _totals(self) -> Table:
        stated = ("stations_expected", "stations_counted", "stations_withheld")
        counts = ("ballots", "withheld_ballots", "undervotes", "option", "votes")
        columns = ("contest", "territory", "territory_name", *stated, *counts)
        names = self._lookup.election.territories
        rows: list[tuple[Value, ...]] = []
        for each in self._lookup.results.totals:
            place = (each.contest, each.territory, names[each.territory].name)
            stations = (each.stations_expected, each.stations_counted, each.stations_withheld)
            head = (*place, *stations, each.ballots, each.withheld_ballots, each.undervotes)
            rows += [(*head, votes.option, votes.votes) for votes in each.votes]
        return Table(columns, TEXTS, rows)

    def _turnout(self) -> Table:
        counts = ("stations_expected", "stations_counted", "registered", "registered_counted", "identified", "cast")
        columns = ("territory", "name", "kind", *counts, "signed_by_hand", "ballots_by_hand")
        rows: list[tuple[Value, ...]] = []
        for each in self._lookup.results.turnout:
            territory = self._lookup.election.territories[each.territory]
            stations = (each.stations_expected, each.stations_counted, each.registered, each.registered_counted)
            people = (each.identified, each.cast, each.signed_by_hand, each.ballots_by_hand)
            rows.append((territory.code, territory.name, territory.kind, *stations, *people))
        return Table(columns, TEXTS, rows)

    def _seats(self) -> Table:
        columns = ("contest", "territory", "choice", "name", "party", "votes", "seats", "second_round")
        rows: list[tuple[Value, ...]] = []
        for contest in self._lookup.election.definition.contests:
            total = self._lookup.totals.get((contest.code, contest.territory))
            votes = {each.choice: each.votes for each in total.choices} if total else {}
            result = self._lookup.seats.get(contest.code)
            won = result.seats() if result else {}
            going_on = {each.code for each in result.second_round.places} if result and result.second_round else set()
            for choice in contest.choices:
                place = (contest.code, contest.territory, choice.code, choice.name, choice.party)
                seats = won.get(choice.code) if result else None
                rows.append((*place, votes.get(choice.code), seats, int(choice.code in going_on) if result else None))
        return Table(columns, TEXTS, rows)

    def _options(self) -> Table:
        columns = ("contest", "option", "name", "party", "choice", "choice_name")
        rows: list[tuple[Value, ...]] = []
        for contest in self._lookup.election.definition.contests:
            names = {choice.code: choice.name for choice in contest.choices}
            rows += [
                (contest.code, each.code, each.name, each.party, each.choice, names[each.choice])
                for each in contest.options
            ]
        return Table(columns, TEXTS, rows)


def _votes(contest: Contest, tallies: Iterable[ContestTally]) -> tuple[Value, ...]:
    """Ballots, the votes of each option, and votes not used: of the machines and by hand together.

    None where no sheet shows votes; where one of two does, its votes alone, as in every total.
    """
    mine = [tally for tally in tallies if tally.contest == contest.code]
    if not mine:
        return (None,) * (len(contest.options) + 2)
    ballots = sum(tally.ballots for tally in mine)
    shown = [tally for tally in mine if tally.votes is not None]
    if not shown:
        return (ballots, *(None,) * (len(contest.options) + 1))
    votes = (sum(each) for each in zip(*([one.votes for one in tally.votes or ()] for tally in shown), strict=True))
    return (ballots, *votes, sum(tally.undervotes or 0 for tally in shown))
