"""Votes and ballots of a report: each number with the reporting unit that it is of."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from urna.election.definition import Contest
from urna.encoding.canonical import Code
from urna.interop.nist.codes import station_id, territory_id
from urna.tally.results import ContestTotal, Results
from urna.tally.sheet import ContestTally
from urna.tally.totals import StationCount

WITHHELD = "urna-withheld:"
"""Before a contest's code: ballots of it whose votes are withheld. The format has no place for them in the contest."""


class Counted(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="pascal", tag_field="@type", gc=False
):
    """The base of a number of the report; records and not dictionaries, since a nation has a million of them."""


class VoteCounts(Counted, frozen=True, kw_only=True, tag="ElectionResults.VoteCounts", gc=False):
    """Votes for a selection, or its seats."""

    gp_unit_id: str
    type: str
    count: int
    is_suppressed_for_privacy: bool = False
    """The count is then 0 and says nothing."""


class OtherCounts(Counted, frozen=True, kw_only=True, tag="ElectionResults.OtherCounts", gc=False):
    """Votes of a contest that were not used."""

    gp_unit_id: str
    undervotes: int


class BallotCounts(Counted, frozen=True, kw_only=True, tag="ElectionResults.BallotCounts", gc=False):
    """Ballots cast."""

    gp_unit_id: str
    type: str
    ballots_cast: int
    other_type: str = ""
    is_suppressed_for_privacy: bool = False


class ContestCounts:
    """The numbers of one contest, unit by unit: its territories, then the stations that were counted.

    Args:
        contest: of the definition.
        totals: of this contest, by territory.
        tallies: of this contest, by station: the machines' tally, the hand count's, or both.
    """

    def __init__(
        self, contest: Contest, totals: Iterable[ContestTotal], tallies: Iterable[tuple[Code, tuple[ContestTally, ...]]]
    ) -> None:
        self._contest = contest
        self._totals = tuple(totals)
        self._tallies = tuple(tallies)

    def votes(self, number: int) -> Iterator[VoteCounts]:
        """Votes for the option at an index."""
        for total in self._totals:
            unit = territory_id(total.territory)
            yield vote_counts(unit, None if is_closed(total) else total.votes[number].votes)
        for station, both in self._tallies:
            shown = [tally.votes[number].votes for tally in both if tally.votes is not None]
            yield vote_counts(station_id(station), sum(shown) if shown else None)

    def undervotes(self) -> Iterator[OtherCounts]:
        """Votes not used, where votes are shown at all."""
        for total in self._totals:
            if not is_closed(total):
                yield OtherCounts(gp_unit_id=territory_id(total.territory), undervotes=total.undervotes)
        for station, both in self._tallies:
            shown = [tally.undervotes for tally in both if tally.undervotes is not None]
            if shown:
                yield OtherCounts(gp_unit_id=station_id(station), undervotes=sum(shown))

    def withheld(self) -> Iterator[BallotCounts]:
        """Ballots whose votes are in no number above."""
        for total in self._totals:
            if total.withheld_ballots:
                yield _withheld(territory_id(total.territory), self._contest.code, total.withheld_ballots)
        for station, both in self._tallies:
            ballots = sum(tally.ballots for tally in both if tally.votes is None)
            if ballots:
                yield _withheld(station_id(station), self._contest.code, ballots)


def is_closed(total: ContestTotal) -> bool:
    """Whether every counted ballot of the total is withheld, so that its zeros mean nothing."""
    return bool(total.ballots) and total.withheld_ballots == total.ballots


def vote_counts(unit: str, votes: int | None) -> VoteCounts:
    """The votes of a unit; None if they are withheld."""
    hidden = votes is None
    return VoteCounts(gp_unit_id=unit, type="total", count=votes or 0, is_suppressed_for_privacy=hidden)


def seat_counts(contest: Contest, seats: Mapping[Code, int]) -> dict[int, VoteCounts]:
    """Seats of each choice with seats, at the index of its first option, in the contest's own territory.

    A choice with several cards has its seats once, so that the seats of a contest add up.
    """
    unit = territory_id(contest.territory)
    first: dict[Code, int] = {}
    for number, option in enumerate(contest.options):
        first.setdefault(option.choice, number)
    return {first[choice]: VoteCounts(gp_unit_id=unit, type="seats", count=won) for choice, won in seats.items() if won}


def cast_counts(results: Results, counts: Iterable[StationCount]) -> Iterator[BallotCounts]:
    """Ballots cast, by territory and by counted station, those counted by hand among them."""
    for turnout in results.turnout:
        ballots = turnout.cast + turnout.ballots_by_hand
        yield BallotCounts(gp_unit_id=territory_id(turnout.territory), type="total", ballots_cast=ballots)
    for count in counts:
        ballots = count.cast + (count.hand.ballots if count.hand is not None else 0)
        yield BallotCounts(gp_unit_id=station_id(count.station), type="total", ballots_cast=ballots)


def _withheld(unit: str, contest: Code, ballots: int) -> BallotCounts:
    return BallotCounts(
        gp_unit_id=unit,
        type="other",
        other_type=WITHHELD + contest,
        ballots_cast=ballots,
        is_suppressed_for_privacy=True,
    )
