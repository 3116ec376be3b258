"""A program of its own: one libfprint reader, served over its standard input and output.

PyGObject has no wheel, so Debian's Python runs this file, and urna's own never loads it; a driver that
crashes takes this process with it and nothing else. `urna.devices.libfprint_process` is the other end.
docs/adr/0108-libfprint-in-a-child-process.md

A frame, both ways: its kind (1 byte), the length of its body (4 bytes, big-endian), its body.

    in   l list   o open (driver, or nothing for the first real one)   c capture (its number, milliseconds)
         x cancel the capture   q close and end
    out  H hello   D devices (JSON)   O opened (JSON)   W the finger may come
         I image (the capture's number, width, height, dots a millimetre, pixels)
         R lay it again (the capture's number, libfprint's code)
         T no finger came, or cancelled (the capture's number)   C closed
         E error (JSON: where it arose, its code there; never its words)

Numbers have 4 bytes, dots a millimetre are floating in 8. The capture's number comes back with its answer, so that
no image is ever taken for the answer to a later capture: that would be another person's finger.

When its input ends, so does the program: it outlives nobody. Standard library and PyGObject only.
"""

import json
import os
import resource
import struct
import sys
import warnings
from collections.abc import Callable
from typing import Any

HELLO = b"urna-libfprint 1"
HEAD = struct.Struct(">cI")
CAPTURE = struct.Struct(">II")
IMAGE_HEAD = struct.Struct(">IIId")
RETRY = struct.Struct(">II")
TIMED_OUT = struct.Struct(">I")
MAX_BODY_IN = 256

VIRTUAL = "virtual"
"""libfprint's drivers for tests begin with this; they are opened by name only."""


class Child:
    """The devices, the one that is open, and the capture that runs.

    Args:
        send: writes a frame: its kind and its body.
    """

    def __init__(self, send: Callable[[bytes, bytes], None]) -> None:
        self._send = send
        self._gi = _Libraries()
        self._loop = self._gi.glib.MainLoop()
        self._context = self._gi.fprint.Context()
        self._device: Any = None
        self._cancel: Any = None
        self._awaited = False
        self._number = 0
        self._unread = b""

    def run(self) -> None:
        """Serves frames until the input ends or the other end says so."""
        glib = self._gi.glib
        glib.io_add_watch(0, glib.PRIORITY_DEFAULT, glib.IOCondition.IN | glib.IOCondition.HUP, self._on_input)
        self._send(b"H", HELLO)
        self._loop.run()

    def _on_input(self, *_: object) -> bool:
        data = os.read(0, 4096)
        if not data:
            self._loop.quit()
            return False
        self._unread += data
        while len(self._unread) >= HEAD.size:
            kind, length = HEAD.unpack_from(self._unread)
            if length > MAX_BODY_IN:
                self._loop.quit()
                return False
            if len(self._unread) < HEAD.size + length:
                break
            body = self._unread[HEAD.size : HEAD.size + length]
            self._unread = self._unread[HEAD.size + length :]
            self._obey(kind, body)
        return True

    def _obey(self, kind: bytes, body: bytes) -> None:
        try:
            if kind == b"l":
                self._send(b"D", json.dumps([_described(each) for each in self._context.get_devices()]).encode())
            elif kind == b"o":
                self._open(body.decode())
            elif kind == b"c":
                self._capture(*CAPTURE.unpack(body))
            elif kind == b"x" and self._cancel is not None:
                self._cancel.cancel()
            elif kind == b"q":
                self._close()
        except self._gi.glib.GError as error:
            self._fail(error)

    def _open(self, driver: str) -> None:
        devices = [each for each in self._context.get_devices() if _is_asked(each, driver)]
        if not devices:
            self._error("none", 0)
            return
        self._device = devices[0]
        self._device.open_sync(None)
        self._device.connect("notify::finger-status", self._on_finger)
        self._device.connect("removed", self._on_removed)
        self._send(b"O", json.dumps(_described(self._device)).encode())

    def _on_removed(self, *_: object) -> None:
        """Ends the program if nobody waits; a capture that runs is told by its own error."""
        if self._cancel is None:
            self._loop.quit()

    def _on_finger(self, *_: object) -> None:
        """Says once in a capture that the finger may come."""
        needed = self._device.get_finger_status() & self._gi.fprint.FingerStatusFlags.NEEDED
        if needed and self._cancel is not None and not self._awaited:
            self._awaited = True
            self._send(b"W", b"")

    def _capture(self, number: int, milliseconds: int) -> None:
        """Starts a capture; the answer comes from the main loop, at the latest when the time is over."""
        if self._device is None or self._cancel is not None:
            self._error("order", 0)
            return
        self._number, self._awaited = number, False
        self._cancel = cancel = self._gi.gio.Cancellable()
        timer = self._gi.glib.timeout_add(milliseconds, cancel.cancel)
        self._device.capture(True, cancel, self._on_captured, timer)

    def _on_captured(self, device: Any, result: Any, timer: int) -> None:
        was_cancelled, self._cancel = self._cancel.is_cancelled(), None
        if not was_cancelled:
            self._gi.glib.source_remove(timer)
        try:
            image = device.capture_finish(result)
        except self._gi.glib.GError as error:
            if was_cancelled:
                self._send(b"T", TIMED_OUT.pack(self._number))
            else:
                self._fail(error)
            return
        head = IMAGE_HEAD.pack(self._number, image.get_width(), image.get_height(), image.get_ppmm())
        self._send(b"I", head + bytes(image.get_data()))

    def _close(self) -> None:
        if self._device is not None and self._cancel is None:
            self._device.close_sync(None)
        self._send(b"C", b"")
        self._loop.quit()

    def _fail(self, error: Any) -> None:
        """Says where an error arose and its number; its words may hold paths, and are not for people."""
        domain = str(error.domain).replace(" ", "")
        if domain == "fp-device-retry-quark":
            self._send(b"R", RETRY.pack(self._number, error.code))
        elif domain == "fp-device-error-quark":
            self._error("device", error.code)
        else:
            self._error("usb" if "usb-device-error" in domain else "other", error.code)

    def _error(self, source: str, code: int) -> None:
        self._send(b"E", json.dumps({"source": source, "code": code}).encode())


class _Libraries:
    """libfprint and what it needs of GLib."""

    def __init__(self) -> None:
        import gi  # type: ignore[import-not-found]  # noqa: PLC0415 - so that urna's tests can read this module without it

        gi.require_version("FPrint", "2.0")
        from gi.repository import FPrint, Gio, GLib  # type: ignore[import-not-found]  # noqa: PLC0415

        self.fprint: Any = FPrint
        self.gio: Any = Gio
        self.glib: Any = GLib


def _described(device: Any) -> dict[str, object]:
    return {
        "driver": device.get_driver(),
        "name": device.get_name(),
        "captures": "capture" in device.get_features().value_nicks,
        "swipe": device.get_scan_type().value_nick == "swipe",
    }


def _is_asked(device: Any, driver: str) -> bool:
    if driver:
        return bool(device.get_driver() == driver)
    return not device.get_driver().startswith(VIRTUAL) and "capture" in device.get_features().value_nicks


def main() -> int:
    """Keeps the output for frames alone, leaves no image in a core file, and serves.

    GLib goes on after an exception in a callback; here it is the end, which the other end sees.
    """
    sys.excepthook = lambda *_: os._exit(1)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warnings.simplefilter("ignore")
    output = os.dup(1)
    os.dup2(2, 1)  # whatever a native library prints goes to the error output

    def send(kind: bytes, body: bytes) -> None:
        frame = memoryview(HEAD.pack(kind, len(body)) + body)
        while frame:
            frame = frame[os.write(output, frame) :]

    try:
        child = Child(send)
    except (ImportError, ValueError):
        send(b"E", json.dumps({"source": "absent", "code": 0}).encode())
        return 1
    child.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
