"""What the stations still to come can change: contest by contest, with the fewest and the most seats of each choice."""

from collections.abc import Iterable
from typing import NamedTuple

from urna.election.definition import Contest
from urna.encoding.canonical import Code
from urna.tally.decided import Prospect
from urna.tally.edition import OPEN_STATES
from urna.web.results.contests import ContestView, contest_view
from urna.web.results.lookup import Lookup


class ReachRow(NamedTuple):
    """A choice that can still end with more seats or fewer."""

    name: str
    party: str
    color: str
    votes: int
    seats: int
    """As counted so far."""
    least: int
    most: int


class ProspectView(NamedTuple):
    """A contest that is not decided, or of which nothing can be stated."""

    contest: ContestView
    ballots: int
    """The most that can still count."""
    is_stated: bool
    is_pair_open: bool
    """Whether a second round may come between one two or another."""
    rows: tuple[ReachRow, ...]
    """Choices that have a seat, or can have one, by votes."""


class Outlook(NamedTuple):
    """All contests that fill seats."""

    decided: int
    contests: int
    open: tuple[ProspectView, ...]
    stations: tuple[Code, ...]
    """Those from which a sheet that counts can still come."""
    electors: int
    """Of these stations."""
    has_second_round: bool
    """Whether a contest may need one."""


def outlook(lookup: Lookup, found: tuple[Prospect, ...], language: str) -> Outlook:
    """What can still change.

    Args:
        lookup: the results.
        found: the prospects of its contests (`tally/decided`).
        language: of the page.
    """
    still_open = tuple(each.station for each in lookup.results.stations if each.state in OPEN_STATES)
    return Outlook(
        decided=sum(each.is_decided for each in found),
        contests=len(found),
        open=open_contests(lookup, found, language),
        stations=still_open,
        electors=sum(lookup.election.stations[station].electors for station in still_open),
        has_second_round=any(each.seat_rule.second_round for each in lookup.election.contests.values()),
    )


def open_contests(lookup: Lookup, found: Iterable[Prospect], language: str) -> tuple[ProspectView, ...]:
    """Those that are not decided."""
    return tuple(_view(lookup, each, language) for each in found if not each.is_decided)


def _view(lookup: Lookup, prospect: Prospect, language: str) -> ProspectView:
    contest: Contest = lookup.election.contests[prospect.contest]
    view = contest_view(lookup, contest, contest.territory, language)
    reaches = prospect.reaches or {}
    rows = tuple(
        ReachRow(row.name, row.party, row.color, row.votes, row.seats, reaches[row.code].least, reaches[row.code].most)
        for row in view.rows
        if row.code in reaches and reaches[row.code].most
    )
    return ProspectView(view, prospect.ballots, prospect.reaches is not None, prospect.is_pair_open, rows)
