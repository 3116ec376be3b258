"""From drawn slips to the sums of a round: where they lie, what each person adds up, and the record of it.

slips_by_box      what to fetch from each box, position by position
sums_of_slips     the marks of some slips, added up
add_sums          boxes together
make_reading      the record of a whole round
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from urna.audit.rounds import DrawRound
from urna.audit.slip_reading import ContestReading, OptionDraws, SlipReading
from urna.election.definition import Contest
from urna.encoding.canonical import Code, decode, digest, encode
from urna.encoding.letters import letters_of


class DrawnSlip(NamedTuple):
    """A slip to look at."""

    position: int
    """In its box's pile, from 1 at the top."""
    draws: int
    """How often the round drew it: it counts as often."""
    is_again: bool
    """Whether an earlier round drew it, too."""


Slip = tuple[Collection[Code] | None, int]
"""The options marked on a slip (None if it is not in its box), and how many draws it counts for."""


def box_of(unit: str) -> Code:
    """The box of a drawn paper, "STATION,position"."""
    return unit.partition(",")[0]


def slips_by_box(drawn: DrawRound) -> dict[Code, tuple[DrawnSlip, ...]]:
    """The slips of a round, boxes ascending, positions ascending in each."""
    found: dict[Code, dict[int, DrawnSlip]] = {}
    for draw in drawn.draws:
        box, position = box_of(draw.unit), int(draw.unit.partition(",")[2])
        before = found.setdefault(box, {}).get(position)
        again = draw.times > 1 if before is None else before.is_again
        found[box][position] = DrawnSlip(position, 1 + (before.draws if before else 0), again)
    return {box: tuple(found[box][position] for position in sorted(found[box])) for box in sorted(found)}


def sums_of_slips(contest: Contest, slips: Iterable[Slip]) -> ContestReading:
    """What some slips say of a contest together.

    Args:
        contest: with the options that may be marked.
        slips: their marks. Too many, or two for one choice, are no valid vote.
    """
    stands_for = {option.code: option.choice for option in contest.options}
    options: Counter[Code] = Counter()
    without_vote = not_found = 0
    for marks, draws in slips:
        choices = {stands_for[option] for option in marks or ()}
        if marks is None:
            not_found += draws
        elif not 1 <= len(marks) == len(choices) <= contest.votes_allowed:
            without_vote += draws
        else:
            options.update(dict.fromkeys(marks, draws))
    return ContestReading(
        contest=contest.code,
        options=tuple(OptionDraws(option=code, draws=options[code]) for code in sorted(stands_for)),
        without_vote=without_vote,
        not_found=not_found,
    )


def not_found_sums(contest: Contest, draws: int) -> ContestReading:
    """Of a box that cannot be found."""
    return sums_of_slips(contest, [(None, draws)])


def add_sums(parts: Iterable[ContestReading]) -> ContestReading:
    """The sums of one contest from several boxes, at least one, together."""
    first, *others = parts
    options = Counter({each.option: each.draws for each in first.options})
    without_vote, not_found = first.without_vote, first.not_found
    for part in others:
        for option in part.options:
            options[option.option] += option.draws
        without_vote, not_found = without_vote + part.without_vote, not_found + part.not_found
    return ContestReading(
        contest=first.contest,
        options=tuple(OptionDraws(option=each.option, draws=options[each.option]) for each in first.options),
        without_vote=without_vote,
        not_found=not_found,
    )


def make_reading(
    drawn: DrawRound,
    sums: Iterable[ContestReading],
    typed_by: Iterable[str],
    *,
    lost: Iterable[Code] = (),
    overfull: Iterable[Code] = (),
    reason: str = "",
) -> SlipReading:
    """The reading of a round; `reading_rules.check_reading` says whether it can be.

    Args:
        drawn: the round.
        sums: of the contests that are read, over the whole round.
        typed_by: those who typed.
        lost: drawn boxes that cannot be found.
        overfull: drawn boxes with more slips than they may hold.
        reason: how a box was lost.

    Raises:
        Malformed: a name that is none, or fewer than two.
    """
    reading = SlipReading(
        election=drawn.election,
        audit=drawn.audit,
        commitment=drawn.commitment,
        seed=drawn.seed,
        round=drawn.round,
        drawn=digest(encode(drawn)),
        typed_by=tuple({letters_of(name): " ".join(name.split()) for name in typed_by}.values()),
        contests=tuple(sorted(sums, key=lambda each: each.contest)),
        lost=tuple(sorted(lost)),
        overfull=tuple(sorted(overfull)),
        reason=" ".join(reason.split()),
    )
    return decode(encode(reading), SlipReading, drawn.audit)


def reading_by_contest(reading: SlipReading) -> Mapping[Code, ContestReading]:
    """A reading's contests by code."""
    return {each.contest: each for each in reading.contests}
