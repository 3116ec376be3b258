"""Whether the totals of an election are so many that one machine can add them up.

A contest has a total in each territory of its stations. A definition of a megabyte can ask for more of them than any
machine holds: stations in thousands of territories, ballots of thousands of contests.
"""

from collections.abc import Iterator

from urna.election.definition import Election
from urna.election.mistake import Mistake, wrong
from urna.encoding.canonical import Code
from urna.words import N_

MOST_TOTALS = 5_000_000
"""A nation of 100,000 centres with 30 contests on each ballot has some 3,000,000."""

MOST_STEPS = 50_000_000
"""From stations to their contests, in each of the territories in which they lie."""


def check_sums(election: Election) -> Iterator[Mistake]:
    """A mistake if the totals are too many; the definition breaks no other rule."""
    seen: set[tuple[Code, tuple[Code, ...]]] = set()
    contests: dict[tuple[Code, ...], int] = {}
    totals = steps = 0
    for code, station in election.stations.items():
        styles = tuple(each.style for each in station.styles)
        if styles not in contests:
            contests[styles] = len(election.contests_of_station(code))
        for territory in election.territories_of_station(code):
            steps += contests[styles]
            if (territory, styles) not in seen:
                seen.add((territory, styles))
                totals += contests[styles]
        if totals > MOST_TOTALS or steps > MOST_STEPS:
            yield wrong(
                ("stations",),
                N_("The contests of all stations up to {station} have more totals than the {most} that can be added."),
                N_("Name fewer contests on a ballot, or fewer territories around a station."),
                station=code,
                most=MOST_TOTALS,
            )
            return
