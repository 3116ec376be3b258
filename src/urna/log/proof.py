"""Proofs to take home (C2SP tlog-proof): one text file that shows, offline, that an entry is in the log.

c2sp.org/tlog-proof@v1
extra <base64>                  (only if there is some; not authenticated)
index 73894
<a hash in base64>              (the inclusion proof, from the leaf's sibling up)
…
(an empty line)
(the checkpoint with its signatures and cosignatures)
"""

import base64
import binascii
import re
from dataclasses import dataclass

from urna.errors import Malformed, Unproven
from urna.log.checkpoint import MAX_CHECKPOINT_BYTES, Checkpoint, parse_hash, read_checkpoint
from urna.log.cosignature import WitnessPolicy, open_witnessed
from urna.log.merkle import verify_inclusion
from urna.log.note import NoteVerifier
from urna.log.shape import HASH_BYTES, MAX_PROOF_HASHES, MAX_SIZE
from urna.words import Sentence

PROOF_HEADER = "c2sp.org/tlog-proof@v1"
MAX_EXTRA_BYTES = 64 * 1024
MAX_PROOF_BYTES = MAX_CHECKPOINT_BYTES + 2 * MAX_EXTRA_BYTES

_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, kw_only=True, slots=True)
class LogProof:
    """That an entry stands at `index` of the log that the checkpoint speaks of.

    Args:
        index: the entry's place, from 0.
        hashes: the inclusion proof, at most 63 hashes of 32 bytes.
        checkpoint: the checkpoint's note, byte for byte.
        extra: what the application adds, at most 64 KiB; nobody signs it.

    Raises:
        Malformed: a part that no proof can have.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def __post_init__(self) -> None:
        """Refuses what cannot be written as a proof."""
        if not 0 <= self.index < MAX_SIZE or len(self.extra or b"") > MAX_EXTRA_BYTES:
            raise _malformed(Sentence("an index or an extra line out of bounds"), "")
        if len(self.hashes) > MAX_PROOF_HASHES or any(len(one) != HASH_BYTES for one in self.hashes):
            raise _malformed(Sentence("{count} hashes, not all of 32 bytes", {"count": len(self.hashes)}), "")
        read_checkpoint(self.checkpoint)

    def encode(self) -> bytes:
        """The bytes of the proof's file, *.tlog-proof."""
        extra = [] if self.extra is None else [f"extra {base64.b64encode(self.extra).decode()}"]
        hashes = [base64.b64encode(one).decode() for one in self.hashes]
        lines = [PROOF_HEADER, *extra, f"index {self.index}", *hashes, "", ""]
        return "\n".join(lines).encode() + self.checkpoint


def parse_proof(data: bytes, where: str = "") -> LogProof:
    """The proof that these bytes are; nothing in it is verified yet.

    Raises:
        Malformed: not a proof.
    """
    if len(data) > MAX_PROOF_BYTES:
        raise _malformed(Sentence("{size} bytes", {"size": len(data)}), where)
    head, _, checkpoint = data.partition(b"\n\n")
    lines = head.decode("ascii", errors="replace").split("\n")
    extra = _parse_extra(lines.pop(1), where) if len(lines) > 1 and lines[1].startswith("extra ") else None
    index = _INDEX.fullmatch(lines[1]) if len(lines) > 1 else None
    if lines[0] != PROOF_HEADER or index is None:
        raise _malformed(Sentence("something else"), where)
    try:
        hashes = tuple(parse_hash(line) for line in lines[2:])
        return LogProof(index=int(index[1]), hashes=hashes, checkpoint=checkpoint, extra=extra)
    except Malformed as error:
        error.where = error.where or where
        raise


def verify_proof(proof: LogProof, leaf: bytes, log: NoteVerifier, policy: WitnessPolicy, where: str = "") -> Checkpoint:
    """The checkpoint under which the leaf is in the log (C2SP tlog-proof, "Verifying a tlog proof").

    1. The caller computes the leaf hash from the entry it knows (`leaf_hash`).
    2. The checkpoint is the log's, and signed by its key.
    3. Enough witnesses cosigned it; each known one's cosignature verifies.
    4. The inclusion proof leads from the leaf to the checkpoint's root.

    Raises:
        Malformed: a part is not what it claims to be.
        Unproven: one of the steps fails.
    """
    checkpoint = open_witnessed(proof.checkpoint, log, policy, where)
    try:
        verify_inclusion(leaf, proof.index, checkpoint.size, proof.hashes, checkpoint.root)
    except (Malformed, Unproven) as error:
        error.where = error.where or where
        raise
    return checkpoint


def _parse_extra(line: str, where: str) -> bytes:
    encoded = line.removeprefix("extra ")
    try:
        extra = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        extra = b""
    if base64.b64encode(extra).decode() != encoded:
        raise _malformed(Sentence("an extra line that is not base64"), where)
    return extra


def _malformed(found: Sentence, where: str) -> Malformed:
    return Malformed(
        Sentence("a proof: header, index, hashes, an empty line, the checkpoint"),
        found,
        Sentence("Ask the log for the proof as it was written."),
        where,
    )
