"""Who works at the centre's pages: roles, how long a session lives, what a password is, when guessing is stopped."""

import re
from collections import defaultdict
from enum import StrEnum
from typing import Final, NamedTuple
from unicodedata import normalize

from urna.errors import Malformed
from urna.words import Sentence


class Role(StrEnum):
    """What an operator may do; the table of routes says it page by page."""

    CHIEF = "chief"
    """Confirms what others proposed, and proposes."""
    OPERATOR = "operator"
    """Proposes."""
    OBSERVER = "observer"
    """Looks at the stations."""
    AUDITOR = "auditor"
    """Looks at everything, the trail of who did what among it."""


class SessionLimits(NamedTuple):
    """How long a sign-in is good for."""

    idle_seconds: int = 20 * 60
    whole_seconds: int = 12 * 3600
    fresh_seconds: int = 5 * 60
    """For a decision: later the operator signs in again, on the page."""


SESSION_LIMITS: Final = SessionLimits()


class Session(NamedTuple):
    """Somebody is signed in; moments are whole seconds of one clock."""

    operator: str
    role: Role
    began: int
    seen: int
    proved: int
    """When the operator proved last who it is, by password and code or a passkey."""
    last_at: str = ""
    """When the operator signed in the time before; empty if never."""

    def is_alive(self, now: int, limits: SessionLimits = SESSION_LIMITS) -> bool:
        """Whether it still is good for looking; a clock that was set back ends it."""
        return 0 <= now - self.seen < limits.idle_seconds and 0 <= now - self.began < limits.whole_seconds

    def is_fresh(self, now: int, limits: SessionLimits = SESSION_LIMITS) -> bool:
        """Whether it is good for a decision."""
        return self.is_alive(now, limits) and 0 <= now - self.proved < limits.fresh_seconds


class Guessing:
    """Stops whoever failed too often, by account or by address. It forgets with the process.

    Args:
        most: failures that are borne.
        seconds: within which they are counted.
    """

    def __init__(self, most: int, seconds: int = 15 * 60) -> None:
        self._most, self._seconds = most, seconds
        self._failed: defaultdict[str, list[int]] = defaultdict(list)

    def is_stopped(self, key: str, now: int) -> bool:
        """Whether this one has to wait; asking is no failure."""
        return len(self._recent(key, now)) >= self._most

    def fail(self, key: str, now: int) -> None:
        """One more failure; those of long ago are forgotten, everybody's."""
        for each in [each for each in self._failed if not self._recent(each, now)]:
            del self._failed[each]
        self._failed[key] = [*self._recent(key, now)[-self._most :], now]

    def take_back(self, key: str, now: int) -> None:
        """An attempt that was counted beforehand was no failure."""
        failed = self._failed.get(key, [])
        if now in failed:
            failed.remove(now)

    def forgive(self, key: str) -> None:
        """It was the right one."""
        self._failed.pop(key, None)

    def _recent(self, key: str, now: int) -> list[int]:
        return [at for at in self._failed.get(key, ()) if now - at < self._seconds]


class Sparing:
    """Lets the same thing through once within some time. It forgets with the process.

    Args:
        seconds: between two times.
        most: things that are remembered; the oldest is forgotten first.
    """

    def __init__(self, seconds: int = 60, most: int = 10_000) -> None:
        self._seconds, self._most = seconds, most
        self._passed: dict[tuple[str, str], int] = {}

    def passes(self, key: tuple[str, str], now: int) -> bool:
        """Whether this one passes now; then it does not for a while. A clock that was set back lets it pass."""
        if 0 <= now - self._passed.get(key, now - self._seconds) < self._seconds:
            return False
        self._passed.pop(key, None)
        self._passed[key] = now
        while len(self._passed) > self._most:
            del self._passed[next(iter(self._passed))]
        return True


LEAST_PASSWORD, MOST_PASSWORD = 12, 128
_NAME = re.compile(r"[a-z][a-z0-9.-]{1,30}[a-z0-9]")


def check_name(name: str) -> str:
    """An operator's name.

    Raises:
        Malformed: not three to thirty-two small letters, digits, dots and dashes.
    """
    if not _NAME.fullmatch(name):
        raise Malformed(
            Sentence("a name of 3 to 32 small letters, digits, dots and dashes, as maria.perez"),
            Sentence("another text"),
            Sentence("Choose another name."),
        )
    return name


def check_password(password: str, name: str) -> bytes:
    """The bytes of a new password: Unicode in its composed form (NFKC), so that every keyboard writes the same.

    Raises:
        Malformed: shorter than twelve or longer than 128 letters, of few letters, or with the name in it.
    """
    text = normalize("NFKC", password)
    if not LEAST_PASSWORD <= len(text) <= MOST_PASSWORD or len(set(text)) < 5 or name in text.casefold():
        raise Malformed(
            Sentence("a password of 12 to 128 letters, five different ones at least, without your name in it"),
            Sentence("another one"),
            Sentence("Four or five words that nobody says together are good; so is a password manager's."),
        )
    return text.encode()
