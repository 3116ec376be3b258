"""Signing in with password and code, and out; one-time links; and signing in again for a decision."""

import re
from typing import Annotated

import segno
from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from urna.center.passkeys import MOST_LETTERS
from urna.errors import Malformed, UrnaError
from urna.web.center.desk import Desk, Seen, error_sentence, go, said
from urna.web.center.desk_access import EVERY
from urna.web.center.desk_guessing import Stopped
from urna.web.frame import back_inside
from urna.words import N_, Sentence

Typed = Annotated[str, Form(max_length=1000)]
_NEXT = re.compile(r"/(?:propose|proposals|account)(?:[/?][A-Za-z0-9/?=&._-]*)?")
LEFT_BEHIND = '"cache", "storage"'
"""What a browser throws away at the end. Not all cookies: those of neighbours under the same domain would go, too."""

WAIT = N_("Too many failures. Wait a quarter of an hour, or ask for a new link.")


def sign_in_router(desk: Desk) -> APIRouter:
    """The routes."""
    router, parts = APIRouter(), desk.parts

    @router.get("/")
    def home(request: Request) -> Response:
        return go("/board" if request.state.seen.role in EVERY else "/sign-in")

    @router.get("/sign-in")
    def sign_in_page(request: Request) -> Response:
        if request.state.seen.session is not None:
            return go("/board")
        return show_sign_in(desk, request)

    @router.post("/sign-in")
    def sign_in(request: Request, name: Typed = "", password: Typed = "", code: Typed = "") -> Response:
        problem, status = _prove(desk, request, name, password, code)
        if problem is not None:
            return show_sign_in(desk, request, problem, status, name)
        return begin_session(desk, request, name)

    @router.get("/again")
    def again_page(request: Request, next: str = "") -> Response:
        return show_again(desk, request, next)

    @router.post("/again")
    def again(request: Request, password: Typed = "", code: Typed = "", next: Typed = "") -> Response:
        seen: Seen = request.state.seen
        problem, status = _prove(desk, request, seen.who, password, code)
        if problem is not None:
            return show_again(desk, request, next, problem, status)
        now = parts.clock()
        parts.operators.renew(seen.token, now)
        parts.trail.write(at=now.moment, who=seen.who, what="signed_in_again")
        return go(inside(next))

    @router.post("/sign-out")
    def sign_out(request: Request) -> Response:
        return _leave(desk, request, "signed_out")

    @router.post("/sign-out-everywhere")
    def sign_out_everywhere(request: Request) -> Response:
        parts.operators.end_all(request.state.seen.who)
        return _leave(desk, request, "signed_out_everywhere")

    @router.post("/language")
    def language(request: Request, language: Typed = "", back: Typed = "") -> Response:
        return desk.choose_language(go(back_inside(back)), language)

    _add_links(router, desk)
    return router


def begin_session(desk: Desk, request: Request, name: str, by: str = "") -> Response:
    """To the board, with a new token; an older one of this browser is over.

    Args:
        desk: the pages.
        request: of somebody who proved who it is.
        name: the operator's.
        by: which passkey, for the trail; empty for password and code.
    """
    operators, old = desk.parts.operators, request.cookies.get(desk.cookie, "")
    if old:
        operators.end(old)
    return desk.keep_token(go("/board"), operators.begin(name, desk.parts.clock(), by))


def show_sign_in(
    desk: Desk, request: Request, problem: Sentence | str = "", status: int = 200, name: str = ""
) -> Response:
    """The page where one signs in; with what was wrong, and the name that was typed."""
    shown = said(desk.parts.speakers[desk.language(request)], problem)
    return desk.page(request, "sign_in.html", status=status, problem=shown, name=name)


def show_again(
    desk: Desk, request: Request, next_page: str, problem: Sentence | str = "", status: int = 200
) -> Response:
    """The page where one signs in once more, in the ways that this account has."""
    account = desk.parts.operators.one(request.state.seen.who)
    shown = said(desk.parts.speakers[desk.language(request)], problem)
    return desk.page(request, "again.html", status=status, problem=shown, next=inside(next_page), account=account)


def show_link(desk: Desk, request: Request, link: str, problem: UrnaError | None = None) -> Response:
    """The page behind a one-time link; with what was wrong."""
    parts, say = desk.parts, desk.parts.speakers[desk.language(request)]
    if isinstance(problem, Stopped):
        return desk.page(request, "link_over.html", status=429, problem=said(say, WAIT))
    try:
        name = parts.operators.invited(link, parts.clock())
    except UrnaError as error:
        return desk.page(request, "link_over.html", status=404, problem=said(say, error_sentence(error)))
    return desk.page(
        request,
        "link.html",
        status=200 if problem is None else 422,
        problem=said(say, error_sentence(problem)) if problem is not None else "",
        name=name,
        link=link,
        most=MOST_LETTERS,
        secret=parts.operators.secret_of(link),
        picture=segno.make(parts.operators.address_of(link, name), micro=False).svg_data_uri(
            scale=5, border=3, light="white"
        ),
    )


def _add_links(router: APIRouter, desk: Desk) -> None:
    parts = desk.parts

    @router.get("/link/{link}")
    def link_page(request: Request, link: str) -> Response:
        return show_link(desk, request, link)

    @router.post("/link/{link}")
    def use_link(request: Request, link: str, password: Typed = "", repeated: Typed = "", code: Typed = "") -> Response:
        now = parts.clock()
        try:
            with desk.attempts.of_address(address_of(request), now.seconds):
                check_repeated(password, repeated)
                parts.operators.enrol(link, password, code, now)
        except UrnaError as error:
            return show_link(desk, request, link, error)
        return go("/sign-in")


def check_repeated(password: str, repeated: str) -> None:
    """Raises Malformed for two different ones."""
    if password != repeated:
        raise Malformed(
            Sentence("the same password twice"), Sentence("two different ones"), Sentence("Type both again.")
        )


def _prove(desk: Desk, request: Request, name: str, password: str, code: str) -> tuple[Sentence | str | None, int]:
    """What is wrong with a sign-in, and the answer's status; None if nothing is."""
    now, seen = desk.parts.clock(), request.state.seen
    # Whoever is signed in as this one is counted by the session: a stranger's failures with the name do not stop it.
    is_again = seen.session is not None and seen.who == name
    attempt = (
        desk.attempts.of_session(seen.form, now.seconds)
        if is_again
        else desk.attempts.of_stranger(name, address_of(request), now.seconds)
    )
    try:
        with attempt:
            desk.parts.operators.prove(name, password, code, now)
    except Stopped:
        return WAIT, 429
    except UrnaError as error:
        # A name that nobody has may be a password in the wrong field: it is written down nowhere.
        if desk.parts.operators.one(name) is not None:
            desk.parts.trail.write(at=now.moment, who=name, what="sign_in_refused")
        return error_sentence(error), 403
    return None, 200


def _leave(desk: Desk, request: Request, what: str) -> Response:
    seen: Seen = request.state.seen
    desk.parts.operators.end(seen.token)
    desk.parts.trail.write(at=desk.parts.clock().moment, who=seen.who, what=what)
    desk.forget(seen)
    answer = go("/sign-in")
    answer.headers["Clear-Site-Data"] = LEFT_BEHIND
    return desk.drop_token(answer)


def inside(path: str) -> str:
    """Where a sign-in leads back to: a page of decisions, one's account, or the board, which every role sees."""
    return path if _NEXT.fullmatch(path) else "/board"


def address_of(request: Request) -> str:
    """Whence it comes."""
    return request.client.host if request.client else ""
