"""Incidents and corrections: what was not counted and why, corrected sheets, decisions and withdrawals."""

from typing import NamedTuple

from urna.election.certification import StationDecision
from urna.encoding.canonical import Code
from urna.record.incident import Incident
from urna.record.withdrawal import Withdrawal
from urna.web.results.evidence import Evidence, Leaf
from urna.web.results.lookup import Lookup
from urna.words import N_

KIND_WORDS = {
    "refused": N_("refused: it does not prove what it says"),
    "quarantined": N_("set aside: properly signed, but people must look at its numbers"),
    "conflict": N_("in conflict: another one with the same number is in the record"),
}
DECISION_WORDS = {
    "not_opened": N_("not opened"),
    "annulled": N_("annulled"),
    "hand_count": N_("counted by hand"),
}


class Correction(NamedTuple):
    """A later sheet of a station that had one."""

    station: Code
    sequence: int
    leaf: Leaf
    corrects: Leaf | None
    """The sheet before it."""
    counts: bool
    """Whether it is the one that counts."""


class Changes(NamedTuple):
    """Everything that is not simply a sheet that counts."""

    incidents: tuple[tuple[Leaf, Incident], ...]
    corrections: tuple[Correction, ...]
    decisions: tuple[tuple[Leaf, StationDecision], ...]
    withdrawals: tuple[tuple[Leaf, Withdrawal], ...]

    def of(self, station: Code) -> tuple[tuple[Leaf, Incident], ...]:
        """The incidents of a station."""
        return tuple((leaf, incident) for leaf, incident in self.incidents if incident.station == station)


def changes_of(lookup: Lookup, evidence: Evidence) -> Changes:
    """What the record says of incidents, corrections, decisions and withdrawals, the newest first."""
    return Changes(
        incidents=tuple(reversed(evidence.incidents())),
        corrections=tuple(reversed(_corrections(lookup, evidence))),
        decisions=tuple(reversed(evidence.decisions())),
        withdrawals=tuple(reversed(evidence.withdrawals())),
    )


def _corrections(lookup: Lookup, evidence: Evidence) -> list[Correction]:
    """In the order of the log."""
    found = []
    for station in lookup.election.stations:
        sheets = evidence.sheets_of(station)
        result = lookup.states[station]
        for sequence, leaf in sheets.items():
            if sequence:
                counts = result.sequence == sequence
                found.append(Correction(station, sequence, leaf, sheets.get(sequence - 1), counts))
    return sorted(found, key=lambda each: each.leaf.number)
