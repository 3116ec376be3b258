"""The loop of simulated audits, compiled: draws of cards by their kind, and the stake after each."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from urna.crypto.kernels.compiler import compiled, inlined

_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_UNIT = 1.0 / 9007199254740992.0
_LOW, _HIGH = 1e-200, 1e200


@inlined
def _unit(state: np.uint64) -> float:
    """From 0 to below 1, of a state that grows by a fixed step (splitmix64; Steele, Lea, Flood 2014)."""
    mixed = (state ^ (state >> _S30)) * _MIX_1
    mixed = (mixed ^ (mixed >> _S27)) * _MIX_2
    mixed ^= mixed >> _S31
    return float(mixed >> _S11) * _UNIT


@compiled
def uniforms(count: int, seed: int) -> NDArray[np.float64]:
    """So many numbers from 0 to below 1, the same for the same seed on every machine."""
    state = np.uint64(seed)
    numbers = np.empty(count)
    for place in range(count):
        state += _STEP
        numbers[place] = _unit(state)
    return numbers


class Test(NamedTuple):
    """What every simulated audit does: the null, the limit, and the bet."""

    upper: float
    """The greatest value of a card."""
    null_mean: float
    goal: float
    """One over the risk limit."""
    is_learning: bool
    """Shrink-trunc; otherwise a fixed share of the greatest stake."""
    bet: float
    """η0 of shrink-trunc, or the share."""
    weight: float
    """d of shrink-trunc, at least 1."""
    gap: float
    """c of shrink-trunc."""


@inlined
def _learned(value: float, mean: float, total: float, drawn: int, test: Test) -> float:
    """What shrink-trunc multiplies the stake by; the root is taken only where it can matter."""
    seen = test.weight + drawn
    eta = (test.weight * test.bet + total) / seen
    if eta < mean + test.gap:
        eta = max(eta, mean + test.gap / np.sqrt(seen))
    above = min(eta, test.upper * (1 - 1e-6)) - mean
    return 1 + above * (value - mean) / (mean * (test.upper - mean)) if above > 0 else 1.0


@compiled
def audit_sizes(
    values: NDArray[np.float64], counts: NDArray[np.int64], test: Test, runs: int, seed: int
) -> NDArray[np.int64]:
    """The draws of each run until the stake reaches the goal, or all cards.

    Args:
        values: of each kind of card.
        counts: cards of each kind.
        test: null, limit and bet.
        runs: how many audits.
        seed: of the generator.
    """
    cards = counts.sum()
    most = cards * test.null_mean
    state = np.uint64(seed)
    sizes = np.empty(runs, dtype=np.int64)
    for run in range(runs):
        left = counts.copy()
        total, stake, scale, size = 0.0, 1.0, 0, cards
        for drawn in range(cards):
            rest = cards - drawn
            mean = (most - total) / rest
            if mean < 0:
                size = drawn
                break
            state += _STEP
            place = np.int64(_unit(state) * rest)
            kind = 0
            while place >= left[kind]:
                place -= left[kind]
                kind += 1
            left[kind] -= 1
            value = values[kind]
            if mean >= test.upper:
                break  # the null is certain: the count goes to the end
            if mean > 0:
                if test.is_learning:
                    stake *= _learned(value, mean, total, drawn, test)
                else:
                    stake *= 1 + test.bet * (value / mean - 1)
            total += value
            if stake < _LOW:
                stake, scale = stake * _HIGH, scale - 1
            elif scale < 0 and stake > 1:
                stake, scale = stake * _LOW, scale + 1
            if scale == 0 and stake >= test.goal:
                size = drawn + 1
                break
        sizes[run] = size
    return sizes
