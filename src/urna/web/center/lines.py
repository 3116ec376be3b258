"""Lines from their opening on: how many one address has, and how long each may say nothing. uvicorn bounds neither.

    TLS handshake           HANDSHAKE_SECONDS
    head of a request       from the opening, or from the last answer, whatever comes meanwhile
    body                    from its head
    answer                  while less of it is taken than LEAST_PACE

A line whose time is over is closed without a word: whoever is there has said nothing to be answered.
"""

import asyncio
from asyncio import Transport
from collections import Counter
from collections.abc import Sequence
from ssl import SSLContext
from typing import Any, ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from urna.web.center.limits import LineLimits
from urna.web.center.places import share_of
from urna.web.center.proxies import ON_THIS_MACHINE, Network, is_among

HANDSHAKE_SECONDS = 10.0
"""asyncio's own are 60."""

LEAST_PACE = 1024
"""Bytes per second of an answer."""


class PatientProtocol(H11Protocol):
    """uvicorn's, with an end to every wait."""

    limits: ClassVar[LineLimits] = LineLimits()
    opened: ClassVar[Counter[str]] = Counter()
    """Lines by who stands behind their addresses; one for each server, see `limited`."""
    proxies: ClassVar[Sequence[Network]] = ON_THIS_MACHINE
    """Where web servers in front are, behind which there is everybody."""
    _share = ""
    _wait: asyncio.TimerHandle | None = None
    _stall: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # asyncio's is wider
        """A line was opened; one too many of its address is closed at once."""
        super().connection_made(transport)
        address = self.client[0] if self.client else ""
        if address and not is_among(address, self.proxies):
            self._share = share_of(address)
            self.opened[self._share] += 1
            if self.opened[self._share] > self.limits.of_address:
                transport.abort()
                return
        self._wait_for(self.limits.head_seconds)

    def data_received(self, data: bytes) -> None:
        """Something came; only what ends a head or a body ends the wait for it."""
        was_asked = self._is_asked()
        super().data_received(data)
        if self._is_asked() and not was_asked:
            self._wait_for(self.limits.body_seconds)
        if self._is_asked() and self.conn.their_state is not h11.SEND_BODY:
            self._stop_waiting()

    def on_response_complete(self) -> None:
        """An answer was written."""
        self._wait_for(self.limits.idle_seconds)
        super().on_response_complete()
        if self._is_asked():  # the next request was there already
            self._wait_for(self.limits.body_seconds)

    def pause_writing(self) -> None:
        """The other side takes nothing of the answer."""
        super().pause_writing()
        self._watch_answer()

    def resume_writing(self) -> None:
        """It took something."""
        super().resume_writing()
        self._stop_stall()

    def connection_lost(self, exc: Exception | None) -> None:
        """The line is over."""
        self._stop_waiting()
        self._stop_stall()
        if self._share:
            self.opened[self._share] -= 1
            if not self.opened[self._share]:
                del self.opened[self._share]
        super().connection_lost(exc)

    def _watch_answer(self) -> None:
        """Looks again after a while whether enough of it was taken."""
        before = self.transport.get_write_buffer_size()

        def look() -> None:
            if before - self.transport.get_write_buffer_size() < LEAST_PACE * self.limits.stall_seconds:
                self.transport.abort()
            else:
                self._watch_answer()

        self._stall = self.loop.call_later(self.limits.stall_seconds, look)

    def _is_asked(self) -> bool:
        """Whether a request is being answered."""
        return self.cycle is not None and not self.cycle.response_complete

    def _wait_for(self, seconds: float) -> None:
        def end() -> None:
            if self.transport.get_write_buffer_size():  # an answer that is still being taken: `_watch_answer` has it
                self._wait_for(seconds)
            else:
                self.transport.abort()

        self._stop_waiting()
        self._wait = self.loop.call_later(seconds, end)

    def _stop_waiting(self) -> None:
        if self._wait is not None:
            self._wait.cancel()
            self._wait = None

    def _stop_stall(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None


class _Loop(asyncio.SelectorEventLoop):
    """asyncio's, which waits less long for a handshake."""

    async def create_server(self, *given: Any, **named: Any) -> asyncio.Server:
        if isinstance(named.get("ssl"), SSLContext):
            named |= {"ssl_handshake_timeout": HANDSHAKE_SECONDS, "ssl_shutdown_timeout": HANDSHAKE_SECONDS}
        return await super().create_server(*given, **named)


def make_loop() -> asyncio.AbstractEventLoop:
    """The loop of a centre's process, for uvicorn."""
    return _Loop()


def limited(
    protocol: type[PatientProtocol], limits: LineLimits, proxies: Sequence[Network] = ON_THIS_MACHINE
) -> type[PatientProtocol]:
    """A protocol for one server, with its limits, its web servers in front and its own count of lines."""

    class Limited(protocol):  # type: ignore[valid-type, misc]  # not one that mypy can name
        pass

    Limited.limits, Limited.opened, Limited.proxies = limits, Counter(), proxies
    return Limited
