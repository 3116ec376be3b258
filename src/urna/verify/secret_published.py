"""What a verifier has of a secret comparison: ballots and keys from the record, and what the audit published."""

from collections.abc import Mapping
from typing import NamedTuple

from urna.audit.secret_rows import ComparisonSet
from urna.ballot.keys import JointKeys
from urna.ballot.slip_id import Bound, EncryptedId
from urna.crypto.elgamal import Ciphertext
from urna.crypto.joint_opening import Proof
from urna.crypto.same_factor import FactorProof


class KnownBallot(NamedTuple):
    """A cast ballot with the contest, as the record has it; its own proofs were checked."""

    ballot: bytes
    """Its id, 16 bytes."""
    bound: Bound
    slip: EncryptedId
    options: tuple[Ciphertext, ...]
    """Of this contest, in ballot order."""


class Mixing(NamedTuple):
    """What one mixer published."""

    rows: bytes
    proof: bytes


class Step(NamedTuple):
    """What one guardian published of a list of points: its multiples and their proof."""

    guardian: int
    public: bytes
    """S: drawn for blinding; for decrypting the guardian's public share, which is computed."""
    multiples: bytes
    proof: FactorProof


class PublishedRow(NamedTuple):
    """A drawn row as the guardians opened it."""

    proofs: tuple[Proof, ...]
    """Of the id, then of each option."""
    votes: tuple[int, ...]


class Published(NamedTuple):
    """A whole secret comparison of one contest."""

    described: ComparisonSet
    mixings: tuple[Mixing, ...]
    blindings: tuple[Step, ...]
    decryptions: tuple[Step, ...]
    """Of the blinded ids, by k guardians or more."""
    rows: Mapping[int, PublishedRow]
    """By number, from 1."""


class Draw(NamedTuple):
    """The rules of the draw, fixed before the seed, and the seed."""

    seed: str
    bound: int
    """The most papers there can be with the contest."""
    size: int
    threshold: int
    """The fewest ballots whose sum may be known."""


class Keys(NamedTuple):
    """The guardians' keys, from the ceremony's record."""

    joint: JointKeys
    points: tuple[bytes, ...]
    """The points of the sum of all polynomials; the first is K."""

    @property
    def threshold(self) -> int:
        """Guardians who open anything: fewer of them who are dishonest leave an honest mixer and an honest blinder."""
        return len(self.points)
