"""A record on a disk: never overwritten, never followed out of its folder, never half written."""

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from urna.encoding.canonical import digest
from urna.errors import Malformed, OutOfOrder
from urna.record.layout import CHECKPOINT, DEFINITION, README, sheet_path
from urna.record.reader import RecordInMemory
from urna.record.readme import README_TEXT
from urna.storage.record import FolderReader, FolderWriter


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A record with a definition and a sheet."""
    writer = FolderWriter(tmp_path / "record")
    writer.write(DEFINITION, b"definition")
    writer.write(sheet_path("A-01", 0), b"sheet")
    return tmp_path / "record"


def test_what_is_written_is_read(folder: Path) -> None:
    """With its README.txt, and nothing half written beside it."""
    reader = FolderReader(folder)
    assert dict(reader.list().sizes) == {README: len(README_TEXT), DEFINITION: 10, sheet_path("A-01", 0): 5}
    assert reader.list().strange == {}
    assert reader.read(sheet_path("A-01", 0), 5) == b"sheet"
    assert [path.name for path in folder.parent.iterdir()] == ["record"]


def test_a_file_is_never_overwritten(folder: Path) -> None:
    """The same bytes again are harmless, others are refused, and the first stay."""
    writer = FolderWriter(folder)
    writer.write(DEFINITION, b"definition")
    with pytest.raises(OutOfOrder, match=r"definition\.note"):
        writer.write(DEFINITION, b"another")
    assert (folder / DEFINITION).read_bytes() == b"definition"


def test_a_record_of_a_former_version_goes_on_with_its_readme(tmp_path: Path) -> None:
    """Its bytes stay, as every published file's; another text is still refused."""
    former = (Path(__file__).parent / "former_readme.txt").read_bytes()
    for text in (former, former + b"x"):
        root = tmp_path / digest(text)
        root.mkdir()
        (root / README).write_bytes(text)
    FolderWriter(tmp_path / digest(former)).write(DEFINITION, b"definition")
    assert (tmp_path / digest(former) / README).read_bytes() == former
    with pytest.raises(OutOfOrder, match="README"):
        FolderWriter(root)


def test_many_files_are_on_the_medium_before_the_first_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And their names are there for good when the call returns; whoever is killed between leaves no half file."""
    writer = FolderWriter(tmp_path / "record")
    done: list[str] = []
    fsync, link = os.fsync, os.link

    def synced(descriptor: int) -> None:
        done.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        fsync(descriptor)

    def linked(*given: Any, **named: Any) -> None:
        done.append("name")
        link(*given, **named)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "link", linked)
    paths = [sheet_path(f"A-{number:02}", 0) for number in range(20)]
    writer.write_many((path, path.encode()) for path in paths)
    assert done[:40] == ["file"] * 20 + ["name"] * 20
    assert set(done[40:]) == {"folder"}
    assert len(done) == 40 + len({"", "stations", *paths})  # the root, the folder of all stations, and each one's
    assert FolderReader(tmp_path / "record").list().sizes.keys() == {README, *paths}


def test_one_of_many_that_is_there_with_other_bytes_is_refused(folder: Path) -> None:
    """Those before it may have come; the draft of none is left."""
    writer = FolderWriter(folder)
    files = [(sheet_path("A-02", 0), b"x"), (DEFINITION, b"another"), (sheet_path("A-03", 0), b"x")]
    with pytest.raises(OutOfOrder, match=r"definition\.note"):
        writer.write_many(files)
    assert (folder / DEFINITION).read_bytes() == b"definition"
    assert [path.name for path in folder.parent.iterdir()] == ["record"]


def test_what_an_earlier_run_wrote_is_not_written_again(folder: Path) -> None:
    """Whoever is killed while files are written goes on where it ended."""
    FolderWriter(folder).write("roll.note", b"published")
    before = (folder / "roll.note").stat()
    FolderWriter(folder).write("roll.note", b"published")
    after = (folder / "roll.note").stat()
    assert (after.st_ino, after.st_ctime_ns) == (before.st_ino, before.st_ctime_ns)


def test_the_newest_checkpoint_replaces_the_one_before(folder: Path) -> None:
    """It is the only file that changes; the others are kept under their sizes."""
    writer = FolderWriter(folder, durable=False)
    for number in (1, 2):
        writer.write(CHECKPOINT, f"checkpoint {number}".encode())
    assert (folder / CHECKPOINT).read_bytes() == b"checkpoint 2"


@pytest.mark.parametrize("path", ["../out.note", "/tmp/out.note", "index.html", "stations/A-01/../../x"])  # noqa: S108
def test_only_paths_of_a_record_are_written(folder: Path, path: str) -> None:
    """Nothing lands outside the folder, and nothing foreign in it."""
    before = sorted(folder.rglob("*"))
    with pytest.raises(Malformed):
        FolderWriter(folder).write(path, b"x")
    assert sorted(folder.rglob("*")) == before


def test_a_link_at_a_free_place_is_not_written_through(folder: Path, tmp_path: Path) -> None:
    """A planted link cannot lead the writer to another file."""
    target = tmp_path / "target"
    target.write_bytes(b"untouched")
    (folder / "roll.note").symlink_to(target)
    with pytest.raises(OutOfOrder):
        FolderWriter(folder).write("roll.note", b"roll")
    assert target.read_bytes() == b"untouched"


def test_links_are_named_and_never_followed(folder: Path, tmp_path: Path) -> None:
    """To a file, to a folder, and in the middle of a path."""
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "sheet-0.note").write_bytes(b"secret")
    (folder / "roll.note").symlink_to(secret / "sheet-0.note")
    (folder / "stations" / "B-01").symlink_to(secret)
    reader = FolderReader(folder)
    assert {path: str(what) for path, what in reader.list().strange.items()} == {
        "roll.note": "a symbolic link",
        "stations/B-01": "a symbolic link",
    }
    for path in ("roll.note", "stations/B-01/sheet-0.note", "../secret/sheet-0.note"):
        with pytest.raises(Malformed):
            reader.read(path, 100)


def test_what_is_no_plain_file_is_named(folder: Path) -> None:
    """A pipe that would block the reader, an empty folder, and names that no record has."""
    os.mkfifo(folder / "roll.note")
    (folder / "decisions").mkdir()
    (folder / "line\nbreak").write_bytes(b"")
    with open(os.fsencode(folder) + b"/\xff", "wb"):  # noqa: PTH123 - a name that is not UTF-8
        pass
    strange = {path: str(what) for path, what in FolderReader(folder).list().strange.items()}
    assert strange["roll.note"] == "no plain file"
    assert strange["decisions/"] == "an empty folder"
    assert len(strange) == 4
    with pytest.raises(Malformed):
        FolderReader(folder).read("roll.note", 100)


def test_a_longer_file_is_not_read(folder: Path) -> None:
    """The limit and the size are named; a file that claims 10 GB costs nothing."""
    with (folder / "roll.note").open("wb") as file:
        file.truncate(10 * 1024**3)
    reader = FolderReader(folder)
    assert reader.list().sizes["roll.note"] == 10 * 1024**3
    with pytest.raises(Malformed, match="at most 100 bytes, found 10737418240 bytes"):
        reader.read("roll.note", 100)


def test_a_part_of_a_file_is_read_as_far_as_there_is_one(folder: Path) -> None:
    """From anywhere in it, however long it is; links are not followed here either."""
    with (folder / "roll.note").open("wb") as file:
        file.truncate(10 * 1024**3)
        file.seek(5 * 1024**3)
        file.write(b"middle")
    reader = FolderReader(folder)
    assert reader.read_part("roll.note", 5 * 1024**3, 6) == b"middle"
    assert reader.read_part("roll.note", 10 * 1024**3 - 2, 6) == b"\x00\x00"
    assert reader.read_part("roll.note", 11 * 1024**3, 6) == b""
    (folder / "joint").symlink_to(folder / "roll.note")
    for path in ("joint", "nowhere", "log", "../record/roll.note"):
        with pytest.raises(Malformed):
            reader.read_part(path, 0, 6)


def test_a_record_in_memory_is_read_in_parts_like_a_folder() -> None:
    """The same bytes, and the same refusal."""
    record = RecordInMemory({"roll.note": b"0123456789"})
    assert record.read_part("roll.note", 8, 6) == b"89"
    with pytest.raises(Malformed):
        record.read_part("nowhere", 0, 6)


@pytest.mark.parametrize("path", ["nowhere", DEFINITION])
def test_no_folder_no_record(folder: Path, path: str) -> None:
    """A path to nothing, or to a file."""
    with pytest.raises(Malformed):
        FolderReader(folder / path).list()
