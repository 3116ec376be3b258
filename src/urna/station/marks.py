"""An elector's mark: admitted or not, and until then how the tries at the finger reader went.

A mark says nothing of when, by whom or as how manieth: a marked elector's mark is the same for everybody, and
all marks have one length, so that a sealed one is overwritten in its place.
"""

from typing import NamedTuple

from urna.election.outcomes import Outcome
from urna.errors import Malformed
from urna.words import Sentence

MARK_BYTES = 3
_OUTCOMES = (None, Outcome.NO_MATCH, Outcome.POOR_IMAGE, Outcome.NOTHING_STORED, Outcome.NO_FINGERS)
_MAX_TRIES = 255


class Mark(NamedTuple):
    """The mark of one elector.

    `outcome` is the one that counts so far, None before the first try and again once admitted; `tries` is how
    often a finger was compared.
    """

    is_admitted: bool = False
    outcome: Outcome | None = None
    tries: int = 0

    def to_bytes(self) -> bytes:
        """Three bytes: admitted, outcome, tries."""
        return bytes((self.is_admitted, _OUTCOMES.index(self.outcome), self.tries))


UNMARKED = Mark()
ADMITTED = Mark(is_admitted=True)


def mark_from_bytes(data: bytes) -> Mark:
    """The mark that these bytes are.

    Raises:
        Malformed: they are none.
    """
    if len(data) == MARK_BYTES and data[0] <= 1 and data[1] < len(_OUTCOMES):
        mark = Mark(bool(data[0]), _OUTCOMES[data[1]], data[2])
        if not mark.is_admitted or mark == ADMITTED:
            return mark
    raise Malformed(
        Sentence("an elector's mark"),
        Sentence("other bytes"),
        Sentence("Stop using this poll book and call the authority."),
    )


def after_try(mark: Mark, outcome: Outcome) -> Mark:
    """The mark after a try that was no match.

    One `no match` outweighs whatever comes after: a good image of a foreign finger is not undone by a bad one.
    """
    kept = Outcome.NO_MATCH if mark.outcome is Outcome.NO_MATCH else outcome
    compared = outcome in {Outcome.NO_MATCH, Outcome.POOR_IMAGE}
    return Mark(outcome=kept, tries=min(mark.tries + compared, _MAX_TRIES))


def tries_left(mark: Mark, fingers: int, tries_per_finger: int) -> int:
    """How often a finger may still be laid down.

    Args:
        mark: the elector's.
        fingers: enrolled ones; any of them may be tried.
        tries_per_finger: the definition's rule.
    """
    return max(0, fingers * tries_per_finger - mark.tries)
