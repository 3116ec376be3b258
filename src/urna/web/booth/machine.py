"""What the booth's face asks of the machine that it stands on: its medium, its printer, its health.

The command line puts a machine together (media and secure element are no business of a face) and hands it over.
"""

from typing import Protocol

from urna.encoding.canonical import Moment
from urna.station.booth import Booth
from urna.station.booth_ports import Show
from urna.station.link import Stage, Word


class Machine(Protocol):
    """One booth's machine. The face calls one of these at a time, and the long ones beside its screen."""

    def stage(self) -> Stage:
        """How far it has come, by its secure element."""
        ...

    def start(self, show: Show) -> Booth:
        """The booth as its medium says, in the stage `zeroed`; called again after one that stopped."""
        ...

    def test_readiness(self) -> None:
        """Votes the known deck and counts it; `Unproven` where the count is wrong."""
        ...

    def zero(self, now: Moment) -> None:
        """Makes the ballot box, or goes on with one that a power cut interrupted."""
        ...

    def zero_document(self) -> bytes:
        """The signed zero report."""
        ...

    def print_zero_report(self, copies: int) -> None:
        """Prints it and returns when all copies are out."""
        ...

    def release(self) -> None:
        """Lets go of the medium."""
        ...

    def printer_word(self) -> Word:
        """The printer's state, "ready" when nothing is wrong."""
        ...

    def health(self) -> tuple[Word, ...]:
        """What is wrong with the machine; empty when nothing is."""
        ...

    def stop(self) -> None:
        """The process ends in peace, soon after this returns."""
        ...
