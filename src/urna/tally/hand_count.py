"""The hand-count sheet: a station's result where people voted with paper ballots because no machine could go on.

It is a record of its own kind, so that nobody takes it for a sheet that proves itself: it carries no encrypted ballot,
no root and no nonce, and the box decides. What can be checked are its sums; the difference between signatures
and ballots is reported and never a reason to refuse it. A contest with fewer ballots than the secrecy threshold is
withheld at the station, blank and null ones included: the document becomes a leaf of the log as it is.
"""

from enum import StrEnum

import msgspec

from urna.election.definition import Contest, Election
from urna.encoding.canonical import Code, Count, Hash, Moment, Record
from urna.errors import Malformed, Unproven
from urna.tally.rules_votes import is_withheld
from urna.tally.sheet import ContestTally, OptionVotes
from urna.tally.totals import HandPart, StationCount
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
    votes: tuple[OptionVotes, ...] | None
    """In ballot order, every option once, without nonces; None, like blank and null, below the secrecy threshold."""
    blank: Count | None
    """Ballots without any mark in this contest."""
    null: Count | None
    """Ballots whose marks say nothing that counts: too many, or not to be read."""
    ballots: Count
    """Ballots in the box that hold this contest."""

    @property
    def not_counting(self) -> int:
        """Blank and null ballots; 0 where they are withheld."""
        return (self.blank or 0) + (self.null or 0)

    @property
    def valid(self) -> int:
        """Ballots that count here; below zero where blank and null are more than there are."""
        return self.ballots - self.not_counting


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
    3. Secrecy: votes, blank and null ballots are withheld exactly where a contest has fewer ballots than the threshold.
    4. People: the registered are the definition's, and signatures at most as many. Ballots in the box are what they
       are: a difference to signatures, or to ballots handed out, is reported.
    5. Contests: blank, null and valid ballots are all ballots; votes are what valid ballots allow.

    Raises:
        Malformed: 1 or 2 fails.
        Unproven: 3, 4 or 5 fails.
    """
    _check_place(election, sheet)
    _check_order(election, sheet)
    for counted in sheet.contests:
        _check_secrecy(election, counted, sheet)
    check_sums(election, sheet)


def check_sums(election: Election, sheet: HandCountSheet) -> None:
    """The same without step 3, for what the members typed before anything of it is withheld; raises likewise."""
    _check_place(election, sheet)
    _check_order(election, sheet)
    _check_people(election, sheet)
    for counted in sheet.contests:
        _check_contest(election.contests[counted.contest], counted, sheet)
    _check_every_ballot(election, sheet)


def withhold(election: Election, sheet: HandCountSheet) -> HandCountSheet:
    """What may leave the station: of contests with fewer ballots than the secrecy threshold only how many they are."""

    def shown(counted: HandContest) -> HandContest:
        if not is_withheld(election.rules, counted.ballots):
            return counted
        return HandContest(contest=counted.contest, votes=None, blank=None, null=None, ballots=counted.ballots)

    return msgspec.structs.replace(sheet, contests=tuple(map(shown, sheet.contests)))


def part_of(election: Election, sheet: HandCountSheet) -> HandPart:
    """What a hand count adds to the totals where it counts; blank and null ballots are votes that were not used."""
    return HandPart(sheet.signatures, sheet.ballots, tuple(_tally(election, each) for each in sheet.contests))


def _tally(election: Election, counted: HandContest) -> ContestTally:
    undervotes = None
    if counted.votes is not None:
        allowed = election.contests[counted.contest].votes_allowed
        undervotes = counted.ballots * allowed - sum(each.votes for each in counted.votes)
    return ContestTally(contest=counted.contest, ballots=counted.ballots, votes=counted.votes, undervotes=undervotes)


def count_with(election: Election, sheet: HandCountSheet, machines: StationCount | None) -> StationCount:
    """What a station adds to the totals with a hand count.

    Args:
        election: the definition.
        sheet: the hand count, which `check_hand_count` accepts.
        machines: what the machines' sheet says to which it is added; None where it stands in its place.

    Raises:
        Unproven: the ballots together are more than the electors who may have cast them, in all or of a contest.
    """
    part = part_of(election, sheet)
    count = StationCount(sheet.station, 0, 0, (), part) if machines is None else machines._replace(hand=part)
    _check_bound(count.cast + part.ballots, sheet.registered, sheet)
    styles = election.stations[sheet.station].styles
    for contest, tallies in count.tallies().items():
        electors = sum(each.electors for each in styles if each.style in election.styles_with(contest))
        _check_bound(sum(tally.ballots for tally in tallies), electors, sheet, contest)
    return count


def _check_bound(ballots: int, electors: int, sheet: HandCountSheet, contest: Code = "") -> None:
    if ballots > electors:
        raise Unproven(
            Sentence("at most {electors} ballots, one for each elector", {"electors": electors}),
            Sentence("{ballots}", {"ballots": ballots}),
            Sentence("Do not count it: find out which ballots these are, or count it in place of the machines' sheet."),
            f"{sheet.station} {contest}".strip(),
        )


def _check_place(election: Election, sheet: HandCountSheet) -> None:
    if sheet.election != election.identity or sheet.station not in election.stations:
        raise _malformed(Sentence("a station of this election"), Sentence("another"), sheet)


def _check_order(election: Election, sheet: HandCountSheet) -> None:
    contests = election.contests_of_station(sheet.station)
    listed = [(contest.code, [option.code for option in contest.options]) for contest in contests]
    expected = [
        (code, options if counted.votes is not None else None)
        for (code, options), counted in zip(listed, sheet.contests, strict=False)
    ]
    found = [
        (counted.contest, [vote.option for vote in counted.votes] if counted.votes is not None else None)
        for counted in sheet.contests
    ]
    nonces = (vote.nonce for counted in sheet.contests for vote in counted.votes or ())
    if len(listed) != len(sheet.contests) or found != expected or any(nonces):
        raise _malformed(
            Sentence("every contest and option once, in the definition's order, without proofs"),
            Sentence("others"),
            sheet,
        )


def _check_people(election: Election, sheet: HandCountSheet) -> None:
    electors = election.stations[sheet.station].electors
    if sheet.registered != electors:
        raise _unproven(Sentence("{registered} registered", {"registered": electors}), sheet.registered, sheet)
    if sheet.signatures > sheet.registered:
        raise _unproven(
            Sentence("at most {registered} signatures", {"registered": sheet.registered}), sheet.signatures, sheet
        )


def _check_secrecy(election: Election, counted: HandContest, sheet: HandCountSheet) -> None:
    threshold = election.rules.secrecy_threshold
    shown = [each is not None for each in (counted.votes, counted.blank, counted.null)]
    if shown != [not is_withheld(election.rules, counted.ballots)] * 3:
        raise Unproven(
            Sentence("votes, blank and null ballots shown from {threshold} ballots on", {"threshold": threshold}),
            Sentence("{ballots} ballots, and {count} of the three shown", _shown(counted.ballots, sum(shown))),
            Sentence("Make the sheet with this election's rules: with fewer ballots no votes leave the station."),
            f"{sheet.station} {counted.contest}",
        )


def _shown(ballots: int, count: int) -> dict[str, str | int]:
    return {"ballots": ballots, "count": count}


def _check_contest(contest: Contest, counted: HandContest, sheet: HandCountSheet) -> None:
    if counted.ballots > sheet.ballots:
        raise _unproven(
            Sentence("at most {ballots} ballots", {"ballots": sheet.ballots}), counted.ballots, sheet, contest
        )
    if counted.votes is None:
        return
    if counted.valid < 0:
        raise _unproven(
            Sentence("at most {ballots} blank and null ballots", {"ballots": counted.ballots}),
            counted.not_counting,
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
