"""The synthetic roll follows from its seed and fills the definition."""

from collections import Counter
from itertools import pairwise

from tests.roll.small import small_election

from urna.roll.synthetic import fictional_name, fictional_number, synthesize_roll


def test_the_same_seed_gives_the_same_roll_and_another_seed_another() -> None:
    """Deterministic, and a roll generated once more can be compared byte by byte."""
    election = small_election()
    assert synthesize_roll(election, 7) == synthesize_roll(election, 7)
    ours, theirs = ({elector.number for elector in synthesize_roll(election, seed)} for seed in (7, 8))
    assert not ours & theirs


def test_it_has_as_many_electors_of_each_style_as_the_definition() -> None:
    """At every station."""
    election = small_election(general=300, indigenous=50)
    found = Counter((elector.station, elector.style) for elector in synthesize_roll(election, 1))
    assert found == {(s.code, each.style): each.electors for s in election.definition.stations for each in s.styles}


def test_numbers_are_unlike_and_say_nothing_of_the_place() -> None:
    """100,000 numbers without a double; between 30 and 70 % of neighbours go down instead of up."""
    numbers = [fictional_number(index, 3) for index in range(100_000)]
    assert len(set(numbers)) == len(numbers)
    down = sum(before > after for before, after in pairwise(numbers))
    assert 30_000 < down < 70_000


def test_a_name_is_plainly_fictional_and_fits() -> None:
    """As an example; no name has more than 60 letters."""
    assert fictional_name("F00000001", 1) == fictional_name("F00000001", 1)
    assert max(len(fictional_name(str(number), 1)) for number in range(2000)) <= 60
