"""The person at the table: in memory alone, and only until the next one comes."""

from dataclasses import dataclass
from enum import StrEnum

from urna.election.outcomes import Outcome
from urna.encoding.canonical import Code
from urna.station.people import Companion
from urna.station.pollbook_rows import Entry
from urna.station.reception import Identification, Step
from urna.words import N_, Sentence


class Phase(StrEnum):
    """How far one person has come; each has one primary button."""

    CHOSEN = "chosen"
    TRY_AGAIN = "try_again"
    ASK_PRESIDENT = "ask_president"
    ADMITTED = "admitted"
    """Waits for a booth."""
    MARKED = "marked"
    """Was admitted before."""


_PHASES = {
    Step.ADMITTED: Phase.ADMITTED,
    Step.TRY_AGAIN: Phase.TRY_AGAIN,
    Step.ASK_PRESIDENT: Phase.ASK_PRESIDENT,
}

OUTCOME_WORDS = {
    Outcome.MATCH: N_("The finger is this person's."),
    Outcome.NO_MATCH: N_("The finger was not recognised."),
    Outcome.NOTHING_STORED: N_("No fingerprint of this person is stored."),
    Outcome.NO_FINGERS: N_("This person has no finger that can be read."),
    Outcome.POOR_IMAGE: N_("The reader got no clear image of the finger."),
}
"""The five outcomes, each in one sentence."""


@dataclass
class Case:
    """One person at the table."""

    number: str
    name: str
    style: Code
    positions: tuple[int, ...]
    """Enrolled fingers, as ISO/IEC 19794-2 numbers them."""
    phase: Phase
    tries_left: int = 0
    outcome: Outcome | None = None
    advice: Sentence | None = None
    companion: Companion | None = None

    @classmethod
    def of(cls, entry: Entry, tries_left: int) -> "Case":
        """Somebody who was just looked up."""
        elector, mark = entry.elector, entry.mark
        phase = Phase.CHOSEN
        if mark.is_admitted:
            phase = Phase.MARKED
        elif mark.outcome is not None:
            phase = Phase.TRY_AGAIN if tries_left and mark.outcome in _TRIED else Phase.ASK_PRESIDENT
        positions = tuple(finger.position for finger in elector.fingers)
        return cls(elector.number, elector.name, elector.style, positions, phase, tries_left, mark.outcome)

    def take(self, result: Identification) -> None:
        """One try is over."""
        self.phase, self.tries_left = _PHASES[result.step], result.tries_left
        self.outcome, self.advice = result.outcome, result.advice

    def __repr__(self) -> str:
        """How far, not who."""
        return f"Case({self.phase!s})"


_TRIED = frozenset({Outcome.NO_MATCH, Outcome.POOR_IMAGE})
