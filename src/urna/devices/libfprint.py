"""A reader that libfprint drives: many USB devices, on every Debian.

    reader = LibfprintReader()                  the first real device that gives images
    reader = LibfprintReader("uru4000")         the one of this driver
    reader.capture()                            waits for a finger, and for its leaving

libfprint runs in a child process (`urna.devices.libfprint_process`). It turns and inverts images itself as each
driver demands, so they arrive upright with dark ridges; here they are brought to 500 dpi. Its virtual device,
which takes images from a socket, is for tests, and is opened only when it is named.
docs/adr/0108-libfprint-in-a-child-process.md
"""

import os
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
import numpy as np

from urna.biometrics.image import FingerImage
from urna.devices.finger_files import MAX_SOURCE_SIDE, to_normal_form
from urna.devices.libfprint_child import CAPTURE, IMAGE_HEAD, RETRY, TIMED_OUT, VIRTUAL
from urna.devices.libfprint_process import DEBIAN_PYTHON, PROGRAM, ChildProcess, Frame, broken
from urna.devices.libfprint_trouble import asked_again, not_capturing, trouble
from urna.devices.reader import NoFinger, ReaderFailed, TryAgain, no_finger
from urna.words import Sentence

Body = TypeVar("Body")

MILLIMETRES_AN_INCH = 25.4
VIRTUAL_IMAGE = "virtual_image"
"""libfprint's device without hardware; it needs FP_VIRTUAL_IMAGE, the path of its socket."""

TIMEOUT_SECONDS = 20.0
"""How long a capture waits for a finger."""

_OPEN_SECONDS = 15.0
_GRACE_SECONDS = 5.0
"""How long after the end of a capture's time the child may be silent."""


class Device(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A device that libfprint sees."""

    driver: Annotated[str, msgspec.Meta(pattern=r"\A[a-z0-9_-]{1,40}\Z")]
    """Names it in `libfprint:NAME`."""
    name: Annotated[str, msgspec.Meta(pattern=r"\A[ -~]{0,120}\Z")]
    captures: bool
    """It gives images; one that matches inside itself does not, and is of no use here."""
    swipe: bool
    """The finger slides over it, and is not laid down."""

    @property
    def is_virtual(self) -> bool:
        """One of libfprint's own devices without hardware."""
        return self.driver.startswith(VIRTUAL)


class Trouble(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of an error frame."""

    source: str
    code: int


class LibfprintReader:
    """A reader driven by libfprint; the device is opened at the first capture and kept.

    Args:
        driver: libfprint's name of the driver; empty: the first real device that gives images.
        timeout_seconds: how long a capture waits for a finger, up to an hour.
        ready: called in each capture when the finger may come.
        python: the interpreter that has PyGObject.
        program: the child's program; another one in tests.
    """

    def __init__(
        self,
        driver: str = "",
        timeout_seconds: float = TIMEOUT_SECONDS,
        ready: Callable[[], None] = lambda: None,
        python: Path = DEBIAN_PYTHON,
        program: Path = PROGRAM,
    ) -> None:
        self._driver = driver
        self._timeout_seconds = timeout_seconds
        self._ready = ready
        self._python, self._program = python, program
        self._child: ChildProcess | None = None
        self._number = 0
        """Of the last capture; its answer bears it."""

    def open(self) -> None:
        """Opens the device if it is not open, so that its trouble is told before a finger comes.

        Raises:
            ReaderFailed: libfprint is not installed; no such device; it is in use, or not permitted.
        """
        self._opened()

    def capture(self) -> FingerImage:
        """One impression: from the finger's coming to its leaving.

        Raises:
            NoFinger: none came in time, or `cancel` was called.
            TryAgain: the reader wants the finger again.
            ReaderFailed: the device or its driver failed; the next capture starts them again.
            Malformed: an image of a size or resolution that no finger reader has.
        """
        child = self._opened()
        with self._dropped_on_error():
            return self._answer(self._await_answer(child))

    def cancel(self) -> None:
        """Ends the capture that runs, from another thread; without one it does nothing."""
        if self._child is not None:
            self._child.send(b"x")

    def close(self) -> None:
        """Gives the device back and ends the child."""
        if self._child is not None:
            self._child.end()
            self._child = None

    def _opened(self) -> ChildProcess:
        if self._child is not None and self._child.is_running:
            return self._child
        self._drop()
        virtual = _virtual_socket() if self._driver == VIRTUAL_IMAGE else ""
        self._child = ChildProcess(virtual, self._python, self._program)
        with self._dropped_on_error():
            self._open_device(self._child)
        return self._child

    def _open_device(self, child: ChildProcess) -> None:
        child.send(b"o", self._driver.encode())
        device = _decode(_expect(child.receive(_OPEN_SECONDS), b"O"), Device)
        if not device.captures:
            raise not_capturing()

    def _await_answer(self, child: ChildProcess) -> Frame:
        end = time.monotonic() + self._timeout_seconds + _GRACE_SECONDS
        self._number = (self._number + 1) % 2**32
        child.send(b"c", CAPTURE.pack(self._number, round(1000.0 * self._timeout_seconds)))
        while (frame := child.receive(end - time.monotonic())).kind == b"W":
            self._ready()
        return frame

    def _answer(self, frame: Frame) -> FingerImage:
        """What the answer to the last capture says; one to another capture is against the rules."""
        if frame.kind == b"T" and _numbers(frame, TIMED_OUT) == (self._number,):
            raise no_finger()
        if frame.kind == b"R" and _numbers(frame, RETRY)[0] == self._number:
            raise asked_again(_numbers(frame, RETRY)[1])
        return _image_in(_expect(frame, b"I"), self._number)

    @contextmanager
    def _dropped_on_error(self) -> Iterator[None]:
        """After a failure nothing is believed of the child any more: it is killed, also on Ctrl-C."""
        try:
            yield
        except (NoFinger, TryAgain):
            raise
        except BaseException:
            self._drop()
            raise

    def _drop(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child = None


def list_devices(virtual: str = "", python: Path = DEBIAN_PYTHON, program: Path = PROGRAM) -> tuple[Device, ...]:
    """The devices that libfprint sees.

    Args:
        virtual: the socket of its virtual image device; empty: real devices only.
        python: the interpreter that has PyGObject.
        program: the child's program; another one in tests.

    Raises:
        ReaderFailed: libfprint is not installed.
    """
    child = ChildProcess(virtual, python, program)
    try:
        child.send(b"l")
        return _decode(_expect(child.receive(_OPEN_SECONDS), b"D"), tuple[Device, ...])
    finally:
        child.end()


def _virtual_socket() -> str:
    socket = os.environ.get("FP_VIRTUAL_IMAGE", "")
    if not socket:
        raise ReaderFailed(
            Sentence("FP_VIRTUAL_IMAGE, the path of the virtual reader's socket"),
            Sentence("none"),
            Sentence("Set it, or name a real reader."),
        )
    return socket


def _expect(frame: Frame, kind: bytes) -> bytes:
    if frame.kind == b"E":
        told = _decode(frame.body, Trouble)
        raise trouble(told.source, told.code)
    if frame.kind != kind:
        raise broken()
    return frame.body


def _decode(body: bytes, kind: type[Body]) -> Body:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as error:
        raise broken() from error


def _numbers(frame: Frame, form: struct.Struct) -> tuple[int, ...]:
    if len(frame.body) != form.size:
        raise broken()
    return form.unpack(frame.body)


def _image_in(body: bytes, number: int) -> FingerImage:
    """The image of a capture; its sides and length are checked before an array is made."""
    if len(body) < IMAGE_HEAD.size:
        raise broken()
    capture, width, height, dots_a_millimetre = IMAGE_HEAD.unpack_from(body)
    is_whole = len(body) == IMAGE_HEAD.size + width * height
    if not (capture == number and is_whole and 0 < width <= MAX_SOURCE_SIDE and 0 < height <= MAX_SOURCE_SIDE):
        raise broken()
    pixels = np.frombuffer(body, np.uint8, offset=IMAGE_HEAD.size).reshape(height, width)
    return to_normal_form(pixels, dots_a_millimetre * MILLIMETRES_AN_INCH)
