"""What of a name tells people apart."""

import pytest

from urna.encoding.letters import letters_of


@pytest.mark.parametrize(
    "other", ["josé  río", "JOSÉ RÍO", "Jose\u0301 Ri\u0301o", "José\u200b Río", "José\u00a0Río", "J. o.s é-Río"]
)
def test_one_name_in_two_spellings_is_one(other: str) -> None:
    """Case, accents composed or not, spaces seen and unseen, points."""
    assert letters_of(other) == letters_of("José Río")


def test_other_letters_are_other_people() -> None:
    """An accent is a letter's part; a name of no letters is nobody's."""
    assert letters_of("Jose Rio") != letters_of("José Río")
    assert letters_of("Ana 2") != letters_of("Ana")
    assert letters_of(" ·\u200b") == ""
