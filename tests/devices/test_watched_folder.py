"""A maker's program drops images into a folder: the next whole one is taken, nothing else, and nothing stays."""

import io
import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from urna.biometrics.image import FingerImage
from urna.devices import watched_folder
from urna.devices.drop_folder import MARK
from urna.devices.finger_files import MAX_FILE_BYTES
from urna.devices.reader import NoFinger, ReaderFailed
from urna.devices.watched_folder import WatchedFolderReader
from urna.errors import Malformed, OutOfOrder

IMAGE = FingerImage((np.indices((120, 100)).sum(axis=0) % 256).astype(np.uint8))
OTHER = FingerImage((np.indices((120, 100)).sum(axis=0) % 251).astype(np.uint8))


def file(image: FingerImage, kind: str = "PNG") -> bytes:
    """An image as a maker's program writes it."""
    buffer = io.BytesIO()
    Image.fromarray(image.pixels).save(buffer, kind)
    return buffer.getvalue()


Deed = Callable[[], Iterator[float] | None]
"""What somebody else does during a capture; yields the seconds that pass before it goes on."""


class Clock:
    """Stands in for `time` where the reader waits: while it sleeps, a deed goes on, and no real time passes."""

    def __init__(self) -> None:
        self._now = self._due = 0.0
        self._deed: Iterator[float] = iter(())

    def monotonic(self) -> float:
        """Seconds."""
        return self._now

    def begin(self, deed: Iterator[float]) -> None:
        """A deed, up to its first pause."""
        self._deed, self._due = deed, self._now
        self.sleep(0.0)

    def sleep(self, seconds: float) -> None:
        """What is due meanwhile is done at its time."""
        end = self._now + seconds
        while self._due <= end:
            self._now = self._due
            self._due += next(self._deed, float("inf"))
        self._now = end


class Dropping:
    """A watched folder, and what the maker's program does when the finger may come."""

    def __init__(self, folder: Path, clock: Clock, timeout_seconds: float = 10.0) -> None:
        self.folder, self.clock = folder, clock
        self.reader = WatchedFolderReader(folder, timeout_seconds, self._on_ready)
        self.deed: Deed = lambda: None

    def of_less_patience(self, timeout_seconds: float) -> "Dropping":
        """The same folder, watched for so long."""
        return Dropping(self.folder, self.clock, timeout_seconds)

    def capture(self, deed: Deed = lambda: None) -> FingerImage:
        """A capture during which the deed is done by somebody else."""
        self.deed = deed
        return self.reader.capture()

    def capture_once(self, deed: Deed = lambda: None) -> FingerImage:
        """A capture, after which the folder is let go."""
        try:
            return self.capture(deed)
        finally:
            self.reader.close()

    def drop(self, name: str, data: bytes) -> None:
        """Writes a file at once."""
        (self.folder / name).write_bytes(data)

    def left(self) -> list[str]:
        """What lies in the folder."""
        return sorted(path.name for path in self.folder.iterdir() if path.name != MARK)

    def _on_ready(self) -> None:
        self.clock.begin(self.deed() or iter(()))


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dropping]:
    """An empty folder of this account only."""
    folder = tmp_path / "finger"
    folder.mkdir(0o700)
    dropping = Dropping(folder, Clock())
    monkeypatch.setattr(watched_folder, "time", dropping.clock)
    yield dropping
    dropping.reader.close()


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP"])
def test_the_next_image_is_taken_and_nothing_stays(watched: Dropping, kind: str) -> None:
    """Every pixel; the folder is empty after it, side files included."""

    def deed() -> None:
        watched.drop("V12345678.xml", b"<who/>")
        watched.drop(f"V12345678.{kind.lower()}", file(IMAGE, kind))

    assert watched.capture(deed) == IMAGE
    assert watched.left() == []


def test_an_image_of_somebody_before_is_wiped_unread(watched: Dropping) -> None:
    """It lay there whole when the capture began; only a later one counts."""
    watched.reader.open()
    watched.drop("old.png", file(OTHER))
    assert watched.capture(lambda: watched.drop("new.png", file(IMAGE))) == IMAGE
    watched.drop("late.png", file(OTHER))
    with pytest.raises(NoFinger, match="found none"):
        watched.of_less_patience(0.4).capture_once()
    assert watched.left() == []


def test_a_file_written_before_and_moved_in_later_is_old(watched: Dropping, tmp_path: Path) -> None:
    """Its last writing counts, not its arrival."""
    (tmp_path / "elsewhere.png").write_bytes(file(OTHER))
    time.sleep(0.05)

    def deed() -> None:
        (tmp_path / "elsewhere.png").rename(watched.folder / "moved.png")

    with pytest.raises(NoFinger, match="older ones only"):
        watched.of_less_patience(0.5).capture_once(deed)
    assert watched.left() == []


def test_a_file_is_read_only_when_it_is_whole(watched: Dropping) -> None:
    """Written in five pieces with pauses that are shorter, and one that is longer, than it takes to settle."""
    data = file(IMAGE, "BMP")

    def deed() -> Iterator[float]:
        with (watched.folder / "finger.bmp").open("wb", buffering=0) as writing:
            for number, start in enumerate(range(0, len(data), len(data) // 5 + 1)):
                writing.write(data[start : start + len(data) // 5 + 1])
                yield 0.3 if number == 2 else 0.06

    assert watched.capture(deed) == IMAGE


def test_a_file_under_a_temporary_name_is_not_taken_before_it_is_renamed(watched: Dropping) -> None:
    """Whole already, but its writer says that it is not done."""

    def deed() -> Iterator[float]:
        for name in ("finger.png.tmp", ".finger.png", "finger.part"):
            watched.drop(name, file(OTHER))
        watched.drop("finger.tmp", file(IMAGE))
        yield 0.3
        (watched.folder / "finger.tmp").rename(watched.folder / "finger.png")

    assert watched.capture(deed) == IMAGE
    assert watched.left() == []


def _link(watched: Dropping, target: Path) -> None:
    (watched.folder / "finger.png").symlink_to(target)


def _hard_link(watched: Dropping, target: Path) -> None:
    os.link(target, watched.folder / "finger.png")


def _pipe(watched: Dropping, target: Path) -> None:
    assert target
    os.mkfifo(watched.folder / "finger.png")


@pytest.mark.parametrize("deed", [_link, _hard_link, _pipe])
@pytest.mark.parametrize("when", ["before", "during"])
def test_a_link_or_pipe_is_refused_and_what_it_points_to_is_untouched(
    watched: Dropping, tmp_path: Path, deed: Callable[[Dropping, Path], None], when: str
) -> None:
    """Neither read nor overwritten, nor waited for; one from before is removed without a word."""
    target = tmp_path / "precious.png"
    target.write_bytes(file(OTHER))
    if when == "before":
        watched.reader.open()
        deed(watched, target)
        assert watched.capture(lambda: watched.drop("new.png", file(IMAGE))) == IMAGE
    else:
        with pytest.raises(Malformed, match="no plain file"):
            watched.capture(lambda: deed(watched, target))
    assert target.read_bytes() == file(OTHER)
    assert watched.left() == []


def test_a_huge_file_is_refused_before_it_is_read(watched: Dropping) -> None:
    """A terabyte by its size; no byte of it is read, and overwriting ends at the limit."""

    def deed() -> None:
        with (watched.folder / "finger.png").open("wb") as writing:
            writing.truncate(1 << 40)

    with pytest.raises(Malformed, match=f"more than {MAX_FILE_BYTES} bytes"):
        watched.capture(deed)
    assert watched.left() == []


def test_what_is_no_image_is_refused_after_a_patient_second(watched: Dropping) -> None:
    """The error names the folder and not the file, whose name may be an elector's number."""
    with pytest.raises(Malformed, match="another kind of file") as caught:
        watched.capture(lambda: watched.drop("V12345678.png", b"no image at all"))
    assert str(watched.folder) in str(caught.value)
    assert "V12345678" not in str(caught.value)
    assert watched.left() == []


def test_a_wiped_file_is_overwritten_first(watched: Dropping) -> None:
    """Whoever still holds it open reads zeros."""
    watched.reader.open()
    watched.drop("old.png", file(OTHER))
    with (watched.folder / "old.png").open("rb") as held:
        with pytest.raises(NoFinger):
            watched.of_less_patience(0.1).capture_once()
        assert held.read() == bytes(len(file(OTHER)))


def test_a_folder_with_other_files_is_never_emptied(tmp_path: Path) -> None:
    """Somebody's pictures, named by mistake: refused at opening, all still there; so is a folder below."""
    (tmp_path / "holiday.png").write_bytes(file(IMAGE))
    with pytest.raises(ReaderFailed, match="nothing was removed"):
        WatchedFolderReader(tmp_path).open()
    assert [path.name for path in tmp_path.iterdir()] == ["holiday.png"]
    marked = tmp_path / "marked"
    marked.mkdir()
    reader = WatchedFolderReader(marked)
    reader.open()
    (marked / "below").mkdir()
    for act in (reader.capture, reader.close):
        with pytest.raises(ReaderFailed, match="a folder in it"):
            act()
    assert (marked / "below").is_dir()


def test_a_folder_that_others_could_fill_is_refused(tmp_path: Path) -> None:
    """Writable by everybody, a link, absent, or a file; one that others may only look into is advice."""
    for name, mode in (("open", 0o777), ("look", 0o755)):
        (tmp_path / name).mkdir()
        (tmp_path / name).chmod(mode)
    (tmp_path / "link").symlink_to(tmp_path / "look")
    (tmp_path / "file").write_bytes(b"")
    for name in ("open", "link", "absent", "file"):
        with pytest.raises(ReaderFailed, match="mkdir -m 700"):
            WatchedFolderReader(tmp_path / name).open()
    with closing(WatchedFolderReader(tmp_path / "look")) as reader:
        advice = reader.advice
    assert any("chmod 700" in str(each) for each in advice)


def test_a_folder_in_memory_is_recognized() -> None:
    """Wiping leaves nothing there; on a disk it may, and the self-test says so."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
    if not memory.is_dir() or not os.access(memory, os.W_OK):
        pytest.skip("needs /dev/shm")
    folder = memory / f"urna-test-{os.getpid()}"
    folder.mkdir(0o700)
    try:
        reader = WatchedFolderReader(folder)
        assert reader.advice == ()
        reader.close()
    finally:
        (folder / MARK).unlink(missing_ok=True)
        folder.rmdir()


def test_light_ridges_and_a_resolution_are_taken_as_told(watched: Dropping) -> None:
    """For programs whose files are wrong about themselves."""
    reader = WatchedFolderReader(watched.folder, 3.0, lambda: watched.drop("a.png", doubled), dpi=1000, negative=True)
    doubled = file(FingerImage(255 - np.kron(IMAGE.pixels, np.ones((2, 2), np.uint8))))
    with closing(reader):
        captured = reader.capture()
    assert (captured.width, captured.height) == (IMAGE.width, IMAGE.height)
    assert np.abs(captured.pixels[5:90, 5:90].astype(int) - IMAGE.pixels[5:90, 5:90]).max() <= 3


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from(["a.png", "b.bmp", "c.txt", ".d.png", "e"]), st.binary(max_size=40)), max_size=4)
)
def test_whatever_is_dropped_the_folder_is_empty_afterwards(
    watched: Dropping, dropped: list[tuple[str, bytes]]
) -> None:
    """And the capture ends, with an error of urna's."""

    def deed() -> None:
        for name, data in dropped:
            watched.drop(name, data)

    with pytest.raises((Malformed, OutOfOrder)):
        watched.of_less_patience(0.2).capture_once(deed)
    assert watched.left() == []
