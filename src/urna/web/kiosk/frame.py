"""The pages of a face: templates in the reader's language, and the files that never change."""

from collections.abc import Mapping
from importlib.resources import files
from typing import NamedTuple

from fastapi import FastAPI
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from urna.web.kiosk.display import Display
from urna.words import Say

NATIVE_NAMES = {"es": "Español", "en": "English"}
"""Each language's name in itself."""

_MEDIA = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png"}


class Pages:
    """Renders a face's templates.

    Args:
        package: of the face, as "urna.web.booth"; its `templates` come before the kiosk's.
        speakers: how each language is spoken, the definition's first one first.
        display: the screen that it is for.
    """

    def __init__(self, package: str, speakers: Mapping[str, Say], display: Display) -> None:
        self.speakers = dict(speakers)
        self.display = display
        self.package = package
        self._environment = Environment(
            loader=ChoiceLoader([PackageLoader(package), PackageLoader("urna.web.kiosk")]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def render(self, template: str, language: str, **values: object) -> str:
        """A template with `say`, `language` and the face's values."""
        say = self.speakers[language]
        return self._environment.get_template(template).render(say=say, language=language, names=NATIVE_NAMES, **values)

    def answer(self, template: str, language: str, *, status: int = 200, **values: object) -> HTMLResponse:
        """The same as an answer."""
        return HTMLResponse(self.render(template, language, **values), status_code=status)


class _File(NamedTuple):
    content: bytes
    media: str


def add_static(app: FastAPI, pages: Pages) -> None:
    """`/static/NAME` from the kiosk's and the face's `static`, and `/display.css`; read once, at the start."""
    found = {**_read("urna.web.kiosk"), **_read(pages.package)}
    style = pages.display.css().encode()

    @app.get("/static/{name}", include_in_schema=False)
    def static(name: str) -> Response:
        if name not in found:
            return Response(status_code=404)
        return Response(found[name].content, media_type=found[name].media)

    @app.get("/display.css", include_in_schema=False)
    def display() -> Response:
        return Response(style, media_type="text/css")


def is_fragment(request: Request) -> bool:
    """Whether htmx asks, for a part of the page."""
    return request.headers.get("hx-request") == "true"


def _read(package: str) -> dict[str, _File]:
    folder = files(package) / "static"
    if not folder.is_dir():
        return {}
    return {
        each.name: _File(each.read_bytes(), _MEDIA[each.name[each.name.rindex(".") :]])
        for each in folder.iterdir()
        if each.is_file() and each.name[each.name.rindex(".") :] in _MEDIA
    }
