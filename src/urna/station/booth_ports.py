"""What the booth needs from the world: a ballot box, a durable value, a secure element, a printer, a screen.

The real ones are in `storage` and `devices`, one ring up; tests and rehearsals bring their own.
"""

from collections.abc import Callable, Iterator
from typing import Protocol

from urna.ballot.selections import Selections
from urna.ballot.slot import SlotContent, SlotState
from urna.election.outcomes import BallotState
from urna.station.booth_screens import Screen

Entropy = Callable[[int], bytes]
"""That many fresh random bytes; `secrets.token_bytes` outside tests and rehearsals."""

Show = Callable[[Screen], None]
"""Puts a screen before the voter; returns when it is there."""


class StoredBallot(Protocol):
    """A ballot of the box: its state, and its content with the opening still sealed."""

    @property
    def state(self) -> SlotState:
        """Pending, cast, void or challenged."""
        ...

    @property
    def content(self) -> SlotContent:
        """Id and sealed opening."""
        ...


class Box(Protocol):
    """The ballot box (`storage/ballot_box`). What it writes is durable when the call returns."""

    def draw(self, chance: bytes) -> int:
        """A free slot, by 16 bytes of chance; `OutOfOrder` when none is left."""
        ...

    def store(self, slot: int, content: SlotContent, nonce: bytes) -> None:
        """Writes a ballot: pending."""
        ...

    def mark(self, slot: int, state: BallotState) -> None:
        """Says what became of it."""
        ...

    def state(self, slot: int) -> SlotState:
        """What a slot holds."""
        ...

    def count(self, state: SlotState) -> int:
        """Slots in a state."""
        ...

    def void_pending(self) -> None:
        """Voids every pending ballot."""
        ...

    def ballots(self) -> Iterator[StoredBallot]:
        """Every ballot, sorted by id."""
        ...


class DurableValue(Protocol):
    """A small value (`storage/two_copies`), the former one gone when `write` returns."""

    def read(self) -> bytes:
        """The value."""
        ...

    def write(self, value: bytes) -> None:
        """Replaces it; durable when it returns."""
        ...


class Printer(Protocol):
    """The booth's printer. It keeps nothing of what it printed."""

    def print_code_slip(self, document: bytes) -> None:
        """Prints the signed code slip (`ballot/code_slip`) and returns when it is out; any `UrnaError`: it is not."""
        ...

    def print_ballot(self, selections: Selections) -> None:
        """Prints the voter's paper and returns when it is out; any `UrnaError` means that it is not."""
        ...


class Element(Protocol):
    """The booth's secure element (`devices/secure_element`): its keys and its one-way life."""

    @property
    def public_hex(self) -> str:
        """The booth's Ed25519 key."""
        ...

    def begin_zeroing(self) -> bytes:
        """A fresh box key; allowed again until the box is whole."""
        ...

    def finish_zeroing(self) -> None:
        """The box is whole: from now on a missing box is never made anew."""
        ...

    def voting_key(self) -> bytes:
        """The box key, while votes are taken."""
        ...

    def begin_closing(self) -> None:
        """No vote any more; allowed again until the sheet is signed."""
        ...

    def counting_key(self) -> bytes:
        """The box key, while ballots are counted."""
        ...

    def destroy_box_key(self) -> None:
        """After the sheet is signed and durable: nothing opens the box any more."""
        ...
