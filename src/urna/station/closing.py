"""Closing: what a station's boxes say, summed and made into a tally sheet. Pure; the closing key is an argument.

1. Unseal the opening of every cast ballot, in memory, and check it against the definition.
2. Count ballots by state, cast ballots by style, votes by option and undervotes by contest.
3. Sum the booths of the station, before anything leaves it.
4. Withhold the votes of contests below the secrecy threshold.
5. List all ballots with their states, sorted by id, under one Merkle root.

Selections of one ballot live only inside step 1 and 2; no function here returns them for a ballot that counts.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from urna.ballot.opening import Opening, unseal_opening
from urna.ballot.published import BallotList, PublishedBallot
from urna.ballot.selections import votes_left
from urna.ballot.slot import SlotState
from urna.crypto.sealing import SealingKey
from urna.election.definition import Contest, Election
from urna.election.outcomes import BallotState
from urna.encoding.canonical import Code, Hash, Moment, encode
from urna.errors import OutOfOrder, Unproven
from urna.log.merkle import root_of
from urna.station.booth_ports import Box, StoredBallot
from urna.tally.sheet import BoothCounts, ContestTally, OptionVotes, StyleBallots, TallySheet
from urna.words import Sentence


class ContestVotes(NamedTuple):
    """One contest's count: cast ballots that hold it, votes by option, votes not used."""

    ballots: int
    votes: Mapping[Code, int]
    undervotes: int


class BoothResult(NamedTuple):
    """What one booth's box says."""

    booth: int
    zero_report: Hash
    ballots: tuple[PublishedBallot, ...]
    """Sorted by id."""
    styles: Mapping[Code, int]
    """Cast ballots by style."""
    contests: Mapping[Code, ContestVotes]
    challenged: tuple[Opening, ...]
    """What the challenged ballots say: they are opened in public, sorted by id."""

    def counts(self) -> BoothCounts:
        """The line of the sheet."""
        states = Counter(ballot.state for ballot in self.ballots)
        return BoothCounts(
            booth=self.booth,
            zero_report=self.zero_report,
            cast=states[BallotState.CAST],
            void=states[BallotState.VOID],
            challenged=states[BallotState.CHALLENGED],
        )


def count_box(
    election: Election, station: Code, booth: int, box: Box, *, closing_key: SealingKey, zero_report: Hash
) -> BoothResult:
    """What a booth's box says.

    Args:
        election: the definition's look-ups.
        station: the station's code.
        booth: the booth's number, from 1.
        box: opened to count: nothing in it is pending.
        closing_key: the private half from the role cards.
        zero_report: SHA-256 of the booth's signed zero report.

    Raises:
        OutOfOrder: a ballot is still pending.
        Unproven: a slot is damaged, an opening is not sealed to this key or not of its slot, or an id stands twice.
        Malformed: an opening is none of this election.
    """
    where = f"{station} booth {booth}"
    _check_countable(box, where)
    stored = list(box.ballots())
    ballots = tuple(PublishedBallot(id=b.content.ballot, state=BallotState(b.state)) for b in stored)
    _check_unique(ballots, where)
    styles: Counter[Code] = Counter()
    votes: Counter[tuple[Code, Code]] = Counter()
    unused: Counter[Code] = Counter()
    for opening in _openings(election, station, stored, SlotState.CAST, closing_key, where):
        _count(election, opening, styles, votes, unused)
    return BoothResult(
        booth=booth,
        zero_report=zero_report,
        ballots=ballots,
        styles=styles,
        contests={c.code: _contest_votes(election, c, styles, votes, unused) for c in _contests(election, station)},
        challenged=tuple(_openings(election, station, stored, SlotState.CHALLENGED, closing_key, where)),
    )


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
        contests=tuple(_tally(election, contest, in_order) for contest in _contests(election, station)),
        ballots_root=ballots_root(ballot_list(election, station, in_order)),
        closed_at=closed_at,
    )


def ballot_list(election: Election, station: Code, results: Iterable[BoothResult]) -> BallotList:
    """All ballots of the station, all booths together, sorted by id.

    Raises:
        Unproven: an id stands twice.
    """
    ballots = sorted((ballot for result in results for ballot in result.ballots), key=lambda ballot: ballot.id)
    _check_unique(ballots, station)
    return BallotList(election=election.identity, station=station, ballots=tuple(ballots))


def ballots_root(ballots: BallotList) -> Hash:
    """The RFC 9162 Merkle root over the canonical bytes of each ballot, in the list's order."""
    return root_of(encode(ballot) for ballot in ballots.ballots).hex()


def is_withheld(election: Election, ballots: int) -> bool:
    """Whether so few cast ballots hold a contest at a station that its votes are not published by station."""
    return ballots < election.rules.secrecy_threshold


def _check_countable(box: Box, where: str) -> None:
    if box.count(SlotState.PENDING):
        raise OutOfOrder(
            Sentence("a box whose ballots are cast, void or challenged"),
            Sentence("{count} pending", {"count": box.count(SlotState.PENDING)}),
            Sentence("Open the box to count; that voids what was never cast."),
            where,
        )
    if box.count(SlotState.DAMAGED):
        raise Unproven(
            Sentence("a box that only this booth wrote"),
            Sentence("{count} damaged slots", {"count": box.count(SlotState.DAMAGED)}),
            Sentence("Keep the medium as it is; the slips in the box decide, and the authority corrects by them."),
            where,
        )


def _check_unique(ballots: Sequence[PublishedBallot], where: str) -> None:
    if len({ballot.id for ballot in ballots}) != len(ballots):
        raise Unproven(
            Sentence("each ballot once"),
            Sentence("an id that stands twice"),
            Sentence("Keep the media as they are and call the authority."),
            where,
        )


def _openings(
    election: Election,
    station: Code,
    stored: Iterable[StoredBallot],
    state: SlotState,
    closing_key: SealingKey,
    where: str,
) -> Iterator[Opening]:
    """The openings of one state, each checked against its slot and the station."""
    styles = {each.style for each in election.stations[station].styles}
    for ballot in stored:
        if ballot.state is state:
            opening = unseal_opening(election, ballot.content.sealed_opening, closing_key, where)
            if opening.ballot != ballot.content.ballot or opening.selections.style not in styles:
                raise Unproven(
                    Sentence("the opening of this ballot, of a style of the station"),
                    Sentence("another one"),
                    Sentence("Keep the medium as it is and call the authority."),
                    where,
                )
            yield opening


def _count(
    election: Election,
    opening: Opening,
    styles: Counter[Code],
    votes: Counter[tuple[Code, Code]],
    unused: Counter[Code],
) -> None:
    styles[opening.selections.style] += 1
    for selected in opening.selections.contests:
        votes.update((selected.contest, option) for option in selected.options)
        unused[selected.contest] += votes_left(election, selected)


def _contest_votes(
    election: Election,
    contest: Contest,
    styles: Mapping[Code, int],
    votes: Counter[tuple[Code, Code]],
    unused: Counter[Code],
) -> ContestVotes:
    return ContestVotes(
        ballots=sum(styles.get(style, 0) for style in election.styles_with(contest.code)),
        votes={option.code: votes[contest.code, option.code] for option in contest.options},
        undervotes=unused[contest.code],
    )


def _contests(election: Election, station: Code) -> tuple[Contest, ...]:
    return election.contests_of_station(station)


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
    withheld = is_withheld(election, ballots)
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
