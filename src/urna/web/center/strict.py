"""Headers on every answer of the centre, so that a browser makes a page of nothing but the operators' own pages.

And redirections that lead to the centre's own address, whatever host a request named: what stands in front may keep
them, and show them to others.
"""

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlsplit, urlunsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

STRICT: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
)


class Strict:
    """Sets them where an answer has none of its own.

    Args:
        app: that answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets the application answer."""

        async def answered(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in STRICT.items():
                    headers.setdefault(name, value)
                if "location" in headers:
                    headers["location"] = without_host(headers["location"])
            await send(message)

        await self._app(scope, receive, answered)


def without_host(location: str) -> str:
    """The same place at whatever address the centre has."""
    parts = urlsplit(location)
    if not parts.netloc:
        return location
    return urlunsplit(("", "", "/" + parts.path.lstrip("/"), parts.query, parts.fragment))
