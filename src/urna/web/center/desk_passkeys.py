"""Passkeys instead of password and code: at the sign-in, for a decision, and behind a one-time link.

Each is two steps: the script of the page asks for a challenge; the browser's answer to it comes as a form.
"""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from urna.center.passkeys import (
    Answer,
    Copied,
    NewKey,
    Passkey,
    RelyingParty,
    check_new,
    options_to_ask,
    options_to_make,
    read_answer,
)
from urna.errors import Malformed, OutOfOrder, UrnaError
from urna.storage.centre_invitations import hash_of
from urna.storage.centre_passkeys import UNKNOWN
from urna.web.center.desk import Desk, Seen, error_sentence, go, said
from urna.web.center.desk_challenges import Purpose
from urna.web.center.desk_guessing import Stopped
from urna.web.center.desk_sign_in import (
    WAIT,
    Typed,
    address_of,
    begin_session,
    inside,
    show_again,
    show_link,
    show_sign_in,
)
from urna.words import Sentence

Given = Annotated[str, Form(max_length=20_000)]
"""A browser's answer, JSON."""


def passkeys_router(desk: Desk) -> APIRouter:
    """The routes."""
    router, parts = APIRouter(), desk.parts

    @router.post("/sign-in/challenge")
    def sign_in_challenge(request: Request) -> Response:
        whose, now = address_of(request), parts.clock().seconds
        return asked(desk, request, lambda rp: options_to_ask(rp, desk.challenges.new(Purpose.SIGN_IN, whose, now)))

    @router.post("/sign-in/passkey")
    def sign_in(request: Request, answer: Given = "") -> Response:
        try:
            passkey = _prove(desk, request, answer, Seen("desk"))
        except UrnaError as error:
            return show_sign_in(desk, request, told(error), status_of(error))
        return begin_session(desk, request, passkey.operator, f"passkey {passkey.name}")

    @router.post("/again/challenge")
    def again_challenge(request: Request) -> Response:
        seen: Seen = request.state.seen

        def options(rp: RelyingParty) -> str:
            known = parts.operators.passkeys.of(seen.who)
            if not known:
                raise OutOfOrder(
                    Sentence("a passkey of this account"),
                    Sentence("none"),
                    Sentence("Sign in with password and code; then add one to your account."),
                )
            return options_to_ask(rp, desk.challenges.new(Purpose.AGAIN, seen.key, parts.clock().seconds), known)

        return asked(desk, request, options)

    @router.post("/again/passkey")
    def again(request: Request, answer: Given = "", next: Typed = "") -> Response:
        seen: Seen = request.state.seen
        try:
            passkey = _prove(desk, request, answer, seen)
        except UrnaError as error:
            return show_again(desk, request, next, told(error), status_of(error))
        now = parts.clock()
        parts.operators.renew(seen.token, now)
        parts.trail.write(at=now.moment, who=seen.who, what="signed_in_again", detail=f"passkey {passkey.name}")
        return go(inside(next))

    _add_links(router, desk)
    return router


def asked(desk: Desk, request: Request, options: Callable[[RelyingParty], str]) -> Response:
    """What the page's script gives to the browser; or why not, for the page to say."""
    try:
        return Response(options(needed(desk)), media_type="application/json")
    except UrnaError as error:
        say = desk.parts.speakers[desk.language(request)]
        return JSONResponse({"problem": said(say, told(error))}, status_of(error))


def read_new(desk: Desk, purpose: Purpose, whose: str, text: str) -> NewKey:
    """What a browser made for this page.

    Raises:
        Malformed: no answer of a browser.
        Unproven: for another page or session, or it came before.
        OutOfOrder: no browser makes passkeys for this centre's address.
    """
    rp, answer = needed(desk), read_answer(text)
    desk.challenges.take(purpose, whose, answer.challenge, desk.parts.clock().seconds)
    return check_new(rp, answer)


def needed(desk: Desk) -> RelyingParty:
    """For whom browsers sign; raises OutOfOrder where they never do."""
    if desk.rp is None:
        raise OutOfOrder(
            Sentence("pages at https:// with a name, or at http://localhost"),
            Sentence("{origin}, for which browsers make no passkeys", {"origin": desk.parts.origin}),
            Sentence("Use password and code."),
        )
    return desk.rp


def told(error: UrnaError) -> Sentence | str:
    """What a page says of it."""
    return WAIT if isinstance(error, Stopped) else error_sentence(error)


def status_of(error: UrnaError) -> int:
    """The answer's."""
    if isinstance(error, Stopped):
        return 429
    return 422 if isinstance(error, Malformed | OutOfOrder) else 403


def _prove(desk: Desk, request: Request, text: str, seen: Seen) -> Passkey:
    """Whose passkey signed; what is refused is in the trail.

    Args:
        desk: the pages.
        request: with the answer.
        text: the answer.
        seen: who signs in again; nobody at a sign-in.

    Raises:
        UrnaError: nothing was proven, or there were too many failures.
    """
    now, address = desk.parts.clock(), address_of(request)
    if seen.session is None:
        purpose, whose, attempt = Purpose.SIGN_IN, address, desk.attempts.of_address(address, now.seconds)
    else:
        purpose, whose, attempt = Purpose.AGAIN, seen.key, desk.attempts.of_session(seen.form, now.seconds)
    answer: Answer | None = None
    with attempt:
        try:
            rp, answer = needed(desk), read_answer(text)
            desk.challenges.take(purpose, whose, answer.challenge, now.seconds)
            return desk.parts.operators.passkeys.prove(rp, answer, now.moment, seen.who)
        except UrnaError as error:
            _write_refusal(desk, seen, answer, is_copied=isinstance(error, Copied))
            raise


def _write_refusal(desk: Desk, seen: Seen, answer: Answer | None, *, is_copied: bool) -> None:
    found = desk.parts.operators.passkeys.find(answer.sha256) if answer is not None else None
    who = seen.who or (found.operator if found is not None else "")
    detail = f"passkey {found.name}" if found is not None and found.operator == who else UNKNOWN
    what = "passkey_copied" if is_copied else "sign_in_refused"
    desk.parts.trail.write(at=desk.parts.clock().moment, who=who, what=what, detail=detail)


def _add_links(router: APIRouter, desk: Desk) -> None:
    parts = desk.parts

    @router.post("/link/{link}/challenge")
    def link_challenge(request: Request, link: str) -> Response:
        now = parts.clock()

        def options(rp: RelyingParty) -> str:
            with desk.attempts.of_address(address_of(request), now.seconds):
                name = parts.operators.invited(link, now)
            challenge = desk.challenges.new(Purpose.ENROL, hash_of(link), now.seconds)
            return options_to_make(rp, name, parts.operators.passkeys.handle(name), challenge, ())

        return asked(desk, request, options)

    @router.post("/link/{link}/passkey")
    def link_passkey(request: Request, link: str, label: Typed = "", answer: Given = "") -> Response:
        now = parts.clock()
        try:
            with desk.attempts.of_address(address_of(request), now.seconds):
                name = parts.operators.invited(link, now)
                try:
                    new = read_new(desk, Purpose.ENROL, hash_of(link), answer)
                    parts.operators.passkeys.enrol(link, new, label, now.seconds, now.moment)
                except UrnaError:
                    parts.trail.write(at=now.moment, who=name, what="passkey_refused")
                    raise
        except UrnaError as error:
            return show_link(desk, request, link, error)
        return go("/sign-in")
