"""What a witness answers to a log (C2SP tlog-witness): a pure step from what it knows to what it knows then.

    answer(request, logs, known, signer, now) -> Verdict(status, …, known afterwards)

The caller stores `Verdict.known` durably before the cosignature leaves, one request of a log at a time: what the
witness has signed must be what it remembers, or the log could be rolled back with its help.
"""

from collections.abc import Mapping
from enum import IntEnum
from typing import NamedTuple

from urna.errors import Malformed, Unproven, UrnaError
from urna.log.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint_text, verify_growth
from urna.log.cosignature import WitnessSigner, WitnessVerifier, read_cosignatures
from urna.log.merkle import EMPTY_ROOT
from urna.log.note import Note, NoteSignature, NoteVerifier, add_signatures, open_note, parse_note
from urna.observer.request import AddCheckpoint, parse_request
from urna.verify.report import in_a_sentence
from urna.words import Sentence


class Status(IntEnum):
    """How a request ended, numbered as the answer over HTTP is."""

    COSIGNED = 200
    MALFORMED = 400
    """Not a request or no checkpoint, or an old size above the new one."""
    UNSIGNED = 403
    """Not signed by the log's key, or badly."""
    UNKNOWN_LOG = 404
    CONFLICT = 409
    """The witness last cosigned another size than the old one of the request."""
    NOT_GROWN = 422
    """The proof does not lead from the old tree to the new one."""


class Known(NamedTuple):
    """The last checkpoint of a log that the witness cosigned."""

    checkpoint: Checkpoint
    cosigned_at: int
    """In seconds of POSIX time."""
    note: bytes
    """The checkpoint with two signatures: the log's and the witness's."""


class Fork(NamedTuple):
    """Two checkpoints of one size, signed by one log, with different roots: proof that it cheats."""

    known: bytes
    found: bytes


class Verdict(NamedTuple):
    """How a request ended, and everything that follows from it."""

    status: Status
    reason: Sentence | None = None
    """Why not, for a person; None if it was cosigned."""
    origin: str = ""
    """Whose log it is about, where the signature says so."""
    known: Known | None = None
    """What the witness knows from now on, to be stored before `signature` leaves; None if nothing changed."""
    signature: NoteSignature | None = None
    known_size: int = 0
    """With CONFLICT: the size that the witness last cosigned, 0 if it never did."""
    fork: Fork | None = None


class _Refused(Exception):
    """Ends a step early with a verdict."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        super().__init__(verdict.status.name)


def answer(
    request: bytes,
    logs: Mapping[str, NoteVerifier],
    known: Mapping[str, Known],
    signer: WitnessSigner,
    now_seconds: int,
) -> Verdict:
    """What the witness answers.

    1. The request is one, and its checkpoint a signed note.
    2. The log is one of those it watches, and signed the checkpoint.
    3. The old size is what the witness last cosigned.
    4. The proof leads from the old tree to the new one.
    5. Cosign, and remember.

    Args:
        request: the body as it came.
        logs: the keys of the logs it watches, by name.
        known: what it last cosigned, by the log's name; absent if nothing yet.
        signer: the witness's key.
        now_seconds: POSIX time.
    """
    try:
        asked, note = _read(request)
        log = _find_log(note, logs, asked)
        checkpoint = _parse_signed(note, log)
        before = known.get(log.name)
        _check_old_size(asked, checkpoint, before)
        _check_growth(asked, checkpoint, before)
    except _Refused as refused:
        return refused.verdict
    return _cosign(asked.checkpoint, log, checkpoint, signer, max(now_seconds, before.cosigned_at if before else 1))


def read_known(data: bytes, log: NoteVerifier, witness: WitnessVerifier, where: str = "") -> Known:
    """What a witness stored: a checkpoint that the log signed and the witness itself cosigned.

    Raises:
        Malformed: not a checkpoint.
        Unproven: not signed by both.
    """
    checkpoint = open_checkpoint(data, log, where)
    own = read_cosignatures(data, [witness], where)
    if not own:
        raise Unproven(
            Sentence("a checkpoint that this witness cosigned"),
            Sentence("one that it did not"),
            Sentence("Restore the witness's newest copy; never begin again from nothing under the same key."),
            where,
        )
    return Known(checkpoint, own[0].timestamp_seconds, data)


def _read(request: bytes) -> tuple[AddCheckpoint, Note]:
    try:
        asked = parse_request(request)
        return asked, parse_note(asked.checkpoint)
    except Malformed as error:
        raise _refused(Status.MALFORMED, error) from error


def _find_log(note: Note, logs: Mapping[str, NoteVerifier], asked: AddCheckpoint) -> NoteVerifier:
    """The key of the log whose name is the checkpoint's first line, once it has signed."""
    log = logs.get(note.text.partition("\n")[0])
    if log is None:
        raise _Refused(Verdict(Status.UNKNOWN_LOG, Sentence("This witness does not watch that log.")))
    try:
        open_note(asked.checkpoint, [log])
    except Unproven as error:
        raise _refused(Status.UNSIGNED, error) from error
    return log


def _parse_signed(note: Note, log: NoteVerifier) -> Checkpoint:
    """The checkpoint of a note; an empty log with the root of another is the one mistake with a status of its own."""
    try:
        return parse_checkpoint_text(note.text)
    except Malformed as error:
        is_empty = note.text.split("\n")[1:2] == ["0"]
        status = Status.NOT_GROWN if is_empty and _is_checkpoint_of_one(note.text) else Status.MALFORMED
        raise _refused(status, error, log.name) from error


def _is_checkpoint_of_one(text: str) -> bool:
    """Whether the lines of an empty log would be a checkpoint, if only it had an entry."""
    origin, _, *rest = text.split("\n")
    try:
        return parse_checkpoint_text("\n".join([origin, "1", *rest])).root != EMPTY_ROOT
    except Malformed:
        return False


def _check_old_size(asked: AddCheckpoint, checkpoint: Checkpoint, before: Known | None) -> None:
    known_size = before.checkpoint.size if before else 0
    if asked.old_size > checkpoint.size:
        reason = Sentence(
            "The old size, {old}, is above the checkpoint's, {new}.", {"old": asked.old_size, "new": checkpoint.size}
        )
        raise _Refused(Verdict(Status.MALFORMED, reason, checkpoint.origin))
    if asked.old_size != known_size:
        reason = Sentence(
            "The witness last cosigned {known} entries, not {old}.", {"known": known_size, "old": asked.old_size}
        )
        fork = _fork(asked.checkpoint, checkpoint, before)
        raise _Refused(Verdict(Status.CONFLICT, reason, checkpoint.origin, known_size=known_size, fork=fork))


def _check_growth(asked: AddCheckpoint, checkpoint: Checkpoint, before: Known | None) -> None:
    old = before.checkpoint if before else Checkpoint(origin=checkpoint.origin, size=0, root=EMPTY_ROOT)
    try:
        verify_growth(old, checkpoint, asked.proof)
    except UrnaError as error:
        fork = _fork(asked.checkpoint, checkpoint, before)
        raise _Refused(Verdict(Status.NOT_GROWN, in_a_sentence(error), checkpoint.origin, fork=fork)) from error


def _fork(note: bytes, checkpoint: Checkpoint, before: Known | None) -> Fork | None:
    """The proof that the log cheats, if these two are one."""
    if before and checkpoint.size == before.checkpoint.size and checkpoint.root != before.checkpoint.root:
        return Fork(before.note, note)
    return None


def _cosign(note: bytes, log: NoteVerifier, checkpoint: Checkpoint, signer: WitnessSigner, at: int) -> Verdict:
    """The cosignature, and the checkpoint with the log's signature and this one; other people's are left out."""
    text, _, _ = note.rpartition(b"\n\n")
    parsed = parse_note(note)
    signature = signer.cosign(note, at)
    own = [NoteSignature(log.name, log.key_id, one) for one in parsed.by(log.name, log.key_id)[:1]]
    signed = text + b"\n\n" + b"".join(line.line().encode() for line in own)
    known = Known(checkpoint, at, add_signatures(signed, [signature]))
    return Verdict(Status.COSIGNED, origin=checkpoint.origin, known=known, signature=signature)


def _refused(status: Status, error: UrnaError, origin: str = "") -> _Refused:
    return _Refused(Verdict(status, in_a_sentence(error), origin))
