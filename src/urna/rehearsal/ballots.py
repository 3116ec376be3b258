"""One station of a rehearsal, ballot by ballot: every vote goes through the booth's own transition table.

The booth is the real one over a medium in memory: selections are checked, sealed to a closing key, stored in a random
slot, marked cast, and at closing unsealed and summed. Only the people are taken as counts.
"""

from collections.abc import Callable, Iterator
from hashlib import shake_256
from random import Random
from typing import Protocol

from urna.ballot.keys import JointKeys
from urna.ballot.selections import Selections
from urna.crypto.sealing import SealingKey
from urna.election.certification import RollCommitment
from urna.election.definition import Election
from urna.encoding.canonical import Code, Moment
from urna.log.note import NoteSigner
from urna.rehearsal.counts import StationDocuments, statement_of
from urna.rehearsal.election import STYLE, RehearsalKeys
from urna.rehearsal.table import StationCounts
from urna.station.activation import answer
from urna.station.booth import Booth
from urna.station.booth_ports import Printer, Show
from urna.station.counting import BoothResult
from urna.station.signing import sign_sheet


class Machine(Protocol):
    """A booth's hardware, as `cli/machines` puts it together."""

    def zero(self, now: Moment) -> bytes:
        """Fills the box and signs the zero report."""
        ...

    def start(self, printer: Printer, show: Show) -> Booth:
        """The booth."""
        ...

    def count(self, zero_document: bytes, closing_key: SealingKey) -> BoothResult:
        """Counts the box."""
        ...

    def sheet_signer(self) -> NoteSigner:
        """Signs the tally sheet."""
        ...


class RehearsedBooth(Protocol):
    """Makes the machine of a station's booth from the seeds of its keys."""

    def __call__(
        self,
        election: Election,
        station: Code,
        *,
        seed: bytes,
        pairing_key: bytes,
        closing_key: str,
        entropy: Callable[[int], bytes],
        keys: JointKeys | None,
    ) -> Machine:
        """The machine."""
        ...


def rehearse_ballots(
    election: Election,
    keys: RehearsalKeys,
    station: Code,
    row: StationCounts,
    commitment: RollCommitment,
    *,
    make_booth: RehearsedBooth,
    joint_keys: JointKeys | None = None,
    challenged: int = 0,
) -> StationDocuments:
    """The signed documents of a station whose row of the table votes, one ballot after another.

    1. Zero the box.
    2. Let everybody vote, in an order that follows from the seed; the first few challenge the machine once.
    3. Close: count the box, sign the sheet.

    Args:
        election: the definition.
        keys: the rehearsal's.
        station: which one.
        row: what is voted there.
        commitment: to its electors.
        make_booth: its hardware.
        joint_keys: the guardians', in an election that has guardians.
        challenged: ballots that are challenged, at most one a voter.
    """
    closing = keys.closing(station)
    pairing_key = keys.secret(f"{station}/pairing")
    machine = make_booth(
        election,
        station,
        seed=keys.secret(f"{station}/booth-1"),
        pairing_key=pairing_key,
        closing_key=closing.public_hex,
        entropy=_entropy(keys.secret(f"{station}/entropy")),
        keys=joint_keys,
    )
    day = election.definition
    zero = machine.zero(day.opens_at)
    booth = machine.start(_Paper(), lambda screen: None)
    for number, option in enumerate(_voters(election, row, Random(keys.secret(f"{station}/order")))):
        _vote(booth, pairing_key, option, challenges=number < challenged)
    bundle = sign_sheet(
        election,
        keys.station_keys(election, station),
        [machine.count(zero, closing)],
        statement=statement_of(election, keys, station, row.ballots, commitment),
        signers={1: machine.sheet_signer()},
        now=day.closes_at,
        joint_keys=joint_keys,
    )
    return StationDocuments((zero,), bundle)


class _Paper:
    """A printer without paper."""

    def print_code_slip(self, document: bytes) -> None:
        """Nothing comes out."""

    def print_ballot(self, selections: Selections) -> None:
        """Nothing comes out."""


def _voters(election: Election, row: StationCounts, order: Random) -> Iterator[Code]:
    """What each voter presses, "" for a null vote, shuffled."""
    options = [option.code for option in election.definition.contests[0].options]
    pressed = [option for option, votes in zip(options, row.votes, strict=True) for _ in range(votes)]
    pressed += [""] * row.nulls
    order.shuffle(pressed)
    return iter(pressed)


def _vote(booth: Booth, pairing_key: bytes, option: Code, *, challenges: bool) -> None:
    """One voter, from the activation to the free booth; the same choice again after a challenge."""
    challenge = booth.challenge()
    given = answer(
        pairing_key,
        challenge,
        election=booth.election.identity,
        station=booth.station,
        booth=booth.number,
        style=STYLE,
    )
    booth.activate(STYLE, given)
    contest = booth.election.definition.contests[0].code
    chosen = {contest: [option]} if option else {}
    booth.review(chosen)
    booth.confirm()
    if challenges:
        booth.challenge_machine()
        booth.choose_again()
        booth.review(chosen)
        booth.confirm()
    booth.say_yes()
    booth.acknowledge()


def _entropy(seed: bytes) -> Callable[[int], bytes]:
    """Bytes that follow from a seed: a rehearsal repeats. A real booth draws from its operating system."""
    drawn = 0

    def draw(size: int) -> bytes:
        nonlocal drawn
        drawn += 1
        return shake_256(seed + drawn.to_bytes(8, "big")).digest(size)

    return draw
