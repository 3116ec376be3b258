"""The hot audit's risk: compared with every way to hide, every draw, and draws by chance."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from itertools import accumulate, chain, combinations, product
from math import comb, prod
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from urna.audit.shared_risk import Stratum, share_risk
from urna.errors import Malformed

TENTH = Fraction(1, 10)
ZERO = Fraction(0)


def strata_of(sizes: Sequence[tuple[int, int]]) -> list[Stratum]:
    """Centres with so many boxes, so many of them drawn; rows are numbered on."""
    ends = accumulate(size for size, _ in sizes)
    return [(range(end - size, end), drawn) for end, (size, drawn) in zip(ends, sizes, strict=True)]


def samples(strata: Sequence[Stratum]) -> Iterator[tuple[int, ...]]:
    """Every draw, all equally likely."""
    each = [list(combinations(rows, drawn)) for rows, drawn in strata]
    return (tuple(chain.from_iterable(choice)) for choice in product(*each))


def clean(strata: Sequence[Stratum]) -> dict[int, Fraction]:
    """The first boxes of each centre, without any overstatement."""
    return dict.fromkeys([row for rows, drawn in strata for row in rows[:drawn]], ZERO)


def largest_by_search(bounds: Sequence[Fraction], strata: Sequence[Stratum], found: Mapping[int, Fraction]) -> Fraction:
    """Every set of boxes that could overstate by more than the draw shows, and its chance to be missed."""
    full = {row for rows, drawn in strata if drawn == len(rows) for row in rows}
    shown = max([ZERO, *(over for row, over in found.items() if row not in full)])
    best, rows = ZERO, [row for row in range(len(bounds)) if row not in full]
    known = sum((found[row] for row in full), ZERO)
    for size in range(len(rows) + 1):
        for hiding in combinations(rows, size):
            most = [bounds[row] if row in hiding else min(shown, bounds[row]) for row in rows]
            if known + sum(most) >= 1:
                best = max(best, missed(strata, hiding))
    return best


def missed(strata: Sequence[Stratum], hiding: Sequence[int]) -> Fraction:
    """The chance that a draw has none of these."""
    return prod(
        (
            Fraction(comb(len(rows) - sum(row in hiding for row in rows), drawn), comb(len(rows), drawn))
            for rows, drawn in strata
        ),
        start=Fraction(1),
    )


SIZES = st.lists(
    st.integers(1, 3).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size))), min_size=1, max_size=4
)
PARTS = st.fractions(0, 1, max_denominator=12)


@given(SIZES, st.data())
def test_the_risk_is_never_below_the_largest_chance_to_hide(sizes: list[tuple[int, int]], data: st.DataObject) -> None:
    """Any bounds and any overstatements within them; the search tries every set of boxes."""
    strata = strata_of(sizes)
    rows = sum(size for size, _ in sizes)
    bounds = data.draw(st.lists(PARTS, min_size=rows, max_size=rows))
    drawn = data.draw(st.sampled_from(list(samples(strata))))
    found = {row: bounds[row] * data.draw(PARTS) - data.draw(st.sampled_from([ZERO, TENTH])) for row in drawn}
    assert share_risk(bounds, strata, found) >= largest_by_search(bounds, strata, found)


@given(SIZES, st.fractions(TENTH, 1, max_denominator=12), PARTS)
def test_with_equal_bounds_the_risk_is_the_largest_chance_to_hide(
    sizes: list[tuple[int, int]], bound: Fraction, part: Fraction
) -> None:
    """Exactly: then every placement of m boxes is one that makes the outcome wrong."""
    strata = strata_of(sizes)
    bounds = [bound] * sum(size for size, _ in sizes)
    found = clean(strata)
    found |= dict.fromkeys(list(found)[-1:], bound * part)
    assert share_risk(bounds, strata, found) == largest_by_search(bounds, strata, found)


WORLDS = (
    ([(3, 1), (2, 1), (1, 1)], [Fraction(2, 5)] * 6),
    (
        [(4, 2), (2, 1)],
        [Fraction(1, 2), Fraction(1, 3), Fraction(1, 3), Fraction(1, 4), Fraction(1, 2), Fraction(1, 5)],
    ),
    ([(3, 2), (3, 0)], [Fraction(1, 4)] * 3 + [Fraction(1, 2)] * 3),
    ([(2, 2), (4, 2)], [Fraction(1, 2)] * 2 + [Fraction(1, 3)] * 4),
)


@pytest.mark.parametrize(("sizes", "bounds"), WORLDS)
def test_whatever_is_wrong_a_small_risk_is_as_seldom_as_it_says(
    sizes: list[tuple[int, int]], bounds: list[Fraction]
) -> None:
    """Every wrong outcome in thirds of the bounds, every draw: P(risk <= α) <= α for each risk that there is."""
    strata = strata_of(sizes)
    draws = list(samples(strata))

    @cache
    def risk(drawn: tuple[int, ...], errors: tuple[Fraction, ...]) -> Fraction:
        return share_risk(bounds, strata, dict(zip(drawn, errors, strict=True)))

    wrong = 0
    for parts in product((0, 1, 3), repeat=len(bounds)):
        errors = [Fraction(part, 3) * bound for part, bound in zip(parts, bounds, strict=True)]
        if sum(errors) < 1:
            continue
        wrong += 1
        risks = sorted(risk(drawn, tuple(errors[row] for row in drawn)) for drawn in draws)
        for place, limit in enumerate(risks, start=1):
            if place == len(risks) or risks[place] > limit:
                assert Fraction(place, len(risks)) <= limit
    assert wrong > 20


RUNS = 4000


def test_boxes_hidden_where_they_are_found_least_are_missed_as_often_as_the_risk_says() -> None:
    """Eighty centres of 1 to 6 boxes, about half of each drawn; ten boxes of 1/10 make the outcome wrong.

    They lie where the greedy placement has them; the rate at which a draw misses all is the risk, but for chance.
    """
    chance = Random("shares")
    sizes = [(size, -(-size * 2 // 5)) for size in chance.choices(range(1, 7), k=80)]
    strata = strata_of(sizes)
    bounds = [TENTH] * sum(size for size, _ in sizes)
    risk = share_risk(bounds, strata, clean(strata))
    hiding: list[int] = []
    for _ in range(10):
        left = [
            (Fraction(drawn, len(rows) - sum(row in hiding for row in rows)), rows)
            for rows, drawn in strata
            if len(rows) - sum(row in hiding for row in rows) > drawn
        ]
        hiding.append(next(row for row in min(left, key=lambda each: each[0])[1] if row not in hiding))
    assert missed(strata, hiding) == risk
    times = sum(
        not any(row in hiding for rows, drawn in strata for row in chance.sample(rows, drawn)) for _ in range(RUNS)
    )
    spread = (RUNS * risk * (1 - risk)) ** 0.5
    assert abs(times - RUNS * risk) <= 4 * spread


def test_a_centre_that_opened_all_its_boxes_hides_nothing() -> None:
    """One lost box there counts as its bound, and no more; in another centre it is what any box may hide."""
    strata = strata_of([(2, 2), (30, 16)])
    bounds = [Fraction(1, 8)] * 32
    found = clean(strata)
    assert share_risk(bounds, strata, found) == Fraction(comb(22, 16), comb(30, 16))
    assert share_risk(bounds, strata, found | {0: Fraction(1, 8)}) == Fraction(comb(23, 16), comb(30, 16))
    assert share_risk(bounds, strata, found | {2: Fraction(1, 8)}) == 1


def test_when_every_box_is_open_the_sum_decides() -> None:
    """Whatever single boxes overstate: below the margin together the risk is 0, else 1."""
    strata = strata_of([(2, 2), (1, 1)])
    bounds = [Fraction(9, 10)] * 3
    for errors, risk in (((5, 4, 0), 0), ((5, 5, 0), 1), ((9, 9, -9), 0), ((9, 9, -8), 1)):
        found = {row: error * TENTH for row, error in enumerate(errors)}
        assert share_risk(bounds, strata, found) == risk


def test_where_too_little_can_be_hidden_there_is_no_risk_and_where_all_look_guilty_it_is_one() -> None:
    """Bounds of what is not drawn below the margin; and overstatements that every box may have as well."""
    strata = strata_of([(4, 2)])
    found = clean(strata)
    assert share_risk([Fraction(2, 5)] * 4, strata, found) == 0
    assert share_risk([Fraction(1, 2)] * 4, strata, found) == Fraction(1, 6)
    assert share_risk([Fraction(1, 2)] * 4, strata, found | {0: Fraction(1, 4)}) == 1


def test_more_overstatement_is_never_less_risk() -> None:
    """In steps of a hundredth, in one box."""
    strata = strata_of([(5, 3), (4, 2), (3, 1)])
    bounds = [Fraction(1, 4)] * 12
    found = clean(strata)
    risks = [share_risk(bounds, strata, found | {0: Fraction(part, 100)}) for part in range(26)]
    assert risks == sorted(risks)
    assert risks[0] < risks[-1] == 1


@settings(max_examples=20)
@given(st.permutations(range(4)))
def test_the_order_of_centres_does_not_matter(order: list[int]) -> None:
    """Nor that of their rows."""
    strata = strata_of([(5, 3), (4, 2), (3, 1), (2, 2)])
    bounds = [Fraction(1 + row % 3, 12) for row in range(14)]
    found = clean(strata)
    mixed = [(tuple(reversed(strata[at][0])), strata[at][1]) for at in order]
    assert share_risk(bounds, mixed, found) == share_risk(bounds, strata, found)


@pytest.mark.parametrize(
    ("strata", "found", "message"),
    [
        ([((0, 1), 1)], {0: ZERO}, "every row from 0 to 2 in one centre"),
        ([((0, 1), 1), ((1, 2), 1)], {0: ZERO, 2: ZERO}, "every row from 0 to 2 in one centre"),
        ([((0, 1, 2), 2)], {0: ZERO}, "2 boxes counted in centre 1, found 1"),
        ([((0, 1, 2), 1)], {0: ZERO, 1: ZERO}, "1 boxes counted in centre 1, found 2"),
        ([((0, 1, 2), 1)], {0: ZERO, 7: ZERO}, "rows of the sheets, found 7"),
        ([((0, 1, 2), 1)], {0: Fraction(3, 4)}, "an overstatement of at most 1/2, found 3/4"),
    ],
)
def test_a_draw_that_is_not_of_these_centres_is_refused(
    strata: list[Stratum], found: dict[int, Fraction], message: str
) -> None:
    """Before any risk is worked out."""
    with pytest.raises(Malformed, match=message):
        share_risk([Fraction(1, 2)] * 3, strata, found)
    with pytest.raises(Malformed, match="bounds of 0 or more"):
        share_risk([Fraction(-1, 2)] * 3, [((0, 1, 2), 1)], {0: Fraction(-1)})


def test_a_nation_is_worked_out_within_seconds() -> None:
    """14,000 centres of 1 to 6 boxes, half of them drawn, a margin of one in twenty: far below any limit."""
    chance = Random("nation")
    strata = strata_of([(size, -(-size * 54 // 100)) for size in chance.choices(range(1, 7), k=14_000)])
    rows = sum(len(each) for each, _ in strata)
    bounds = [Fraction(chance.randrange(300, 500), 210 * rows // 10) for _ in range(rows)]
    drawn = [row for centre, size in strata for row in chance.sample(centre, size)]
    assert 0 < share_risk(bounds, strata, dict.fromkeys(drawn, ZERO)) < Fraction(1, 10**9)
