"""The kernels' field: limbs at their bounds, values at the modulus, and random ones, against Python integers."""

import random
from collections.abc import Callable, Sequence
from typing import Any

import numba
import numpy as np
import numpy.typing as npt
import pytest

from urna.crypto.kernels import field
from urna.crypto.kernels.field import INVSQRT_A_MINUS_D, LIMBS, OFFSETS, SIZES, SQRT_M1, D, P
from urna.crypto.kernels.lanes import lanes_of, words_of

Words = npt.NDArray[np.uint64]
Four = list[list[int]]
"""Four elements of ten limbs."""

LANES = 4
UNITS = [2**size for size in SIZES]
TIGHT = [int(unit * (1 + 2**-8)) for unit in UNITS]
EDGES = [0, 1, 2, 18, 19, 20, P - 1, P - 2, P, P + 1, P + 18, 2**255 - 1, 2**255 - 20, 2**254, (P - 1) // 2, SQRT_M1, D]


@numba.njit(inline="always")
def limb(words: Any, place: int) -> Any:
    """One limb of four elements."""
    return lanes_of(words[place], words[place + 10], words[place + 20], words[place + 30])


@numba.njit
def loaded(words: Any) -> Any:
    """Four elements of ten raw limbs."""
    return (
        limb(words, 0),
        limb(words, 1),
        limb(words, 2),
        limb(words, 3),
        limb(words, 4),
        limb(words, 5),
        limb(words, 6),
        limb(words, 7),
        limb(words, 8),
        limb(words, 9),
    )


@numba.njit
def store(words: Any, element: Any) -> None:
    """The raw limbs of four elements."""
    for place in range(10):
        four = words_of(element[place])
        for lane in range(4):
            words[10 * lane + place] = four[lane]


def binary(operation: Any) -> Callable[[Four, Four], Four]:
    """An operation on two elements, as lists of limbs."""

    @numba.njit
    def kernel(left: Any, right: Any, out: Any) -> None:
        store(out, operation(loaded(left), loaded(right)))

    def run(left: Four, right: Four) -> Four:
        out = np.zeros(LIMBS * LANES, np.uint64)
        kernel(flat(left), flat(right), out)
        return out.reshape(LANES, LIMBS).tolist()

    return run


def unary(operation: Any) -> Callable[[Four], Four]:
    """An operation on one element."""

    @numba.njit
    def kernel(element: Any, out: Any) -> None:
        store(out, operation(loaded(element)))

    def run(element: Four) -> Four:
        out = np.zeros(LIMBS * LANES, np.uint64)
        kernel(flat(element), out)
        return out.reshape(LANES, LIMBS).tolist()

    return run


def flat(four: Four) -> Words:
    """Limbs as words."""
    return np.array(four, np.uint64).reshape(-1)


def value(limbs: Sequence[int]) -> int:
    """The integer, not reduced."""
    return sum(limb << offset for limb, offset in zip(limbs, OFFSETS, strict=True))


def at_most(units: float) -> list[int]:
    """Limbs of so many units."""
    return [int(unit * units) for unit in UNITS]


def drawn(chance: random.Random, units: float) -> Four:
    """Random limbs up to so many units, each limb at its bound or at zero now and then."""
    bounds = at_most(units)
    return [[chance.choice([0, bound, chance.randrange(bound + 1)]) for bound in bounds] for _ in range(LANES)]


def is_tight(limbs: Sequence[int]) -> bool:
    """Whether no limb is above the bound that is argued for."""
    return all(limb <= bound for limb, bound in zip(limbs, TIGHT, strict=True))


multiply = binary(field.multiply)
square = unary(field.square)
subtract = binary(field.subtract)
freeze = unary(field.freeze)


def test_the_constants_are_what_they_are_called() -> None:
    """D and the two roots satisfy their equations."""
    assert D * 121666 % P == -121665 % P
    assert SQRT_M1**2 % P == P - 1
    assert INVSQRT_A_MINUS_D**2 * (-1 - D) % P == 1


def test_products_of_the_largest_limbs_are_right_and_tight() -> None:
    """A first factor of 4.1 and a second of 3.3 units do not overflow."""
    left, right = [at_most(4.1)] * LANES, [at_most(3.3)] * LANES
    for product in multiply(left, right):
        assert value(product) % P == value(left[0]) * value(right[0]) % P
        assert is_tight(product)


def test_squares_of_the_largest_limbs_are_right_and_tight() -> None:
    """3.3 units do not overflow."""
    for result in square([at_most(3.3)] * LANES):
        assert value(result) % P == value(at_most(3.3)) ** 2 % P
        assert is_tight(result)


def test_random_products_are_right_and_tight() -> None:
    """Two thousand products of limbs anywhere within their bounds."""
    chance = random.Random(1)
    for _ in range(500):
        left, right = drawn(chance, 4.1), drawn(chance, 3.3)
        for f, g, product in zip(left, right, multiply(left, right), strict=True):
            assert value(product) % P == value(f) * value(g) % P
            assert is_tight(product)


def test_random_squares_are_right_and_tight() -> None:
    """Two thousand squares of limbs anywhere within their bounds."""
    chance = random.Random(2)
    for _ in range(500):
        element = drawn(chance, 3.3)
        for f, result in zip(element, square(element), strict=True):
            assert value(result) % P == value(f) ** 2 % P
            assert is_tight(result)


def test_differences_do_not_wrap_around() -> None:
    """Subtracting the largest tight limbs from zero leaves limbs of 3.01 units or less."""
    results = subtract([[0] * LIMBS, TIGHT, at_most(1.0), [0] * LIMBS], [TIGHT, [0] * LIMBS, TIGHT, at_most(1.0)])
    expected = [-value(TIGHT), value(TIGHT), value(at_most(1.0)) - value(TIGHT), -value(at_most(1.0))]
    for result, wanted in zip(results, expected, strict=True):
        assert value(result) % P == wanted % P
        assert all(limb <= bound for limb, bound in zip(result, at_most(3.01), strict=True))


@pytest.mark.parametrize("edge", EDGES)
def test_freezing_gives_the_one_representative(edge: int) -> None:
    """Values up to 2^255, in limbs of their own size, come out below p."""
    limbs = [edge >> offset & 2**size - 1 for offset, size in zip(OFFSETS, SIZES, strict=True)]
    assert value(limbs) == edge
    for result in freeze([limbs] * LANES):
        assert value(result) == edge % P
        assert all(limb < unit for limb, unit in zip(result, UNITS, strict=True))


def test_freezing_takes_limbs_of_almost_64_bits() -> None:
    """Limbs up to 2^63 - 1 come out below p."""
    chance = random.Random(3)
    largest = [[2**63 - 1] * LIMBS]
    for _ in range(200):
        element = largest + [[chance.randrange(2**63) for _ in range(LIMBS)] for _ in range(LANES - 1)]
        for given, result in zip(element, freeze(element), strict=True):
            assert value(result) == value(given) % P


def test_carrying_gives_tight_limbs_of_the_same_value() -> None:
    """Limbs up to 2^62.8, as products leave them."""
    chance = random.Random(4)
    carried = unary(field.carry)
    for _ in range(200):
        element = [[chance.choice([int(2**62.8), chance.randrange(2**62)]) for _ in range(LIMBS)] for _ in range(LANES)]
        for given, result in zip(element, carried(element), strict=True):
            assert value(result) % P == value(given) % P
            assert is_tight(result)


def test_splitting_is_the_inverse_of_joining() -> None:
    """Limbs as products leave them, up to 2^25 + 2^16.1 in odd places, survive memory and stay tight."""

    @numba.njit
    def kernel(element: Any, out: Any) -> None:
        store(out, field.split(field.join(loaded(element))))

    chance = random.Random(5)
    for _ in range(100):
        element = drawn(chance, 1 + 2**-8.8)
        out = np.zeros(LIMBS * LANES, np.uint64)
        kernel(flat(element), out)
        for given, result in zip(element, out.reshape(LANES, LIMBS).tolist(), strict=True):
            assert value(result) == value(given)
            assert is_tight(result)


def test_the_power_is_the_power() -> None:
    """z^((p - 5)/8) by the chain of squarings is pow()'s."""
    power = unary(field.power_22523)
    values = [0, 1, P - 1, 2, SQRT_M1, D, *(random.Random(6).randrange(P) for _ in range(6))]
    for first in range(0, len(values), LANES):
        four = values[first : first + LANES]
        for z, result in zip(four, power([field.to_limbs(z) for z in four]), strict=True):
            assert value(result) % P == pow(z, (P - 5) // 8, P)


def test_words_and_integers_convert_both_ways() -> None:
    """The 51-bit words of an element add up to it."""
    for edge in EDGES:
        assert field.from_words(field.to_words(edge)) == edge % P
