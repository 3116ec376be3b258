"""No blind change of an election with guardians verifies, and none crashes the verification.

More of it: URNA_FUZZ=20000 .venv/bin/python -m pytest tests/tampering/test_encrypted_fuzz.py
"""

import os
import random
import secrets
from collections.abc import Iterator

import pytest
from tests.tampering.encrypted_forgery import Folder, Forgery, good_folder
from tests.tampering.encrypted_fuzz import change_bytes, damage, draw_path, forge
from tests.tampering.encrypted_memory import remembering

from urna.errors import UrnaError
from urna.log.note import parse_note
from urna.record.layout import CHECKPOINT, Kind, kept_checkpoint_path, place_of
from urna.record.reader import RecordInMemory
from urna.verify.procedure import verify_record
from urna.verify.report import Report
from urna.verify.work import BallotWork, EngineName

MUTATIONS = int(os.environ.get("URNA_FUZZ", "300"))
"""Damaged folders in all; half as many documents are signed again."""

PARTS = 16


@pytest.fixture(scope="module", autouse=True)
def _memory() -> Iterator[None]:
    """What one record was asked is not computed again for the next."""
    with remembering():
        yield


def verify(folder: Folder, engine: EngineName = "fast") -> Report:
    """The report on a folder."""
    return verify_record(RecordInMemory(folder), ballots=BallotWork(engine, secrets.token_bytes))


def _share(part: int, count: int) -> range:
    """The numbers of one of the parts that all mutations are cut into."""
    return range(part, count, PARTS)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_no_damage_passes_or_crashes(part: int) -> None:
    """Whichever byte, piece or file is changed, left out, doubled or exchanged, some check fails."""
    for number in _share(part, MUTATIONS):
        folder, what = damage(dict(good_folder()), random.Random(f"damage {number}"))
        if folder == good_folder() or _says_the_same(folder):
            continue
        assert not verify(folder).is_proven, what


def _says_the_same(folder: Folder) -> bool:
    """Whether nothing is gone but what a log may drop: tiles and checkpoints of the sizes that it once had.

    C2SP's tiled logs allow it, and nothing rests on them. No other change says the same.
    """
    good = good_folder()
    gone = [path for path in good if path not in folder]
    size = kept_checkpoint_path(_size(good))
    droppable = all(_is_of_an_earlier_size(path, size) for path in gone)
    return droppable and folder == {path: data for path, data in good.items() if path not in gone}


def _is_of_an_earlier_size(path: str, newest: str) -> bool:
    place = place_of(path)
    if place is None or place.kind not in {Kind.TILE, Kind.OLD_CHECKPOINT}:
        return False
    return path != newest and not path.endswith(f".p/{newest.rpartition('/')[2]}")


def _size(folder: Folder) -> int:
    return int(folder[CHECKPOINT].split(b"\n")[1])


def test_the_good_record_is_not_damaged() -> None:
    """What is damaged here verifies before, and it is large enough for partial tiles of several sizes."""
    assert verify(good_folder()).is_proven
    assert len([path for path in good_folder() if _is_of_an_earlier_size(path, "log/checkpoints/0")]) > 3


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_engines_agree_on_damaged_ballots(part: int) -> None:
    """On files of ballots the plain engine fails the same checks as the fast one, whatever was done to them."""
    for number in _share(part, MUTATIONS // 4):
        chance = random.Random(f"ballots {number}")
        folder, what = damage(_ballots_alone(good_folder()), chance)
        folder = {path: data for path, data in good_folder().items() if not _is_ballots(path)} | folder
        fast = verify(folder)
        assert verify(folder, "plain").failed == fast.failed, what
        assert folder == good_folder() or fast.failed, what


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_no_damage_passes_when_it_is_logged_again(part: int) -> None:
    """The centre changes a file that others signed or that their papers bind, and logs all files anew.

    A line under a note by a key that nobody knows says nothing (C2SP signed-note), so it may come or change.
    """
    for number in _share(part, MUTATIONS // 2):
        chance, forged = random.Random(f"logged {number}"), Forgery()
        files = forged.world.files
        path = draw_path(files, chance)
        files[path] = change_bytes(files[path], chance)
        forged.publish(retotal=False)
        if forged.folder != good_folder() and not _same_but_for_strangers(forged.folder[path], good_folder()[path]):
            assert not verify(forged.folder).is_proven, (path, number)


def _same_but_for_strangers(changed: bytes, good: bytes) -> bool:
    """Whether two notes have one text and, strangers' aside, the same signatures."""
    try:
        one, other = parse_note(changed), parse_note(good)
    except UrnaError:
        return False
    return one.text == other.text and set(one.signatures) >= set(other.signatures)


def _ballots_alone(folder: Folder) -> Folder:
    return {path: data for path, data in folder.items() if _is_ballots(path)}


def _is_ballots(path: str) -> bool:
    place = place_of(path)
    return place is not None and place.kind is Kind.CIPHERTEXTS


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_a_signer_signs_nothing_crashes(part: int) -> None:
    """Any document, changed at random and signed again by whom it takes, leads to findings at most."""
    for number in _share(part, MUTATIONS // 2):
        forged = Forgery()
        what = forge(forged, random.Random(f"signed {number}"))
        try:
            verify(forged.folder)
        except Exception as error:
            raise AssertionError(what) from error
