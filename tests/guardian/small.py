"""Five guardians, three of whom are needed, for the example's election; and sheets with ciphertext sums to open."""

import copy
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import count

import msgspec
from tests.election.officers import definition

from urna.crypto.elgamal import Ciphertext
from urna.crypto.group import FixedPoint, base_times
from urna.crypto.scalars import add, from_int, reduce_wide
from urna.crypto.signatures import SigningKey
from urna.election.definition import Election, NamedKey
from urna.guardian.rehearsal import HeldCeremony, hold_ceremony
from urna.guardian.request import OpeningRequest, make_request
from urna.log.note import NoteSigner
from urna.tally.aggregates import CountedContest, CountedSheet, PlannedAggregate, plan_aggregates

COUNT = 5
THRESHOLD = 3
NATIONAL = "NAC"


class Counter:
    """Random bytes that are not: a hash of a counter, so that a failing test fails again."""

    def __init__(self, label: str = "") -> None:
        self._label = label
        self._numbers = count()

    def __call__(self, size: int) -> bytes:
        """The next bytes."""
        return hashlib.shake_256(f"{self._label} {next(self._numbers)}".encode()).digest(size)


def signing_keys(number: int = COUNT) -> list[SigningKey]:
    """The guardians' Ed25519 keys."""
    return [SigningKey(hashlib.sha256(f"guardian {index}".encode()).digest()) for index in range(number)]


def signers(number: int = COUNT) -> list[NoteSigner]:
    """The same under their names in notes."""
    return [NoteSigner(f"court.example/guardian-{n}", key) for n, key in enumerate(signing_keys(number), start=1)]


@cache
def election(number: int = COUNT, threshold: int = THRESHOLD) -> Election:
    """The example's election with guardians."""
    base = definition()
    named = tuple(
        NamedKey(name=f"Guardian {n}", key_name=signer.name, key=signer.verifier.public_hex)
        for n, signer in enumerate(signers(number), start=1)
    )
    authority = msgspec.structs.replace(base.authority, guardians=named, guardian_threshold=threshold)
    return Election(msgspec.structs.replace(base, authority=authority))


def ceremony(label: str = "ceremony") -> HeldCeremony:
    """A ceremony of all five, the same for the same label; its private states are copies that can be used up."""
    return copy.deepcopy(_ceremony(label))


@cache
def _ceremony(label: str) -> HeldCeremony:
    return hold_ceremony(election(), signing_keys(), Counter(label))


def national_sheets(cast: Mapping[str, int]) -> list[CountedSheet]:
    """Sheets of stations with so many ballots of the national contest; below the threshold it is withheld."""
    threshold = election().rules.secrecy_threshold
    return [
        CountedSheet(
            station=station,
            ballots_root=hashlib.sha256(station.encode()).hexdigest(),
            contests=(CountedContest(contest=NATIONAL, ballots=number, shown=number >= threshold),),
        )
        for station, number in cast.items()
    ]


def votes_of(planned: PlannedAggregate) -> list[int]:
    """Votes that the tests encrypt: one for each ballot, over the options in turn."""
    options = len(election().contests[planned.contest].options)
    return [len(range(first, planned.ballots, options)) for first in range(options)]


def sums_of(key: bytes, planned: PlannedAggregate) -> Sequence[Ciphertext]:
    """The sums as they would be over ballots with these votes."""
    fixed, nonce = FixedPoint(key), Counter(f"nonces {planned.serial}")
    return [encrypted(fixed, votes, reduce_wide(nonce(64))) for votes in votes_of(planned)]


def encrypted(key: FixedPoint, votes: int, nonce: bytes) -> Ciphertext:
    """(ξ·G, (ξ + m)·K), without loading the kernels."""
    return Ciphertext(base_times(nonce), key.times(add(nonce, from_int(votes))))


def request(key: bytes, sheets: Sequence[CountedSheet]) -> OpeningRequest:
    """Everything that the plan of these sheets opens."""
    plan = plan_aggregates(election(), sheets)
    return make_request(election(), sheets, plan, lambda planned: sums_of(key, planned))


FEW = {"MON-AL-1-1": 50, "MON-AL-1-2": 4, "MON-AL-2-1": 7, "RIB-PU-1-1": 60, "RIB-DE-1-1": 3, "SAB-LL-1-1": 8}
"""Montelirio opens as a part; three and eight ballots of the other states move up to the nation."""
