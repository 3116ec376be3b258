"""Sheets of paper ballots on a station's page, and the votes of any sheet as the pages show them."""

from collections.abc import Iterable
from typing import NamedTuple

from urna.encoding.canonical import Code
from urna.papers.hand_count_sheet import REASONS
from urna.tally.hand_count import part_of
from urna.tally.results import ChoiceVotes, ContestTotal
from urna.tally.sheet import ContestTally
from urna.tally.totals import votes_by_choice
from urna.web.results.contests import ContestView, view_of
from urna.web.results.evidence import Evidence, Leaf
from urna.web.results.frame import Language
from urna.web.results.lookup import Lookup
from urna.words import N_

COUNTS_ALONE = N_("The results count it in place of a machine's sheet, by decision of the authority.")
COUNTS_BESIDE = N_("The results count it together with the machine's sheet, by decision of the authority.")
COUNTS_NOT = N_("No total counts it: the authority has not decided that it counts.")


class HandView(NamedTuple):
    """A hand count as a page shows it."""

    leaf: Leaf
    sequence: int
    reason: str
    """Why paper, in English, to be said."""
    standing: str
    """Whether it counts, in English, to be said."""
    is_counted: bool
    signatures: int
    handed_out: int
    ballots: int
    difference: int
    """Ballots more than signatures; below zero, fewer."""
    contests: tuple[ContestView, ...]
    withheld: tuple[Code, ...]
    """Contests whose votes it withholds."""


def hand_views(lookup: Lookup, evidence: Evidence, station: Code, language: Language) -> tuple[HandView, ...]:
    """The hand counts of a station, by sequence."""
    result, found = lookup.states[station], []
    for leaf, sheet in evidence.hand_counts_of(station):
        is_counted = result.hand == leaf.sha256
        counted = COUNTS_BESIDE if result.sheet is not None else COUNTS_ALONE
        tallies = part_of(lookup.election, sheet).contests
        found.append(
            HandView(
                leaf=leaf,
                sequence=sheet.sequence,
                reason=REASONS[sheet.reason],
                standing=counted if is_counted else COUNTS_NOT,
                is_counted=is_counted,
                signatures=sheet.signatures,
                handed_out=sheet.handed_out,
                ballots=sheet.ballots,
                difference=sheet.difference,
                contests=contest_views(lookup, station, tallies, language),
                withheld=tuple(each.contest for each in tallies if each.votes is None),
            )
        )
    return tuple(found)


def contest_views(
    lookup: Lookup, station: Code, tallies: Iterable[ContestTally], language: Language
) -> tuple[ContestView, ...]:
    """The contests of one sheet, those whose votes it withholds included."""
    views = []
    for tally in tallies:
        contest = lookup.election.contests[tally.contest]
        centre = lookup.election.stations[station].centre
        views.append(view_of(lookup, contest, _as_total(lookup, centre, tally), language.code, is_own=False))
    return tuple(views)


def _as_total(lookup: Lookup, territory: Code, tally: ContestTally) -> ContestTotal:
    """The sum of one sheet."""
    contest = lookup.election.contests[tally.contest]
    votes = tally.votes or ()
    by_choice = votes_by_choice(contest, votes)
    is_withheld = tally.votes is None
    return ContestTotal(
        territory=territory,
        contest=tally.contest,
        stations_expected=1,
        stations_counted=1,
        stations_withheld=int(is_withheld),
        ballots=tally.ballots,
        withheld_ballots=tally.ballots if is_withheld else 0,
        votes=votes,
        choices=tuple(ChoiceVotes(choice=choice, votes=count) for choice, count in by_choice.items()),
        undervotes=tally.undervotes or 0,
    )
