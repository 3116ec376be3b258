"""Checkpoints (C2SP tlog-checkpoint): the log's signed word on its size and root.

    origin
    size, in decimal
    root, in base64
    (extension lines, if any)

    — origin <the log's signature>
    — witness <a cosignature> …

A log never signs two checkpoints of which one is no prefix of the other: whoever holds both can show it.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from urna.errors import Malformed, Unproven
from urna.log.merkle import EMPTY_ROOT, verify_consistency
from urna.log.note import NoteSigner, NoteVerifier, open_note, parse_note, sign_note
from urna.log.shape import HASH_BYTES, MAX_SIZE, check_hashes
from urna.words import Sentence

CHECKPOINT_PATH = "checkpoint"
"""Where a log's newest checkpoint lies, below the log's folder (C2SP tlog-tiles)."""

MAX_CHECKPOINT_BYTES = 1024 * 1024
"""The longest checkpoint read: 128 signatures, post-quantum ones included, are below 700 kB."""

_LINE = re.compile(r"[^\x00-\x1f]+")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Checkpoint:
    """What a log says of itself: the name, the number of entries, the root, and lines of free use.

    Raises:
        Malformed: a part that no checkpoint can have; an empty log has one root only.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuses what cannot be written as a checkpoint."""
        if not all(_LINE.fullmatch(line) for line in (self.origin, *self.extensions)):
            raise _malformed(Sentence("an origin or extension that is not one line"), "")
        if not 0 <= self.size <= MAX_SIZE or len(self.root) != HASH_BYTES:
            raise _malformed(
                Sentence("a size of {size} and a root of {bytes} bytes", {"size": self.size, "bytes": len(self.root)}),
                "",
            )
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise _malformed(Sentence("an empty log with the root of another"), "")

    def text(self) -> str:
        """The lines that the log signs, each with its newline."""
        root = base64.b64encode(self.root).decode()
        return "".join(f"{line}\n" for line in (self.origin, str(self.size), root, *self.extensions))


def parse_checkpoint_text(text: str, where: str = "") -> Checkpoint:
    """The checkpoint that the text of a note is.

    Raises:
        Malformed: not a checkpoint.
    """
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() != "" or not _NUMBER.fullmatch(lines[1]):
        raise _malformed(Sentence("something else"), where)
    try:
        root = parse_hash(lines[2])
        return Checkpoint(origin=lines[0], size=int(lines[1]), root=root, extensions=tuple(lines[3:]))
    except Malformed as error:
        error.where = error.where or where
        raise


def parse_hash(line: str) -> bytes:
    """The hash that a line of a checkpoint or a proof is: the canonical base64 of 32 bytes.

    Raises:
        Malformed: it is not.
    """
    try:
        found = base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if len(found) != HASH_BYTES or base64.b64encode(found).decode() != line:
        raise _malformed(Sentence("a hash that is not the base64 of 32 bytes"), "")
    return found


def sign_checkpoint(checkpoint: Checkpoint, signers: Iterable[NoteSigner]) -> bytes:
    """The checkpoint as a note that these keys sign, the log's key among them.

    Raises:
        Malformed: no signer bears the log's name, the origin.
    """
    signers = list(signers)
    if checkpoint.origin not in {signer.name for signer in signers}:
        raise _malformed(Sentence("no key under the log's name, {origin}", {"origin": repr(checkpoint.origin)}), "")
    return sign_note(checkpoint.text(), signers)


def read_checkpoint(data: bytes, where: str = "") -> Checkpoint:
    """The checkpoint of a note, its signatures NOT verified: for looking up which log's it claims to be.

    Raises:
        Malformed: not a note, or not a checkpoint.
    """
    if len(data) > MAX_CHECKPOINT_BYTES:
        raise _malformed(Sentence("{size} bytes", {"size": len(data)}), where)
    return parse_checkpoint_text(parse_note(data, where).text, where)


def open_checkpoint(data: bytes, log: NoteVerifier, where: str = "") -> Checkpoint:
    """The checkpoint of a note that the log's own key signed.

    Args:
        data: the note; signatures of other keys are passed over.
        log: the log's key; its name is the origin that is expected.
        where: the file or place to name in an error.

    Raises:
        Malformed: not a note, or not a checkpoint.
        Unproven: another log's, or not signed by this key.
    """
    checkpoint = read_checkpoint(data, where)
    if checkpoint.origin != log.name:
        raise Unproven(
            Sentence("a checkpoint of the log {log}", {"log": log.name}),
            Sentence("one of {origin}", {"origin": repr(checkpoint.origin)}),
            Sentence("Check that these files belong to this election."),
            where,
        )
    open_note(data, [log], where)
    return checkpoint


def verify_growth(old: Checkpoint, new: Checkpoint, proof: Sequence[bytes], where: str = "") -> None:
    """Returns if the new checkpoint's tree begins with the old one's: nothing removed, changed or moved.

    What a witness checks before it cosigns (C2SP tlog-witness). From the empty log the proof is empty.

    Raises:
        Malformed: the proof cannot be one for these sizes.
        Unproven: another log; a smaller tree, which is a log rolled back; or a tree that does not begin so.
    """
    if old.origin != new.origin or new.size < old.size:
        raise Unproven(
            Sentence("a checkpoint of {log} with {size} entries or more", {"log": repr(old.origin), "size": old.size}),
            Sentence("one of {log} with {size}", {"log": repr(new.origin), "size": new.size}),
            Sentence("Keep both checkpoints: if the log signed both, they show that it was rolled back."),
            where,
        )
    try:
        if old.size == 0:
            check_hashes(proof, 0)
        else:
            verify_consistency(old.size, new.size, proof, old.root, new.root)
    except (Malformed, Unproven) as error:
        error.where = error.where or where
        raise


def _malformed(found: Sentence, where: str) -> Malformed:
    return Malformed(
        Sentence("a checkpoint: origin, size, root"),
        found,
        Sentence("Ask the log for the file as it was written."),
        where,
    )
