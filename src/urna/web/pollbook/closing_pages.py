"""The pages of closing: the checklist and the step that counts, from the last voter in line to the wiped machine."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.responses import Response

from urna.errors import Malformed
from urna.station.day import Day
from urna.station.day_facts import Facts, needs_reason_to_close
from urna.station.day_guide import closing
from urna.station.event_words import Way
from urna.web.pollbook.closing_desk import Closing
from urna.web.pollbook.day_desk import DayDesk
from urna.web.pollbook.day_pages import (
    Copies,
    Turn,
    Typed,
    Upload,
    chosen_reason,
    clock_of,
    steps_values,
    watched,
)
from urna.web.pollbook.face import Face
from urna.web.pollbook.sign_in import chosen_card
from urna.words import N_, Sentence

SHEET_COPIES = 5
"""Authority, president, secretary and two witnesses, unless the members ask for another number."""

MOST_SIGNATURES = 99_999

WAYS = {Way.NETWORK: N_("By network"), Way.STICK: N_("On a stick")}


def closing_router(face: Face, table: DayDesk) -> APIRouter:
    """The routes."""
    router, acts = APIRouter(), Closing(table)

    @router.get("/closing")
    def page() -> Response:
        return face.page("closing.html", place="/closing", **_values(face, table, acts))

    @router.get("/closing/watch/{mark}")
    def watch(mark: str) -> Response:
        return watched(table, mark, "/closing")

    @router.post("/closing/close")
    def close(turn: Turn, reason: Typed = "") -> Response:
        return face.act(turn, "/closing", lambda: acts.close(chosen_reason(reason)))

    @router.post("/closing/signatures")
    def signatures(turn: Turn, count: Typed = "") -> Response:
        return face.act(turn, "/closing", lambda: acts.enter_signatures(_number(count)))

    @router.post("/closing/count")
    def count(
        turn: Turn,
        *,
        pin: Typed = "",
        stick: Typed = "",
        text: Typed = "",
        second_pin: Typed = "",
        second_stick: Typed = "",
        second_text: Typed = "",
        file: Upload = None,
        second_file: Upload = None,
    ) -> Response:
        def do() -> None:
            first = chosen_card(face, stick, text, file), pin
            second = chosen_card(face, second_stick, second_text, second_file), second_pin
            acts.count((first, second))

        return face.work(turn, do, "day_working.html")

    @router.post("/closing/lost")
    def lost(turn: Turn) -> Response:
        return face.act(turn, "/closing", acts.say_lost)

    @router.post("/closing/found")
    def found(turn: Turn) -> Response:
        return face.act(turn, "/closing", acts.take_back_lost)

    @router.post("/closing/count-without")
    def count_without(turn: Turn) -> Response:
        return face.work(turn, lambda: acts.count(None), "day_working.html")

    @router.post("/closing/sheet")
    def sheet(turn: Turn, copies: Copies = SHEET_COPIES) -> Response:
        return face.work(turn, lambda: acts.print_sheet(copies), "day_working.html")

    @router.post("/closing/draw")
    def draw(turn: Turn) -> Response:
        return face.act(turn, "/closing", acts.look_up_draw)

    @router.post("/closing/send")
    def send(turn: Turn, way: Annotated[Way, Form()]) -> Response:
        return face.work(turn, lambda: acts.send(way), "day_working.html")

    @router.post("/closing/archive")
    def archive(turn: Turn) -> Response:
        return face.work(turn, acts.archive, "day_working.html")

    @router.post("/closing/wipe")
    def wipe(turn: Turn) -> Response:
        return face.work(turn, acts.wipe, "day_working.html")

    return router


def _values(face: Face, table: DayDesk, acts: Closing) -> dict[str, Any]:
    facts = table.facts()
    return {
        **steps_values(face, table, closing(facts)),
        "clock": clock_of(facts.now),
        "closes": Sentence("The hour of closing is {moment}.", {"moment": clock_of(facts.closes_at)}),
        "needs_reason": needs_reason_to_close(facts),
        "is_second": acts.signatures.is_once,
        "lost_said": acts.lost_said,
        "has_guardians": face.desk.election.is_encrypted,
        "count_block": table.count_block,
        "figures": _figures(table, facts),
        "sheet_copies": SHEET_COPIES,
        "is_printed": facts.day in {Day.SHEET_PRINTED, Day.TRANSMITTED} and not table.is_wiped,
        "ways": [each for each in WAYS if each in table.ports.senders],
        "way_words": WAYS,
        "sent": [WAYS[Way(each)] for each in facts.notes.sent_by],
        "in_line": facts.waiting,
        "in_booths": facts.armed,
        "is_wiped": table.is_wiped,
        "late_votes": _late_votes(table),
    }


def _late_votes(table: DayDesk) -> Sentence | None:
    """Votes at settled booths that came when the person had been let in again, or the statement was signed."""
    desk = table.desk
    count = desk.poll_book.counts().late_votes if desk.is_unlocked else 0
    if not count:
        return None
    return Sentence(
        "A booth came back with a vote when it was too late to count its voter; the sheet will have more ballots cast"
        " than people who voted: {count}. Write it on an incident sheet.",
        {"count": count},
    )


def _figures(table: DayDesk, facts: Facts) -> Mapping[str, int]:
    """People and ballots, once the signatures are signed and the sheet is; nothing of it before."""
    if not (facts.has_statement and facts.has_sheet) or table.is_wiped:
        return {}
    return table.figures()


def _number(text: str) -> int:
    """A count that somebody typed.

    Raises:
        Malformed: no number, or more than any book holds.
    """
    plain = text.strip()
    if not (plain.isascii() and plain.isdigit() and len(plain) <= len(str(MOST_SIGNATURES))):
        raise Malformed(
            Sentence("a number of signatures"), Sentence("another text"), Sentence("Type the number in digits.")
        )
    return int(plain)
