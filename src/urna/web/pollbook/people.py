"""The pages of whoever comes: looked up, laid on the reader, admitted, sent to a booth."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from urna.station.day import Day
from urna.station.people import Companion, WithdrawalReason
from urna.web.pollbook.booth_views import booth_views
from urna.web.pollbook.case import OUTCOME_WORDS
from urna.web.pollbook.face import Face
from urna.web.pollbook.hand import FINGER_WORDS, HEIGHT, TIP, WIDTH, tips
from urna.words import N_, Sentence

COMPANION_WORDS = {
    Companion.BLIND: N_("Cannot see the screen"),
    Companion.OTHER: N_("Needs help for another reason"),
}

WITHDRAWAL_WORDS = {
    WithdrawalReason.WILL_NOT_WAIT: N_("Will not wait"),
    WithdrawalReason.UNWELL: N_("Feels unwell"),
    WithdrawalReason.CALLED_AWAY: N_("Was called away"),
    WithdrawalReason.REFUSES_MACHINE: N_("Will not use the machine"),
    WithdrawalReason.NOT_STATED: N_("Gives no reason"),
}

Turn = Annotated[str, Form()]
Booth = Annotated[int, Form(ge=1, le=9)]
Words = Annotated[str, Form(max_length=100)]


def people_router(face: Face) -> APIRouter:
    """The routes."""
    router, desk, table = APIRouter(), face.desk, face.entrance

    @router.get("/people")
    def people() -> Response:
        with desk.lock:
            return face.page("people.html", place="/people", values=people_values(face))

    @router.post("/people/find")
    def find(turn: Turn, words: Words = "") -> Response:
        return face.act(turn, "/people", lambda: table.find(words))

    @router.post("/people/choose")
    def choose(turn: Turn, number: Words) -> Response:
        return face.act(turn, "/people", lambda: table.choose(number))

    @router.post("/people/leave")
    def leave(turn: Turn) -> Response:
        return face.act(turn, "/people", table.clear)

    @router.post("/people/capture")
    def capture(turn: Turn) -> Response:
        case = table.case
        return face.work(turn, table.capture, "capture.html", case=case, **hand_values(case.positions if case else ()))

    @router.post("/people/capture/cancel")
    def cancel(turn: Turn) -> Response:
        return face.act(turn, "/people", desk.work.cancel)

    @router.post("/people/no-image")
    def no_image(turn: Turn) -> Response:
        return face.act(turn, "/people", table.capture_nothing)

    @router.post("/people/no-fingers")
    def no_fingers(turn: Turn) -> Response:
        return face.act(turn, "/people", table.state_no_fingers)

    @router.post("/people/refuse")
    def refuse(turn: Turn) -> Response:
        return face.act(turn, "/people", table.refuse_second)

    @router.post("/people/companion")
    def companion(turn: Turn, kind: Annotated[Companion, Form()]) -> Response:
        return face.act(turn, "/people", lambda: table.bring_companion(kind))

    @router.post("/people/withdraw")
    def withdraw(turn: Turn, reason: Annotated[WithdrawalReason, Form()]) -> Response:
        return face.act(turn, "/people", lambda: table.withdraw(reason))

    @router.post("/people/activate")
    def activate(turn: Turn, booth: Booth) -> Response:
        return face.act(turn, "/people", lambda: table.activate(booth))

    @router.get("/people/photo")
    def photo() -> Response:
        case = table.case
        found = desk.ports.photo(case.number) if case else None
        return Response(found, media_type="image/jpeg") if found else Response(status_code=404)

    return router


def people_values(face: Face) -> dict[str, object]:
    """What the page of the person at the table shows."""
    desk, case = face.desk, face.entrance.case
    counts = desk.poll_book.counts()
    return {
        "case": case,
        "found": face.entrance.found,
        "is_open": desk.poll_book.day is Day.OPEN,
        "outcome": OUTCOME_WORDS[case.outcome] if case and case.outcome else "",
        "tries": Sentence("Tries left: {count}", {"count": case.tries_left}) if case else "",
        "has_photo": case is not None and desk.ports.photo(case.number) is not None,
        "companions": COMPANION_WORDS,
        "withdrawals": WITHDRAWAL_WORDS,
        "may_readmit": counts.may_readmit > 0,
        "free": [each.number for each in booth_views(desk) if each.is_free],
        "booths_word": {
            each.number: Sentence("Activate booth {booth}", {"booth": each.number}) for each in booth_views(desk)
        },
        **hand_values(case.positions if case else ()),
    }


def hand_values(positions: tuple[int, ...]) -> dict[str, object]:
    """What the drawing of the hands needs."""
    return {
        "tips": tips(positions),
        "finger_words": [FINGER_WORDS[each] for each in positions],
        "hand_size": (WIDTH, HEIGHT, TIP),
    }
