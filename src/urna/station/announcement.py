"""A station's announcement of a parcel, which the poll book's key signs: with it the centre gives the parcel a place.

    size ──→ pieces of so many bytes ──→ SHA-256 of each ──→ signed with the parcel's own hash

Anybody may carry it, and anybody may have a copy: all that it opens is a place for these very bytes. The centre
compares each piece when it is whole, so whoever sends others is found out after one piece, and whoever sends the true
ones brings the station's parcel.
"""

import base64
import binascii
from collections.abc import Sequence
from hashlib import sha256
from typing import Annotated, Final

import msgspec

from urna.encoding.canonical import Code, Hash, Record, digest
from urna.encoding.document import open_document, read_document, sign_document
from urna.errors import Malformed, Unproven
from urna.log.note import NoteSigner, NoteVerifier
from urna.words import Sentence

HEADER: Final = "Urna-Announcement"
"""In which a request shows it: the document in base64, on one line."""

MOST_PIECES: Final = 64
LEAST_PIECE_BYTES: Final = 16 * 1024
MOST_PIECE_BYTES: Final = 8 * 1024 * 1024
MOST_BYTES: Final = MOST_PIECES * MOST_PIECE_BYTES
"""Of a parcel that can be announced; a longer one goes as a stranger's, or on a stick."""

MOST_DOCUMENT_BYTES: Final = 4 * 1024
MOST_HEADER_BYTES: Final = 6 * 1024

Size = Annotated[int, msgspec.Meta(ge=1, le=MOST_BYTES)]
_HASH_BYTES = 32


class Announcement(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/announcement/1"):
    """What a station is about to send."""

    election: Hash
    station: Code
    parcel: Hash
    size: Size
    """Bytes of the parcel."""
    pieces: bytes
    """SHA-256 of each piece, 32 bytes each, one after the other."""

    def __post_init__(self) -> None:
        """Raises Malformed: hashes of more or fewer pieces than its size has."""
        expected = -(-self.size // piece_bytes(self.size))
        if len(self.pieces) != _HASH_BYTES * expected:
            raise Malformed(
                Sentence("the hashes of {count} pieces", {"count": expected}),
                Sentence("{size} bytes", {"size": len(self.pieces)}),
                Sentence("Make the announcement again from the parcel."),
            )

    def length_at(self, offset: int) -> int:
        """Bytes of the piece that begins there; 0 where none does."""
        length = piece_bytes(self.size)
        return min(length, self.size - offset) if offset % length == 0 and offset < self.size else 0

    def check_piece(self, offset: int, data: bytes) -> None:
        """Returns if these are the bytes of the piece that begins there.

        Args:
            offset: in bytes; at the parcel's end there is an empty piece.
            data: the piece.

        Raises:
            Unproven: they are not, or no piece begins there.
        """
        number = offset // piece_bytes(self.size)
        expected = self.pieces[_HASH_BYTES * number : _HASH_BYTES * (number + 1)]
        is_end = offset == self.size and not data
        if not is_end and (not self.length_at(offset) or sha256(data).digest() != expected):
            raise Unproven(
                Sentence("the piece from byte {offset} on, as the station announced it", {"offset": offset}),
                Sentence("other bytes"),
                Sentence("Send the parcel that was announced; nothing of this piece was kept."),
            )


def piece_bytes(size: int) -> int:
    """Bytes of every piece of a parcel of this size but the last: 16 KiB, doubled until 64 pieces are enough."""
    length = LEAST_PIECE_BYTES
    while length * MOST_PIECES < size:
        length *= 2
    return length


def announce(election: Hash, station: Code, parcel: bytes, signer: NoteSigner) -> bytes:
    """The announcement of a parcel, as a signed document.

    Args:
        election: its identity.
        station: its code.
        parcel: its bytes, 1 to MOST_BYTES.
        signer: the poll book's key.

    Raises:
        Malformed: it is longer, or empty.
    """
    if not 0 < len(parcel) <= MOST_BYTES:
        raise Malformed(
            Sentence("a parcel of at most {limit} bytes", {"limit": MOST_BYTES}),
            Sentence("{size} bytes", {"size": len(parcel)}),
            Sentence("Send it on a stick."),
        )
    length = piece_bytes(len(parcel))
    pieces = (sha256(parcel[start : start + length]).digest() for start in range(0, len(parcel), length))
    announcement = Announcement(
        election=election, station=station, parcel=digest(parcel), size=len(parcel), pieces=b"".join(pieces)
    )
    return sign_document(announcement, [signer])


def as_header(document: bytes) -> str:
    """An announcement as a request shows it."""
    return base64.b64encode(document).decode()


def read_header(text: str) -> bytes:
    """The document that a request shows.

    Raises:
        Malformed: too long, or not base64 on one line.
    """
    try:
        document = base64.b64decode(text, validate=True) if len(text) <= MOST_HEADER_BYTES else b""
    except (binascii.Error, ValueError):
        document = b""
    if not document or len(document) > MOST_DOCUMENT_BYTES or as_header(document) != text:
        raise Malformed(
            Sentence("an announcement in base64, in at most {limit} letters", {"limit": MOST_HEADER_BYTES}),
            Sentence("something else"),
            Sentence("Send it as the station signed it."),
            HEADER,
        )
    return document


def read_announcement(document: bytes) -> Announcement:
    """An announcement whose signature is NOT verified: to see of which parcel it is. Raises Malformed."""
    return read_document(document, Announcement, HEADER)


def open_announcement(document: bytes, election: Hash, station: Code, keys: Sequence[NoteVerifier]) -> Announcement:
    """An announcement that a key of the station signed.

    Args:
        document: as it was shown.
        election: its identity.
        station: in whose name something comes.
        keys: that speak for the station now, by their names; none where nobody certified any.

    Raises:
        Malformed: it is no announcement.
        Unproven: it is of another election or station, or none of the keys signed it.
    """
    said = read_announcement(document)
    if (said.election, said.station) != (election, station):
        raise Unproven(
            Sentence("an announcement of station {station} in this election", {"station": station}),
            Sentence("one of station {station}, election {election}", _whose(said)),
            Sentence("Look whether the address is that of this election's centre; or bring a stick."),
            HEADER,
        )
    if not keys:
        raise Unproven(
            Sentence("keys that are certified for station {station} now", {"station": station}),
            Sentence("none"),
            Sentence("Call the centre: the station's keys were not certified, or were revoked."),
            HEADER,
        )
    return open_document(document, Announcement, keys, where=HEADER)


def _whose(said: Announcement) -> dict[str, str | int]:
    return {"station": said.station, "election": said.election[:16]}
