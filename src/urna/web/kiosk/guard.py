"""Who may look into a face of the station: the one browser that was let in, at its own address, and nobody else.

1. The request is for this address: another Host is a page somewhere else that was pointed here.
2. The browser shows the key that it got at its entrance; the entrance takes the launch key once.
3. What changes something comes from a page of this face: the browser names it in Origin.

Every answer forbids scripts, styles and frames of anybody else (Content-Security-Policy, without anything inline),
and is kept nowhere.
"""

import secrets
from collections.abc import Mapping
from hmac import compare_digest

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from urna.web.headers import headers

ENTRANCE = "/enter"
KEY_BYTES = 32
_SAFE = frozenset({"GET", "HEAD"})

HEADERS: Mapping[str, str] = headers("media-src 'self' blob:", "font-src 'self'")
"""On every answer."""


class Guard:
    """The door of one face.

    Args:
        app: the face.
        name: of the face, for its cookie: two faces on one address would overwrite each other's.
        origin: "http://127.0.0.1:8201", the only address at which it answers.
        launch_key: lets one browser in, once; whoever starts the browser has it from a file that nobody else reads.
    """

    def __init__(self, app: ASGIApp, *, name: str, origin: str, launch_key: str) -> None:
        self._app = app
        self._cookie = f"urna-{name}"
        self._origin = origin
        self._host = origin.removeprefix("http://")
        self._launch_key = launch_key
        self._browser_key = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers, or lets the face answer."""
        if scope["type"] != "http":
            # A lifespan passes; a web socket is nothing that a face has.
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        request = Request(scope)
        answer = self._refusal(request)
        if answer is None:
            await self._app(scope, receive, _with_headers(send))
        else:
            await answer(scope, receive, _with_headers(send))

    def _refusal(self, request: Request) -> Response | None:
        """The answer at the door; None where the face answers."""
        if request.headers.get("host") != self._host:
            return _refuse(421, "This address is another one's.")
        if request.url.path == ENTRANCE:
            return self._enter(request)
        if not self._is_let_in(request):
            return _refuse(403, "Start this screen from the station: urna station serve.")
        if request.method not in _SAFE and not self._is_own_page(request.headers):
            return _refuse(403, "This did not come from a page of this screen.")
        return None

    def _enter(self, request: Request) -> Response:
        """Takes the launch key once, and gives the browser a key of its own."""
        given = request.query_params.get("key", "")
        if not self._launch_key or not compare_digest(given.encode(), self._launch_key.encode()):
            return _refuse(403, "This entrance was used, or its key is another one. Start the screen again.")
        self._launch_key = ""
        self._browser_key = secrets.token_urlsafe(KEY_BYTES)
        answer = RedirectResponse("/", status_code=303)
        answer.set_cookie(self._cookie, self._browser_key, httponly=True, samesite="strict", path="/")
        return answer

    def _is_let_in(self, request: Request) -> bool:
        given = request.cookies.get(self._cookie, "")
        return bool(self._browser_key) and compare_digest(given.encode(), self._browser_key.encode())

    def _is_own_page(self, headers: Headers) -> bool:
        return headers.get("origin") == self._origin

    def __repr__(self) -> str:
        """Where, and no key."""
        return f"Guard({self._origin})"


def _refuse(status: int, reason: str) -> Response:
    return PlainTextResponse(reason, status_code=status)


def _with_headers(send: Send) -> Send:
    async def answered(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
        await send(message)

    return answered
