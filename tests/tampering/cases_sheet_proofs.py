"""Attacks on tally sheets that prove themselves, by those who hold all keys of a station and the log's.

Every other number on the sheet and in the totals is made to agree with the lie.
"""

from collections.abc import Callable

from tests.tampering.encrypted_forgery import (
    STATION,
    Forgery,
    case,
    replace,
    tallied,
    tally_of,
    voted,
    without_nonces,
)
from tests.tampering.encrypted_prover import unreduced
from tests.verify.encrypted_world import Made, make_ballot

from urna.ballot.encryption import sum_nonces
from urna.crypto import scalars
from urna.election.outcomes import BallotState
from urna.encoding.document import sign_document
from urna.record.layout import sheet_path
from urna.tally.sheet import ContestTally, OptionVotes, TallySheet

Votes = list[OptionVotes]


def _move(*changes: int) -> Callable[[Votes], Votes]:
    """So many votes more or less for each option, in order."""

    def moved(votes: Votes) -> Votes:
        added = [*changes, *[0] * len(votes)]
        return [replace(each, votes=each.votes + more) for each, more in zip(votes, added, strict=False)]

    return moved


def _nonces(change: Callable[[list[str | None]], list[str | None]]) -> Callable[[Votes], Votes]:
    """Other sums of nonces beside the same votes."""

    def changed(votes: Votes) -> Votes:
        nonces = change([each.nonce for each in votes])
        return [replace(each, nonce=nonce) for each, nonce in zip(votes, nonces, strict=True)]

    return changed


def _sheet(forgery: Forgery, station: str, change: Callable[[TallySheet], TallySheet]) -> None:
    """Another sheet of the closing; totals and openings follow."""
    forgery.sheet(station, change)
    forgery.publish()


def _correct(forgery: Forgery, station: str, change: Callable[[TallySheet], TallySheet]) -> None:
    """One more sheet for a station, in time for the last edition."""
    last = 1 if sheet_path(station, 1) in forgery.world.files else 0
    sheet = without_nonces(forgery.world.sheet(station, last), last + 1)
    forgery.world.put_sheet(change(sheet), 5)
    forgery.publish()


# ---------------------------------------------------------------- votes and their sums of nonces


@case(STATION, 17, "A-01", "LIST-N", "option SUN", "5 votes on the sheet, 4 in the ciphertexts")
def one_vote_more(forgery: Forgery) -> None:
    """One vote that nobody used goes to a list."""
    _sheet(forgery, "A-01", voted("LIST-N", _move(1)))


@case(STATION, 17, "A-01", "REF", "4 votes on the sheet, 5 in the ciphertexts")
def one_vote_less(forgery: Forgery) -> None:
    """One vote goes to nobody."""
    _sheet(forgery, "A-01", voted("REF", _move(-1)))


@case(STATION, 17, "A-01", "option SEA", "option SKY")
def vote_moved_between_lists(forgery: Forgery) -> None:
    """One vote moves from a list to another, so that the sum stays."""
    _sheet(forgery, "A-01", voted("LIST-N", _move(0, 1, -1)))


@case(STATION, 17, "A-01", "option ANA-BIS", "option ANA")
def vote_moved_between_cards(forgery: Forgery) -> None:
    """One vote moves between the two cards of one candidate: the candidate's total is right."""
    _sheet(forgery, "A-01", voted("NOM-1", _move(-1, 1)))


@case(STATION, 17, "A-01", "NOM-1")
def votes_of_two_options_exchanged(forgery: Forgery) -> None:
    """Two numbers in each other's place, each with its own sum of nonces left behind."""
    _sheet(forgery, "A-01", voted("NOM-1", _move(-8, 8)))


@case(STATION, 17, "A-01", "NOM-1", "option ANA-BIS", "option ANA")
def votes_exchanged_with_their_nonces(forgery: Forgery) -> None:
    """Votes and sums of nonces of two options in each other's place."""

    def change(votes: Votes) -> Votes:
        first, second, *others = votes
        return [replace(second, option=first.option), replace(first, option=second.option), *others]

    _sheet(forgery, "A-01", voted("NOM-1", change))


@case(STATION, 17, "A-01", "REF", "option YES", "option NO")
def nonces_of_two_options_exchanged_on_the_sheet(forgery: Forgery) -> None:
    """The right votes with each other's proof."""
    _sheet(forgery, "A-01", voted("REF", _nonces(lambda nonces: nonces[::-1])))


@case(STATION, 17, "A-01", "REF", "LIST-N")
def nonces_of_two_contests_exchanged(forgery: Forgery) -> None:
    """The sums of nonces of one contest beside the votes of another."""
    sheet = forgery.world.sheet("A-01")
    first, second = (tally_of(sheet, contest).votes or () for contest in ("REF", "LIST-N"))
    forgery.sheet("A-01", voted("REF", _nonces(lambda _: [second[0].nonce, second[1].nonce])))
    _sheet(forgery, "A-01", voted("LIST-N", _nonces(lambda old: [first[0].nonce, first[1].nonce, old[2]])))


@case(STATION, 17, "A-01", "REF", "5 votes on the sheet, - in the ciphertexts")
def another_sum_of_nonces(forgery: Forgery) -> None:
    """A sum that opens nothing."""
    other = scalars.from_int(17).hex()
    _sheet(forgery, "A-01", voted("REF", _nonces(lambda nonces: [other, *nonces[1:]])))


@case(STATION, 17, "A-01", "REF")
def sum_of_nonces_shifted_with_the_votes(forgery: Forgery) -> None:
    """One vote more and R - 1: β still fits, α does not."""

    def change(votes: Votes) -> Votes:
        less = scalars.sub(bytes.fromhex(votes[0].nonce or ""), scalars.ONE).hex()
        return [replace(votes[0], votes=votes[0].votes + 1, nonce=less), *votes[1:]]

    _sheet(forgery, "A-01", voted("REF", change))


@case(STATION, 17, "A-01", "REF")
def sum_of_nonces_zero(forgery: Forgery) -> None:
    """R = 0, as if there had been no ballot."""
    _sheet(forgery, "A-01", voted("REF", _nonces(lambda nonces: ["0" * 64, *nonces[1:]])))


@case(STATION, 17, "A-01", "REF")
def sum_of_nonces_unreduced(forgery: Forgery) -> None:
    """The right R as a number above the order: two spellings of one proof."""

    def change(nonces: list[str | None]) -> list[str | None]:
        return [unreduced(bytes.fromhex(nonces[0] or "")).hex(), *nonces[1:]]

    _sheet(forgery, "A-01", voted("REF", _nonces(change)))


@case(STATION, 17, "A-01", "REF")
def sum_of_nonces_negative(forgery: Forgery) -> None:
    """The negative of the right R."""

    def change(nonces: list[str | None]) -> list[str | None]:
        return [scalars.negate(bytes.fromhex(nonces[0] or "")).hex(), *nonces[1:]]

    _sheet(forgery, "A-01", voted("REF", _nonces(change)))


@case(STATION, 13, "A-01", "nonce", also=(19, 20, 21, 22, 23, 28))
def sum_of_nonces_that_is_none(forgery: Forgery) -> None:
    """Something else than 64 digits."""
    before = forgery.world.results(2)
    _signed_anyhow(forgery, voted("REF", _nonces(lambda nonces: ["-1", *nonces[1:]])))
    forgery.world.put_results(before)
    forgery.publish(retotal=False)


def _signed_anyhow(forgery: Forgery, change: Callable[[TallySheet], TallySheet]) -> None:
    """A sheet that cannot be read, signed by its booths."""
    sheet = change(forgery.world.sheet("A-01"))
    forgery.world.add(sheet_path("A-01", 0), sign_document(sheet, forgery.world.booths("A-01")), 3)


@case(STATION, 15, "A-01", "REF", "1 sums of nonces", also=(17,))
def one_sum_of_nonces_missing(forgery: Forgery) -> None:
    """An option without a proof."""
    _sheet(forgery, "A-01", voted("REF", _nonces(lambda nonces: [None, *nonces[1:]])))


@case(STATION, 15, "A-01", "REF", "0 sums of nonces", also=(17,))
def all_sums_of_nonces_missing(forgery: Forgery) -> None:
    """A sheet of the closing that proves nothing."""

    def change(sheet: TallySheet) -> TallySheet:
        return without_nonces(sheet, 0)

    _sheet(forgery, "A-01", change)


@case(STATION, 17, "A-01", "NOM-1", "17 votes on the sheet", also=(15,))
def more_votes_than_ballots(forgery: Forgery) -> None:
    """More votes for one than there are ballots."""
    _sheet(forgery, "A-01", voted("NOM-1", _move(9, 0, -1)))


# ---------------------------------------------------------------- sums over other ballots than the cast ones


def _sum_of_others(forgery: Forgery, states: tuple[BallotState, ...], *more: Made, without: int = 0) -> None:
    """A-01 proves REF over ballots in these states and others, some cast ones left out; list, root and file stay."""
    world = forgery.world
    made = [*(each for each in world.ballots_made["A-01"] if each.state in states), *more][without:]

    def change(votes: Votes) -> Votes:
        return [
            replace(
                each,
                votes=sum(world.votes_for(ballot, "REF", each.option) for ballot in made),
                nonce=sum_nonces([world.nonce_for(ballot, "REF", each.option) for ballot in made]).hex(),
            )
            for each in votes
        ]

    _sheet(forgery, "A-01", voted("REF", change))


@case(STATION, 17, "A-01", "REF")
def void_ballots_counted(forgery: Forgery) -> None:
    """The sum is over void ballots, too; the list says that they are void."""
    _sum_of_others(forgery, (BallotState.CAST, BallotState.VOID))


@case(STATION, 17, "A-01", "REF")
def challenged_ballots_in_the_sum(forgery: Forgery) -> None:
    """The sum is over challenged ballots, too."""
    _sum_of_others(forgery, (BallotState.CAST, BallotState.CHALLENGED))


@case(STATION, 17, "A-01", "REF")
def pending_ballot_counted(forgery: Forgery) -> None:
    """The sum is over a ballot, too, whose paper was printed and of which the record knows nothing."""
    pending = make_ballot(forgery.world, "A-01", "S1", BallotState.CAST, "pending-3")
    assert sum(forgery.world.votes_for(pending, "REF", option) for option in ("YES", "NO"))
    _sum_of_others(forgery, (BallotState.CAST,), pending)


@case(STATION, 17, "A-01", "REF")
def cast_ballot_not_counted(forgery: Forgery) -> None:
    """The sum leaves out a cast ballot."""
    _sum_of_others(forgery, (BallotState.CAST,), without=1)


# ---------------------------------------------------------------- withheld contests


def _shown(forgery: Forgery, sheet: TallySheet, contest: str, *, proven: bool = True) -> TallySheet:
    """The sheet with a withheld contest's votes."""
    world = forgery.world
    cast = [each for each in world.ballots_made[sheet.station] if each.state is BallotState.CAST]
    cast = [each for each in cast if each.style in world.election.styles_with(contest)]
    votes = tuple(
        OptionVotes(
            option=option.code,
            votes=sum(world.votes_for(each, contest, option.code) for each in cast),
            nonce=sum_nonces([world.nonce_for(each, contest, option.code) for each in cast]).hex() if proven else None,
        )
        for option in world.election.contests[contest].options
    )
    left = len(cast) * world.election.contests[contest].votes_allowed - sum(each.votes for each in votes)
    return tallied(contest, lambda tally: replace(tally, votes=votes, undervotes=left))(sheet)


@case(STATION, 18, "A-02", "NOM-1", "6 ballots")
def votes_shown_below_the_threshold(forgery: Forgery) -> None:
    """The votes of six people, with a proof that is right."""
    _sheet(forgery, "A-02", lambda sheet: _shown(forgery, sheet, "NOM-1"))


@case(STATION, 18, "A-01", "IND", "4 ballots")
def votes_of_four_people_shown(forgery: Forgery) -> None:
    """A contest of few at a large station, with a proof that is right."""
    _sheet(forgery, "A-01", lambda sheet: _shown(forgery, sheet, "IND"))


@case(STATION, 18, "A-02", "REF", "6 ballots", also=(28,))
def votes_shown_that_are_in_an_opened_sum(forgery: Forgery) -> None:
    """Six people's votes, by which the opened sum shows seven other people's."""
    _sheet(forgery, "A-02", lambda sheet: _shown(forgery, sheet, "REF"))


@case(STATION, 18, "A-02", "NOM-1", also=(15, 17))
def votes_shown_below_the_threshold_without_proof(forgery: Forgery) -> None:
    """The votes of six people, right and unproven."""
    _sheet(forgery, "A-02", lambda sheet: _shown(forgery, sheet, "NOM-1", proven=False))


@case(STATION, 18, "A-02", "NOM-1", also=(17,))
def withheld_contest_with_sums_of_nonces(forgery: Forgery) -> None:
    """A withheld contest says 0 votes everywhere, beside the sums of nonces that open it to anybody."""

    def change(sheet: TallySheet) -> TallySheet:
        shown = _shown(forgery, sheet, "NOM-1")
        hidden = tallied("NOM-1", _all_zero)
        return hidden(shown)

    _sheet(forgery, "A-02", change)


def _all_zero(tally: ContestTally) -> ContestTally:
    votes = tuple(replace(each, votes=0) for each in tally.votes or ())
    return replace(tally, votes=votes, undervotes=tally.ballots * 2)


@case(STATION, 18, "A-02", "NOM-1")
def undervotes_of_a_withheld_contest(forgery: Forgery) -> None:
    """How many votes six people did not use."""
    _sheet(forgery, "A-02", tallied("NOM-1", lambda tally: replace(tally, undervotes=3)))


@case(STATION, 18, "A-01", "REF", "16 ballots")
def contest_withheld_without_need(forgery: Forgery) -> None:
    """A station hides a contest in which enough people voted, inside an opened sum."""
    _sheet(forgery, "A-01", tallied("REF", lambda tally: replace(tally, votes=None, undervotes=None)))


@case(STATION, 18, "A-01", "NOM-1", "16 ballots")
def votes_shown_by_a_sheet_that_was_not_opened(forgery: Forgery) -> None:
    """The sheet says that its ballots were not opened, and shows their votes."""
    _sheet(forgery, "A-01", lambda sheet: replace(sheet, opened=False))


# ---------------------------------------------------------------- corrections


@case(STATION, 15, "A-01", "NOM-1", "4 sums of nonces on the sheet, 0 expected")
def second_sheet_with_sums_of_nonces(forgery: Forgery) -> None:
    """A correction that says the same votes with the same sums once more."""
    sheet = forgery.world.sheet("A-01")
    _correct(forgery, "A-01", lambda _: replace(sheet, sequence=1))


@case(STATION, 15, "A-01", "REF", "1 sums of nonces on the sheet, 0 expected")
def second_sum_over_fewer_ballots(forgery: Forgery) -> None:
    """A correction with R of all ballots but one: the difference opens that ballot to anybody."""
    world = forgery.world
    made = [each for each in world.ballots_made["A-01"] if each.state is BallotState.CAST][1:]
    nonce = sum_nonces([world.nonce_for(ballot, "REF", "YES") for ballot in made]).hex()

    def change(votes: Votes) -> Votes:
        return [replace(votes[0], nonce=nonce), *votes[1:]]

    _correct(forgery, "A-01", voted("REF", change))


@case(STATION, 17, "A-01", "NOM-1", "option ANA-BIS", "a correction says 7 votes, 8 are proven")
def correction_with_other_votes(forgery: Forgery) -> None:
    """A correction moves a vote that the sheet of the closing had proven."""
    _correct(forgery, "A-01", voted("NOM-1", _move(-1, 1)))


@case(STATION, 17, "A-01", "NOM-1", "takes back")
def correction_that_takes_votes_back(forgery: Forgery) -> None:
    """A correction says that nothing was opened: a station's proven votes vanish from the totals."""

    def hidden(sheet: TallySheet) -> TallySheet:
        contests = tuple(replace(each, votes=None, undervotes=None) for each in sheet.contests)
        return replace(sheet, contests=contests, opened=False)

    _correct(forgery, "A-01", hidden)


@case(STATION, 18, "A-01", "REF", also=(17,))
def correction_that_takes_one_contest_back(forgery: Forgery) -> None:
    """The same with one contest."""
    _correct(forgery, "A-01", tallied("REF", lambda tally: replace(tally, votes=None, undervotes=None)))


@case(STATION, 18, "A-02", "NOM-1", also=(17,))
def correction_that_shows_what_was_withheld(forgery: Forgery) -> None:
    """A correction shows the votes of six people."""
    _correct(forgery, "A-02", lambda sheet: _shown(forgery, sheet, "NOM-1", proven=False))


@case(STATION, 17, "B-02", "NOM-2", "option DEL-BIS", "a correction says 1 votes, 2 are proven", also=(28,))
def correction_with_other_votes_than_opened(forgery: Forgery) -> None:
    """The station without closing cards says other votes than the guardians opened for it, after the last results."""
    forgery.world.retotal()
    forgery.world.batches.append([])
    sheet = voted("NOM-2", _move(-1, 1))(replace(forgery.world.sheet("B-02", 1), sequence=2))
    forgery.world.put_sheet(sheet, len(forgery.world.batches) - 1)
    forgery.publish(retotal=False)


@case(STATION, 17, "B-02", "NOM-2", "nothing proves them")
def correction_of_what_nobody_opened(forgery: Forgery) -> None:
    """The station without closing cards says its votes, and the guardians never opened this contest."""
    for serial in range(1, 6):
        opening = forgery.world.aggregate(serial)
        forgery.world.remove(f"aggregates/{serial:04d}.note")
        if serial > 1:
            planned = replace(opening.planned, serial=serial - 1)
            forgery.world.put_aggregate(forgery.world.open_aggregate(planned))
    forgery.publish()


@case(STATION, 18, "B-02", "NOM-2", also=(15, 17))
def sheet_that_was_not_opened_shows_votes(forgery: Forgery) -> None:
    """The cards were lost, and still there are votes, which nothing proves."""
    _sheet(forgery, "B-02", lambda sheet: _shown(forgery, sheet, "NOM-2", proven=False))


@case(STATION, 12, "A-01", "2", "1")
def correction_that_leaves_a_number_out(forgery: Forgery) -> None:
    """The second correction of a sheet that was never corrected once."""
    forgery.world.put_sheet(without_nonces(forgery.world.sheet("A-01"), 2), 5)
    forgery.publish()
