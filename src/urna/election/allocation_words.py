"""A result in sentences: who took part, what gave each seat, what stayed open."""

from collections.abc import Mapping
from fractions import Fraction

from urna.election.allocation_result import (
    Award,
    AwardedBy,
    ListOutcome,
    SeatResult,
    SecondRoundPlaces,
    Shortage,
    Standing,
    UndecidedSeats,
)
from urna.election.allocation_rule import Ratio, SecondRound, read_ratio
from urna.words import N_, Sentence

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
    Shortage.SECOND_ROUND: Sentence("Nobody has the votes that elect in the first round: a second round is held."),
}

_FIRST_ROUND = N_("{code} has {votes} votes; more than {needed} elect in the first round.")

_BY_LEAD = {
    "more-than": Sentence(
        "{code} has {votes} votes, {ahead} more than the next: with at least {lesser} votes, a lead of more than "
        "{lead} elects, too."
    ),
    "at-least": Sentence(
        "{code} has {votes} votes, {ahead} more than the next: with at least {lesser} votes, a lead of at least "
        "{lead} elects, too."
    ),
}

_NO_LEAD = {
    "more-than": Sentence("Nobody has at least {lesser} votes and more than {lead} more than the next."),
    "at-least": Sentence("Nobody has at least {lesser} votes and at least {lead} more than the next."),
}

_PLACE = {
    AwardedBy.VOTES: Sentence("Place {number} in the second round: {code}, among the most voted, with {figure} votes."),
    AwardedBy.LOT: Sentence(
        "Place {number} in the second round: {code}, tied at {figure} with {equals}; drawn by lot with the ticket "
        "{ticket}."
    ),
}


def explain(result: SeatResult) -> list[Sentence]:
    """Every decision of the result: lists by code, seats in the order of award, then what stayed open."""
    votes = {one.code: one.votes for one in result.lists}
    second = result.rule.second_round
    sentences = [_of_list(one) if second is None else _of_candidate(one, result, second) for one in result.lists]
    sentences += [_of_award(award, votes[award.code]) for award in result.awards]
    if result.undecided is not None:
        sentences.append(_of_tie(result.undecided))
    if result.shortage is not None:
        sentences.append(Sentence(_SHORTAGE[result.shortage].template, {"seats": result.unfilled}))
    if result.second_round is not None:
        sentences += [*_of_no_lead(result), *_of_places(result.second_round, votes)]
    return sentences


def mixed_number(ratio: Ratio | Fraction) -> str:
    """An exact fraction as people write it: "7/2" is "3 1/2", "7/1" is "7"."""
    value = Fraction(ratio)
    whole, rest = divmod(value, 1)
    if not rest:
        return str(whole)
    return f"{whole} {rest}" if whole else str(rest)


def _of_list(one: ListOutcome) -> Sentence:
    values: dict[str, str | int] = {"code": one.code, "votes": one.votes, "needed": mixed_number(one.needed)}
    return Sentence(_STANDING[one.standing].template, values)


def _of_candidate(one: ListOutcome, result: SeatResult, rule: SecondRound) -> Sentence:
    """In the first round of two."""
    if one.standing not in (Standing.PASSED, Standing.BELOW_THRESHOLD):
        return _of_list(one)
    values: dict[str, str | int] = {"code": one.code, "votes": one.votes, "needed": mixed_number(one.needed)}
    if one.standing is Standing.BELOW_THRESHOLD or one.votes > read_ratio(rule.share) * result.valid_votes:
        return Sentence(_FIRST_ROUND, values)
    others = [each.votes for each in result.lists if each.code != one.code and each.standing is not Standing.WITHDRAWN]
    values |= {"ahead": one.votes - max(others, default=0), **_lead_values(rule, result.valid_votes)}
    return Sentence(_BY_LEAD[rule.lead_crossing].template, values)


def _of_no_lead(result: SeatResult) -> list[Sentence]:
    """That the other way to be elected was open to nobody; nothing where the law has no such way."""
    rule = result.rule.second_round
    if rule is None or not rule.has_lead:
        return []
    return [Sentence(_NO_LEAD[rule.lead_crossing].template, _lead_values(rule, result.valid_votes))]


def _lead_values(rule: SecondRound, valid_votes: int) -> dict[str, str | int]:
    """The lesser share and the lead, in votes."""
    lesser, lead = (read_ratio(share) * valid_votes for share in (rule.lesser_share, rule.lead))
    return {"lesser": mixed_number(lesser), "lead": mixed_number(lead)}


def _of_places(second: SecondRoundPlaces, votes: dict[str, int]) -> list[Sentence]:
    """Who goes on, and what stays open of it."""
    sentences = [_of_award(place, votes[place.code], _PLACE) for place in second.places]
    if second.undecided is None:
        return sentences
    template = _PLACES_WAIT if second.undecided.waits_for_seed else _PLACES_OPEN
    return [*sentences, Sentence(template, _tie_values(second.undecided))]


_PLACES_WAIT = N_("Places in the second round that wait for the lot among {codes}, tied at {figure}: {seats}.")
_PLACES_OPEN = N_("Places in the second round left undecided among {codes}, tied at {figure}: {seats}.")


def _of_award(award: Award, votes: int, templates: Mapping[AwardedBy, Sentence] = _AWARD) -> Sentence:
    values: dict[str, str | int] = {
        "number": award.number,
        "code": award.code,
        "votes": votes,
        "figure": mixed_number(award.figure),
        "divisor": mixed_number(award.divisor) if award.divisor else "",
        "equals": ", ".join(award.equals),
        "ticket": award.ticket or "",
    }
    return Sentence(templates[award.by].template, values)


def _tie_values(tie: UndecidedSeats) -> dict[str, str | int]:
    return {"seats": tie.seats, "codes": ", ".join(tie.among), "figure": mixed_number(tie.figure)}


def _of_tie(tie: UndecidedSeats) -> Sentence:
    values = _tie_values(tie)
    if tie.waits_for_seed:
        return Sentence("Seats that wait for the lot among {codes}, tied at {figure}: {seats}.", values)
    return Sentence("Seats left undecided among {codes}, tied at {figure}: {seats}.", values)
