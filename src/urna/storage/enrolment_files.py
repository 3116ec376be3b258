"""Enrolments in the folder of a roll, so that a power cut leaves each elector enrolled or not, and nothing between.

    <roll>/enrolment.box             who may enrol, and the archive's public key (sealed)
    <roll>/enrolments/<id>.note      the signed record of an enrolment
    <roll>/enrolments/pending/       records whose enrolment is not decided yet

Enrolments at one station are written in this order, each step durable before the next:

1. Of each, its record into `pending`; the record that it replaces, if any, is moved there too.
2. Of each, images and entry into the archive.
3. The station's box, with the fingers and the links to the enrolments. **This decides.**
4. What is pending is settled: a record that a box links to is moved out, any other is removed with its images.

After a power cut the next command begins with step 4, so step 3 alone tells who is enrolled.
"""

import fcntl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from urna.crypto.secretbox import NONCE_BYTES
from urna.encoding.canonical import Code, decode, encode
from urna.encoding.document import read_document
from urna.errors import Malformed, OutOfOrder
from urna.roll.at_rest import EnrolmentId, RollKey, StoredPart
from urna.roll.elector import Member
from urna.roll.enrolled import EnrolmentRecord, EnrolmentSetup
from urna.storage.definition_folder import read_limited, write_secret_file
from urna.storage.durable import sync_folder
from urna.storage.enrolment_archive import Sealed, remove_sealed, write_sealed
from urna.storage.roll_files import (
    KEY_FILE,
    Entropy,
    box_path,
    read_stored,
    replace_secret_file,
    replace_stored,
)
from urna.words import Sentence

SETUP = "enrolment"
"""Codes of stations are capitals, so no station's box has this name."""

RECORDS = "enrolments"
PENDING = "pending"
MAX_RECORD_BYTES = 16 * 1024
MAX_SETUP_BYTES = 4 * 1024 * 1024


class Place(NamedTuple):
    """Where a desk writes: a roll, and the archive for images."""

    roll: Path
    archive: Path
    key: RollKey
    entropy: Entropy


class Enrolled(NamedTuple):
    """One elector's enrolment, ready to be written."""

    member: Member
    """With the new fingers."""
    enrolment: EnrolmentId
    record: bytes
    """The document that both operators signed."""
    sealed: Sealed | None
    """None if no image was kept."""

    def __repr__(self) -> str:
        """Its random name."""
        return f"Enrolled({self.enrolment})"


@contextmanager
def holding(folder: Path) -> Iterator[None]:
    """Holds the roll for one command that writes.

    Raises:
        OutOfOrder: another command holds it.
    """
    with (folder / KEY_FILE).open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise OutOfOrder(
                Sentence("a roll that nobody else is writing to"),
                Sentence("another command at work on it"),
                Sentence("Wait until it has ended; each desk works on a roll of its own."),
                str(folder),
            ) from error
        yield


def read_setup(folder: Path, key: RollKey) -> EnrolmentSetup:
    """Who may enrol and where images go; nobody and nowhere if that was not said yet.

    Raises:
        Unproven: damaged, or of another roll.
    """
    path = box_path(folder, SETUP)
    if not path.exists():
        return EnrolmentSetup(election=key.election)
    return decode(key.open(SETUP, read_limited(path, MAX_SETUP_BYTES), str(path)), EnrolmentSetup, str(path))


def replace_setup(folder: Path, setup: EnrolmentSetup, key: RollKey, entropy: Entropy) -> None:
    """Puts a new setup in the place of the old one."""
    replace_secret_file(box_path(folder, SETUP), key.seal(SETUP, encode(setup), entropy(NONCE_BYTES)))


def write_enrolled(place: Place, stored: StoredPart, enrolled: Iterable[Enrolled]) -> StoredPart:
    """Writes the enrolments of electors of one station, all of them or none, and returns the station's new part.

    Args:
        place: the roll must be held (`holding`), and nothing pending in it (`settle`).
        stored: the station as it stands.
        enrolled: the enrolments, each of another elector; taken one by one, so that the images of one elector at
            a time are in memory.
    """
    _make_folders(place.roll)
    written = []
    for each in enrolled:
        _write_pending(place.roll, each, stored.enrolment_of(each.member.elector.number))
        if each.sealed is not None:
            write_sealed(place.archive, each.sealed, place.key.election)
        written.append((each.member, each.enrolment))
    after = stored.with_enrolled(written)
    replace_stored(place.roll, after, place.key, place.entropy)
    settle(place)
    return after


def settle(place: Place) -> int:
    """Finishes what a power cut may have left pending, and returns how many enrolments had not come to be."""
    linked: dict[Code, set[EnrolmentId]] = {}
    undone = 0
    for path in sorted(_pending(place.roll).glob("*.note")):
        enrolment, station = path.stem, _station(path)
        if station is not None and station not in linked:
            stored = read_stored(place.roll, station, place.key)
            linked[station] = {link.enrolment for link in stored.enrolments}
        if station is not None and enrolment in linked[station]:
            path.replace(record_path(place.roll, enrolment))
        else:
            remove_sealed(place.archive, enrolment)
            path.unlink()
            undone += 1
    if linked or undone:
        sync_folder(_pending(place.roll))
        sync_folder(place.roll / RECORDS)
    return undone


def read_record(folder: Path, enrolment: EnrolmentId) -> bytes:
    """The signed record of an enrolment.

    Raises:
        Malformed: it is missing or too long.
    """
    path = record_path(folder, enrolment)
    if not path.is_file():
        raise Malformed(
            Sentence("the signed record of enrolment {id}", {"id": enrolment}),
            Sentence("no file"),
            Sentence("Take the folder of the roll from your copy of it."),
            str(path),
        )
    return read_limited(path, MAX_RECORD_BYTES)


def record_path(folder: Path, enrolment: EnrolmentId) -> Path:
    """Where the record of an enrolment lies."""
    return folder / RECORDS / f"{enrolment}.note"


def records_in(folder: Path) -> list[EnrolmentId]:
    """The enrolments of which the folder has a record, sorted."""
    return sorted(path.stem for path in (folder / RECORDS).glob("*.note"))


def _write_pending(folder: Path, each: Enrolled, before: EnrolmentId | None) -> None:
    """Puts the new record, and the one that it replaces, where a power cut finds them."""
    write_secret_file(_pending(folder) / f"{each.enrolment}.note", each.record)
    if before is not None:
        record_path(folder, before).replace(_pending(folder) / f"{before}.note")
    sync_folder(_pending(folder))


def _pending(folder: Path) -> Path:
    return folder / RECORDS / PENDING


def _make_folders(folder: Path) -> None:
    for path in (folder / RECORDS, _pending(folder)):
        if not path.is_dir():
            path.mkdir(mode=0o700)
            sync_folder(path.parent)


def _station(path: Path) -> Code | None:
    """The station that a pending record names; None if the power went while it was written."""
    try:
        return read_document(read_limited(path, MAX_RECORD_BYTES), EnrolmentRecord, str(path)).station
    except Malformed:
        return None
