"""The shape of an encrypted ballot: which options and limits a ballot style has to prove, and in which order.

It is computed from the definition and never read from a record, so a ballot that lists a contest twice, leaves a
proof out or moves one is a ballot of another shape, and no challenge of it verifies (docs/spec/protocol.md).
"""

from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import Annotated

import msgspec

from urna.election.definition import Contest, Election
from urna.encoding.canonical import Code, Record

Limit = Annotated[int, msgspec.Meta(ge=1, le=100)]
"""Most votes: of one option, of one choice, or of one contest."""

DataBytes = Annotated[int, msgspec.Meta(ge=0, le=1024, multiple_of=32)]
"""Bytes of contest data, padding included."""

OPTION_LIMIT = 1
"""R: votes that a voter may give one option. The definition knows no cumulative voting."""

POINT_BYTES = 32
SCALAR_BYTES = 32


class ChoiceShape(Record, frozen=True, kw_only=True):
    """Options that count for one choice and share its limit: the cards of one candidate."""

    choice: Code
    options: tuple[Code, ...]
    """Two or more, in ballot order."""
    limit: Limit


class ContestShape(Record, frozen=True, kw_only=True):
    """One contest: its options in ballot order, the choices that need a limit of their own, and its own limit."""

    contest: Code
    options: tuple[Code, ...]
    option_limit: Limit
    choices: tuple[ChoiceShape, ...]
    limit: Limit
    """L, the votes allowed: a voter may give fewer."""
    data_bytes: DataBytes = 0
    """Length of the contest data, such as a write-in; 0 where there are none."""


class BallotShape(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/ballot-shape/1"):
    """Everything that a ballot of one style has to prove."""

    style: Code
    contests: tuple[ContestShape, ...]

    @property
    def options(self) -> int:
        """Options of all contests, and so ciphertexts."""
        return sum(len(contest.options) for contest in self.contests)

    @property
    def proof_limits(self) -> tuple[int, ...]:
        """The upper end of each range proof, in the order of the ballot: options, choices and limit by contest."""
        return tuple(chain.from_iterable(map(_proof_limits, self.contests)))

    @property
    def ciphertext_bytes(self) -> int:
        """Two points an option."""
        return 2 * POINT_BYTES * self.options

    @property
    def data_proofs(self) -> int:
        """Contests with data: each proves that its data nonce is known."""
        return sum(contest.data_bytes > 0 for contest in self.contests)

    @property
    def data_bytes_total(self) -> int:
        """A point and the data for each contest that has data."""
        return POINT_BYTES * self.data_proofs + sum(contest.data_bytes for contest in self.contests)

    @property
    def commitment_bytes(self) -> int:
        """Two points a branch, a proof of 0..R has R + 1 branches; one point for each data proof."""
        return POINT_BYTES * (2 * sum(limit + 1 for limit in self.proof_limits) + self.data_proofs)

    @property
    def response_bytes(self) -> int:
        """A response for each branch, and a part of the challenge for each but the last, which follows from the sum.

        One response for each data proof.
        """
        return SCALAR_BYTES * (sum(2 * limit + 1 for limit in self.proof_limits) + self.data_proofs)


def ballot_shape(election: Election, style: Code) -> BallotShape:
    """The shape of every ballot of a style of the election."""
    contests = election.contests_of_style(style)
    return BallotShape(style=style, contests=tuple(_contest_shape(contest) for contest in contests))


def _contest_shape(contest: Contest) -> ContestShape:
    return ContestShape(
        contest=contest.code,
        options=tuple(option.code for option in contest.options),
        option_limit=OPTION_LIMIT,
        choices=tuple(_choice_shapes(contest)),
        limit=contest.votes_allowed,
    )


def _choice_shapes(contest: Contest) -> Iterator[ChoiceShape]:
    """Choices with two or more cards; with a single vote the contest's own limit says as much."""
    if contest.votes_allowed == 1:
        return
    cards = Counter(option.choice for option in contest.options)
    for choice in contest.choices:
        if cards[choice.code] > 1:
            options = tuple(option.code for option in contest.options if option.choice == choice.code)
            yield ChoiceShape(choice=choice.code, options=options, limit=OPTION_LIMIT)


def _proof_limits(contest: ContestShape) -> Iterator[int]:
    yield from (contest.option_limit for _ in contest.options)
    yield from (choice.limit for choice in contest.choices)
    yield contest.limit
