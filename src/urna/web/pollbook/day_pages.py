"""The pages of opening and of the day: the checklist, the step that counts, pause and resume."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, UploadFile
from starlette.responses import Response

from urna.errors import Malformed
from urna.station.day import Day
from urna.station.day_facts import Facts, is_early, is_interrupted, needs_reason_to_open
from urna.station.day_guide import Step, current, opening, warnings
from urna.station.day_notes import REASONS, DayReason
from urna.station.day_steps import STANDING_WORDS
from urna.web.pollbook.day_desk import DayDesk
from urna.web.pollbook.day_opening import Opening
from urna.web.pollbook.face import Face
from urna.web.pollbook.sign_in import chosen_card
from urna.words import N_, Sentence

Turn = Annotated[str, Form()]
Typed = Annotated[str, Form(max_length=4000)]
Copies = Annotated[int, Form(ge=1, le=9)]
Upload = Annotated[UploadFile | None, File()]

ZERO_COPIES = 4
"""For the booth's door, the envelope and two witnesses, unless the members ask for another number."""

DAY_WORDS = {
    Day.OPEN: N_("The station is open"),
    Day.PAUSED: N_("Voting is paused"),
    Day.CLOSED: N_("The station is closed"),
    Day.SHEET_PRINTED: N_("The tally sheet is printed"),
    Day.TRANSMITTED: N_("The sheet has been sent"),
}


def day_router(face: Face, table: DayDesk) -> APIRouter:
    """The routes."""
    router, acts = APIRouter(), Opening(table)

    @router.get("/day")
    def day() -> Response:
        facts = table.facts()
        return face.page("day.html", place="/day", title=DAY_WORDS.get(facts.day, ""), **_values(face, table, facts))

    @router.get("/day/watch/{mark}")
    def watch(mark: str) -> Response:
        return watched(table, mark, "/day")

    @router.post("/day/clock")
    def clock(turn: Turn) -> Response:
        return face.act(turn, "/day", acts.check_clock)

    @router.post("/day/parts")
    def parts(turn: Turn, reader: Typed = "") -> Response:
        return face.work(turn, lambda: acts.test_parts(has_reader=reader != "broken"), "day_working.html")

    @router.post("/day/readiness")
    def readiness(turn: Turn) -> Response:
        return face.work(turn, acts.test_readiness, "day_working.html")

    @router.post("/day/readiness-report")
    def readiness_report(turn: Turn) -> Response:
        return face.work(turn, acts.print_readiness, "day_working.html")

    @router.post("/day/zero")
    def zero(turn: Turn) -> Response:
        return face.work(turn, acts.zero, "day_working.html")

    @router.post("/day/zero-report")
    def zero_report(turn: Turn, copies: Copies = ZERO_COPIES) -> Response:
        return face.work(turn, lambda: acts.print_zero(copies), "day_working.html")

    @router.post("/day/box")
    def box(turn: Turn, pin: Typed = "", stick: Typed = "", text: Typed = "", file: Upload = None) -> Response:
        return face.work(turn, lambda: acts.show_box((chosen_card(face, stick, text, file), pin)))

    @router.post("/day/open")
    def open_station(turn: Turn, reason: Typed = "") -> Response:
        return face.work(turn, lambda: acts.open(chosen_reason(reason)), "day_working.html")

    @router.post("/day/pause")
    def pause(turn: Turn, reason: Typed = "") -> Response:
        return face.act(turn, "/day", lambda: acts.pause(_required(chosen_reason(reason))))

    @router.post("/day/resume")
    def resume(turn: Turn) -> Response:
        return face.act(turn, "/day", acts.resume)

    return router


def chosen_reason(text: str) -> DayReason | None:
    """A reason of the list; None where none was chosen.

    Raises:
        Malformed: one that is not on it.
    """
    if not text:
        return None
    if text not in set(DayReason):
        raise _no_reason()
    return DayReason(text)


def watched(table: DayDesk, mark: str, path: str) -> Response:
    """Nothing while the page is as it was; otherwise the page asks for itself once more."""
    return Response(status_code=204) if table.mark() == mark else Response(headers={"HX-Redirect": path})


def steps_values(face: Face, table: DayDesk, steps: tuple[Step, ...]) -> dict[str, Any]:
    """What a checklist's template needs."""
    return {
        "steps": steps,
        "step": current(steps),
        "standing_words": STANDING_WORDS,
        "reasons": REASONS,
        "sticks": face.cards(),
        "mark": table.mark(),
    }


def clock_of(moment: str) -> str:
    """Date and hour as the clock on the wall shows them, by this machine's time zone; papers say UTC."""
    return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M %Z")


def _values(face: Face, table: DayDesk, facts: Facts) -> dict[str, Any]:
    notes = facts.notes
    since = notes.pauses[-1].since if notes.pauses else ""
    return {
        **steps_values(face, table, opening(facts)),
        "day": facts.day,
        "clock": clock_of(facts.now),
        "opened": Sentence("Open since {moment}.", {"moment": clock_of(notes.opened_at)}) if notes.opened_at else "",
        "paused": Sentence("Paused since {moment}.", {"moment": clock_of(since)}) if since else "",
        "hours": Sentence(
            "From {opens} to {closes}.",
            {"opens": clock_of(facts.opens_at), "closes": clock_of(facts.closes_at)},
        ),
        "needs_reason": needs_reason_to_open(facts),
        "is_early": is_early(facts),
        "is_interrupted": facts.day is Day.PAUSED and is_interrupted(facts),
        "warnings": (*table.clock_warnings(), *warnings(facts)),
        "zero_copies": ZERO_COPIES,
        "has_readiness_report": facts.day is not Day.SEALED,
        "has_zero_report": facts.day is Day.ZERO_REPORTED,
    }


def _required(reason: DayReason | None) -> DayReason:
    if reason is None:
        raise _no_reason()
    return reason


def _no_reason() -> Malformed:
    return Malformed(Sentence("a reason of the list"), Sentence("none"), Sentence("Choose a reason."))
