"""Names that the poll book counts and a tally sheet prints: outcomes, endings, reasons.

They live here, below both, because ballots and electors never import each other.
"""

from enum import StrEnum


class Outcome(StrEnum):
    """How an identification by fingerprint ended; the machine alone never bars anyone."""

    MATCH = "match"
    """The finger is the elector's."""
    NO_MATCH = "no_match"
    """A good image, and no stored finger is like it."""
    NOTHING_STORED = "nothing_stored"
    """No fingerprint of this elector is on the roll."""
    NO_FINGERS = "no_fingers"
    """The elector has no finger that can be read."""
    POOR_IMAGE = "poor_image"
    """No image good enough after all tries."""


class Ending(StrEnum):
    """How an activation of the booth ended; each ends exactly once."""

    CAST = "cast"
    EXPIRED = "expired"
    """The time limit passed and a poll worker ended it."""
    LEFT = "left"
    """The voter left without casting."""
    FAILURE = "failure"
    """A machine failed, or a crash left a doubtful case that the president decided."""


class OverrideReason(StrEnum):
    """Why the president let an elector vote without a match."""

    DOCUMENT_CHECKED = "document_checked"
    FINGER_INJURED = "finger_injured"
    READER_FAILED = "reader_failed"
    KNOWN_TO_MEMBERS = "known_to_members"


class BallotState(StrEnum):
    """What became of a ballot whose paper was printed."""

    CAST = "cast"
    VOID = "void"
    CHALLENGED = "challenged"
