"""The kernels' integers modulo L against Python integers."""

import random
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from urna.crypto.kernels import engine
from urna.crypto.kernels.scalar_field import L

Rows = npt.NDArray[np.uint8]

EDGES = [0, 1, 2, 2**64 - 1, 2**64, 2**128 - 1, 2**192, 2**252, 2**252 - 1, L - 1, L - 2, (L - 1) // 2, (L + 1) // 2]
BEYOND = [L, L + 1, 2 * L, 2**253, 2**255, 2**256 - 1, L + 2**64, L | 2**200]


def rows(values: Sequence[int], size: int = 32) -> Rows:
    """Little-endian rows."""
    return np.frombuffer(b"".join(value.to_bytes(size, "little") for value in values), np.uint8).reshape(-1, size)


def integers(data: Rows) -> list[int]:
    """The inverse of `rows`."""
    return [int.from_bytes(row.tobytes(), "little") for row in data]


def pairs(count: int) -> tuple[list[int], list[int]]:
    """All pairs of edges, then random ones."""
    chance = random.Random(count)
    both = [(x, y) for x in EDGES for y in EDGES]
    both += [(chance.randrange(L), chance.randrange(L)) for _ in range(count)]
    return [x for x, _ in both], [y for _, y in both]


def test_scalars_below_the_order_are_canonical_and_no_others() -> None:
    """L itself, its neighbours and full words are told apart."""
    assert engine.scalars_are_canonical(rows(EDGES)).all()
    assert not engine.scalars_are_canonical(rows(BEYOND)).any()


def test_products_are_right() -> None:
    """Edges and ten thousand random pairs."""
    left, right = pairs(10_000)
    assert integers(engine.multiply_scalars(rows(left), rows(right))) == [
        x * y % L for x, y in zip(left, right, strict=True)
    ]


def test_a_product_takes_any_256_bits_as_its_second_factor() -> None:
    """One canonical factor is enough."""
    right = BEYOND * len(EDGES)
    left = [x for x in EDGES for _ in BEYOND]
    assert integers(engine.multiply_scalars(rows(left), rows(right))) == [
        x * y % L for x, y in zip(left, right, strict=True)
    ]


def test_sums_and_differences_are_right() -> None:
    """Edges and ten thousand random pairs."""
    left, right = pairs(10_000)
    assert integers(engine.add_scalars(rows(left), rows(right))) == [
        (x + y) % L for x, y in zip(left, right, strict=True)
    ]
    assert integers(engine.subtract_scalars(rows(left), rows(right))) == [
        (x - y) % L for x, y in zip(left, right, strict=True)
    ]


def test_numbers_of_64_bytes_are_reduced() -> None:
    """Zero, all bits, multiples of L and random numbers."""
    chance = random.Random(9)
    values = [0, 1, L, L - 1, 2**256 - 1, 2**256, 2**512 - 1, (2**512 // L) * L, (2**512 // L) * L - 1]
    values += [chance.randrange(2**512) for _ in range(5_000)]
    assert integers(engine.reduce_wide(rows(values, 64))) == [value % L for value in values]


def test_no_scalars_are_no_trouble() -> None:
    """Empty arrays give empty arrays."""
    none = np.zeros((0, 32), np.uint8)
    assert engine.add_scalars(none, none).shape == (0, 32)
    assert engine.scalars_are_canonical(none).shape == (0,)
