"""One's own account: passkeys, and another password. Passkeys are changed within five minutes of a sign-in."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from urna.center.passkeys import MOST_LETTERS, RelyingParty, options_to_make
from urna.errors import UrnaError
from urna.web.center.desk import Desk, Seen, go, said
from urna.web.center.desk_challenges import Purpose
from urna.web.center.desk_guessing import Stopped
from urna.web.center.desk_passkeys import Given, asked, read_new, status_of, told
from urna.web.center.desk_sign_in import Typed, check_repeated
from urna.words import N_


def account_router(desk: Desk) -> APIRouter:
    """The routes."""
    router, parts = APIRouter(), desk.parts

    @router.get("/account")
    def account_page(request: Request) -> Response:
        return _show(desk, request)

    @router.post("/account/passkeys/challenge")
    def challenge(request: Request) -> Response:
        seen: Seen = request.state.seen

        def options(rp: RelyingParty) -> str:
            challenge = desk.challenges.new(Purpose.ADD, seen.key, parts.clock().seconds)
            known = parts.operators.passkeys.of(seen.who)
            return options_to_make(rp, seen.who, parts.operators.passkeys.handle(seen.who), challenge, known)

        return asked(desk, request, options)

    @router.post("/account/passkeys")
    def add(request: Request, label: Typed = "", answer: Given = "") -> Response:
        seen: Seen = request.state.seen
        now = parts.clock()
        try:
            with desk.attempts.of_session(seen.form, now.seconds):
                parts.operators.passkeys.add(seen.who, read_new(desk, Purpose.ADD, seen.key, answer), label, now.moment)
        except UrnaError as error:
            return _refuse(desk, request, error, "passkey_refused")
        desk.tell(request, N_("The passkey was added."))
        return go("/account")

    @router.post("/account/passkeys/{key}/remove")
    def remove(request: Request, key: str) -> Response:
        seen: Seen = request.state.seen
        try:
            parts.operators.passkeys.remove(seen.who, key, seen.token, parts.clock().moment)
        except UrnaError as error:
            return _refuse(desk, request, error, "passkey_refused")
        desk.tell(request, N_("The passkey was removed, and every other browser signed out."))
        return go("/account")

    @router.post("/account/password")
    def password(
        request: Request, old: Typed = "", code: Typed = "", password: Typed = "", repeated: Typed = ""
    ) -> Response:
        seen: Seen = request.state.seen
        now = parts.clock()
        try:
            with desk.attempts.of_session(seen.form, now.seconds):
                check_repeated(password, repeated)
                parts.operators.change_password(seen.who, (old, code), password, seen.token, now)
        except UrnaError as error:
            return _refuse(desk, request, error, "password_refused")
        desk.tell(request, N_("The password was changed, and every other browser signed out."))
        return go("/account")

    return router


def _refuse(desk: Desk, request: Request, error: UrnaError, what: str) -> Response:
    """What was looked at and refused is in the trail; what was stopped unseen is not."""
    if not isinstance(error, Stopped):
        desk.parts.trail.write(at=desk.parts.clock().moment, who=request.state.seen.who, what=what)
    return _show(desk, request, error)


def _show(desk: Desk, request: Request, problem: UrnaError | None = None) -> Response:
    seen: Seen = request.state.seen
    say, now = desk.parts.speakers[desk.language(request)], desk.parts.clock().seconds
    return desk.page(
        request,
        "account.html",
        status=200 if problem is None else status_of(problem),
        problem=said(say, told(problem)) if problem is not None else "",
        account=desk.parts.operators.one(seen.who),
        passkeys=desk.parts.operators.passkeys.of(seen.who),
        is_fresh=seen.session is not None and seen.session.is_fresh(now),
        most=MOST_LETTERS,
    )
