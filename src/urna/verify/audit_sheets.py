"""The sheets that an audit compares its boxes with, and each audited contest as they have it."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from urna.election.allocation_result import SeatResult
from urna.election.definition import Contest, Election
from urna.encoding.canonical import Code
from urna.record.keys import Keyring
from urna.tally.results import StationState
from urna.tally.sheet import ContestTally
from urna.verify.assertions_again import Claim, Votes, claims_of
from urna.verify.audit_order import LogSeen
from urna.verify.audit_papers import BoxCount, Commitment, Container, Manifest
from urna.verify.audit_risk import Reported, reported
from urna.verify.leaves import Leaf
from urna.verify.results import Edition
from urna.verify.station import SheetSeen

Tallies = Mapping[Code, ContestTally]
"""A sheet's contests by code."""


class Grounds(NamedTuple):
    """What the rest of the verification has found, on which audits stand."""

    leaves: Mapping[str, Leaf]
    log: LogSeen
    keyring: Keyring
    editions: Mapping[int, Edition]
    sheets: Mapping[Code, tuple[SheetSeen, ...]]
    """Of each station, all its sheets."""

    def is_readable(self, stations: Iterable[Code]) -> bool:
        """Whether every sheet of these stations could be read; where one could not, another check says so."""
        return all(sheet.adds is not None for station in stations for sheet in self.sheets.get(station, ()))

    def tallies(self, station: Code, edition: Edition | None) -> Tallies | None:
        """The sheet of a station that counts in an edition; without one that of the closing. None if there is none."""
        sequence: int | None = 0
        if edition is not None:
            result = edition.states.get(station)
            is_counted = result is not None and result.state is StationState.COUNTED
            sequence = result.sequence if result is not None and is_counted else None
        for sheet in self.sheets.get(station, ()):
            if sheet.sequence == sequence and sheet.adds is not None:
                return {each.contest: each for each in sheet.adds.contests}
        return None

    def all_tallies(self, station: Code) -> list[Tallies]:
        """Every sheet of a station that could be read."""
        seen = self.sheets.get(station, ())
        return [{each.contest: each for each in sheet.adds.contests} for sheet in seen if sheet.adds is not None]


def missing_slips(box: Container, count: BoxCount, sheet: Tallies | None) -> int:
    """How many slips a count did not find, of those that the manifest has papers for, or the sheet has ballots."""
    if count.state == "lost":
        return 0
    on_sheet = max((each.ballots for each in sheet.values()), default=0) if sheet else 0
    expected = min(max(box.papers, on_sheet), box.size)
    return max(expected - count.papers, 0)


def extra_slips(box: Container, count: BoxCount) -> int:
    """How many more slips a count found than the manifest has papers and phantoms for."""
    return max(count.papers - box.size, 0)


class Table(NamedTuple):
    """One audited contest."""

    contest: Contest
    result: SeatResult | None
    """The edition's allocation, which checks 20 and 22 worked out; None without a seat rule, or without an edition."""
    reported: Reported
    beyond: Votes
    """By choice, what the edition has and no sheet of these boxes shows: opened by the guardians."""


def by_choice(contest: Contest, votes: Iterable[tuple[Code, int]]) -> dict[Code, int]:
    """Votes for options as votes for the choices that they stand for."""
    stands_for = {option.code: option.choice for option in contest.options}
    found = dict.fromkeys((choice.code for choice in contest.choices), 0)
    for option, count in votes:
        found[stands_for[option]] += count
    return found


def hand_votes(contest: Contest, count: BoxCount) -> dict[Code, int]:
    """What a count found of a contest, by choice."""
    return by_choice(contest, ((line.option, line.votes) for line in count.lines if line.contest == contest.code))


def table_of(
    election: Election, contest: Contest, manifest: Manifest, edition: Edition | None, sheets: Mapping[Code, Tallies]
) -> Table:
    """A contest over the boxes of the manifest.

    Args:
        election: the definition.
        contest: which one.
        manifest: the boxes.
        edition: the results; None before the first.
        sheets: by box, the one to compare with; none where no sheet counts.
    """
    styles = election.styles_with(contest.code)
    votes: dict[Code, Votes] = {}
    cards = {}
    for box in manifest.containers:
        if not styles.isdisjoint(each.style for each in election.stations[box.code].styles):
            tally = sheets.get(box.code, {}).get(contest.code)
            shown = tally.votes if tally is not None else None
            votes[box.code] = by_choice(contest, ((each.option, each.votes) for each in shown or ()))
            cards[box.code] = box.size
    result = _of_contest(edition, contest)
    claims = claims_by_totals(election, contest, edition, votes)
    return Table(contest, result, reported(claims, votes, cards), _beyond(edition, contest, votes))


def claims_by_totals(
    election: Election, contest: Contest, edition: Edition | None, boxes: Collection[Code]
) -> tuple[Claim, ...]:
    """What makes the outcome right by an edition's totals; none where no sample can say."""
    has_all = _in_boxes(election, contest, edition, boxes)
    return claims_of(contest, _of_contest(edition, contest)) if has_all else ()


def _in_boxes(election: Election, contest: Contest, edition: Edition | None, boxes: Collection[Code]) -> bool:
    """Whether each station that counts in the contest has its box and a machine's sheet; if not, no sample can say."""
    styles = election.styles_with(contest.code)
    counting = (StationState.COUNTED, StationState.HAND_COUNT)
    return all(
        each.state is StationState.COUNTED and each.station in boxes
        for each in (edition.results.stations if edition else ())
        if each.state in counting
        and each.station in election.stations
        and not styles.isdisjoint(style.style for style in election.stations[each.station].styles)
    )


def tables_of(
    election: Election, rules: Commitment, manifest: Manifest, grounds: Grounds, edition: Edition | None
) -> tuple[Table, ...]:
    """The audited contests, in the order of the rules."""
    sheets = {box.code: grounds.tallies(box.code, edition) or {} for box in manifest.containers}
    return tuple(table_of(election, election.contests[code], manifest, edition, sheets) for code in rules.contests)


def overfull(table: Table) -> list[Code]:
    """Boxes whose sheet has more votes than the manifest's cards can hold."""
    allowed = table.contest.votes_allowed
    shown, cards = table.reported.votes, table.reported.cards
    return [box for box in shown if sum(shown[box].values()) > cards[box] * allowed]


def _of_contest(edition: Edition | None, contest: Contest) -> SeatResult | None:
    """None, too, of one over other choices than the contest's, which check 22 finds."""
    seats = edition.results.seats if edition else ()
    choices = {choice.code for choice in contest.choices}
    return next((each for each in seats if each.contest == contest.code and set(each.seats()) == choices), None)


def _beyond(edition: Edition | None, contest: Contest, shown: Mapping[Code, Votes]) -> dict[Code, int]:
    beyond = dict.fromkeys((choice.code for choice in contest.choices), 0)
    total = edition.results.total(contest.code, contest.territory) if edition else None
    for each in total.choices if total else ():
        if each.choice in beyond:
            beyond[each.choice] = each.votes - sum(votes[each.choice] for votes in shown.values())
    return beyond
