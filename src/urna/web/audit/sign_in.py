"""Signing in with a password, and out; and the reader's language."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from urna.audit.board_acts import AuditRole
from urna.errors import UrnaError
from urna.web.audit.face import AuditFace, go, text_of
from urna.web.center.desk import error_sentence
from urna.web.center.desk_guessing import Stopped
from urna.web.center.desk_sign_in import address_of
from urna.web.frame import back_inside
from urna.words import N_, Sentence

WAIT = N_("Too many failures. Wait a quarter of an hour.")
_HOMES = {None: "/sign-in", AuditRole.COORDINATOR: "/progress", AuditRole.COUNTER: "/mine"}


def sign_in_router(face: AuditFace) -> APIRouter:
    """The routes."""
    router, parts = APIRouter(), face.parts

    @router.get("/")
    def home(request: Request) -> Response:
        return go(_HOMES[request.state.seen.role])

    @router.get("/sign-in")
    def sign_in_page(request: Request) -> Response:
        if request.state.seen.role is not None:
            return go("/")
        return face.page(request, "sign_in.html", problem="", person="")

    @router.post("/sign-in")
    def sign_in(request: Request) -> Response:
        person, now = text_of(request, "person", 40), parts.clock().seconds
        try:
            with face.attempts.of_stranger(person, address_of(request), now):
                parts.accounts.prove(person, text_of(request, "password"))
        except Stopped:
            return _again(face, request, WAIT, 429)
        except UrnaError as error:
            return _again(face, request, error_sentence(error), 403)
        parts.accounts.end(request.cookies.get(face.cookie, ""))
        return face.keep_token(go("/"), parts.accounts.begin(person, now))

    @router.post("/sign-out")
    def sign_out(request: Request) -> Response:
        seen = request.state.seen
        parts.accounts.end(seen.token)
        face.take_notices(seen.key)
        return face.drop_token(go("/sign-in"))

    @router.post("/language")
    def language(request: Request) -> Response:
        back = back_inside(text_of(request, "back", 200))
        return face.choose_language(go(back), text_of(request, "language", 8))

    return router


def _again(face: AuditFace, request: Request, problem: Sentence | str, status: int) -> Response:
    said = face.say(request)(problem)
    return face.page(request, "sign_in.html", status=status, problem=said, person=text_of(request, "person", 40))
