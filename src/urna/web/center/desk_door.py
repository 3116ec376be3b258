"""The door of the operators' pages: one address, forms of their own pages alone, strict headers, small requests."""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from urna.web.headers import headers

MAX_REQUEST_BYTES = 256 * 1024
"""A signed document of the authority and a reason; more is no form of these pages."""

_SAFE = frozenset({"GET", "HEAD"})

HEADERS: Mapping[str, str] = headers()
"""On every answer; with https also Strict-Transport-Security."""


class Door:
    """The door.

    Args:
        app: the pages.
        origin: "https://centre.example", the only address at which they answer.
        longest: bytes of a form that is sent to a path.
    """

    def __init__(self, app: ASGIApp, origin: str, longest: Callable[[str], int] = lambda _: MAX_REQUEST_BYTES) -> None:
        self._app, self._origin, self._longest = app, origin, longest
        self._host = urlsplit(origin).netloc
        self._headers = dict(HEADERS)
        if origin.startswith("https://"):
            self._headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers, or lets the pages answer."""
        if scope["type"] != "http":
            return
        answer = self._refusal(Request(scope)) or self._app
        await answer(scope, receive, self._with_headers(send))

    def _refusal(self, request: Request) -> Response | None:
        """The answer at the door; None where the pages answer."""
        if request.headers.get("host") != self._host:
            return PlainTextResponse("This address is another one's.", 421)
        if request.method in _SAFE:
            return None
        if request.headers.get("origin") != self._origin:
            return PlainTextResponse("This did not come from a page of this centre.", 403)
        if "transfer-encoding" in request.headers:  # its length would be nobody's to know; no browser sends a form so
            return PlainTextResponse("This form is too long.", 413)
        size = request.headers.get("content-length", "")
        if not (size.isascii() and size.isdigit() and len(size) < 9 and int(size) <= self._longest(request.url.path)):
            return PlainTextResponse("This form is too long.", 413)
        return None

    def _with_headers(self, send: Send) -> Send:
        async def answered(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
            await send(message)

        return answered
