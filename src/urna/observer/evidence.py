"""Proof that a log cheated: two checkpoints that it signed, of which neither grew out of the other.

    {"first": a checkpoint, "second": one of the same size or larger, "root": …, "proof": […], "log": key, "type": …}

`root` is what the first entries of the *second* tree make, as many as the first checkpoint has, and `proof` leads from
there to the second's root (RFC 9162 consistency). If the log had only grown it would be the first checkpoint's root. So
two signatures of the log stand under two histories, and whoever knows its key can judge that without believing anybody.
"""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from urna.encoding.canonical import Hash, Record, decode, encode
from urna.errors import Malformed, Unproven
from urna.log.checkpoint import MAX_CHECKPOINT_BYTES, Checkpoint, open_checkpoint
from urna.log.merkle import verify_consistency
from urna.log.note import NoteVerifier
from urna.log.shape import MAX_PROOF_HASHES, check_hashes
from urna.words import Sentence

MAX_EVIDENCE_BYTES = 3 * MAX_CHECKPOINT_BYTES


class Forked(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/fork/1"):
    """Two signed checkpoints of one log, and why no honest log signs both."""

    log: str
    """The log's key as C2SP writes it, to look it up; whoever judges takes it from elsewhere."""
    first: str
    second: str
    root: Hash
    proof: Annotated[tuple[Hash, ...], msgspec.Meta(max_length=MAX_PROOF_HASHES)]

    @staticmethod
    def of_one_size(log: NoteVerifier, first: bytes, second: bytes) -> "Forked":
        """Two checkpoints of one size."""
        root = open_checkpoint(second, log).root
        return Forked(log=log.vkey(), first=first.decode(), second=second.decode(), root=root.hex(), proof=())

    @staticmethod
    def of_two_sizes(log: NoteVerifier, first: bytes, second: bytes, root: bytes, proof: Sequence[bytes]) -> "Forked":
        """A smaller checkpoint and a larger one whose tree begins otherwise.

        Args:
            log: the log's key.
            first: the smaller checkpoint's note.
            second: the larger one's.
            root: of the larger tree's first entries, as many as the smaller one has.
            proof: from there to the larger root.
        """
        hashes = tuple(one.hex() for one in proof)
        return Forked(log=log.vkey(), first=first.decode(), second=second.decode(), root=root.hex(), proof=hashes)


def encode_fork(fork: Forked) -> bytes:
    """The bytes of a file of evidence."""
    return encode(fork)


def read_fork(data: bytes, where: str = "") -> Forked:
    """The evidence in a file, not judged yet.

    Raises:
        Malformed: it is none.
    """
    return decode(data, Forked, where, MAX_EVIDENCE_BYTES)


def judge_fork(fork: Forked, log: NoteVerifier, where: str = "") -> tuple[Checkpoint, Checkpoint]:
    """The two checkpoints, if they prove that this log cheated.

    1. The log's key, known from elsewhere, signed both.
    2. The second is not smaller.
    3. The root that is shown is of the second's first entries.
    4. It is not the first's root.

    Raises:
        Malformed: a part is not what it claims to be.
        Unproven: they prove nothing against this log.
    """
    first = open_checkpoint(fork.first.encode(), log, where)
    second = open_checkpoint(fork.second.encode(), log, where)
    root = bytes.fromhex(fork.root)
    proof = [bytes.fromhex(one) for one in fork.proof]
    if not 1 <= first.size <= second.size:
        raise _proves_nothing(
            Sentence("{first} and {second} entries", {"first": first.size, "second": second.size}), where
        )
    try:
        if first.size == second.size:
            check_hashes(proof, 0)
        verify_consistency(first.size, second.size, proof, root, second.root)
    except (Malformed, Unproven) as error:
        error.where = error.where or where
        raise
    if root == first.root:
        raise _proves_nothing(Sentence("a second that grew out of the first"), where)
    return first, second


def _proves_nothing(found: Sentence, where: str) -> Unproven:
    return Unproven(
        Sentence("two checkpoints that no honest log signs"),
        found,
        Sentence("Do not accuse the log with this file."),
        where,
    )
