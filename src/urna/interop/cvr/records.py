"""What every export of cast vote records becomes."""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from urna.errors import Malformed
from urna.words import Sentence


class ContestRecords(NamedTuple):
    """One contest."""

    name: str
    votes_allowed: int
    """On one card."""
    is_ranked: bool
    """Whether voters rank: then these are first choices only, and a count of them is not the legal outcome."""
    choices: tuple[str, ...]
    records: Mapping[str, Mapping[str, int]]
    """By card that has the contest, a vote for each choice marked; {} if it is blank or overvoted."""

    def totals(self) -> dict[str, int]:
        """Votes by choice, choices without any too."""
        found = Counter(choice for votes in self.records.values() for choice in votes)
        return {choice: found[choice] for choice in self.choices}


class CardRecords(NamedTuple):
    """An export."""

    cards: tuple[str, ...]
    """All, each once, in the export's order; by these names papers are fetched."""
    contests: Mapping[str, ContestRecords]
    """By name."""


def valid_votes(chosen: list[str], votes_allowed: int) -> dict[str, int]:
    """One vote for each choice marked; none if more are marked than allowed, or one twice."""
    if len(chosen) > votes_allowed or len(set(chosen)) < len(chosen):
        return {}
    return dict.fromkeys(chosen, 1)


def refused(expected: Sentence, found: Sentence | str, where: str) -> Malformed:
    """An export that is not what it should be."""
    said = found if isinstance(found, Sentence) else Sentence("{found}", {"found": found})
    remedy = Sentence("Ask whoever runs the voting system to export its cast vote records again, unaltered.")
    return Malformed(expected, said, remedy, where)
