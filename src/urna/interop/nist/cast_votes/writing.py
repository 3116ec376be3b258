"""Challenged ballots of a record as cast vote records of NIST SP 1500-103, version 1.

A challenged ballot is opened in public and never counted, so it may be written selection by selection, and says so.
A cast ballot never is: in an election with guardians nobody can open one alone, and without guardians the record has
its id and no selection. The order is that of the random ids, which says nothing of when anybody voted.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from urna.ballot.published import OpenedBallot
from urna.election.definition import Contest, ContestKind, Election
from urna.encoding.canonical import Code, Moment
from urna.interop.nist.codes import candidate_id, contest_id, group_id, option_id, party_id, station_id, territory_id
from urna.interop.nist.contests import CONTEST_CLASS, variation_of
from urna.interop.nist.parties import nominee_of, parties, party_of_option
from urna.interop.nist.parts import CODE, Format, Part

VERSION = "1.0.0"
DEVICE = "urna"
ELECTION = "election"
CHALLENGED = "challenged: opened in public, not cast, not counted"


class ChallengedBallot(NamedTuple):
    """An opened ballot with its place."""

    station: Code
    style: Code
    ballot: OpenedBallot


def cast_vote_records(
    election: Election, ballots: Iterable[ChallengedBallot], now: Moment, maker: Mapping[str, str]
) -> Part:
    """The document.

    Args:
        election: the definition.
        ballots: challenged ones, of any stations.
        now: when the document is made.
        maker: what made it: `Manufacturer`, `Model`, `SerialNumber`, as the format has them.
    """
    form = Format("CVR", election.rules.languages[0])
    sorted_ballots = sorted(ballots, key=lambda each: each.ballot.id)
    scope = next(each for each in election.definition.territories if each.parent is None)
    stations = dict.fromkeys(each.station for each in sorted_ballots)
    return form.part(
        "CastVoteRecordReport",
        Version=VERSION,
        GeneratedDate=now,
        ReportType=["other"],
        OtherReportType=CHALLENGED,
        ReportGeneratingDeviceIds=[DEVICE],
        ReportingDevice=[form.part("ReportingDevice", id=DEVICE, **maker)],
        GpUnit=[
            form.part("GpUnit", id=territory_id(scope.code), Name=scope.name, Type="other", OtherType=scope.kind),
            *(_station(election, code, form) for code in stations),
        ],
        Party=list(_parties(election, form)),
        Election=[
            form.part(
                "Election",
                id=ELECTION,
                Name=form.name_of(election.definition.title),
                Code=_code(form, election.identity, "sha-256"),
                ElectionScopeId=territory_id(scope.code),
                Candidate=list(_candidates(election, form)),
                Contest=[_contest(contest, form) for contest in election.definition.contests],
            )
        ],
        CVR=[_record(election, each, form) for each in sorted_ballots],
    )


def _code(form: Format, value: str, meaning: str = CODE) -> list[Part]:
    return [form.part("Code", Type="other", OtherType=meaning, Value=value)]


def _station(election: Election, code: Code, form: Format) -> Part:
    name = election.stations[code].name
    return form.part("GpUnit", id=station_id(code), Name=name, Type="precinct", Code=_code(form, code))


def _parties(election: Election, form: Format) -> Iterator[Part]:
    """Names are plain texts in this format."""
    lists = {
        party_of_option(contest, number): option.choice
        for contest in election.definition.contests
        for number, option in enumerate(contest.options)
    }
    choices = {
        (contest.code, each.code): each.name for contest in election.definition.contests for each in contest.choices
    }
    names = {party_id(party.code): party.name for party in election.definition.parties}
    names |= {group_id(*place): name for place, name in choices.items() if group_id(*place) in lists}
    for party in parties(election, form):
        yield form.part("Party", id=party["@id"], Name=names[str(party["@id"])])


def _candidates(election: Election, form: Format) -> Iterator[Part]:
    """Those whom a vote names: the persons of nominal contests. Lists are voted for as parties."""
    for contest in election.definition.contests:
        for choice in contest.choices if contest.kind is ContestKind.NOMINAL else ():
            party = party_id(choice.party) if choice.party else None
            for person in choice.nominees:
                name = election.candidates[person].name
                yield form.part("Candidate", id=candidate_id(contest.code, person), Name=name, PartyId=party)


def _contest(contest: Contest, form: Format) -> Part:
    own: dict[str, object] = {}
    if contest.kind is ContestKind.NOMINAL:
        own = {"VotesAllowed": contest.votes_allowed, "NumberElected": contest.seat_rule.seats}
    return form.part(
        CONTEST_CLASS[contest.kind],
        id=contest_id(contest.code),
        Name=form.name_of(contest.title),
        Code=_code(form, contest.code),
        VoteVariation=variation_of(contest),
        ContestSelection=[_selection(contest, number, form) for number in range(len(contest.options))],
        **own,
    )


def _selection(contest: Contest, number: int, form: Format) -> Part:
    option = contest.options[number]
    attributes = {"id": option_id(contest.code, option.code), "Code": _code(form, option.code)}
    if contest.kind is ContestKind.LIST:
        return form.part("PartySelection", PartyIds=[party_of_option(contest, number)], **attributes)
    if contest.kind is ContestKind.REFERENDUM:
        return form.part("BallotMeasureSelection", Selection=option.name, **attributes)
    return form.part("CandidateSelection", CandidateIds=nominee_of(contest, option.choice), **attributes)


def _record(election: Election, challenged: ChallengedBallot, form: Format) -> Part:
    ballot = challenged.ballot
    marks: dict[Code, list[tuple[Code, int]]] = {code: [] for code in election.styles[challenged.style].contests}
    for option in ballot.options:
        if option.votes:
            marks[option.contest].append((option.option, option.votes))
    snapshot = f"snapshot-{ballot.id}"
    return form.part(
        "CVR",
        UniqueId=ballot.id,
        ElectionId=ELECTION,
        BallotStyleId=challenged.style,
        BallotStyleUnitId=station_id(challenged.station),
        CreatingDeviceId=DEVICE,
        CurrentSnapshotId=snapshot,
        CVRSnapshot=[
            form.part(
                "CVRSnapshot",
                id=snapshot,
                Type="original",
                Status=["other"],
                OtherStatus=CHALLENGED,
                CVRContest=[_marked(election.contests[code], found, form) for code, found in marks.items()],
            )
        ],
    )


def _marked(contest: Contest, marks: list[tuple[Code, int]], form: Format) -> Part:
    used = sum(votes for _, votes in marks)
    position = {option.code: number for number, option in enumerate(contest.options, start=1)}
    selections = [
        form.part(
            "CVRContestSelection",
            ContestSelectionId=option_id(contest.code, option),
            OptionPosition=position[option],
            TotalNumberVotes=votes,
            SelectionPosition=[
                form.part("SelectionPosition", HasIndication="yes", IsAllocable="no", NumberVotes=votes)
            ],
        )
        for option, votes in marks
    ]
    return form.part(
        "CVRContest",
        ContestId=contest_id(contest.code),
        Selections=used,
        Undervotes=contest.votes_allowed - used,
        CVRContestSelection=selections,
    )
