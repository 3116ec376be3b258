"""A reader is opened by its name, and a wrong name says which there are."""

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.devices.virtual_reader import VirtualReader

from urna.biometrics.image import FingerImage
from urna.biometrics.synthetic import SyntheticFinger
from urna.devices.libfprint import LibfprintReader
from urna.devices.reader import NoFinger, ReaderFailed, SimulatedReader
from urna.devices.readers import open_reader
from urna.devices.watched_folder import WatchedFolderReader
from urna.errors import Malformed

IMAGE = FingerImage((np.indices((120, 100)).sum(axis=0) % 256).astype(np.uint8))


def test_a_synthetic_reader_gives_one_finger_again_and_again() -> None:
    """The impressions of the finger with that seed."""
    reader = open_reader("synthetic:7")
    finger = SyntheticFinger(7)
    assert [reader.capture(), reader.capture()] == [finger.impression(0), finger.impression(1)]
    reader.close()


def test_a_folder_of_images_is_a_simulated_reader(tmp_path: Path) -> None:
    """In the order of their names; what is known about the files is told behind the path."""
    Image.fromarray(IMAGE.pixels).save(tmp_path / "b.png")
    Image.fromarray(np.ascontiguousarray(IMAGE.pixels[::-1])).save(tmp_path / "a.png")
    reader = open_reader(f"images:{tmp_path}")
    assert isinstance(reader, SimulatedReader)
    assert np.array_equal(reader.capture().pixels, IMAGE.pixels[::-1])
    assert reader.capture() == IMAGE
    with pytest.raises(NoFinger):
        reader.capture()
    negative = open_reader(f"images:{tmp_path}?dpi=500&negative=yes")
    assert np.array_equal(255 - negative.capture().pixels, IMAGE.pixels[::-1])


def test_a_watched_folder_is_opened_and_marked(tmp_path: Path) -> None:
    """Its trouble is told at opening."""
    reader = open_reader(f"folder:{tmp_path}?dpi=1000")
    assert isinstance(reader, WatchedFolderReader)
    reader.close()
    with pytest.raises(ReaderFailed, match="for the reader's images alone"):
        open_reader(f"folder:{tmp_path / 'absent'}")


def test_a_reader_of_libfprint_is_opened_by_its_driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The virtual one, over the real library; `ready` is called when the finger may come."""
    virtual = VirtualReader(tmp_path, monkeypatch, 5.0)
    virtual.sends(struct.pack("ii", 100, 120) + bytes(12_000))
    reader = open_reader("libfprint:virtual_image", 5.0, virtual._on_ready)
    assert isinstance(reader, LibfprintReader)
    with pytest.raises(Exception, match="lay the finger down flat"):
        reader.capture()
    reader.close()
    virtual.close()


@pytest.mark.parametrize(
    "spec",
    [
        "", "libfprint:", "folder", "folder:", "folder:?dpi=500", "images", "images:", "images:a?dpi=x", "synthetic",
        "synthetic:", "synthetic:-1", "synthetic:x", "synthetic:" + "9" * 30, "synthetic:٣", "scanner", "Libfprint",
        "folder:a?dpi=1000&other", "folder:a?negative=perhaps", "images:a?dpi=99999999", "images:a?dpi=72",
        "libfprint:" + "a" * 300, "libfprint:A B",
    ],
)  # fmt: skip
def test_a_wrong_name_says_which_there_are(spec: str) -> None:
    """Unknown, incomplete, or with options that there are not."""
    with pytest.raises(Malformed, match="libfprint:DRIVER, folder:PATH"):
        open_reader(spec)


@given(st.text(max_size=30).filter(lambda spec: ":" not in spec and spec != "libfprint"))
def test_no_text_is_taken_for_a_reader(spec: str) -> None:
    """And none with control characters is repeated on the screen."""
    with pytest.raises(Malformed) as caught:
        open_reader(spec)
    assert str(caught.value).isprintable()
