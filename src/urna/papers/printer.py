"""The port of a printer: what the booth and the centre ask of it, and how it fails.

The implementations are in `devices/`; services know this file only.
"""

from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, Protocol

from urna.errors import OutOfOrder
from urna.papers.paper import Paper
from urna.words import Sentence


class PrinterState(StrEnum):
    """What a printer is in; the first two print."""

    READY = "ready"
    PAPER_LOW = "paper_low"
    OUT_OF_PAPER = "out_of_paper"
    COVER_OPEN = "cover_open"
    UNPLUGGED = "unplugged"
    """No cable, no power, or no answer."""
    JAMMED = "jammed"
    """The knife or the paper is stuck."""
    BUSY = "busy"
    """Its head is too hot, or it is still at something; it comes back by itself."""


class PrinterStatus(NamedTuple):
    """A state, in one sentence, and what the poll workers do."""

    state: PrinterState
    found: Sentence
    remedy: Sentence

    @property
    def prints(self) -> bool:
        """Whether a paper can be printed now."""
        return self.state in (PrinterState.READY, PrinterState.PAPER_LOW)


_READY = PrinterStatus(PrinterState.READY, Sentence("a printer that is ready"), Sentence("Print."))

_OTHERS = (
    PrinterStatus(
        PrinterState.PAPER_LOW,
        Sentence("a roll that is nearly at its end"),
        Sentence("Have a new roll at hand, and change it between two voters."),
    ),
    PrinterStatus(PrinterState.OUT_OF_PAPER, Sentence("no paper"), Sentence("Put a new roll in and print again.")),
    PrinterStatus(
        PrinterState.COVER_OPEN, Sentence("an open cover"), Sentence("Close the printer's cover until it clicks.")
    ),
    PrinterStatus(
        PrinterState.UNPLUGGED,
        Sentence("no answer from the printer"),
        Sentence("Check the printer's cable and that its light is on, then print again."),
    ),
    PrinterStatus(
        PrinterState.JAMMED,
        Sentence("a jam in the middle of a paper"),
        Sentence("Open the cover, keep the torn paper as spoiled, and print again."),
    ),
    PrinterStatus(
        PrinterState.BUSY,
        Sentence("a printer that is still at work or too hot"),
        Sentence("Wait half a minute, then print again."),
    ),
)

STATUSES = MappingProxyType({each.state: each for each in (_READY, *_OTHERS)})
"""Every state with its sentence and its remedy."""


class PrinterStopped(OutOfOrder):
    """The printer stopped before the paper was finished.

    Args:
        found: what the printer says: no paper, a jam.
        remedy: what the poll workers do.
        torn: whether a part of the paper came out; such a paper counts as printed and is spoiled by hand.
        state: what the printer is in.
    """

    def __init__(
        self, found: Sentence, remedy: Sentence, *, torn: bool, state: PrinterState = PrinterState.JAMMED
    ) -> None:
        self.torn = torn
        self.state = state
        super().__init__(Sentence("a printer that finishes its paper"), found, remedy)


def stopped(state: PrinterState, *, torn: bool) -> PrinterStopped:
    """The error of a printer that is in this state."""
    status = STATUSES[state]
    return PrinterStopped(status.found, status.remedy, torn=torn, state=state)


class Printer(Protocol):
    """Puts papers out, one at a time."""

    def status(self) -> PrinterStatus:
        """What it is in now; it never raises, since a printer that cannot be asked is `UNPLUGGED`."""
        ...

    def check_ready(self) -> None:
        """Returns if a paper can be printed now.

        Raises:
            PrinterStopped: it cannot; nothing came out.
        """
        ...

    def print_paper(self, paper: Paper) -> None:
        """Returns when the whole paper is out and cut.

        Raises:
            PrinterStopped: it is not; `torn` says whether a part came out, or may have.
        """
        ...
