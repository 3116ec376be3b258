"""The ballot definition of NIST SP 1500-20, version 1: what is on which ballot, from an election's definition."""

from collections.abc import Iterator

from urna.election.definition import Election
from urna.encoding.canonical import Moment
from urna.interop.nist.codes import contest_id, option_id, station_id
from urna.interop.nist.contests import contest_part, option_part
from urna.interop.nist.parties import candidates, parties, persons
from urna.interop.nist.parts import Format, Part
from urna.interop.nist.places import NOTHING_MORE, scope_id, station_unit, territories

VERSION = "1.0.0"


def ballot_definition(election: Election, now: Moment, application: str) -> Part:
    """The document.

    Args:
        election: the definition.
        now: when the document is made.
        application: the program and its version.
    """
    form = Format("BallotDefinition", election.rules.languages[0])
    definition = election.definition
    stations = [station_unit(station, form) for station in definition.stations]
    return form.part(
        "BallotDefinition",
        Version=VERSION,
        GeneratedDate=now,
        SequenceStart=1,
        SequenceEnd=1,
        VendorApplicationId=application,
        **issuer(election),
        ExternalIdentifier=form.identifier(election.identity, "sha-256"),
        GpUnit=[*territories(election, form, {}), *stations],
        Party=list(parties(election, form)),
        Person=list(persons(election, form)),
        Election=[
            form.part(
                "Election",
                **election_head(election, form),
                Candidate=list(candidates(election, form)),
                Contest=list(_contests(election, form)),
                BallotStyle=list(_styles(election, form)),
            )
        ],
    )


def issuer(election: Election) -> dict[str, object]:
    """Who issues a document, and whether it is only a test; for an abbreviation the formats get the election's code."""
    is_test = election.definition.purpose == "rehearsal"
    return {
        "Issuer": election.definition.authority.name,
        "IssuerAbbreviation": election.definition.code,
        "IsTest": is_test,
        "TestType": "rehearsal" if is_test else None,
    }


def election_head(election: Election, form: Format) -> dict[str, object]:
    """Name, scope, dates and type; the dates are those of opening and closing in UTC."""
    definition = election.definition
    return {
        "Name": form.text(definition.title),
        "ElectionScopeId": scope_id(election),
        "StartDate": definition.opens_at[:10],
        "EndDate": definition.closes_at[:10],
        "Type": "other",
        "OtherType": definition.purpose,
        "ExternalIdentifier": form.identifier(definition.code),
    }


def _contests(election: Election, form: Format) -> Iterator[Part]:
    for contest in election.definition.contests:
        options = [option_part(contest, number, form, "Option") for number in range(len(contest.options))]
        yield contest_part(election, contest, form, options=options, suffix="Option", more=NOTHING_MORE)


def _styles(election: Election, form: Format) -> Iterator[Part]:
    """Each style with its stations; one that no station uses has no place to be shown."""
    stations: dict[str, list[str]] = {}
    for station in election.definition.stations:
        for each in station.styles:
            stations.setdefault(each.style, []).append(station_id(station.code))
    for style in election.definition.styles:
        if style.code in stations:
            yield form.part(
                "BallotStyle",
                ExternalIdentifier=form.identifier(style.code),
                GpUnitIds=stations[style.code],
                Language=list(election.rules.languages),
                OrderedContent=[_ordered(election, code, form) for code in style.contests],
            )


def _ordered(election: Election, code: str, form: Format) -> Part:
    options = [option_id(code, option.code) for option in election.contests[code].options]
    return form.part("OrderedContest", ContestId=contest_id(code), OrderedContestOptionIds=options)
