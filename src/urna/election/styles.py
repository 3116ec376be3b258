"""Ballot styles: which contests an elector of a station decides, derived from territories and electorates.

An elector of group G at a station decides the contests of the station's territories whose electorate is ALL or
G. So a style is a set of contests, and whoever reads a definition can derive it again.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from urna.election.definition import BallotStyle, Contest, Definition, Station
from urna.election.mistake import Mistake, Path, doubled, doubled_codes, wrong
from urna.election.territory import Tree
from urna.words import N_

EVERYBODY = "ALL"
"""The electorate that every elector belongs to."""

LONGEST_CODE = 40


class Ballot(NamedTuple):
    """The contests of one kind of elector, by their codes in the definition's order, and the kind's group."""

    contests: tuple[str, ...]
    group: str


class Coverage:
    """Which contests are decided where.

    Args:
        contests: in the definition's order, the order on every ballot.
    """

    def __init__(self, contests: Sequence[Contest]) -> None:
        self._order = {contest.code: number for number, contest in enumerate(contests)}
        self._at: dict[str, list[Contest]] = {}
        for contest in contests:
            self._at.setdefault(contest.territory, []).append(contest)

    def contests(self, places: Sequence[str]) -> list[Contest]:
        """The contests decided in any of these territories, in ballot order."""
        found = [contest for place in places for contest in self._at.get(place, ())]
        return sorted(found, key=lambda contest: self._order[contest.code])

    def ballot(self, places: Sequence[str], group: str) -> Ballot:
        """What an elector of a group decides in these territories; a group without a contest there is like all."""
        suited = [contest for contest in self.contests(places) if contest.electorate in {EVERYBODY, group}]
        own = any(contest.electorate == group for contest in suited)
        return Ballot(tuple(contest.code for contest in suited), group if own else EVERYBODY)


def name_styles(ballots: Mapping[Ballot, int], contests: Sequence[Contest]) -> dict[Ballot, str]:
    """A readable code for each distinct ballot: its narrowest territory, and the group if there is one.

    Ballots that share their narrowest territory add the next one, until they differ. The codes depend on the
    definition alone, so the same folder gives the same codes.

    Args:
        ballots: each with the number of stations that use it; different in contests.
        contests: in the definition's order.
    """
    territory = {contest.code: contest.territory for contest in contests}
    stations = Counter[str]()
    for ballot, count in ballots.items():
        stations.update(dict.fromkeys({territory[code] for code in ballot.contests}, count))
    narrow = {ballot: _narrowest(ballot, territory, stations) for ballot in ballots}
    names: dict[Ballot, str] = {}
    for length in range(1, 1 + max((len(places) for places in narrow.values()), default=0)):
        spelled = {ballot: _spell(ballot, narrow[ballot][:length]) for ballot in ballots if ballot not in names}
        shared = Counter([*spelled.values(), *names.values()])
        names |= {ballot: name for ballot, name in spelled.items() if shared[name] == 1 and len(name) <= LONGEST_CODE}
    return {ballot: names.get(ballot, f"STYLE-{number}") for number, ballot in enumerate(ballots, start=1)}


def _narrowest(ballot: Ballot, territory: Mapping[str, str], stations: Mapping[str, int]) -> list[str]:
    """A ballot's territories, those with the fewest stations first, then in ballot order."""
    places = list(dict.fromkeys(territory[code] for code in ballot.contests))
    return sorted(places, key=lambda place: stations[place])


def _spell(ballot: Ballot, places: Sequence[str]) -> str:
    return "-".join(places if ballot.group == EVERYBODY else (*places, ballot.group))


def check_styles(definition: Definition) -> Iterator[Mistake]:
    """Styles hold known contests, each set once, and each style is used."""
    styles = definition.styles
    problem, remedy = N_("The ballot style {code} is there twice."), N_("Give one of them another code.")
    yield from doubled_codes("styles", (style.code for style in styles), problem, remedy)
    order = {contest.code: number for number, contest in enumerate(definition.contests)}
    used = {each.style for station in definition.stations for each in station.styles}
    for index, style in enumerate(styles):
        numbers = [order.get(code, -1) for code in style.contests]
        if not numbers or -1 in numbers or numbers != sorted(set(numbers)):
            problem = N_("The ballot style {code} is not a list of contests, each once, in the definition's order.")
            yield _of_style(index, style, problem, N_("Derive the styles again from the folder."))
        elif style.code not in used:
            yield _of_style(index, style, N_("No station uses the ballot style {code}."), N_("Take it out."))
    for again, _ in doubled([" ".join(style.contests) for style in styles]):
        problem = N_("The ballot style {code} has the same contests as another.")
        yield _of_style(again, styles[again], problem, N_("Keep one of them."))


def _of_style(index: int, style: BallotStyle, problem: str, remedy: str) -> Mistake:
    return wrong(("styles", index), problem, remedy, code=style.code)


def check_stations(definition: Definition, tree: Tree) -> Iterator[Mistake]:
    """Each station lies somewhere, has the styles that follow from it, and no style with too few electors."""
    stations = definition.stations
    problem, remedy = N_("The station {code} is there twice."), N_("Give one of them another code.")
    yield from doubled_codes("stations", (station.code for station in stations), problem, remedy)
    if not stations:
        yield wrong(("stations",), N_("There is no station."), N_("Add at least one station."))
    coverage = Coverage(definition.contests)
    styles = {style.code: style for style in definition.styles}
    for index, station in enumerate(stations):
        yield from _check_place(("stations", index), station, tree)
        yield from _check_electors(("stations", index), station, definition.rules.secrecy_threshold)
        yield from _check_station_styles(("stations", index), station, tree, coverage, styles)
    yield from _check_reach(definition, tree)


def _check_place(path: Path, station: Station, tree: Tree) -> Iterator[Mistake]:
    """The centre is a leaf of the tree; of each kind of territory a station lies in one at most."""
    for code in (station.centre, *station.within):
        if code not in tree.territories:
            yield wrong(
                path,
                N_("The station {code} lies in {territory}, which is not a territory."),
                N_("Correct the code, or add {territory} as a territory."),
                code=station.code,
                territory=code,
            )
    if station.centre in tree.parents:
        yield wrong(
            path,
            N_("The station {code} lies in {territory}, which has territories inside."),
            N_("Name the polling centre, a territory without others inside."),
            code=station.code,
            territory=station.centre,
        )
    kinds: dict[str, str] = {}
    for place in tree.places(station):
        kind = tree.territories[place].kind
        if kind in kinds:
            yield wrong(
                path,
                N_("The station {code} lies in two territories of the kind {kind}: {first} and {second}."),
                N_("Keep one of them."),
                code=station.code,
                kind=kind,
                first=kinds[kind],
                second=place,
            )
        kinds.setdefault(kind, place)


def _check_electors(path: Path, station: Station, threshold: int) -> Iterator[Mistake]:
    for each in station.styles:
        if each.electors < threshold:
            yield wrong(
                path,
                N_(
                    "{electors} electors at the station {code} vote on the style {style}; the secrecy threshold is {n}."
                ),
                N_("So few could be known by their votes: let them vote at a larger station."),
                code=station.code,
                style=each.style,
                electors=each.electors,
                n=threshold,
            )


def _check_station_styles(
    path: Path, station: Station, tree: Tree, coverage: Coverage, styles: Mapping[str, BallotStyle]
) -> Iterator[Mistake]:
    """The styles of a station are those that its territories give to ALL, or to ALL and one group."""
    places = tree.places(station)
    if not places:
        return
    groups = {contest.electorate for contest in coverage.contests(places)} | {EVERYBODY}
    right = {coverage.ballot(places, group).contests for group in groups}
    codes = [each.style for each in station.styles]
    if (
        codes
        and len(set(codes)) == len(codes)
        and all(code in styles and styles[code].contests in right for code in codes)
    ):
        return
    yield wrong(
        (*path, "styles"),
        N_("The station {code} has the ballot styles {styles}, which are not those of its territories."),
        N_("Derive the styles again from the folder."),
        code=station.code,
        styles=", ".join(codes) or "-",
    )


def _check_reach(definition: Definition, tree: Tree) -> Iterator[Mistake]:
    """Every contest is decided by somebody; passed over where a station's place is not known."""
    if any(not tree.places(station) for station in definition.stations):
        return
    styles = {each.style for station in definition.stations for each in station.styles}
    reached = {code for style in definition.styles if style.code in styles for code in style.contests}
    for index, contest in enumerate(definition.contests):
        if contest.code not in reached and contest.territory in tree.territories:
            yield wrong(
                ("contests", index, "stations"),
                N_("No station votes in the contest {code}."),
                N_("Add a station in {territory}, or take the contest out."),
                code=contest.code,
                territory=contest.territory,
            )
