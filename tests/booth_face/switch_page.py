"""A small ballot for `switches.js`: two screens over loopback, as strict as the booth's, that note what is done."""

import threading
import time
from html import escape
from importlib.resources import files

import uvicorn
from fastapi import FastAPI, Request
from starlette.responses import HTMLResponse, Response

from urna.devices.speech import RecordingSpeaker, faster, slower
from urna.web.booth.speech import Name, Utterances, speech_router
from urna.web.kiosk.guard import HEADERS

OPTIONS = ("Ana", "Luis", "Rosa")

CONFIG = (
    '{"includeIndicatorStyles": false, "allowEval": false, "historyEnabled": false, "defaultSwapStyle": "outerHTML"}'
)

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Ballot</title><link rel="icon" href="data:,">
<meta name="htmx-config" content='{config}'>
<script src="/static/htmx.min.js" defer></script><script src="/static/switches.js" defer></script>
</head><body>{screen}</body></html>"""


class SmallBallot:
    """Choose one of three, review, cast."""

    language = "en"

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """For the next voter."""
        self.speaker = RecordingSpeaker()
        self.utterances = Utterances(self.speaker)
        self.speed = 100
        self.audio = True
        self.dark = False
        self.acts: list[str] = []
        self.chosen = ""
        self.shown = "choose"
        self.start = ""
        self.notice = False

    def act(self, name: str) -> None:
        """A button of the page."""
        self.acts.append(name)
        self.start = name
        if name in OPTIONS:
            self.chosen = name
        elif name in {"choose", "review", "cast"}:
            self.shown, self.start = name, ""
        elif name == "audio":
            self.audio = not self.audio
        elif name == "dark":
            self.dark = not self.dark
        elif name in {"faster", "slower"}:
            self.speed = (faster if name == "faster" else slower)(self.speed)

    def screen(self) -> str:
        """The screen that is shown now, anew."""
        self.utterances.begin()
        parts = {"choose": self._choose, "review": self._review, "cast": self._cast}[self.shown]()
        bar = [
            self._button("faster", "Faster", key="."),
            self._button("slower", "Slower", key=","),
            self._button("dark", "Screen off", key="0"),
            self._button("audio", "Audio"),
            self._local("data-louder", "Louder"),
        ]
        audio = "on" if self.audio else "off"
        return (
            f'<main id="screen" data-screen="{self.utterances.screen}" data-audio="{audio}">'
            + "".join([*parts, *bar])
            + '<p id="clock" hx-get="/clock" hx-trigger="tick from:body">12:00</p><div id="notice"></div></main>'
        )

    def _choose(self) -> list[str]:
        options = [
            self._button(name, f"{name}, chosen" if name == self.chosen else name, named=True) for name in OPTIONS
        ]
        return [
            self._read("h1", "Mayor"),
            self._read("p", "Choose one"),
            *options,
            '<button data-say="0" disabled>Not now</button>',
            '<button data-say="0" hidden>Nor this</button>',
            self._button("review", "Next"),
        ]

    def _review(self) -> list[str]:
        return [
            self._read("h1", "Review"),
            self._read("p", f"You chose {self.chosen or 'nobody'}"),
            self._button("choose", "Change"),
            self._button("cast", "Cast"),
        ]

    def _cast(self) -> list[str]:
        return [self._read("h1", "Your vote is cast")]

    def _read(self, tag: str, text: str) -> str:
        return f'<{tag} data-read data-say="{self.utterances.add(text)}">{escape(text)}</{tag}>'

    def _button(self, name: str, text: str, *, key: str = "", named: bool = False) -> str:
        said = self.utterances.add(Name(text) if named else text)
        start = " data-start" if name == self.start else ""
        extra = (f' data-key="{key}"' if key else "") + (" data-stay" if key in {".", ","} else "")
        return (
            f'<button data-say="{said}" data-name="{name}"{start}{extra} hx-post="/act/{name}" hx-target="#screen">'
            f"{escape(text)}</button>"
        )

    def _local(self, attribute: str, text: str) -> str:
        return f'<button type="button" data-say="{self.utterances.add(text)}" {attribute}>{text}</button>'


def small_app(ballot: SmallBallot) -> FastAPI:
    """The ballot as pages, with the headers of a face."""
    app = FastAPI(openapi_url=None)
    app.include_router(speech_router(ballot))
    scripts = {
        "htmx.min.js": (files("urna.web.kiosk") / "static" / "htmx.min.js").read_bytes(),
        "switches.js": (files("urna.web.booth") / "static" / "switches.js").read_bytes(),
    }

    @app.get("/")
    def page() -> HTMLResponse:
        return HTMLResponse(PAGE.format(config=CONFIG, screen=ballot.screen()), headers=dict(HEADERS))

    @app.post("/act/{name}")
    def act(name: str, request: Request) -> HTMLResponse:
        assert request.headers["hx-request"] == "true"
        ballot.act(name)
        return HTMLResponse(ballot.screen())

    @app.get("/clock")
    def clock() -> HTMLResponse:
        notice = ""
        if ballot.notice:
            said = ballot.utterances.add("One minute left")
            notice = (
                f'<div id="notice" hx-swap-oob="true"><button data-say="{said}" data-start>I am here</button></div>'
            )
        return HTMLResponse('<p id="clock" hx-get="/clock" hx-trigger="tick from:body">12:01</p>' + notice)

    @app.get("/static/{name}")
    def static(name: str) -> Response:
        return Response(scripts[name], media_type="text/javascript")

    return app


class Server:
    """An app on a free port of loopback, in a thread."""

    def __init__(self, app: FastAPI) -> None:
        self._server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", access_log=False))
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def start(self) -> str:
        """Starts; its address."""
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    def stop(self) -> None:
        """Stops, and waits for it."""
        self._server.should_exit = True
        self._thread.join()
