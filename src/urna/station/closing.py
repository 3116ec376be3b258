"""Closing: what a station's booths counted, made into one tally sheet. Pure.

1. Sum the booths of the station, before anything leaves it.
2. Withhold the votes of contests below the secrecy threshold.
3. List all ballots with their states, sorted by id, under one Merkle root.

The counting of each box is in `station/counting`; signing, printing and sending come after, and then
`storage/booth_medium.destroy` takes the openings away.
"""

from collections.abc import Iterable, Iterator, Sequence

from urna.ballot.published import BallotList
from urna.election.definition import Contest, Election
from urna.encoding.canonical import Code, Moment
from urna.errors import OutOfOrder
from urna.station.counting import BoothResult, check_unique
from urna.tally.rules_votes import ballots_root, is_withheld
from urna.tally.sheet import ContestTally, OptionVotes, StyleBallots, TallySheet
from urna.words import Sentence


def build_sheet(
    election: Election,
    station: Code,
    results: Sequence[BoothResult],
    *,
    statement: bytes,
    closed_at: Moment,
    sequence: int = 0,
) -> TallySheet:
    """The station's tally sheet, to be signed by each booth.

    Args:
        election: the definition's look-ups.
        station: the station's code.
        results: of every booth, in any order.
        statement: the poll book's signed statement, the whole document.
        closed_at: when the polls closed.
        sequence: 0 at the closing.

    Raises:
        Unproven: an id stands in two boxes.
        OutOfOrder: a booth is missing or stands twice.
    """
    in_order = _in_order(election, station, results)
    return TallySheet(
        election=election.identity,
        station=station,
        sequence=sequence,
        statement=statement.decode(),
        booths=tuple(result.counts() for result in in_order),
        styles=tuple(_style_ballots(election, station, in_order)),
        contests=tuple(_tally(election, contest, in_order) for contest in election.contests_of_station(station)),
        ballots_root=ballots_root(ballot_list(election, station, in_order)),
        closed_at=closed_at,
    )


def ballot_list(election: Election, station: Code, results: Iterable[BoothResult]) -> BallotList:
    """All ballots of the station, all booths together, sorted by id.

    Raises:
        Unproven: an id stands twice.
    """
    ballots = sorted((ballot for result in results for ballot in result.ballots), key=lambda ballot: ballot.id)
    check_unique(ballots, station)
    return BallotList(election=election.identity, station=station, ballots=tuple(ballots))


def _in_order(election: Election, station: Code, results: Sequence[BoothResult]) -> list[BoothResult]:
    expected = list(range(1, election.stations[station].booths + 1))
    found = sorted(results, key=lambda result: result.booth)
    if [result.booth for result in found] != expected:
        raise OutOfOrder(
            Sentence("the results of {count} booths, each once", {"count": len(expected)}),
            Sentence("{count}", {"count": len(found)}),
            Sentence("Close every booth of the station first."),
            station,
        )
    return found


def _style_ballots(election: Election, station: Code, results: Sequence[BoothResult]) -> Iterator[StyleBallots]:
    used = {each.style for each in election.stations[station].styles}
    for style in election.definition.styles:
        if style.code in used:
            yield StyleBallots(style=style.code, cast=sum(result.styles.get(style.code, 0) for result in results))


def _tally(election: Election, contest: Contest, results: Sequence[BoothResult]) -> ContestTally:
    parts = [result.contests[contest.code] for result in results]
    ballots = sum(part.ballots for part in parts)
    withheld = is_withheld(election.rules, ballots)
    votes = tuple(
        OptionVotes(option=option.code, votes=sum(part.votes[option.code] for part in parts))
        for option in contest.options
    )
    return ContestTally(
        contest=contest.code,
        ballots=ballots,
        votes=None if withheld else votes,
        undervotes=None if withheld else sum(part.undervotes for part in parts),
    )
