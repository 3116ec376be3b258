"""The pages of what goes wrong: the cases with what holds now on top, one case's steps, and paper ballots."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from urna.errors import Malformed
from urna.station.contingency import CONTINGENCIES, EFFECTS, Case, case_of
from urna.station.event_words import Way
from urna.station.hand_entry import PAPER_REASONS
from urna.web.pollbook.closing_pages import WAYS
from urna.web.pollbook.contingency_desk import PaperCount, read_entry, state_annulment
from urna.web.pollbook.day_desk import DayDesk
from urna.web.pollbook.day_pages import Turn
from urna.web.pollbook.face import Face
from urna.words import Sentence

COMMANDS = {Case.BOOTH_BROKEN: "urna station spare", Case.POLL_BOOK_BROKEN: "urna station serve"}
CaseName = Annotated[str, Form(max_length=40)]


def contingency_router(face: Face, table: DayDesk) -> APIRouter:
    """The routes."""
    router, paper = APIRouter(), PaperCount(table)

    @router.get("/contingency")
    def cases() -> Response:
        found = [(each, case_of(each.trouble)) for each in table.ports.conditions()]
        rows = [(case, row) for case, row in CONTINGENCIES.items()]
        return face.page("contingency.html", place="/contingency", found=found, rows=rows, effects=EFFECTS)

    @router.get("/contingency/case/{name}")
    def case(name: str) -> Response:
        if name not in set(Case):
            return face.page("not_allowed.html", place="/contingency", status=404)
        found = Case(name)
        return face.page(
            "contingency_case.html",
            place=f"/contingency/case/{found}",
            case=found,
            row=CONTINGENCIES[found],
            effects=EFFECTS,
            notes=table.notes(),
        )

    @router.post("/contingency/annul")
    def annul(turn: Turn) -> Response:
        return face.act(turn, "/contingency/case/annulled", lambda: state_annulment(table))

    @router.post("/contingency/paper")
    def begin_paper(turn: Turn) -> Response:
        return face.act(turn, "/contingency/hand-count", paper.begin)

    @router.get("/contingency/hand-count")
    def hand_count() -> Response:
        return face.page(
            "contingency_hand_count.html",
            place="/contingency/hand-count",
            contests=paper.contests,
            reasons=PAPER_REASONS,
            is_second=paper.entry.is_once,
            has_begun=table.notes().on_paper,
            is_signed=paper.is_signed,
            ways=paper.ways,
            way_words=WAYS,
            sent=[WAYS[way] for way in paper.sent_by],
        )

    @router.post("/contingency/hand-count/send")
    def send(turn: Turn, way: Annotated[Way, Form()]) -> Response:
        return face.work(turn, lambda: paper.send(way), "day_working.html")

    @router.post("/contingency/hand-count")
    async def enter(request: Request) -> Response:
        form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
        return face.work(form.get("turn", ""), lambda: _enter(table, paper, form), "day_working.html")

    return router


def _enter(table: DayDesk, paper: PaperCount, form: Mapping[str, str]) -> None:
    if len(form) > paper.most_fields:
        raise Malformed(Sentence("the fields of this page"), Sentence("more"), Sentence("Go on with this page."))
    paper.enter(read_entry(table.desk.election, table.desk.station_code, form))
