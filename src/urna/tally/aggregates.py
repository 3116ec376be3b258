"""Which sums of ciphertexts the guardians open: a plan that follows from the counted sheets alone.

A contest with fewer cast ballots at a station than the secrecy threshold is withheld there, and a station whose
closing cards were lost shows no votes at all. Their votes are opened only inside sums over more stations:

    station     a sheet without votes that has enough ballots: the guardians open it alone
    part        a territory directly below the contest's own (a state): the stations that are open, and those withheld
                there if they have enough ballots among themselves
    whole       the contest's own territory: all parts, and what moved up from them if that is enough
    remainder   below the threshold even there: it stays closed, and its number of ballots is published

Parts and wholes are opened also where nothing is withheld: a second path to the numbers of the sheets, through the
guardians' keys and not through anybody's nonces.

All published sets of a contest, those of the sheets included, are nested or disjoint, and what a set has beyond the
sets inside it is empty or reaches the threshold; so no difference of published numbers isolates fewer ballots
(docs/spec/security.md, Aggregates and small numbers).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from urna.election.definition import Contest, Election
from urna.encoding.canonical import Code, Count, Hash, Record
from urna.errors import Unproven
from urna.tally.hand_count import HandCountSheet
from urna.tally.sheet import TallySheet
from urna.words import Sentence

_SHOWN = 5
"""Stations that an error names."""


class CountedContest(Record, frozen=True, kw_only=True):
    """One contest on a sheet that counts."""

    contest: Code
    ballots: Count
    """Cast ballots of the styles that hold the contest."""
    shown: bool
    """Whether the sheet shows its votes."""


class CountedSheet(Record, frozen=True, kw_only=True):
    """What the plan takes from a station's sheet that counts."""

    station: Code
    ballots_root: Hash | None
    """The root of its ballots: a sum over other ballots is another sum."""
    contests: tuple[CountedContest, ...]


class PlannedAggregate(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/planned-aggregate/1"):
    """A sum of ciphertexts that is opened: one contest over the cast ballots of a set of stations.

    SHA-256 of its canonical bytes is the description that the guardians' proofs are bound to.
    """

    election: Hash
    serial: Count
    """Of the election's aggregates, from 1."""
    contest: Code
    territory: Code
    """The contest's own, one directly below it, or for a single station its centre."""
    stations: tuple[Code, ...]
    """Sorted, each once; those without a cast ballot of the contest are left out."""
    ballots: Count
    """Cast ballots of the contest at these stations."""


class ClosedRemainder(NamedTuple):
    """Ballots of a contest whose votes nobody opens: too few even in the whole territory."""

    contest: Code
    stations: tuple[Code, ...]
    ballots: int


class AggregatePlan(NamedTuple):
    """Everything that the guardians open, and what stays closed."""

    aggregates: tuple[PlannedAggregate, ...]
    closed: tuple[ClosedRemainder, ...]


class _Set(NamedTuple):
    territory: Code
    stations: frozenset[Code]


def counted_sheet(sheet: TallySheet) -> CountedSheet:
    """What the plan takes from a sheet."""
    return CountedSheet(
        station=sheet.station,
        ballots_root=sheet.ballots_root,
        contests=tuple(
            CountedContest(contest=each.contest, ballots=each.ballots, shown=each.votes is not None)
            for each in sheet.contests
        ),
    )


def shown_by_hand(counted: CountedSheet, hands: Iterable[HandCountSheet], threshold: int) -> CountedSheet:
    """The same with the contests shown whose votes a hand count of the station shows.

    Slips that were counted by hand are the same ballots; of fewer than the threshold no hand count shows any votes.
    """
    shown = {each.contest for hand in hands for each in hand.contests if each.votes is not None}
    contests = tuple(
        msgspec.structs.replace(each, shown=True) if each.contest in shown and each.ballots >= threshold else each
        for each in counted.contests
    )
    return msgspec.structs.replace(counted, contests=contests)


def plan_aggregates(election: Election, sheets: Sequence[CountedSheet], first_serial: int = 1) -> AggregatePlan:
    """The plan, in the order of the definition's contests; the same sheets in any order give the same plan.

    Make it when no station is outstanding any more. A second plan over other sheets may be refused by the guardians'
    machines, which remember what they opened (`guardian/memory`).

    Args:
        election: the definition.
        sheets: of every station that counts, each once.
        first_serial: of the aggregates; above those that were opened before.

    Raises:
        Unproven: a station twice, or one that is unknown.
    """
    _check_known(election, sheets)
    aggregates: list[PlannedAggregate] = []
    closed: list[ClosedRemainder] = []
    for contest in election.definition.contests:
        ballots = ballots_by_station(sheets, contest.code)
        sets, left = _plan_contest(election, contest, ballots, shown_stations(sheets, contest.code))
        for each in sets:
            aggregates.append(_planned(election, contest.code, each, ballots, first_serial + len(aggregates)))
        if left:
            closed.append(ClosedRemainder(contest.code, tuple(sorted(left)), sum(ballots[each] for each in left)))
    plan = AggregatePlan(tuple(aggregates), tuple(closed))
    check_plan(election, sheets, plan.aggregates)
    return plan


def check_plan(election: Election, sheets: Sequence[CountedSheet], aggregates: Iterable[PlannedAggregate]) -> None:
    """Returns if opening these sums beside the sheets isolates no few ballots, contest by contest.

    Raises:
        Unproven: stations without a counted sheet, another number of ballots, or the sets break the rule.
    """
    by_contest: dict[Code, list[PlannedAggregate]] = {}
    for each in aggregates:
        by_contest.setdefault(each.contest, []).append(each)
    for contest, planned in by_contest.items():
        ballots = ballots_by_station(sheets, contest)
        for each in planned:
            _check_planned(election, each, ballots)
        published = [frozenset([station]) for station in shown_stations(sheets, contest)]
        sets = [*published, *(frozenset(each.stations) for each in planned)]
        check_laminar(contest, sets, ballots, election.rules.secrecy_threshold)


def check_laminar(contest: Code, sets: Iterable[frozenset[Code]], ballots: Mapping[Code, int], threshold: int) -> None:
    """Returns if the sets are nested or disjoint, and each has beyond the sets inside it no ballot or enough.

    1. From the largest to the smallest: each set lies whole in the smallest one before it, or touches none.
    2. Each station belongs to the smallest set that holds it; what belongs to a set is its own part.

    Args:
        contest: for the error.
        sets: of stations; one that is there twice counts once.
        ballots: cast ballots of the contest by station.
        threshold: the secrecy threshold.

    Raises:
        Unproven: they are not; contest and stations are named.
    """
    ordered = sorted(set(sets), key=lambda each: (-len(each), sorted(each)))
    holder: dict[Code, int] = {}
    for number, each in enumerate(ordered):
        if len({holder.get(station) for station in each}) > 1:
            raise _overlap(contest, each)
        holder.update(dict.fromkeys(each, number))
    own: Counter[int] = Counter()
    for station, number in holder.items():
        own[number] += ballots.get(station, 0)
    for number, each in enumerate(ordered):
        if 0 < own[number] < threshold:
            raise _isolated(contest, [one for one in each if holder[one] == number], own[number], threshold)


def ballots_by_station(sheets: Iterable[CountedSheet], contest: Code) -> dict[Code, int]:
    """Cast ballots of a contest at each station whose sheet has it."""
    found: dict[Code, int] = {}
    for sheet, counted in _of_contest(sheets, contest):
        if sheet.station in found:
            raise Unproven(
                Sentence("one sheet that counts for each station"),
                Sentence("two of {station}", {"station": sheet.station}),
                Sentence("Plan from the accepted sheets, each station once."),
                sheet.station,
            )
        found[sheet.station] = counted.ballots
    return found


def shown_stations(sheets: Iterable[CountedSheet], contest: Code) -> frozenset[Code]:
    """The stations whose sheets show a contest's votes."""
    return frozenset(sheet.station for sheet, counted in _of_contest(sheets, contest) if counted.shown)


def _check_known(election: Election, sheets: Iterable[CountedSheet]) -> None:
    for sheet in sheets:
        if sheet.station not in election.stations:
            raise Unproven(
                Sentence("sheets of stations of this election"),
                Sentence("one of {station}", {"station": sheet.station}),
                Sentence("Check which election these sheets belong to."),
                sheet.station,
            )


def _of_contest(sheets: Iterable[CountedSheet], contest: Code) -> Iterator[tuple[CountedSheet, CountedContest]]:
    for sheet in sheets:
        for counted in sheet.contests:
            if counted.contest == contest:
                yield sheet, counted


def _plan_contest(
    election: Election, contest: Contest, ballots: Mapping[Code, int], shown: frozenset[Code]
) -> tuple[list[_Set], frozenset[Code]]:
    """The sets of one contest: single stations, parts, the whole; and the stations that stay closed."""
    threshold = election.rules.secrecy_threshold
    cast = frozenset(station for station, number in ballots.items() if number)
    single = frozenset(station for station in cast - shown if ballots[station] >= threshold)
    open_alone = (shown & cast) | single
    sets = [_Set(election.stations[station].centre, frozenset([station])) for station in sorted(single)]
    opened = open_alone
    for territory, stations in sorted(_parts(election, contest, cast).items()):
        withheld = stations - open_alone
        opened |= withheld if _is_enough(withheld, ballots, threshold) else frozenset()
        sets.append(_Set(territory, stations & opened))
    left = cast - opened
    if _is_enough(left, ballots, threshold):
        opened, left = cast, frozenset()
    sets.append(_Set(contest.territory, opened))
    return list(_new_sets(sets, shown)), left


def _new_sets(sets: Iterable[_Set], shown: Iterable[Code]) -> Iterator[_Set]:
    """Each set of stations once, and none that is empty or a single station whose sheet says the same."""
    seen = {frozenset[Code](), *(frozenset([station]) for station in shown)}
    for each in sets:
        if each.stations not in seen:
            seen.add(each.stations)
            yield each


def _parts(election: Election, contest: Contest, stations: Iterable[Code]) -> dict[Code, frozenset[Code]]:
    """The stations by the territory of their chain that lies directly below the contest's own.

    A station that belongs to the contest's territory otherwise (a circuit beside the tree) is in no part.
    """
    found: dict[Code, set[Code]] = {}
    for station in stations:
        chain = election.chain(election.stations[station].centre)
        place = chain.index(contest.territory) if contest.territory in chain else 0
        if place:
            found.setdefault(chain[place - 1], set()).add(station)
    return {territory: frozenset(members) for territory, members in found.items()}


def _is_enough(stations: Iterable[Code], ballots: Mapping[Code, int], threshold: int) -> bool:
    return sum(ballots[station] for station in stations) >= threshold


def _planned(
    election: Election, contest: Code, one: _Set, ballots: Mapping[Code, int], serial: int
) -> PlannedAggregate:
    return PlannedAggregate(
        election=election.identity,
        serial=serial,
        contest=contest,
        territory=one.territory,
        stations=tuple(sorted(one.stations)),
        ballots=sum(ballots[station] for station in one.stations),
    )


def _check_planned(election: Election, planned: PlannedAggregate, ballots: Mapping[Code, int]) -> None:
    """Its stations are sorted, each once, with a sheet that counts; its ballots are theirs."""
    counted = all(ballots.get(station, 0) for station in planned.stations)
    right = (
        planned.election == election.identity
        and planned.stations == tuple(sorted(set(planned.stations)))
        and counted
        and planned.ballots == sum(ballots[station] for station in planned.stations)
    )
    if not right:
        raise Unproven(
            Sentence("a sum over stations whose sheets count, with the ballots of these sheets"),
            Sentence("aggregate {serial} of contest {contest}", {"serial": planned.serial, "contest": planned.contest}),
            Sentence("Make the plan again from the accepted sheets; open nothing until they agree."),
            planned.contest,
        )


def _overlap(contest: Code, stations: Iterable[Code]) -> Unproven:
    return Unproven(
        Sentence("sums over sets of stations that are nested or disjoint"),
        Sentence("one over {stations} that cuts through another", {"stations": _some(stations)}),
        Sentence("Do not open it: the difference of two numbers would show the votes of a few."),
        contest,
    )


def _isolated(contest: Code, stations: Iterable[Code], ballots: int, threshold: int) -> Unproven:
    return Unproven(
        Sentence("no ballot or at least {threshold} beyond what else is published", {"threshold": threshold}),
        Sentence("{ballots} of {stations}", {"ballots": ballots, "stations": _some(stations)}),
        Sentence("Do not open it: the difference of two numbers would show the votes of a few."),
        contest,
    )


def _some(stations: Iterable[Code]) -> str:
    """The first few stations, for an error."""
    ordered = sorted(stations)
    return ", ".join(ordered[:_SHOWN]) + (", …" if len(ordered) > _SHOWN else "")
