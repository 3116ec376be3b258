"""Whether a contest's second round is one that a law can mean."""

from collections.abc import Iterator

from urna.election.allocation_rule import SecondRound, read_ratio
from urna.election.definition import Contest, ContestKind
from urna.election.mistake import Mistake, Path, wrong
from urna.words import N_


def check_second_round(path: Path, contest: Contest) -> Iterator[Mistake]:
    """It follows a majority of persons for one seat, and its shares are possible.

    Args:
        path: of the contest.
        contest: any; one without a second round has no mistakes here.
    """
    rule, second = contest.seat_rule, contest.seat_rule.second_round
    if second is None:
        return
    is_for_one = rule.seats == contest.votes_allowed == 1
    if rule.method != "majority" or contest.kind is not ContestKind.NOMINAL or not is_for_one:
        yield wrong(
            (*path, "second_round"),
            N_("{code} has a second round; it is {kind}, with method {method}, seats {seats}, votes_allowed {votes}."),
            N_('Write kind "nominal", method "majority", one seat and one vote, or take [contest.second_round] out.'),
            code=contest.code,
            kind=contest.kind.value,
            method=rule.method,
            seats=rule.seats,
            votes=contest.votes_allowed,
        )
    yield from _check_shares((*path, "second_round"), contest.code, second)


def _check_shares(path: Path, code: str, second: SecondRound) -> Iterator[Mistake]:
    if not 0 < read_ratio(second.share) < 1:
        yield wrong(
            path,
            N_("The first round of {code} elects with more than {share} of the valid votes."),
            N_("Write a share above 0 and below 1, such as 1/2."),
            code=code,
            share=second.share,
        )
    elif not second.is_possible:
        yield wrong(
            path,
            N_("The second round of {code} has share {share}, lesser_share {lesser}, lead {lead}, {crossing}."),
            N_("Write lesser_share and lead, both above 0 and below share, or neither of them and no lead_crossing."),
            code=code,
            share=second.share,
            lesser=second.lesser_share,
            lead=second.lead,
            crossing=second.lead_crossing,
        )
