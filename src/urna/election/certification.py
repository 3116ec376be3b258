"""Which keys speak for a station: certified, and when needed revoked, by k of n officers."""

from typing import Literal

from urna.election.definition import Text
from urna.encoding.canonical import Code, Count, Hash, Moment, PublicKey, Record
from urna.errors import Malformed, OutOfOrder
from urna.words import Sentence


class StationKeys(Record, frozen=True, kw_only=True):
    """The public keys of one station: poll book and booths sign (Ed25519), the closing key seals (X25519)."""

    station: Code
    poll_book: PublicKey
    booths: tuple[PublicKey, ...]
    """Booth 1 first."""
    closing: PublicKey


class Certification(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/certification/1"):
    """A batch of stations' keys. A station is in one unrevoked certification at a time."""

    election: Hash
    serial: Count
    issued_at: Moment
    stations: tuple[StationKeys, ...]


class Revocation(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/revocation/1"):
    """Keys of one station that speak for nobody any more, whatever they signed and whenever."""

    election: Hash
    serial: Count
    """Of the revocations, counted from 1."""
    issued_at: Moment
    station: Code
    keys: StationKeys
    reason: Literal["stolen", "lost", "broken", "mistaken"]
    note: Text


class RollCommitment(Record, frozen=True, kw_only=True):
    """What is fixed of one station's electors before the day: how many, and the salted Merkle root."""

    station: Code
    electors: Count
    root: Hash


class RollCommitments(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/roll-commitments/1"):
    """The commitments of all stations, in the definition's order, signed by k of n officers."""

    election: Hash
    stations: tuple[RollCommitment, ...]


class StationDecision(
    Record, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="urna/station-decision/1"
):
    """The authority's decision, signed by k of n officers, that a station counts otherwise than by a sheet."""

    election: Hash
    serial: Count
    station: Code
    state: Literal["not_opened", "annulled", "hand_count"]
    reason: Text
    decided_at: Moment
    hand: Hash | None = None
    """SHA-256 of the hand-count sheet that counts, of `hand_count` alone."""
    machines: Literal["in_place_of", "added_to"] | None = None
    """Whether that sheet counts in place of the machines', or is added to it; of `hand_count` alone."""
    replaces: Count = 0
    """The serial of the station's decision that stands until this one; 0 if there is none."""

    def __post_init__(self) -> None:
        is_by_hand = self.state == "hand_count"
        if (self.hand is not None, self.machines is not None) != (is_by_hand, is_by_hand):
            raise Malformed(
                Sentence("a hand count's hash, and whether it is in place of or added to the machines' sheet"),
                Sentence("a decision {state} with others", {"state": self.state}),
                Sentence("Write the decision anew: both with hand_count, neither with another state."),
                self.station,
            )

    @property
    def counts_machines(self) -> bool:
        """Whether the machines' sheet of the station counts all the same."""
        return self.machines == "added_to"


def check_succession(before: StationDecision | None, decision: StationDecision) -> None:
    """Returns if a decision may follow the one that stands.

    1. It names that one, or none where there is none.
    2. One of the two is about a hand count: whatever else was decided of a station stays so.
    3. A hand count is added to a machines' sheet only where that counts until then.

    Raises:
        OutOfOrder: it may not; nothing counts otherwise than before.
    """
    serial = before.serial if before is not None else 0
    if decision.replaces != serial:
        raise _another_decision(Sentence("a decision that replaces {serial}", {"serial": serial}), decision)
    if before is None:
        return
    if "hand_count" not in (before.state, decision.state):
        raise _another_decision(Sentence("one decision on the station, unless on a hand count"), decision)
    if decision.counts_machines and not before.counts_machines:
        raise _another_decision(Sentence("a hand count in place of a sheet that counts no more"), decision)


def _another_decision(expected: Sentence, decision: StationDecision) -> OutOfOrder:
    values: dict[str, str | int] = {"serial": decision.serial, "state": decision.state, "replaces": decision.replaces}
    return OutOfOrder(
        expected,
        Sentence("decision {serial}, {state}, which replaces {replaces}", values),
        Sentence("Ask the officers for a decision that names the one that stands; nothing was changed."),
        decision.station,
    )
