"""Signing in: a card and its PIN; the first time, two cards, which open the poll book."""

from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from starlette.responses import Response

from urna.errors import Malformed, OutOfOrder, UrnaError
from urna.web.pollbook.access import Worker
from urna.web.pollbook.face import Face, go
from urna.web.pollbook.ports import CardAndPin
from urna.words import Sentence

MAX_CARD_BYTES = 16 * 1024

Turn = Annotated[str, Form()]
Typed = Annotated[str, Form(max_length=4000)]


class SignInDesk:
    """What happens between the first card and the second.

    Args:
        face: the screen.
    """

    def __init__(self, face: Face) -> None:
        self._face, self._desk = face, face.desk
        self._first: tuple[Worker, CardAndPin] | None = None

    @property
    def first(self) -> Worker | None:
        """Whose card waits for a second one."""
        return self._first[0] if self._first else None

    def sign_in(self, card: bytes, pin: str) -> None:
        """Signs in; the first of two cards only waits.

        1. Check card and PIN.
        2. Where the poll book is open, or for the technician, that is all.
        3. Otherwise the second card opens it.
        """
        desk = self._desk
        worker = self._check(card, pin)
        if desk.is_unlocked or worker is Worker.TECHNICIAN:
            self._begin(worker)
        elif self._first is None or self._first[0] is worker:
            self._first = worker, (card, pin)
        else:
            self._unlock((card, pin))
            self._begin(worker)

    def cancel(self) -> None:
        """The first card is taken back."""
        self._first = None

    def _check(self, card: bytes, pin: str) -> Worker:
        desk = self._desk
        try:
            return Worker(desk.ports.sign_in.sign_in(card, pin, desk.ports.now()))
        except UrnaError as error:
            reason = "locked" if isinstance(error, OutOfOrder) else "refused"
            desk.act("sign_in_refused", reason=reason)
            raise

    def _unlock(self, second: CardAndPin) -> None:
        desk = self._desk
        if self._first is not None:
            desk.unlock(desk.ports.sign_in.unlock(self._first[1], second, desk.ports.now()))
            self._first = None

    def _begin(self, worker: Worker) -> None:
        self._first = None
        self._desk.session.begin(worker)
        self._desk.act("signed_in")


def sign_in_router(face: Face) -> APIRouter:
    """The routes."""
    router, desk, table = APIRouter(), face.desk, SignInDesk(face)

    @router.get("/")
    def home() -> Response:
        if desk.who() is None:
            return go("/sign-in")
        return go(desk.place if desk.place not in {"/", "/sign-in"} else start_of(face))

    @router.get("/sign-in")
    def sign_in_page() -> Response:
        if desk.who() is not None:
            return go("/")
        sticks = desk.ports.sticks()
        place = desk.place  # signing in again leads back to the page that was left
        answer = face.page(
            "sign_in.html", place="/sign-in", sticks=sticks, first=table.first, is_unlocked=desk.is_unlocked
        )
        desk.place = place
        return answer

    @router.get("/welcome")
    def welcome() -> Response:
        return face.page("welcome.html", place="/welcome")

    @router.post("/sign-in")
    def sign_in(
        turn: Turn,
        pin: Typed = "",
        stick: Typed = "",
        text: Typed = "",
        file: Annotated[UploadFile | None, File()] = None,
    ) -> Response:
        given = file.file.read(MAX_CARD_BYTES + 1) if file and file.filename else b""

        def do() -> None:
            table.sign_in(_card(face, given, stick, text), pin)

        face.act(turn, "/", do)
        return go("/")

    @router.post("/sign-in/cancel")
    def cancel(turn: Turn) -> Response:
        face.act(turn, "/", table.cancel)
        return go("/")

    @router.post("/lock")
    def lock(turn: Turn) -> Response:
        return face.act(turn, "/", desk.session.end)

    @router.post("/sign-out")
    def sign_out(turn: Turn) -> Response:
        def do() -> None:
            desk.act("signed_out")
            desk.session.end()
            desk.place = "/"

        return face.act(turn, "/", do)

    @router.post("/language")
    def language(turn: Turn, language: Typed) -> Response:
        def do() -> None:
            if language in face.pages.speakers:
                desk.language = language

        face.act(turn, "/", do)
        return go("/")

    return router


def start_of(face: Face) -> str:
    """Where somebody begins who signed in."""
    places = face.frame()["places"]
    return places[0].path if isinstance(places, list) and places else "/welcome"


def _card(face: Face, file: bytes, stick: str, text: str) -> bytes:
    """The card's bytes, from whatever was given."""
    if file:
        return file
    if text.strip():
        return text.strip().encode()
    found = {each.label: each.card for each in face.desk.ports.sticks()}
    if stick in found:
        return found[stick]
    raise Malformed(
        Sentence("a role card"), Sentence("none"), Sentence("Plug in the stick with your card, or scan its code.")
    )
