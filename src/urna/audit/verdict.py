"""What the mathematics says of an audit: the risk of each contest, and whether it may stop."""

from fractions import Fraction
from typing import NamedTuple

from urna.audit.contest_tables import ContestTable
from urna.audit.report import Outcome


class Verdict(NamedTuple):
    """Of an audit."""

    tables: tuple[ContestTable, ...]
    """In the order of the commitment's contests."""
    risks: tuple[Fraction, ...]
    """Of each."""
    outcome: Outcome
    next_size: int = 0
    """Draws in all that the next round should have; 0 unless it goes on."""
