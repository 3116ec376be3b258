"""What a manifest fixes: contests and options with their numbers and limits, and which style has which contests.

Limits and numbers always come from here, never from a ballot or a tally.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Option(NamedTuple):
    """A selectable option: its label and its number in the contest, from 1."""

    label: str
    number: int


class Contest(NamedTuple):
    """A contest: label, number from 1, its options in order, R for one option and L for all."""

    label: str
    number: int
    options: tuple[Option, ...]
    option_limit: int
    limit: int


class Manifest(NamedTuple):
    """The contests by ascending number, and the labels of each style's contests."""

    contests: tuple[Contest, ...]
    styles: Mapping[str, frozenset[str]]

    def of_style(self, style: str) -> tuple[Contest, ...]:
        """The contests of a style, in the manifest's order; of a style that it does not have, none."""
        labels = self.styles.get(style, frozenset())
        return tuple(contest for contest in self.contests if contest.label in labels)
