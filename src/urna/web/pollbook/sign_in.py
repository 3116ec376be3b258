"""Signing in: a card and its PIN; the first time, two cards, which open the poll book."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from starlette.responses import Response

from urna.errors import Malformed, OutOfOrder, UrnaError
from urna.station.card_file import MAX_FILE_BYTES, read_card_file
from urna.station.day import Day
from urna.station.event_words import LogEvent, Reason
from urna.station.sign_in import CardAndPin, LockedOut
from urna.web.pollbook.access import Worker, may_reach
from urna.web.pollbook.face import Face, go
from urna.words import Sentence

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
        self.chosen = ""
        """The stick of a try that was refused, so that only the PIN is typed again."""

    @property
    def first(self) -> Worker | None:
        """Whose card waits for a second one."""
        return self._first[0] if self._first else None

    def sign_in(self, given: CardAndPin) -> None:
        """Signs in; the first of two cards only waits. Runs beside the screen: a PIN is slow to check on purpose.

        1. Where another member's card waits already, the two open the poll book.
        2. Otherwise check card and PIN.
        3. Where the poll book is open, or for the technician, that is all.
        4. Otherwise this card waits for a second one.
        """
        desk, worker = self._desk, Worker(read_card_file(given[0]).role)
        if self._first is not None and worker not in {self._first[0], Worker.TECHNICIAN} and not desk.is_unlocked:
            self._unlock(worker, self._first[1], given)
            return
        with self._refusals():
            desk.ports.sign_in.sign_in(*given, desk.ports.now())
        with desk.lock:
            if desk.is_unlocked or worker is Worker.TECHNICIAN:
                self._begin(worker)
            else:
                self._first = worker, given

    def cancel(self) -> None:
        """The first card is taken back."""
        self._first = None

    def _unlock(self, worker: Worker, first: CardAndPin, second: CardAndPin) -> None:
        desk = self._desk
        with self._refusals():
            data_key = desk.ports.sign_in.unlock(first, second, desk.ports.now())
        with desk.lock:
            desk.unlock(data_key)
            self._begin(worker)
            desk.act(LogEvent.ROLL_UNLOCKED)

    def _begin(self, worker: Worker) -> None:
        self._first = None
        self._desk.session.begin(worker)
        self._desk.act(LogEvent.SIGNED_IN)

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        """Writes a refused card or PIN to the log: which of the two, not whose."""
        try:
            yield
        except UrnaError as error:
            self._desk.act(LogEvent.SIGN_IN_REFUSED, reason=_reason(error))
            raise


def sign_in_router(face: Face) -> APIRouter:
    """The routes."""
    router, desk, table = APIRouter(), face.desk, SignInDesk(face)

    @router.get("/")
    def home() -> Response:
        if desk.who() is None:
            return go("/sign-in")
        return go(desk.place if may_go_on(face) else start_of(face))

    @router.get("/sign-in")
    def sign_in_page() -> Response:
        if desk.who() is not None:
            return go("/")
        sticks = face.cards()
        place = desk.place  # signing in again leads back to the page that was left
        answer = face.page(
            "sign_in.html",
            place="/sign-in",
            sticks=sticks,
            first=table.first,
            is_unlocked=desk.is_unlocked,
            chosen=table.chosen,
        )
        table.chosen = ""
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
        def do() -> None:
            table.chosen = stick
            table.sign_in((chosen_card(face, stick, text, file), pin))
            table.chosen = ""

        return face.work(turn, do)

    @router.get("/working")
    def working() -> Response:
        return Response(status_code=204) if desk.work.is_busy else go("/")

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
            desk.act(LogEvent.SIGNED_OUT)
            desk.session.end()
            desk.place = "/"
            face.entrance.clear()

        return face.act(turn, "/", do)

    @router.post("/language")
    def language(turn: Turn, language: Typed) -> Response:
        def do() -> None:
            if language in face.pages.speakers:
                desk.language = language

        face.act(turn, "/", do)
        return go("/")

    return router


def may_go_on(face: Face) -> bool:
    """Whether whoever is signed in may see the page that was left; a technician sees none with a person on it."""
    place = face.desk.place
    route = "/contingency/case/{name}" if place.startswith("/contingency/case/") else place
    return place not in {"/", "/sign-in"} and may_reach("GET", route, face.desk.who())


def start_of(face: Face) -> str:
    """Where somebody begins who signed in: with people while the polls are open, with the day otherwise."""
    places = [each.path for each in face.places()]
    is_open = face.desk.is_unlocked and face.desk.poll_book.day is Day.OPEN
    if "/day" in places and not is_open:
        return "/day"
    return places[0] if places else "/welcome"


def chosen_card(face: Face, stick: str, text: str, file: UploadFile | None) -> bytes:
    """The card's bytes, from whichever way it was given.

    Raises:
        Malformed: in no way.
    """
    if file and file.filename:
        return file.file.read(MAX_FILE_BYTES + 1)
    if text.strip():
        return text.strip().encode()
    found = {each.label: each.card for each in face.desk.ports.sticks()}
    if stick in found:
        return found[stick]
    raise Malformed(
        Sentence("a role card"), Sentence("none"), Sentence("Plug in the stick with your card, or scan its code.")
    )


def _reason(error: UrnaError) -> Reason:
    if isinstance(error, LockedOut | OutOfOrder):
        return Reason.LOCKED
    return Reason.DAMAGED if isinstance(error, Malformed) else Reason.WRONG_PIN
