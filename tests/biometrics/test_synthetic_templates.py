"""Templates of fingers that nobody has: the same three numbers give the same one, alike only to their own finger."""

from hypothesis import given
from hypothesis import strategies as st

from urna.biometrics.match import score
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
