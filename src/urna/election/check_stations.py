"""Whether stations and ballot styles follow from the territories, and no style has too few electors to be secret."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from urna.election.definition import BallotStyle, Definition, Station
from urna.election.mistake import Mistake, Path, doubled, doubled_codes, wrong
from urna.election.styles import EVERYBODY, Coverage
from urna.election.territory import Tree
from urna.words import N_


class _Known(NamedTuple):
    """What the stations are compared with."""

    tree: Tree
    coverage: Coverage
    styles: Mapping[str, tuple[str, ...]]
    """The contests of each style."""
    broken: set[str]
    """Styles that have a mistake of their own."""


def check_styles(definition: Definition) -> Iterator[Mistake]:
    """Styles hold known contests, each set once, and each style is used."""
    styles = definition.styles
    problem, remedy = N_("The ballot style {code} is there twice."), N_("Give one of them another code.")
    yield from doubled_codes("styles", (style.code for style in styles), problem, remedy)
    used = {each.style for station in definition.stations for each in station.styles}
    broken = _broken(definition)
    for index, style in enumerate(styles):
        if style.code in broken:
            problem = N_("The ballot style {code} is not a list of contests, each once, in the definition's order.")
            yield _of_style(index, style, problem, N_("Derive the styles again from the folder."))
        elif style.code not in used:
            yield _of_style(index, style, N_("No station uses the ballot style {code}."), N_("Take it out."))
    for again, _ in doubled([" ".join(style.contests) for style in styles]):
        problem = N_("The ballot style {code} has the same contests as another.")
        yield _of_style(again, styles[again], problem, N_("Keep one of them."))


def _broken(definition: Definition) -> set[str]:
    """The styles that are not contests of the definition, each once and in its order."""
    order = {contest.code: number for number, contest in enumerate(definition.contests)}
    broken = set()
    for style in definition.styles:
        numbers = [order.get(code, -1) for code in style.contests]
        if not numbers or -1 in numbers or numbers != sorted(set(numbers)):
            broken.add(style.code)
    return broken


def _of_style(index: int, style: BallotStyle, problem: str, remedy: str) -> Mistake:
    return wrong(("styles", index), problem, remedy, code=style.code)


def check_stations(definition: Definition, tree: Tree) -> Iterator[Mistake]:
    """Each station lies somewhere, has the styles that follow from it, and no style with too few electors."""
    stations = definition.stations
    problem, remedy = N_("The station {code} is there twice."), N_("Give one of them another code.")
    yield from doubled_codes("stations", (station.code for station in stations), problem, remedy)
    if not stations:
        yield wrong(("stations",), N_("There is no station."), N_("Add at least one station."))
    styles = {style.code: style.contests for style in reversed(definition.styles)}
    known = _Known(tree, Coverage(definition.contests), styles, _broken(definition))
    for index, station in enumerate(stations):
        yield from _check_place(("stations", index), station, tree)
        yield from _check_electors(("stations", index), station, definition.rules.secrecy_threshold)
        yield from _check_station_styles(("stations", index), station, known)
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
    chain = tree.chain(station.centre)
    for number, code in enumerate(station.within):
        if code in chain or code in station.within[:number]:
            yield wrong(
                path,
                N_("The station {code} names the territory {territory} twice."),
                N_("Name it once, and not what contains its centre."),
                code=station.code,
                territory=code,
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


def _check_station_styles(path: Path, station: Station, known: _Known) -> Iterator[Mistake]:
    """The styles of a station are those that its territories give to ALL, or to ALL and one group."""
    places = known.tree.places(station)
    codes = [each.style for each in station.styles]
    if not places or known.broken.intersection(codes):
        return
    groups = {contest.electorate for contest in known.coverage.contests(places)} | {EVERYBODY}
    right = {known.coverage.ballot(places, group).contests for group in groups}
    if codes and len(set(codes)) == len(codes) and all(known.styles.get(code) in right for code in codes):
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
