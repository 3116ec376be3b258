"""Enrolments on the disk: whole or not at all, whenever the power goes; sealed; and damage is found."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest
from tests.roll.enrolling import (
    ARCHIVE_KEY,
    KEY,
    SETUP,
    an_enrolment,
    counted_entropy,
    image,
    new_roll,
    station,
)
from tests.storage.killing import killed_at

from urna.biometrics.image import FingerImage
from urna.crypto.kdf import Cost
from urna.crypto.sealing import SealingKey
from urna.devices.finger_files import decode_image
from urna.errors import Malformed, OutOfOrder, Unproven, UrnaError
from urna.roll.enrolled import check_record, open_record
from urna.roll.enrolment_archive_key import (
    Passphrases,
    lock_archive_key,
    read_archive_key,
    unlock_archive_key,
)
from urna.roll.enrolment_capsule import open_entry
from urna.storage.enrolment_archive import (
    ENTRY,
    HEAD,
    IMAGES,
    archived,
    check_sealed,
    entries,
    png_of,
    read_images,
    read_sealed,
)
from urna.storage.enrolment_files import (
    Place,
    holding,
    read_record,
    read_setup,
    records_in,
    replace_setup,
    settle,
    write_enrolled,
)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A roll and an archive."""
    return new_roll(tmp_path)


def assert_whole(place: Place) -> list[str]:
    """Asserts that every enrolled elector has a record and images that fit, and that there is nothing else.

    Returns the enrolments.
    """
    stored = station(place)
    links = {link.number: link.enrolment for link in stored.enrolments}
    for member in stored.part.members:
        enrolment = links.get(member.elector.number)
        assert bool(member.elector.fingers) == bool(enrolment)
        if enrolment:
            record = open_record(read_record(place.roll, enrolment), SETUP)
            check_record(record, member)
            assert record.archive
            check_sealed(place.archive, enrolment, record.archive)
    assert records_in(place.roll) == sorted(links.values())
    assert not list((place.roll / "enrolments" / "pending").glob("*"))
    if place.archive.exists():
        names = {path.name for path in place.archive.iterdir() if not path.name.startswith((".", HEAD))}
        assert names == {each + ending for each in links.values() for ending in (IMAGES, ENTRY)}
    return sorted(links.values())


def test_enrolments_come_back_as_they_were_written(place: Place) -> None:
    """Two electors at once, then a third, then the first again: its first enrolment and its images are gone."""
    first, second = an_enrolment(place, 0), an_enrolment(place, 1)
    write_enrolled(place, station(place), [first, second])
    write_enrolled(place, station(place), [an_enrolment(place, 2)])
    again = an_enrolment(place, 0, seed=50)
    write_enrolled(place, station(place), [again])
    assert again.enrolment in assert_whole(place)
    assert first.enrolment not in archived(place.archive)
    assert station(place).part.members[0] == again.member


@pytest.mark.slow
@pytest.mark.parametrize("before", [False, True], ids=["first", "again"])
def test_killed_at_any_instant_an_elector_is_enrolled_or_not(tmp_path: Path, before: bool) -> None:
    """And nothing is left half, also where an earlier enrolment of the same elector is replaced."""
    seen = set()
    for instant in range(200):
        (tmp_path / str(instant)).mkdir()
        place = new_roll(tmp_path / str(instant))
        if before:
            write_enrolled(place, station(place), [an_enrolment(place, 0, seed=50)])
        old = tuple(link.enrolment for link in station(place).enrolments)
        both = [an_enrolment(place, 0), an_enrolment(place, 1)]
        new = tuple(sorted(each.enrolment for each in both))
        was_killed = killed_at(instant, partial(write_enrolled, place, station(place), both))
        settle(place)
        found = tuple(assert_whole(place))
        assert found in {old, new}
        seen.add(found == new)
        if not was_killed:
            break
    assert seen == {False, True}
    assert found == new
    assert instant > 10


def test_killed_while_settling_the_next_settles(place: Place) -> None:
    """However often, at the first, second, third … touch of the disk."""
    both = [an_enrolment(place, 0), an_enrolment(place, 1)]
    killed_at(13, lambda: write_enrolled(place, station(place), both))
    instant = 0
    while killed_at(instant, lambda: settle(place)):
        instant += 1
    assert_whole(place)


def test_one_command_at_a_time_writes_to_a_roll(place: Place) -> None:
    """The second is told to wait; a reader is not."""
    with holding(place.roll):
        with pytest.raises(OutOfOrder), holding(place.roll):
            pass
        assert station(place)
    with holding(place.roll):
        pass


def test_what_a_desk_writes_it_cannot_read(place: Place) -> None:
    """No image, number, name or template stands in any file, and names of files are random."""
    each = an_enrolment(place)
    write_enrolled(place, station(place), [each])
    files = [path for path in (*place.roll.rglob("*"), *place.archive.rglob("*")) if path.is_file()]
    elector = each.member.elector
    png = png_of(image(1))
    hidden = [elector.number.encode(), elector.name.encode(), png[40:80], elector.fingers[0].templates[0][:16], b"PNG"]
    for path in files:
        assert elector.number not in path.name
        assert not [text for text in hidden if text in path.read_bytes()]
        assert not path.stat().st_mode & 0o077


def test_the_archives_key_reads_one_electors_images_pixel_for_pixel(place: Place) -> None:
    """By the index; every image that was kept, none of another elector."""
    write_enrolled(place, station(place), [an_enrolment(place, 0, seed=7), an_enrolment(place, 1)])
    number = station(place).part.members[0].elector.number
    found = [entry.enrolment for entry in entries(place.archive, ARCHIVE_KEY) if entry.number == number]
    assert found == [station(place).enrolment_of(number)]
    images = read_images(place.archive, found[0], ARCHIVE_KEY).images
    assert [(each.position, each.impression) for each in images] == [(p, n) for p in (1, 2, 6) for n in (1, 2, 3)]
    for each in images:
        assert decode_image(each.png) == image(7 + each.impression)


def test_damage_to_the_archive_is_found(place: Place) -> None:
    """A bit changed, a file cut, missing, exchanged, or for another key: by the hash without a key, and by opening."""
    one, other = an_enrolment(place, 0), an_enrolment(place, 1)
    write_enrolled(place, station(place), [one, other])
    record = open_record(one.record, SETUP)
    assert record.archive
    for ending in (IMAGES, ENTRY):
        path = place.archive / (one.enrolment + ending)
        good = path.read_bytes()
        swapped = (place.archive / (other.enrolment + ending)).read_bytes()
        for bad in (good[:-1] + bytes([good[-1] ^ 1]), good[:-1], b"", swapped):
            path.write_bytes(bad)
            with pytest.raises(UrnaError):
                list(entries(place.archive, ARCHIVE_KEY))
                read_images(place.archive, one.enrolment, ARCHIVE_KEY)
            if ending == IMAGES:
                with pytest.raises(Unproven):
                    check_sealed(place.archive, one.enrolment, record.archive)
        path.unlink()
        with pytest.raises(Malformed):
            check_sealed(place.archive, one.enrolment, record.archive)
        path.write_bytes(good)
    check_sealed(place.archive, one.enrolment, record.archive)
    with pytest.raises(Unproven, match="archive and private key"):
        open_entry(read_sealed(place.archive, one.enrolment, ENTRY), SealingKey(b"o" * 32), one.enrolment)


def test_an_archive_is_of_one_election(place: Place) -> None:
    """Another election's enrolments are refused before anything of them is written there."""
    write_enrolled(place, station(place), [an_enrolment(place, 0)])
    head = place.archive / HEAD
    head.write_bytes(head.read_bytes().replace(KEY.election.encode(), b"0" * 64))
    before = sorted(place.archive.iterdir())
    with pytest.raises(Unproven):
        write_enrolled(place, station(place), [an_enrolment(place, 1)])
    assert sorted(place.archive.iterdir()) == before


def test_an_archive_that_is_no_folder_is_refused(place: Place) -> None:
    """Before anything is opened."""
    with pytest.raises(Malformed):
        archived(place.archive / "nowhere")


def test_the_setup_lies_sealed(place: Place) -> None:
    """Nobody may enrol until it was written; damaged, it is refused."""
    assert read_setup(place.roll, KEY).operators == ()
    replace_setup(place.roll, SETUP, KEY, place.entropy)
    assert read_setup(place.roll, KEY) == SETUP
    path = place.roll / "enrolment.box"
    assert b"Operator" not in path.read_bytes()
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(Unproven):
        read_setup(place.roll, KEY)


def test_the_archives_private_key_needs_both_keepers() -> None:
    """Each passphrase alone, both in the wrong order, or one passphrase for both is refused."""
    entropy = counted_entropy()
    secret = entropy(32)
    data = lock_archive_key(secret, Passphrases("one", "two"), entropy, Cost.TOY)
    assert (
        unlock_archive_key(read_archive_key(data), Passphrases("one", "two")).public_hex
        == SealingKey(secret).public_hex
    )
    for wrong in (Passphrases("two", "one"), Passphrases("one", "one"), Passphrases("two", "two")):
        with pytest.raises(Unproven):
            unlock_archive_key(read_archive_key(data), wrong)
    with pytest.raises(Malformed):
        lock_archive_key(secret, Passphrases("one", "one"), entropy, Cost.TOY)
    with pytest.raises(Malformed):
        read_archive_key(b"urna key 1\n")
    public = SealingKey(secret).public_hex.encode()
    with pytest.raises(Unproven):
        unlock_archive_key(read_archive_key(data.replace(public, b"0" * 64)), Passphrases("one", "two"))
    assert "one" not in repr(Passphrases("one", "two"))


def test_images_of_any_size_are_archived_without_loss() -> None:
    """The smallest and the largest that a reader gives."""
    for side in (96, 1024):
        picture = FingerImage(np.random.default_rng(side).integers(0, 256, (side, side), dtype=np.uint8))
        assert decode_image(png_of(picture)) == picture


def test_an_enrolment_of_nobody_at_the_station_changes_nothing(place: Place) -> None:
    """It cannot happen at a desk; if it did, the box stays, and what was written is undone."""
    each = an_enrolment(place, 0, code="S3")
    with pytest.raises(Malformed):
        write_enrolled(place, station(place), [each])
    assert settle(place) == 1
    assert assert_whole(place) == []
