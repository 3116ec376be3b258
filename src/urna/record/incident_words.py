"""The reasons of incidents, so that every reader sees them in their own language and no rule's short name.

An incident is signed once, so its reason is always one of these texts, in English. Whoever shows it finds the template
that it was made from and has that said. A reason that is none of them, as of a later program, is shown as it stands.
"""

import re
from functools import cache
from typing import Any

from urna.tally.rule_words import RULE_WORDS
from urna.words import N_, Sentence

BROKEN = N_("Rule {rule} of reconciliation is broken: {name}.")

TEMPLATES = (
    BROKEN,
    N_("It is not the time for this sheet: a decision stands, or another one has to come first."),
    N_("Its votes do not follow from its encrypted ballots, or a ballot is not proven."),
    N_("Station {station} signed two different sheets with sequence {sequence}; the first one counts."),
)
"""Every public reason for which a centre does not count a sheet (`center.receipt.Held`)."""

_FIELDS = {"rule": "[0-9]+", "name": "[a-z_]+", "station": "[A-Z0-9._-]+", "sequence": "[0-9]+"}


def public_reason(text: str) -> Sentence:
    """The sentence of which an incident's reason is the English, with what a rule asks for instead of its name."""
    for template, pattern in _patterns():
        if found := pattern.fullmatch(text):
            values: dict[str, Any] = found.groupdict()
            if "name" in values:
                name = values["name"]
                values["name"] = Sentence(RULE_WORDS[name]) if name in RULE_WORDS else name
            return Sentence(template, values)
    return Sentence("{text}", {"text": text})


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((template, re.compile("".join(_parts(template)))) for template in TEMPLATES)


def _parts(template: str) -> list[str]:
    parts = re.split(r"\{(\w+)\}", template)
    return [f"(?P<{part}>{_FIELDS[part]})" if place % 2 else re.escape(part) for place, part in enumerate(parts)]
