"""What happens at the demo's stations beside the ordinary, and how it is told."""

from enum import StrEnum

from urna.words import Sentence


class Incident(StrEnum):
    """What happens to one voter of a station, beside the ordinary."""

    NO_MATCH = "no_match"
    SPOILED_SLIP = "spoiled_slip"
    EXPIRED = "expired"
    POWER_CUT = "power_cut"
    POOR_IMAGE = "poor_image"
    NO_FINGERS = "no_fingers"
    SECOND_ATTEMPT = "second_attempt"
    WITHDRAWN = "withdrawn"
    CHALLENGE = "challenge"
    PAPER_JAM = "paper_jam"
    TELEPHONE = "telephone"
    LEFT = "left"
    PAUSE = "pause"


INCIDENTS = tuple(Incident)
"""Two for each station in turn, so that every incident happens; a challenge at every fourth station besides."""

SPOKEN = {
    Incident.NO_MATCH: Sentence("a finger that is like none stored: the president's finger, a reason and a code"),
    Incident.SPOILED_SLIP: Sentence("a voter who found a slip wrong: void, and voted again"),
    Incident.EXPIRED: Sentence("a voter whose time passed: ended without a vote, let in again by the president"),
    Incident.POWER_CUT: Sentence("the power cut between paper and cast: kill -9, restarted, voted again"),
    Incident.POOR_IMAGE: Sentence("images too poor: two members with card and PIN, a reason and a code"),
    Incident.NO_FINGERS: Sentence("a voter without fingers that can be read"),
    Incident.SECOND_ATTEMPT: Sentence("somebody who came a second time: refused and counted"),
    Incident.WITHDRAWN: Sentence("a voter who left before the booth was activated"),
    Incident.CHALLENGE: Sentence("a voter who challenged the machine: opened in public, and voted again"),
    Incident.PAPER_JAM: Sentence("a jam in the middle of a slip: void, and printed again"),
    Incident.TELEPHONE: Sentence("an override code by telephone from the centre"),
    Incident.LEFT: Sentence("a voter who left the booth: ended without a vote"),
    Incident.PAUSE: Sentence("a pause in the afternoon"),
}
