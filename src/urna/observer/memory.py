"""What a monitor knows from the last time it looked: whose log it is, and the tree that it saw."""

from typing import Annotated

import msgspec

from urna.election.definition import Election
from urna.encoding.canonical import Count, Hash, Record, decode, encode
from urna.errors import Malformed
from urna.log.checkpoint import Checkpoint, open_checkpoint
from urna.log.cosignature import WitnessPolicy, WitnessVerifier
from urna.log.note import NoteVerifier
from urna.log.tiles import TILE_WIDTH
from urna.observer.quorum import policy_of
from urna.observer.trunk import Trunk
from urna.record.keys import log_verifier
from urna.words import Sentence

MAX_MEMORY_BYTES = 64 * 1024 * 1024
MOST_ENTRIES = 4_000_000
"""A nation of 30,000 stations has about 200,000; a log that claims more than this is not followed."""


class Memory(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/monitor/1"):
    """A monitor's state, in its file between two looks."""

    election: Hash
    """The identity of the definition that named the keys below."""
    log: str
    """The log's key as C2SP writes it."""
    witnesses: tuple[str, ...]
    quorum: Count
    checkpoint: str = ""
    """The largest one that was seen and is consistent with all before; empty before the first."""
    bundles: Annotated[tuple[Hash, ...], msgspec.Meta(max_length=MOST_ENTRIES // TILE_WIDTH)] = ()
    edge: Annotated[tuple[Hash, ...], msgspec.Meta(max_length=TILE_WIDTH - 1)] = ()
    """The tree of that checkpoint (`Trunk`)."""
    checked: Count = 0
    """Files of entries below this one were looked at."""
    missing: tuple[Count, ...] = ()
    """Entries whose files were not there, or were others, when they were last looked at."""
    cursor: Count = 0
    """The bundle whose files are looked at again next."""

    def verifier(self) -> NoteVerifier:
        """The log's key."""
        return NoteVerifier.of(self.log)

    def policy(self) -> WitnessPolicy:
        """The witnesses' keys, and how many of them must cosign."""
        return WitnessPolicy(
            witnesses=tuple(WitnessVerifier.of(vkey) for vkey in self.witnesses), threshold=self.quorum
        )

    def trunk(self) -> Trunk:
        """The tree that was seen."""
        return Trunk(map(bytes.fromhex, self.bundles), map(bytes.fromhex, self.edge))

    def seen(self) -> Checkpoint | None:
        """The checkpoint that was seen; None before the first."""
        return open_checkpoint(self.checkpoint.encode(), self.verifier()) if self.checkpoint else None

    def grown(self, checkpoint: bytes, trunk: Trunk) -> "Memory":
        """The same after a larger checkpoint whose tree was read."""
        return msgspec.structs.replace(
            self,
            checkpoint=checkpoint.decode(),
            bundles=tuple(one.hex() for one in trunk.bundles),
            edge=tuple(one.hex() for one in trunk.edge),
        )


def begin(election: Election) -> Memory:
    """A monitor that has seen nothing yet of an election's log."""
    policy = policy_of(election)
    return Memory(
        election=election.identity,
        log=log_verifier(election).vkey(),
        witnesses=tuple(witness.vkey() for witness in policy.witnesses),
        quorum=policy.threshold,
    )


def encode_memory(memory: Memory) -> bytes:
    """The bytes of a monitor's file."""
    return encode(memory)


def read_memory(data: bytes, where: str = "") -> Memory:
    """A monitor's file.

    Raises:
        Malformed: not one, or one whose tree is not the checkpoint's.
        Unproven: its checkpoint is not signed by the log.
    """
    memory = decode(data, Memory, where, MAX_MEMORY_BYTES)
    seen, trunk = memory.seen(), memory.trunk()
    if (seen.size, seen.root) != (trunk.size, trunk.root()) if seen else trunk.size:
        raise Malformed(
            Sentence("a monitor's file whose hashes make its checkpoint"),
            Sentence("others"),
            Sentence("Restore a copy, or begin again with a new file and compare checkpoints with other people."),
            where,
        )
    return memory
