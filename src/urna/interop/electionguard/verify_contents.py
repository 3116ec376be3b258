"""Which contests and options a file lists, against those that the manifest asks for: each once, none else.

Everything is counted from the manifest's side. A ballot that lists a contest six times would add five votes, each with
proofs that hold.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol, TypeVar

from urna.interop.electionguard.manifest import Contest, Option
from urna.interop.electionguard.report import Page
from urna.words import Sentence

KNOWN = Sentence("a label of the manifest")
ONCE = Sentence("each contest and option of the style once, in the manifest's order")


class ListedSelection(Protocol):
    """An option as a file lists it."""

    @property
    def selection_id(self) -> str:
        """Its label."""
        ...


S_co = TypeVar("S_co", bound=ListedSelection, covariant=True)


class ListedContest(Protocol[S_co]):
    """A contest as a file lists it."""

    @property
    def contest_id(self) -> str:
        """Its label."""
        ...

    @property
    def selections(self) -> Sequence[S_co]:
        """Its options."""
        ...


class Conditions(NamedTuple):
    """Which condition minds what."""

    unknown_contest: str
    unknown_option: str
    missing_option: str
    missing_contest: str
    once: str
    """Twice, or in another order."""


class Contents(NamedTuple):
    """A contest of the manifest and its place in the file's list, and the same for its options."""

    contest: Contest
    place: int
    options: tuple[tuple[Option, int], ...]


class Matcher:
    """Finds the manifest's contests and options in a file.

    Args:
        page: where findings go.
        conditions: what to call a difference.
        is_ordered: whether the order is hashed, so that it has to be the manifest's.
    """

    def __init__(self, page: Page, conditions: Conditions, *, is_ordered: bool = False) -> None:
        self._page = page
        self._conditions = conditions
        self._is_ordered = is_ordered

    def match(
        self, expected: Sequence[Contest], listed: Sequence[ListedContest[ListedSelection]]
    ) -> tuple[Contents, ...]:
        """The expected contests that are listed, each where it first stands; findings for all that differs."""
        wanted, labels = [contest.label for contest in expected], [contest.contest_id for contest in listed]
        known = self._known(labels, wanted, self._conditions.unknown_contest, "")
        self._all_there(known, wanted, self._conditions.missing_contest, "")
        self._check_once(known, wanted)
        places = _places(labels)
        return tuple(
            Contents(contest, place, tuple(self._match_options(contest, listed[place])))
            for contest in expected
            if (place := places.get(contest.label)) is not None
        )

    def _match_options(self, contest: Contest, listed: ListedContest[ListedSelection]) -> Iterator[tuple[Option, int]]:
        labels = [selection.selection_id for selection in listed.selections]
        wanted = [option.label for option in contest.options]
        known = self._known(labels, wanted, self._conditions.unknown_option, f"{contest.label}/")
        self._all_there(known, wanted, self._conditions.missing_option, f"{contest.label}/")
        self._check_once(known, wanted)
        places = _places(labels)
        for option in contest.options:
            if option.label in places:
                yield option, places[option.label]

    def _known(self, labels: list[str], wanted: list[str], condition: str, within: str) -> list[str]:
        """The labels that are wanted; findings for the others."""
        all_wanted = frozenset(wanted)
        for label in labels:
            holds, found = label in all_wanted, Sentence("{label}", {"label": repr((within + label)[:200])})
            self._page.demand(condition, holds=holds, expected=KNOWN, found=found)
        return [label for label in labels if label in all_wanted]

    def _all_there(self, known: list[str], wanted: list[str], condition: str, within: str) -> None:
        there, found = frozenset(known), Sentence("none")
        for label in wanted:
            self._page.demand(condition, holds=label in there, expected=ONCE, found=found, where=within + label)

    def _check_once(self, known: list[str], wanted: list[str]) -> None:
        """Nothing twice; and, where it counts, what is there in the manifest's order."""
        counts = Counter(known)
        twice = [label for label, count in counts.items() if count > 1]
        if twice:
            found = Sentence("{label} {count} times", {"label": repr(twice[0]), "count": counts[twice[0]]})
        else:
            found = Sentence("another order")
        in_order = not self._is_ordered or known == [label for label in wanted if label in counts]
        self._page.demand(self._conditions.once, holds=not twice and in_order, expected=ONCE, found=found)


def _places(labels: list[str]) -> dict[str, int]:
    """Where each label stands first."""
    return {label: place for place, label in reversed(list(enumerate(labels)))}
