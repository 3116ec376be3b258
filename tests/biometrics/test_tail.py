"""The tail's fit finds what it was drawn from, and agrees with another implementation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from urna.biometrics.tail import FEWEST_EXCESSES, Tail, fit_tail, misfit, survival
from urna.errors import Malformed

shapes = st.floats(-0.4, 0.4)


def _quantiles(shape: float, scale: float, count: int, start: float = 0.01) -> np.ndarray:
    """Scores exactly as a tail would have them."""
    left = 1.0 - (np.arange(1, count + 1) - 0.35) / count
    excess = -np.log(left) if abs(shape) < 1e-9 else (left**-shape - 1.0) / shape
    return start + scale * excess


@given(shapes, st.floats(1e-4, 1e-1))
def test_a_tail_is_found_again(shape: float, scale: float) -> None:
    """From its own quantiles, scale and shape come back within a hundredth; the misfit is near 0."""
    scores = _quantiles(shape, scale, 20_000)
    tail = fit_tail(0.01, scores)
    assert tail.shape == pytest.approx(shape, abs=0.02)
    assert tail.scale == pytest.approx(scale, rel=0.02)
    assert misfit(tail, scores) < 0.01


@settings(deadline=None)
@given(shapes.filter(lambda shape: abs(shape) > 1e-6), st.floats(1e-4, 1e-1))
def test_survival_agrees_with_scipy(shape: float, scale: float) -> None:
    """The generalized Pareto distribution of another implementation."""
    stats = pytest.importorskip("scipy.stats")
    scores = np.linspace(0.0, 0.5, 50)
    expected = stats.genpareto.sf(scores, shape, loc=0.02, scale=scale)
    assert survival(Tail(0.02, scale, shape), scores) == pytest.approx(expected, abs=1e-9)


def test_an_exponential_tail_is_the_limit() -> None:
    """A shape of 0, and one near it, give the same."""
    scores = np.linspace(0.0, 0.1, 20)
    near = survival(Tail(0.0, 0.01, 1e-7), scores)
    assert survival(Tail(0.0, 0.01, 0.0), scores) == pytest.approx(near, rel=1e-4)


def test_moments_agree_with_maximum_likelihood() -> None:
    """On 2,000 drawn excesses both estimates lie near each other, though they are computed from different things."""
    stats = pytest.importorskip("scipy.stats")
    drawn = stats.genpareto.rvs(0.15, scale=0.0012, size=2000, random_state=7)
    tail = fit_tail(0.0, drawn)
    shape, _, scale = stats.genpareto.fit(drawn, floc=0.0)
    assert tail.shape == pytest.approx(shape, abs=0.08)
    assert tail.scale == pytest.approx(scale, rel=0.08)


def test_a_bad_fit_shows() -> None:
    """Scores from another distribution lie far from the tail."""
    scores = _quantiles(0.0, 0.01, 1000)
    assert misfit(Tail(0.01, 0.03, 0.0), scores) > 0.3


@pytest.mark.parametrize("scores", [np.full(500, 0.2), np.linspace(0.1, 0.2, FEWEST_EXCESSES - 1), np.zeros(0)])
def test_too_few_scores_are_refused(scores: np.ndarray) -> None:
    """Or scores that are all the same: nothing can be fitted."""
    with pytest.raises(Malformed, match="different scores in the tail"):
        fit_tail(0.05, scores)
