"""What strangers send takes no room: long files are drafts until a decision keeps them, and then no others stay."""

import errno
import os
import time
from functools import cache
from pathlib import Path

import msgspec
import pytest
from tests.center.parcels import at_work, make, parcel_of, wait_for_proofs
from tests.tampering.builder import World, build
from tests.verify.encrypted_world import EncryptedWorld, build_encrypted

from urna.center.receipt import Verdict
from urna.encoding.canonical import decode, encode
from urna.record.layout import ciphertexts_path
from urna.station.sending import Parcel
from urna.storage import centre_service
from urna.storage.centre_files import DRAFTS, INLINE_BYTES, CentreFiles
from urna.storage.centre_opening import FILES

LONG = 10 * INLINE_BYTES


@cache
def world() -> World:
    """The small world without guardians."""
    return build()


@cache
def encrypted() -> EncryptedWorld:
    """The small world of encrypted ballots."""
    return build_encrypted()


def with_files(parcel: bytes, **files: bytes) -> bytes:
    """A parcel with other files beside, as anybody may make it."""
    read = decode(parcel, Parcel)
    return encode(msgspec.structs.replace(read, files={**read.files, **files}))


def stays(folder: Path) -> set[str]:
    """The files that stay when what is decided on was cleared away."""
    until = time.monotonic() + 120
    while any((folder / DRAFTS).glob("*")) and time.monotonic() < until:
        time.sleep(0.01)
    return {str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file()}


def test_a_repeated_sheet_with_other_files_keeps_none_of_them(tmp_path: Path) -> None:
    """Three with files of any name, three with ciphertexts of random bytes."""
    make(world(), tmp_path / "centre")
    parcel, name = parcel_of(world(), "B-01"), ciphertexts_path("B-01", "E1").rpartition("/")[2]
    with at_work(world(), tmp_path / "centre") as service:
        assert service.receive("B-01", parcel).verdict is Verdict.ACCEPTED
        before = stays(tmp_path / "centre" / FILES)
        for number in range(3):
            for junk in (f"junk-{number}.bin", name):
                answer = service.receive("B-01", with_files(parcel, **{junk: os.urandom(LONG)}))
                assert answer.verdict is Verdict.REPEATED
        assert stays(tmp_path / "centre" / FILES) == before


def test_a_refused_parcel_keeps_nothing_and_a_taken_one_its_own_long_files(tmp_path: Path) -> None:
    """Refused: of an unknown signature. Taken: the long file is there under its hash, and read back."""
    make(world(), tmp_path / "centre")
    log = os.urandom(LONG)
    parcel = with_files(parcel_of(world(), "B-01"), **{"event-log-poll-book.jsonl": log})
    with at_work(world(), tmp_path / "centre") as service:
        broken = with_files(parcel, **{"sheet-0.note": b"no sheet"})
        assert service.receive("B-01", broken).verdict is Verdict.REFUSED
        assert stays(tmp_path / "centre" / FILES) == set()
        assert service.receive("B-01", parcel).verdict is Verdict.ACCEPTED
        (kept,) = stays(tmp_path / "centre" / FILES)
        assert service.opened.store.read(Path(kept).name) == log


def test_ballots_that_were_drafts_in_another_process_are_proven(tmp_path: Path) -> None:
    """A sheet whose ciphertexts are long counts after its proof, and no draft is left."""
    make(encrypted(), tmp_path / "centre")
    with at_work(encrypted(), tmp_path / "centre", processes=1) as service:
        parcel = with_files(parcel_of(encrypted(), "A-02"), **{"event-log-poll-book.jsonl": os.urandom(LONG)})
        assert service.receive("A-02", parcel).verdict is Verdict.RECEIVED
        wait_for_proofs(service)
        assert service.receive("A-02", parcel).verdict is Verdict.REPEATED
        assert not any(name.startswith(DRAFTS) for name in stays(tmp_path / "centre" / FILES))


def test_what_a_killed_process_left_is_removed_when_the_centre_opens(tmp_path: Path) -> None:
    """Drafts, and files of which a part was written; no file that stays."""
    make(world(), tmp_path / "centre")
    files = CentreFiles(tmp_path / "centre" / FILES)
    name = files.put(os.urandom(LONG))
    (files.new_drafts() / ("0" * 64)).write_bytes(b"draft")
    (files.path(name).parent / ".0123456789abcdef.0123456789abcdef").write_bytes(b"part")
    with at_work(world(), tmp_path / "centre"):
        assert list(files.names()) == [name]
        assert stays(files.folder) == {f"{name[:2]}/{name}"}


def test_a_full_medium_keeps_no_part_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it took of the file is removed, so that the next one may have the room."""
    files = CentreFiles(tmp_path / FILES)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", lambda _: None)
    files.put(b"an earlier file of the same folder")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        files.put(os.urandom(LONG))
    monkeypatch.undo()
    assert len(stays(files.folder)) == 1


def test_what_changes_nothing_is_listed_so_often_and_not_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Repeats and refusals alike; all are answered and counted."""
    monkeypatch.setattr(centre_service, "MOST_IDLE", 3)
    make(world(), tmp_path / "centre")
    parcel = parcel_of(world(), "B-01")
    with at_work(world(), tmp_path / "centre") as service:
        for sent in [parcel] * 4 + [b"rubbish"] * 3:
            service.receive("B-01", sent)
        verdicts = [each.verdict for each in service.opened.store.arrivals("B-01")]
        assert verdicts == ["repeated"] * 3 + ["accepted"]
        assert (service.counted[Verdict.REPEATED], service.counted[Verdict.REFUSED]) == (3, 3)
