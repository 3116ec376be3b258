"""What is read of a voter record: the classes of SP 1500-102 as far as a roll needs them.

Addresses, birthdays, signatures, contact data and everything else is passed over and never written anywhere.
"""

import msgspec

from urna.interop.nist.plain import Repeated

REPEATED = Repeated(
    ("ExternalIdentifier", "Locality", "MiddleName", "VoterClassification", "VoterId", "VoterRecord"),
)
"""Elements that the format lets repeat, of those that are read."""


class VoterPart(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """The base; no repr shows personal data."""

    def __repr__(self) -> str:
        """The class alone."""
        return f"{type(self).__name__}(…)"


class Identifier(VoterPart, frozen=True, kw_only=True):
    """A name that somebody gave to a place."""

    value: str
    type: str
    other_type: str = ""


class Place(VoterPart, frozen=True, kw_only=True):
    """A reporting unit: a polling place or a precinct."""

    type: str
    external_identifier: tuple[Identifier, ...] = ()


class VoterId(VoterPart, frozen=True, kw_only=True):
    """A number of a person."""

    type: str
    other_type: str = ""
    string_value: str = ""


class Classification(VoterPart, frozen=True, kw_only=True):
    """Something that is said of a person."""

    type: str
    assertion: str
    other_type: str = ""


class PersonName(VoterPart, frozen=True, kw_only=True):
    """A person's name, whole or in parts."""

    full_name: str = ""
    first_name: str = ""
    middle_name: tuple[str, ...] = ()
    last_name: str = ""
    suffix: str = ""

    @property
    def written(self) -> str:
        """The whole name, or its parts in the order in which they are spoken."""
        parts = (self.first_name, *self.middle_name, self.last_name, self.suffix)
        return self.full_name or " ".join(part for part in parts if part)


class Voter(VoterPart, frozen=True, kw_only=True):
    """A person."""

    name: PersonName
    voter_id: tuple[VoterId, ...] = ()
    voter_classification: tuple[Classification, ...] = ()


class VoterRecord(VoterPart, frozen=True, kw_only=True):
    """A person on a registry, and where that person votes."""

    voter: Voter
    polling_location: Place | None = None
    locality: tuple[Place, ...] = ()
    voter_status: str = "active"
