"""Bodies of requests as they come: of bounded length, pace and number, so that slow senders hold up nobody else.

    said to be too long                                  413, unread
    too many under way, of all or of one address         429; or the slowest of whoever has the most (places.py)
    no byte for some seconds, or slower than the least   408
    short ones in memory, long ones in a file            to whoever asked; the file is removed afterwards

Stations' own lines, and whoever shows a station's announcement, have places that no stranger takes. A body takes no
place where parcels are decided on before all of it is there.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from fastapi import Request

from urna.errors import OutOfOrder
from urna.storage.centre_uploads import TooLong
from urna.web.center.limits import BodyLimits
from urna.web.center.places import Crowded, Places
from urna.web.center.station_door import Kind, Sender
from urna.words import Sentence

IN_MEMORY_BYTES = 256 * 1024
"""A longer body is put down while it comes."""


class TooSlow(OutOfOrder):
    """A body that did not come at the least pace."""

    def __init__(self) -> None:
        super().__init__(
            Sentence("a request that comes without a standstill"),
            Sentence("one that stood still or crept"),
            Sentence("Send it again, in parts if the line is slow."),
        )


class Bodies:
    """The bodies that are under way.

    Args:
        place: a new place for a long one.
        limits: what is borne.
        steady: a clock that never goes back, in seconds.
    """

    def __init__(self, place: Callable[[], Path], limits: BodyLimits, steady: Callable[[], float] = time.monotonic):
        self._place = place
        self._limits = limits
        self._steady = steady
        self._strangers = Places(limits.at_once, limits.of_address, limits.waiting_bytes, steady)
        self._others = {
            Kind.OWN_LINE: Places(limits.stations_at_once, limits.of_station, limits.waiting_bytes, steady),
            Kind.ANNOUNCED: Places(
                limits.announced_at_once,
                limits.of_announced,
                limits.waiting_bytes,
                steady,
                trial_seconds=limits.trial_seconds,
            ),
        }

    @asynccontextmanager
    async def read(self, request: Request, most: int, sender: Sender) -> AsyncIterator[bytes | Path]:
        """The whole body, in memory or in a file that is there until the end of the context.

        Args:
            request: whose body is not read yet.
            most: bytes.
            sender: whose share of places it takes.

        Raises:
            TooLong, Crowded, TooSlow: and nothing of it is kept.
        """
        said = request.headers.get("Content-Length", "")
        if said.isdigit() and int(said) > most:
            raise TooLong(most)
        coming = _Coming(sender, self._place(), self._steady())
        with self._placed(coming, sender) as places:
            async for chunk in self._chunks(request, coming):
                if coming.size + len(chunk) > most:
                    raise TooLong(most)
                places.grow(coming, len(chunk))
                places.put_down(coming, coming.add(chunk))
            coming.is_whole = True
            yield coming.body()

    @contextmanager
    def _placed(self, coming: "_Coming", sender: Sender) -> Iterator[Places]:
        """A place; a station's body for which there is none among the stations' has a stranger's.

        Before all others, if it comes over the station's own line, or is the only one that shows an announcement of the
        station. A second one may be of whoever has a copy of the announcement: it is a stranger's like any other.
        """
        places = self._others.get(sender.kind, self._strangers)
        try:
            places.enter(coming)
        except Crowded:
            if places is self._strangers:
                raise
            is_held = any(each.holds(sender.holder) for each in (places, self._strangers))
            is_first = sender.kind is Kind.OWN_LINE or not is_held
            coming.holder = sender.holder if is_first else sender.address
            places = self._strangers
            places.enter(coming, is_first=is_first)
        try:
            yield places
        finally:
            coming.forget()
            places.leave(coming)

    async def _chunks(self, request: Request, coming: "_Coming") -> AsyncIterator[bytes]:
        """The body as it comes; raises TooSlow, and Crowded if it was pushed out."""
        stream = request.stream()
        while True:
            try:
                async with asyncio.timeout(self._patience(coming)) as coming.patience:
                    chunk = await anext(stream, None)
            except TimeoutError as error:
                raise (Crowded() if coming.is_pushed_out else TooSlow()) from error
            if coming.is_pushed_out:
                raise Crowded
            if chunk is None:
                return
            yield chunk

    def _patience(self, coming: "_Coming") -> float:
        """Seconds for the next bytes."""
        limits, passed = self._limits, self._steady() - coming.began
        by_pace = limits.grace_seconds + coming.size / limits.least_pace
        return max(min(limits.idle_seconds, by_pace - passed, limits.whole_seconds - passed), 0.0)


class _Coming:
    """A body of which a part is there."""

    def __init__(self, sender: Sender, place: Path, began: float) -> None:
        self.holder, self.address, self.began = sender.holder, sender.address, began
        self._place = place
        self._start = bytearray()
        self.size = 0
        self.in_file = 0
        self.is_whole = False
        self.is_pushed_out = False
        self.patience: asyncio.Timeout | None = None

    def push_out(self) -> None:
        """Whoever waits for its bytes stops waiting."""
        self.is_pushed_out = True
        if self.patience is not None and not self.patience.expired():
            self.patience.reschedule(0.0)

    def add(self, chunk: bytes) -> int:
        """Takes what came; how many bytes more lie in the file then."""
        self.size += len(chunk)
        self._start += chunk
        if self.size <= IN_MEMORY_BYTES:
            return 0
        written = len(self._start)
        with self._place.open("ab") as file:
            file.write(self._start)
        self._start.clear()
        return written

    def body(self) -> bytes | Path:
        """All of it."""
        return self._place if self.in_file else bytes(self._start)

    def forget(self) -> None:
        """Removes the file, if there is one."""
        self._place.unlink(missing_ok=True)
