"""Whether a reading of slips can be what was found.

How few slips it may show is in `few_slips`.
"""

from collections.abc import Iterable

from urna.audit.count_rules import MOST_REASON
from urna.audit.examination import check_no_identity
from urna.audit.few_slips import (
    LEAST_DRAWS,
    RoundSlips,
    boxes_with,
    check_growth,
    contests_read,
    draws_to_read,
    draws_with,
    hide_few,
    least_draws,
    shows_few,
)
from urna.audit.manifest import BallotManifest
from urna.audit.rounds import DrawRound
from urna.audit.seed import DrawCommitment
from urna.audit.slip_reading import ContestReading, SlipReading
from urna.election.definition import Contest, Election
from urna.encoding.canonical import Code, digest, encode
from urna.encoding.letters import letters_of
from urna.errors import Malformed, Unproven
from urna.words import Sentence

__all__ = [
    "LEAST_DRAWS",
    "check_growth",
    "check_reading",
    "check_sums",
    "contests_read",
    "draws_to_read",
    "draws_with",
    "hide_few",
    "least_draws",
    "votes_of",
]


def check_reading(
    election: Election, commitment: DrawCommitment, manifest: BallotManifest, drawn: DrawRound, reading: SlipReading
) -> None:
    """Returns if a reading is of this round and possible.

    1. It names the round. 2. Two different people at least. 3. The contests that are read and no others, each with
    numbers that its draws can have. 4. Lost and overfull boxes were drawn, the slips of a lost one are not found.
    5. Enough slips of each contest were found, or none.

    Raises:
        Unproven: of another round.
        Malformed: something else fails.
    """
    named = (reading.commitment, reading.seed, reading.round, reading.drawn)
    if named != (drawn.commitment, drawn.seed, drawn.round, digest(encode(drawn))):
        raise Unproven(
            Sentence("a reading of round {round}, which names it by its hash", {"round": drawn.round}),
            Sentence("one of round {round}, {hash}", {"round": reading.round, "hash": reading.drawn}),
            Sentence("Read the slips that this round drew: urna audit read."),
            reading.audit,
        )
    _check_people(reading)
    contests = contests_read(election, commitment, manifest, drawn)
    if (found := [each.contest for each in reading.contests]) != [each.code for each in contests]:
        raise _refused(
            reading.audit,
            Sentence("the contests that are read: {contests}", {"contests": _list(each.code for each in contests)}),
            Sentence("{contests}", {"contests": _list(found)}),
        )
    slips = RoundSlips.of(manifest, drawn)
    for contest, sums in zip(contests, reading.contests, strict=True):
        check_sums(contest, sums, slips.draws_with(election, contest.code))
    _check_boxes(election, slips, reading)
    for sums in reading.contests:
        if shows_few(election, slips, reading.lost, sums):
            draws = slips.draws_with(election, sums.contest)
            raise _refused(
                sums.contest,
                Sentence("sums over at least {least} slips that were found, or none", {"least": least_draws(election)}),
                Sentence("{missing} of {draws} draws not found", {"missing": sums.not_found, "draws": draws}),
            )


def check_sums(contest: Contest, sums: ContestReading, draws: int) -> None:
    """Returns if these numbers can be those of so many draws, of one box or of a round.

    Raises:
        Malformed: another contest or other options; marks, draws without a vote and draws not found that do not make
            up the draws; more marks of a choice than slips with a vote.
    """
    options = [each.option for each in sums.options]
    expected = sorted(option.code for option in contest.options)
    if sums.contest != contest.code or options != expected:
        others = sorted(set(options) ^ set(expected)) or options[:1]
        raise _refused(
            contest.code,
            Sentence("one number for each of {count} options, in order", {"count": len(expected)}),
            Sentence(
                "{count} numbers; missing or too many: {option}", {"count": len(options), "option": _list(others)}
            ),
        )
    marks, voted = sum(each.draws for each in sums.options), draws - sums.without_vote - sums.not_found
    by_choice = votes_of(contest, sums)
    fits = 0 <= voted <= marks <= voted * contest.votes_allowed and max(by_choice.values(), default=0) <= voted
    if not fits:
        raise _refused(
            contest.code,
            Sentence(
                "numbers that make up {draws} draws, with at most {allowed} votes on a slip",
                {"draws": draws, "allowed": contest.votes_allowed},
            ),
            Sentence(
                "{marks} votes, {blank} draws without a vote, {missing} not found",
                {"marks": marks, "blank": sums.without_vote, "missing": sums.not_found},
            ),
        )


def votes_of(contest: Contest, sums: ContestReading) -> dict[Code, int]:
    """The draws with a vote for each choice; every choice of the contest."""
    votes = ((each.option, each.draws) for each in sums.options)
    stands_for = {option.code: option.choice for option in contest.options}
    found = dict.fromkeys((choice.code for choice in contest.choices), 0)
    for option, draws in votes:
        found[stands_for[option]] += draws
    return found


def _check_people(reading: SlipReading) -> None:
    names = [letters_of(name) for name in reading.typed_by]
    if len(set(names)) != len(names) or "" in names:
        raise _refused(
            reading.audit, Sentence("different people who typed"), Sentence("{people}", {"people": _list(names)})
        )
    if bool(reading.reason) != bool(reading.lost) or len(reading.reason) > MOST_REASON:
        raise _refused(
            reading.audit,
            Sentence(
                "a reason of at most {most} letters where a box is lost, and none otherwise", {"most": MOST_REASON}
            ),
            Sentence("{lost} lost boxes, {count} letters", {"lost": len(reading.lost), "count": len(reading.reason)}),
        )
    if reading.reason and not reading.reason.isprintable():
        raise _refused(reading.audit, Sentence("a reason of one line"), Sentence("hidden letters"))
    check_no_identity((reading.reason, *reading.typed_by), reading.audit)


def _check_boxes(election: Election, slips: RoundSlips, reading: SlipReading) -> None:
    named = (*reading.lost, *reading.overfull)
    in_order = all(list(codes) == sorted(set(codes)) for codes in (reading.lost, reading.overfull))
    if not in_order or len(set(named)) != len(named) or not slips.draws.keys() >= set(named):
        raise _refused(
            reading.audit,
            Sentence("drawn boxes, ascending, each lost or too full or neither"),
            Sentence("{boxes}", {"boxes": _list(named)}),
        )
    for sums in reading.contests:
        lost = boxes_with(election, reading.lost, sums.contest)
        least = sum(slips.draws[box] for box in lost)
        if sums.not_found < least:
            raise _refused(
                sums.contest,
                Sentence("at least {least} draws not found, those of lost boxes", {"least": least}),
                Sentence("{found}", {"found": sums.not_found}),
            )


def _list(codes: Iterable[str]) -> str:
    return ", ".join(codes)[:200] or "-"


def _refused(where: str, expected: Sentence, found: Sentence) -> Malformed:
    remedy = Sentence("Add up the slips of the round again, then both type the sums anew.")
    return Malformed(expected, found, remedy, where)
