"""The reasons of incidents as people read them."""

import pytest

from urna.center.receipt import Held, broken, conflicting, not_yet, unproven
from urna.errors import OutOfOrder
from urna.record.incident_words import public_reason
from urna.tally.reconciliation import RULES, Breach
from urna.tally.rule_words import RULE_WORDS
from urna.words import Sentence

ERROR = OutOfOrder("a", "b", "c")
HELD = (not_yet(ERROR), unproven(ERROR), conflicting("B-01", 3))


def test_every_rule_has_words_and_no_words_are_left_over() -> None:
    """A new rule without words would show its short name to everybody."""
    assert list(RULE_WORDS) == [rule.name for rule in RULES]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_broken_rule_is_said_by_what_it_asks_for(rule: object) -> None:
    """The signed text has the short name; whoever reads a page does not, and can have it in another language."""
    number, name = rule.number, rule.name  # type: ignore[attr-defined]  # pytest's parameters have no type
    shown = public_reason(str(broken(Breach(number, name, "B-01", Sentence("both numbers"))).public))
    assert str(shown) == f"Rule {number} of reconciliation is broken: {RULE_WORDS[name]}."
    assert isinstance(shown.values["name"], Sentence)


@pytest.mark.parametrize("held", HELD, ids=lambda held: held.public.template[:16])
def test_every_other_public_reason_is_found_again(held: Held) -> None:
    """The same template and values that the centre had, so that it can be said in the reader's language."""
    shown = public_reason(str(held.public))
    assert shown.template == held.public.template
    assert str(shown) == str(held.public)


@pytest.mark.parametrize(
    "text",
    ["Rule 99 of reconciliation is broken: of_a_later_program.", "What nobody wrote {yet}.", "Rule 10"],
)
def test_what_is_not_known_is_shown_as_it_stands(text: str) -> None:
    """Also with braces in it: it is text, and no template."""
    assert str(public_reason(text)) == text
