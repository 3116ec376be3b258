"""What a seed draws: as published, repeatable, and never the same paper twice as new."""

from collections import Counter
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.audit import published
from tests.audit.boxes import manifest_of

from urna.audit.manifest import Numbering
from urna.audit.sampler import Draw, draw_papers, draw_units, draw_weighted
from urna.audit.tickets import ARLO_DIGITS, Procedure, arlo_unit, counter_number, shortened, sorted_ticket
from urna.errors import Malformed

SEED = "42661399991234567890"
DECIMAL = Procedure.CONSISTENT
WAYS = [(Procedure.SORTED, False), *((each, put) for each in (Procedure.COUNTER, DECIMAL) for put in (False, True))]
UNITS = st.lists(st.text("AB-019", min_size=1, max_size=6), min_size=1, max_size=30, unique=True)


def _lines(draws: tuple[Draw, ...]) -> str:
    return "\n" + "".join(f"{shortened(each.ticket)} {each.unit} {each.times}\n" for each in draws)


def test_the_consistent_sampler_draws_what_rivest_published() -> None:
    """Without replacement, with it, and from one unit sixteen times."""
    units, seed = published.UNITS_2018, published.SEED_2018
    assert _lines(draw_units(DECIMAL, seed, units, 6)) == published.WITHOUT_REPLACEMENT
    assert _lines(draw_units(DECIMAL, seed, units, 16, replacement=True)) == published.WITH_REPLACEMENT
    assert _lines(draw_units(DECIMAL, seed, ["B-1"], 16, replacement=True)) == published.ONE_UNIT


def test_arlo_draws_the_same_ballots_with_the_same_tickets() -> None:
    """Twenty of a hundred with replacement; and in two rounds of ten, as Arlo's own tests do."""
    units = [arlo_unit(batch, n) for batch, size in published.ARLO_BATCHES.items() for n in range(1, size + 1)]
    expected = [(ticket, arlo_unit(*ballot), times) for ticket, ballot, times in published.ARLO]
    whole = draw_units(DECIMAL, published.ARLO_SEED, units, 20, replacement=True)
    assert [(shortened(each.ticket, ARLO_DIGITS), each.unit, each.times) for each in whole] == expected
    rounds = [draw_units(DECIMAL, published.ARLO_SEED, units, end, end - 10, replacement=True) for end in (10, 20)]
    assert (*rounds[0], *rounds[1]) == whole


def test_colorado_draws_the_same_numbers() -> None:
    """47 of 876 without replacement, turns that repeat a number passed over."""
    units = [str(number) for number in range(1, published.COLORADO_TOTAL + 1)]
    drawn = draw_units(Procedure.COUNTER, published.COLORADO_SEED, units, len(published.COLORADO))
    assert [int(each.unit) for each in drawn] == list(published.COLORADO)
    assert int(drawn[-1].ticket) >= len(drawn)


@given(st.data(), UNITS, st.sampled_from(WAYS))
def test_a_larger_sample_keeps_every_earlier_draw(
    data: st.DataObject, units: list[str], way: tuple[Procedure, bool]
) -> None:
    """Whole = earlier + later; without replacement no unit comes up twice, with it the times are counted."""
    procedure, replacement = way
    size = data.draw(st.integers(1, len(units) * (3 if replacement else 1)))
    after = data.draw(st.integers(0, size - 1))
    whole = draw_units(procedure, SEED, units, size, replacement=replacement)
    later = draw_units(procedure, SEED, units, size, after, replacement=replacement)
    assert whole[after:] == later
    assert after == 0 or whole[:after] == draw_units(procedure, SEED, units, after, replacement=replacement)
    seen: Counter[str] = Counter()
    for each in whole:
        seen[each.unit] += 1
        assert each.times == seen[each.unit]
    assert replacement or set(seen.values()) == {1}
    assert len(whole) == size


def test_a_second_round_never_brings_up_a_paper_as_new() -> None:
    """The mistake: cards already in the sample drawn again, and counted as fresh evidence."""
    manifest = manifest_of([40, 40, 40])
    for procedure in Procedure:
        first, second = draw_papers(procedure, SEED, manifest, 60), draw_papers(procedure, SEED, manifest, 120, 60)
        assert not {each.unit for each in first} & {each.unit for each in second}
        assert len({each.unit for each in (*first, *second)}) == 120
    whole = draw_papers(Procedure.COUNTER, SEED, manifest, 240, replacement=True)
    fresh = [each.unit for each in whole[120:] if each.times == 1]
    assert not {each.unit for each in whole[:120]} & set(fresh)
    assert any(each.times > 1 for each in whole[120:])


@given(UNITS, st.randoms(), st.sampled_from([Procedure.SORTED, DECIMAL]))
def test_tickets_do_not_depend_on_the_order_of_the_list(units: list[str], chance: Random, procedure: Procedure) -> None:
    """Nor on other units: a part of the list is drawn in the same order (what Rivest calls consistent)."""
    mixed = units.copy()
    chance.shuffle(mixed)
    whole = draw_units(procedure, SEED, units, len(units))
    assert draw_units(procedure, SEED, mixed, len(units)) == whole
    part = sorted(units)[: max(1, len(units) // 2)]
    assert draw_units(procedure, SEED, part, len(part)) == tuple(each for each in whole if each.unit in part)


@given(st.lists(st.integers(0, 20), min_size=1, max_size=6).filter(any), st.sampled_from(WAYS), st.integers(1, 50))
def test_papers_of_a_manifest_are_drawn_as_units_with_their_names(
    sizes: list[int], way: tuple[Procedure, bool], size: int
) -> None:
    """The fast way of millions and the plain one agree, phantoms included."""
    procedure, replacement = way
    manifest = manifest_of(sizes, phantoms=1)
    names = [Numbering(manifest).name(number) for number in range(1, manifest.size + 1)]
    size = size if replacement else min(size, len(names))
    fast = draw_papers(procedure, SEED, manifest, size, replacement=replacement)
    assert fast == draw_units(procedure, SEED, names, size, replacement=replacement)


def test_weights_are_likelihoods() -> None:
    """Each number of the counter belongs to one unit; a unit without weight is never drawn."""
    weights = {"C": 3, "A": 1, "B": 0}
    drawn = draw_weighted(SEED, weights, 400)
    numbers = [counter_number(SEED, turn, 4) for turn in range(1, 401)]
    assert [each.unit for each in drawn] == ["A" if number == 1 else "C" for number in numbers]
    assert draw_weighted(SEED, weights, 400, 100) == drawn[100:]
    assert 70 < sum(each.unit == "A" for each in drawn) < 130


def test_the_tickets_of_a_draw_rise() -> None:
    """So that `sort` finds the same order."""
    for procedure in (Procedure.SORTED, DECIMAL):
        drawn = draw_papers(procedure, SEED, manifest_of([300]), 300)
        assert all(before.ticket < after.ticket for before, after in pairwise(drawn))
    assert draw_units(Procedure.SORTED, SEED, ["A"], 1) == (Draw(sorted_ticket(SEED, "A"), "A", 1),)


@pytest.mark.parametrize("seed", ["00000000000000000000", "0000000000000000000", "0"])
def test_leading_zeros_of_a_seed_count(seed: str) -> None:
    """The mistake: a seed taken for a number."""
    units = [f"C-{n}" for n in range(20)]
    assert draw_units(Procedure.SORTED, seed, units, 20) != draw_units(Procedure.SORTED, seed + "0", units, 20)


def test_digits_beyond_what_a_float_holds_count() -> None:
    """JavaScript's numbers end at 2^53: these two seeds are the same number there."""
    one, other = "90071992547409930001", "90071992547409930002"
    assert float(one) == float(other)
    units = [f"C-{n}" for n in range(20)]
    for procedure in Procedure:
        assert draw_units(procedure, one, units, 20) != draw_units(procedure, other, units, 20)


def test_draws_that_cannot_be_are_refused() -> None:
    """Each with what was expected; nothing is drawn."""
    units = ["A", "B"]
    with pytest.raises(Malformed, match="different names, found A twice"):
        draw_units(Procedure.SORTED, SEED, ["A", "B", "A"], 1)
    with pytest.raises(Malformed, match="larger than the 0 drawn before, out of 2 units, found one of 3"):
        draw_units(Procedure.SORTED, SEED, units, 3)
    with pytest.raises(Malformed, match="larger than the 2 drawn before"):
        draw_units(Procedure.COUNTER, SEED, units, 2, 2)
    with pytest.raises(Malformed, match="gives each unit one ticket"):
        draw_units(Procedure.SORTED, SEED, units, 1, replacement=True)
    with pytest.raises(Malformed, match="out of 0 units"):
        draw_units(DECIMAL, SEED, [], 1, replacement=True)
    with pytest.raises(Malformed, match="out of 3 units, found one of 4"):
        draw_papers(DECIMAL, SEED, manifest_of([3]), 4)
    for weights in ({}, {"A": 0}, {"A": 2, "B": -1}):
        with pytest.raises(Malformed, match="weights of 0 or more"):
            draw_weighted(SEED, weights, 1)
