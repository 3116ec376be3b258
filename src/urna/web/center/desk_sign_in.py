"""Signing in and out, one-time links, and signing in again for a decision."""

import re
from typing import Annotated

import segno
from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from urna.errors import Malformed, UrnaError
from urna.web.center.desk import LANGUAGE_COOKIE, Desk, Seen, error_sentence, go, said
from urna.web.center.desk_access import EVERY
from urna.web.center.desk_guessing import Stopped
from urna.words import N_, Sentence

Typed = Annotated[str, Form(max_length=1000)]
_NEXT = re.compile(r"/(?:propose|proposals)(?:[/?][A-Za-z0-9/?=&._-]*)?")
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
        return desk.page(request, "sign_in.html", problem="", name="")

    @router.post("/sign-in")
    def sign_in(request: Request, name: Typed = "", password: Typed = "", code: Typed = "") -> Response:
        problem, status = _prove(desk, request, name, password, code)
        if problem is not None:
            shown = said(parts.speakers[desk.language(request)], problem)
            return desk.page(request, "sign_in.html", status=status, problem=shown, name=name)
        now, old = parts.clock(), request.cookies.get(desk.cookie, "")
        if old:
            parts.operators.end(old)
        answer = go("/board")
        token = parts.operators.begin(name, now)
        answer.set_cookie(desk.cookie, token, httponly=True, samesite="strict", secure=desk.is_secure, path="/")
        return answer

    @router.get("/again")
    def again_page(request: Request, next: str = "") -> Response:
        return desk.page(request, "again.html", problem="", next=_inside(next))

    @router.post("/again")
    def again(request: Request, password: Typed = "", code: Typed = "", next: Typed = "") -> Response:
        seen: Seen = request.state.seen
        problem, status = _prove(desk, request, seen.who, password, code)
        if problem is not None:
            shown = said(parts.speakers[desk.language(request)], problem)
            return desk.page(request, "again.html", status=status, problem=shown, next=_inside(next))
        now = parts.clock()
        parts.operators.renew(seen.token, now)
        parts.trail.write(at=now.moment, who=seen.who, what="signed_in_again")
        return go(_inside(next))

    @router.post("/sign-out")
    def sign_out(request: Request) -> Response:
        return _leave(desk, request, "signed_out")

    @router.post("/sign-out-everywhere")
    def sign_out_everywhere(request: Request) -> Response:
        parts.operators.end_all(request.state.seen.who)
        return _leave(desk, request, "signed_out_everywhere")

    @router.post("/language")
    def language(request: Request, language: Typed = "", back: Typed = "") -> Response:
        inside = re.fullmatch(r"/[A-Za-z0-9/._-]*", back) and not back.startswith("//")
        answer = go(back if inside else "/")
        if language in parts.speakers:
            answer.set_cookie(
                LANGUAGE_COOKIE, language, httponly=True, samesite="strict", secure=desk.is_secure, path="/"
            )
        return answer

    _add_links(router, desk)
    return router


def _add_links(router: APIRouter, desk: Desk) -> None:
    parts = desk.parts

    def show(request: Request, link: str, problem: UrnaError | None = None) -> Response:
        say = parts.speakers[desk.language(request)]
        try:
            name = parts.operators.invited(link, parts.clock())
        except UrnaError as error:
            return desk.page(request, "link_over.html", status=404, problem=said(say, error_sentence(error)))
        address = parts.operators.address_of(link, name)
        return desk.page(
            request,
            "link.html",
            status=200 if problem is None else 422,
            problem=said(say, error_sentence(problem)) if problem is not None else "",
            name=name,
            link=link,
            secret=parts.operators.secret_of(link),
            picture=segno.make(address, micro=False).svg_data_uri(scale=5, border=3, light="white"),
        )

    @router.get("/link/{link}")
    def link_page(request: Request, link: str) -> Response:
        return show(request, link)

    @router.post("/link/{link}")
    def use_link(request: Request, link: str, password: Typed = "", repeated: Typed = "", code: Typed = "") -> Response:
        now = parts.clock()
        address = _address(request)
        try:
            with desk.attempts.of_address(address, now.seconds):
                check_repeated(password, repeated)
                parts.operators.enrol(link, password, code, now)
        except Stopped:
            return desk.page(
                request, "link_over.html", status=429, problem=said(parts.speakers[desk.language(request)], WAIT)
            )
        except UrnaError as error:
            return show(request, link, error)
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
        else desk.attempts.of_stranger(name, _address(request), now.seconds)
    )
    try:
        with attempt:
            desk.parts.operators.prove(name, password, code, now)
    except Stopped:
        return WAIT, 429
    except UrnaError as error:
        # A name that nobody has may be a password in the wrong field: it is written down nowhere.
        if any(each.name == name for each in desk.parts.operators.everybody()):
            desk.parts.trail.write(at=now.moment, who=name, what="sign_in_refused")
        return error_sentence(error), 403
    return None, 200


def _leave(desk: Desk, request: Request, what: str) -> Response:
    seen: Seen = request.state.seen
    desk.parts.operators.end(seen.token)
    desk.parts.trail.write(at=desk.parts.clock().moment, who=seen.who, what=what)
    desk.forget(seen)
    answer = go("/sign-in")
    answer.delete_cookie(desk.cookie, path="/", secure=desk.is_secure, httponly=True, samesite="strict")
    return answer


def _inside(path: str) -> str:
    """Where a sign-in leads back to: a page of decisions, and nowhere else."""
    return path if _NEXT.fullmatch(path) else "/proposals"


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
