"""Templates of fingers that nobody has: the same three numbers give the same one, alike only to their own finger."""

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from urna.biometrics.cylinders import Cylinders, encode
from urna.biometrics.match import score, score_cylinders
from urna.biometrics.synthetic_templates import synthetic_template, synthetic_templates
from urna.biometrics.template import Template

numbers = st.integers(0, 2**40)


@given(numbers, numbers, st.integers(0, 1000))
def test_the_same_numbers_give_the_same_template(seed: int, finger: int, impression: int) -> None:
    """Whatever was asked before; and it is a valid record of the standard."""
    template = synthetic_template(seed, finger, impression)
    assert synthetic_template(seed, finger, impression) == template
    assert Template.from_iso(template.to_iso()) == template


def test_another_number_is_another_template() -> None:
    """Another collection, another finger, another impression."""
    assert len({synthetic_template(*key).to_iso() for key in ((1, 2, 3), (2, 2, 3), (1, 3, 3), (1, 2, 4))}) == 4


def test_many_at_once_are_the_same_as_each_alone() -> None:
    """In their order."""
    assert list(synthetic_templates(5, range(40, 50), 2)) == [synthetic_template(5, n, 2) for n in range(40, 50)]


def test_a_finger_is_most_like_itself() -> None:
    """Nine of ten fingers score higher against another impression of their own than against any other finger."""
    first, second = (list(synthetic_templates(9, range(20), impression)) for impression in (0, 1))
    best = [max(range(20), key=lambda other: score(probe, second[other])) for probe in first]
    assert sum(own == found for own, found in enumerate(best)) >= 18


def test_scores_are_as_far_apart_as_real_ones() -> None:
    """Half of the genuine scores are near those of the development set, and so are impostors at 50 and 99 %."""
    fingers = [[encode(synthetic_template(3, finger, n)) for n in range(3)] for finger in range(20)]
    pairs = [(a == b, score_cylinders(one, other)) for (a, one), (b, other) in combinations(owned(fingers), 2)]
    genuine, impostor = (np.array([each for same, each in pairs if same is wanted]) for wanted in (True, False))
    assert 0.17 < np.median(genuine) < 0.28
    assert 0.012 < np.median(impostor) < 0.0145
    assert 0.016 < np.percentile(impostor, 99) < 0.022


def test_the_clearest_minutiae_come_first() -> None:
    """As an extractor gives them, so that a cut at a number keeps the best."""
    qualities = [minutia.quality for minutia in synthetic_template(3, 4, 5).minutiae]
    assert qualities == sorted(qualities, reverse=True)


def owned(fingers: list[list[Cylinders]]) -> list[tuple[int, Cylinders]]:
    """Each impression with the number of its finger."""
    return [(owner, cylinders) for owner, own in enumerate(fingers) for cylinders in own]
