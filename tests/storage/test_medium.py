"""A medium reads what was written, keeps sizes and times, and stays inside its files."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urna.errors import Malformed, OutOfOrder
from urna.storage.medium import CONSTANT_TIME_NS, DiskMedium, Medium, MemoryMedium


@pytest.fixture(params=["disk", "memory"])
def medium(request: pytest.FixtureRequest, tmp_path: Path) -> Medium:
    """Both kinds."""
    return DiskMedium(tmp_path) if request.param == "disk" else MemoryMedium()


def test_a_new_file_is_zeros_of_its_size(medium: Medium) -> None:
    """And stands in the directory."""
    file = medium.create("box", 5000)
    assert (file.size, file.read(0, 5000)) == (5000, bytes(5000))
    assert medium.names() == {"box"}
    file.close()


@given(writes=st.lists(st.tuples(st.integers(0, 90), st.binary(max_size=10))))
def test_writes_overwrite_in_place(writes: list[tuple[int, bytes]]) -> None:
    """The file is what a byte array would be, in memory and opened again."""
    medium = MemoryMedium()
    file = medium.create("box", 100)
    model = bytearray(100)
    for offset, data in writes:
        file.write(offset, data)
        model[offset : offset + len(data)] = data
    file.sync()
    assert medium.open("box").read(0, 100) == model == medium.copy()["box"]


def test_what_is_written_is_there_after_opening_again(medium: Medium) -> None:
    """Also under a new name."""
    file = medium.create("box.part", 100)
    file.write(10, b"hello")
    file.sync()
    medium.rename("box.part", "box")
    medium.sync_directory()
    file.close()
    again = medium.open("box")
    assert again.read(8, 9) == b"\x00\x00hello\x00\x00"
    again.close()
    medium.unlink("box")
    assert medium.names() == frozenset()


@pytest.mark.parametrize(("offset", "size"), [(-1, 1), (100, 1), (0, 101), (99, 2)])
def test_nothing_outside_a_file_is_touched(medium: Medium, offset: int, size: int) -> None:
    """A file never grows and is never read beyond its end."""
    file = medium.create("box", 100)
    with pytest.raises(Malformed):
        file.read(offset, size)
    with pytest.raises(Malformed):
        file.write(offset, bytes(size))
    assert file.read(0, 100) == bytes(100)
    file.close()


def test_a_file_is_made_once_and_opened_only_if_it_is_there(medium: Medium) -> None:
    """Nothing is overwritten by making it again."""
    medium.create("box", 10).close()
    with pytest.raises(OutOfOrder):
        medium.create("box", 10)
    with pytest.raises(Malformed):
        medium.open("other")


@pytest.mark.parametrize("name", ["", "../box", "a/b", ".hidden", "Box", "a b", "x\n", "x" * 80])
def test_a_name_that_could_lead_elsewhere_is_refused(medium: Medium, name: str) -> None:
    """Small letters, digits, dots and dashes."""
    with pytest.raises(Malformed):
        medium.create(name, 10)


def test_files_on_disk_show_a_constant_time(tmp_path: Path) -> None:
    """After each sync, for reading and for writing."""
    file = DiskMedium(tmp_path).create("box", 4096)
    file.write(0, b"now")
    file.sync()
    status = (tmp_path / "box").stat()
    assert (status.st_mtime_ns, status.st_atime_ns) == (CONSTANT_TIME_NS, CONSTANT_TIME_NS)
    assert status.st_mode & 0o777 == 0o600
    file.close()


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """Somebody who can plant a link cannot make the booth write elsewhere."""
    (tmp_path / "elsewhere").write_bytes(bytes(10))
    (tmp_path / "box").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic links"):
        DiskMedium(tmp_path).open("box")


def test_a_medium_that_is_closed_closes_its_files(tmp_path: Path) -> None:
    """Whatever was opened there; nothing reads or writes a file that has meanwhile got its number."""
    medium = DiskMedium(tmp_path)
    file, again = medium.create("box", 10), medium.open("box")
    medium.close()
    other = (tmp_path / "other").open("w+b")
    for each in (file, again):
        with pytest.raises(OSError, match="Bad file descriptor"):
            each.write(0, b"x")
        each.close()
    assert not other.closed
    other.write(b"whole")
    other.close()
    assert medium.open("box").read(0, 10) == bytes(10)


def test_a_file_that_nobody_has_any_more_is_closed(tmp_path: Path) -> None:
    """A thousand files that were opened and forgotten leave as many open as before."""
    medium = DiskMedium(tmp_path)
    medium.create("box", 10).close()
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(1000):
        medium.open("box")
    assert len(list(Path("/proc/self/fd").iterdir())) <= before
