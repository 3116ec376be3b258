"""Encrypted ballots for tests: keys, shapes with every kind of proof, and ballots made with seeded entropy."""

import random
from collections.abc import Callable, Mapping, Sequence

from urna.ballot.context import BallotContext, ballot_context
from urna.ballot.encryption import encrypt_ballot
from urna.ballot.forms import EncryptedBallot
from urna.ballot.keys import JointKeys
from urna.ballot.shape import BallotShape, ChoiceShape, ContestShape
from urna.crypto.group import base_times
from urna.crypto.scalars import from_int

VOTES_SECRET = from_int(20201206)
DATA_SECRET = from_int(20260101)
KEYS = JointKeys(base_times(VOTES_SECRET), base_times(DATA_SECRET), bytes(range(32)))

DEPUTIES = ContestShape(
    contest="DEP",
    options=("A1", "A2", "B", "C"),
    option_limit=1,
    choices=(ChoiceShape(choice="A", options=("A1", "A2"), limit=1),),
    limit=2,
)
"""Two votes of four cards, the first two cards of one candidate."""
GOVERNOR = ContestShape(contest="GOV", options=("X", "Y"), option_limit=1, choices=(), limit=1, data_bytes=64)
"""One vote, and room for a write-in."""
POINTS = ContestShape(contest="PTS", options=("P", "Q"), option_limit=2, choices=(), limit=3)
"""Up to two votes an option."""

SHAPE = BallotShape(style="FULL", contests=(DEPUTIES, GOVERNOR, POINTS))
CONTEXT = ballot_context(KEYS, "ST-1", SHAPE)
VOTES = (0, 1, 1, 0, 0, 0, 2, 1)
WRITE_IN = {"GOV": b"Somebody else"}
ID = bytes(range(16))
SEED = bytes(range(32, 64))


def entropy(seed: object) -> Callable[[int], bytes]:
    """The same bytes for the same seed."""
    return random.Random(repr(seed)).randbytes


def encrypted(
    context: BallotContext = CONTEXT,
    votes: Sequence[int] = VOTES,
    ballot: bytes = ID,
    data: Mapping[str, bytes] | None = None,
) -> EncryptedBallot:
    """A ballot; the same for the same arguments."""
    return encrypt_ballot(context, votes, ballot, SEED, entropy((tuple(votes), ballot)), data=data)


def twelve(limit: int = 1) -> BallotContext:
    """The context of ballots of twelve options and so many votes."""
    options = tuple(f"O{number}" for number in range(12))
    contest = ContestShape(contest="C", options=options, option_limit=1, choices=(), limit=limit)
    return ballot_context(KEYS, "ST-1", BallotShape(style="S", contests=(contest,)))
