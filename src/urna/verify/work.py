"""How a verification's work is carried out: by whom, with which engine, and who is told. Callers decide all of it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal, NamedTuple, Protocol, TypeVar

I = TypeVar("I")  # noqa: E741 - an item
O = TypeVar("O")  # noqa: E741 - what comes of it

Progress = Callable[[int, int], None]
"""Told how many of how many stations, or ballots, are done."""

EngineName = Literal["fast", "plain"]
"""Boxes of ballots in the kernels, or equation by equation through libsodium (`verify/engines`)."""

Coefficients = Callable[[int], bytes]
"""Fresh random bytes, so many, that nobody can foresee; it can be sent to other processes."""


class Spread(Protocol):
    """How many equal tasks are carried out: here one after another, in `compute` over processes."""

    def __call__(self, work: Callable[[I], O], items: Sequence[I], /) -> Iterable[O]:
        """What the work gives for each item, in the order of the items."""
        ...


def in_turn(work: Callable[[I], O], items: Sequence[I], /) -> Iterator[O]:
    """One after another, in this process."""
    return map(work, items)


class BallotWork(NamedTuple):
    """How encrypted ballots are checked. By default plainly, which needs no random numbers, in this process."""

    engine: EngineName = "plain"
    coefficients: Coefficients | None = None
    """The fast engine needs them."""
    spread: Spread = in_turn
    """Carries out boxes of ballots, large tasks of their own each; best if other processes begin when it is called."""
    spread_stations: Spread = in_turn
    """Carries out what is asked of each station once more, small tasks."""
    progress: Progress | None = None
    """Told after each box how many ballots are done."""
