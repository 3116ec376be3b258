"""The operators' pages, below /desk of the centre's address.

Door (address, origin, size, headers)  →  session  →  role (desk_access.ROUTES)  →  form's token  →  page or act
"""

import secrets
import threading
from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import quote

from fastapi import APIRouter, Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from jinja2 import PackageLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp

from urna.center.operators import Role, Session, Sparing
from urna.center.passkeys import relying_party
from urna.encoding.canonical import Moment
from urna.errors import UrnaError
from urna.storage.centre_operators import Clock, Operators
from urna.storage.centre_proposals import Proposals
from urna.storage.centre_trail import Trail
from urna.web.center.answers import BROKEN
from urna.web.center.desk_access import FRESH, POLLS, may_reach
from urna.web.center.desk_centre import DeskCentre
from urna.web.center.desk_challenges import Challenges
from urna.web.center.desk_door import Door
from urna.web.center.desk_guessing import Attempts
from urna.web.center.desk_words import WORDS
from urna.web.center.request_log import number_of
from urna.web.frame import Frame, add_static, is_same
from urna.web.headers import CLOSE
from urna.web.seen import Asking
from urna.web.silence import SILENT
from urna.words import N_, Say, Sentence

PREFIX = "/desk"
_STATIC = (
    ("urna.web.center", "desk.css"),
    ("urna.web.center", "passkey.js"),
    ("urna.web.kiosk", "htmx.min.js"),
)
_PLACES: tuple[tuple[str, str], ...] = (
    ("/board", N_("Stations")),
    ("/anomalies", N_("To look at")),
    ("/proposals", N_("Decisions")),
    ("/trail", N_("Trail")),
)


class DeskParts(NamedTuple):
    """What the pages work with."""

    centre: DeskCentre
    operators: Operators
    proposals: Proposals
    trail: Trail
    clock: Callable[[], Clock]
    speakers: Mapping[str, Say]
    """By language, the first one is shown to whoever chose none."""
    origin: str
    """"https://centre.example"."""


Seen = Asking[Session, Role]
"""Who asks; `who` is the operator."""


class Desk(Frame[Sentence | str]):
    """The pages' common ground.

    Args:
        parts: what they work with.
    """

    def __init__(self, parts: DeskParts) -> None:
        super().__init__("urna-desk", parts.speakers, parts.origin, PackageLoader("urna.web.center"))
        self.parts = parts
        self._environment.filters["moment"] = _in_words
        self.attempts, self.challenges = Attempts(), Challenges()
        self.rp = relying_party(parts.origin)
        """For whom browsers make passkeys; None where they make none."""
        self.refused = Sparing()
        self.deciding = threading.Lock()
        """What two people want is done once: one after the other."""

    def see(self, request: Request, *, is_touched: bool) -> Seen:
        """Who asks, by the cookie of the browser."""
        token = request.cookies.get(self.cookie, "")
        session = self.parts.operators.session(token, self.parts.clock(), is_touched=is_touched) if token else None
        return Seen("desk", token, session, session.operator, session.role) if session else Seen("desk", token)

    def page(self, request: Request, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
        """A page for whoever asks."""
        seen: Seen = getattr(request.state, "seen", Seen("desk"))
        say, definition = self.say(request), self.parts.centre.election.definition
        notices = self.take_notices(seen.key) if template != "rows.html" else []
        text = self.render(
            request,
            template,
            WORDS,
            prefix=PREFIX,
            seen=seen,
            places=[(path, say(title)) for path, title in _PLACES if may_reach("GET", path, seen.role)],
            notices=[said(say, each) for each in notices],
            title_of=say(definition.title.get(self.language(request), "")),
            has_passkeys=self.rp is not None,
            is_rehearsal=definition.purpose == "rehearsal",
            **values,
        )
        return HTMLResponse(text, status)

    def tell(self, request: Request, what: Sentence | str | UrnaError) -> None:
        """Says something on the next page of this session."""
        self.keep_notice(request.state.seen.key, error_sentence(what) if isinstance(what, UrnaError) else what)

    def forget(self, seen: Seen) -> None:
        """Nothing more is said to a session that ended."""
        self.take_notices(seen.key)


def desk_app(parts: DeskParts, routers: tuple[Callable[[Desk], APIRouter], ...]) -> ASGIApp:
    """The pages behind their door; mounted at /desk."""
    return Door(desk_face(parts, routers), parts.origin)


def desk_face(parts: DeskParts, routers: tuple[Callable[[Desk], APIRouter], ...]) -> FastAPI:
    """The pages without their door."""
    desk = Desk(parts)

    async def enter(request: Request) -> None:
        await _enter(desk, request)

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, dependencies=[Depends(enter)], telemetry=SILENT)
    app.add_exception_handler(_NotSignedIn, lambda request, _: _to_sign_in(request))
    app.add_exception_handler(_NotFresh, lambda request, _: _to_again(desk, request))
    app.add_exception_handler(_NotAllowed, lambda request, _: desk.page(request, "not_allowed.html", status=403))
    app.add_exception_handler(NotThere, lambda request, _: desk.page(request, "not_there.html", status=404))
    for status in (404, 405):
        app.add_exception_handler(status, lambda request, _, status=status: _no_route(desk, request, status))
    app.add_exception_handler(_StaleForm, lambda request, _: desk.page(request, "stale.html", status=403))
    app.add_exception_handler(
        RequestValidationError, lambda request, _: desk.page(request, "not_there.html", status=422)
    )
    app.add_exception_handler(Exception, lambda request, _: _broken(desk, request))
    add_static(app, _STATIC, NotThere)
    for router in routers:
        app.include_router(router(desk))
    return app


def go(path: str) -> Response:
    """To another page, by GET."""
    return RedirectResponse(PREFIX + path, 303)


def new_once() -> str:
    """A form's own random number."""
    return secrets.token_hex(32)


def error_sentence(error: UrnaError) -> Sentence:
    """An error as one sentence that can be said in any language."""
    parts = {"expected": error.expected, "found": error.found, "remedy": error.remedy}
    return Sentence("Expected {expected}; found {found}. {remedy}", parts)  # type: ignore[arg-type]  # sentences in it


def said(say: Say, sentence: Sentence | str) -> str:
    """A sentence, whole or bare."""
    return say(sentence)


class _NotSignedIn(Exception):
    """Nobody is signed in here."""


class _NotAllowed(Exception):
    """This role may not."""


class _NotFresh(Exception):
    """A decision, and the sign-in is too long ago."""


class _StaleForm(Exception):
    """The form is of another session."""


class NotThere(Exception):
    """No such thing."""


async def _enter(desk: Desk, request: Request) -> None:
    """Raises for whoever may not: nobody signed in, the role, an old sign-in, a form of another session."""
    route = request.scope["route"].path
    seen = desk.see(request, is_touched=route not in POLLS)
    request.state.seen = seen
    if not may_reach(request.method, route, seen.role):
        if seen.session is None:
            raise _NotSignedIn
        _write_refused(desk, seen, request.method, route)
        raise _NotAllowed
    if request.method == "POST" and seen.session is not None:
        form = await request.form()
        if not is_same(form.get("form", ""), seen.form):
            raise _StaleForm
    if route in FRESH and (seen.session is None or not seen.session.is_fresh(desk.parts.clock().seconds)):
        raise _NotFresh


def _write_refused(desk: Desk, seen: Seen, method: str, route: str) -> None:
    """At most one entry of a session and route in a minute."""
    now = desk.parts.clock()
    if desk.refused.passes((seen.key, route), now.seconds):
        desk.parts.trail.write(at=now.moment, who=seen.who, what="page_refused", detail=f"{method} {route}")


def _no_route(desk: Desk, request: Request, status: int) -> Response:
    """An address that no page has, or not by this method: whoever is signed in stays so, and finds the way back."""
    request.state.seen = desk.see(request, is_touched=False)
    return desk.page(request, "not_there.html", status=status)


def _in_words(at: Moment) -> str:
    """An instant to the second, as 2020-12-06 22:14:30 UTC."""
    return f"{at[:10]} {at[11:19]} UTC"


def _broken(desk: Desk, request: Request) -> Response:
    """An error of the program, told by a number that the log has; without a template, which may be at fault."""
    return PlainTextResponse(desk.say(request)(Sentence(BROKEN, {"number": number_of()})), 500, CLOSE)


def _to_sign_in(request: Request) -> Response:
    if request.headers.get("hx-request") == "true":
        return Response(headers={"HX-Redirect": f"{PREFIX}/sign-in"})
    return go("/sign-in")


def _to_again(desk: Desk, request: Request) -> Response:
    """A form that was sent too late is told so; its page leads to the sign-in and back."""
    path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    if request.method == "POST":
        desk.tell(request, N_("Nothing was done: this needs a sign-in of the last five minutes."))
        path = path.removesuffix("/confirm").removesuffix("/carry-out")
        path = "/account" if path.startswith("/account/") else path
    query = f"?{request.url.query}" if request.method == "GET" and request.url.query else ""
    return go(f"/again?next={quote(path + query, safe='')}")
