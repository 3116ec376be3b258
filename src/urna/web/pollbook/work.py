"""What takes longer than an answer may: a finger on the reader, cards that are opened, a report that is printed.

It runs in a thread of its own, one at a time; meanwhile the screen shows what is going on and asks whether it is over.
"""

from collections.abc import Callable, Mapping
from threading import Event, Thread

from urna.errors import OutOfOrder, UrnaError
from urna.words import Sentence

QUICK_SECONDS = 0.25
"""An answer waits so long for it, so that quick work shows no screen in between."""


class Work:
    """The one thing that is going on, if any.

    Args:
        refuse: takes what was wrong with it.
    """

    def __init__(self, refuse: Callable[[UrnaError], None]) -> None:
        self._refuse = refuse
        self._over = Event()
        self._over.set()
        self.template = "working.html"
        self.values: Mapping[str, object] = {}
        self.hint: Sentence | None = None
        """What the person at the reader should do meanwhile."""
        self.is_cancelled = False

    @property
    def is_busy(self) -> bool:
        """Whether something is going on."""
        return not self._over.is_set()

    def begin(self, do: Callable[[], None], template: str, **values: object) -> None:
        """Begins something, and shows a template while it lasts.

        Raises:
            OutOfOrder: something is going on.
        """
        if self.is_busy:
            raise OutOfOrder(
                Sentence("nothing else going on"), Sentence("something that is"), Sentence("Wait until it is over.")
            )
        self.template, self.values, self.hint, self.is_cancelled = template, values, None, False
        self._over.clear()
        Thread(target=self._run, args=(do,), daemon=True).start()

    def wait(self, seconds: float = QUICK_SECONDS) -> bool:
        """Waits for the end; whether it came."""
        return self._over.wait(seconds)

    def cancel(self) -> None:
        """What comes of it is dropped."""
        self.is_cancelled = True

    def _run(self, do: Callable[[], None]) -> None:
        try:
            do()
        except UrnaError as error:
            self._refuse(error)
        finally:
            self._over.set()
