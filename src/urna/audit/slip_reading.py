"""What the slips of a round say, published as sums over the whole round and never slip by slip or box by box.

Every number is a number of draws: a slip that was drawn twice in the round counts twice, and one that an earlier round
drew already is read again. Nothing says which votes stand on one slip: patterns of marks are a voter's signature.
Docs: docs/spec/audits.md, "Readings".
"""

from typing import Annotated

import msgspec

from urna.audit.box_count import Person
from urna.encoding.canonical import Code, Count, Hash, Record

MOST_READERS = 1000


class OptionDraws(Record, frozen=True, kw_only=True):
    """An option, and the draws whose slip has a valid vote for it."""

    option: Code
    draws: Count


class ContestReading(Record, frozen=True, kw_only=True):
    """One contest, over the draws of the round from boxes whose station has it."""

    contest: Code
    options: tuple[OptionDraws, ...]
    """Ascending by option; every option of the contest."""
    without_vote: Count
    """Draws of slips without a valid vote in the contest: blank, overvoted, or without the contest."""
    not_found: Count
    """Draws of slips that are not in their box: each counts as the worst that there can be."""


class SlipReading(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/slip-reading/1"):
    """What a round of slips says; signed by the audit board. There is one for each round, and none replaces it."""

    election: Hash
    audit: Code
    commitment: Hash
    seed: Hash
    round: Annotated[int, msgspec.Meta(ge=1, le=9999)]
    drawn: Hash
    """SHA-256 of the round's canonical bytes."""
    typed_by: Annotated[tuple[Person, ...], msgspec.Meta(min_length=2, max_length=MOST_READERS)]
    """Those who read and typed, two for each box; different names."""
    contests: tuple[ContestReading, ...]
    """Ascending: those that enough different slips of the round have (`reading_rules.contests_read`)."""
    lost: tuple[Code, ...]
    """Ascending: drawn boxes that cannot be found."""
    overfull: tuple[Code, ...]
    """Ascending: drawn boxes that hold more slips than the manifest has room for."""
    reason: str
    """How a box was lost; otherwise empty."""
