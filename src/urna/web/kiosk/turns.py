"""Turns: a page may act once, and only the page that was shown last.

A second tab, the back button, a form sent twice and a copy of a request all carry an old turn: nothing happens, and
the face shows where it is now.
"""

import secrets
from hmac import compare_digest

from urna.errors import OutOfOrder
from urna.words import Sentence

TURN_BYTES = 16


class Turns:
    """The turn of one face, in memory alone."""

    def __init__(self) -> None:
        self._current = secrets.token_urlsafe(TURN_BYTES)

    @property
    def current(self) -> str:
        """What every form of the page that is shown now carries."""
        return self._current

    def take(self, given: str) -> None:
        """Takes the turn; every page that was shown before is old from now on.

        Raises:
            OutOfOrder: another page is shown by now.
        """
        if not compare_digest(given.encode(), self._current.encode()):
            raise OutOfOrder(
                Sentence("the page that is shown now"),
                Sentence("an older one"),
                Sentence("Go on with this page; nothing was changed."),
            )
        self.renew()

    def renew(self) -> None:
        """A new page is shown."""
        self._current = secrets.token_urlsafe(TURN_BYTES)
