"""The rounds of an audit: what each of them draws, written down so that anybody can compare.

A round continues where the one before it ended, in the one order that the seed gives. What it draws is new, except
that with replacement a unit may come up again; its paper is then not fetched again, and `times` says so.
"""

from collections import defaultdict
from typing import Annotated

import msgspec

from urna.audit.draw_rules import check_commitment
from urna.audit.manifest import BallotManifest
from urna.audit.sampler import Draw, draw_papers, draw_units, draw_weighted
from urna.audit.seed import DrawCommitment, SeedRecord, Unit, WeightRecord, check_seed
from urna.audit.shares import draw_shares
from urna.election.definition import ratio
from urna.encoding.canonical import Code, Count, Hash, Record, digest, encode
from urna.errors import OutOfOrder, Unproven
from urna.words import Sentence


class Drawn(Record, frozen=True, kw_only=True):
    """One draw (`sampler.Draw`)."""

    ticket: Annotated[str, msgspec.Meta(min_length=1, max_length=400)]
    unit: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    times: Count


class DrawRound(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/draw-round/1"):
    """The draws after + 1 to `size` of an audit."""

    election: Hash
    audit: Code
    commitment: Hash
    """SHA-256 of the commitment's canonical bytes."""
    seed: Hash
    """SHA-256 of the seed record's canonical bytes."""
    round: Count
    """From 1."""
    after: Count
    """Draws of the rounds before."""
    size: Count
    """Draws in all, this round's included."""
    draws: tuple[Drawn, ...]
    """In the order in which they were drawn; of a share: centre by centre, each in the order of its tickets."""

    @property
    def to_fetch(self) -> tuple[str, ...]:
        """Units that come up for the first time, and so have to be brought to the table."""
        return tuple(each.unit for each in self.draws if each.times == 1)


def draw_round(
    commitment: DrawCommitment,
    seed: SeedRecord,
    manifest: BallotManifest,
    before: DrawRound | None = None,
    size: int | None = None,
    *,
    weights: WeightRecord | None = None,
) -> DrawRound:
    """The first round, or the one after another, which keeps every draw made so far.

    1. Check that commitment, seed and manifest belong together.
    2. Find the size: the committed one; after the last committed round any that is larger.
    3. Draw what the rounds before have not drawn.

    Args:
        commitment: the rules.
        seed: the seed rolled for them.
        manifest: the one that was committed.
        before: the round before, drawn from these three; None for the first.
        size: draws in all; None for the committed one.
        weights: by which boxes are drawn, where the commitment names some.

    Raises:
        Malformed: rules that contradict each other, a seed that is not what was read out, more draws than units.
        OutOfOrder: another size than the one committed, a second round of a share, a seed older than its rules.
        Unproven: documents that do not belong together.
    """
    check_commitment(commitment, manifest, weights)
    check_seed(commitment, seed)
    hashes = digest(encode(commitment)), digest(encode(seed))
    if before and (before.commitment, before.seed) != hashes:
        raise _foreign(commitment, before, hashes)
    number, after = (before.round + 1, before.size) if before else (1, 0)
    if ratio(commitment.share):
        if before:
            raise _refused(commitment, Sentence("one round of a draw by share"), Sentence("another one"))
        draws = _shares(commitment, seed, manifest)
    else:
        planned = _planned_size(commitment, number, after, size)
        _check_size(commitment, size or planned, planned)
        draws = _draw(commitment, seed, manifest, weights, (after, planned))
    return DrawRound(
        election=commitment.election,
        audit=commitment.audit,
        commitment=hashes[0],
        seed=hashes[1],
        round=number,
        after=after,
        size=after + len(draws),
        draws=tuple(Drawn(ticket=each.ticket, unit=each.unit, times=each.times) for each in draws),
    )


def _draw(
    commitment: DrawCommitment,
    seed: SeedRecord,
    manifest: BallotManifest,
    weights: WeightRecord | None,
    span: tuple[int, int],
) -> tuple[Draw, ...]:
    after, size = span
    if weights is not None:
        return draw_weighted(seed.seed, {each.code: each.weight for each in weights.weights}, size, after)
    procedure, replacement = commitment.procedure, commitment.replacement
    if commitment.unit is Unit.PAPER:
        return draw_papers(procedure, seed.seed, manifest, size, after, replacement=replacement)
    units = [each.code for each in manifest.containers]
    return draw_units(procedure, seed.seed, units, size, after, replacement=replacement)


def _shares(commitment: DrawCommitment, seed: SeedRecord, manifest: BallotManifest) -> tuple[Draw, ...]:
    centres: dict[Code, list[Code]] = defaultdict(list)
    for each in manifest.containers:
        centres[each.centre].append(each.code)
    drawn = draw_shares(seed.seed, centres, ratio(commitment.share), commitment.rounding)
    return tuple(draw for draws in drawn.values() for draw in draws)


def _planned_size(commitment: DrawCommitment, number: int, after: int, size: int | None) -> int:
    if number <= len(commitment.sizes):
        return commitment.sizes[number - 1]
    return max(size or 0, after + 1)


def _check_size(commitment: DrawCommitment, found: int, planned: int) -> None:
    if found != planned:
        expected = Sentence("a round of {planned} draws in all", {"planned": planned})
        raise _refused(commitment, expected, Sentence("one of {found}", {"found": found}))


def _refused(commitment: DrawCommitment, expected: Sentence, found: Sentence) -> OutOfOrder:
    remedy = Sentence("Draw as was committed; only after the last committed round is the size free.")
    return OutOfOrder(expected, found, remedy, commitment.audit)


def _foreign(commitment: DrawCommitment, before: DrawRound, hashes: tuple[Hash, Hash]) -> Unproven:
    return Unproven(
        Sentence("a round of commitment {commitment} and seed {seed}", {"commitment": hashes[0], "seed": hashes[1]}),
        Sentence("one of {commitment} and {seed}", {"commitment": before.commitment, "seed": before.seed}),
        Sentence("Continue the round that these rules and this seed have drawn."),
        commitment.audit,
    )
