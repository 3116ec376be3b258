"""Bodies of requests as they come: of bounded length, pace and number, so that slow senders hold up nobody else.

    said to be too long                                  413, unread
    too many under way, of all or of one address         429
    no byte for some seconds, or slower than the least   408
    short ones in memory, long ones in a file            to whoever asked; the file is removed afterwards

A body takes no place where parcels are decided on before all of it is there.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from fastapi import Request

from urna.errors import OutOfOrder
from urna.storage.centre_uploads import TooLong
from urna.words import Sentence

IN_MEMORY_BYTES = 256 * 1024
"""A longer body is put down while it comes."""


class BodyLimits(NamedTuple):
    """What is borne of senders."""

    at_once: int = 1024
    """Bodies that come or are decided on, of all addresses."""
    of_address: int = 128
    """Of one address, behind which there may be many stations."""
    idle_seconds: float = 20.0
    """Without any byte."""
    grace_seconds: float = 20.0
    """Before the pace is looked at."""
    least_pace: int = 1024
    """Bytes per second since the beginning."""
    whole_seconds: float = 900.0
    """For all of a body; what takes longer is sent in parts."""
    waiting_bytes: int = 16 * 1024 * 1024 * 1024
    """Of all long bodies together, in files."""


class TooSlow(OutOfOrder):
    """A body that did not come at the least pace."""

    def __init__(self) -> None:
        super().__init__(
            Sentence("a request that comes without a standstill"),
            Sentence("one that stood still or crept"),
            Sentence("Send it again, in parts if the line is slow."),
        )


class Crowded(OutOfOrder):
    """So many bodies are under way that one more has no room."""

    def __init__(self) -> None:
        super().__init__(
            Sentence("room for one more request"),
            Sentence("too many under way, of all or of this address"),
            Sentence("Send the same again in a moment."),
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
        self._under_way: Counter[str] = Counter()
        self._waiting_bytes = 0

    @asynccontextmanager
    async def read(self, request: Request, most: int) -> AsyncIterator[bytes | Path]:
        """The whole body, in memory or in a file that is there until the end of the context.

        Args:
            request: whose body is not read yet.
            most: bytes.

        Raises:
            TooLong, Crowded, TooSlow: and nothing of it is kept.
        """
        said = request.headers.get("Content-Length", "")
        if said.isdigit() and int(said) > most:
            raise TooLong(most)
        address = request.client.host if request.client else ""
        if self._under_way.total() >= self._limits.at_once or self._under_way[address] >= self._limits.of_address:
            raise Crowded
        self._under_way[address] += 1
        coming = _Coming(self._place())
        try:
            async for chunk in self._chunks(request):
                self._check_room(coming, chunk, most)
                self._waiting_bytes += coming.add(chunk)
            yield coming.body()
        finally:
            coming.forget()
            self._waiting_bytes -= coming.in_file
            self._under_way[address] -= 1
            self._under_way += Counter()  # without the addresses of which none is left

    async def _chunks(self, request: Request) -> AsyncIterator[bytes]:
        """The body as it comes; raises TooSlow."""
        began, total, stream = self._steady(), 0, request.stream()
        while True:
            limits, passed = self._limits, self._steady() - began
            by_pace = limits.grace_seconds + total / limits.least_pace
            patience = min(limits.idle_seconds, by_pace - passed, limits.whole_seconds - passed)
            try:
                async with asyncio.timeout(max(patience, 0.0)):
                    chunk = await anext(stream, None)
            except TimeoutError as error:
                raise TooSlow from error
            if chunk is None:
                return
            total += len(chunk)
            yield chunk

    def _check_room(self, coming: "_Coming", chunk: bytes, most: int) -> None:
        if coming.size + len(chunk) > most:
            raise TooLong(most)
        if self._waiting_bytes + len(chunk) > self._limits.waiting_bytes:
            raise Crowded


class _Coming:
    """A body of which a part is there."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._start = bytearray()
        self.size = 0
        self.in_file = 0

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
        self.in_file += written
        return written

    def body(self) -> bytes | Path:
        """All of it."""
        return self._place if self.in_file else bytes(self._start)

    def forget(self) -> None:
        """Removes the file, if there is one."""
        self._place.unlink(missing_ok=True)
