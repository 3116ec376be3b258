"""Whether a definition is of a size that can be checked: looked at before any other rule, since anybody may write one.

Territories one in another, stations in thousands of them and contests of thousands of groups are followed from every
station: a folder of a megabyte would keep its reader busy for a day.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator

from urna.election.definition import Definition, Territory
from urna.election.mistake import Mistake, wrong
from urna.words import N_

MOST_LEVELS = 50
"""Of territories one in another, from a polling centre up to the nation."""

MOST_AROUND = 50
"""Territories that a station names beside the tree."""

MOST_STEPS = 100_000_000
"""From stations to the contests of their territories, for each group of electors there."""

MOST_SEATS = 500_000
"""Of all contests together: each is explained one by one in every edition of the results."""


def check_sizes(definition: Definition) -> Iterator[Mistake]:
    """What is too large, the first thing of each part; codes that are unknown or doubled are passed over."""
    territories = {territory.code: territory for territory in definition.territories}
    for index, territory in enumerate(definition.territories):
        if len(_levels(territory.code, territories)) > MOST_LEVELS:
            yield wrong(
                ("territories", index),
                N_("The territory {code} lies in more than {most} others, one in another."),
                N_("Leave levels out."),
                code=territory.code,
                most=MOST_LEVELS,
            )
            return
    yield from _check_seats(definition)
    yield from _check_stations(definition, territories)


def _check_seats(definition: Definition) -> Iterator[Mistake]:
    seats = 0
    for index, contest in enumerate(definition.contests):
        seats += contest.seat_rule.seats
        if seats > MOST_SEATS:
            yield wrong(
                ("contests", index),
                N_("The contests up to {code} fill {seats} seats; {most} are the most."),
                N_("Hold them as several elections."),
                code=contest.code,
                seats=seats,
                most=MOST_SEATS,
            )
            return


def _levels(code: str, territories: dict[str, Territory]) -> dict[str, None]:
    """A territory and those around it, each once, one more than there may be at most."""
    levels: dict[str, None] = {}
    step: str | None = code
    while step is not None and step in territories and step not in levels and len(levels) <= MOST_LEVELS:
        levels[step] = None
        step = territories[step].parent
    return levels


def _check_stations(definition: Definition, territories: dict[str, Territory]) -> Iterator[Mistake]:
    contests = Counter(contest.territory for contest in definition.contests)
    groups: defaultdict[str, set[str]] = defaultdict(set)
    for contest in definition.contests:
        groups[contest.territory].add(contest.electorate)
    steps = 0
    for index, station in enumerate(definition.stations):
        if len(station.within) > MOST_AROUND:
            yield wrong(
                ("stations", index),
                N_("The station {code} lies in {count} territories beside its centre's; {most} are the most."),
                N_("Name those in which it votes on something."),
                code=station.code,
                count=len(station.within),
                most=MOST_AROUND,
            )
            return
        places = {*_levels(station.centre, territories), *station.within}
        here = sum(contests[place] for place in places)
        steps += here * (1 + sum(len(groups[place]) for place in places if place in groups))
        if steps > MOST_STEPS:
            yield wrong(
                ("stations", index),
                N_("The stations up to {code} vote on more contests than can be checked."),
                N_("Name fewer contests, or fewer groups of electors."),
                code=station.code,
            )
            return
