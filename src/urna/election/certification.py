"""Which keys speak for a station: certified, and when needed revoked, by k of n officers."""

from typing import Literal

from urna.election.definition import Text
from urna.encoding.canonical import Code, Count, Hash, Moment, PublicKey, Record


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


class StationDecision(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/station-decision/1"):
    """The authority's decision, signed by k of n officers, that a station counts otherwise than by a sheet."""

    election: Hash
    serial: Count
    station: Code
    state: Literal["not_opened", "annulled"]
    reason: Text
    decided_at: Moment
