"""A slot of the ballot box: what its bytes mean to the booth, and why they mean nothing to anybody else.

    body   nonce ‖ AES-256-GCM(id ‖ sealed opening ‖ ciphertext ‖ zeros) ‖ tag     or filler
    mark   one sector that says cast, void or challenged                           or filler

Filler and marks are the output of SHAKE-256 under a key of the box, another for each slot and state; a written body
is an AES-GCM box. Without the box key all of them are random bytes, so a used slot looks like a free one. With it
the booth tells them apart, and what is neither is torn:

    body, mark    filler     cast      void      challenged     torn
    filler        free       damaged   damaged   damaged        damaged
    written       pending    cast      void      challenged     pending
    torn          spoiled    damaged   damaged   damaged        damaged

A torn mark is still pending, because no screen said anything before the mark was whole and durable. A torn body is
spoiled medium and no ballot, because no paper is printed before the body is whole and durable. A power cut cannot
leave what is called damaged.
"""

from enum import StrEnum
from hashlib import shake_256
from types import MappingProxyType
from typing import NamedTuple

from urna.ballot.box_header import ID_BYTES, SECTOR_BYTES, BoxHeader
from urna.crypto.kdf import derive_key
from urna.crypto.mac import join_parts
from urna.crypto.secretbox import OVERHEAD_BYTES, open_box, seal_box
from urna.election.outcomes import BallotState
from urna.encoding.canonical import BallotId, encode
from urna.errors import Malformed, Unproven
from urna.words import Sentence


class SlotState(StrEnum):
    """What a slot holds."""

    FREE = "free"
    PENDING = "pending"
    CAST = "cast"
    VOID = "void"
    CHALLENGED = "challenged"
    SPOILED = "spoiled"
    """A body cut short: no ballot, and no place for one."""
    DAMAGED = "damaged"
    """Bytes that no power cut leaves: a failing medium, or somebody wrote on it."""


class Body(StrEnum):
    """What a body is."""

    FILLER = "filler"
    WRITTEN = "written"
    TORN = "torn"


class Mark(StrEnum):
    """What a mark is."""

    FILLER = "filler"
    CAST = "cast"
    VOID = "void"
    CHALLENGED = "challenged"
    TORN = "torn"


MEANING = MappingProxyType(
    {
        (Body.FILLER, Mark.FILLER): SlotState.FREE,
        (Body.WRITTEN, Mark.FILLER): SlotState.PENDING,
        (Body.WRITTEN, Mark.CAST): SlotState.CAST,
        (Body.WRITTEN, Mark.VOID): SlotState.VOID,
        (Body.WRITTEN, Mark.CHALLENGED): SlotState.CHALLENGED,
        (Body.WRITTEN, Mark.TORN): SlotState.PENDING,
        (Body.TORN, Mark.FILLER): SlotState.SPOILED,
    }
)
"""The table above; every other pair is damaged."""


class SlotContent(NamedTuple):
    """What a written body holds; the opening inside is still sealed."""

    ballot: BallotId
    sealed_opening: bytes
    ciphertext: bytes
    """As `ballot/stored` packs it; empty in an election without guardians."""

    def __repr__(self) -> str:
        """The type alone: an id in a log would say that its ballot was in hand then."""
        return "SlotContent(secret)"


class SlotCipher:
    """The bytes of one box's slots. It keeps the box's keys and shows none of them.

    Args:
        header: the box's measures; its bytes are bound into everything.
        box_key: 32 bytes, held by the secure element.
    """

    def __init__(self, header: BoxHeader, box_key: bytes) -> None:
        self._header = header
        self._label = encode(header)
        self._body_key = derive_key(box_key, "urna/ballot-box/1/body")
        self._filler_key = derive_key(box_key, "urna/ballot-box/1/filler")

    def filler(self, slot: int) -> bytes:
        """A free slot, body and mark."""
        return self._stream(slot, Body.FILLER, self._header.body_bytes) + self.mark(slot, Mark.FILLER)

    def mark(self, slot: int, mark: BallotState | Mark) -> bytes:
        """The sector that says this of the slot."""
        return self._stream(slot, f"mark/{mark}", SECTOR_BYTES)

    def body(self, slot: int, content: SlotContent, nonce: bytes) -> bytes:
        """The body that holds this content.

        Args:
            slot: which slot, from 0.
            content: with the lengths that the header says.
            nonce: 12 fresh random bytes.

        Raises:
            Malformed: another length.
        """
        self._check_lengths(content)
        plain = bytes.fromhex(content.ballot) + content.sealed_opening + content.ciphertext
        return seal_box(
            self._body_key,
            plain.ljust(self._header.body_bytes - OVERHEAD_BYTES, b"\x00"),
            nonce,
            self._slot_label(slot),
        )

    def state(self, slot: int, data: bytes) -> SlotState:
        """What the slot's bytes, body and mark, mean."""
        body, mark = data[: self._header.body_bytes], data[self._header.body_bytes :]
        return MEANING.get((self._read_body(slot, body), self._read_mark(slot, mark)), SlotState.DAMAGED)

    def content(self, slot: int, body: bytes, where: str = "") -> SlotContent:
        """What a written body holds.

        Raises:
            Unproven: it is filler, or torn.
        """
        plain = open_box(self._body_key, body, self._slot_label(slot), where)
        sealed_end = ID_BYTES + self._header.sealed_bytes
        return SlotContent(
            ballot=plain[:ID_BYTES].hex(),
            sealed_opening=plain[ID_BYTES:sealed_end],
            ciphertext=plain[sealed_end : sealed_end + self._header.ciphertext_bytes],
        )

    def _read_body(self, slot: int, body: bytes) -> Body:
        if body == self._stream(slot, Body.FILLER, self._header.body_bytes):
            return Body.FILLER
        try:
            self.content(slot, body)
        except Unproven:
            return Body.TORN
        return Body.WRITTEN

    def _read_mark(self, slot: int, found: bytes) -> Mark:
        known = (each for each in Mark if each is not Mark.TORN)
        return next((each for each in known if found == self.mark(slot, each)), Mark.TORN)

    def _stream(self, slot: int, purpose: str, size: int) -> bytes:
        """SHAKE-256 keyed by prefix: a sponge needs no more to be a pseudo-random function (Bertoni et al. 2012)."""
        parts = join_parts(self._filler_key, self._label, slot.to_bytes(8, "big"), purpose.encode())
        return shake_256(parts).digest(size)

    def _slot_label(self, slot: int) -> bytes:
        return join_parts(self._label, slot.to_bytes(8, "big"))

    def _check_lengths(self, content: SlotContent) -> None:
        found = (len(content.sealed_opening), len(content.ciphertext))
        if found != (self._header.sealed_bytes, self._header.ciphertext_bytes):
            raise Malformed(
                Sentence(
                    "a sealed opening of {size} bytes and an encrypted ballot of {ciphertext}",
                    {"size": self._header.sealed_bytes, "ciphertext": self._header.ciphertext_bytes},
                ),
                Sentence("{size} and {ciphertext}", {"size": found[0], "ciphertext": found[1]}),
                Sentence("Check that the definition is the one the box was made for."),
            )

    def __repr__(self) -> str:
        """Without keys."""
        return f"SlotCipher({self._header.station} booth {self._header.booth})"
