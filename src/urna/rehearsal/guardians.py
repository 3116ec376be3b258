"""What the guardians bring to a rehearsal: the papers of their key ceremony and, after the count, what they opened.

They make both themselves, with `urna guardian` over the rehearsal's definition and its record, as in an election.
"""

from collections.abc import Sequence
from typing import NamedTuple

from urna.ballot.ceremony import read_ceremony
from urna.ballot.keys import JointKeys
from urna.election.definition import Election
from urna.encoding.canonical import decode
from urna.tally.decryption import AggregateOpening


class GuardianPapers(NamedTuple):
    """A ceremony's documents in the guardians' order, the keys that they make, and the openings by serial."""

    commitments: tuple[bytes, ...]
    coefficients: tuple[bytes, ...]
    joint: bytes
    keys: JointKeys
    openings: tuple[AggregateOpening, ...]


def read_papers(
    election: Election,
    commitments: Sequence[bytes],
    coefficients: Sequence[bytes],
    joint: bytes,
    openings: Sequence[bytes],
) -> GuardianPapers:
    """The papers, their proofs checked; of the openings only that they are some: the centre checks those.

    Args:
        election: the rehearsed one.
        commitments: of guardians 1, 2 and so on.
        coefficients: the same.
        joint: the joint key that all signed.
        openings: canonical bytes, in any order.

    Raises:
        Malformed, OutOfOrder, Unproven: as `read_ceremony`; also an opening that is none.
    """
    keys = read_ceremony(election, commitments, coefficients, joint)
    opened = sorted((decode(data, AggregateOpening) for data in openings), key=lambda each: each.serial)
    return GuardianPapers(tuple(commitments), tuple(coefficients), joint, keys, tuple(opened))
