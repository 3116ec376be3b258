"""One station of a rehearsal by counts: the documents that its poll book and booth would sign.

No ballot passes the booth here, so the sheet has no root of ballots; `rehearsal/ballots` does it one by one.
"""

from typing import NamedTuple

from urna.election.certification import Certification, RollCommitment
from urna.election.definition import Election
from urna.election.outcomes import Ending, Outcome, OverrideReason
from urna.election.statement import PollBookStatement
from urna.encoding.canonical import Code, Hash, digest
from urna.encoding.document import sign_document
from urna.record.bundle import StationBundle
from urna.rehearsal.election import STYLE, RehearsalKeys
from urna.rehearsal.table import StationCounts
from urna.tally.sheet import BoothCounts, ContestTally, OptionVotes, StyleBallots, TallySheet, ZeroReport

EMPTY_BOX = digest(b"")
"""A rehearsal by counts has no ballot box file."""


class StationDocuments(NamedTuple):
    """What a station hands to the centre."""

    zero_reports: tuple[bytes, ...]
    bundle: StationBundle


def rehearse_station(
    election: Election, keys: RehearsalKeys, station: Code, row: StationCounts, commitment: RollCommitment
) -> StationDocuments:
    """The signed documents of a station whose result is this row.

    1. The zero report.
    2. The poll book's statement: everybody who voted was identified by a match.
    3. The sheet over both.
    """
    zero = _zero_report(election, keys, station)
    statement = statement_of(election, keys, station, row.ballots, commitment)
    sheet = _sheet(election, keys, station, row, zero=zero, statement=statement)
    return StationDocuments((zero,), StationBundle(sheet, None))


def certify_all(election: Election, keys: RehearsalKeys) -> bytes:
    """One certification of all stations, signed by as many officers as it takes."""
    stations = tuple(keys.station_keys(election, station) for station in election.stations)
    day = election.definition.opens_at
    record = Certification(election=election.identity, serial=1, issued_at=day, stations=stations)
    return sign_document(record, keys.officers[: election.definition.authority.threshold])


def _zero_report(election: Election, keys: RehearsalKeys, station: Code) -> bytes:
    options = [option.code for contest in election.contests_of_station(station) for option in contest.options]
    report = ZeroReport(
        election=election.identity,
        station=station,
        booth=1,
        slots=0,
        ballots=0,
        votes=tuple(OptionVotes(option=option, votes=0) for option in options),
        box_sha256=EMPTY_BOX,
        opened_at=election.definition.opens_at,
    )
    return sign_document(report, [keys.station(election, station, "booth-1")])


def statement_of(
    election: Election, keys: RehearsalKeys, station: Code, ballots: int, commitment: RollCommitment
) -> bytes:
    """The poll book's signed statement of a station where so many people voted, all identified by a match."""
    statement = matched_statement(election, station, ballots, commitment.electors, commitment.root)
    return sign_document(statement, [keys.station(election, station, "poll-book")])


def matched_statement(
    election: Election, station: Code, ballots: int, registered: int, roll_root: Hash
) -> PollBookStatement:
    """What a poll book states where so many people voted, all identified by a match."""
    return PollBookStatement(
        election=election.identity,
        station=station,
        registered=registered,
        roll_root=roll_root,
        identified=dict.fromkeys(Outcome, 0) | {Outcome.MATCH: ballots},
        overrides=dict.fromkeys(OverrideReason, 0),
        codes_used=0,
        telephone_codes_used=0,
        refused_second_attempts=0,
        withdrawn=0,
        readmitted=0,
        activations=ballots,
        endings=dict.fromkeys(Ending, 0) | {Ending.CAST: ballots},
        doubtful_decisions=0,
        signatures=ballots,
        closed_at=election.definition.closes_at,
    )


def _sheet(
    election: Election, keys: RehearsalKeys, station: Code, row: StationCounts, *, zero: bytes, statement: bytes
) -> bytes:
    contest = election.definition.contests[0]
    votes = zip(contest.options, row.votes, strict=True)
    withheld = row.ballots < election.rules.secrecy_threshold
    tally = ContestTally(
        contest=contest.code,
        ballots=row.ballots,
        votes=None if withheld else tuple(OptionVotes(option=o.code, votes=count) for o, count in votes),
        undervotes=None if withheld else row.nulls,
    )
    sheet = TallySheet(
        election=election.identity,
        station=station,
        sequence=0,
        statement=statement.decode(),
        booths=(BoothCounts(booth=1, zero_report=digest(zero), cast=row.ballots, void=0, challenged=0),),
        styles=(StyleBallots(style=STYLE, cast=row.ballots),),
        contests=(tally,),
        ballots_root=None,
        closed_at=election.definition.closes_at,
    )
    return sign_document(sheet, [keys.station(election, station, "booth-1")])
