"""What a log sends to a witness (C2SP tlog-witness, add-checkpoint).

old 20852014
<a hash in base64>              (the consistency proof from the old size, at most 63 lines)
…
(an empty line)
(the checkpoint with the log's signature)
"""

import base64
import re
from typing import NamedTuple

from urna.errors import Malformed
from urna.log.checkpoint import parse_hash
from urna.log.shape import MAX_PROOF_HASHES, MAX_SIZE
from urna.words import Sentence

ADD_CHECKPOINT = "/add-checkpoint"
"""Below the witness's address."""

MAX_REQUEST_BYTES = 64 * 1024
"""A proof has 63 lines of 45 bytes at most; a checkpoint of urna's is below 20 kB with a hundred cosignatures."""

_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")


class AddCheckpoint(NamedTuple):
    """A request to cosign: the size that the witness knows, the proof from there, and the new checkpoint's note."""

    old_size: int
    proof: tuple[bytes, ...]
    checkpoint: bytes

    def encode(self) -> bytes:
        """The body of the request."""
        hashes = [base64.b64encode(one).decode() for one in self.proof]
        return "\n".join([f"old {self.old_size}", *hashes, "", ""]).encode() + self.checkpoint


def parse_request(data: bytes, where: str = "") -> AddCheckpoint:
    """The request that these bytes are; its checkpoint is not looked at yet.

    Raises:
        Malformed: too long, or not a request.
    """
    if len(data) > MAX_REQUEST_BYTES:
        raise _malformed(Sentence("{size} bytes", {"size": len(data)}), where)
    head, separator, checkpoint = data.partition(b"\n\n")
    first, *rest = head.decode("ascii", errors="replace").split("\n")
    old = _OLD.fullmatch(first)
    if not separator or old is None or int(old[1]) > MAX_SIZE:
        raise _malformed(Sentence("no old size"), where)
    if len(rest) > MAX_PROOF_HASHES:
        raise _malformed(Sentence("{count} lines of proof", {"count": len(rest)}), where)
    try:
        return AddCheckpoint(int(old[1]), tuple(parse_hash(line) for line in rest), checkpoint)
    except Malformed as error:
        error.where = error.where or where
        raise


def _malformed(found: Sentence, where: str) -> Malformed:
    return Malformed(
        Sentence("a request to cosign: the old size, a proof, an empty line, the checkpoint"),
        found,
        Sentence("Ask the log for the file as it was written."),
        where,
    )
