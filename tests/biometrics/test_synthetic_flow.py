"""Which way synthetic ridges run: around a core they turn by half a turn, around a delta by half a turn back."""

import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.random import PCG64, Generator

from urna.biometrics.synthetic_flow import HEIGHT, PATTERNS, WIDTH, Flow, choose_flow, direction_at, directions

RADIUS, STEPS = 3.0, 90

seeds = st.integers(0, 2**32)


def flow_of(seed: int) -> Flow:
    """A finger's flow."""
    return choose_flow(Generator(PCG64(seed)))


def on_the_skin(flow: Flow, x: float, y: float) -> tuple[float, float]:
    """A place of the pattern's axes in the skin's."""
    cosine, sine = math.cos(flow.lean), math.sin(flow.lean)
    return cosine * x - sine * y, sine * x + cosine * y


def turn_around(flow: Flow, x: float, y: float) -> float:
    """How far the direction turns on a small circle around a place, radians."""
    places = [(x + RADIUS * math.cos(a), y + RADIUS * math.sin(a)) for a in np.linspace(0.0, 2.0 * math.pi, STEPS + 1)]
    seen = [direction_at(*place, flow) for place in places]
    return sum((after - before + math.pi / 2.0) % math.pi - math.pi / 2.0 for before, after in pairwise(seen))


def points_of(flow: Flow) -> Iterator[tuple[float, float, float]]:
    """Cores and deltas with the turn around each."""
    yield from ((float(x), float(y), math.pi) for x, y, _ in flow.cores)
    yield from ((float(x), float(y), -math.pi) for x, y in flow.deltas)


@given(seeds)
def test_ridges_turn_around_cores_and_deltas(seed: int) -> None:
    """And there are as many deltas as cores."""
    flow = flow_of(seed)
    assert len(flow.cores) == len(flow.deltas) <= 2
    for x, y, turn in points_of(flow):
        assert turn_around(flow, *on_the_skin(flow, x, y)) == pytest.approx(turn, abs=1e-6)


@given(seeds, st.floats(-WIDTH / 2, WIDTH / 2), st.floats(-HEIGHT / 2, HEIGHT / 2))
def test_elsewhere_they_come_back_to_themselves(seed: int, x: float, y: float) -> None:
    """A small circle with no core or delta near it."""
    flow = flow_of(seed)
    near = [math.hypot(x - a, y - b) for a, b in (on_the_skin(flow, p, q) for p, q, _ in points_of(flow))]
    if min(near, default=99.0) > 2.0 * RADIUS:
        assert turn_around(flow, x, y) == pytest.approx(0.0, abs=1e-6)


@given(seeds)
def test_many_places_at_once_are_each_alone(seed: int) -> None:
    """The kernel for a grid and the one for a place agree."""
    x, y = Generator(PCG64(seed)).uniform(-200.0, 200.0, (2, 7))
    flow = flow_of(seed)
    assert directions(x, y, flow).tolist() == [direction_at(a, b, flow) for a, b in zip(x, y, strict=True)]


def test_patterns_have_the_shares_of_nature() -> None:
    """They sum to one, and a thousand fingers have them: arches have no core, whorls and twin loops two."""
    assert sum(share for _, share in PATTERNS) == pytest.approx(1.0)
    cores = [len(flow_of(seed).cores) for seed in range(1000)]
    shares = [cores.count(number) / 1000 for number in range(3)]
    assert shares == pytest.approx([0.05, 0.67, 0.28], abs=0.04)
