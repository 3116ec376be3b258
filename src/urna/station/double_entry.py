"""A number that people counted is typed twice before anything is shown that it could be made to fit.

    nothing ──first──→ once ──the same──→ agreed
                        └──another──→ nothing

The first entry is in memory alone: after a power cut both are typed again. Two that differ are both forgotten, and
nobody is told which one was nearer.
"""

from typing import Generic, TypeVar

from urna.errors import OutOfOrder
from urna.words import Sentence

T = TypeVar("T")


class DoubleEntry(Generic[T]):
    """Two entries of one count."""

    def __init__(self) -> None:
        self._first: T | None = None

    @property
    def is_once(self) -> bool:
        """Whether the first entry waits for the second."""
        return self._first is not None

    def enter(self, value: T) -> T | None:
        """The count, when it was entered the same way twice; None after the first entry.

        Raises:
            OutOfOrder: the second is another one; both are forgotten.
        """
        if self._first is None:
            self._first = value
            return None
        first, self._first = self._first, None
        if first != value:
            raise OutOfOrder(
                Sentence("the same numbers twice"),
                Sentence("others the second time"),
                Sentence("Count again, and type both entries again."),
            )
        return value

    def forget(self) -> None:
        """The first entry is taken back."""
        self._first = None
