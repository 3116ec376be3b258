"""Cosignatures (C2SP tlog-cosignature, Ed25519): what independent witnesses say of a checkpoint, and when.

    cosignature/v1
    time 1679315147
    (the checkpoint's lines)

A witness signs that this is the largest tree it has seen of the log, and that it grew out of every tree it
saw before. So a log that shows different trees to different people needs the witnesses' help to do it.
The timestamp is an argument: a witness's service reads the clock, this module never does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from urna.crypto.signatures import SIGNATURE_BYTES, SigningKey, verify_signature
from urna.errors import Malformed, Unproven
from urna.log.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint_text
from urna.log.note import (
    NoteSignature,
    NoteVerifier,
    check_key_name,
    check_public_hex,
    format_vkey,
    key_id,
    parse_note,
    parse_vkey,
)
from urna.words import Sentence

COSIGNATURE = 0x04
"""The signature type of a timestamped Ed25519 cosignature."""

TIMESTAMP_BYTES = 8
MAX_TIMESTAMP = 2**63 - 1


class Cosignature(NamedTuple):
    """A cosignature that verified: whose it is, and the POSIX time in seconds that it states."""

    witness: "WitnessVerifier"
    timestamp_seconds: int


class WitnessVerifier:
    """A witness that is trusted under a name.

    Args:
        name: the witness's name, a schema-less URL by custom.
        public_hex: its Ed25519 public key, used for cosignatures only.
    """

    def __init__(self, name: str, public_hex: str) -> None:
        self.name = check_key_name(name)
        self.public_hex = check_public_hex(public_hex)
        self.key_id = key_id(name, COSIGNATURE, bytes.fromhex(public_hex))

    @classmethod
    def of(cls, vkey: str) -> "WitnessVerifier":
        """The key that a text in C2SP's format holds; raises `Malformed` if it is none."""
        return cls(*parse_vkey(vkey, COSIGNATURE))

    def check(self, text: str, signature: bytes) -> int:
        """The POSIX time in seconds at which this witness cosigned the checkpoint's text.

        Args:
            text: the checkpoint's lines, each with its newline.
            signature: 8 bytes of time, big-endian, and 64 of Ed25519.

        Raises:
            Unproven: it did not, or stated no time.
        """
        timestamp = int.from_bytes(signature[:TIMESTAMP_BYTES], "big")
        if len(signature) != TIMESTAMP_BYTES + SIGNATURE_BYTES or not 1 <= timestamp <= MAX_TIMESTAMP:
            raise Unproven(
                Sentence("a cosignature of 72 bytes that states a time"),
                Sentence("{size} bytes, time {time}", {"size": len(signature), "time": timestamp}),
                Sentence("Treat the checkpoint as not cosigned, and ask the witness."),
                self.name,
            )
        message = cosigned_message(text, timestamp)
        verify_signature(self.public_hex, message, signature[TIMESTAMP_BYTES:], self.name)
        return timestamp

    def vkey(self) -> str:
        """The key as C2SP writes it: name+hex key id+base64(type || public key)."""
        return format_vkey(self.name, COSIGNATURE, self.public_hex)

    def __repr__(self) -> str:
        """The key as C2SP writes it."""
        return f"WitnessVerifier({self.vkey()})"


class WitnessSigner:
    """A private key that cosigns checkpoints under a name; keep it for cosignatures alone.

    The signed message does not hold the name, so one key under two names would be one witness counted twice.
    """

    def __init__(self, name: str, key: SigningKey) -> None:
        self.name = check_key_name(name)
        self._key = key
        self.verifier = WitnessVerifier(name, key.public_hex)

    def cosign(self, data: bytes, timestamp_seconds: int, where: str = "") -> NoteSignature:
        """The signature line to add under a checkpoint.

        The caller has verified the log's signature (`open_checkpoint`) and that the tree grew out of the
        last one it cosigned (`verify_growth`): that is what the line says.

        Args:
            data: the checkpoint's note.
            timestamp_seconds: now, in seconds of POSIX time, from 1.
            where: the file or place to name in an error.

        Raises:
            Malformed: not a checkpoint, or not a time.
        """
        text = parse_note(data, where).text
        parse_checkpoint_text(text, where)
        if not 1 <= timestamp_seconds <= MAX_TIMESTAMP:
            raise Malformed(
                Sentence("a POSIX time from 1 to 2^63 - 1"),
                Sentence("{time}", {"time": timestamp_seconds}),
                Sentence("Set the clock."),
                where,
            )
        signature = self._key.sign(cosigned_message(text, timestamp_seconds))
        stamp = timestamp_seconds.to_bytes(TIMESTAMP_BYTES, "big")
        return NoteSignature(self.name, self.verifier.key_id, stamp + signature)

    def __repr__(self) -> str:
        """Names the public half only."""
        return f"WitnessSigner({self.verifier.vkey()})"


@dataclass(frozen=True, kw_only=True, slots=True)
class WitnessPolicy:
    """At least `threshold` of these witnesses must have cosigned; 0 asks for none.

    Raises:
        Malformed: a threshold that cannot be met, or one public key counted twice.
    """

    witnesses: tuple[WitnessVerifier, ...]
    threshold: int

    def __post_init__(self) -> None:
        """Refuses a policy that cannot mean what it says."""
        keys = {witness.public_hex for witness in self.witnesses}
        if len(keys) != len(self.witnesses) or not 0 <= self.threshold <= len(keys):
            raise Malformed(
                Sentence("a threshold of at most the number of different witness keys"),
                Sentence(
                    "{threshold} of {count} witnesses with {keys} keys",
                    {"threshold": self.threshold, "count": len(self.witnesses), "keys": len(keys)},
                ),
                Sentence("Name each witness once, and ask for no more than there are."),
            )


def cosigned_message(text: str, timestamp_seconds: int) -> bytes:
    """The bytes that a witness signs: a header, the time, the checkpoint's lines."""
    return f"cosignature/v1\ntime {timestamp_seconds}\n{text}".encode()


def read_cosignatures(data: bytes, witnesses: Sequence[WitnessVerifier], where: str = "") -> tuple[Cosignature, ...]:
    """The trusted witnesses that cosigned a checkpoint, each once with its latest time, in the given order.

    Lines of unknown keys are passed over; a known witness's line that fails refuses the whole checkpoint.

    Raises:
        Malformed: not a note, or not a checkpoint.
        Unproven: a known witness's cosignature fails.
    """
    note = parse_note(data, where)
    parse_checkpoint_text(note.text, where)
    found = []
    for witness in witnesses:
        times = [witness.check(note.text, one) for one in note.by(witness.name, witness.key_id)]
        if times:
            found.append(Cosignature(witness, max(times)))
    return tuple(found)


def require_witnesses(data: bytes, policy: WitnessPolicy, where: str = "") -> tuple[Cosignature, ...]:
    """The cosignatures of a checkpoint, if they are as many as the policy asks for.

    Raises:
        Malformed: not a note, or not a checkpoint.
        Unproven: too few, or a known witness's cosignature fails.
    """
    found = read_cosignatures(data, policy.witnesses, where)
    if len(found) < policy.threshold:
        raise Unproven(
            Sentence(
                "cosignatures by {threshold} of {count} witnesses",
                {"threshold": policy.threshold, "count": len(policy.witnesses)},
            ),
            Sentence("{found}", {"found": len(found)}),
            Sentence("Ask the missing witnesses to check the log and cosign this checkpoint."),
            where,
        )
    return found


def open_witnessed(data: bytes, log: NoteVerifier, policy: WitnessPolicy, where: str = "") -> Checkpoint:
    """The checkpoint that the log signed and enough witnesses cosigned.

    Raises:
        Malformed: not a note, or not a checkpoint; or the log's own key stands among the witnesses.
        Unproven: another log's, not signed by it, or too few cosignatures.
    """
    if log.public_hex in {witness.public_hex for witness in policy.witnesses}:
        raise Malformed(
            Sentence("witnesses independent of the log"),
            Sentence("the log's own key among them"),
            Sentence("Take it off the list of witnesses."),
            where,
        )
    checkpoint = open_checkpoint(data, log, where)
    require_witnesses(data, policy, where)
    return checkpoint
