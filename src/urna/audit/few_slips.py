"""How small a set of slips a reading may show: sums over few slips would say what single slips are.

Every round draws at least `least_draws` more. Whether it reads a contest follows from its size and the manifest alone
(`draws_to_read`), and so from nothing that slips say or the seed draws: no draw is left out because it was unlucky.
Where the draw, a lost box or missing slips leave fewer slips all the same, nothing of the contest is shown, and all its
draws count as the worst.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from itertools import pairwise
from typing import NamedTuple

import msgspec

from urna.audit.manifest import BallotManifest
from urna.audit.rounds import DrawRound
from urna.audit.seed import DrawCommitment
from urna.audit.slip_reading import ContestReading
from urna.audit.slip_sums import box_of
from urna.election.definition import Contest, Election
from urna.encoding.canonical import Code
from urna.errors import OutOfOrder
from urna.words import Sentence

LEAST_DRAWS = 20
"""Of a round, and different papers of a contest in it."""

MOST_TIMES = 2
"""As many draws in all as there are papers, so many times: each sum is an equation, and many of them together would
say what single slips are."""


def least_draws(election: Election) -> int:
    """By how much each round grows at least: 20, or the definition's secrecy threshold if that is more."""
    return max(LEAST_DRAWS, election.rules.secrecy_threshold)


def check_growth(election: Election, commitment: DrawCommitment, sizes: tuple[int, ...]) -> None:
    """Returns if each of these sizes of rounds is larger than the one before by enough, and the last not too large.

    Raises:
        OutOfOrder: one is not: its sums, or all of them together, would show single slips.
    """
    least = least_draws(election)
    for before, after in pairwise((0, *sizes)):
        if after - before < least:
            raise OutOfOrder(
                Sentence("a round of at least {least} draws, so that no sum shows single slips", {"least": least}),
                Sentence("one of {found}", {"found": after - before}),
                Sentence("Draw more in each round."),
                commitment.audit,
            )
    most = most_draws(election, commitment.population)
    if max(sizes, default=0) > most:
        raise OutOfOrder(
            Sentence("at most {most} draws in all, so that many sums together show no single slips", {"most": most}),
            Sentence("{found}", {"found": max(sizes)}),
            Sentence("Draw fewer slips, or count every box."),
            commitment.audit,
        )


def most_draws(election: Election, papers: int) -> int:
    """Of all rounds of an audit together: twice the papers of its manifest, and at least one round."""
    return max(least_draws(election), MOST_TIMES * papers)


class RoundSlips(NamedTuple):
    """The slips of a round, box by box."""

    draws: Counter[Code]
    papers: Counter[Code]
    """Different ones, of those that the manifest counted."""

    @staticmethod
    def of(manifest: BallotManifest, drawn: DrawRound) -> "RoundSlips":
        """Of a round."""
        counted = {each.code: each.papers for each in manifest.containers}
        parted = [draw.unit.partition(",")[::2] for draw in drawn.draws]
        papers = Counter(box for box, position in set(parted) if int(position) <= counted.get(box, 0))
        return RoundSlips(Counter(box for box, _ in parted), papers)

    def draws_with(self, election: Election, contest: Code) -> int:
        """From boxes whose station has a contest."""
        return sum(self.draws[box] for box in boxes_with(election, self.draws, contest))

    def papers_with(self, election: Election, contest: Code, lost: Collection[Code] = ()) -> int:
        """In boxes of which every slip has a contest, those of lost boxes left out."""
        return sum(self.papers[box] for box in _boxes_all_with(election, self.papers.keys() - set(lost), contest))


def draws_with(election: Election, drawn: DrawRound, contest: Code) -> int:
    """How many draws of a round are from boxes whose station has a contest."""
    draws = Counter(box_of(draw.unit) for draw in drawn.draws)
    return sum(draws[box] for box in boxes_with(election, draws, contest))


def contests_read(
    election: Election, commitment: DrawCommitment, manifest: BallotManifest, drawn: DrawRound
) -> tuple[Contest, ...]:
    """The audited contests for which the round is large enough."""
    found = ((code, draws_to_read(election, manifest, code)) for code in commitment.contests)
    return tuple(election.contests[code] for code, needed in found if 0 < needed <= len(drawn.draws))


def draws_to_read(election: Election, manifest: BallotManifest, contest: Code) -> int:
    """The least round that reads a contest; 0 if none does.

    So many draws that twice `least_draws` are expected of the M counted papers in boxes of which every slip has the
    contest: 2 × least × population / M, rounded up. None if M is below 3/2 × least.
    """
    boxes = _boxes_all_with(election, [each.code for each in manifest.containers], contest)
    papers, least = sum(each.papers for each in manifest.containers if each.code in boxes), least_draws(election)
    return -(-2 * least * manifest.size // papers) if 2 * papers >= 3 * least else 0


def hide_few(
    election: Election,
    manifest: BallotManifest,
    drawn: DrawRound,
    lost: Collection[Code],
    sums: Iterable[ContestReading],
) -> tuple[ContestReading, ...]:
    """The sums of a round as they may be published.

    Where the draw, lost boxes or missing slips leave few slips of a contest, all its draws are not found: nothing is
    shown, and it counts as the worst.
    """
    slips = RoundSlips.of(manifest, drawn)
    return tuple(
        _none_found(each, slips.draws_with(election, each.contest)) if shows_few(election, slips, lost, each) else each
        for each in sums
    )


def shows_few(election: Election, slips: RoundSlips, lost: Collection[Code], sums: ContestReading) -> bool:
    """Whether sums are over fewer slips than may be shown: found draws, or different papers outside lost boxes."""
    found = slips.draws_with(election, sums.contest) - sums.not_found
    least = least_draws(election)
    return found > 0 and (found < least or slips.papers_with(election, sums.contest, lost) < least)


def _none_found(sums: ContestReading, draws: int) -> ContestReading:
    return msgspec.structs.replace(
        sums,
        options=tuple(msgspec.structs.replace(each, draws=0) for each in sums.options),
        without_vote=0,
        not_found=draws,
    )


def boxes_with(election: Election, boxes: Iterable[Code], contest: Code) -> frozenset[Code]:
    """Of some boxes, those of which some slips have a contest."""
    styles = election.styles_with(contest)
    return frozenset(box for box in boxes if any(each.style in styles for each in election.stations[box].styles))


def _boxes_all_with(election: Election, boxes: Iterable[Code], contest: Code) -> frozenset[Code]:
    """Of some boxes, those of which every slip has a contest."""
    styles = election.styles_with(contest)
    return frozenset(box for box in boxes if all(each.style in styles for each in election.stations[box].styles))
