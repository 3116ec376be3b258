"""An election report as XML: the same document as in JSON, in the order of NIST_V2_election_results_reporting.xsd.

Numbers and references are the same, attribute by attribute. `@id` is `ObjectId`; a class of several that could stand
in a place is `xsi:type`; a list of references is one element.
"""

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

import msgspec

from urna.interop.nist.parts import Part

NAMESPACE = "http://itl.nist.gov/ns/voting/1500-100/v2"

_CONTEST = (
    "Abbreviation BallotSubTitle BallotTitle ContestSelection CountStatus ElectionDistrictId ExternalIdentifier"
    " HasRotation Name OtherCounts SequenceOrder SubUnitsReported TotalSubUnits VoteVariation OtherVoteVariation"
)
_COUNTS = "DeviceClass GpUnitId IsSuppressedForPrivacy Round Type OtherType"
_SELECTION = "SequenceOrder VoteCounts"

ORDER = {
    name: elements.split()
    for name, elements in {
        "BallotCounts": f"{_COUNTS} BallotsCast BallotsOutstanding BallotsRejected",
        "BallotMeasureContest": f"{_CONTEST} ConStatement EffectOfAbstain FullText InfoUri PassageThreshold"
        " ProStatement SummaryText Type OtherType",
        "BallotMeasureSelection": f"{_SELECTION} ExternalIdentifier Selection",
        "Candidate": "BallotName ExternalIdentifier PartyId PersonId PostElectionStatus PreElectionStatus",
        "CandidateContest": f"{_CONTEST} NumberElected NumberRunoff OfficeIds PrimaryPartyIds VotesAllowed",
        "CandidateSelection": f"{_SELECTION} CandidateIds EndorsementPartyIds IsWriteIn",
        "CountStatus": "Status Type OtherType",
        "Election": "BallotCounts BallotStyle Candidate Contest CountStatus ElectionScopeId ExternalIdentifier Name"
        " StartDate EndDate Type OtherType",
        "ElectionReport": "Election ExternalIdentifier Format GeneratedDate GpUnit Issuer IssuerAbbreviation IsTest"
        " Notes Party Person SequenceStart SequenceEnd Status TestType VendorApplicationId",
        "ExternalIdentifier": "Type OtherType Value",
        "InternationalizedText": "Text",
        "OtherCounts": "DeviceClass GpUnitId Overvotes Undervotes WriteIns",
        "Party": "Abbreviation Color ExternalIdentifier Name",
        "PartyContest": _CONTEST,
        "PartySelection": f"{_SELECTION} PartyIds",
        "Person": "ExternalIdentifier FullName PartyId",
        "ReportingUnit": "ComposingGpUnitIds ExternalIdentifier Name CountStatus IsDistricted Number SubUnitsReported"
        " TotalSubUnits Type OtherType VotersParticipated VotersRegistered",
        "VoteCounts": f"{_COUNTS} Count",
    }.items()
}
"""By class, its elements in the schema's order, as far as urna writes them; those of the class above it come first."""

ABSTRACT = ("Contest", "ContestSelection", "GpUnit")
"""Elements whose class is one of several."""

NO_XML = dict.fromkeys((0xFFFE, 0xFFFF), "\N{REPLACEMENT CHARACTER}")
"""The two characters that a definition may hold and XML may not."""


def write_xml(document: Part) -> bytes:
    """The report as a file: XML in UTF-8, an element a line."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    spaces = f'xmlns="{NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    lines += [f"<ElectionReport {spaces}>", *_inside(document), "</ElectionReport>", ""]
    return "\n".join(lines).encode()


def _inside(part: Part) -> Iterator[str]:
    order = ORDER[_class(part)]
    unknown = {name for name in part if not name.startswith("@")} - set(order)
    if unknown:
        raise AssertionError(unknown)
    for name in order:
        if name in part:
            yield from _element(name, part[name])


def _element(name: str, value: object) -> Iterator[str]:
    if isinstance(value, msgspec.Struct):
        value = msgspec.to_builtins(value)
    if isinstance(value, dict):
        yield from _part(name, value)
    elif isinstance(value, list) and name.endswith("Ids"):
        yield f"<{name}>{' '.join(value)}</{name}>"
    elif isinstance(value, list):
        yield from _several(name, value)
    else:
        yield f"<{name}>{_text(value)}</{name}>"


def _several(name: str, values: Sequence[object]) -> Iterator[str]:
    for each in values:
        yield from _element(name, each)


def _part(name: str, part: Part) -> Iterator[str]:
    if "Language" in part:
        yield f"<{name} Language={quoteattr(str(part['Language']))}>{_text(part['Content'])}</{name}>"
        return
    attributes = f" ObjectId={quoteattr(str(part['@id']))}" if "@id" in part else ""
    kind = f' xsi:type="{_class(part)}"' if name in ABSTRACT else ""
    yield f"<{name}{kind}{attributes}>"
    yield from _inside(part)
    yield f"</{name}>"


def _class(part: Part) -> str:
    return str(part["@type"]).rpartition(".")[2]


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return escape(str(value).translate(NO_XML))
