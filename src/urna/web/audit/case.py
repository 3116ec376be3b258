"""What the pages need of the record: draws, what has to be typed, sheets, and what the mathematics says."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from urna.audit.board import AuditFrame
from urna.audit.board_acts import Drew, SlipsDrew
from urna.audit.board_pull import Pull, RoundSums
from urna.audit.box_comparison import Standing
from urna.audit.box_count import AuditCount
from urna.audit.report import AuditReport
from urna.audit.rounds import DrawRound
from urna.audit.seed import DrawCommitment
from urna.audit.slip_reading import ContestReading, SlipReading
from urna.election.definition import Election
from urna.encoding.canonical import Code, Moment
from urna.web.audit.slip_form import TypedSlip

Counts = Mapping[Code, AuditCount]
"""The counts that stand, by station."""

Draws = Sequence[Drew | SlipsDrew]
Readings = Sequence[SlipReading]
"""Of the rounds of slips that are closed, in order; none of other audits."""


class AuditCase(Protocol):
    """An audit as the record has it, up to its seed."""

    @property
    def election(self) -> Election:
        """The election."""
        ...

    @property
    def commitment(self) -> DrawCommitment:
        """The rules of the draw."""
        ...

    @property
    def frame(self) -> AuditFrame:
        """What the acts are about."""
        ...

    def next_round(self, draws: Draws, size: int | None) -> DrawRound:
        """The round after these; of so many draws in all, or as many as were committed."""
        ...

    def rounds(self, draws: Draws) -> tuple[DrawRound, ...]:
        """The rounds that these draws were, drawn again."""
        ...

    def sheet(self, station: Code) -> Mapping[tuple[Code, Code], int]:
        """A station's votes by contest and option, as its sheet says; empty without a sheet that counts."""
        ...

    def standing(self, draws: Draws, counts: Counts, readings: Readings) -> Standing:
        """How the audit stands if every drawn box that is not counted yet agrees with its sheet; of slips as read."""
        ...

    def report(self, draws: Draws, counts: Counts, readings: Readings, now: Moment) -> AuditReport:
        """What the newest round says, its boxes all counted or its slips read."""
        ...

    def slips_drawn(self, drawn: DrawRound) -> SlipsDrew:
        """A round of single slips as the boards pull it, box by box."""
        ...

    def slip_sums(self, pull: Pull, slips: Sequence[TypedSlip]) -> tuple[ContestReading, ...]:
        """What these slips say together, ascending by contest."""
        ...

    def reading(self, draws: Draws, said: RoundSums) -> SlipReading:
        """The record of the newest round's slips."""
        ...


PdfPrinter = Callable[[AuditReport, str], bytes]
"""The report as a paper in a language."""
