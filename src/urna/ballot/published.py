"""What the record shows of a station's ballots: random ids with their states, sorted, under one root.

An id is drawn at random for every attempt, so the sorted list says nothing of order. The encrypted ballots
themselves lie beside the list, one file a ballot style, and each is bound here by its hash.
"""

from typing import Annotated

import msgspec

from urna.election.outcomes import BallotState
from urna.encoding.canonical import BallotId, Code, Hash, Record

Nonce = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
"""A scalar of ristretto255, 32 bytes little-endian as lower-case hexadecimal digits."""


class PublishedBallot(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One ballot that a paper was printed for. Without guardians it has neither style nor hash.

    It holds text alone, so the collector of reference cycles may pass over the hundred thousand of a long list.
    """

    id: BallotId
    state: BallotState
    style: Code | None = None
    hash: Hash | None = None
    """SHA-256 of the encrypted ballot's compact form."""


class BallotList(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/ballot-list/1"):
    """All ballots of a station, all booths together, sorted by id."""

    election: Hash
    station: Code
    ballots: tuple[PublishedBallot, ...]


class OpenedOption(Record, frozen=True, kw_only=True):
    """One option of a challenged ballot: what it says, and the nonce with which anyone encrypts it again."""

    contest: Code
    option: Code
    votes: Annotated[int, msgspec.Meta(ge=0, le=100)]
    nonce: Nonce


class OpenedBallot(Record, frozen=True, kw_only=True):
    """A ballot whose voter challenged the machine. It was not cast, and is opened in public."""

    id: BallotId
    options: tuple[OpenedOption, ...]
    """Every option of the style, in the order of its shape."""


class OpenedList(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/opened-ballots/1"):
    """All challenged ballots of a station, sorted by id."""

    election: Hash
    station: Code
    ballots: tuple[OpenedBallot, ...]
