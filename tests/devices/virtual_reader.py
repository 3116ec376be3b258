"""libfprint's virtual image device, driven as a finger would drive it."""

import os
import socket
import struct
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from urna.biometrics.image import FingerImage
from urna.devices.libfprint import VIRTUAL_IMAGE, LibfprintReader
from urna.devices.libfprint_process import DEBIAN_PYTHON

_ASK = "import gi; gi.require_version('FPrint', '2.0'); from gi.repository import FPrint"

RETRY, ERROR, FINGER_BY_HAND, FINGER, UNPLUG = -1, -2, -3, -4, -5
"""What a negative width means to the virtual device; the height says which."""


@cache
def has_libfprint() -> bool:
    """Whether Debian's Python can load libfprint."""
    if not DEBIAN_PYTHON.exists():
        return False
    return subprocess.run([DEBIAN_PYTHON, "-I", "-c", _ASK], capture_output=True, check=False).returncode == 0


def need_libfprint() -> None:
    """Skips a test where there is no libfprint."""
    if not has_libfprint():
        pytest.skip("needs libfprint: apt-get install python3-gi gir1.2-fprint-2.0")


class VirtualReader:
    """A reader over the real library; in each capture it meets the next of the planned events.

    Args:
        folder: where the socket lies.
    """

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, timeout_seconds: float) -> None:
        need_libfprint()
        self.path = str(folder / "socket")
        monkeypatch.setenv("FP_VIRTUAL_IMAGE", self.path)
        self.reader = LibfprintReader(VIRTUAL_IMAGE, timeout_seconds, self._on_ready)
        self.plan: list[Callable[[], None]] = []
        self._socket: socket.socket | None = None

    def lays(self, image: FingerImage) -> None:
        """Next, a finger that looks so."""
        self.sends(struct.pack("ii", image.width, image.height) + image.pixels.tobytes())

    def tells(self, what: int, code: int) -> None:
        """Next, a retry, an error, or the plug pulled."""
        self.sends(struct.pack("ii", what, code))

    def sends(self, data: bytes) -> None:
        """Next, these bytes."""
        self.plan.append(lambda: self._send(data))

    def does(self, deed: Callable[[], None]) -> None:
        """Next, anything else."""
        self.plan.append(deed)

    def close(self) -> None:
        """Puts everything away."""
        self._hang_up()
        self.reader.close()

    @property
    def process(self) -> int:
        """The number of the child's process."""
        child = self.reader._child
        assert child is not None
        return child._process.pid

    def kill(self) -> None:
        """The driver crashes."""
        os.kill(self.process, 11)

    def _on_ready(self) -> None:
        if self.plan:
            self.plan.pop(0)()

    def _send(self, data: bytes) -> None:
        if self._socket is None:
            self._socket = socket.socket(socket.AF_UNIX)
            self._socket.connect(self.path)
        try:
            self._socket.sendall(data)
        except OSError:  # the other end went first
            self._hang_up()

    def _hang_up(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
