"""What people do in an audit, as acts that are written one after the other and never changed.

Each place where the audit works (the coordinator's table, a board at a centre) writes a chain of its own: an act has
a number and the SHA-256 of the act before it. A chain can so be carried on a stick, read twice, and compared.
"""

from enum import StrEnum
from typing import Annotated

import msgspec

from urna.audit.box_count import BoxState, HandLine, Person
from urna.audit.report import AuditReport
from urna.audit.slip_reading import ContestReading, SlipReading
from urna.encoding.canonical import Code, Count, Hash, Moment, Record

CONSOLE = "console"
"""Who did what was done on the command line of a place: whoever holds its folder."""

BEGINNING: Hash = "0" * 64
"""What the first act of a chain names as the one before."""

Who = Annotated[str, msgspec.Meta(pattern=r"\A[a-z][a-z0-9.-]{1,30}[a-z0-9]\Z")]
"""The short name with which somebody signs in."""

Place = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
"""The key name of the audit board's key that signs there."""

Why = Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
Serial = Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]


class AuditRole(StrEnum):
    """What somebody may do in an audit."""

    COORDINATOR = "coordinator"
    """Makes boards, hands out boxes, decides differences, closes rounds; types no count."""
    COUNTER = "counter"
    """Of one board: types what its boxes hold."""


class Joined(Record, frozen=True, kw_only=True, tag_field="act", tag="joined"):
    """Somebody takes part. A second time with the same name: the board or the spelling changed."""

    person: Who
    full_name: Person
    """As it stands under a count."""
    role: AuditRole
    board: Code | None
    """Of a counter."""


class BoardMade(Record, frozen=True, kw_only=True, tag_field="act", tag="board-made"):
    """A table at which boxes are counted."""

    board: Code
    title: Person
    place: Place
    """Where it types."""


class Assigned(Record, frozen=True, kw_only=True, tag_field="act", tag="assigned"):
    """Boxes go to a board; those that another one had, and of which nothing is typed, change hands."""

    board: Code
    stations: Annotated[tuple[Code, ...], msgspec.Meta(min_length=1)]


class Drew(Record, frozen=True, kw_only=True, tag_field="act", tag="drew"):
    """A round was drawn, or every box is to be counted."""

    round: Serial
    size: Count
    """Draws in all; 0 of a full count."""
    stations: tuple[Code, ...]
    """The boxes to fetch that no round before had."""
    hash: Hash
    """SHA-256 of the round's canonical bytes; of a full count, of the report that asks for it."""

    @property
    def is_full(self) -> bool:
        """Whether every box is to be counted."""
        return self.size == 0


class Entered(Record, frozen=True, kw_only=True, tag_field="act", tag="entered"):
    """One person typed what a box holds, without seeing anybody else's numbers or the sheet's."""

    station: Code
    sequence: Serial
    attempt: Serial
    state: BoxState
    papers: Count
    lines: tuple[HandLine, ...]
    """Ascending by contest and option; none of a lost box."""
    reason: Annotated[str, msgspec.Meta(max_length=1000)]
    """How it was lost; otherwise empty."""


class Again(Record, frozen=True, kw_only=True, tag_field="act", tag="again"):
    """Both type the box anew."""

    station: Code
    sequence: Serial
    attempt: Serial
    """The one that is given up."""


class Decided(Record, frozen=True, kw_only=True, tag_field="act", tag="decided"):
    """The coordinator decides a difference, having looked at the slips; a counter of the board has to agree."""

    station: Code
    sequence: Serial
    attempt: Serial
    state: BoxState
    papers: Count
    lines: tuple[HandLine, ...]
    reason: Why


class Agreed(Record, frozen=True, kw_only=True, tag_field="act", tag="agreed"):
    """A counter looked at the same slips and says the same as the coordinator."""

    station: Code
    sequence: Serial
    attempt: Serial


class Reopened(Record, frozen=True, kw_only=True, tag_field="act", tag="reopened"):
    """A counted box is counted once more; the count before stands until the new one is agreed."""

    station: Code
    sequence: Annotated[int, msgspec.Meta(ge=2, le=2**53 - 1)]
    """Of the new count."""
    reason: Why


class Pictured(Record, frozen=True, kw_only=True, tag_field="act", tag="pictured"):
    """A photograph of a box, its worksheet or a slip; the file lies beside the journal under its hash."""

    station: Code
    photo: Hash
    kind: Annotated[str, msgspec.Meta(pattern=r"\Aimage/(?:jpeg|png|webp)\Z")]
    size: Serial
    """Bytes."""


class Closed(Record, frozen=True, kw_only=True, tag_field="act", tag="closed"):
    """A round is over, and this is what it says."""

    number: Serial
    """Of the report."""
    report: AuditReport


class Slip(Record, frozen=True, kw_only=True):
    """One drawn slip of a box's pile."""

    position: Serial
    """From the top, counted from 1."""
    draws: Serial
    """Of this round: how often the slip counts."""
    is_again: bool
    """Whether an earlier round drew it, too."""


class SlipsToPull(Record, frozen=True, kw_only=True):
    """The slips that a round draws from one box."""

    station: Code
    slips: Annotated[tuple[Slip, ...], msgspec.Meta(min_length=1)]
    """Ascending by position."""


class SlipsDrew(Record, frozen=True, kw_only=True, tag_field="act", tag="slips-drew"):
    """A round of single slips was drawn."""

    round: Serial
    size: Serial
    """Draws in all."""
    contests: tuple[Code, ...]
    """Those of which anything is written down in this round (`reading_rules.contests_read`)."""
    pulls: Annotated[tuple[SlipsToPull, ...], msgspec.Meta(min_length=1)]
    """Ascending by station."""
    hash: Hash
    """SHA-256 of the round's canonical bytes."""

    @property
    def is_full(self) -> bool:
        """Never: a full count is drawn as `Drew`."""
        return False

    @property
    def stations(self) -> tuple[Code, ...]:
        """The boxes to fetch."""
        return tuple(each.station for each in self.pulls)


class SlipsEntered(Record, frozen=True, kw_only=True, tag_field="act", tag="slips-entered"):
    """One person typed a box's drawn slips, seeing nobody else's; what is kept are the sums, no slip by itself."""

    station: Code
    round: Serial
    attempt: Serial
    state: BoxState
    is_overfull: bool
    """Whether the box holds more slips than the manifest allows."""
    contests: tuple[ContestReading, ...]
    """Ascending; of a lost box all draws not found."""
    reason: Annotated[str, msgspec.Meta(max_length=1000)]
    """How it was lost; otherwise empty."""


class SlipsAgain(Record, frozen=True, kw_only=True, tag_field="act", tag="slips-again"):
    """Both type the box's slips anew."""

    station: Code
    round: Serial
    attempt: Serial
    """The one that is given up."""


class SlipsDecided(Record, frozen=True, kw_only=True, tag_field="act", tag="slips-decided"):
    """The coordinator looked at the slips with both counters and typed them; a counter of the board has to agree."""

    station: Code
    round: Serial
    attempt: Serial
    state: BoxState
    is_overfull: bool
    contests: tuple[ContestReading, ...]
    reason: Why


class SlipsAgreed(Record, frozen=True, kw_only=True, tag_field="act", tag="slips-agreed"):
    """A counter looked at the same slips and says the same as the coordinator."""

    station: Code
    round: Serial
    attempt: Serial


class SlipsClosed(Record, frozen=True, kw_only=True, tag_field="act", tag="slips-closed"):
    """A round of slips is over: the sums over all its boxes, and what they say."""

    number: Serial
    """Of the report."""
    reading: SlipReading
    report: AuditReport


What = (
    Joined
    | BoardMade
    | Assigned
    | Drew
    | Entered
    | Again
    | Decided
    | Agreed
    | Reopened
    | Pictured
    | Closed
    | SlipsDrew
    | SlipsEntered
    | SlipsAgain
    | SlipsDecided
    | SlipsAgreed
    | SlipsClosed
)


class Act(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/audit-act/1"):
    """One act of one place."""

    election: Hash
    audit: Code
    place: Place
    number: Serial
    previous: Hash
    """SHA-256 of the canonical bytes of this place's act before; `BEGINNING` for the first."""
    at: Moment
    who: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    """A person's short name, or `CONSOLE`."""
    what: What


class ActChain(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/audit-acts/1"):
    """All acts of one place, signed by its key, as they travel on a stick."""

    election: Hash
    audit: Code
    place: Place
    acts: tuple[Act, ...]
    """From number 1 without a gap."""
