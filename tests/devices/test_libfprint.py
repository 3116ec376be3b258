"""The whole path of a real reader, over the real libfprint and its virtual image device; no hardware."""

import os
import signal
import struct
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from tests.devices.virtual_reader import ERROR, FINGER, FINGER_BY_HAND, RETRY, UNPLUG, VirtualReader, need_libfprint

from urna.biometrics.image import FingerImage
from urna.biometrics.synthetic import SyntheticFinger
from urna.devices.libfprint import LibfprintReader, list_devices
from urna.devices.reader import NoFinger, ReaderFailed, TryAgain
from urna.errors import Malformed, OutOfOrder

PATIENCE_SECONDS = 60.0


@cache
def image() -> FingerImage:
    """Of a drawn finger."""
    return SyntheticFinger(5).impression(0)


@cache
def other() -> FingerImage:
    """Another one of the same."""
    return SyntheticFinger(5).impression(1)


@pytest.fixture
def virtual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[VirtualReader]:
    """A virtual reader that waits as long as the slowest machine takes."""
    reader = VirtualReader(tmp_path, monkeypatch, timeout_seconds=PATIENCE_SECONDS)
    yield reader
    reader.close()


def test_every_pixel_of_a_finger_arrives(virtual: VirtualReader) -> None:
    """Two captures, two fingers, one device that stays open."""
    virtual.lays(image())
    virtual.lays(other())
    assert virtual.reader.capture() == image()
    process = virtual.process
    assert virtual.reader.capture() == other()
    assert virtual.process == process


def test_a_capture_ends_when_the_finger_leaves(virtual: VirtualReader) -> None:
    """The image came 0.3 s before; a finger that stays is not taken for the next one."""
    virtual.does(lambda: _lays_slowly(virtual))
    started = time.monotonic()
    assert virtual.reader.capture() == image()
    assert time.monotonic() - started >= 0.3


def _lays_slowly(virtual: VirtualReader) -> None:
    for what, code in ((FINGER_BY_HAND, 0), (FINGER, 1)):
        virtual._send(struct.pack("ii", what, code))
    virtual._send(struct.pack("ii", image().width, image().height) + image().pixels.tobytes())
    time.sleep(0.3)
    virtual._send(struct.pack("ii", FINGER, 0))


def test_nobody_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After its time a capture says so, and the next one works on the same device."""
    virtual = VirtualReader(tmp_path, monkeypatch, timeout_seconds=0.3)
    with pytest.raises(NoFinger, match="Ask the elector"):
        virtual.reader.capture()
    process = virtual.process
    virtual.lays(image())
    virtual.reader._timeout_seconds = PATIENCE_SECONDS
    assert virtual.reader.capture() == image()
    assert virtual.process == process
    virtual.close()


def test_a_capture_can_be_cancelled(virtual: VirtualReader) -> None:
    """By the poll worker, who need not wait for the time to end."""
    virtual.does(virtual.reader.cancel)
    with pytest.raises(NoFinger):
        virtual.reader.capture()
    virtual.lays(image())
    assert virtual.reader.capture() == image()


@pytest.mark.parametrize(
    ("code", "remedy"), [(0, "Wipe the reader"), (1, "for longer"), (2, "the middle"), (3, "Lift the finger")]
)
def test_a_reader_that_wants_the_finger_again_says_how(virtual: VirtualReader, code: int, remedy: str) -> None:
    """Libfprint's four reasons; the next capture needs no new device."""
    virtual.tells(RETRY, code)
    virtual.lays(image())
    with pytest.raises(TryAgain, match=remedy):
        virtual.reader.capture()
    assert virtual.reader.capture() == image()


@pytest.mark.parametrize(("code", "remedy"), [(0, "then try another"), (4, "stop fprintd"), (257, "cool")])
def test_an_error_of_the_device_says_what_to_do(virtual: VirtualReader, code: int, remedy: str) -> None:
    """And the next capture opens the device again."""
    virtual.tells(ERROR, code)
    with pytest.raises(ReaderFailed, match=remedy):
        virtual.reader.capture()
    virtual._hang_up()
    virtual.lays(image())
    assert virtual.reader.capture() == image()


def test_a_reader_unplugged_in_a_capture_is_told_and_works_when_it_is_back(virtual: VirtualReader) -> None:
    """Nothing of the old device is kept."""
    virtual.tells(UNPLUG, 0)
    with pytest.raises(ReaderFailed, match="unplugged"):
        virtual.reader.capture()
    virtual._hang_up()
    virtual.lays(image())
    assert virtual.reader.capture() == image()


def test_a_driver_that_crashes_does_not_take_urna_with_it(virtual: VirtualReader) -> None:
    """A segmentation fault in the middle of a capture; the next one starts another process."""
    virtual.does(virtual.kill)
    with pytest.raises(ReaderFailed, match="crashed or hangs"):
        virtual.reader.capture()
    virtual.lays(image())
    assert virtual.reader.capture() == image()


def test_a_driver_that_hangs_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped in its tracks: the grace is over, the process is gone."""
    monkeypatch.setattr("urna.devices.libfprint._GRACE_SECONDS", 0.2)
    virtual = VirtualReader(tmp_path, monkeypatch, timeout_seconds=0.2)
    virtual.does(lambda: os.kill(virtual.process, signal.SIGSTOP))
    virtual.reader.open()
    process = virtual.process
    with pytest.raises(ReaderFailed, match="crashed or hangs"):
        virtual.reader.capture()
    assert not Path(f"/proc/{process}").exists()
    virtual.close()


@pytest.mark.parametrize(
    "data",
    [
        struct.pack("ii", 320, 384) + bytes([235]) * (320 * 384),
        struct.pack("ii", 320, 384) + bytes(320 * 384),
        struct.pack("ii", 12, 9) + bytes(12 * 9),
        struct.pack("ii", 0, 0),
        struct.pack("ii", 5001, 10),
        struct.pack("ii", 2049, 200) + np.random.default_rng(1).integers(0, 256, 409_800, np.uint8).tobytes(),
        struct.pack("ii", -77, 3),
        struct.pack("ii", 2**31 - 1, -(2**31)),
        b"\x00\x01\x02",
    ],
    ids=["blank", "black", "tiny", "nothing", "too-wide", "wide-noise", "unknown", "extreme", "cut-off"],
)
def test_garbage_on_the_wire_is_an_error_and_never_an_image(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    """Whatever libfprint makes of it, crash included; a finger can be captured afterwards."""
    virtual = VirtualReader(tmp_path, monkeypatch, timeout_seconds=0.6)
    virtual.sends(data)
    with pytest.raises(OutOfOrder):
        virtual.reader.capture()
    virtual.close()
    virtual.lays(image())
    virtual.reader._timeout_seconds = PATIENCE_SECONDS
    assert virtual.reader.capture() == image()
    virtual.close()


def test_the_virtual_device_is_opened_only_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable left in the environment must not become a station's reader."""
    need_libfprint()
    monkeypatch.setenv("FP_VIRTUAL_IMAGE", str(tmp_path / "socket"))
    assert not any(device.is_virtual for device in list_devices())
    assert [device.driver for device in list_devices(str(tmp_path / "socket")) if device.is_virtual] == [
        "virtual_image"
    ]
    with pytest.raises(ReaderFailed, match="urna reader list"):
        LibfprintReader("virtual_device").open()
    monkeypatch.delenv("FP_VIRTUAL_IMAGE")
    with pytest.raises(ReaderFailed, match="FP_VIRTUAL_IMAGE"):
        LibfprintReader("virtual_image").open()


def test_no_image_is_ever_in_a_core_file(virtual: VirtualReader) -> None:
    """The child's limit of core files is nothing."""
    virtual.reader.open()
    limits = Path(f"/proc/{virtual.process}/limits").read_text()
    assert "Max core file size        0                    0" in limits


def test_the_child_outlives_nobody(virtual: VirtualReader) -> None:
    """When its input ends, it ends, also in the middle of a capture."""
    virtual.reader.open()
    child = virtual.reader._child
    assert child is not None
    child.send(b"c", struct.pack(">II", 1, 60_000))
    assert child._process.stdin is not None
    child._process.stdin.close()
    assert child._process.wait(PATIENCE_SECONDS) == 0


@pytest.mark.parametrize("body", [b"", b"abc", bytes(200)])
def test_a_child_that_does_not_understand_ends(virtual: VirtualReader, body: bytes) -> None:
    """Instead of waiting for ever, deaf."""
    virtual.reader.open()
    child = virtual.reader._child
    assert child is not None
    child.send(b"c", body)
    assert child._process.wait(PATIENCE_SECONDS) == 1


def test_an_image_too_small_for_a_finger_is_refused_by_the_rule_of_all_images(virtual: VirtualReader) -> None:
    """96 pixels a side; the error shows the size and no pixel."""
    virtual.sends(struct.pack("ii", 80, image().height) + image().pixels[:, 120:200].tobytes())
    with pytest.raises(Malformed, match="80 x 384"):
        virtual.reader.capture()
