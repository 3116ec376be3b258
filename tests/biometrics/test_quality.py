"""What is wrong with an impression is named in words, and an ordinary one is left in peace."""

import numpy as np
import pytest
from bench.impressions import dry, finger, moved, over_the_edge, part, wet
from hypothesis import given, settings
from hypothesis import strategies as st

from urna.biometrics.image import FingerImage
from urna.biometrics.quality import LEAST_AT_ENROLMENT, Box, Hint, hints, look_at
from urna.biometrics.synthetic import FAINT

SEEDS = (1, 2, 3)


def _hints(image: FingerImage) -> tuple[Hint, ...]:
    return hints(look_at(image), 50)


@pytest.mark.parametrize("seed", SEEDS)
def test_an_ordinary_impression_has_no_hint(seed: int) -> None:
    """Laid as people lay it."""
    for number in range(3):
        assert _hints(finger(seed).impression(number)) == ()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_dry_and_a_wet_finger_are_told_apart(seed: int) -> None:
    """Each has its own hint and not the other's."""
    assert {Hint.TOO_DRY, Hint.TOO_WET} & set(_hints(dry(seed))) == {Hint.TOO_DRY}
    assert {Hint.TOO_DRY, Hint.TOO_WET} & set(_hints(wet(seed))) == {Hint.TOO_WET}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("axis", [0, 1])
def test_a_finger_that_moved_is_seen(seed: int, axis: int) -> None:
    """By 1.2 mm, down or to the right, while the reader looked."""
    assert Hint.MOVED in _hints(moved(finger(seed).impression(0), 24, axis))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("axis", [0, 1])
def test_a_finger_over_the_edge_is_seen(seed: int, axis: int) -> None:
    """Half of it cut off at the top or at the left."""
    image = finger(seed).impression(0)
    assert Hint.OFF_CENTRE in _hints(over_the_edge(image, image.pixels.shape[axis] // 2, axis))


@pytest.mark.parametrize("seed", SEEDS)
def test_too_little_of_a_finger_is_seen(seed: int) -> None:
    """A tip of 6 x 9 mm; a finger hardly touching, of which perhaps nothing is left."""
    assert _hints(part(finger(seed).impression(0), 120, 180))[0] is Hint.TOO_LITTLE
    assert _hints(finger(seed).press(9, FAINT))[0] in (Hint.TOO_LITTLE, Hint.EMPTY)


def test_where_there_is_no_finger_nothing_else_is_said() -> None:
    """Paper of any grey, noise of any strength."""
    random = np.random.Generator(np.random.PCG64(1))
    flat = [np.full((384, 320), level) for level in (0, 128, 255)]
    noise = [random.normal(128, strength, (384, 320)) for strength in (2, 8, 20, 60)]
    for pixels in (*flat, *noise):
        assert _hints(FingerImage(np.clip(pixels, 0, 255).astype(np.uint8))) == (Hint.EMPTY,)


def test_a_poor_score_without_another_reason_is_unclear() -> None:
    """So whoever asks for another try always has something to say."""
    surface = look_at(finger(1).impression(0))
    assert hints(surface, LEAST_AT_ENROLMENT) == ()
    assert hints(surface, LEAST_AT_ENROLMENT - 1) == (Hint.UNCLEAR,)


def test_every_hint_says_what_to_do() -> None:
    """In one or two sentences, each of its own."""
    advice = [str(hint.advice) for hint in Hint]
    assert len(set(advice)) == len(Hint)
    assert all(text.endswith(".") and text.count(". ") >= 1 for text in advice)


@settings(max_examples=40, deadline=None)
@given(st.integers(96, 500), st.integers(96, 500), st.integers(0, 255), st.integers(0, 400), st.integers(0, 400))
def test_the_box_holds_the_finger(height: int, width: int, paper: int, top: int, left: int) -> None:
    """A square of stripes anywhere on paper of any grey lies in the box, which lies in the image."""
    side = 80
    top, left = min(top, height - side), min(left, width - side)
    pixels = np.full((height, width), paper, np.uint8)
    pixels[top : top + side, left : left + side] = np.where(np.arange(side) // 4 % 2, 0, 255)[:, np.newaxis]
    box = look_at(FingerImage(pixels)).box
    assert 0 <= box.top < box.bottom <= height
    assert 0 <= box.left < box.right <= width
    assert box.top <= top + 8
    assert box.left <= left + 8
    assert box.bottom >= top + side - 8
    assert box.right >= left + side - 8


def test_an_empty_image_s_box_is_the_whole() -> None:
    """Nothing is cut away from an image in which nothing is seen."""
    assert look_at(FingerImage(np.full((100, 130), 255, np.uint8))).box == Box(0, 0, 100, 130)
