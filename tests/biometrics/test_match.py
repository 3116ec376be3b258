"""The score is high for one finger and low for two, wherever the finger lies."""

import importlib.util
import math
import sys
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba.core import caching
from tests.biometrics.clouds import finger, jittered, moved, templates
from tests.shared import shared

from urna.biometrics.kernel import compiled, ones
from urna.biometrics.match import score, warm
from urna.biometrics.template import Template


@given(st.integers(0, 2**64 - 1))
def test_ones_are_counted(word: int) -> None:
    """The population count of any word."""
    assert int(ones(np.uint64(word))) == word.bit_count()


def test_kernels_work_where_nothing_can_be_cached(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a sealed disk numba finds no folder for its cache: each start compiles, and the result is the same."""

    def no_locator(self: object, function: object) -> None:
        raise RuntimeError("cannot cache function: no locator available")

    monkeypatch.setattr(caching.CacheImpl, "__init__", no_locator)
    assert compiled(_twice)(21) == 42


def _twice(value: int) -> int:
    return 2 * value


def test_a_finger_is_like_itself_and_unlike_others() -> None:
    """Twelve random fingers: a wide gap between the least genuine and the greatest impostor score."""
    fingers = [finger(seed) for seed in range(12)]
    genuine = [score(one, jittered(one, 7, 1.5)) for one in fingers]
    impostor = [score(a, b) for n, a in enumerate(fingers) for b in fingers[:n]]
    assert min(genuine) > 0.3
    assert max(impostor) < 0.04


@settings(max_examples=30, deadline=None)
@given(st.integers(-60, 60), st.integers(-60, 60), st.floats(-0.7, 0.7))
def test_place_and_rotation_do_not_matter(right: int, down: int, turn: float) -> None:
    """A finger laid elsewhere, up to 40 degrees turned, is the same finger."""
    assert score(finger(3), moved(finger(3), right, down, turn)) > 0.4


def test_a_finger_upside_down_is_not_compared() -> None:
    """Half a turn is beyond the limit of a quarter."""
    assert score(finger(3), moved(finger(3), 0, 0, math.pi)) < 0.04


@settings(max_examples=60, deadline=None)
@given(templates, templates)
def test_any_two_templates_have_a_score(one: Template, other: Template) -> None:
    """From 0 to 1, nearly the same in both orders, whatever the minutiae."""
    there, back = score(one, other), score(other, one)
    assert 0.0 <= there <= 1.0
    assert abs(there - back) < 0.05


def test_the_order_of_minutiae_does_not_matter() -> None:
    """A template is a set."""
    one = finger(5)
    turned = Template(width=one.width, height=one.height, minutiae=one.minutiae[::-1])
    assert math.isclose(score(one, finger(6)), score(turned, finger(6)), rel_tol=1e-6)


def test_half_a_finger_is_still_that_finger() -> None:
    """Minutiae missing and strange ones added lower the score, not below that of two fingers."""
    whole, strange = finger(8), finger(9)
    half = Template(width=500, height=500, minutiae=whole.minutiae[:28] + strange.minutiae[:8])
    assert score(whole, half) > 0.1


def test_warming_is_silent(capfd: pytest.CaptureFixture[str]) -> None:
    """Nothing is printed while kernels compile."""
    warm()
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
def test_scores_agree_with_the_laboratory() -> None:
    """The prototype that was measured on 202,176 pairs gives the same scores, so its figures hold for ours."""
    pytest.importorskip("scipy")
    prototype = _load_prototype()
    records = sorted(shared("fingerprints/fvc2002_db1_b").glob("*_[1-4].iso"))
    read = [Template.from_iso(path.read_bytes()) for path in records]
    rows = [np.array([(m.x, m.y, m.angle * math.tau / 256) for m in t.minutiae]) for t in read]
    encoded = [prototype.encode(row) for row in rows]
    pairs = [(a, b) for a in range(0, 40, 3) for b in range(a)]
    ours = np.array([score(read[a], read[b]) for a, b in pairs])
    theirs = np.array([prototype.match(encoded[a], encoded[b], "LGS-R") for a, b in pairs])
    assert np.abs(ours - theirs).max() < 0.003
    assert np.corrcoef(ours, theirs)[0, 1] > 0.999


def _load_prototype() -> ModuleType:
    path = shared("lab/biometrics/mcc.py")
    spec = importlib.util.spec_from_file_location("lab_mcc", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["lab_mcc"] = module
    spec.loader.exec_module(module)
    return module
