"""Whoever keeps a station's processes running: starts each, starts one that died again, ends them all.

A process that ends by itself with 0 has done its day and stays away; one that dies otherwise comes back after a pause
that grows while it keeps dying. Nothing is asked of a person: what a process does after its death is in its media.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from urna.cli.station_browser import Browser
from urna.cli.station_process import RUN, ProcessSettings
from urna.encoding.canonical import encode
from urna.words import Say, Sentence

PAUSES = (0.2, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds before the next start, by how often it died in a row."""

LIVED_SECONDS = 30.0
"""Whoever lived so long before it died begins with the first pause again."""

END_SECONDS = 6.0
_LOOK_SECONDS = 0.1
_VARIABLES = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "TMPDIR", "HOME", "XDG_RUNTIME_DIR")


class Kept:
    """One process that is kept running, in a session of its own.

    Args:
        settings: what it is to be.
        tell: puts a line on the screen, from any thread.
        browser: shows its face, in a kiosk.
    """

    def __init__(self, settings: ProcessSettings, tell: Callable[[Sentence], None], browser: Browser | None) -> None:
        self.settings, self._tell, self._browser = settings, tell, browser
        self._process: subprocess.Popen[str] | None = None
        self._deaths = 0
        self._started = self._next = 0.0
        self.is_done = False

    @property
    def pid(self) -> int:
        """Of the process; 0 between two lives."""
        return self._process.pid if self._process and self._process.poll() is None else 0

    def look(self) -> None:
        """Starts it, or sees how it is; to be called again and again."""
        if self.is_done:
            return
        if self._process is None:
            if time.monotonic() >= self._next:
                self._start()
        elif (code := self._process.poll()) is not None:
            process, self._process = self._process, None
            _hang_up(process)
            self._bury(code)

    def end(self) -> None:
        """Asks it to end; kills it when it does not."""
        self.is_done = True
        process, self._process = self._process, None
        if process is not None:
            _hang_up(process)
            process.terminate()
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        if self._browser is not None:
            self._browser.close()

    def _start(self) -> None:
        self._started = time.monotonic()
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-P", "-m", "urna.cli.station_process", encode(self.settings).decode()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={name: os.environ[name] for name in _VARIABLES if name in os.environ},
            start_new_session=True,
        )
        threading.Thread(target=self._listen, args=(self._process,), daemon=True).start()

    def _listen(self, process: subprocess.Popen[str]) -> None:
        """What the process says: that it is ready, or why it cannot be."""
        if process.stdout is None:
            return
        with process.stdout as lines:
            for line in lines:
                said = json.loads(line)
                if "ready" in said:
                    self._greet(said["ready"])
                else:
                    self._tell(Sentence("{name}: {trouble}", {"name": self.settings.name, **said}))

    def _greet(self, origin: str) -> None:
        launch = self.settings.station / RUN / f"{self.settings.name}.url"
        values = {"name": self.settings.name, "address": origin, "file": str(launch)}
        if self._browser is not None:
            self._browser.show(launch.read_text().strip())
            self._tell(Sentence("{name}: ready at {address}, on its screen.", values))
        else:
            self._tell(Sentence("{name}: ready at {address}; one browser may enter by the line in {file}.", values))

    def _bury(self, code: int) -> None:
        if code == 0:
            self.is_done = True
            self._tell(Sentence("{name}: ended.", {"name": self.settings.name}))
            return
        lived = time.monotonic() - self._started
        self._deaths = 1 if lived > LIVED_SECONDS else self._deaths + 1
        pause = PAUSES[min(self._deaths, len(PAUSES)) - 1]
        self._next = time.monotonic() + pause
        self._tell(
            Sentence(
                "{name}: it stopped and is started again; it goes on from what is durable.",
                {"name": self.settings.name},
            )
        )


class Supervisor:
    """Keeps the processes of a station.

    Args:
        plan: the settings of each.
        say: the reader's language.
        show: puts a line on the screen.
        kiosk: whether each face gets a browser of its own.
    """

    def __init__(
        self, plan: Sequence[ProcessSettings], say: Say, show: Callable[[str], None], *, kiosk: bool = False
    ) -> None:
        lock = threading.Lock()

        def tell(sentence: Sentence) -> None:
            with lock:
                show(say(sentence))

        self.kept = [Kept(settings, tell, Browser(settings.display) if kiosk else None) for settings in plan]
        self._is_stopped = False

    def run(self) -> None:
        """Returns when all have ended in peace, or after `stop`."""
        try:
            while not self._is_stopped and not all(each.is_done for each in self.kept):
                for each in self.kept:
                    each.look()
                time.sleep(_LOOK_SECONDS)
        finally:
            for each in self.kept:
                each.end()

    def stop(self) -> None:
        """Ends all; to be called from a signal handler or another thread.

        It takes no lock, as an event would: a second signal in the middle of the first one would wait for itself.
        """
        self._is_stopped = True


def run_folder(station: Path, names: Sequence[str] = ()) -> Path:
    """Sockets and launch addresses, for their owner alone.

    What a former run left of these parts is taken away, so the caller holds them (`station_hold`); another part may
    run already, and wait for its browser.
    """
    folder = station / RUN
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    for name in names:
        for left in (folder / f"{name}.url", folder / f"{name}.draft"):
            left.unlink(missing_ok=True)
    return folder


def _hang_up(process: subprocess.Popen[str]) -> None:
    if process.stdin is not None:
        process.stdin.close()
