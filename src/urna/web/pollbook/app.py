"""The poll book's face as an application: its door, its routers, its answers to what goes wrong.

Guard (this browser alone)  →  size of the request  →  role (access.ACCESS)  →  the page or act
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from fastapi import APIRouter, Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp

from urna.web.kiosk.frame import Pages, add_static, is_fragment
from urna.web.kiosk.guard import Guard
from urna.web.pollbook.access import POLLS, may_reach
from urna.web.pollbook.authorizing import authorizing_router
from urna.web.pollbook.booths import booths_router
from urna.web.pollbook.closing_pages import closing_router
from urna.web.pollbook.contingency_pages import contingency_router
from urna.web.pollbook.day_desk import DayDesk
from urna.web.pollbook.day_pages import day_router
from urna.web.pollbook.day_ports import DayPorts
from urna.web.pollbook.desk import Desk
from urna.web.pollbook.face import Face, go
from urna.web.pollbook.incidents import incidents_router
from urna.web.pollbook.override import override_router
from urna.web.pollbook.paper_book import paper_book_router
from urna.web.pollbook.people import people_router
from urna.web.pollbook.queue_pages import queue_router
from urna.web.pollbook.sign_in import sign_in_router
from urna.web.pollbook.supplies import supplies_router
from urna.web.silence import SILENT
from urna.words import Sentence

NAME = "poll-book"
PACKAGE = "urna.web.pollbook"

MAX_REQUEST_BYTES = 128 * 1024
"""More than any form here holds, and less than what would be written to a temporary file."""


ROUTERS: tuple[Callable[[Face], APIRouter], ...] = (
    sign_in_router,
    people_router,
    override_router,
    authorizing_router,
    booths_router,
    queue_router,
    incidents_router,
    supplies_router,
    paper_book_router,
)
"""Each makes the routes of one file: pages by `Face.page`, acts by `Face.act`; `ACCESS` has a row for each route."""

DAY_ROUTERS: tuple[Callable[[Face, DayDesk], APIRouter], ...] = (day_router, closing_router, contingency_router)
"""The same of opening, closing and contingency."""


class _NotAllowed(Exception):
    """Raised at the door of a route, answered by `_show_not_allowed`."""


def poll_book_app(desk: Desk, pages: Pages, *, origin: str, launch_key: str, day: DayPorts | None = None) -> ASGIApp:
    """The face behind its guard.

    Args:
        desk: what it shows and does.
        pages: made for `PACKAGE`.
        origin: "http://127.0.0.1:8100", the only address at which it answers.
        launch_key: lets one browser in, once.
        day: what is around opening and closing; without it the face has no such pages.
    """
    return Guard(poll_book_face(desk, pages, day), name=NAME, origin=origin, launch_key=launch_key)


def poll_book_face(desk: Desk, pages: Pages, day: DayPorts | None = None) -> FastAPI:
    """The face without its guard."""
    face = Face(desk, pages, has_day=day is not None)

    async def check_role(request: Request) -> None:
        route = request.scope["route"].path
        if route not in POLLS and desk.who() is not None:
            desk.session.touch()
        if not may_reach(request.method, route, desk.who()):
            raise _NotAllowed

    @asynccontextmanager
    async def watching(_: FastAPI) -> AsyncIterator[None]:
        desk.watch.start()
        yield
        desk.watch.stop()

    app = FastAPI(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(check_role)],
        lifespan=watching,
        telemetry=SILENT,
    )
    add_static(app, pages)
    for router in ROUTERS:
        app.include_router(router(face))
    if day is not None:
        table = DayDesk(desk, day)
        for day_part in DAY_ROUTERS:
            app.include_router(day_part(face, table))

    @app.exception_handler(_NotAllowed)
    def show_not_allowed(request: Request, _: Exception) -> Response:
        if desk.who() is None:
            return _away(request)
        return face.page("not_allowed.html", place=desk.place, status=403)

    @app.exception_handler(RequestValidationError)
    def show_malformed(request: Request, _: Exception) -> Response:
        desk.notices.append(Sentence("Nothing was done: the form was not complete. Go on with this page."))
        return _away(request)

    @app.middleware("http")
    async def limit(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
        if request.method == "POST" and not _is_small(request):
            return PlainTextResponse("This form is too long.", status_code=413)
        return await answer(request)

    return app


def _is_small(request: Request) -> bool:
    size = request.headers.get("content-length", "")
    return size.isascii() and size.isdigit() and len(size) < 9 and int(size) <= MAX_REQUEST_BYTES


def _away(request: Request) -> Response:
    """To the page that is shown now; a part that asks for itself takes the whole page along."""
    if is_fragment(request) and request.scope["route"].path in POLLS:
        return Response(headers={"HX-Redirect": "/"})
    return go("/")
