"""The second implementation agrees with the sampler and with what others published, and finds every change."""

import ast
from itertools import product
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.audit import published
from tests.audit.boxes import manifest_of, rules_of, seed_for

from urna.audit.manifest import BallotManifest
from urna.audit.rounds import DrawRound, draw_round
from urna.audit.seed import DrawCommitment, SeedKind, SeedRecord, Unit
from urna.audit.shares import Rounding
from urna.audit.tickets import Procedure, arlo_unit, shortened
from urna.encoding.canonical import digest, encode
from urna.errors import Malformed, Unproven
from urna.verify import audit_draws, drawing_again
from urna.verify.audit_draws import check_draws, check_logged_order

MANIFEST = manifest_of([10, 4, 7], phantoms=1)
RULES = rules_of(MANIFEST)
SEED = seed_for(RULES)


def _rounds(manifest: BallotManifest, rules: DrawCommitment, seed: SeedRecord, *sizes: int | None) -> list[DrawRound]:
    rounds: list[DrawRound] = []
    for size in sizes:
        rounds.append(draw_round(rules, seed, manifest, rounds[-1] if rounds else None, size))
    return rounds


def _check(manifest: msgspec.Struct, rules: msgspec.Struct, seed: msgspec.Struct, rounds: list[DrawRound]) -> int:
    return check_draws(encode(manifest), encode(rules), encode(seed), [encode(each) for each in rounds])


ROUNDS = _rounds(MANIFEST, RULES, SEED, None, None, 20)

WAYS = [
    (unit, procedure, replacement)
    for unit, procedure, replacement in product(Unit, Procedure, (False, True))
    if not (procedure is Procedure.SORTED and replacement)
]


@given(st.sampled_from(WAYS), st.lists(st.integers(0, 12), min_size=1, max_size=5).filter(any), st.data())
def test_both_implementations_draw_the_same(
    way: tuple[Unit, Procedure, bool], sizes: list[int], data: st.DataObject
) -> None:
    """Papers and containers, by every procedure, in up to three rounds."""
    unit, procedure, replacement = way
    manifest = manifest_of(sizes, phantoms=1)
    population = manifest.size if unit is Unit.PAPER else len(manifest.containers)
    most = 3 * population if replacement else population
    ends = sorted(data.draw(st.sets(st.integers(1, most), min_size=1, max_size=3)))
    rules = rules_of(
        manifest,
        unit=unit,
        procedure=procedure,
        replacement=replacement,
        population=population,
        sizes=tuple(ends[:2]),
    )
    rounds = _rounds(manifest, rules, seed_for(rules), *ends)
    assert _check(manifest, rules, seed_for(rules), rounds) == ends[-1]


@given(
    st.lists(st.integers(0, 2), min_size=1, max_size=15).filter(any),
    st.fractions("1/100", 1, max_denominator=1000),
    st.sampled_from(Rounding),
)
def test_both_draw_the_same_shares(sizes: list[int], share: object, rounding: Rounding) -> None:
    """Of every centre, with either rounding."""
    manifest = manifest_of(sizes)
    text = f"{share}" if "/" in f"{share}" else f"{share}/1"
    changes = {"unit": Unit.CONTAINER, "population": len(sizes), "sizes": (), "share": text, "rounding": rounding}
    rules = rules_of(manifest, **changes)
    rounds = _rounds(manifest, rules, seed_for(rules), None)
    assert _check(manifest, rules, seed_for(rules), rounds) == len(rounds[0].draws)
    with pytest.raises(Unproven, match="one round, of the share"):
        _check(manifest, rules, seed_for(rules), rounds * 2)


def test_the_plain_procedures_give_what_others_published() -> None:
    """Arlo, Rivest 2011 and Colorado, without the sampler's help."""
    units = [arlo_unit(batch, n) for batch, size in published.ARLO_BATCHES.items() for n in range(1, size + 1)]
    drawn = drawing_again.consistent(published.ARLO_SEED, units, 20, replacement=True)
    expected = [(ticket, arlo_unit(*ballot), times) for ticket, ballot, times in published.ARLO]
    assert [(shortened(ticket, 18), unit, times) for ticket, unit, times in drawn] == expected
    alone = drawing_again.consistent(published.SEED_2018, ["B-1"], 16, replacement=True)
    assert "\n" + "".join(f"{shortened(t)} {u} {n}\n" for t, u, n in alone) == published.ONE_UNIT
    numbers = [str(number) for number in range(1, 1001)]
    for seed, total, first in published.RIVEST_2011:
        draws = drawing_again.counted(seed, numbers[:total], total, len(first), replacement=True)
        assert tuple(int(unit) for _, unit, _ in draws) == first
    total = published.COLORADO_TOTAL
    draws = drawing_again.counted(
        published.COLORADO_SEED, numbers[:total], total, len(published.COLORADO), replacement=False
    )
    assert tuple(int(unit) for _, unit, _ in draws) == published.COLORADO


def test_an_audit_that_has_drawn_nothing_yet_is_checked_as_far_as_it_is() -> None:
    """Rules and seed alone."""
    assert _check(MANIFEST, RULES, SEED, []) == 0


@pytest.mark.parametrize("procedure", Procedure)
def test_a_draw_that_was_changed_is_found(procedure: Procedure) -> None:
    """Two draws swapped, a unit replaced, a ticket altered, a count of times altered."""
    rules = rules_of(MANIFEST, procedure=procedure)
    seed = seed_for(rules)
    (good,) = _rounds(MANIFEST, rules, seed, None)
    assert _check(MANIFEST, rules, seed, [good]) == 5
    first, second, *rest = good.draws
    changed = msgspec.structs.replace
    for draws in (
        (second, first, *rest),
        (changed(first, unit="C-3,8"), second, *rest),
        (changed(first, ticket=first.ticket[:-1] + "x"), second, *rest),
        (changed(first, times=2), second, *rest),
    ):
        with pytest.raises(Unproven, match="draw 1 as the seed decides it"):
            _check(MANIFEST, rules, seed, [changed(good, draws=draws)])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"round": 2}, "a round's number, beginning and length"),
        ({"after": 1}, "a round's number, beginning and length"),
        ({"draws": ROUNDS[0].draws[:-1]}, "a round's number, beginning and length"),
        ({"size": 6}, "the sizes that were committed"),
        ({"commitment": "00" * 32}, "rules and seed of a round"),
        ({"seed": "00" * 32}, "rules and seed of a round"),
        ({"audit": "RLA-2"}, "one election and one audit"),
        ({"election": "00" * 32}, "one election and one audit"),
    ],
)
def test_a_round_that_was_changed_is_found(changes: dict[str, object], said: str) -> None:
    """Field by field."""
    with pytest.raises(Unproven, match=said):
        _check(MANIFEST, RULES, SEED, [msgspec.structs.replace(ROUNDS[0], **changes), *ROUNDS[1:]])


def test_rounds_left_out_turned_round_or_empty_are_found() -> None:
    """A round that nobody likes cannot be dropped."""
    assert _check(MANIFEST, RULES, SEED, ROUNDS) == 20
    for rounds in (ROUNDS[1:], [ROUNDS[0], ROUNDS[2]], ROUNDS[::-1]):
        with pytest.raises(Unproven):
            _check(MANIFEST, RULES, SEED, rounds)
    nothing = msgspec.structs.replace(ROUNDS[2], round=4, after=20, draws=())
    with pytest.raises(Unproven, match="number, beginning and length"):
        _check(MANIFEST, RULES, SEED, [*ROUNDS, nothing])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"population": 23}, "the population of the manifest"),
        ({"manifest": "00" * 32}, "names by its hash"),
        ({"election": "00" * 32}, "rules for the manifest's election"),
        ({"seed_kind": SeedKind.TEXT}, "the kind of seed"),
        ({"sizes": (5, 13)}, "the sizes that were committed"),
        ({"decided_at": "2026-12-08T00:00:00Z"}, "a seed rolled after 2026-12-08"),
        ({"replacement": True}, "sorted tickets without replacement"),
        ({"share": "1/2"}, "a share of containers by sorted tickets"),
        ({"share": "3/2"}, "a share of at most all"),
        ({"procedure": Procedure.CONSISTENT}, "draw 1 as the seed decides it"),
    ],
)
def test_rules_that_were_changed_are_found(changes: dict[str, object], said: str) -> None:
    """Even where all hashes were made anew to fit."""
    rules = msgspec.structs.replace(RULES, **changes)
    seed = seed_for(rules)
    hashes = {"commitment": digest(encode(rules)), "seed": digest(encode(seed))}
    rounds = [msgspec.structs.replace(each, election=rules.election, **hashes) for each in ROUNDS]
    with pytest.raises(Unproven, match=said):
        _check(MANIFEST, rules, seed, rounds)
    with pytest.raises(Unproven):
        _check(MANIFEST, rules, SEED, ROUNDS)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"seed": "42661399991234567891"}, "the seed as it was read out"),
        ({"said": "4266139999123456789", "seed": "4266139999123456789"}, "20 to 200 digits"),
        ({"said": "0x" + "1" * 30, "seed": "0x" + "1" * 30}, "20 to 200 digits"),
    ],
)
def test_a_seed_that_was_changed_is_found(changes: dict[str, object], said: str) -> None:
    """What was read out decides."""
    with pytest.raises(Unproven, match=said):
        _check(MANIFEST, RULES, seed_for(RULES, **changes), [])


def test_a_seed_of_words_with_a_hidden_letter_is_found() -> None:
    """Two seeds that look alike would be two samples to choose from."""
    rules = rules_of(MANIFEST, seed_kind=SeedKind.TEXT)
    words = seed_for(rules, kind=SeedKind.TEXT, said=" El  Araguaney ", seed="El Araguaney")
    assert _check(MANIFEST, rules, words, _rounds(MANIFEST, rules, words, None)) == 5
    hidden = msgspec.structs.replace(words, said="El Aragua\u200bney", seed="El Aragua\u200bney")
    with pytest.raises(Unproven, match="a text of 1 to 200 letters"):
        _check(MANIFEST, rules, hidden, [])


def test_a_manifest_out_of_order_or_with_other_sums_is_found() -> None:
    """Though the rules name its hash."""
    for changes, said in (
        ({"containers": MANIFEST.containers[::-1]}, "containers in order"),
        ({"papers": MANIFEST.papers + 1}, "sums of papers and phantoms"),
    ):
        manifest = msgspec.structs.replace(MANIFEST, **changes)
        rules = rules_of(manifest, population=MANIFEST.size)
        with pytest.raises(Unproven, match=said):
            _check(manifest, rules, seed_for(rules), [])


def test_documents_in_another_spelling_are_refused() -> None:
    """And a draw of more papers than there are."""
    with pytest.raises(Malformed, match="seed"):
        check_draws(encode(MANIFEST), encode(RULES), encode(SEED) + b" ", [])
    with pytest.raises(Malformed, match="Commitment"):
        check_draws(encode(MANIFEST), encode(SEED), encode(SEED), [])
    rules = rules_of(MANIFEST, sizes=(25,))
    seed = seed_for(rules)
    hashes = {"commitment": digest(encode(rules)), "seed": digest(encode(seed))}
    many = msgspec.structs.replace(ROUNDS[0], size=25, draws=ROUNDS[0].draws * 5, **hashes)
    with pytest.raises(Unproven, match="at most 24 draws, found 25"):
        _check(MANIFEST, rules, seed, [many])


def test_the_log_has_to_show_the_rules_before_the_seed() -> None:
    """A checkpoint between them, the smallest one; without it the sample may have been chosen."""
    assert check_logged_order(3, 9, [3, 10, 8, 4]) == 4
    for seed, sizes in ((9, [3, 10]), (3, [4]), (2, [3, 4]), (9, [])):
        with pytest.raises(Unproven, match="somebody may have chosen"):
            check_logged_order(3, seed, sizes)


def test_the_two_implementations_share_no_code() -> None:
    """Verification imports nothing of the audits, and not the fast hashes either."""
    for module in (audit_draws, drawing_again):
        tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
        imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        imported |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
        assert not [name for name in imported if name.startswith(("urna.audit", "urna.crypto.kernels"))]
        assert imported
