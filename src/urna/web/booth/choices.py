"""What a voter has touched so far, in memory alone, by the rules of each contest.

A contest with one vote lets a new choice take the place of the old one, and says so. A contest with several never takes
a choice back by itself: a touch too many changes nothing and is explained (VVSG 2.0, 7.2-C and 7.3-G).
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from urna.election.definition import Contest, Option
from urna.encoding.canonical import Code
from urna.errors import OutOfOrder
from urna.words import Sentence

LONGEST_NAME = 40
"""Letters of a name in a notice; the whole name stands on its card."""


class Touched(NamedTuple):
    """What a touch did: a notice if there is something to say, and whether the contest is done with it."""

    note: Sentence | None = None
    is_done: bool = False
    """The one vote of a contest that had none was given: nothing is left to choose there."""


class Choices:
    """The choices of one voter. A repr shows none of them.

    Args:
        contests: of the ballot style, in ballot order.
    """

    def __init__(self, contests: Sequence[Contest]) -> None:
        self._contests = {contest.code: contest for contest in contests}
        self._chosen: dict[Code, tuple[Code, ...]] = {contest.code: () for contest in contests}

    def touch(self, contest: Code, option: Code) -> Touched:
        """Chooses an option or takes it back.

        Raises:
            OutOfOrder: the contest has no such option.
        """
        asked, touched = self._contests[contest], self._option(contest, option)
        before = self.options(contest)
        if touched in before:
            self._keep(contest, [each for each in before if each != touched])
            return Touched()
        if asked.votes_allowed == 1:
            self._keep(contest, [touched])
            return Touched(_replaced(before, touched), is_done=not before)
        return self._add(asked, before, touched)

    def options(self, contest: Code) -> tuple[Option, ...]:
        """What is chosen in a contest, in ballot order."""
        return tuple(each for each in self._contests[contest].options if each.code in self._chosen[contest])

    def left(self, contest: Code) -> int:
        """Votes that may still be given in a contest."""
        return self._contests[contest].votes_allowed - len(self._chosen[contest])

    def unused(self) -> tuple[tuple[Contest, int], ...]:
        """The contests with votes left, each with how many."""
        return tuple((each, left) for each in self._contests.values() if (left := self.left(each.code)))

    def is_blank(self) -> bool:
        """Whether nothing is chosen at all."""
        return not any(self._chosen.values())

    def for_ballot(self) -> Mapping[Code, tuple[Code, ...]]:
        """As the booth takes them."""
        return dict(self._chosen)

    def __repr__(self) -> str:
        """Nothing of them."""
        return "Choices(secret)"

    def _add(self, contest: Contest, before: Sequence[Option], touched: Option) -> Touched:
        twin = next((each for each in before if each.choice == touched.choice), None)
        if twin is not None:
            return Touched(_same_choice(contest, touched))
        if len(before) >= contest.votes_allowed:
            return Touched(_too_many(contest, touched))
        self._keep(contest.code, [*before, touched])
        return Touched()

    def _keep(self, contest: Code, options: Sequence[Option]) -> None:
        # In ballot order, so that the order of touching is nowhere.
        codes = {option.code for option in options}
        self._chosen[contest] = tuple(each.code for each in self._contests[contest].options if each.code in codes)

    def _option(self, contest: Code, option: Code) -> Option:
        for each in self._contests[contest].options:
            if each.code == option:
                return each
        raise OutOfOrder(
            Sentence("an option of this contest"), Sentence("another one"), Sentence("Use the buttons of this screen.")
        )


def short(name: str) -> str:
    """A name for a notice."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _replaced(before: Sequence[Option], touched: Option) -> Sentence | None:
    if not before:
        return None
    return Sentence(
        "{before} was replaced by {after}.", {"before": short(before[0].name), "after": short(touched.name)}
    )


def _too_many(contest: Contest, touched: Option) -> Sentence:
    return Sentence(
        "All {count} votes are used. To choose {name}, first touch a choice to take it back.",
        {"count": contest.votes_allowed, "name": short(touched.name)},
    )


def _same_choice(contest: Contest, touched: Option) -> Sentence:
    choice = next(each for each in contest.choices if each.code == touched.choice)
    return Sentence(
        "{name} is chosen on another card. First touch that card to take it back.",
        {"name": short(choice.name)},
    )
