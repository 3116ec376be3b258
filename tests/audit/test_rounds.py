"""Rounds continue each other in the one order of the seed, with the sizes that were committed."""

from fractions import Fraction

import pytest
from tests.audit.boxes import manifest_of, rules_of, seed_for

from urna.audit.rounds import DrawRound, draw_round
from urna.audit.sampler import draw_papers
from urna.audit.seed import DrawCommitment, Unit
from urna.audit.shares import draw_shares
from urna.audit.tickets import Procedure
from urna.encoding.canonical import decode, digest, encode
from urna.errors import Malformed, OutOfOrder, Unproven

MANIFEST = manifest_of([10, 10, 7], phantoms=1)
SHARE = {"unit": Unit.CONTAINER, "population": 3, "sizes": (), "share": "54/100"}


def _rounds(rules: DrawCommitment, *sizes: int | None) -> list[DrawRound]:
    seed = seed_for(rules)
    rounds: list[DrawRound] = []
    for size in sizes:
        rounds.append(draw_round(rules, seed, MANIFEST, rounds[-1] if rounds else None, size))
    return rounds


def test_rounds_are_one_sample() -> None:
    """Two of committed sizes, and a third that the audit asked for."""
    rules = rules_of(MANIFEST)
    rounds = _rounds(rules, None, None, 20)
    assert [(each.round, each.after, each.size, len(each.draws)) for each in rounds] == [
        (1, 0, 5, 5),
        (2, 5, 12, 7),
        (3, 12, 20, 8),
    ]
    whole = draw_papers(rules.procedure, seed_for(rules).seed, MANIFEST, 20)
    assert [(d.ticket, d.unit, d.times) for each in rounds for d in each.draws] == [tuple(draw) for draw in whole]
    fetched = [unit for each in rounds for unit in each.to_fetch]
    assert len(fetched) == len(set(fetched)) == 20


def test_with_replacement_a_paper_is_fetched_once() -> None:
    """It counts as often as it was drawn."""
    rules = rules_of(MANIFEST, procedure=Procedure.CONSISTENT, replacement=True, sizes=(40, 80))
    rounds = _rounds(rules, None, None)
    fetched = [unit for each in rounds for unit in each.to_fetch]
    assert len(fetched) == len(set(fetched)) < 80 == sum(len(each.draws) for each in rounds)


def test_a_round_reads_back_and_names_its_rules_and_seed() -> None:
    """By the hashes of their canonical bytes."""
    rules = rules_of(MANIFEST)
    (first,) = _rounds(rules, None)
    assert decode(encode(first), DrawRound) == first
    assert (first.commitment, first.seed) == (digest(encode(rules)), digest(encode(seed_for(rules))))


def test_a_share_is_one_round_of_every_centre() -> None:
    """Two stations of the first centre's two, the one of the second."""
    rules = rules_of(MANIFEST, **SHARE)
    (first,) = _rounds(rules, None)
    centres = {"CENTRE-1": ["C-1", "C-2"], "CENTRE-2": ["C-3"]}
    drawn = draw_shares(seed_for(rules).seed, centres, Fraction(54, 100), rules.rounding)
    assert [each.unit for each in first.draws] == [draw.unit for draws in drawn.values() for draw in draws]
    with pytest.raises(OutOfOrder, match="one round of a draw by share"):
        draw_round(rules, seed_for(rules), MANIFEST, first)


def test_other_sizes_than_the_committed_ones_are_refused() -> None:
    """A board that likes its first sample may not stop it short, nor stretch it."""
    rules = rules_of(MANIFEST)
    seed = seed_for(rules)
    with pytest.raises(OutOfOrder, match="a round of 5 draws in all, found one of 6"):
        draw_round(rules, seed, MANIFEST, size=6)
    first, second = _rounds(rules, None, None)
    with pytest.raises(OutOfOrder, match="a round of 12 draws in all, found one of 11"):
        draw_round(rules, seed, MANIFEST, first, 11)
    with pytest.raises(OutOfOrder, match="a round of 13 draws in all, found one of 12"):
        draw_round(rules, seed, MANIFEST, second, 12)
    with pytest.raises(Malformed, match="out of 30 units, found one of 31"):
        draw_round(rules, seed, MANIFEST, second, 31)


def test_documents_that_do_not_belong_together_draw_nothing() -> None:
    """Another manifest, another seed's round, rules of another election."""
    rules = rules_of(MANIFEST)
    (first,) = _rounds(rules, None)
    with pytest.raises(Unproven, match="the manifest that was committed"):
        draw_round(rules, seed_for(rules), manifest_of([10, 10, 8]))
    other = seed_for(rules, said="1" * 20, seed="1" * 20)
    with pytest.raises(Unproven, match="Continue the round"):
        draw_round(rules, other, MANIFEST, first)
    with pytest.raises(Unproven, match="Roll a seed for the rules"):
        draw_round(rules_of(MANIFEST, sizes=(6,)), seed_for(rules), MANIFEST)
