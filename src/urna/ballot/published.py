"""What the record shows of a station's ballots: random ids with their states, sorted, under one root.

Until part 2 there are no ciphertexts here, and verification says so. An id is drawn at random for every
attempt, so the sorted list says nothing of order.
"""

from urna.election.outcomes import BallotState
from urna.encoding.canonical import BallotId, Code, Hash, Record


class PublishedBallot(Record, frozen=True, kw_only=True):
    """One ballot that a paper was printed for."""

    id: BallotId
    state: BallotState


class BallotList(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/ballot-list/1"):
    """All ballots of a station, all booths together, sorted by id."""

    election: Hash
    station: Code
    ballots: tuple[PublishedBallot, ...]
