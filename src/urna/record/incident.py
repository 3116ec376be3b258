"""What the centre did not count, in public: the hash of what came, and why.

Whoever holds the document can show that it is the one; whoever does not learns nothing of what it says.
"""

from typing import Literal

from urna.election.definition import Text
from urna.encoding.canonical import Code, Count, Hash, Moment, Record


class Incident(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/incident/1"):
    """Something came from, or in the name of, a station and was not counted. Signed with the centre's log key."""

    election: Hash
    serial: Count
    """Of the incidents, counted from 1."""
    station: Code
    kind: Literal["refused", "quarantined", "conflict"]
    """`refused`: it does not prove what it says; `quarantined`: properly signed, but its numbers need people to
    look; `conflict`: properly signed, and another one with the same sequence is in the record."""
    document: Hash
    """SHA-256 of what came."""
    reason: Text
    noticed_at: Moment
