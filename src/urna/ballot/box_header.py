"""The first page of a ballot box file: whose box it is and how it is cut into slots.

    0      canonical JSON of a `BoxHeader`, a newline, zeros
    4064   32 bytes: MAC of all before, under the box key
    4096   slot 0, slot 1, … of `slot_bytes` each; the file ends with the last slot

All of it is limited before anything is allocated: a header that claims ten gigabytes is refused as a header.
"""

from typing import Annotated

import msgspec

from urna.crypto.mac import MAC_BYTES, authenticate, check_authentic
from urna.crypto.secretbox import OVERHEAD_BYTES
from urna.encoding.canonical import Code, Hash, Record, decode, encode
from urna.errors import Malformed, Unproven
from urna.words import Sentence

PAGE_BYTES = 4096
SECTOR_BYTES = 512
"""The unit that a disk writes whole or not at all, if it keeps its word; nothing here relies on that."""

ID_BYTES = 16
MAX_BOX_BYTES = 2 * 1024**3
PURPOSE = "urna/ballot-box/1/header"


class BoxHeader(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/ballot-box/1"):
    """Whose box this is, and its measures."""

    election: Hash
    station: Code
    booth: Annotated[int, msgspec.Meta(ge=1, le=9)]
    slots: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    sealed_bytes: Annotated[int, msgspec.Meta(ge=1, le=256 * 1024)]
    """Length of a sealed opening."""
    ciphertext_bytes: Annotated[int, msgspec.Meta(ge=0, le=1024 * 1024)] = 0
    """Length of an encrypted ballot as the slot keeps it (`ballot/stored`); 0 in an election without guardians."""

    def __post_init__(self) -> None:
        """Refuses a box larger than any booth has."""
        if self.box_bytes > MAX_BOX_BYTES:
            raise Malformed(
                Sentence("a ballot box of at most {most} bytes", {"most": MAX_BOX_BYTES}),
                Sentence("a header that claims {size}", {"size": self.box_bytes}),
                Sentence("Check that this is a ballot box file; nothing was read from it."),
            )

    @property
    def body_bytes(self) -> int:
        """A slot's body: id, sealed opening and ciphertext in a box of their own, in whole sectors."""
        content = ID_BYTES + self.sealed_bytes + self.ciphertext_bytes + OVERHEAD_BYTES
        return -(-content // SECTOR_BYTES) * SECTOR_BYTES

    @property
    def slot_bytes(self) -> int:
        """A slot: its body, and its mark in a sector of its own."""
        return self.body_bytes + SECTOR_BYTES

    @property
    def box_bytes(self) -> int:
        """The whole file."""
        return PAGE_BYTES + self.slots * self.slot_bytes

    def offset(self, slot: int) -> int:
        """Where a slot begins, its body first."""
        return PAGE_BYTES + slot * self.slot_bytes


def write_header(header: BoxHeader, box_key: bytes) -> bytes:
    """The page, 4096 bytes."""
    page = (encode(header) + b"\n").ljust(PAGE_BYTES - MAC_BYTES, b"\x00")
    return page + authenticate(box_key, PURPOSE, page)


def read_header(page: bytes, expected: BoxHeader, box_key: bytes, where: str = "") -> None:
    """Returns if the page is the header of the expected box, written under this key.

    Raises:
        Malformed: not a header page, or one beyond the limits.
        Unproven: another booth's or election's box, other measures, or another key.
    """
    text, newline, rest = page[: PAGE_BYTES - MAC_BYTES].partition(b"\n")
    if len(page) != PAGE_BYTES or not newline or rest.strip(b"\x00"):
        raise Malformed(
            Sentence("the first page of a ballot box file"),
            Sentence("something else"),
            Sentence("Check that this is the booth's own medium; nothing was changed."),
            where,
        )
    found = decode(text, BoxHeader, where)
    if found != expected:
        raise Unproven(_whose(expected), _whose(found), Sentence("Put the booth's own medium back."), where)
    check_authentic(box_key, page[-MAC_BYTES:], PURPOSE, page[:-MAC_BYTES], where=where)


def _whose(header: BoxHeader) -> Sentence:
    return Sentence(
        "the ballot box of election {election}, station {station}, booth {booth}, with {slots} slots of {size} bytes",
        {
            "election": header.election[:16],
            "station": header.station,
            "booth": header.booth,
            "slots": header.slots,
            "size": header.slot_bytes,
        },
    )
