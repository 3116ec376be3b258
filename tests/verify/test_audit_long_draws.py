"""Draws without end are multiplied soon: rounded up, by less than any report writes down."""

import random
from fractions import Fraction

import pytest
from tests.verify.test_audit_mathematics import Case

from urna.audit.weights import draw_weights
from urna.verify import audit_risk
from urna.verify.audit_risk import Found, Macro, fewest_more, macro_of, reaches, written


def risk(seed: int, draws: int) -> Fraction | None:
    """The risk of some draws of boxes that agree with their sheets; None if the outcome has no inequality."""
    chance = random.Random(seed)
    case = Case(chance)
    planned = case.bounds()
    if not planned:
        return None
    weights = dict(zip(case.boxes, draw_weights(planned), strict=True))
    drawn = chance.choices(case.boxes, list(weights.values()), k=draws)
    return macro_of([Found(case.reported, case.reported.votes)], weights, drawn).risk


def test_what_is_rounded_is_above_by_next_to_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draws that could be multiplied exactly, both ways."""
    exact = [risk(seed, 30) for seed in range(60)]
    monkeypatch.setattr(audit_risk, "EXACT_BITS", 0)
    rounded = [risk(seed, 30) for seed in range(60)]
    both = [(one, other) for one, other in zip(exact, rounded, strict=True) if one is not None and other is not None]
    assert len(both) > 20
    assert any(one != other for one, other in both)
    for one, other in both:
        assert one <= other <= one * (1 + Fraction(1, 2**900))
        assert written(one) == written(other)


def test_a_million_draws_are_multiplied() -> None:
    """A board that draws so often made every verifier cancel fractions of fifty million bits."""
    found = next(value for seed in range(60) if (value := risk(seed, 1_000_000)) is not None and value < 1)
    assert written(found) == f"1/{10**11}"


def test_a_round_as_large_as_a_number_can_be_is_looked_at() -> None:
    """Of a billion margins, with a limit that so many draws reach to the last digit that can be written."""
    step = 1 - Fraction(1, 360_000_003)
    many = fewest_more(Macro(Fraction(1), step, is_spent=False), Fraction(1, 20))
    limit = Fraction(49_999_999_999, 10**12)
    assert 10**9 < many < 1_100_000_000
    assert reaches(Macro(Fraction(1), step, is_spent=False), many + 1, limit)
    assert not reaches(Macro(Fraction(1), step, is_spent=False), many - 1, limit)
