"""An elector of the roll.

The record is personal data: it lives on the authority's own machine and, sealed, in one station's poll book.
Neither a message nor a repr shows it.
"""

from typing import Annotated

import msgspec

from urna.encoding.canonical import Code, Hash, Record

MAX_NAME_LETTERS = 80
MAX_FINGERS = 4
"""Thumbs and index fingers."""

MAX_IMPRESSIONS = 3
"""Of one finger: a second and a third impression show skin that the first missed."""

SALT_BYTES = 32

IsoRecord = Annotated[bytes, msgspec.Meta(min_length=30, max_length=2048)]
"""An ISO/IEC 19794-2:2005 record of one impression; opaque here."""

EVERYBODY: Code = "ALL"
"""The group of electors who belong to no special electorate."""

ElectorNumber = Annotated[str, msgspec.Meta(pattern=r"\A[A-Z0-9](?:[A-Z0-9.-]{0,18}[A-Z0-9])?\Z")]
"""The number of an identity card, as V12345678: capitals, digits, dot and dash, 1 to 20 characters."""

ElectorName = Annotated[
    str, msgspec.Meta(min_length=1, max_length=MAX_NAME_LETTERS, pattern=r"\A[^\x00-\x1f\x7f-\x9f\u2028\u2029]+\Z")
]
"""A person's name as it stands on the identity card; no control characters."""


class Finger(Record, frozen=True, kw_only=True):
    """One enrolled finger."""

    position: Annotated[int, msgspec.Meta(ge=1, le=10)]
    """As ISO/IEC 19794-2 numbers them: 1 right thumb, 2 right index, 6 left thumb, 7 left index."""
    templates: Annotated[tuple[IsoRecord, ...], msgspec.Meta(min_length=1, max_length=MAX_IMPRESSIONS)]
    """One to three impressions, in the order in which they were taken."""

    def __repr__(self) -> str:
        """Says which finger, never its templates."""
        return f"Finger(position={self.position})"


class Elector(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/elector/1"):
    """A person who may vote, at one station, on one ballot style."""

    number: ElectorNumber
    name: ElectorName
    station: Code
    group: Code = EVERYBODY
    """The electorate of the person, such as INDIGENOUS; decides the style together with the station."""
    style: Code
    fingers: Annotated[tuple[Finger, ...], msgspec.Meta(max_length=MAX_FINGERS)] = ()

    def __repr__(self) -> str:
        """Names the station only: an elector is personal data and stays out of logs."""
        return f"Elector(station={self.station!r})"


class Member(Record, frozen=True, kw_only=True):
    """An elector with the salt that hides the record behind its leaf of the commitment."""

    salt: Hash
    """32 random bytes, as 64 hexadecimal digits."""
    elector: Elector

    def __repr__(self) -> str:
        """Neither salt nor person."""
        return f"Member({self.elector!r})"


class RollPart(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/roll-part/1"):
    """One station's electors, sorted by number."""

    election: Hash
    station: Code
    members: tuple[Member, ...]

    def __repr__(self) -> str:
        """How many, not who."""
        return f"RollPart(station={self.station!r}, electors={len(self.members)})"
