"""Attacks by a whole station: all its keys, and everybody after it (log, witnesses, totals) takes what it signs."""

import msgspec
from tests.tampering.builder import World, move_vote
from tests.tampering.forgery import Forgery, case, tallied, tally_of, votes_of

from urna.ballot.published import BallotList, PublishedBallot
from urna.election.outcomes import Ending, Outcome
from urna.election.statement import PollBookStatement
from urna.encoding.canonical import digest, encode
from urna.encoding.document import read_document, sign_document
from urna.record.layout import ballots_path, sheet_path, zero_report_path
from urna.tally.rules_votes import ballots_root
from urna.tally.sheet import OptionVotes, TallySheet, ZeroReport

STATION = "the station's keys; log and witnesses take what it signs; the totals are right again"

replace = msgspec.structs.replace


@case(STATION, 15, "B-01", "31 ballots cast", "26 people")
def more_ballots_than_people(forgery: Forgery) -> None:
    """Five ballots were stuffed: fewer people than ballots."""

    def change(statement: PollBookStatement) -> PollBookStatement:
        identified = {**statement.identified, Outcome.MATCH: statement.identified[Outcome.MATCH] - 7}
        return replace(statement, identified=identified)

    forgery.statement("B-01", change)
    forgery.publish()


@case(STATION, 15, "B-01", "60", "50")
def more_registered_than_the_roll(forgery: Forgery) -> None:
    """The poll book claims ten more electors than were committed."""
    forgery.statement("B-01", lambda statement: replace(statement, registered=60))
    forgery.publish()


@case(STATION, 15, "B-01", "34", "33")
def more_admitted_than_activated(forgery: Forgery) -> None:
    """Somebody came in and never reached a booth, and did not leave either."""
    forgery.statement("B-01", lambda statement: replace(statement, withdrawn=0))
    forgery.publish()


@case(STATION, 15, "B-01", "32", "33")
def activation_without_ending(forgery: Forgery) -> None:
    """An activation that neither cast nor ended otherwise."""
    forgery.statement("B-01", lambda each: replace(each, endings={**each.endings, Ending.LEFT: 0}))
    forgery.publish()


@case(STATION, 15, "B-01", "1 override codes", "3 people")
def overrides_without_codes(forgery: Forgery) -> None:
    """Two people were let in without a code."""
    forgery.statement("B-01", lambda statement: replace(statement, codes_used=0))
    forgery.publish()


@case(STATION, 15, "B-01", "0 reasons", "3 people")
def overrides_without_reasons(forgery: Forgery) -> None:
    """Three people were admitted without a match and without a reason."""
    forgery.statement("B-01", lambda each: replace(each, overrides={}, codes_used=0, telephone_codes_used=0))
    forgery.publish()


@case(STATION, 15, "B-01", "9 people readmitted", "3")
def readmitted_too_often(forgery: Forgery) -> None:
    """Eight people voted twice: readmitted though nobody had left without voting."""
    forgery.statement(
        "B-01",
        lambda each: replace(
            each,
            readmitted=9,
            activations=each.activations,
            identified={**each.identified, Outcome.MATCH: each.identified[Outcome.MATCH] - 8},
        ),
    )
    forgery.publish()


@case(STATION, 15, "B-01", "8 outcomes", "9")
def outcome_left_out(forgery: Forgery) -> None:
    """An outcome that is not counted, instead of being counted as 0."""

    def change(statement: PollBookStatement) -> PollBookStatement:
        return replace(
            statement, identified={key: n for key, n in statement.identified.items() if key is not Outcome.NO_FINGERS}
        )

    forgery.statement("B-01", change)
    forgery.publish()


@case(STATION, 15, "B-01", "LIST-N", "36", "31")
def votes_over_ballots(forgery: Forgery) -> None:
    """Five votes more than ballots."""
    undervotes = tally_of(forgery.world.sheet("B-01"), "LIST-N").undervotes or 0
    forgery.sheet("B-01", tallied("LIST-N", undervotes=undervotes + 5))
    forgery.publish()


@case(STATION, 15, "A-02", "ANA", "44 votes", "22 ballots")
def more_votes_for_one_than_ballots(forgery: Forgery) -> None:
    """With two votes each, all of them for one card: nobody can give two votes to one."""

    def change(sheet: TallySheet) -> TallySheet:
        votes = [replace(each, votes=44 if each.option == "ANA" else 0) for each in votes_of(sheet, "NOM-1")]
        return tallied("NOM-1", votes=tuple(votes), undervotes=0)(sheet)

    forgery.sheet("A-02", change, 1)
    forgery.publish()


@case(STATION, 15, "B-01", "LIST-N", "2 options", "3", also=(20, 21, 22, 23))
def option_missing(forgery: Forgery) -> None:
    """One party's votes are left off the sheet."""
    forgery.world.retotal()
    forgery.sheet("B-01", lambda sheet: tallied("LIST-N", votes=votes_of(sheet, "LIST-N")[:2])(sheet))
    _count_the_new_sheet(forgery.world, "B-01")
    forgery.publish(retotal=False)


@case(STATION, 15, "B-01", "LIST-N", "4 options", "3", also=(20, 21, 22, 23))
def option_doubled(forgery: Forgery) -> None:
    """One party's votes stand twice."""

    def change(sheet: TallySheet) -> TallySheet:
        votes = votes_of(sheet, "LIST-N")
        return tallied("LIST-N", votes=(*votes, votes[0]))(sheet)

    forgery.sheet("B-01", change)
    _count_the_new_sheet(forgery.world, "B-01")
    forgery.publish(retotal=False)


@case(STATION, 15, "B-01", "4 contests", "3", also=(20, 21, 22, 23))
def contest_doubled(forgery: Forgery) -> None:
    """A contest stands twice, so its votes would count twice."""
    forgery.sheet("B-01", lambda sheet: replace(sheet, contests=(*sheet.contests, sheet.contests[-1])))
    _count_the_new_sheet(forgery.world, "B-01")
    forgery.publish(retotal=False)


@case(STATION, 15, "B-01", "41 ballots", "31")
def contest_with_other_ballots(forgery: Forgery) -> None:
    """A contest with ten more ballots than were cast, all of them blank."""

    def change(sheet: TallySheet) -> TallySheet:
        undervotes = (tally_of(sheet, "REF").undervotes or 0) + 10
        return tallied("REF", ballots=41, undervotes=undervotes)(sheet)

    forgery.sheet("B-01", change)
    forgery.publish()


@case(STATION, 15, "A-01", "S1-IND", "31", "30", also=(16,))
def style_with_more_ballots_than_electors(forgery: Forgery) -> None:
    """More ballots of a style than electors who have it."""

    def change(sheet: TallySheet) -> TallySheet:
        styles = tuple(replace(each, cast=31) if each.style == "S1-IND" else each for each in sheet.styles)
        booths = (replace(sheet.booths[0], cast=sheet.booths[0].cast + 17), *sheet.booths[1:])
        return replace(sheet, styles=styles, booths=booths)

    forgery.sheet("A-01", change)
    forgery.publish()


@case(STATION, 15, "B-01", "closed at 2020-01-01T00:00:00Z", "opened at")
def closed_before_it_opened(forgery: Forgery) -> None:
    """A sheet signed before the day."""
    forgery.sheet("B-01", lambda sheet: replace(sheet, closed_at="2020-01-01T00:00:00Z"))
    forgery.publish()


@case(STATION, 15, "A-01", "1 booths", "2", also=(16, 19, 21))
def booth_left_out(forgery: Forgery) -> None:
    """A sheet without the second booth."""
    forgery.sheet("A-01", lambda sheet: replace(sheet, booths=sheet.booths[:1]))
    forgery.publish(retotal=False)


@case(STATION, 18, "B-01", "LIST-N", "31", "10")
def votes_withheld_without_need(forgery: Forgery) -> None:
    """A station hides its votes though enough people voted."""
    forgery.sheet("B-01", tallied("LIST-N", votes=None, undervotes=None))
    forgery.publish()


@case(STATION, 18, "B-02", "REF", "7", "10")
def votes_shown_below_the_threshold(forgery: Forgery) -> None:
    """Seven people voted, all for the same: everybody would know how each of them did."""
    votes = (OptionVotes(option="YES", votes=7), OptionVotes(option="NO", votes=0))
    forgery.sheet("B-02", tallied("REF", votes=votes, undervotes=0))
    forgery.publish()


@case(STATION, 15, "B-01", str(2**53 - 1), "31", also=(19,))
def enormous_undervotes(forgery: Forgery) -> None:
    """A number at the end of what a count can be."""
    forgery.sheet("B-01", tallied("REF", undervotes=2**53 - 1 - 31))
    sheet = forgery.world.sheet("B-01")
    votes = sum(each.votes for each in votes_of(sheet, "REF"))
    forgery.sheet("B-01", tallied("REF", undervotes=2**53 - 1 - votes))
    forgery.publish()


@case(STATION, 13, "B-01", "undervotes", also=(20, 21, 22, 23))
def negative_undervotes(forgery: Forgery) -> None:
    """A count below zero is no count."""
    forgery.sheet("B-01", tallied("REF", undervotes=-5))
    _count_the_new_sheet(forgery.world, "B-01")
    forgery.publish(retotal=False)


@case(STATION, 14, "B-01", "B-02", also=(15, 21))
def statement_of_another_station(forgery: Forgery) -> None:
    """The sheet of B-01 with the poll book's statement of B-02."""
    other = forgery.world.sheet("B-02").statement
    forgery.sheet("B-01", lambda sheet: replace(sheet, statement=other))
    _count_the_new_sheet(forgery.world, "B-01")
    forgery.publish(retotal=False)


@case("the booth's key, not the poll book's", 14, "B-01", "poll-book")
def statement_signed_by_the_booth(forgery: Forgery) -> None:
    """A booth that writes the poll book's count itself: the two counts are no longer independent."""
    document = sign_document(forgery.world.statement("B-01"), forgery.world.booths("B-01")).decode()
    forgery.sheet("B-01", lambda sheet: replace(sheet, statement=document))
    forgery.publish()


@case("the keys of another station", 13, "B-01", "booth-1")
def sheet_signed_by_another_station(forgery: Forgery) -> None:
    """The sheet of B-01, signed with the keys of B-02."""
    sheet = forgery.world.sheet("B-01")
    forgery.world.files[sheet_path("B-01", 0)] = sign_document(sheet, forgery.world.booths("B-02"))
    forgery.publish()


@case("one booth's key of two", 13, "A-01", "2 of 2 keys", "found 1")
def sheet_signed_by_one_booth(forgery: Forgery) -> None:
    """One of the two booths did not sign."""
    sheet = forgery.world.sheet("A-01")
    forgery.world.files[sheet_path("A-01", 0)] = sign_document(sheet, forgery.world.booths("A-01")[:1])
    forgery.publish()


@case(STATION, 12, "B-01", "another election", also=(20, 21, 22, 23))
def sheet_of_another_election(forgery: Forgery) -> None:
    """A properly signed sheet that names another election."""
    forgery.sheet("B-01", lambda sheet: replace(sheet, election="0" * 64))
    _count_the_new_sheet(forgery.world, "B-01")
    forgery.publish(retotal=False)


@case(STATION, 12, "Z-99", "not in the definition")
def unknown_station(forgery: Forgery) -> None:
    """A station that nobody defined sends a sheet."""
    forgery.world.add("stations/Z-99/sheet-0.note", forgery.world.files[sheet_path("B-01", 0)], 4)
    forgery.publish()


@case(STATION, 12, "B-01", "2", "1")
def correction_with_a_gap(forgery: Forgery) -> None:
    """The second correction of a sheet that was never corrected once."""
    forgery.world.put_sheet(move_vote(forgery.world.sheet("B-01"), "REF", "YES", "NO", sequence=2), 4)
    forgery.publish()


@case(STATION, 11, "B-01", "zero")
def zero_report_missing(forgery: Forgery) -> None:
    """A booth that never showed that it began with nothing."""
    forgery.world.remove(zero_report_path("B-01", 1))
    forgery.publish()


@case(STATION, 11, "B-01", "12", "0")
def zero_report_not_zero(forgery: Forgery) -> None:
    """A booth that began with twelve votes."""

    def change(report: ZeroReport) -> ZeroReport:
        return replace(report, votes=(replace(report.votes[0], votes=12), *report.votes[1:]))

    _change_zero_report(forgery, change)


@case(STATION, 11, "B-01", "5", "8")
def zero_report_without_options(forgery: Forgery) -> None:
    """A zero report that is silent about three options."""
    _change_zero_report(forgery, lambda report: replace(report, votes=report.votes[:-3]))


@case("another station's key", 11, "B-01", "signature")
def zero_report_of_another_booth(forgery: Forgery) -> None:
    """A zero report that the booth did not sign."""
    path = zero_report_path("B-01", 1)
    report = read_document(forgery.world.files[path], ZeroReport)
    _put_zero_report(forgery, sign_document(report, forgery.world.booths("B-02")))


@case(STATION, 16, "B-01", "33", "32")
def ballot_doubled(forgery: Forgery) -> None:
    """A ballot stands twice in one station's list."""

    def change(ballots: BallotList) -> BallotList:
        return replace(ballots, ballots=(*ballots.ballots[:-1], ballots.ballots[-2]))

    _change_ballots(forgery, "B-01", change)


@case(STATION, 16, "A-02", "B-01")
def ballot_in_two_stations(forgery: Forgery) -> None:
    """The same ballot is counted at two stations."""
    stolen = forgery.world.ballots("A-02").ballots[5].id

    def change(ballots: BallotList) -> BallotList:
        listed = [PublishedBallot(id=stolen, state=ballots.ballots[0].state), *ballots.ballots[1:]]
        return replace(ballots, ballots=tuple(sorted(listed, key=lambda ballot: ballot.id)))

    _change_ballots(forgery, "B-01", change)


@case(STATION, 16, "B-01")
def ballots_out_of_order(forgery: Forgery) -> None:
    """A list that is not sorted could tell the order in which people voted."""
    _change_ballots(forgery, "B-01", lambda ballots: replace(ballots, ballots=ballots.ballots[::-1]))


@case(STATION, 16, "B-01", "0" * 64)
def another_root(forgery: Forgery) -> None:
    """The sheet commits to other ballots."""
    forgery.sheet("B-01", lambda sheet: replace(sheet, ballots_root="0" * 64))
    forgery.publish()


@case(STATION, 16, "B-01", "0 ballot lists", "1 roots")
def ballots_not_published(forgery: Forgery) -> None:
    """The sheet commits to ballots that nobody may see."""
    forgery.world.remove(ballots_path("B-01"))
    forgery.publish()


@case(STATION, 16, "B-01", "32", "31")
def ballots_of_other_states(forgery: Forgery) -> None:
    """A void ballot is listed as cast, under a root that fits."""

    def change(ballots: BallotList) -> BallotList:
        cast = ballots.ballots[0].state.__class__.CAST
        place = next(n for n, ballot in enumerate(ballots.ballots) if ballot.state is not cast)
        listed = list(ballots.ballots)
        listed[place] = replace(listed[place], state=cast)
        return replace(ballots, ballots=tuple(listed))

    _change_ballots(forgery, "B-01", change)


def _change_ballots(forgery: Forgery, station: str, change: object) -> None:
    """Publishes another ballot list, with the root on a sheet signed again."""
    assert callable(change)
    changed = change(forgery.world.ballots(station))
    forgery.world.files[ballots_path(station)] = encode(changed)
    forgery.sheet(station, lambda sheet: replace(sheet, ballots_root=ballots_root(changed)))
    forgery.publish()


def _change_zero_report(forgery: Forgery, change: object) -> None:
    assert callable(change)
    report = read_document(forgery.world.files[zero_report_path("B-01", 1)], ZeroReport)
    _put_zero_report(forgery, sign_document(change(report), forgery.world.booths("B-01")))


def _put_zero_report(forgery: Forgery, document: bytes) -> None:
    """Publishes another zero report, and a sheet signed again that names it."""
    forgery.world.files[zero_report_path("B-01", 1)] = document
    forgery.sheet(
        "B-01", lambda sheet: replace(sheet, booths=(replace(sheet.booths[0], zero_report=digest(document)),))
    )
    forgery.publish()


def _count_the_new_sheet(world: World, station: str) -> None:
    """Results that count the sheet as it now stands, with the totals of before."""
    results = world.results(2)
    stations = tuple(
        replace(each, sheet=digest(world.files[sheet_path(station, 0)])) if each.station == station else each
        for each in results.stations
    )
    world.put_results(replace(results, stations=stations))
