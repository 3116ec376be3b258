"""The poll book's signed statement: people, not votes. It is one of the independent counts of a station."""

from urna.election.outcomes import Ending, Outcome, OverrideReason
from urna.encoding.canonical import Code, Count, Hash, Moment, Record


class PollBookStatement(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/poll-book-statement/1"):
    """What the poll book counted in one station's day, signed with the poll book's own key.

    identified + readmitted = activations + withdrawn + waiting (0 at closing); the endings sum to the
    activations. Which elector is behind a count is nowhere in it.
    """

    election: Hash
    station: Code
    registered: Count
    """Electors of the station in the roll committed before the day."""
    roll_root: Hash
    """Merkle root of that part of the roll."""
    identified: dict[Outcome, Count]
    """Electors admitted, by outcome: every outcome is a key, also with 0. Each elector counts once."""
    overrides: dict[OverrideReason, Count]
    """Admissions without a match, by reason; they sum to the admissions other than `match`."""
    codes_used: Count
    """Override codes used from the sealed sheet; with the telephone codes they sum to the overrides."""
    telephone_codes_used: Count
    refused_second_attempts: Count
    """Electors already marked who came again and were refused."""
    withdrawn: Count
    """Admitted, and left before a booth was activated."""
    readmitted: Count
    """Let in again by the president after an activation without a vote, or a withdrawal."""
    activations: Count
    endings: dict[Ending, Count]
    """Activations by how they ended: every ending is a key; they sum to the activations."""
    doubtful_decisions: Count
    """Cases after a crash that the reconciliation table left to the president."""
    signatures: Count | None
    """Signatures in the paper book, counted by hand before the booth's numbers were shown; None: not counted."""
    closed_at: Moment

    @property
    def identified_total(self) -> int:
        """Electors admitted, over all outcomes."""
        return sum(self.identified.values())
