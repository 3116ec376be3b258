"""Counting one box: unseal what was cast, in memory, and add it up. Pure; the closing key is an argument.

1. Refuse a box with pending ballots or damaged slots, or with an id twice.
2. Unseal the opening of every cast ballot and check it against its slot, the definition and the station.
3. Count cast ballots by style, votes by option, and votes not used by contest.
4. Unseal the challenged ballots, which their voters gave up to be opened in public.

The selections of one cast ballot live only between steps 2 and 3.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from urna.ballot.opening import Opening, unseal_opening
from urna.ballot.published import PublishedBallot
from urna.ballot.selections import votes_left
from urna.ballot.slot import SlotState
from urna.crypto.sealing import SealingKey
from urna.election.definition import Election
from urna.election.outcomes import BallotState
from urna.encoding.canonical import Code, Hash
from urna.errors import OutOfOrder, Unproven
from urna.station.booth_ports import Box, StoredBallot
from urna.tally.sheet import BoothCounts
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


class BallotReader:
    """Opens ballots of one booth with the closing key.

    Args:
        election: the definition's look-ups.
        station: the station's code.
        booth: the booth's number, from 1.
        closing_key: the private half from the role cards.
    """

    def __init__(self, election: Election, station: Code, booth: int, closing_key: SealingKey) -> None:
        self.election = election
        self.station = station
        self.booth = booth
        self.where = f"{station} booth {booth}"
        self._styles = {each.style for each in election.stations[station].styles}
        self._closing_key = closing_key

    def openings(self, stored: Sequence[StoredBallot], state: SlotState) -> Iterator[Opening]:
        """The openings of the ballots in a state, each checked against its slot, the definition and the station."""
        return (self._open(ballot) for ballot in stored if ballot.state is state)

    def _open(self, ballot: StoredBallot) -> Opening:
        opening = unseal_opening(self.election, ballot.content.sealed_opening, self._closing_key, self.where)
        if opening.ballot != ballot.content.ballot or opening.selections.style not in self._styles:
            raise Unproven(
                Sentence("the opening of this ballot, of a style of the station"),
                Sentence("another one"),
                Sentence("Keep the medium as it is and call the authority."),
                self.where,
            )
        return opening


class BoxSum:
    """A box's sums while its ballots are added."""

    def __init__(self, election: Election, station: Code) -> None:
        self._election = election
        self._contests = election.contests_of_station(station)
        self.styles: Counter[Code] = Counter()
        self._votes: Counter[tuple[Code, Code]] = Counter()
        self._unused: Counter[Code] = Counter()

    def add(self, opening: Opening) -> None:
        """Adds one cast ballot."""
        self.styles[opening.selections.style] += 1
        for selected in opening.selections.contests:
            self._votes.update((selected.contest, option) for option in selected.options)
            self._unused[selected.contest] += votes_left(self._election, selected)

    def contests(self) -> dict[Code, ContestVotes]:
        """Every contest of the station, options in ballot order."""
        return {
            contest.code: ContestVotes(
                ballots=sum(self.styles[style] for style in self._election.styles_with(contest.code)),
                votes={option.code: self._votes[contest.code, option.code] for option in contest.options},
                undervotes=self._unused[contest.code],
            )
            for contest in self._contests
        }


def count_box(box: Box, reader: BallotReader, zero_report: Hash) -> BoothResult:
    """What a booth's box says, by the four steps above.

    Args:
        box: opened to count (`storage/booth_medium.open_box_to_count`).
        reader: of the same booth.
        zero_report: SHA-256 of the booth's signed zero report.

    Raises:
        OutOfOrder: a ballot is still pending.
        Unproven: a slot is damaged, an opening is not sealed to this key or not of its slot, or an id stands twice.
        Malformed: an opening is none of this election.
    """
    _check_countable(box, reader.where)
    stored = list(box.ballots())
    ballots = tuple(PublishedBallot(id=b.content.ballot, state=BallotState(b.state)) for b in stored)
    check_unique(ballots, reader.where)
    count = BoxSum(reader.election, reader.station)
    for opening in reader.openings(stored, SlotState.CAST):
        count.add(opening)
    return BoothResult(
        booth=reader.booth,
        zero_report=zero_report,
        ballots=ballots,
        styles=dict(count.styles),
        contests=count.contests(),
        challenged=tuple(reader.openings(stored, SlotState.CHALLENGED)),
    )


def check_unique(ballots: Sequence[PublishedBallot], where: str) -> None:
    """Returns if no ballot id stands twice; raises `Unproven` otherwise."""
    if len({ballot.id for ballot in ballots}) != len(ballots):
        raise Unproven(
            Sentence("each ballot once"),
            Sentence("an id that stands twice"),
            Sentence("Keep the media as they are and call the authority."),
            where,
        )


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
