"""The readiness test (logic and accuracy): known decks that touch every position, counted and compared.

The first deck of a ballot style: as many ballots as its longest contest has options, and a blank one. Ballot i presses
option i of every contest, and leaves blank those that have fewer, so votes not used are tested too. It alone would not
find two positions that are exchanged, since both have one vote; so a deck follows for each binary digit of i, with the
ballots whose number has that digit: any two positions have different votes in one of them. What must come out is
computed from the decks alone. With guardians every ballot must prove itself, and so must each count, as the sheet of
the closing will have to.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from urna.ballot.context import BallotContext, box_shape
from urna.ballot.keys import JointKeys
from urna.ballot.selections import Selections
from urna.crypto.box_check import check_box
from urna.crypto.scalars import ZERO
from urna.crypto.sealing import SECRET_BYTES, SealingKey
from urna.election.definition import Election
from urna.encoding.canonical import Code, Moment
from urna.errors import Unproven, UrnaError
from urna.station.activation import answer
from urna.station.booth import Booth
from urna.station.booth_ballot import station_contexts
from urna.station.booth_ports import Entropy, Printer, Show
from urna.station.counting import BoothResult
from urna.station.decks import Card, decks
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


def check_readiness(
    election: Election,
    station: Code,
    make_booth: Callable[[bytes, SealingKey], PracticeBooth],
    *,
    keys: JointKeys | None,
    entropy: Entropy,
) -> int:
    """Runs the decks through practice booths and compares; returns the number of ballots.

    Args:
        election: the definition.
        station: whose styles are tested.
        make_booth: a fresh booth for this pairing key and closing key.
        keys: the guardians' joint keys; None in an election without guardians.
        entropy: fresh random bytes, for the check of the ballots' proofs.

    Raises:
        Unproven: a position was counted wrongly, or ballots or count do not prove themselves. The station must not
            open.
        OutOfOrder: guardians without keys, or keys without guardians.
    """
    contexts = station_contexts(election, station, keys)
    pressed = 0
    for cards in decks(election, station):
        result = _run(election, cards, make_booth)
        _compare(election, station, cards, result)
        if keys is not None:
            _check_ballots(contexts, result, station, entropy)
            _check_count(keys, contexts, result, station)
        pressed += len(cards)
    return pressed


def _run(
    election: Election, cards: Sequence[Card], make_booth: Callable[[bytes, SealingKey], PracticeBooth]
) -> BoothResult:
    """What a fresh machine counts after this deck."""
    closing = SealingKey(bytes(range(SECRET_BYTES)))
    machine = make_booth(_PAIRING_KEY, closing)
    zero = machine.zero(election.definition.opens_at)
    booth = machine.start(_NoPaper(), lambda screen: None)
    for card in cards:
        _press(booth, card)
    return machine.count(zero, closing)


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


def _compare(election: Election, station: Code, cards: Sequence[Card], result: BoothResult) -> None:
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


def _check_ballots(
    contexts: Mapping[Code, BallotContext], result: BoothResult, station: Code, entropy: Entropy
) -> None:
    """Every ballot proves that it holds what its style allows."""
    for style, rows in result.encrypted.items():
        bad = check_box(box_shape(contexts[style]), _as_array(rows), entropy)
        if bad:
            raise Unproven(
                Sentence(
                    "{count} ballots of style {style} that prove themselves", {"count": len(rows), "style": style}
                ),
                Sentence("{count} that do not", {"count": len(bad)}),
                _REMEDY,
                station,
            )


def _check_count(keys: JointKeys, contexts: Mapping[Code, BallotContext], result: BoothResult, station: Code) -> None:
    """The votes counted for each option are what the ballots hold together."""
    sums = merge_sums(sum_committed(contexts[style].shape, rows) for style, rows in result.encrypted.items())
    for named, total in sums.items():
        votes = result.contests[named.contest].votes[named.option]
        try:
            check_sum(keys, total, votes, result.nonces.get(named, ZERO))
        except UrnaError as error:
            raise Unproven(error.expected, error.found, _REMEDY, station) from error


def _as_array(rows: Sequence[bytes]) -> npt.NDArray[np.uint8]:
    return np.frombuffer(b"".join(rows), np.uint8).reshape(len(rows), -1)


def _values(count: int, name: str, contest: str) -> dict[str, str | int]:
    return {"count": count, "name": name, "contest": contest}
