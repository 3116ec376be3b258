"""Paper ballots counted by hand, as the members type them, twice.

The poll book's side never sees the sheet that is made of it: whoever composes the station checks the sums, builds
the sheet (`tally/hand_count`) and signs it.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from urna.encoding.canonical import Code, Count, Record
from urna.words import N_


class PaperReason(StrEnum):
    """Why people voted on paper; the values are those of `tally/hand_count.HandCountReason`."""

    MACHINE_FAILED = "machine_failed"
    PACKAGE_REFUSED = "package_refused"
    NO_POWER = "no_power"
    LATE_MATERIAL = "late_material"
    ORDERED = "ordered"


PAPER_REASONS: Mapping[PaperReason, str] = MappingProxyType(
    {
        PaperReason.MACHINE_FAILED: N_("The machine failed and no spare could go on"),
        PaperReason.PACKAGE_REFUSED: N_("The station's package was refused"),
        PaperReason.NO_POWER: N_("There was no power"),
        PaperReason.LATE_MATERIAL: N_("The machine did not arrive"),
        PaperReason.ORDERED: N_("Ordered by the authority"),
    }
)


class ContestEntry(Record, frozen=True, kw_only=True):
    """One contest as it was counted."""

    contest: Code
    votes: tuple[Count, ...]
    """In ballot order, every option."""
    blank: Count
    null: Count
    ballots: Count
    """Ballots in the box that hold this contest."""


class HandEntry(Record, frozen=True, kw_only=True):
    """One whole count."""

    reason: PaperReason
    signatures: Count
    handed_out: Count
    ballots: Count
    contests: tuple[ContestEntry, ...]
