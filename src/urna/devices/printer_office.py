"""Printers for reports alone: a folder of PDF files, and an office printer behind CUPS.

Neither takes a slip. A spool keeps jobs with numbers and times, and files have an order: both would order the ballots.
"""

import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from urna.devices.printer_typst import paper_pdf
from urna.errors import OutOfOrder
from urna.papers.paper import Paper
from urna.papers.printer import STATUSES, PrinterState, PrinterStatus, stopped
from urna.words import Sentence

QUEUE_TIMEOUT_SECONDS = 180.0
"""The longest that a report stays in a queue before it is taken back."""

_COMMAND_TIMEOUT_SECONDS = 10.0
_LOOK_AGAIN_SECONDS = 0.5


class FolderPrinter:
    """Writes reports as `<name>.pdf`.

    Args:
        folder: made where it is missing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def status(self) -> PrinterStatus:
        """Always ready."""
        return STATUSES[PrinterState.READY]

    def check_ready(self) -> None:
        """Always returns."""

    def print_paper(self, paper: Paper) -> None:
        """Writes a report; a slip is refused."""
        refuse_slip(paper)
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / f"{paper.name}.pdf").write_bytes(paper_pdf(paper))


class QueuePrinter:
    """An office printer: `lp` and `lpstat` as processes of their own.

    Args:
        queue: its name in CUPS.
        commands: the programs `lp`, `lpstat` and `cancel`, if they are not on the path.
        clock: seconds that only grow.
        timeout_seconds: the longest that a report stays in the queue.
    """

    def __init__(
        self,
        queue: str,
        commands: tuple[str, str, str] = ("lp", "lpstat", "cancel"),
        *,
        clock: Callable[[], float] = time.monotonic,
        timeout_seconds: float = QUEUE_TIMEOUT_SECONDS,
    ) -> None:
        self._queue = queue
        self._lp, self._lpstat, self._cancel = commands
        self._clock = clock
        self._timeout_seconds = timeout_seconds

    def status(self) -> PrinterStatus:
        """Ready if CUPS says that the queue is enabled."""
        said = self._run([self._lpstat, "-p", self._queue])
        return STATUSES[PrinterState.READY if said and "disabled" not in said else PrinterState.UNPLUGGED]

    def check_ready(self) -> None:
        """Returns if the queue takes papers."""
        status = self.status()
        if not status.prints:
            raise stopped(status.state, torn=False)

    def print_paper(self, paper: Paper) -> None:
        """Hands a report over and returns when the queue has let go of it; a slip is refused."""
        refuse_slip(paper)
        self.check_ready()
        # What it says names the job: request id is office-12 (0 file(s)).
        said = self._run([self._lp, "-d", self._queue, "-t", paper.name, "-"], paper_pdf(paper))
        if said is None:
            raise stopped(PrinterState.UNPLUGGED, torn=True)
        job = next((word for word in said.split() if word.startswith(f"{self._queue}-")), "")
        self._wait(job)

    def _wait(self, job: str) -> None:
        deadline = self._clock() + self._timeout_seconds
        while True:
            said = self._run([self._lpstat, "-W", "not-completed", "-o", self._queue])
            if said is not None and job and job not in said.split():
                return
            if not job or said is None or self._clock() >= deadline:
                self._run([self._cancel, job or self._queue])
                raise stopped(PrinterState.JAMMED if said is not None else PrinterState.UNPLUGGED, torn=True)
            time.sleep(_LOOK_AGAIN_SECONDS)

    def _run(self, command: list[str], data: bytes = b"") -> str | None:
        with suppress(OSError, subprocess.TimeoutExpired):
            # The queue's name comes from the station's own settings, and no shell reads it.
            done = subprocess.run(  # noqa: S603 - as said above
                command, input=data, capture_output=True, timeout=_COMMAND_TIMEOUT_SECONDS, check=False
            )
            if done.returncode == 0:
                return done.stdout.decode(errors="replace")
        return None


def refuse_slip(paper: Paper) -> None:
    """Returns if a paper is no slip.

    Raises:
        OutOfOrder: it is one.
    """
    if paper.form == "slip":
        raise OutOfOrder(
            Sentence("a report"),
            Sentence("a slip, whose place and time would be kept"),
            Sentence("Print slips on the booth's own thermal printer."),
        )
