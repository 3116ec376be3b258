"""What goes into the archive of one enrolment: its images, sealed, and an entry that says whose they are, sealed apart.

Both are sealed to the archive's public key, so a desk that writes them cannot read them back. The entries are the
archive's index: to find a person's images, the small entries are opened and not the images of everybody.
"""

from collections.abc import Callable
from typing import Annotated

import msgspec

from urna.crypto.sealing import SECRET_BYTES, SealingKey, seal
from urna.encoding.canonical import Hash, PublicKey, Record, decode, encode
from urna.errors import Unproven
from urna.roll.at_rest import EnrolmentId
from urna.roll.elector import MAX_FINGERS, MAX_IMPRESSIONS, ElectorNumber
from urna.roll.enrolled import Position, Quality
from urna.words import Sentence

MAX_IMAGES = MAX_FINGERS * MAX_IMPRESSIONS

MAX_PNG_BYTES = 2 * 1024 * 1024
"""An image of 1024 x 1024 pixels of noise has little more than 1 MB."""

MAX_CAPSULE_BYTES = 40 * 1024 * 1024
"""Twelve of the largest, in base64."""

MAX_ENTRY_BYTES = 4096


class ArchiveHead(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/archive/1"):
    """Of which election an archive is, in clear: so it is wiped with its election and no other."""

    election: Hash


class ArchivedImage(Record, frozen=True, kw_only=True):
    """An image that was kept, as it came from the reader, without loss."""

    position: Position
    impression: Annotated[int, msgspec.Meta(ge=1, le=MAX_IMPRESSIONS)]
    quality: Quality
    png: Annotated[bytes, msgspec.Meta(max_length=MAX_PNG_BYTES)]
    """8-bit grey, 500 dots an inch."""

    def __repr__(self) -> str:
        """Which finger, never the image."""
        return f"ArchivedImage(position={self.position}, impression={self.impression})"


class ArchivedImages(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/archived-images/1"):
    """All images of one enrolment."""

    enrolment: EnrolmentId
    election: Hash
    images: Annotated[tuple[ArchivedImage, ...], msgspec.Meta(max_length=MAX_IMAGES)]

    def __repr__(self) -> str:
        """How many."""
        return f"ArchivedImages(enrolment={self.enrolment!r}, images={len(self.images)})"


class ArchiveEntry(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/archive-entry/1"):
    """Whose enrolment it is. It is read only by whoever has the archive's private key."""

    enrolment: EnrolmentId
    election: Hash
    number: ElectorNumber

    def __repr__(self) -> str:
        """Names nobody."""
        return f"ArchiveEntry(enrolment={self.enrolment!r})"


def seal_capsule(content: ArchivedImages | ArchiveEntry, archive: PublicKey, entropy: Callable[[int], bytes]) -> bytes:
    """The content sealed to the archive."""
    return seal(archive, encode(content), entropy(SECRET_BYTES))


def open_images(sealed: bytes, key: SealingKey, enrolment: EnrolmentId, where: str = "") -> ArchivedImages:
    """The images of an enrolment.

    Raises:
        Unproven: sealed to another key, changed, cut, or of another enrolment.
    """
    images = decode(_unseal(sealed, key, where), ArchivedImages, where)
    _check_enrolment(images.enrolment, enrolment, where)
    return images


def open_entry(sealed: bytes, key: SealingKey, enrolment: EnrolmentId, where: str = "") -> ArchiveEntry:
    """The entry of an enrolment; errors as for `open_images`."""
    entry = decode(_unseal(sealed, key, where), ArchiveEntry, where)
    _check_enrolment(entry.enrolment, enrolment, where)
    return entry


def _unseal(sealed: bytes, key: SealingKey, where: str) -> bytes:
    try:
        return key.unseal(sealed, where)
    except Unproven as error:
        remedy = Sentence("Check that archive and private key belong together; if they do, take your copy of the file.")
        raise Unproven(error.expected, error.found, remedy, where) from error


def _check_enrolment(found: EnrolmentId, expected: EnrolmentId, where: str) -> None:
    if found != expected:
        raise Unproven(
            Sentence("what was archived of enrolment {id}", {"id": expected}),
            Sentence("that of enrolment {id}", {"id": found}),
            Sentence("Somebody exchanged files of the archive; take your copy of it."),
            where,
        )
