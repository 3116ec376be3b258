"""Tests of the wide kernels' field: exact on Python integers, and no word overflows for any loose limbs."""

import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

import pytest

from urna.crypto.kernels import wide_field
from urna.crypto.kernels.wide_field import LIMBS, PRIME, TWICE_PRIME, limbs_of, value_of

CARRIED = 2**51 + 2**18 - 1


class Exact:
    """The machine of Python integers, which refuses what a 64-bit word would wrap."""

    def constant(self, value: int) -> int:
        return self._word(value)

    def add(self, a: int, b: int) -> int:
        return self._word(a + b)

    def subtract(self, a: int, b: int) -> int:
        return self._word(a - b)

    def times(self, a: int, factor: int) -> int:
        return self._word(a * factor)

    def below(self, a: int, bits: int) -> int:
        return a & ((1 << bits) - 1)

    def above(self, a: int, bits: int) -> int:
        return a >> bits

    def add_low(self, total: int, a: int, b: int) -> int:
        assert a < 2**52 and b < 2**52
        return self._word(total + a * b % 2**52)

    def add_high(self, total: int, a: int, b: int) -> int:
        assert a < 2**52 and b < 2**52
        return self._word(total + (a * b >> 52))

    @staticmethod
    def _word(value: int) -> int:
        assert 0 <= value < 2**64
        return value


class Interval(NamedTuple):
    """All the values that a word may have."""

    least: int
    most: int


class Bounds:
    """The machine of intervals: what holds for it holds for every word in them. `widest` is the largest sum seen."""

    def __init__(self) -> None:
        self.widest = 0

    def constant(self, value: int) -> Interval:
        return self._word(value, value)

    def add(self, a: Interval, b: Interval) -> Interval:
        return self._word(a.least + b.least, a.most + b.most)

    def subtract(self, a: Interval, b: Interval) -> Interval:
        return self._word(a.least - b.most, a.most - b.least)

    def times(self, a: Interval, factor: int) -> Interval:
        return self._word(a.least * factor, a.most * factor)

    def below(self, a: Interval, bits: int) -> Interval:
        return a if a.most < 2**bits else Interval(0, 2**bits - 1)

    def above(self, a: Interval, bits: int) -> Interval:
        return Interval(a.least >> bits, a.most >> bits)

    def add_low(self, total: Interval, a: Interval, b: Interval) -> Interval:
        assert a.most < 2**52 and b.most < 2**52
        return self._word(total.least, total.most + min(a.most * b.most, 2**52 - 1))

    def add_high(self, total: Interval, a: Interval, b: Interval) -> Interval:
        assert a.most < 2**52 and b.most < 2**52
        return self._word(total.least + (a.least * b.least >> 52), total.most + (a.most * b.most >> 52))

    def _word(self, least: int, most: int) -> Interval:
        assert 0 <= least <= most < 2**64
        self.widest = max(self.widest, most)
        return Interval(least, most)


LOOSE_INTERVALS = [Interval(0, limb) for limb in TWICE_PRIME]
CARRIED_INTERVALS = [Interval(0, CARRIED)] * LIMBS
CARRYING: dict[str, tuple[Callable[..., list[int]], int, Callable[..., int]]] = {
    "product": (wide_field.product, 2, lambda a, b: a * b),
    "square": (wide_field.square, 1, lambda a: a * a),
    "total": (wide_field.total, 2, lambda a, b: a + b),
    "difference": (wide_field.difference, 2, lambda a, b: a - b),
}
EDGES = (0, 1, 2, 18, 19, 20, PRIME - 1, PRIME - 2, PRIME - 19, 2**254, 2**51 - 1, 2**51, 2**204 - 1, 2**204)


def loose_elements() -> list[tuple[int, ...]]:
    """Limbs at their maxima and minima in every combination, the canonical edges, and random loose limbs."""
    chance = random.Random(51)
    corners = [tuple(TWICE_PRIME[k] * (bits >> k & 1) for k in range(LIMBS)) for bits in range(2**LIMBS)]
    full = [(CARRIED,) * LIMBS, (2**51 - 1,) * LIMBS, (2**51,) * LIMBS]
    spread = [tuple(chance.randint(0, limb) for limb in TWICE_PRIME) for _ in range(100)]
    unreduced = [tuple(x + y for x, y in zip(limbs_of(e), limbs_of(PRIME - 1), strict=True)) for e in EDGES[1:4]]
    just_past = [(2**51 - 19 + k, *(2**51 - 1,) * 4) for k in range(-2, 19)]
    return corners + full + spread + unreduced + just_past + [limbs_of(edge) for edge in EDGES]


def check_all(operation: Callable[..., list[int]], count: int, meaning: Callable[..., int]) -> None:
    """Every element alone, or with a few dozen others."""
    elements = loose_elements()
    chance = random.Random(52)
    for a in elements:
        for b in chance.sample(elements, 24) if count == 2 else [()]:
            arguments = (a, b)[:count]
            limbs = operation(Exact(), *arguments)
            assert value_of(limbs) == meaning(*(value_of(argument) for argument in arguments)) % PRIME
            assert all(limb <= CARRIED for limb in limbs)


@pytest.mark.parametrize("name", CARRYING)
def test_an_operation_computes_what_its_name_says_and_carries(name: str) -> None:
    """Products, squares, sums and differences of loose elements are right modulo p, with limbs below 2^51 + 2^18."""
    check_all(*CARRYING[name])


@pytest.mark.parametrize("name", CARRYING)
def test_no_word_overflows_for_any_loose_element(name: str) -> None:
    """From the intervals of all loose limbs, no operation wraps, and what comes out is carried: the machine proof."""
    operation, count, _ = CARRYING[name]
    bounds = Bounds()
    limbs: Sequence[object] = operation(bounds, *[LOOSE_INTERVALS] * count)
    assert all(isinstance(limb, Interval) and limb.most <= CARRIED for limb in limbs)


def test_carried_elements_are_loose() -> None:
    """A carried limb is at most the limb of 2p, so every result may be every operation's argument."""
    assert all(limb.most <= bound for limb, bound in zip(CARRIED_INTERVALS, TWICE_PRIME, strict=True))


@pytest.mark.parametrize(("limbs", "bits"), [(CARRIED_INTERVALS, 59), (LOOSE_INTERVALS, 60.1)])
def test_the_largest_sum_in_a_product_is_as_the_module_says(limbs: list[Interval], bits: float) -> None:
    """Below 2^59 for carried factors and 2^60.1 for loose ones; its carry is then below 2^10."""
    bounds = Bounds()
    wide_field.product(bounds, limbs, limbs)
    assert bounds.widest < 2**bits < 2**61


def test_the_opposite_of_a_loose_element_is_loose() -> None:
    """2p - a has no negative limb and none above 2p's, and means -a."""
    limbs = wide_field.opposite(Bounds(), LOOSE_INTERVALS)
    assert all(limb == Interval(0, bound) for limb, bound in zip(limbs, TWICE_PRIME, strict=True))
    for a in loose_elements():
        assert value_of(wide_field.opposite(Exact(), a)) == -value_of(a) % PRIME


def test_the_canonical_limbs_are_those_of_the_value_below_p() -> None:
    """Every loose element, however far above p, comes to the same five limbs as its value."""
    for a in loose_elements():
        assert tuple(wide_field.canonical(Exact(), a)) == limbs_of(value_of(a))
    assert all(limb.most < 2**51 for limb in wide_field.canonical(Bounds(), LOOSE_INTERVALS))


def test_the_machine_of_intervals_notices_an_overflow() -> None:
    """Limbs of 52 bits and one more are refused, so the proofs above can fail."""
    with pytest.raises(AssertionError):
        wide_field.product(Bounds(), [Interval(0, 2**52)] * LIMBS, LOOSE_INTERVALS)
    with pytest.raises(AssertionError):
        wide_field.difference(Bounds(), LOOSE_INTERVALS, [Interval(0, 2**52)] * LIMBS)
