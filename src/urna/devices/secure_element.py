"""The booth's secure element: its signing key, the box key, and a life that goes one way.

    fresh → zeroing → zeroed → closing → signed → closed
             ↻ until the box is whole      ↻ until the sheet is signed   ↻ the same sheet

A real element is a chip (TPM, smart card) from which no key comes out; `SimulatedElement` is its twin for rehearsals
and demonstrations, whose keys lie in a file. Whoever copies that file has the keys: docs/threat-model.md says so.
The life is the guard against a second first sheet and against a box made anew while votes were in it.
"""

from collections.abc import Callable
from enum import StrEnum
from types import MappingProxyType
from typing import Literal, Protocol

import msgspec

from urna.crypto.signatures import SigningKey
from urna.encoding.canonical import Hash, decode, digest, encode
from urna.encoding.secret import Secret
from urna.errors import OutOfOrder
from urna.log.note import NoteSigner
from urna.words import Sentence

BOX_KEY_BYTES = 32


class Life(StrEnum):
    """How far the element has come; it never goes back."""

    FRESH = "fresh"
    """It has its signing key."""
    ZEROING = "zeroing"
    """It has a box key; the box is being filled."""
    ZEROED = "zeroed"
    """The box is whole: votes may be in it, and it is never made anew."""
    CLOSING = "closing"
    """The ballots are being counted."""
    SIGNED = "signed"
    """The tally sheet is signed, and no other first sheet ever will be."""
    CLOSED = "closed"
    """The box key is destroyed."""


Deed = Literal[
    "begin_zeroing", "finish_zeroing", "voting_key", "begin_closing", "counting_key", "sign_sheet", "destroy_box_key"
]

LIVES = MappingProxyType(
    {
        (Life.FRESH, "begin_zeroing"): Life.ZEROING,
        (Life.ZEROING, "begin_zeroing"): Life.ZEROING,
        (Life.ZEROING, "finish_zeroing"): Life.ZEROED,
        (Life.ZEROED, "voting_key"): Life.ZEROED,
        (Life.ZEROED, "begin_closing"): Life.CLOSING,
        (Life.CLOSING, "begin_closing"): Life.CLOSING,
        (Life.CLOSING, "counting_key"): Life.CLOSING,
        (Life.SIGNED, "counting_key"): Life.SIGNED,
        (Life.CLOSING, "sign_sheet"): Life.SIGNED,
        (Life.SIGNED, "sign_sheet"): Life.SIGNED,
        (Life.SIGNED, "destroy_box_key"): Life.CLOSED,
        (Life.CLOSED, "destroy_box_key"): Life.CLOSED,
    }
)
"""What may be done when, and what follows; anything else is out of order."""


class Memory(Secret, frozen=True, kw_only=True, tag_field="type", tag="urna/simulated-element/1"):
    """What a simulated element remembers, keys in hexadecimal."""

    seed: Hash
    """The Ed25519 seed."""
    life: Life = Life.FRESH
    box_key: Hash | None = None
    sheet: Hash | None = None
    """SHA-256 of the first tally sheet's text that it signed."""


class Cell(Protocol):
    """Where the twin keeps its memory: durable when `write` returns, the former value gone."""

    def read(self) -> bytes:
        """The value."""
        ...

    def write(self, value: bytes) -> None:
        """Replaces it."""
        ...


def first_memory(seed: bytes) -> bytes:
    """The cell's first value.

    Args:
        seed: 32 uniformly random bytes (Ed25519).
    """
    return encode(Memory(seed=seed.hex()))


class SimulatedElement:
    """A secure element in software.

    Args:
        cell: made with `first_memory`.
        entropy: fresh random bytes; a chip has its own.
    """

    def __init__(self, cell: Cell, entropy: Callable[[int], bytes]) -> None:
        self._cell = cell
        self._entropy = entropy
        self._memory = decode(cell.read(), Memory, "secure element")
        self._key = SigningKey(bytes.fromhex(self._memory.seed))

    @property
    def public_hex(self) -> str:
        """The booth's Ed25519 key."""
        return self._key.public_hex

    @property
    def life(self) -> Life:
        """How far the element has come."""
        return self._memory.life

    def signer(self, name: str) -> NoteSigner:
        """Signs documents under a key name: reports, corrections; a first tally sheet only through `sign_sheet`."""
        return NoteSigner(name, ElementKey(self.public_hex, self.sign))

    def sheet_signer(self, name: str) -> NoteSigner:
        """Signs the tally sheet under a key name, once."""
        return NoteSigner(name, ElementKey(self.public_hex, self.sign_sheet))

    def begin_zeroing(self) -> bytes:
        """A fresh box key. Before the box is whole it may be asked for again: then the former one is gone."""
        box_key = self._entropy(BOX_KEY_BYTES)
        self._live("begin_zeroing", box_key=box_key.hex())
        return box_key

    def finish_zeroing(self) -> None:
        """The box is whole."""
        self._live("finish_zeroing")

    def voting_key(self) -> bytes:
        """The box key, while votes are taken.

        Raises:
            OutOfOrder: the box is not zeroed yet, or the closing has begun.
        """
        self._live("voting_key")
        return bytes.fromhex(self._memory.box_key or "")

    def counting_key(self) -> bytes:
        """The box key, while ballots are counted: once more after a crash, as long as the sheet is not safe.

        Raises:
            OutOfOrder: the closing has not begun, or the key is destroyed.
        """
        self._live("counting_key")
        return bytes.fromhex(self._memory.box_key or "")

    def begin_closing(self) -> None:
        """No vote any more. An interrupted closing may begin again until the sheet is signed."""
        self._live("begin_closing")

    def destroy_box_key(self) -> None:
        """Nothing opens the box any more. Call it after the signed sheet is durable."""
        self._live("destroy_box_key", box_key=None)

    def sign_sheet(self, text: bytes) -> bytes:
        """The signature over the tally sheet; the same sheet again gives the same signature.

        The element remembers the sheet before it gives the signature, so a crash cannot make two of them.

        Raises:
            OutOfOrder: not closing, or another sheet is signed already.
        """
        if self._memory.sheet not in {None, digest(text)}:
            raise OutOfOrder(
                Sentence("the tally sheet that is signed already"),
                Sentence("another one"),
                Sentence("Send the first sheet; a correction has the next number and goes through the authority."),
            )
        self._live("sign_sheet", sheet=digest(text))
        return self._key.sign(text)

    def sign(self, message: bytes) -> bytes:
        """The signature over anything but a first tally sheet.

        Raises:
            OutOfOrder: it is a tally sheet, and not a correction of a signed one.
        """
        is_sheet = b'"type":"urna/tally-sheet/1"' in message
        is_first = b'"sequence":0,' in message or self._memory.sheet is None
        if is_sheet and is_first:
            raise OutOfOrder(
                Sentence("a report, or the correction of a signed tally sheet"),
                Sentence("a first tally sheet"),
                Sentence("Close the booth: the closing signs the sheet, once."),
            )
        return self._key.sign(message)

    def _live(self, deed: Deed, **changes: str | None) -> None:
        """Takes one step of `LIVES`, durable before anything is given out."""
        to = LIVES.get((self._memory.life, deed))
        if to is None:
            raise OutOfOrder(
                Sentence("a secure element that allows {deed}", {"deed": deed}),
                Sentence("one that is {life}", {"life": self._memory.life}),
                Sentence("A booth is zeroed once and closed once; see what was done before."),
            )
        after = msgspec.structs.replace(self._memory, life=to, **changes)
        if after != self._memory:
            self._cell.write(encode(after))
            self._memory = after

    def __repr__(self) -> str:
        """The public key and the life."""
        return f"SimulatedElement({self.public_hex[:16]}, {self.life})"


class ElementKey(SigningKey):
    """A signing key that stays in its element: it holds the public half, and asks the element to sign."""

    def __init__(self, public_hex: str, sign: Callable[[bytes], bytes]) -> None:
        self.public_hex = public_hex
        self._sign = sign

    def sign(self, message: bytes) -> bytes:
        """The element's signature, or its refusal."""
        return self._sign(message)
