"""What is read of an election report: the classes of the format as far as numbers and their names go.

Attributes that are not here are passed over. `@type` is, too: what a selection is of shows in what it has.
"""

import msgspec

from urna.interop.nist.plain import Repeated

REPEATED = Repeated(
    (
        "BallotCounts",
        "BallotStyle",
        "Candidate",
        "CandidateIds",
        "ComposingGpUnitIds",
        "Contest",
        "ContestSelection",
        "CountStatus",
        "Election",
        "EndorsementPartyIds",
        "ExternalIdentifier",
        "GpUnit",
        "GpUnitIds",
        "OtherCounts",
        "Party",
        "PartyIds",
        "Person",
        "Text",
        "VoteCounts",
    )
)
"""Elements that the format lets repeat."""


class ReadPart(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """The base of what is taken from a report."""


class ReadString(ReadPart, frozen=True, kw_only=True):
    """A text in one language."""

    content: str = ""
    """Empty in XML where a text is all blanks."""
    language: str


class ReadText(ReadPart, frozen=True, kw_only=True):
    """A text in one or more languages."""

    text: tuple[ReadString, ...]

    def __str__(self) -> str:
        """The first of its languages."""
        return self.text[0].content if self.text else ""


class ReadIdentifier(ReadPart, frozen=True, kw_only=True):
    """Somebody's name for a thing."""

    value: str
    other_type: str = ""


class ReadVotes(ReadPart, frozen=True, kw_only=True, gc=False):
    """Votes or seats of a selection in a unit."""

    gp_unit_id: str
    type: str
    count: int | float
    is_suppressed_for_privacy: bool = False
    device_class: dict[str, object] | None = None
    round: int | None = None


class ReadOther(ReadPart, frozen=True, kw_only=True, gc=False):
    """Votes of a contest that were not used, or were too many."""

    gp_unit_id: str
    undervotes: int | float | None = None
    overvotes: int | float | None = None
    device_class: dict[str, object] | None = None


class ReadBallots(ReadPart, frozen=True, kw_only=True, gc=False):
    """Ballots of a unit."""

    gp_unit_id: str
    type: str
    ballots_cast: int | None = None
    other_type: str = ""
    device_class: dict[str, object] | None = None


class ReadSelection(ReadPart, frozen=True, kw_only=True):
    """What a voter presses: candidates, a party, or an answer."""

    id: str = msgspec.field(name="@id")
    vote_counts: tuple[ReadVotes, ...] = ()
    candidate_ids: tuple[str, ...] = ()
    party_ids: tuple[str, ...] = ()
    selection: ReadText | None = None


class ReadContest(ReadPart, frozen=True, kw_only=True):
    """A contest of any kind."""

    id: str = msgspec.field(name="@id")
    name: str
    election_district_id: str
    contest_selection: tuple[ReadSelection, ...] = ()
    other_counts: tuple[ReadOther, ...] = ()


class ReadNamed(ReadPart, frozen=True, kw_only=True):
    """A unit, a party or a candidate: what has a name."""

    id: str = msgspec.field(name="@id")
    name: ReadText | None = None
    ballot_name: ReadText | None = None
    external_identifier: tuple[ReadIdentifier, ...] = ()
    voters_registered: int | None = None
    voters_participated: int | None = None


class ReadElection(ReadPart, frozen=True, kw_only=True):
    """The election of a report."""

    name: ReadText
    contest: tuple[ReadContest, ...] = ()
    candidate: tuple[ReadNamed, ...] = ()
    ballot_counts: tuple[ReadBallots, ...] = ()


class ReadReport(ReadPart, frozen=True, kw_only=True):
    """The report."""

    status: str
    generated_date: str
    issuer: str
    is_test: bool = False
    gp_unit: tuple[ReadNamed, ...] = ()
    party: tuple[ReadNamed, ...] = ()
    election: tuple[ReadElection, ...] = ()
    external_identifier: tuple[ReadIdentifier, ...] = ()
