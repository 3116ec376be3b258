"""What a guardian's machine remembers of openings, and what it refuses because of it.

A plan follows from the sheets of one moment. Were a sheet added, corrected or annulled afterwards, a second plan
could be harmless in itself and still show, beside the first one, the votes of a few. So each machine keeps the
sets that it helped to open, and with which ballots.
"""

from collections.abc import Iterable, Sequence

import msgspec

from urna.election.definition import Election
from urna.encoding.canonical import Code, Hash, digest
from urna.errors import Unproven
from urna.guardian.private import Memory, OpenedSet
from urna.tally.aggregates import CountedSheet, PlannedAggregate, ballots_by_station, check_laminar, shown_stations
from urna.words import Sentence


def check_remembered(
    election: Election, memory: Memory, sheets: Sequence[CountedSheet], planned: Iterable[PlannedAggregate]
) -> None:
    """Returns if opening these sums, beside those that this guardian opened before, isolates no few ballots.

    1. What an earlier sum shares with a new one is there with the same ballots as then.
    2. Sheets, earlier sums and new ones together are nested or disjoint, with no own part below the threshold.

    Raises:
        Unproven: one of the two does not hold; contest and stations are named.
    """
    for contest, sets in _by_contest(planned).items():
        before = [each for each in memory.opened if each.contest == contest]
        for each in before:
            if any(not one.isdisjoint(each.stations) for one in sets):
                _check_unchanged(each, sheets)
        shown = [frozenset([station]) for station in shown_stations(sheets, contest)]
        all_sets = [*shown, *sets, *(frozenset(each.stations) for each in before)]
        ballots = ballots_by_station(sheets, contest)
        check_laminar(contest, all_sets, ballots, election.rules.secrecy_threshold)


def remember(memory: Memory, sheets: Sequence[CountedSheet], planned: Iterable[PlannedAggregate]) -> Memory:
    """The memory with these sums as opened."""
    sets = (
        OpenedSet(contest=each.contest, stations=each.stations, ballots=_ballots(each.stations, sheets))
        for each in planned
    )
    return msgspec.structs.replace(memory, opened=tuple(dict.fromkeys((*memory.opened, *sets))))


def _by_contest(planned: Iterable[PlannedAggregate]) -> dict[Code, list[frozenset[Code]]]:
    found: dict[Code, list[frozenset[Code]]] = {}
    for each in planned:
        found.setdefault(each.contest, []).append(frozenset(each.stations))
    return found


def _check_unchanged(opened: OpenedSet, sheets: Sequence[CountedSheet]) -> None:
    if _ballots(opened.stations, sheets) != opened.ballots:
        raise Unproven(
            Sentence("the ballots that were in the sum you opened before"),
            Sentence("others, in a sum over {count} stations", {"count": len(opened.stations)}),
            Sentence("Open nothing: the difference of the two sums would show the votes of a few."),
            opened.contest,
        )


def _ballots(stations: Iterable[Code], sheets: Sequence[CountedSheet]) -> Hash:
    """What tells the ballots of these stations apart from others: their roots, a station without a sheet as none."""
    roots = {sheet.station: sheet.ballots_root or "" for sheet in sheets}
    lines = (f"{station} {roots.get(station, '-')}\n" for station in stations)
    return digest("".join(lines).encode())
