"""Counting one box: unseal what was cast, in memory, and add it up. Pure; the closing key is an argument.

1. Refuse a box with pending ballots or damaged slots, or with an id twice.
2. Unseal the opening of every cast ballot and check it against its slot, the definition and the station.
3. Count cast ballots by style, votes by option, and votes not used by contest; with guardians, add up the nonces.
4. Unseal the challenged ballots, which their voters gave up to be opened in public.

The selections and nonces of one cast ballot live only between steps 2 and 3; not one nonce is kept, only their sums.

Where the closing cards are lost and there are guardians, steps 2 to 4 shrink to what needs no key: ballots by style.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from urna.ballot.challenged import open_ballot
from urna.ballot.encryption import option_nonce, option_votes
from urna.ballot.forms import ballot_hash, read_committed
from urna.ballot.keys import JointKeys
from urna.ballot.opening import Opening, unseal_opening
from urna.ballot.published import OpenedBallot, PublishedBallot
from urna.ballot.selections import votes_left
from urna.ballot.slot import SlotState
from urna.ballot.stored import StoredForm, unpack_stored
from urna.crypto import scalars
from urna.crypto.sealing import SealingKey
from urna.election.definition import Election
from urna.election.outcomes import BallotState
from urna.encoding.canonical import Code, Hash
from urna.errors import OutOfOrder, Unproven
from urna.station.booth_ballot import station_contexts
from urna.station.booth_ports import Box, StoredBallot
from urna.tally.ballot_sums import OptionOf
from urna.tally.sheet import BoothCounts
from urna.words import Sentence


class ContestVotes(NamedTuple):
    """One contest's count: cast ballots that hold it, votes by option, votes not used."""

    ballots: int
    votes: Mapping[Code, int]
    """Empty where the cards were lost."""
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
    encrypted: Mapping[Code, tuple[bytes, ...]]
    """With guardians: by style, every ballot in its committed form, sorted by id."""
    nonces: Mapping[OptionOf, bytes]
    """With guardians: the sum of the cast ballots' nonces for each option that one of them holds."""
    opened: tuple[OpenedBallot, ...]
    """With guardians: the challenged ballots with their nonces, sorted by id."""
    is_open: bool = True
    """False where the closing cards were lost: no votes, no nonces, nothing opened."""

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
        closing_key: the private half from the role cards; None where the cards are lost, with guardians only.
        keys: the guardians' joint keys, in an election that has guardians.
    """

    def __init__(
        self,
        election: Election,
        station: Code,
        booth: int,
        closing_key: SealingKey | None,
        keys: JointKeys | None = None,
    ) -> None:
        self.election = election
        self.station = station
        self.booth = booth
        self.where = f"{station} booth {booth}"
        self._styles = {each.style for each in election.stations[station].styles}
        self._closing_key = closing_key
        self._contexts = station_contexts(election, station, keys)

    def published(self, stored: StoredBallot) -> PublishedBallot:
        """A ballot as the record lists it."""
        ballot, state = stored.content.ballot, BallotState(stored.state)
        form = self.form(stored)
        if form is None:
            return PublishedBallot(id=ballot, state=state)
        encrypted = read_committed(self._contexts[form.style], form.committed, self.where)
        if encrypted.ballot.hex() != ballot:
            raise self._another_one()
        return PublishedBallot(id=ballot, state=state, style=form.style, hash=ballot_hash(encrypted.compact()))

    def form(self, stored: StoredBallot) -> StoredForm | None:
        """The encrypted ballot of a slot; None in an election without guardians."""
        if not self._contexts:
            return None
        return unpack_stored(self.election, self.station, stored.content.ciphertext, self.where)

    def nonces(self, opening: Opening) -> Iterator[tuple[OptionOf, bytes]]:
        """The nonce of each option of a ballot, computed again from its seed."""
        context = self._contexts.get(opening.selections.style)
        if context is None or opening.seed is None:
            return
        seed, ballot = bytes.fromhex(opening.seed), bytes.fromhex(opening.ballot)
        for number, contest in enumerate(context.shape.contests):
            for place, option in enumerate(contest.options):
                yield OptionOf(contest.contest, option), option_nonce(seed, ballot, number, place)

    def open_challenged(self, opening: Opening) -> Iterator[OpenedBallot]:
        """A challenged ballot with its nonces; nothing in an election without guardians."""
        context = self._contexts.get(opening.selections.style)
        if context is not None and opening.seed is not None:
            votes = option_votes(context.shape, opening.selections)
            yield open_ballot(context, bytes.fromhex(opening.seed), bytes.fromhex(opening.ballot), votes)

    def openings(self, stored: Sequence[StoredBallot], state: SlotState) -> Iterator[Opening]:
        """The openings of the ballots in a state, each checked against its slot, the definition and the station."""
        return (self._open(ballot) for ballot in stored if ballot.state is state)

    @property
    def has_key(self) -> bool:
        """Whether openings can be unsealed."""
        return self._closing_key is not None

    def _open(self, ballot: StoredBallot) -> Opening:
        if self._closing_key is None:
            raise OutOfOrder(
                Sentence("the closing key"),
                Sentence("none"),
                Sentence("Bring two closing cards, or close without them where there are guardians."),
                self.where,
            )
        opening = unseal_opening(self.election, ballot.content.sealed_opening, self._closing_key, self.where)
        if opening.ballot != ballot.content.ballot or opening.selections.style not in self._styles:
            raise self._another_one()
        return opening

    def _another_one(self) -> Unproven:
        return Unproven(
            Sentence("the opening of this ballot, of a style of the station"),
            Sentence("another one"),
            Sentence("Keep the medium as it is and call the authority."),
            self.where,
        )


class BoxSum:
    """A box's sums while its ballots are added."""

    def __init__(self, election: Election, station: Code) -> None:
        self._election = election
        self._contests = election.contests_of_station(station)
        self.styles: Counter[Code] = Counter()
        self._votes: Counter[tuple[Code, Code]] = Counter()
        self._unused: Counter[Code] = Counter()
        self.nonces: dict[OptionOf, bytes] = {}

    def add(self, opening: Opening, nonces: Iterator[tuple[OptionOf, bytes]]) -> None:
        """Adds one cast ballot, and its nonces to the sums of nonces."""
        for named, nonce in nonces:
            self.nonces[named] = scalars.add(self.nonces[named], nonce) if named in self.nonces else nonce
        self.styles[opening.selections.style] += 1
        for selected in opening.selections.contests:
            self._votes.update((selected.contest, option) for option in selected.options)
            self._unused[selected.contest] += votes_left(self._election, selected)

    def add_closed(self, style: Code) -> None:
        """Adds one cast ballot of which nothing but the style is known."""
        self.styles[style] += 1

    def closed_contests(self) -> dict[Code, ContestVotes]:
        """Every contest of the station, with its ballots alone."""
        return {code: ContestVotes(each.ballots, {}, 0) for code, each in self.contests().items()}

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
    ballots = tuple(map(reader.published, stored))
    check_unique(ballots, reader.where)
    count = BoxSum(reader.election, reader.station)
    if not reader.has_key and reader.election.is_encrypted:
        return _count_closed(count, stored, ballots, reader, zero_report)
    for opening in reader.openings(stored, SlotState.CAST):
        count.add(opening, reader.nonces(opening))
    challenged = tuple(reader.openings(stored, SlotState.CHALLENGED))
    return BoothResult(
        booth=reader.booth,
        zero_report=zero_report,
        ballots=ballots,
        styles=dict(count.styles),
        contests=count.contests(),
        challenged=challenged,
        encrypted=_by_style(map(reader.form, stored)),
        nonces=count.nonces,
        opened=tuple(opened for opening in challenged for opened in reader.open_challenged(opening)),
    )


def _count_closed(
    count: BoxSum,
    stored: Sequence[StoredBallot],
    ballots: tuple[PublishedBallot, ...],
    reader: BallotReader,
    zero_report: Hash,
) -> BoothResult:
    """What a box says without the closing key: people can be counted, and the guardians open the rest."""
    for ballot in ballots:
        if ballot.state is BallotState.CAST and ballot.style is not None:
            count.add_closed(ballot.style)
    return BoothResult(
        booth=reader.booth,
        zero_report=zero_report,
        ballots=ballots,
        styles=dict(count.styles),
        contests=count.closed_contests(),
        challenged=(),
        encrypted=_by_style(map(reader.form, stored)),
        nonces={},
        opened=(),
        is_open=False,
    )


def _by_style(forms: Iterator[StoredForm | None]) -> dict[Code, tuple[bytes, ...]]:
    found: dict[Code, list[bytes]] = {}
    for form in forms:
        if form is not None:
            found.setdefault(form.style, []).append(form.committed)
    return {style: tuple(rows) for style, rows in found.items()}


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
