"""Asking a witness to cosign (C2SP tlog-witness), for the centre that publishes the log.

POST <address>/add-checkpoint → a signature line
                              → 409 and the size that the witness knows: asked once more, with a proof from there
"""

import re
from collections.abc import Callable, Sequence

from urna.devices.web_line import SECONDS, Answer, WebLine, no_answer
from urna.errors import OutOfOrder, Unproven, UrnaError
from urna.log.checkpoint import read_checkpoint
from urna.log.cosignature import WitnessVerifier
from urna.log.note import NoteSignature, parse_note, parse_signature
from urna.observer.request import ADD_CHECKPOINT, AddCheckpoint
from urna.observer.witness import Status
from urna.words import Sentence

MOST_ANSWER_BYTES = 64 * 1024

GrowthProof = Callable[[int], Sequence[bytes]]
"""The proof that the checkpoint's tree grew out of the tree of this size (`Log.growth_proof`)."""

_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n")


class WitnessIsAhead(OutOfOrder):
    """The witness has cosigned more entries than the log has: the log was rolled back, or is not the one it was."""


def ask_witness(
    address: str,
    witness: WitnessVerifier,
    checkpoint: bytes,
    proof_from: GrowthProof,
    *,
    old_size: int = 0,
    seconds: float = SECONDS,
) -> NoteSignature:
    """The witness's cosignature under a checkpoint, verified.

    Args:
        address: the witness's, "https://witness.example/w1".
        witness: its key, as the definition names it.
        checkpoint: the note that the log signed.
        proof_from: gives the proof from any earlier size.
        old_size: the size that the witness last cosigned, if it is known; a wrong one costs a second request.
        seconds: how long each answer may take.

    Raises:
        NoAnswer: no answer that can be used; ask again later.
        WitnessIsAhead: the witness knows a larger log.
        Unproven: the witness refuses, or what it signed does not verify.
    """
    line = WebLine(address, seconds)
    size = read_checkpoint(checkpoint).size
    answer = _post(line, checkpoint, min(old_size, size), proof_from)
    if answer.status == Status.CONFLICT:
        known = _known_size(answer, line.address)
        if known > size:
            raise WitnessIsAhead(
                Sentence("a witness that knows {size} entries or fewer", {"size": size}),
                Sentence("one that cosigned {known}", {"known": known}),
                Sentence("Stop publishing: the log is behind what was published. Restore its newest copy."),
                witness.name,
            )
        answer = _post(line, checkpoint, known, proof_from)
    if answer.status != Status.COSIGNED:
        raise _refused(answer, witness)
    return _verified(answer.body, witness, checkpoint)


def _post(line: WebLine, checkpoint: bytes, old_size: int, proof_from: GrowthProof) -> Answer:
    request = AddCheckpoint(old_size, tuple(proof_from(old_size)), checkpoint)
    return line.post(ADD_CHECKPOINT, request.encode(), MOST_ANSWER_BYTES)


def _known_size(answer: Answer, where: str) -> int:
    match = _SIZE.fullmatch(answer.body)
    if match is None:
        raise no_answer(Sentence("a conflict without the size that the witness knows"), where)
    return int(match[1])


def _verified(body: bytes, witness: WitnessVerifier, checkpoint: bytes) -> NoteSignature:
    """The first line of the witness's key, if it verifies; lines of other keys are passed over."""
    text = parse_note(checkpoint).text
    try:
        lines = [parse_signature(line) for line in body.decode("utf-8", errors="replace").splitlines()]
        for line in lines:
            if (line.name, line.key_id) == (witness.name, witness.key_id):
                witness.check(text, line.signature)
                return line
    except UrnaError as error:
        raise _bad_signature(witness) from error
    raise _bad_signature(witness)


def _bad_signature(witness: WitnessVerifier) -> Unproven:
    return Unproven(
        Sentence("a cosignature by {name}", {"name": witness.name}),
        Sentence("an answer without one that verifies"),
        Sentence("Check the witness's address and key; its cosignature does not count."),
        witness.name,
    )


def _refused(answer: Answer, witness: WitnessVerifier) -> UrnaError:
    """A refusal of what was asked, or a server that cannot answer now (429, 5xx, a redirect)."""
    if answer.status in {Status.MALFORMED, Status.UNSIGNED, Status.UNKNOWN_LOG, Status.NOT_GROWN, Status.CONFLICT}:
        return Unproven(
            Sentence("a cosignature by {name}", {"name": witness.name}),
            Sentence("a refusal with number {status}", {"status": answer.status}),
            Sentence("404: ask the witness to watch this log. 422: stop publishing and compare the log's copies."),
            witness.name,
        )
    return no_answer(Sentence("one with number {status}", {"status": answer.status}), witness.name)
