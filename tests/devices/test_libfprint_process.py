"""Nothing that a child says is believed: each of these children breaks the rules in its own way."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from urna.devices import libfprint, libfprint_process
from urna.devices.libfprint import LibfprintReader, list_devices
from urna.devices.libfprint_child import HEAD, HELLO, IMAGE_HEAD, RETRY, TIMED_OUT
from urna.devices.reader import ReaderFailed, TryAgain
from urna.errors import Malformed

PYTHON = Path(sys.executable)

OPENED = b'{"driver":"some","name":"A reader","captures":true,"swipe":false}'


def frame(kind: bytes, body: bytes) -> bytes:
    """One frame of the child."""
    return HEAD.pack(kind, len(body)) + body


def image(width: int, height: int, ppmm: float, pixels: bytes, capture: int = 1) -> bytes:
    """The body of an image."""
    return IMAGE_HEAD.pack(capture, width, height, ppmm) + pixels


def child(folder: Path, *answers: bytes) -> Path:
    """A program that says hello, then one answer for each thing it reads, and then sleeps or ends."""
    program = folder / "child.py"
    program.write_text(
        "import os, time\n"
        f"os.write(1, {frame(b'H', HELLO)!r})\n"
        f"for answer in {answers!r}:\n"
        "    os.read(0, 4096)\n"
        "    while answer: answer = answer[os.write(1, answer):]\n"
        "os.read(0, 4096)\n"
    )
    return program


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libfprint, "_GRACE_SECONDS", 60.0)
    monkeypatch.setattr(libfprint, "_OPEN_SECONDS", 60.0)
    monkeypatch.setattr(libfprint_process, "_END_SECONDS", 0.3)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Makes the reader wait half a second from then on, where nothing good comes any more."""
    return lambda: monkeypatch.setattr(libfprint, "_GRACE_SECONDS", 0.3)


def reader(program: Path) -> LibfprintReader:
    """A reader whose driver is that program."""
    return LibfprintReader(timeout_seconds=0.2, python=PYTHON, program=program)


def test_an_honest_child_is_believed(tmp_path: Path) -> None:
    """So that the refusals below are not refusals of everything; it says twice that the finger may come."""
    pixels = bytes(range(100)) * 100
    waiting = frame(b"W", b"") * 2
    device = reader(child(tmp_path, frame(b"O", OPENED), waiting + frame(b"I", image(100, 100, 0.0, pixels))))
    assert device.capture().pixels.tobytes() == pixels
    device.close()


def test_a_second_image_for_one_capture_is_never_the_next_persons(
    tmp_path: Path, impatient: Callable[[], None]
) -> None:
    """It waits in the pipe when the next capture begins, and bears the number of the one before."""
    first, second = bytes(range(100)) * 100, bytes(10_000)
    twice = frame(b"I", image(100, 100, 0.0, first)) + frame(b"I", image(100, 100, 0.0, second))
    device = reader(child(tmp_path, frame(b"O", OPENED), twice, b""))
    assert device.capture().pixels.tobytes() == first
    impatient()
    with pytest.raises(ReaderFailed, match="crashed or hangs"):
        device.capture()
    assert device._child is None


@pytest.mark.parametrize(("ppmm", "side"), [(19.685, 200), (0.0, 200), (39.37, 100), (15.75, 250)])
def test_every_resolution_becomes_500_dpi(tmp_path: Path, ppmm: float, side: int) -> None:
    """Dots a millimetre as the driver states them; none stated means 500 dpi."""
    answer = frame(b"I", image(200, 200, ppmm, bytes(40_000)))
    device = reader(child(tmp_path, frame(b"O", OPENED), answer))
    captured = device.capture()
    assert (captured.width, captured.height) == (side, side)
    device.close()


@pytest.mark.parametrize("ppmm", [1.0, 100.0, -19.0, float("nan"), float("inf")])
def test_a_resolution_that_no_finger_reader_has_is_refused(tmp_path: Path, ppmm: float) -> None:
    """96 dpi, 2540 dpi, and what is not a number."""
    answer = frame(b"I", image(200, 200, ppmm, bytes(40_000)))
    with pytest.raises(Malformed, match="250 to 1200 dots"):
        reader(child(tmp_path, frame(b"O", OPENED), answer)).capture()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"I",
        frame(b"I", b""),
        frame(b"I", image(100, 100, 0.0, bytes(9999))),
        frame(b"I", image(100, 100, 0.0, bytes(10_001))),
        frame(b"I", image(100, 100, 0.0, bytes(10_000), capture=0)),
        frame(b"I", image(100, 100, 0.0, bytes(10_000), capture=2)),
        frame(b"T", TIMED_OUT.pack(0)),
        frame(b"T", b""),
        frame(b"R", RETRY.pack(0, 1)),
        frame(b"R", b"abc"),
        frame(b"I", image(0, 0, 0.0, b"")),
        frame(b"I", image(1, 10_000, 0.0, bytes(10_000))),
        frame(b"I", image(2**31, 2**31, 0.0, b"")),
        HEAD.pack(b"I", 2**32 - 1),
        HEAD.pack(b"I", 20 + 2048 * 2048 + 1),
        HEAD.pack(b"I", 10_020) + bytes(5000),
        HEAD.pack(b"E", 100_000),
        frame(b"Z", b""),
        frame(b"H", HELLO),
        frame(b"O", OPENED),
        frame(b"E", b"{"),
        frame(b"E", b'{"source":"device"}'),
        frame(b"E", b'{"source":"device","code":"x"}'),
        frame(b"W", b"") * 5,
        b"\xff" * 4096,
    ],
)
def test_a_frame_against_the_rules_kills_the_child(
    tmp_path: Path, impatient: Callable[[], None], answer: bytes
) -> None:
    """Cut off, too long, of no kind, at the wrong time, of sizes that do not agree, or none: no image, no child."""
    device = reader(child(tmp_path, frame(b"O", OPENED), answer))
    device.open()
    impatient()
    with pytest.raises(ReaderFailed, match="crashed or hangs"):
        device.capture()
    assert device._child is None


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (frame(b"E", b'{"source":"none","code":0}'), "found none"),
        (frame(b"E", b'{"source":"usb","code":9}'), "may not use"),
        (frame(b"E", b'{"source":"usb","code":10}'), "another program"),
        (frame(b"E", b'{"source":"elsewhere","code":3}'), "error 3"),
        (frame(b"O", OPENED.replace(b"true", b"false")), "gives no images"),
        (frame(b"O", OPENED.replace(b"A reader", b"\\u001b[2J")), "crashed or hangs"),
        (frame(b"O", b"[]"), "crashed or hangs"),
    ],
)
def test_a_device_that_does_not_open_says_why(tmp_path: Path, answer: bytes, found: str) -> None:
    """Absent, not permitted, in use, of no use; a name with control characters is no name."""
    device = reader(child(tmp_path, answer))
    with pytest.raises(ReaderFailed, match=found):
        device.open()
    assert device._child is None


def test_a_child_that_does_not_say_hello_is_none(tmp_path: Path) -> None:
    """Another program, or one that ends at once."""
    for program in ("print('hello')", "", "import sys; sys.stdout.write('H' * 9)"):
        (tmp_path / "child.py").write_text(program)
        with pytest.raises(ReaderFailed, match="crashed or hangs"):
            reader(tmp_path / "child.py").open()


def test_without_libfprint_the_packages_are_named() -> None:
    """Urna's own Python has no PyGObject; and where there is no Debian Python at all."""
    for python in (PYTHON, Path("/nowhere/python3")):
        with pytest.raises(ReaderFailed, match=r"apt-get install python3-gi gir1\.2-fprint-2\.0"):
            list_devices(python=python)


def test_an_unknown_reason_to_lay_the_finger_again_is_still_one(tmp_path: Path) -> None:
    """A newer libfprint may have more of them."""
    answer = frame(b"R", RETRY.pack(1, 9))
    device = reader(child(tmp_path, frame(b"O", OPENED), answer))
    with pytest.raises(TryAgain, match="lay the finger down flat"):
        device.capture()
    device.close()


@settings(max_examples=20)
@given(st.binary(max_size=300) | st.sampled_from("HDOWIRTCE").map(lambda kind: HEAD.pack(kind.encode(), 3) + b"abc"))
def test_no_bytes_of_a_child_are_anything_but_an_error(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """Whatever it writes instead of opening the device."""
    device = reader(child(tmp_path_factory.getbasetemp(), data))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(libfprint, "_OPEN_SECONDS", 0.5)
        with pytest.raises(ReaderFailed):
            device.open()
