"""What every ballot of a station and style is bound to: election, keys, station, and the shape of its proofs.

Its hash is part of each challenge. A ballot that lists a contest twice, leaves a proof out, or comes from another
station or election has another context, and none of its proofs verifies.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from urna.ballot.keys import JointKeys
from urna.ballot.shape import BallotShape, ContestShape
from urna.crypto.box_shape import BoxShape
from urna.crypto.group import FixedPoint
from urna.crypto.mac import join_parts
from urna.encoding.canonical import Code, encode

_LABEL = b"urna/protocol/1/style"


@dataclass(frozen=True)
class BallotContext:
    """A station's ballots of one style. `ballot_context` makes it."""

    keys: JointKeys
    station: Code
    shape: BallotShape
    context: bytes
    """32 bytes (docs/spec/protocol.md, A ballot style as a shape)."""

    @cached_property
    def votes_key(self) -> FixedPoint:
        """K, ready to be multiplied."""
        return FixedPoint(self.keys.votes)

    @cached_property
    def data_key(self) -> FixedPoint:
        """K̂, ready to be multiplied."""
        return FixedPoint(self.keys.data)

    @cached_property
    def proof_sums(self) -> tuple[tuple[int, ...], ...]:
        """The options that each range proof is over, in the order of the shape's `proof_limits`.

        Options are counted from 0 over the whole ballot.
        """
        return tuple(chain.from_iterable(_sums(contest, first) for first, contest in _numbered(self.shape)))

    @cached_property
    def option_names(self) -> tuple[str, ...]:
        """The options of the whole ballot, for errors: "contest SENATE, option 3"."""
        return tuple(chain.from_iterable(map(_option_names, self.shape.contests)))

    @cached_property
    def proof_names(self) -> tuple[str, ...]:
        """What each range proof is about, for errors: "contest SENATE, limit", in the same order."""
        return tuple(chain.from_iterable(map(_names, self.shape.contests)))


def ballot_context(keys: JointKeys, station: Code, shape: BallotShape) -> BallotContext:
    """The context of the station's ballots of this shape.

    Args:
        keys: the guardians' joint keys.
        station: the station's code.
        shape: computed from the definition, never read from a record.
    """
    parts = (_LABEL, keys.base_hash, keys.votes, keys.data, station.encode(), encode(shape))
    return BallotContext(keys, station, shape, hashlib.sha256(join_parts(*parts)).digest())


def box_shape(context: BallotContext) -> BoxShape:
    """The same as the kernels take it."""
    shape = context.shape
    return BoxShape(
        limits=shape.proof_limits,
        sums=context.proof_sums,
        options=shape.options,
        data_bytes=tuple(contest.data_bytes for contest in shape.contests),
        context=context.context,
        votes_key=context.keys.votes,
    )


def _numbered(shape: BallotShape) -> Iterator[tuple[int, ContestShape]]:
    """Each contest with the number of its first option."""
    first = 0
    for contest in shape.contests:
        yield first, contest
        first += len(contest.options)


def _sums(contest: ContestShape, first: int) -> Iterator[tuple[int, ...]]:
    numbers = {option: first + number for number, option in enumerate(contest.options)}
    yield from ((number,) for number in numbers.values())
    yield from (tuple(numbers[option] for option in choice.options) for choice in contest.choices)
    yield tuple(numbers.values())


def _option_names(contest: ContestShape) -> Iterator[str]:
    return (f"contest {contest.contest}, option {option}" for option in contest.options)


def _names(contest: ContestShape) -> Iterator[str]:
    yield from _option_names(contest)
    yield from (f"contest {contest.contest}, choice {choice.choice}" for choice in contest.choices)
    yield f"contest {contest.contest}, limit"
