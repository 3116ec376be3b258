"""Which contests and options a file lists, against those that the manifest asks for: each once, none else.

Everything is counted from the manifest's side. A ballot that lists a contest six times would add five votes, each with
proofs that hold.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol, TypeVar

from urna.interop.electionguard.manifest import Contest, Option
from urna.interop.electionguard.report import Notebook
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


C = TypeVar("C", bound=ListedContest[ListedSelection])


class Conditions(NamedTuple):
    """Which condition minds what."""

    unknown_contest: str
    unknown_option: str
    missing_option: str
    missing_contest: str
    once: str
    """Twice, in another order, with another index."""


class Contents(NamedTuple):
    """A contest of the manifest and its place in the file's list, and the same for its options."""

    contest: Contest
    place: int
    options: tuple[tuple[Option, int], ...]


def match_contents(
    expected: Sequence[Contest],
    listed: Sequence[C],
    conditions: Conditions,
    book: Notebook,
    file: str,
    *,
    is_ordered: bool,
) -> tuple[Contents, ...]:
    """The expected contests that the file lists, each where it first stands; findings for all that is not as expected.

    Args:
        expected: the contests that must be there.
        listed: the file's contests.
        conditions: what to call a difference.
        book: where findings go.
        file: the file.
        is_ordered: whether the order is hashed, so that it has to be the manifest's.
    """
    labels = [contest.contest_id for contest in listed]
    wanted = [contest.label for contest in expected]
    known = _known(labels, wanted, conditions.unknown_contest, book, file, "")
    _all_there(known, wanted, conditions.missing_contest, book, file, "")
    _check_once(known, wanted, conditions.once, book, file, is_ordered=is_ordered)
    places = _places(labels)
    return tuple(
        Contents(
            contest,
            places[contest.label],
            tuple(_match_options(contest, listed[places[contest.label]], conditions, book, file, is_ordered)),
        )
        for contest in expected
        if contest.label in places
    )


def _match_options(
    contest: Contest,
    listed: ListedContest[ListedSelection],
    conditions: Conditions,
    book: Notebook,
    file: str,
    is_ordered: bool,
) -> Iterator[tuple[Option, int]]:
    labels = [selection.selection_id for selection in listed.selections]
    wanted = [option.label for option in contest.options]
    known = _known(labels, wanted, conditions.unknown_option, book, file, f"{contest.label}/")
    _all_there(known, wanted, conditions.missing_option, book, file, f"{contest.label}/")
    _check_once(known, wanted, conditions.once, book, file, is_ordered=is_ordered)
    places = _places(labels)
    for option in contest.options:
        if option.label in places:
            yield option, places[option.label]


def _known(labels: list[str], wanted: list[str], condition: str, book: Notebook, file: str, within: str) -> list[str]:
    """The labels that are wanted; findings for the others."""
    all_wanted = frozenset(wanted)
    for label in labels:
        holds, found = label in all_wanted, Sentence("{label}", {"label": repr((within + label)[:200])})
        book.demand(condition, file, holds=holds, expected=KNOWN, found=found)
    return [label for label in labels if label in all_wanted]


def _all_there(known: list[str], wanted: list[str], condition: str, book: Notebook, file: str, within: str) -> None:
    there = frozenset(known)
    for label in wanted:
        where = within + label
        book.demand(condition, file, holds=label in there, expected=ONCE, found=Sentence("none"), where=where)


def _check_once(
    known: list[str], wanted: list[str], condition: str, book: Notebook, file: str, *, is_ordered: bool
) -> None:
    """Nothing twice; and, where it counts, what is there in the manifest's order."""
    counts = Counter(known)
    twice = [label for label, count in counts.items() if count > 1]
    if twice:
        found = Sentence("{label} {count} times", {"label": repr(twice[0]), "count": counts[twice[0]]})
    else:
        found = Sentence("another order")
    holds = not twice and (not is_ordered or known == [label for label in wanted if label in counts])
    book.demand(condition, file, holds=holds, expected=ONCE, found=found)


def _places(labels: list[str]) -> dict[str, int]:
    """Where each label stands first."""
    return {label: place for place, label in reversed(list(enumerate(labels)))}
