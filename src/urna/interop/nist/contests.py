"""Contests and what a voter presses in them, in the words of the two formats that describe ballots.

What SP 1500-100 calls a selection SP 1500-20 calls an option; here the suffix says which.
"""

from collections.abc import Mapping
from typing import Literal

from urna.election.allocation_result import PLACES
from urna.election.definition import Contest, ContestKind, Election
from urna.interop.nist.codes import contest_id, option_id, territory_id
from urna.interop.nist.parties import nominee_of, party_of_option
from urna.interop.nist.parts import Format, Part
from urna.interop.nist.places import NOTHING_MORE

Suffix = Literal["Selection", "Option"]

CONTEST_CLASS = {
    ContestKind.NOMINAL: "CandidateContest",
    ContestKind.LIST: "PartyContest",
    ContestKind.REFERENDUM: "BallotMeasureContest",
}


def contest_part(
    election: Election,
    contest: Contest,
    form: Format,
    *,
    options: list[Part],
    suffix: Suffix,
    more: Mapping[str, object],
) -> Part:
    """A contest with its options.

    Args:
        election: the definition.
        contest: one of its contests.
        form: the format.
        options: as `option_part` writes them, in ballot order.
        suffix: of the format.
        more: further attributes.
    """
    own: dict[str, object] = {}
    if contest.kind is ContestKind.NOMINAL:
        own = {"VotesAllowed": contest.votes_allowed, "NumberElected": contest.seat_rule.seats}
        own["NumberRunoff"] = PLACES if contest.seat_rule.second_round is not None else None
    elif contest.kind is ContestKind.REFERENDUM:
        own = {"Type": "referendum"}
    return form.part(
        CONTEST_CLASS[contest.kind],
        id=contest_id(contest.code),
        Name=form.name_of(contest.title),
        BallotTitle=form.text(contest.title),
        ElectionDistrictId=territory_id(contest.territory),
        ExternalIdentifier=form.identifier(contest.code),
        HasRotation=False,
        SequenceOrder=1 + list(election.contests).index(contest.code),
        VoteVariation=variation_of(contest),
        **{f"Contest{suffix}": options},
        **own,
        **more,
    )


def option_part(
    contest: Contest, number: int, form: Format, suffix: Suffix, more: Mapping[str, object] = NOTHING_MORE
) -> Part:
    """The option at an index: a person's card, a list's, or an answer."""
    option = contest.options[number]
    party = party_of_option(contest, number)
    attributes: dict[str, object] = {"id": option_id(contest.code, option.code), "SequenceOrder": number + 1, **more}
    if contest.kind is ContestKind.LIST:
        return form.part(f"Party{suffix}", PartyIds=[party], **attributes)
    if contest.kind is ContestKind.REFERENDUM:
        named = {"Selection": form.text(option.name), "ExternalIdentifier": form.identifier(option.code)}
        return form.part(f"BallotMeasure{suffix}", **named, **attributes)
    who = {"CandidateIds": nominee_of(contest, option.choice), "EndorsementPartyIds": [party] if party else None}
    return form.part(f"Candidate{suffix}", **who, **attributes)


def variation_of(contest: Contest) -> str:
    """How votes are cast and counted, in the formats' word."""
    if contest.kind is ContestKind.LIST:
        return "proportional"
    if contest.votes_allowed > 1:
        return "n-of-m"
    return "majority" if contest.seat_rule.method == "majority" else "plurality"
