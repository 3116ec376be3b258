"""The ballot box file: equal slots on a medium, written in place and at random places.

    create   filler in every slot, whole and durable before the file gets its name
    draw     one of the free slots, by chance
    store    a slot's body, durable: the ballot is pending
    mark     a slot's mark, durable: the ballot is cast, void or challenged
    destroy  fresh random bytes over every slot, after the sheet is durable

No counter, sum, order, journal or time is on the medium. What is where is found again at each start by reading every
slot with the box key, and kept in memory. The format is in docs/spec/ballot-box.md.
"""

from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import NamedTuple

from urna.ballot.box_header import PAGE_BYTES, BoxHeader, read_header, write_header
from urna.ballot.slot import SlotCipher, SlotContent, SlotState
from urna.election.outcomes import BallotState
from urna.errors import Malformed, OutOfOrder
from urna.storage.medium import File, Medium
from urna.words import Sentence

_CHUNK_BYTES = 1024 * 1024


class StoredBallot(NamedTuple):
    """A ballot of the box: its state, and its content with the opening still sealed."""

    state: SlotState
    content: SlotContent

    def __repr__(self) -> str:
        """The state alone."""
        return f"StoredBallot({self.state})"


class BallotBox:
    """An open ballot box. Use `create` or `open`.

    Args:
        file: the whole file.
        header: its measures.
        box_key: 32 bytes, from the secure element.
        states: what each slot holds.
    """

    def __init__(self, file: File, header: BoxHeader, box_key: bytes, states: list[SlotState]) -> None:
        self.header = header
        self._file = file
        self._cipher = SlotCipher(header, box_key)
        self._states = states
        self._free = [slot for slot, state in enumerate(states) if state is SlotState.FREE]

    @classmethod
    def create(cls, medium: Medium, name: str, header: BoxHeader, box_key: bytes) -> "BallotBox":
        """A new box, all slots free. A box cut short by a crash keeps another name and is made anew.

        Raises:
            OutOfOrder: the medium has a box already.
        """
        part = f"{name}.part"
        if name in medium.names():
            raise _has_a_box(name)
        if part in medium.names():
            medium.unlink(part)
        file = medium.create(part, header.box_bytes)
        _fill(file, header, box_key)
        medium.rename(part, name)
        medium.sync_directory()
        return cls(file, header, box_key, [SlotState.FREE] * header.slots)

    @classmethod
    def open(cls, medium: Medium, name: str, header: BoxHeader, box_key: bytes) -> "BallotBox":
        """The box that is there, every slot read. What is read is durable.

        Raises:
            Malformed: not a ballot box file, one beyond the limits, or cut short.
            Unproven: the box of another booth or election, or of another key.
        """
        file = medium.open(name)
        file.sync()
        read_header(file.read(0, min(PAGE_BYTES, file.size)), header, box_key, name)
        if file.size != header.box_bytes:
            raise _wrong_size(file, header, name)
        cipher = SlotCipher(header, box_key)
        slots = range(header.slots)
        states = [cipher.state(slot, file.read(header.offset(slot), header.slot_bytes)) for slot in slots]
        return cls(file, header, box_key, states)

    def state(self, slot: int) -> SlotState:
        """What a slot holds."""
        return self._states[slot]

    def count(self, state: SlotState) -> int:
        """Slots in a state."""
        return self._states.count(state)

    def draw(self, chance: bytes) -> int:
        """A free slot for the next attempt, which is no longer free to be drawn.

        Args:
            chance: 16 fresh random bytes.

        Raises:
            OutOfOrder: no slot is free.
        """
        if not self._free:
            raise OutOfOrder(
                Sentence("a free slot in the ballot box"),
                Sentence("none of {slots}", {"slots": self.header.slots}),
                Sentence("Close this booth and let its voters use another one."),
                self._where(),
            )
        place = int.from_bytes(chance, "big") % len(self._free)
        self._free[place], self._free[-1] = self._free[-1], self._free[place]
        return self._free.pop()

    def store(self, slot: int, content: SlotContent, nonce: bytes) -> None:
        """Writes a ballot; it is pending and durable when this returns.

        Raises:
            OutOfOrder: the slot is not free.
        """
        self._check(slot, {SlotState.FREE})
        self._file.write(self.header.offset(slot), self._cipher.body(slot, content, nonce))
        self._file.sync()
        self._states[slot] = SlotState.PENDING

    def mark(self, slot: int, state: BallotState) -> None:
        """Says what became of a ballot; durable when this returns. For CAST this is the moment of casting.

        Saying the same again writes it again: after a crash what was read may not yet be durable.

        Raises:
            OutOfOrder: the slot holds no ballot, or something else became of it.
        """
        self._check(slot, {SlotState.PENDING, SlotState(state)})
        offset = self.header.offset(slot) + self.header.body_bytes
        self._file.write(offset, self._cipher.mark(slot, state))
        self._file.sync()
        self._states[slot] = SlotState(state)

    def void_pending(self) -> None:
        """Voids every pending ballot: at closing none can become anything else."""
        for slot, state in enumerate(self._states):
            if state is SlotState.PENDING:
                self.mark(slot, BallotState.VOID)

    def ballots(self) -> Iterator[StoredBallot]:
        """Every ballot, sorted by id, so that the caller learns no place."""
        held = (SlotState.PENDING, SlotState.CAST, SlotState.VOID, SlotState.CHALLENGED)
        found = [self._read(slot) for slot, state in enumerate(self._states) if state in held]
        yield from sorted(found, key=lambda ballot: ballot.content.ballot)

    def sha256(self) -> str:
        """SHA-256 of the whole file as it lies on the medium."""
        digest = sha256()
        for offset in range(0, self._file.size, _CHUNK_BYTES):
            digest.update(self._file.read(offset, min(_CHUNK_BYTES, self._file.size - offset)))
        return digest.hexdigest()

    def close(self) -> None:
        """Gives the file back."""
        self._file.close()

    def _read(self, slot: int) -> StoredBallot:
        body = self._file.read(self.header.offset(slot), self.header.body_bytes)
        return StoredBallot(self._states[slot], self._cipher.content(slot, body, self._where()))

    def _check(self, slot: int, allowed: set[SlotState]) -> None:
        if self._states[slot] not in allowed:
            raise OutOfOrder(
                Sentence("a slot that is {allowed}", {"allowed": " / ".join(sorted(allowed))}),
                Sentence("one that is {state}", {"state": self._states[slot]}),
                Sentence("Restart the booth; it reads its box again."),
                self._where(),
            )

    def _where(self) -> str:
        return f"{self.header.station} booth {self.header.booth}"

    def __repr__(self) -> str:
        """Whose box, without keys and counts."""
        return f"BallotBox({self._where()})"


def destroy_box(medium: Medium, name: str, entropy: Callable[[int], bytes]) -> None:
    """Fresh random bytes over every slot; needs no key, and may be done again after a crash.

    The secure element has destroyed the box key before, so this is the second lock on the same door: it also takes
    away what a stolen box key would still open.
    """
    file = medium.open(name)
    for offset in range(PAGE_BYTES, file.size, _CHUNK_BYTES):
        file.write(offset, entropy(min(_CHUNK_BYTES, file.size - offset)))
    file.sync()
    file.close()


def _fill(file: File, header: BoxHeader, box_key: bytes) -> None:
    cipher = SlotCipher(header, box_key)
    file.write(0, write_header(header, box_key))
    for slot in range(header.slots):
        file.write(header.offset(slot), cipher.filler(slot))
    file.sync()


def _has_a_box(name: str) -> OutOfOrder:
    return OutOfOrder(
        Sentence("a medium without a ballot box"),
        Sentence("one with a box"),
        Sentence("Nothing was overwritten. A box is zeroed once; use a fresh medium."),
        name,
    )


def _wrong_size(file: File, header: BoxHeader, name: str) -> Malformed:
    return Malformed(
        Sentence("a ballot box file of {size} bytes", {"size": header.box_bytes}),
        Sentence("{size} bytes", {"size": file.size}),
        Sentence("Keep the medium as it is and call the technician; nothing was changed."),
        name,
    )
