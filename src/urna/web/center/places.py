"""Places for bodies that come: shared between holders, so that whoever has many gives way to whoever has few.

A holder is a station on its own line, or a stranger's address. While there is room, anybody has it. When there is none,
a newcomer takes the place of the holder that has the most, if that has at least two more: its slowest body goes.
So no number of bodies of a few addresses keeps out, or pushes out, what comes from another one.

Whoever has a copy of a station's announcement shares the station's places, so there it goes on within the holder: a
newcomer takes the place of the address that has the most, and otherwise that of the slowest body that had its time.
What comes well is over before that; so nobody keeps a place by creeping, and nobody loses one to a newcomer at once.
"""

import ipaddress
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Protocol

from urna.errors import OutOfOrder
from urna.words import Sentence

YOUNG_SECONDS = 10.0
"""Until then, a body's pace is that of what has come in so many seconds."""


class Body(Protocol):
    """A body that is under way."""

    holder: str
    address: str
    """Who stands behind the address whence it comes."""
    size: int
    """Bytes that have come."""
    in_file: int
    """Of them, in a file."""
    began: float
    is_whole: bool
    """All of it is there: it is decided on and gives way to nobody."""

    def push_out(self) -> None:
        """Ends it."""
        ...


class Crowded(OutOfOrder):
    """So many bodies are under way that one more has no room."""

    def __init__(self) -> None:
        super().__init__(
            Sentence("room for one more request"),
            Sentence("too many under way, of all or of this address"),
            Sentence("Send the same again in a moment."),
        )


class Places:
    """So many places, and so many bytes.

    Args:
        most: bodies.
        of_holder: bodies of one holder.
        most_bytes: of all long bodies, in files.
        steady: a clock that never goes back, in seconds.
        trial_seconds: after so long a body gives way to a newcomer of its own holder that has all its places; None: the
            newcomer is refused.
    """

    def __init__(
        self,
        most: int,
        of_holder: int,
        most_bytes: int,
        steady: Callable[[], float] = time.monotonic,
        *,
        trial_seconds: float | None = None,
    ) -> None:
        self._most, self._of_holder, self._most_bytes = most, of_holder, most_bytes
        self._steady, self._trial_seconds = steady, trial_seconds
        self._bodies: set[Body] = set()
        self._held: Counter[str] = Counter()
        self._bytes: Counter[str] = Counter()

    def enter(self, body: Body, *, is_first: bool = False) -> None:
        """Gives it a place; raises Crowded.

        Args:
            body: of which nothing has come.
            is_first: whether every holder gives way to it, however few it has.
        """
        mine = self._held[body.holder]
        if mine >= self._of_holder:
            self._push_out_within(body)
        elif len(self._bodies) >= self._most:
            self._push_out(self._held, 0 if is_first else mine + 1)
        self._bodies.add(body)
        self._held[body.holder] += 1

    def holds(self, holder: str) -> bool:
        """Whether a holder has any place."""
        return holder in self._held

    def grow(self, body: Body, length: int) -> None:
        """Makes room for so many bytes more of it; raises Crowded."""
        while self._bytes.total() + length > self._most_bytes:
            self._push_out(self._bytes, self._bytes[body.holder] + length)

    def put_down(self, body: Body, length: int) -> None:
        """So many bytes more of it lie in its file."""
        body.in_file += length
        self._bytes[body.holder] += length

    def leave(self, body: Body) -> None:
        """Its place is free; harmless if it was pushed out."""
        if body not in self._bodies:
            return
        self._bodies.discard(body)
        self._held[body.holder] -= 1
        self._bytes[body.holder] -= body.in_file
        for each in (self._held, self._bytes):
            if not each[body.holder]:
                del each[body.holder]

    def _push_out_within(self, newcomer: Body) -> None:
        """Ends a body of the newcomer's own holder; raises Crowded where none has to go."""
        if self._trial_seconds is None:
            raise Crowded
        mine = [body for body in self._bodies if body.holder == newcomer.holder]
        shares = Counter(body.address for body in mine)
        most, has = max(shares.values()), shares[newcomer.address]
        if most > has + 1:
            victim = self._slowest(body for body in mine if shares[body.address] == most)
        else:  # whoever has places already takes none of whoever has fewer, or as few
            until = self._steady() - self._trial_seconds
            yielding = (body for body in mine if shares[body.address] > has or body.address == newcomer.address)
            victim = self._slowest(body for body in yielding if body.began <= until)
        if victim is None:
            raise Crowded
        self.leave(victim)
        victim.push_out()

    def _push_out(self, shares: Counter[str], least: int) -> None:
        """Ends the slowest body of the holder that has the most of something, and more than this of it."""
        for holder, has in shares.most_common():
            if has <= least:
                break
            victim = self._slowest(body for body in self._bodies if body.holder == holder)
            if victim is not None:
                self.leave(victim)
                victim.push_out()
                return
        raise Crowded

    def _slowest(self, bodies: Iterable[Body]) -> Body | None:
        now = self._steady()
        coming = (body for body in bodies if not body.is_whole)
        return min(coming, key=lambda body: body.size / max(now - body.began, YOUNG_SECONDS), default=None)


def share_of(address: str) -> str:
    """Who stands behind an address: of IPv6 the /64, which one subscriber has; IPv4 as it is, in either form."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(found) >> 64 << 64, 64)))
