"""A request that says its length in two ways is refused, and its line closed (RFC 9112, 6.1).

A web server in front may believe the one, the centre the other: what one of them takes for the end of a body the other
takes for a request, in whoever's name comes next on that line.
"""

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from urna.web.headers import CLOSE

_LENGTHS = {b"content-length", b"transfer-encoding"}


class OneLength:
    """Lets nothing else through.

    Args:
        app: that answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers, or lets the application answer."""
        app = self._app
        if scope["type"] == "http" and {name for name, _ in scope["headers"]} >= _LENGTHS:
            app = PlainTextResponse("This request has two lengths.", 400, CLOSE)
        await app(scope, receive, send)
