"""Attempts at passwords, codes and links: each is counted before it is made, so that many at once are no more than one.

by name and by address      whoever is not signed in
by session                  a signed-in browser that signs in again: no stranger's failures stop it
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from urna.center.operators import Guessing
from urna.errors import OutOfOrder, UrnaError
from urna.words import Sentence

MOST_OF_ACCOUNT, MOST_OF_ADDRESS = 5, 20


class Stopped(OutOfOrder):
    """Too many failures; nothing was looked at."""

    def __init__(self) -> None:
        super().__init__(
            Sentence("fewer failures within a quarter of an hour"),
            Sentence("too many"),
            Sentence("Wait a quarter of an hour, or ask for a new link."),
        )


class Attempts:
    """The failures of the last quarter of an hour."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_account, self._by_address = Guessing(MOST_OF_ACCOUNT), Guessing(MOST_OF_ADDRESS)

    @contextmanager
    def of_stranger(self, name: str, address: str, now: int) -> Iterator[None]:
        """An attempt to sign in; it is forgiven if it ends well. Raises Stopped."""
        with self._counted([(self._by_account, f"name {name}"), (self._by_address, address)], now):
            yield

    @contextmanager
    def of_session(self, session: str, now: int) -> Iterator[None]:
        """An attempt to sign in again. Raises Stopped."""
        with self._counted([(self._by_account, f"session {session}")], now):
            yield

    @contextmanager
    def of_address(self, address: str, now: int) -> Iterator[None]:
        """An attempt with a link. Raises Stopped."""
        with self._counted([(self._by_address, address)], now):
            yield

    @contextmanager
    def _counted(self, keys: list[tuple[Guessing, str]], now: int) -> Iterator[None]:
        with self._lock:
            if any(guessing.is_stopped(key, now) for guessing, key in keys):
                raise Stopped
            for guessing, key in keys:
                guessing.fail(key, now)
        try:
            yield
        except UrnaError:
            raise
        except BaseException:  # what broke by itself is nobody's failure
            self._forgive(keys, now)
            raise
        self._forgive(keys, now)

    def _forgive(self, keys: list[tuple[Guessing, str]], now: int) -> None:
        """All failures of the account; of an address, behind which there may be others, this attempt alone."""
        with self._lock:
            for guessing, key in keys:
                if guessing is self._by_account:
                    guessing.forgive(key)
                else:
                    guessing.take_back(key, now)
