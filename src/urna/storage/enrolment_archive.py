"""The archive of enrolment images: a folder that desks write to and cannot read.

    <folder>/election.json        of which election it is
    <folder>/<enrolment>.images   the images as lossless PNG, sealed to the archive's key
    <folder>/<enrolment>.entry    whose they are, sealed to it too: all entries together are the index
    <folder>/openings/*.note      who opened what, when and why, signed by two officers

Names are random; what a stranger sees is how many enrolments there are, how long each one's images are, and when
the file was written.
"""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from urna.biometrics.image import DPI, FingerImage
from urna.crypto.sealing import SealingKey
from urna.encoding.canonical import Hash, PublicKey, decode, digest, encode
from urna.errors import Malformed, Unproven
from urna.roll.at_rest import EnrolmentId
from urna.roll.enrolment_capsule import (
    MAX_CAPSULE_BYTES,
    MAX_ENTRY_BYTES,
    ArchivedImages,
    ArchiveEntry,
    ArchiveHead,
    open_entry,
    open_images,
    seal_capsule,
)
from urna.storage.definition_folder import read_limited, write_secret_file
from urna.storage.durable import sync_folder
from urna.storage.roll_files import replace_secret_file
from urna.words import Sentence

IMAGES, ENTRY = ".images", ".entry"
OPENINGS = "openings"
HEAD = "election.json"
MAX_HEAD_BYTES = 4096


class Sealed(NamedTuple):
    """An enrolment's images and entry, sealed and not yet written."""

    enrolment: EnrolmentId
    images: bytes
    entry: bytes

    @property
    def sha256(self) -> Hash:
        """What the record of the enrolment says of the images."""
        return digest(self.images)

    def __repr__(self) -> str:
        """Its random name."""
        return f"Sealed({self.enrolment})"


def png_of(image: FingerImage) -> bytes:
    """The image as PNG, pixel for pixel."""
    from PIL import Image  # noqa: PLC0415 - only desks have it; whoever reads an archive gets the PNG as it is

    written = io.BytesIO()
    Image.fromarray(image.pixels).save(written, "PNG", dpi=(DPI, DPI), optimize=False)
    return written.getvalue()


def seal_enrolment(
    images: ArchivedImages, entry: ArchiveEntry, archive: PublicKey, entropy: Callable[[int], bytes]
) -> Sealed:
    """Both parts, sealed to the archive."""
    return Sealed(images.enrolment, seal_capsule(images, archive, entropy), seal_capsule(entry, archive, entropy))


def write_sealed(folder: Path, sealed: Sealed, election: Hash) -> None:
    """Writes both parts, durable with their names.

    Raises:
        Unproven: the archive is of another election.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / HEAD).exists():
        replace_secret_file(folder / HEAD, encode(ArchiveHead(election=election)))
    check_election(folder, election)
    write_secret_file(folder / (sealed.enrolment + IMAGES), sealed.images)
    write_secret_file(folder / (sealed.enrolment + ENTRY), sealed.entry)
    sync_folder(folder)


def read_head(folder: Path) -> ArchiveHead:
    """Of which election an archive is.

    Raises:
        Malformed: damaged.
    """
    return decode(read_limited(folder / HEAD, MAX_HEAD_BYTES), ArchiveHead, str(folder / HEAD))


def check_election(folder: Path, election: Hash) -> None:
    """Returns if the archive is of this election.

    Raises:
        Unproven: it is of another one.
    """
    if (found := read_head(folder).election) != election:
        raise Unproven(
            Sentence("the archive of election {id}", {"id": election[:16]}),
            Sentence("that of election {id}", {"id": found[:16]}),
            Sentence("Take a new folder for each election's archive."),
            str(folder),
        )


def remove_sealed(folder: Path, enrolment: EnrolmentId) -> None:
    """Removes what an interrupted or replaced enrolment left; what is not there is no mistake."""
    for ending in (IMAGES, ENTRY):
        (folder / (enrolment + ending)).unlink(missing_ok=True)
    if folder.is_dir():
        sync_folder(folder)


def check_sealed(folder: Path, enrolment: EnrolmentId, sha256: Hash) -> None:
    """Returns if the sealed images are the ones that the record speaks of; needs no key.

    Raises:
        Malformed: images or entry are missing.
        Unproven: other images.
    """
    found = digest(read_sealed(folder, enrolment, IMAGES))
    read_sealed(folder, enrolment, ENTRY)
    if found != sha256:
        raise Unproven(
            Sentence("images with the hash {hash}", {"hash": sha256}),
            Sentence("the hash {hash}", {"hash": found}),
            Sentence("The archive was changed or damaged: take your copy of it."),
            str(folder / (enrolment + IMAGES)),
        )


def read_sealed(folder: Path, enrolment: EnrolmentId, ending: str) -> bytes:
    """One part of an enrolment, still sealed.

    Raises:
        Malformed: it is not there, or too long.
    """
    path = folder / (enrolment + ending)
    if not path.is_file():
        raise Malformed(
            Sentence("what was archived of enrolment {id}", {"id": enrolment}),
            Sentence("no file"),
            Sentence("Check that this is the archive's folder; if it is, take your copy of it."),
            str(path),
        )
    return read_limited(path, MAX_CAPSULE_BYTES if ending == IMAGES else MAX_ENTRY_BYTES)


def archived(folder: Path) -> list[EnrolmentId]:
    """The enrolments of which the archive has images, sorted.

    Raises:
        Malformed: the folder is none.
    """
    if not folder.is_dir():
        raise Malformed(
            Sentence("the folder of an archive"),
            Sentence("none"),
            Sentence("Check the path."),
            str(folder),
        )
    return sorted(path.name.removesuffix(IMAGES) for path in folder.glob("*" + IMAGES))


def entries(folder: Path, key: SealingKey) -> Iterator[ArchiveEntry]:
    """The whole index, opened.

    Raises:
        Malformed: an enrolment's entry is missing.
        Unproven: an entry that this key does not open, or another enrolment's.
    """
    for enrolment in archived(folder):
        where = str(folder / (enrolment + ENTRY))
        yield open_entry(read_sealed(folder, enrolment, ENTRY), key, enrolment, where)


def read_images(folder: Path, enrolment: EnrolmentId, key: SealingKey) -> ArchivedImages:
    """The images of an enrolment; errors as for `entries`."""
    where = str(folder / (enrolment + IMAGES))
    return open_images(read_sealed(folder, enrolment, IMAGES), key, enrolment, where)
