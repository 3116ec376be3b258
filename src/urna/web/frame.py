"""What pages of people with accounts share: the reader's language, cookies, notices, templates, and style files."""

import hmac
import re
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Generic, TypeVar

from fastapi import FastAPI
from jinja2 import BaseLoader, Environment, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response

from urna.words import Say

NATIVE_NAMES: Mapping[str, str] = {"es": "Español", "en": "English"}
_MEDIA = {".css": "text/css", ".js": "text/javascript"}
_INSIDE = re.compile(r"/[A-Za-z0-9/._-]*")
_MOST_NOTICES = 6

N = TypeVar("N")


class Frame(Generic[N]):
    """The common ground of one set of pages; N is what a notice is.

    Args:
        name: of the pages, in the names of their cookies.
        speakers: by language, the first one is shown to whoever chose none.
        origin: "https://centre.example", the only address at which they answer.
        loader: finds the templates.
    """

    def __init__(self, name: str, speakers: Mapping[str, Say], origin: str, loader: BaseLoader) -> None:
        self._speakers = speakers
        self.is_secure = origin.startswith("https://")
        self.cookie = f"__Host-{name}" if self.is_secure else name
        self._language_cookie = f"{name}-language"
        self._notices: dict[str, list[N]] = {}
        self._environment = Environment(
            loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )

    def language(self, request: Request) -> str:
        """The reader's."""
        chosen = request.cookies.get(self._language_cookie, "")
        return chosen if chosen in self._speakers else next(iter(self._speakers))

    def say(self, request: Request) -> Say:
        """How sentences are said to whoever asks."""
        return self._speakers[self.language(request)]

    def choose_language(self, answer: Response, language: str) -> Response:
        """The answer, which keeps the reader's choice; a language that nobody speaks changes nothing."""
        if language in self._speakers:
            self._set(answer, self._language_cookie, language)
        return answer

    def keep_token(self, answer: Response, token: str) -> Response:
        """The answer, which gives the browser its session's token."""
        self._set(answer, self.cookie, token)
        return answer

    def drop_token(self, answer: Response) -> Response:
        """The answer, which takes it away."""
        answer.delete_cookie(self.cookie, path="/", secure=self.is_secure, httponly=True, samesite="strict")
        return answer

    def render(self, request: Request, template: str, words: Mapping[str, Mapping[str, str]], **values: object) -> str:
        """A template in the reader's language.

        Args:
            request: of the reader.
            template: its name.
            words: what the program names shortly, by kind.
            values: what stands in it.
        """
        say, language = self.say(request), self.language(request)

        def word(kind: str, name: object) -> str:
            return say(words[kind].get(str(name), str(name)))

        here = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
        shown = self._environment.get_template(template)
        return shown.render(say=say, word=word, language=language, languages=NATIVE_NAMES, here=here, **values)

    def keep_notice(self, key: str, notice: N) -> None:
        """Something to be said on the next page of a session."""
        if key:
            self._notices[key] = [*self._notices.get(key, []), notice][-_MOST_NOTICES:]

    def take_notices(self, key: str) -> list[N]:
        """What was kept; it is said once, and to nobody after the session."""
        return self._notices.pop(key, [])

    def _set(self, answer: Response, name: str, value: str) -> None:
        answer.set_cookie(name, value, httponly=True, samesite="strict", secure=self.is_secure, path="/")


def form_token(token: str, purpose: str) -> str:
    """The token of a session's forms; no page of anybody else can know it. Empty without a session."""
    return hmac.digest(token.encode(), purpose.encode(), "sha256").hex() if token else ""


def is_same(given: object, token: str) -> bool:
    """Whether a form has this token."""
    return hmac.compare_digest(str(given).encode(), token.encode())


def back_inside(path: str) -> str:
    """Where a form leads back to: a path of these pages, and no other address."""
    return path if _INSIDE.fullmatch(path) and not path.startswith("//") else "/"


def add_static(app: FastAPI, names: Iterable[tuple[str, str]], missing: type[Exception]) -> None:
    """`/static/NAME`, read once.

    Args:
        app: the pages.
        names: package and file, in the package's folder `static`.
        missing: raised for any other name.
    """
    found = {
        name: ((files(package) / "static" / name).read_bytes(), _MEDIA[name[name.rindex(".") :]])
        for package, name in names
    }

    @app.get("/static/{name}")
    def static(name: str) -> Response:
        if name not in found:
            raise missing
        return Response(found[name][0], media_type=found[name][1])
