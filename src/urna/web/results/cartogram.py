"""The territories below the nation as a map, from a supplied GeoJSON file, or as tiles where there is none.

Each carries the choice with most votes there in the first contest of the whole nation: its colour, its share, and how
many of the stations are counted. The table below it says the same in numbers, for those who see no colours.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import ceil, sqrt
from typing import NamedTuple

from urna.election.definition import Contest, Territory
from urna.tally.results import ContestTotal
from urna.web.results.contests import NO_PARTY, in_language
from urna.web.results.figures import share
from urna.web.results.frame import Language
from urna.web.results.geojson import GeoMap
from urna.web.results.house import ink_on
from urna.web.results.lookup import Lookup
from urna.web.results.names import Names
from urna.web.results.outlines import Middle

TILE, GAP = 100, 8

ROOM_OF_SIGN, ROOM_OF_BOTH = 9, 17
"""Units from a sign's place to the border, from which a map has room for it, and for the leader's name below."""


class Area(NamedTuple):
    """A territory of the picture."""

    name: str
    page: str
    outline: str
    x: int
    """Of a tile's corner; on a map, of the sign."""
    y: int
    sign: str
    """A short name."""
    leader: str
    color: str
    ink: str
    share: Fraction | None
    """The leader's, of the valid votes there."""
    counted: Fraction | None
    """Stations counted, of all there."""
    has_sign: bool
    """Whether there is room for it; on a tile there is."""
    has_both: bool
    """Whether there is room for the leader's name, too."""


class Leader(NamedTuple):
    """A line of the legend."""

    name: str
    color: str
    areas: int


class Cartogram(NamedTuple):
    """The picture with its legend."""

    title: str
    """Of the contest; empty without one."""
    is_map: bool
    width: int
    height: int
    areas: tuple[Area, ...]
    leaders: tuple[Leader, ...]


def cartogram(names: Names, language: Language, geo: GeoMap | None) -> Cartogram | None:
    """The territories directly below the root; None where there are fewer than two, or no votes to show."""
    lookup = names.lookup
    territories = lookup.children(lookup.root.code)
    contest = next((each for each in lookup.election.definition.contests if each.territory == lookup.root.code), None)
    if len(territories) < 2 or contest is None:
        return None
    is_map = geo is not None and all(each.code in geo.outlines for each in territories)
    columns = ceil(sqrt(len(territories) * 1.5))
    areas = []
    for number, each in enumerate(territories):
        row, column = divmod(number, columns)
        outline = geo.outlines[each.code] if geo is not None and is_map else ""
        tile = Middle(column * (TILE + GAP), row * (TILE + GAP), TILE)
        place = _Place(outline, geo.middles[each.code] if geo is not None and is_map else tile)
        areas.append(_area(names, language, contest, each, place))
    rows = ceil(len(territories) / columns)
    return Cartogram(
        title=in_language(contest.title, language.code),
        is_map=is_map,
        width=geo.width if geo is not None and is_map else min(columns, len(territories)) * (TILE + GAP) - GAP,
        height=geo.height if geo is not None and is_map else rows * (TILE + GAP) - GAP,
        areas=tuple(areas),
        leaders=tuple(_leaders(areas)),
    )


class _Place(NamedTuple):
    outline: str
    middle: Middle


def _area(names: Names, language: Language, contest: Contest, territory: Territory, place: _Place) -> Area:
    lookup = names.lookup
    # A contest of the whole nation is summed in every territory below it.
    total = lookup.totals.get((contest.code, territory.code))
    leader, color, part = _leader(lookup, contest, total)
    turnout = lookup.turnout[territory.code]
    return Area(
        name=territory.name,
        page=names.territory(language, territory.code),
        outline=place.outline,
        x=place.middle.x,
        y=place.middle.y,
        sign=territory.code.rpartition("-")[2][:4] or territory.name[:4],
        leader=leader,
        color=color,
        ink=ink_on(color) if color else "currentColor",
        share=part,
        counted=share(turnout.stations_counted, turnout.stations_expected),
        has_sign=place.middle.room >= ROOM_OF_SIGN,
        has_both=place.middle.room >= ROOM_OF_BOTH,
    )


def _leader(lookup: Lookup, contest: Contest, total: ContestTotal | None) -> tuple[str, str, Fraction | None]:
    """Name, colour and share of the choice with most votes; nobody where there are none, or two have equally many."""
    votes = {each.choice: each.votes for each in total.choices} if total else {}
    most = max(votes.values(), default=0)
    first = [choice for choice in contest.choices if most and votes[choice.code] == most]
    if len(first) != 1:
        return "", "", None
    party = lookup.election.parties.get(first[0].party or "")
    color = party.color if party else NO_PARTY
    return (party.short_name if party else first[0].name), color, share(most, sum(votes.values()))


def _leaders(areas: Iterable[Area]) -> Iterator[Leader]:
    found: dict[tuple[str, str], int] = {}
    for area in areas:
        if area.leader:
            found[area.leader, area.color] = found.get((area.leader, area.color), 0) + 1
    for (name, color), count in sorted(found.items(), key=lambda each: -each[1]):
        yield Leader(name, color, count)
