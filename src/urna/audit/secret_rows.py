"""The rows of a secret comparison: which there are, what their proofs are bound to, and which of them a seed draws.

Source: docs/spec/secret-comparison.md, Rows and The draw.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from urna.audit.sampler import draw_units
from urna.audit.tickets import Procedure
from urna.ballot.keys import JointKeys
from urna.ballot.shape import ContestShape
from urna.crypto.elgamal import Ciphertext
from urna.crypto.joint_opening import Target
from urna.crypto.mac import join_parts
from urna.crypto.shuffle import Rows, join_rows
from urna.crypto.threshold import index_bytes
from urna.encoding.canonical import Code, Count, Hash, Record, encode
from urna.errors import Malformed, OutOfOrder
from urna.words import Sentence

_MIXING = b"urna/secret-comparison/1/mixing"
_BLINDING = b"urna/secret-comparison/1/blinding"
_UNBLINDING = b"urna/secret-comparison/1/unblinding"
_OPENING = b"urna/secret-comparison/1/opening"


class ComparisonSet(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/comparison-set/1"):
    """What is compared: fixed, published and logged before anybody mixes, and so before the seed."""

    election: Hash
    contest: Code
    stations: tuple[Code, ...]
    """Whose cast ballots with the contest are rows, all of them."""
    options: tuple[Code, ...]
    """In ballot order: the columns after the id."""
    ballots: Count
    """Cast ballots with the contest."""
    rows: Count
    """Those among them whose slip id is proven; the others are cards without a row."""
    rows_hash: Hash
    """SHA-256 of the rows before any mixing."""


class BallotRow(NamedTuple):
    """One cast ballot in one contest."""

    ballot: bytes
    """The ballot's id, by which rows are sorted before they are mixed."""
    slip: Ciphertext
    """Of its slip id, whose proof was checked."""
    options: tuple[Ciphertext, ...]
    """In ballot order."""


@dataclass(frozen=True)
class Comparison:
    """A set with the keys under which its rows are encrypted."""

    keys: JointKeys
    described: ComparisonSet

    @cached_property
    def identity(self) -> bytes:
        """SHA-256 of the set's canonical bytes."""
        return hashlib.sha256(encode(self.described)).digest()

    def mixing_context(self, mixer: int) -> bytes:
        """What the proof of a mixer is bound to, 32 bytes.

        Args:
            mixer: its turn, from 1.
        """
        return self._hash(_MIXING, index_bytes(mixer))

    def blinding_context(self, mixed: Rows, guardian: int) -> bytes:
        """The same for a guardian who blinds the ids of the mixed rows."""
        return self._hash(_BLINDING, hashlib.sha256(mixed.data).digest(), index_bytes(guardian))

    def unblinding_context(self, blinded: bytes, guardian: int) -> bytes:
        """The same for a guardian who decrypts the blinded ids."""
        return self._hash(_UNBLINDING, hashlib.sha256(blinded).digest(), index_bytes(guardian))

    def row_targets(self, mixed: Rows, row: int) -> tuple[Target, ...]:
        """What the guardians open of a drawn row: the id as number 0, then the options.

        Args:
            mixed: what the last mixer made.
            row: from 1.
        """
        description = self._hash(_OPENING, hashlib.sha256(mixed.data).digest(), index_bytes(row))
        return tuple(
            Target(self.keys.base_hash, self.keys.votes, description, column, each.alpha, each.beta)
            for column, each in enumerate(mixed.row(row - 1))
        )

    def _hash(self, label: bytes, *parts: bytes) -> bytes:
        return hashlib.sha256(join_parts(label, self.keys.base_hash, self.identity, *parts)).digest()


def build_rows(ballots: Iterable[BallotRow]) -> Rows:
    """The rows before any mixing, sorted by ballot id.

    Raises:
        Malformed: no ballot, one twice, or ballots with different numbers of options.
    """
    ordered = sorted(ballots)
    twice = [each.ballot.hex() for each, following in pairwise(ordered) if each.ballot == following.ballot]
    if twice:
        raise Malformed(
            Sentence("each ballot once"),
            Sentence("ballot {ballot} twice", {"ballot": twice[0]}),
            Sentence("Take the ballots from the stations' published lists."),
        )
    return join_rows([(each.slip, *each.options) for each in ordered])


def describe(
    election: Hash, contest: ContestShape, stations: Sequence[Code], ballots: int, rows: Rows
) -> ComparisonSet:
    """The set as it is published.

    Args:
        election: its identity.
        contest: the contest.
        stations: whose ballots they are.
        ballots: cast with this contest, those without a row included.
        rows: as `build_rows` gives them.

    Raises:
        Malformed: rows of another width than id and options have, or more of them than ballots.
    """
    if rows.width != len(contest.options) + 1 or rows.size > ballots:
        raise Malformed(
            Sentence(
                "at most {ballots} rows of an id and {count} options",
                {"ballots": ballots, "count": len(contest.options)},
            ),
            Sentence("{rows} rows of {width} ciphertexts", {"rows": rows.size, "width": rows.width}),
            Sentence("Take the ballots of this contest alone, each once."),
            contest.contest,
        )
    return ComparisonSet(
        election=election,
        contest=contest.contest,
        stations=tuple(stations),
        options=contest.options,
        ballots=ballots,
        rows=rows.size,
        rows_hash=hashlib.sha256(rows.data).hexdigest(),
    )


def cards_of(described: ComparisonSet, bound: int) -> int:
    """The numbers to draw from, and the cards that a margin is over: the bound of papers, or the ballots if more."""
    return max(bound, described.ballots)


def draw_rows(described: ComparisonSet, seed: str, bound: int, size: int, after: int = 0) -> tuple[int, ...]:
    """The numbers drawn, by sorted tickets of "seed,contest,number"; above the rows they are cards without a row.

    Args:
        described: the set.
        seed: the public seed.
        bound: the most papers there can be with the contest, known from outside the machines.
        size: draws in all, without replacement.
        after: draws of earlier rounds.

    Raises:
        Malformed: more draws than there are cards.
    """
    names = [f"{described.contest},{number}" for number in range(1, cards_of(described, bound) + 1)]
    drawn = draw_units(Procedure.SORTED, seed, names, size, after)
    return tuple(int(each.unit.rpartition(",")[2]) for each in drawn)


def check_secrecy(described: ComparisonSet, drawn: Collection[int], threshold: int) -> None:
    """Returns if opening these rows isolates nobody: they are among enough, and none or enough stay closed.

    The total less what was opened says what the closed rows hold together.

    Args:
        described: the set.
        drawn: numbers of rows, and of cards without one.
        threshold: the fewest ballots whose sum may be known, from the definition.

    Raises:
        OutOfOrder: too few rows, or too few that stay closed.
    """
    closed = described.rows - sum(number <= described.rows for number in set(drawn))
    if described.rows < threshold or 0 < closed < threshold:
        raise OutOfOrder(
            Sentence("at least {threshold} rows, and none or as many that stay closed", {"threshold": threshold}),
            Sentence("{rows} rows, of which {closed} stay closed", {"rows": described.rows, "closed": closed}),
            Sentence("Do not open these rows: count the contest by hand in full, or compare more stations together."),
            described.contest,
        )
