"""The exact scan."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.biometrics.clouds import templates
from tests.biometrics.galleries import again, fingers, gallery, slow_likeness

from urna.biometrics.cylinders import encode
from urna.biometrics.gallery import build_gallery, part_of
from urna.biometrics.scan import ANY_TURN, REACH, scan
from urna.biometrics.template import Template


@settings(deadline=None, max_examples=25)
@given(st.lists(templates, min_size=1, max_size=3), templates, st.sampled_from([0, 7, REACH, ANY_TURN]))
def test_the_scan_agrees_with_a_slow_reading_of_the_formula(
    several: list[Template], probe: Template, reach: int
) -> None:
    """Full adders, lanes and skipped blocks change nothing but the time."""
    scores = scan(build_gallery(enumerate(several)), encode(probe), reach)
    slow = [slow_likeness(encode(probe), encode(template), reach) for template in several]
    assert scores.tolist() == pytest.approx(slow, abs=2e-6)


def test_the_scan_agrees_with_the_formula_for_whole_fingers() -> None:
    """The same for fingers whose cylinders fill several blocks."""
    columns, probe = gallery(20), encode(again(fingers(20)[11], 1))
    slow = [slow_likeness(probe, encode(template), REACH) for template in fingers(20)]
    assert scan(columns, probe).tolist() == pytest.approx(slow, abs=2e-6)


def test_every_template_finds_itself_with_likeness_one() -> None:
    """Nothing is more like a finger than itself."""
    columns = gallery(40)
    for row, template in enumerate(fingers(40)):
        cylinders = encode(template)
        if len(cylinders.x) >= 12:
            scores = scan(columns, cylinders)
            assert scores[row] == 1.0
            assert scores.argmax() == row


@given(st.integers(0, 15), st.integers(0, 15))
def test_a_part_of_a_gallery_gives_the_same_scores(one: int, other: int) -> None:
    """A template's score does not depend on its neighbours, to the last bit."""
    columns, probe = gallery(15), encode(again(fingers(15)[4], 2))
    low, high = sorted((one, other))
    assert np.array_equal(scan(part_of(columns, low, high), probe), scan(columns, probe)[low:high])


def test_a_finger_without_cylinders_is_like_nobody() -> None:
    """No minutiae, no likeness, no division by zero."""
    nothing = encode(Template(width=300, height=300, minutiae=()))
    assert scan(gallery(5), nothing).tolist() == [0.0] * 5
