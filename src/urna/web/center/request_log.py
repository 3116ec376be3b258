"""A number for each request; one entry of the log when it is over, and one more in Prometheus's count of its route.

    method, route, status, ms     the route as the program has it: "/desk/link/{link}", never the path itself
    request, trace, parent        our own number, and W3C Trace Context's, of the web server in front if it sends one

No query, header, body, cookie or address is in an entry, so no token, link or password can be.
"""

import logging
import re
import secrets
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import NamedTuple, Protocol

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "X-Request-Id"
LOG = logging.getLogger("urna.centre")

_METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"})
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}")


class Asked(NamedTuple):
    """The numbers of a request."""

    request: str
    """16 hexadecimal digits; in the header `X-Request-Id` of the answer, and on the page of an unexpected error."""
    trace: str
    parent: str


ASKED: ContextVar[Asked | None] = ContextVar("urna-asked", default=None)
"""The request that is being answered here, in its task and in the threads that work for it."""


class Note(Protocol):
    """Writes an entry of the log."""

    def __call__(self, event: str, **facts: object) -> None:
        """What happened, and its facts: texts and numbers."""
        ...


def say_nothing(event: str, **facts: object) -> None:
    """The `Note` of a centre whose log people read."""


Count = Callable[[str, str, int, float], None]
"""Counts a request: method, route, status (0: nobody was there to be answered) and seconds."""


class RequestLog:
    """Around all addresses of a centre.

    Args:
        app: answers.
        note: writes the entries.
        count: counts the requests.
        steady: a clock that never goes back, in seconds.
    """

    def __init__(self, app: ASGIApp, note: Note, count: Count, steady: Callable[[], float] = time.monotonic) -> None:
        self._app, self._note, self._count, self._steady = app, note, count, steady

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets the application answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = _asked(Headers(scope=scope))
        ASKED.set(asked)
        began, status = self._steady(), 0

        async def answered(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = asked.request
            await send(message)

        try:
            await self._app(scope, receive, answered)
        except Exception as error:
            status = 500
            LOG.error("request %s broke the program: %s", asked.request, type(error).__name__)  # noqa: TRY400 - its words may hold what was asked
            raise
        finally:
            method = scope["method"] if scope["method"] in _METHODS else "other"
            route, seconds = route_of(scope), self._steady() - began
            self._count(method, route, status, seconds)
            self._note("request", method=method, route=route, status=status, ms=round(1000 * seconds))


def number_of() -> str:
    """The number of the request that is being answered; empty outside of `RequestLog`."""
    asked = ASKED.get()
    return asked.request if asked is not None else ""


def route_of(scope: Scope) -> str:
    """Where a request led, as the program has it; what leads nowhere has no name."""
    before = scope.get("root_path", "")
    route = getattr(scope.get("route"), "path", "")
    return f"{before}{route}" if route else f"{before}/…" if before else "…"


def _asked(headers: Headers) -> Asked:
    found = _TRACEPARENT.fullmatch(headers.get("traceparent", ""))
    trace, parent = found.groups() if found is not None else (secrets.token_hex(16), "")
    return Asked(secrets.token_hex(8), trace, parent)
