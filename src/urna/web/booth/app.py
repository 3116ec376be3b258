"""The booth's pages: one page, one button at a time, everything by POST, nothing kept by browser or log.

GET  /        the whole page
GET  /pulse   the screen if it is another one by now; 204 if it is the same
POST /touch   a button: its turn and what it does; the screen that follows, or the page anew without htmx
GET  /speech/…, /picture/…, /static/…, /display.css
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Annotated, NamedTuple

from fastapi import FastAPI, Form
from fastapi.exceptions import RequestValidationError
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp

from urna.station.booth_session import State
from urna.web.booth.aloud import start_of, warning
from urna.web.booth.face import BoothFace
from urna.web.booth.settings import CONTRASTS, SIZES
from urna.web.booth.speech import Name, speech_router
from urna.web.booth.views import draw, heading_aloud
from urna.web.kiosk.frame import Pages, add_static, is_fragment
from urna.web.kiosk.guard import Guard
from urna.web.silence import SILENT
from urna.words import Sentence

TICK_SECONDS = 0.25

LOG = logging.getLogger("urna.booth")


class Door(NamedTuple):
    """Where the face answers, and the key that lets its browser in."""

    name: str
    origin: str
    launch_key: str


def booth_app(face: BoothFace, pages: Pages, door: Door) -> ASGIApp:
    """The face as a web application behind its guard.

    Args:
        face: not yet opened; it is when the application starts.
        pages: of "urna.web.booth".
        door: its address and key.
    """
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=_lifespan(face), telemetry=SILENT)
    add_static(app, pages)
    app.include_router(speech_router(face, face.listened))
    app.add_exception_handler(RequestValidationError, _refused)
    screens = Screens(face, pages)

    @app.get("/")
    def page() -> HTMLResponse:
        return HTMLResponse(screens.draw("page.html"))

    @app.get("/pulse")
    def pulse(seen: str = "") -> Response:
        html = screens.draw_if_new(seen)
        return Response(status_code=204) if html is None else HTMLResponse(html)

    @app.post("/touch")
    def touch(
        request: Request,
        turn: Annotated[str, Form(max_length=100)],
        do: Annotated[str, Form(max_length=100)],
    ) -> Response:
        html = screens.touch(turn, do)
        return HTMLResponse(html) if is_fragment(request) else RedirectResponse("/", status_code=303)

    @app.get("/picture/{contest}/{option}")
    def picture(contest: str, option: str) -> Response:
        found = face.photos.get((contest, option))
        return Response(status_code=404) if found is None else Response(found, media_type="image/jpeg")

    return Guard(app, name=door.name, origin=door.origin, launch_key=door.launch_key)


class Screens:
    """Draws the face's screens.

    Args:
        face: whose.
        pages: of "urna.web.booth".
    """

    def __init__(self, face: BoothFace, pages: Pages) -> None:
        self._face = face
        self._pages = pages

    def draw(self, template: str = "screen.html") -> str:
        """The screen as it is now."""
        face = self._face
        with face.lock:
            look = face.look()
            face.utterances.begin()
            name, view = draw(face, look)
            say = self._pages.speakers[look.settings.language]

            def aloud(*parts: Sentence | str) -> str:
                return face.utterances.add(*(say(each) if isinstance(each, Sentence) else each for each in parts))

            return self._pages.render(
                template,
                look.settings.language,
                look=look,
                view=view,
                inner=name,
                warning=warning(look),
                face=face,
                start=start_of(look),
                said=face.utterances.add,
                aloud=aloud,
                heading=heading_aloud(look, view),
                Name=Name,
                screen_key=face.utterances.screen,
                sizes=SIZES,
                contrasts=CONTRASTS,
                State=State,
            )

    def draw_if_new(self, seen: str) -> str | None:
        """The screen, unless it is the one with this turn."""
        with self._face.lock:
            return None if self._face.is_shown(seen) else self.draw()

    def touch(self, turn: str, does: str) -> str:
        """What a button does, and the screen that follows."""
        with self._face.lock:
            try:
                self._face.touch(turn, does)
            except Exception as error:
                # Not even a failure's words go to a log: they might hold what was touched.
                LOG.error("%s at a touch", type(error).__name__)  # noqa: TRY400 - see above
            return self.draw()


def _lifespan(face: BoothFace) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(face.open)
        ticking = asyncio.create_task(_tick(face))
        yield
        ticking.cancel()
        with suppress(asyncio.CancelledError):
            await ticking

    return running


async def _tick(face: BoothFace) -> None:
    while True:
        await asyncio.sleep(TICK_SECONDS)
        try:
            await asyncio.to_thread(face.tick)
        except Exception as error:  # the clock of the voter must not stop for one failure
            LOG.error("%s at a tick", type(error).__name__)  # noqa: TRY400 - see above


def _refused(_: Request, __: Exception) -> Response:
    """A form that no page sends; the answer does not repeat it."""
    return PlainTextResponse("Use the buttons of this screen.", status_code=400)
