"""What an audit says after a round: the counts it rests on, the risk of each contest, and whether it may stop.

A report decides nothing by itself: everything in it follows from the sheets, the draws and the counts, and every
verifier works it out again.
"""

from enum import StrEnum
from fractions import Fraction
from math import ceil

from urna.election.definition import Ratio
from urna.encoding.canonical import Code, Count, Hash, Moment, Record

RISK_DIGITS = 11
"""A risk is written in units of 10 to the power of minus this, rounded up; a ratio has room for no more."""


class Outcome(StrEnum):
    """How an audit stands."""

    CONFIRMED = "confirmed"
    """Every contest's risk is at or below the limit; or everything was counted, and it says the same."""
    GO_ON = "go_on"
    """Not yet; the next round reads more."""
    FULL_COUNT = "full_count"
    """No sample can say: every box has to be counted."""
    REFUTED = "refuted"
    """Every box was counted, and the paper elects others."""
    COMPARED = "compared"
    """A hot audit: boxes were compared with their sheets; the risk is stated, and no limit is kept."""


class Difference(Record, frozen=True, kw_only=True):
    """An option that the sheet and the box of a station do not count alike."""

    station: Code
    contest: Code
    option: Code
    sheet: Count
    box: Count


class CountUsed(Record, frozen=True, kw_only=True):
    """A count that the report rests on: the newest of each drawn box."""

    station: Code
    sequence: Count
    count: Hash
    """SHA-256 of the count's canonical bytes."""


class ContestRisk(Record, frozen=True, kw_only=True):
    """One contest."""

    contest: Code
    assertions: tuple[str, ...]
    """By name; none where no sample can say."""
    risk: Ratio
    """Rounded up to `RISK_DIGITS` digits; 1/1 where no sample can say."""


class AuditReport(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/audit-report/1"):
    """An audit after a round; signed by the audit board."""

    election: Hash
    audit: Code
    commitment: Hash
    seed: Hash
    round: Count
    """The report's number: of the round that it follows, or a later one (docs/spec/audits.md)."""
    edition: Count
    """The edition of the results that the counts are compared with; 0 if there was none yet."""
    counts: tuple[CountUsed, ...]
    """Ascending by station: every drawn box of this round and those before."""
    differences: tuple[Difference, ...]
    """Ascending by station, contest and option."""
    lost: tuple[Code, ...]
    """Stations whose box cannot be found."""
    overfull: tuple[Code, ...]
    """Ascending: stations whose box holds more slips than the manifest allows."""
    withheld: tuple[Code, ...]
    """Drawn stations of which some contest is not published, since too few voted; it counts as the worst."""
    risks: tuple[ContestRisk, ...]
    """In the order of the commitment's contests."""
    outcome: Outcome
    next_size: Count
    """Draws in all that the next round should have; 0 unless `go_on`."""
    made_at: Moment


def written_risk(risk: Fraction) -> Ratio:
    """A risk as a report writes it: rounded up, never above 1."""
    unit = 10**RISK_DIGITS
    parts = min(unit, ceil(risk * unit))
    return "1/1" if parts == unit else f"{parts}/{unit}"
