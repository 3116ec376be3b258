"""A result in sentences: who took part, what gave each seat, what stayed open."""

from fractions import Fraction

from urna.election.allocation_result import (
    Award,
    AwardedBy,
    ListOutcome,
    SeatResult,
    Shortage,
    Standing,
    UndecidedSeats,
)
from urna.election.allocation_rule import Ratio
from urna.words import Sentence

_STANDING = {
    Standing.PASSED: Sentence("{code} takes part with {votes} votes; it needed {needed}."),
    Standing.NO_VOTES: Sentence("{code} takes no part: it has no votes."),
    Standing.BELOW_THRESHOLD: Sentence(
        "{code} takes no part: its {votes} votes do not pass the threshold of {needed}."
    ),
    Standing.WITHDRAWN: Sentence("{code} takes no part: it was withdrawn; {votes} votes were cast for it."),
}

_AWARD = {
    AwardedBy.VOTES: Sentence("Seat {number}: {code}, among the most voted, with {figure} votes."),
    AwardedBy.QUOTIENT: Sentence(
        "Seat {number}: {code}, the largest quotient left; {votes} votes divided by {divisor} are {figure}."
    ),
    AwardedBy.QUOTA: Sentence(
        "Seat {number}: {code}, a whole quota; {votes} votes hold {figure} quotas of {divisor} votes."
    ),
    AwardedBy.REMAINDER: Sentence(
        "Seat {number}: {code}, the largest remainder left; {figure} of {votes} votes stay over "
        "after whole quotas of {divisor} votes."
    ),
    AwardedBy.MORE_VOTES: Sentence(
        "Seat {number}: {code}, tied at {figure} with {equals}; it has more votes, {votes}."
    ),
    AwardedBy.LOT: Sentence(
        "Seat {number}: {code}, tied at {figure} with {equals}; drawn by lot with the ticket {ticket}."
    ),
}

_SHORTAGE = {
    Shortage.NO_VOTES: Sentence("Seats unfilled, because there are no votes: {seats}."),
    Shortage.BELOW_THRESHOLD: Sentence("Seats unfilled, because none passed the threshold: {seats}."),
    Shortage.TOO_FEW: Sentence("Seats unfilled, because too few lists or candidates have votes: {seats}."),
}


def explain(result: SeatResult) -> list[Sentence]:
    """Every decision of the result: lists by code, seats in the order of award, then what stayed open."""
    votes = {one.code: one.votes for one in result.lists}
    sentences = [_of_list(one) for one in result.lists]
    sentences += [_of_award(award, votes[award.code]) for award in result.awards]
    if result.undecided is not None:
        sentences.append(_of_tie(result.undecided))
    if result.shortage is not None:
        sentences.append(Sentence(_SHORTAGE[result.shortage].template, {"seats": result.unfilled}))
    return sentences


def mixed_number(ratio: Ratio) -> str:
    """An exact fraction as people write it: "7/2" is "3 1/2", "7/1" is "7"."""
    value = Fraction(ratio)
    whole, rest = divmod(value, 1)
    if not rest:
        return str(whole)
    return f"{whole} {rest}" if whole else str(rest)


def _of_list(one: ListOutcome) -> Sentence:
    values: dict[str, str | int] = {"code": one.code, "votes": one.votes, "needed": mixed_number(one.needed)}
    return Sentence(_STANDING[one.standing].template, values)


def _of_award(award: Award, votes: int) -> Sentence:
    values: dict[str, str | int] = {
        "number": award.number,
        "code": award.code,
        "votes": votes,
        "figure": mixed_number(award.figure),
        "divisor": mixed_number(award.divisor) if award.divisor else "",
        "equals": ", ".join(award.equals),
        "ticket": award.ticket or "",
    }
    return Sentence(_AWARD[award.by].template, values)


def _of_tie(tie: UndecidedSeats) -> Sentence:
    values: dict[str, str | int] = {
        "seats": tie.seats,
        "codes": ", ".join(tie.among),
        "figure": mixed_number(tie.figure),
    }
    if tie.waits_for_seed:
        return Sentence("Seats that wait for the lot among {codes}, tied at {figure}: {seats}.", values)
    return Sentence("Seats left undecided among {codes}, tied at {figure}: {seats}.", values)
