"""Which witnesses cosigned a checkpoint, and whether they are enough to publish it."""

from collections.abc import Iterable
from typing import NamedTuple

from urna.election.definition import Election
from urna.errors import Unproven
from urna.log.cosignature import WitnessPolicy, WitnessVerifier
from urna.log.note import NoteSignature, parse_note
from urna.record.keys import witness_verifiers


class Quorum(NamedTuple):
    """What a centre has in hand for one checkpoint."""

    signatures: tuple[NoteSignature, ...]
    """Those that verify, one for each witness, in the definition's order."""
    missing: tuple[WitnessVerifier, ...]
    threshold: int

    @property
    def is_reached(self) -> bool:
        """Whether the checkpoint may be published."""
        return len(self.signatures) >= self.threshold


def policy_of(election: Election) -> WitnessPolicy:
    """The witnesses that the definition names, and how many of them must cosign."""
    quorum = election.definition.authority.witness_quorum
    return WitnessPolicy(witnesses=witness_verifiers(election), threshold=quorum)


def collect(checkpoint: bytes, signatures: Iterable[NoteSignature], policy: WitnessPolicy) -> Quorum:
    """What counts among signatures that came from anywhere: the first that verifies of each named witness.

    Args:
        checkpoint: the note that they are under.
        signatures: as they came; those of unknown keys, and bad ones, are left out.
        policy: who is asked for.

    Raises:
        Malformed: the checkpoint is not a note.
    """
    text = parse_note(checkpoint).text
    found: dict[str, NoteSignature] = {}
    for signature in signatures:
        for witness in policy.witnesses:
            if (signature.name, signature.key_id) == (witness.name, witness.key_id) and _verifies(
                witness, text, signature
            ):
                found.setdefault(witness.public_hex, signature)
    keys = [witness.public_hex for witness in policy.witnesses]
    return Quorum(
        signatures=tuple(found[key] for key in keys if key in found),
        missing=tuple(witness for witness in policy.witnesses if witness.public_hex not in found),
        threshold=policy.threshold,
    )


def _verifies(witness: WitnessVerifier, text: str, signature: NoteSignature) -> bool:
    try:
        witness.check(text, signature.signature)
    except Unproven:
        return False
    return True
