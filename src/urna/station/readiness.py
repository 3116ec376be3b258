"""The readiness test (logic and accuracy): a known deck that touches every position, counted and compared.

The deck of a ballot style: as many ballots as its longest contest has options, and a blank one. Ballot i presses
option i of every contest, and leaves blank those that have fewer, so votes not used are tested too. What must come
out is computed from the deck alone. With guardians every ballot of the deck must prove itself, equation by equation,
and so must its count, as the sheet of the closing will have to.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, Protocol

from urna.ballot.context import BallotContext
from urna.ballot.keys import JointKeys
from urna.ballot.plain_check import check_ballot_plainly
from urna.ballot.selections import Selections
from urna.crypto.scalars import ZERO
from urna.crypto.sealing import SECRET_BYTES, SealingKey
from urna.election.definition import Election
from urna.encoding.canonical import Code, Moment
from urna.errors import Unproven, UrnaError
from urna.station.activation import answer
from urna.station.booth import Booth
from urna.station.booth_ballot import station_contexts
from urna.station.booth_ports import Printer, Show
from urna.station.counting import BoothResult
from urna.tally.ballot_sums import merge_sums, sum_committed
from urna.tally.proof import check_sum
from urna.words import Sentence

_PAIRING_KEY = bytes(32)
"""A practice booth is paired with the test itself; its key protects nothing."""

_REMEDY = Sentence("Do not open. Keep the machine as it is, call the technician, and take a spare.")


class PracticeBooth(Protocol):
    """A booth whose box is thrown away after the test."""

    def zero(self, now: Moment) -> bytes:
        """Fills the box and signs a zero report."""
        ...

    def start(self, printer: Printer, show: Show) -> Booth:
        """The booth."""
        ...

    def count(self, zero_document: bytes, closing_key: SealingKey) -> BoothResult:
        """Counts the box."""
        ...


class Card(NamedTuple):
    """One ballot of the deck: its style and what it presses, by contest."""

    style: Code
    pressed: Mapping[Code, tuple[Code, ...]]


def deck(election: Election, station: Code) -> Iterator[Card]:
    """The ballots of the test, in the order in which they are pressed."""
    for each in election.stations[station].styles:
        contests = election.contests_of_style(each.style)
        for number in range(max((len(contest.options) for contest in contests), default=0) + 1):
            pressed = {
                contest.code: (contest.options[number].code,) for contest in contests if number < len(contest.options)
            }
            yield Card(each.style, pressed)


def check_readiness(
    election: Election,
    station: Code,
    make_booth: Callable[[bytes, SealingKey], PracticeBooth],
    keys: JointKeys | None = None,
) -> int:
    """Runs the deck through a practice booth and compares; returns the number of ballots.

    Args:
        election: the definition.
        station: whose styles are tested.
        make_booth: a fresh booth for this pairing key and closing key.
        keys: the guardians' joint keys, in an election that has guardians.

    Raises:
        Unproven: a position was counted wrongly, or ballots or count do not prove themselves. The station must not
            open.
        OutOfOrder: guardians without keys, or keys without guardians.
    """
    contexts = station_contexts(election, station, keys)
    closing = SealingKey(bytes(range(SECRET_BYTES)))
    machine = make_booth(_PAIRING_KEY, closing)
    zero = machine.zero(election.definition.opens_at)
    booth = machine.start(_NoPaper(), lambda screen: None)
    cards = list(deck(election, station))
    for card in cards:
        _press(booth, card)
    result = machine.count(zero, closing)
    _compare(election, station, cards, result)
    if keys is not None:
        _check_proofs(keys, contexts, result, station)
    return len(cards)


class _NoPaper:
    """A printer that prints nothing: the paper path is tested with the printer's own report."""

    def print_code_slip(self, document: bytes) -> None:
        """Nothing comes out."""

    def print_ballot(self, selections: Selections) -> None:
        """Nothing comes out."""


def _press(booth: Booth, card: Card) -> None:
    challenge = booth.challenge()
    given = answer(
        _PAIRING_KEY,
        challenge,
        election=booth.election.identity,
        station=booth.station,
        booth=booth.number,
        style=card.style,
    )
    booth.activate(card.style, given)
    booth.review(card.pressed)
    booth.confirm()
    booth.say_yes()
    booth.acknowledge()


def _compare(election: Election, station: Code, cards: list[Card], result: BoothResult) -> None:
    """Every option, and the votes not used, as the deck says."""
    pressed = Counter(
        (contest, option) for card in cards for contest, marked in card.pressed.items() for option in marked
    )
    for contest in election.contests_of_station(station):
        ballots = sum(contest.code in election.styles[card.style].contests for card in cards)
        found = result.contests[contest.code]
        expected = {option.code: pressed[contest.code, option.code] for option in contest.options}
        unused = ballots * contest.votes_allowed - sum(expected.values())
        numbers = [*expected.items(), ("undervotes", unused)]
        there = {**found.votes, "undervotes": found.undervotes}
        for name, count in numbers:
            if there.get(name) != count:
                raise Unproven(
                    Sentence("{count} votes for {name} in {contest}", _values(count, name, contest.code)),
                    Sentence("{found}", {"found": there.get(name, 0)}),
                    _REMEDY,
                    station,
                )


def _check_proofs(keys: JointKeys, contexts: Mapping[Code, BallotContext], result: BoothResult, station: Code) -> None:
    """Every ballot holds what its style allows, and the votes counted for each option are what the ballots hold."""
    try:
        for style, rows in result.encrypted.items():
            for row in rows:
                check_ballot_plainly(contexts[style], row, station)
        sums = merge_sums(sum_committed(contexts[style].shape, rows) for style, rows in result.encrypted.items())
        for named, total in sums.items():
            votes = result.contests[named.contest].votes[named.option]
            check_sum(keys, total, votes, result.nonces.get(named, ZERO), station)
    except UrnaError as error:
        raise Unproven(error.expected, error.found, _REMEDY, error.where) from error


def _values(count: int, name: str, contest: str) -> dict[str, str | int]:
    return {"count": count, "name": name, "contest": contest}
