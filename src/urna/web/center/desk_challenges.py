"""Numbers that passkeys sign: made by the centre, held here, good for one answer within five minutes.

They are forgotten with the process: then a person presses the button once more.
"""

import secrets
import threading
from collections import defaultdict
from enum import StrEnum
from typing import Final, NamedTuple

from urna.center.passkeys import CHALLENGE_BYTES, LIFE_SECONDS, not_this_passkey

MOST_OF_ONE: Final = 20
"""Open challenges of one address, session or link; the oldest goes first."""

MOST: Final = 10_000
"""Of one purpose: what strangers ask for at the sign-in takes nothing from whoever is signed in."""


class Purpose(StrEnum):
    """For what an answer is good; for nothing else."""

    SIGN_IN = "sign in"
    AGAIN = "sign in again"
    ENROL = "enrol"
    ADD = "add"


class _Open(NamedTuple):
    whose: str
    made: int


class Challenges:
    """The open ones."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: defaultdict[Purpose, dict[bytes, _Open]] = defaultdict(dict)

    def new(self, purpose: Purpose, whose: str, now: int) -> bytes:
        """One more.

        Args:
            purpose: of the answer.
            whose: the session, the link, or the address of a stranger.
            now: seconds.
        """
        challenge = secrets.token_bytes(CHALLENGE_BYTES)
        with self._lock:
            found = self._open[purpose]
            for each in [each for each, made in found.items() if not _is_good(made, now)]:
                del found[each]
            mine = [each for each, made in found.items() if made.whose == whose]
            for each in mine[: len(mine) - MOST_OF_ONE + 1] if len(mine) >= MOST_OF_ONE else []:
                del found[each]
            while len(found) >= MOST:
                del found[next(iter(found))]
            found[challenge] = _Open(whose, now)
        return challenge

    def take(self, purpose: Purpose, whose: str, challenge: bytes, now: int) -> None:
        """Takes one, which is over with it, whatever becomes of the answer.

        Args:
            purpose: of the answer.
            whose: the session or the link for which it was made; at a sign-in nobody asks, since addresses change.
            challenge: that the answer names.
            now: seconds.

        Raises:
            Unproven: it was not made here, for this, or within five minutes; or an answer to it came before.
        """
        with self._lock:
            made = self._open[purpose].pop(challenge, None)
        if made is None or not _is_good(made, now) or (purpose is not Purpose.SIGN_IN and made.whose != whose):
            raise not_this_passkey()


def _is_good(made: _Open, now: int) -> bool:
    return 0 <= now - made.made < LIFE_SECONDS
