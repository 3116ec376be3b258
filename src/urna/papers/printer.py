"""The port of a printer: what the booth and the centre ask of it, and how it fails.

The implementations are in `devices/`; services know this file only.
"""

from typing import Protocol

from urna.errors import OutOfOrder
from urna.papers.paper import Paper
from urna.words import Sentence


class PrinterStopped(OutOfOrder):
    """The printer stopped before the paper was finished.

    Args:
        found: what the printer says: no paper, a jam.
        remedy: what the poll workers do.
        torn: whether a part of the paper came out; such a paper counts as printed and is spoiled by hand.
    """

    def __init__(self, found: Sentence, remedy: Sentence, *, torn: bool) -> None:
        self.torn = torn
        super().__init__(Sentence("a printer that finishes its paper"), found, remedy)


class Printer(Protocol):
    """Puts papers out, one at a time."""

    def check_ready(self) -> None:
        """Returns if a paper can be printed now.

        Raises:
            PrinterStopped: it cannot; nothing came out.
        """
        ...

    def print_paper(self, paper: Paper) -> None:
        """Returns when the whole paper is out and cut.

        Raises:
            PrinterStopped: it is not; `torn` says whether a part came out.
        """
        ...
