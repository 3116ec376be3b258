"""The papers of an audit as a verifier reads them: plain records, written again from docs/spec/audits.md.

Nothing here is shared with `urna.audit`, which writes them.
"""

from typing import Annotated, Literal

import msgspec

from urna.election.definition import NamedKey, Text
from urna.encoding.canonical import Code, Count, Hash, Moment, Record

_LINE = r"\A[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]*\Z"
"""No control characters, and none that turns the direction of a line."""

Share = Annotated[str, msgspec.Meta(pattern=r"\A(0|[1-9]\d{0,11})/[1-9]\d{0,11}\Z")]

Seen = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
"""A seed, an assertion, a ticket or a unit: compared with what follows, and shown to nobody unchanged."""

Person = Annotated[str, msgspec.Meta(min_length=1, max_length=120, pattern=_LINE)]

Reason = Annotated[str, msgspec.Meta(max_length=500, pattern=_LINE)]
"""One line, or nothing."""


class Container(Record, frozen=True, kw_only=True):
    """A box: papers counted by hand, and those that it may have and nobody finds."""

    code: Code
    centre: Code
    papers: Count
    phantoms: Count

    @property
    def size(self) -> int:
        """The most papers that it may have."""
        return self.papers + self.phantoms


class Manifest(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/ballot-manifest/1"):
    """The boxes, ascending by code."""

    election: Hash
    bound: Literal["signatures", "registered", "reported"]
    containers: tuple[Container, ...]
    papers: Count
    phantoms: Count


class Weight(Record, frozen=True, kw_only=True):
    """How many consecutive numbers a box owns."""

    code: Code
    weight: Count


class Weights(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/draw-weights/1"):
    """By what boxes are drawn, in the manifest's order."""

    election: Hash
    audit: Code
    manifest: Hash
    weights: tuple[Weight, ...]


class Commitment(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/draw-commitment/1"):
    """The rules of a draw."""

    election: Hash
    audit: Code
    manifest: Hash
    population: Count
    unit: Literal["container", "paper"]
    procedure: Literal["sha256-sorted", "sha256-counter", "consistent-sampler"]
    replacement: bool
    sizes: tuple[Count, ...]
    share: Share
    rounding: Literal["up", "nearest"]
    seed_kind: Literal["dice", "text"]
    log_size: Count
    log_root: Hash
    method: Literal["sample", "share", "macro", "polling"]
    contests: tuple[Code, ...]
    edition: Count
    risk_limit: Share
    weights: Hash | None
    board: tuple[NamedKey, ...]
    quorum: Count
    decided_at: Moment


class Seed(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/draw-seed/1"):
    """What was rolled."""

    election: Hash
    audit: Code
    commitment: Hash
    kind: Literal["dice", "text"]
    said: Text
    seed: Seen
    place: Text
    rolled_at: Moment


class Drawn(Record, frozen=True, kw_only=True):
    """One draw."""

    ticket: Seen
    unit: Seen
    times: Count


class Round(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/draw-round/1"):
    """The draws of one round."""

    election: Hash
    audit: Code
    commitment: Hash
    seed: Hash
    round: Count
    after: Count
    size: Count
    draws: tuple[Drawn, ...]


class OptionDraws(Record, frozen=True, kw_only=True):
    """Draws of slips with a vote for an option."""

    option: Code
    draws: Count


class ContestReading(Record, frozen=True, kw_only=True):
    """The sums of a contest over a round."""

    contest: Code
    options: tuple[OptionDraws, ...]
    without_vote: Count
    not_found: Count


class Reading(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/slip-reading/1"):
    """What the slips of a round say, as sums."""

    election: Hash
    audit: Code
    commitment: Hash
    seed: Hash
    round: Count
    drawn: Hash
    typed_by: tuple[Person, ...]
    contests: tuple[ContestReading, ...]
    lost: tuple[Code, ...]
    overfull: tuple[Code, ...]
    reason: Reason


class Line(Record, frozen=True, kw_only=True):
    """One option's votes in a box."""

    contest: Code
    option: Code
    votes: Count


class BoxCount(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/audit-count/1"):
    """What was found in one box."""

    election: Hash
    audit: Code
    seed: Hash
    station: Code
    sequence: Count
    state: Literal["counted", "lost"]
    papers: Count
    typed_by: tuple[Person, Person]
    lines: tuple[Line, ...]
    withheld: tuple[Code, ...]
    reason: Reason


class Difference(Record, frozen=True, kw_only=True):
    """An option that sheet and box do not count alike."""

    station: Code
    contest: Code
    option: Code
    sheet: Count
    box: Count


class CountUsed(Record, frozen=True, kw_only=True):
    """A count that a report rests on."""

    station: Code
    sequence: Count
    count: Hash


class ContestRisk(Record, frozen=True, kw_only=True):
    """One contest's assertions and risk."""

    contest: Code
    assertions: tuple[Seen, ...]
    risk: Share


class AuditReport(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/audit-report/1"):
    """An audit after a round."""

    election: Hash
    audit: Code
    commitment: Hash
    seed: Hash
    round: Count
    edition: Count
    counts: tuple[CountUsed, ...]
    differences: tuple[Difference, ...]
    lost: tuple[Code, ...]
    overfull: tuple[Code, ...]
    withheld: tuple[Code, ...]
    risks: tuple[ContestRisk, ...]
    outcome: Literal["confirmed", "go_on", "full_count", "refuted", "compared"]
    next_size: Count
    made_at: Moment
