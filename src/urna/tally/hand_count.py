"""The hand-count sheet: a station's result where people voted with paper ballots because no machine could go on.

It is a record of its own kind, so that nobody takes it for a sheet that proves itself: it carries no encrypted ballot,
no root and no nonce, and the box decides. What can be checked are its sums; the difference between signatures
and ballots is reported and never a reason to refuse it.
"""

from enum import StrEnum

from urna.election.definition import Contest, Election
from urna.encoding.canonical import Code, Count, Hash, Moment, Record
from urna.errors import Malformed, Unproven
from urna.tally.sheet import OptionVotes
from urna.words import Sentence


class HandCountReason(StrEnum):
    """Why a station fell back to paper."""

    MACHINE_FAILED = "machine_failed"
    PACKAGE_REFUSED = "package_refused"
    NO_POWER = "no_power"
    LATE_MATERIAL = "late_material"
    ORDERED = "ordered"


class HandContest(Record, frozen=True, kw_only=True):
    """One contest as counted by hand."""

    contest: Code
    votes: tuple[OptionVotes, ...]
    """In ballot order, every option once, without nonces."""
    blank: Count
    """Ballots without any mark in this contest."""
    null: Count
    """Ballots whose marks say nothing that counts: too many, or not to be read."""
    ballots: Count
    """Ballots in the box that hold this contest."""

    @property
    def valid(self) -> int:
        """Ballots that count here; below zero where blank and null are more than there are."""
        return self.ballots - self.blank - self.null


class HandCountSheet(
    Record, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="urna/hand-count-sheet/1"
):
    """A station's result on paper ballots."""

    election: Hash
    station: Code
    sequence: Count
    """0 for the first; a correction has the next number."""
    reason: HandCountReason
    registered: Count
    signatures: Count
    """People who signed for a paper ballot."""
    handed_out: Count
    """Paper ballots given to voters, spoiled ones included."""
    ballots: Count
    """Paper ballots found in the box."""
    contests: tuple[HandContest, ...]
    """Every contest of the station, in the definition's order."""
    closed_at: Moment

    @property
    def difference(self) -> int:
        """Ballots more than signatures; below zero, fewer."""
        return self.ballots - self.signatures


def check_hand_count(election: Election, sheet: HandCountSheet) -> None:
    """Returns if the sheet fits the definition and its sums hold.

    1. It is of this election and of a station that it has.
    2. It counts every contest and every option, once, in the definition's order.
    3. People: signatures are at most the registered. Ballots in the box are what they are: a difference to
       signatures, or to ballots handed out, is reported.
    4. Contests: blank, null and valid ballots are all ballots; votes are what valid ballots allow.

    Raises:
        Malformed: 1 or 2 fails.
        Unproven: 3 or 4 fails.
    """
    _check_place(election, sheet)
    _check_order(election, sheet)
    _check_people(sheet)
    for counted in sheet.contests:
        _check_contest(election.contests[counted.contest], counted, sheet)
    _check_every_ballot(election, sheet)


def _check_place(election: Election, sheet: HandCountSheet) -> None:
    if sheet.election != election.identity or sheet.station not in election.stations:
        raise _malformed(Sentence("a station of this election"), Sentence("another"), sheet)


def _check_order(election: Election, sheet: HandCountSheet) -> None:
    contests = election.contests_of_station(sheet.station)
    expected = [(contest.code, [option.code for option in contest.options]) for contest in contests]
    found = [(counted.contest, [vote.option for vote in counted.votes]) for counted in sheet.contests]
    if found != expected or any(vote.nonce for counted in sheet.contests for vote in counted.votes):
        raise _malformed(
            Sentence("every contest and option once, in the definition's order, without proofs"),
            Sentence("others"),
            sheet,
        )


def _check_people(sheet: HandCountSheet) -> None:
    if sheet.signatures > sheet.registered:
        raise _unproven(
            Sentence("at most {registered} signatures", {"registered": sheet.registered}), sheet.signatures, sheet
        )


def _check_contest(contest: Contest, counted: HandContest, sheet: HandCountSheet) -> None:
    if counted.ballots > sheet.ballots:
        raise _unproven(
            Sentence("at most {ballots} ballots", {"ballots": sheet.ballots}), counted.ballots, sheet, contest
        )
    if counted.valid < 0:
        raise _unproven(
            Sentence("at most {ballots} blank and null ballots", {"ballots": counted.ballots}),
            counted.blank + counted.null,
            sheet,
            contest,
        )
    # A valid ballot has at least one vote and at most as many as are allowed, and at most one for each option.
    votes = [vote.votes for vote in counted.votes]
    fewest, most = counted.valid, counted.valid * contest.votes_allowed
    if not fewest <= sum(votes) <= most:
        raise _unproven(
            Sentence("{fewest} to {most} votes", {"fewest": fewest, "most": most}), sum(votes), sheet, contest
        )
    if max(votes) > counted.valid:
        raise _unproven(
            Sentence("at most {valid} votes for one option", {"valid": counted.valid}), max(votes), sheet, contest
        )


def _check_every_ballot(election: Election, sheet: HandCountSheet) -> None:
    # A contest that every style of the station holds is on every ballot of the box.
    styles = {each.style for each in election.stations[sheet.station].styles}
    for counted in sheet.contests:
        if styles <= election.styles_with(counted.contest) and counted.ballots != sheet.ballots:
            raise _unproven(
                Sentence("{ballots} ballots", {"ballots": sheet.ballots}),
                counted.ballots,
                sheet,
                election.contests[counted.contest],
            )


def _malformed(expected: Sentence, found: Sentence, sheet: HandCountSheet) -> Malformed:
    return Malformed(expected, found, Sentence("Check that the definition is the one of this election."), sheet.station)


def _unproven(expected: Sentence, found: int, sheet: HandCountSheet, contest: Contest | None = None) -> Unproven:
    return Unproven(
        expected,
        Sentence("{found}", {"found": found}),
        Sentence("Count this again, and write the sheet anew."),
        f"{sheet.station} {contest.code}" if contest else sheet.station,
    )
