"""Fingers that urna draws: the same seed gives the same finger, another seed another."""

import hashlib

import numpy as np

from urna.biometrics.synthetic import HEIGHT, WIDTH, SyntheticFinger, Touch
from urna.biometrics.synthetic_flow import HEIGHT as SKIN_HEIGHT
from urna.biometrics.synthetic_flow import WIDTH as SKIN_WIDTH

PLAIN = Touch(right=0.0, down=0.0, turn=0.0, pressure=0.0, dryness=0.0, stretch=0.0)
"""In the middle, straight, neither hard nor dry."""


def test_the_same_seed_gives_the_same_image() -> None:
    """Pixel by pixel, also from a finger made anew."""
    assert SyntheticFinger(5).impression(2) == SyntheticFinger(5).impression(2)


def test_impressions_of_a_finger_differ() -> None:
    """Another number is another touch; asking twice is not."""
    finger = SyntheticFinger(5)
    images = {hashlib.sha256(finger.impression(n).pixels.tobytes()).hexdigest() for n in (0, 1, 2, 0)}
    assert len(images) == 3


def test_an_impression_is_a_print_on_white() -> None:
    """A third to three quarters of it inked skin, with white corners and as much ridge as valley."""
    image = SyntheticFinger(6).impression(0)
    grey = image.pixels.astype(float)
    assert (image.width, image.height) == (WIDTH, HEIGHT)
    assert min(grey[:20, :20].mean(), grey[-20:, -20:].mean()) > 220
    middle = grey[100:280, 90:230]
    assert 0.25 < (middle < 150).mean() < 0.75


def test_the_skin_is_ridges_of_nature_s_width() -> None:
    """The strongest period across the skin is 8 to 11 pixels, 0.4 to 0.55 mm."""
    skin = SyntheticFinger(7).skin
    assert skin.shape == (SKIN_HEIGHT, SKIN_WIDTH)
    square = skin[:400, :400]
    power = np.abs(np.fft.fft2(square)) ** 2
    rows, columns = np.meshgrid(np.fft.fftfreq(400), np.fft.fftfreq(400), indexing="ij")
    radius = np.hypot(rows, columns)
    mean = (power * radius)[radius > 0.03].sum() / power[radius > 0.03].sum()
    assert 8.0 < 1.0 / mean < 11.0


def test_a_touch_moves_the_print() -> None:
    """The same finger 30 pixels to the right on the skin shows another cut of the same ridges."""
    finger = SyntheticFinger(8)
    straight = finger.press(1, PLAIN).pixels[100:280, 90:200].astype(float)
    shifted = finger.press(1, PLAIN._replace(right=30.0)).pixels[100:280, 60:170].astype(float)
    unshifted = finger.press(1, PLAIN._replace(right=30.0)).pixels[100:280, 90:200].astype(float)
    assert np.corrcoef(straight.ravel(), shifted.ravel())[0, 1] > 0.7
    assert abs(np.corrcoef(straight.ravel(), unshifted.ravel())[0, 1]) < 0.4


def dark_share(touch: Touch) -> float:
    """How much of finger 8's image is dark, laid down so."""
    return float((SyntheticFinger(8).press(1, touch).pixels < 128).mean())


def test_pressing_harder_shows_more_and_darker_skin() -> None:
    """Lightly, usually, hard."""
    shares = [dark_share(PLAIN._replace(pressure=pressure)) for pressure in (-1.0, 0.0, 1.0)]
    assert shares[0] < 0.8 * shares[1] < 0.8 * 0.8 * shares[2]


def test_a_dry_finger_prints_less() -> None:
    """Its ridges are broken."""
    assert dark_share(PLAIN._replace(dryness=1.0)) < 0.9 * dark_share(PLAIN)


def test_wrinkles_are_white_in_every_impression() -> None:
    """Where the skin has a line or a nick, both impressions are lighter than elsewhere."""
    finger = SyntheticFinger(12)
    top, left = (SKIN_HEIGHT - HEIGHT) // 2, (SKIN_WIDTH - WIDTH) // 2
    lines = finger.marks.wrinkles[top : top + HEIGHT, left : left + WIDTH][100:280, 90:230] > 0.7
    assert lines.sum() > 30
    for number in (1, 2):
        middle = finger.press(number, PLAIN).pixels[100:280, 90:230].astype(float)
        assert middle[lines].mean() > middle[~lines].mean() + 40.0


def test_a_pulled_finger_sticks_in_its_middle() -> None:
    """The skin there stays where it was, and moves towards the edge."""
    finger = SyntheticFinger(8)
    straight, pulled = (finger.press(1, PLAIN._replace(pull_right=pull)).pixels.astype(float) for pull in (0.0, 6.0))
    middle, edge = np.s_[180:205, 148:172], np.s_[170:215, 55:80]
    assert np.corrcoef(straight[middle].ravel(), pulled[middle].ravel())[0, 1] > 0.9
    assert np.corrcoef(straight[edge].ravel(), pulled[edge].ravel())[0, 1] < 0.5


def test_a_far_touch_is_no_error() -> None:
    """A finger beside the reader is a poor image, not a crash."""
    finger = SyntheticFinger(9)
    assert finger.press(0, Touch(400.0, -400.0, 3.0, 3.0, 3.0, 9.0)).width == WIDTH
