"""Totals of a nation after its last sheet: 30,000 stations, six contests and sixty options at each, every territory.

The centre keeps the sums up to date sheet by sheet. What is timed is the last station's sheet, and then every total of
every territory with its turnout, as numbers; an edition of the results has seats, persons and a signature besides.
"""

import os
import time
from collections.abc import Iterator

from bench.figures import Figure, of_runs
from bench.site_record import definition_of, tally_of
from urna.election.definition import Election
from urna.tally.totals import StationCount, Totals

STATIONS = int(os.environ.get("URNA_TOTALS_STATIONS", "30000"))


def run(runs: int) -> Iterator[Figure]:
    """The last sheet in, out and in again, each time with all totals."""
    election = Election(definition_of(STATIONS))
    totals = Totals(election, {each.code: each.electors for each in election.definition.stations})
    *others, last = (_count(election, number, code) for number, code in enumerate(election.stations))
    for each in others:
        totals.add(each)
    seconds = []
    for _ in range(runs):
        started = time.perf_counter()
        totals.add(last)
        shown = totals.contests(), totals.turnout()
        seconds.append(time.perf_counter() - started)
        totals.remove(last)
    yield Figure("stations", STATIONS, "stations")
    yield Figure("totals of a contest in a territory", len(shown[0]), "totals")
    yield Figure("territories with turnout", len(shown[1]), "territories")
    yield of_runs("last sheet added, and every total of every territory", seconds, "ms")


def _count(election: Election, number: int, code: str) -> StationCount:
    ballots = 350 + number % 300
    contests = election.contests_of_station(code)
    return StationCount(code, ballots, ballots, tuple(tally_of(each, ballots, number) for each in contests))
