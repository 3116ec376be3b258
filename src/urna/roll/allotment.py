"""Which station of a centre an elector votes at, where the registry names the centre only.

The definition says how many electors of each ballot style a station has; the allotment fills those places.

1. Take the electors of one centre and group in the order of their numbers.
2. Give each to the station, of those with places for that group, that is filled to the smallest share;
   of equal shares, to the one whose code sorts first.

So neighbours in the order of numbers are spread evenly over the stations, the stations fill at one pace, and
anybody with the same roll and definition gets the same allotment. Electors whom the file places by name are
counted as places taken before the first is allotted. Where there are more electors than places, the stations
go on filling evenly and the check against the definition says so.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from heapq import heapify, heapreplace
from typing import NamedTuple

from urna.election.definition import Election
from urna.encoding.canonical import Code
from urna.roll.rows import Row
from urna.roll.styles import styles_for


class Place(NamedTuple):
    """Where an elector votes, and on what."""

    station: Code
    style: Code


def allot(rows: Iterable[Row], election: Election, taken: Iterable[Place] = ()) -> dict[int, Place]:
    """The place of each row that names no station, by the row's line.

    Rows of a centre and group for which no station has places are left out; the caller reports them.

    Args:
        rows: rows with a centre of the definition and without a station.
        election: the definition that says how many places each station has.
        taken: the places of the electors whom the file places by name.
    """
    filled = Counter(taken)
    waiting: dict[tuple[Code, Code], list[Row]] = defaultdict(list)
    for row in rows:
        waiting[row.centre or "", row.group].append(row)
    allotted: dict[int, Place] = {}
    stations = stations_of_centres(election)
    for (centre, group), electors in sorted(waiting.items()):
        places = places_for(election, stations.get(centre, ()), group)
        allotted.update(deal(sorted(electors, key=lambda row: row.number), places, filled))
    return allotted


def stations_of_centres(election: Election) -> Mapping[Code, Sequence[Code]]:
    """The stations of each centre."""
    found: dict[Code, list[Code]] = defaultdict(list)
    for station in election.definition.stations:
        found[station.centre].append(station.code)
    return found


def places_for(election: Election, stations: Iterable[Code], group: Code) -> dict[Place, int]:
    """The stations at which this group can vote, with how many electors of its style the definition gives them."""
    found = {}
    for station in stations:
        styles = styles_for(election, station, group)
        electors = {each.style: each.electors for each in election.stations[station].styles}
        if len(styles) == 1 and electors[styles[0]]:
            found[Place(station, styles[0])] = electors[styles[0]]
    return found


def deal(rows: Iterable[Row], places: Mapping[Place, int], filled: Counter[Place]) -> Iterable[tuple[int, Place]]:
    """Deals the rows out, each to the place filled least; counts them in `filled`."""
    queue = [(Fraction(filled[place], size), place) for place, size in places.items()]
    heapify(queue)
    for row in rows if queue else ():
        place = queue[0][1]
        filled[place] += 1
        heapreplace(queue, (Fraction(filled[place], places[place]), place))
        yield row.line, place
