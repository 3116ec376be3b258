"""The browser of a kiosk: Chromium in full screen with one face, leaving nothing behind.

A voter's choices pass through this browser. They are in its memory, and it is told to put nothing anywhere: a profile
of its own in memory (tmpfs) that is removed at the end, no cache on a disk, no history, no crash report. What the
kernel writes to swap is the machine's own part: `swap_words` says so when there is swap.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from urna.errors import OutOfOrder
from urna.web.kiosk.display import DEFAULT, read_display
from urna.words import Sentence

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
MEMORY = Path("/dev/shm")  # noqa: S108 - the system's own tmpfs; the profile in it is a folder with a random name, 0700

FLAGS = (
    "--kiosk",
    "--incognito",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-pinch",
    "--overscroll-history-navigation=0",
    "--noerrdialogs",
    "--disable-session-crashed-bubble",
    "--disable-features=Translate,AutofillServerCommunication,OptimizationHints",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-component-update",
    "--disable-extensions",
    "--disable-sync",
    "--disk-cache-dir=/dev/null",
    "--disk-cache-size=1",
    "--media-cache-size=1",
    "--password-store=basic",
    "--force-device-scale-factor=1",
    "--autoplay-policy=no-user-gesture-required",
)
"""Full screen without gestures; nothing kept, nothing sent; a CSS pixel is a device pixel (`web/kiosk/display`)."""

_VARIABLES = ("PATH", "LANG", "LC_ALL", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "PULSE_SERVER")


class Browser:
    """One face's browser. `show` may be called again, when the face was started again.

    Args:
        display: a name or measures, as `web/kiosk/display` reads them; empty for the default.
        program: Chromium; looked up where none is named.
    """

    def __init__(self, display: str = "", program: str = "") -> None:
        self._display = read_display(display) if display else DEFAULT
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None
        self._profile: Path | None = None

    def show(self, address: str) -> None:
        """Opens the face with the launch address; whatever was shown before is closed.

        The address is on the command line: its key is used up by the time that the page stands.
        """
        self.close()
        self._profile = Path(tempfile.mkdtemp(prefix="urna-", dir=MEMORY if MEMORY.is_dir() else None))
        self._process = subprocess.Popen(  # noqa: S603 - the program is looked up, the address is our own
            [self._program or find_chromium(), *FLAGS, *self._measures(), f"--user-data-dir={self._profile}", address],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={"HOME": str(self._profile), **{name: os.environ[name] for name in _VARIABLES if name in os.environ}},
            start_new_session=True,
        )

    def close(self) -> None:
        """Ends the browser and removes its profile."""
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if self._profile is not None:
            shutil.rmtree(self._profile, ignore_errors=True)
            self._profile = None

    def _measures(self) -> tuple[str, ...]:
        return (f"--window-size={self._display.width},{self._display.height}", "--window-position=0,0")


def find_chromium() -> str:
    """Where it is.

    Raises:
        OutOfOrder: it is not installed.
    """
    for name in PROGRAMS:
        if (found := shutil.which(name)) is not None:
            return found
    raise OutOfOrder(
        Sentence("Chromium"),
        Sentence("none on this machine"),
        Sentence("Install it (sudo apt-get install chromium), or leave --kiosk away and open a browser by hand."),
    )


def swap_words(swaps: Path = Path("/proc/swaps")) -> Sentence | None:
    """What to say of a machine that swaps: memory with choices in it may reach a disk. None where it does not."""
    try:
        lines = swaps.read_text().splitlines()[1:]
    except OSError:
        return None
    disks = [line.split()[0] for line in lines if line and "zram" not in line.split()[0]]
    if not disks:
        return None
    return Sentence(
        "Swap is on ({disks}): memory, and with it choices, may reach that disk. Switch it off: sudo swapoff -a.",
        {"disks": ", ".join(disks)},
    )
