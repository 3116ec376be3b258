"""Boards and their boxes: who counts what, what has to be fetched from where, and what does not agree."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from urna.audit.board import AuditBoard
from urna.audit.board_acts import Assigned, BoardMade, SlipsDrew
from urna.audit.board_box import Box
from urna.audit.board_pull import Pull
from urna.web.audit.face import AuditFace, form_of, go, text_of
from urna.web.audit.progress import has_sheets, standing_at
from urna.web.audit.work import STAGES, place_of, stage_of
from urna.web.center.desk import error_sentence
from urna.words import N_, Sentence

Asked = Annotated[str, Query(max_length=60)]
MOST_ROWS = 500
"""Boxes on one page; a full count has thousands, and is given out centre by centre."""

NOBODY = "-"
"""The board of boxes that none has."""


def tables_router(face: AuditFace) -> APIRouter:
    """The routes."""
    router, parts = APIRouter(), face.parts

    @router.get("/boxes")
    def boxes(request: Request, centre: Asked = "", board: Asked = "", stage: Asked = "") -> Response:
        with parts.journal.reading() as audit:
            election = parts.case.election
            shown = [box for box in audit.work.values() if _is_shown(face, audit, box, (centre, board, stage))]
            return face.page(
                request,
                "boxes.html",
                board=audit,
                rows=[
                    (box, stage_of(box), place_of(box), audit.assigned.get(box.station, ""))
                    for box in shown[:MOST_ROWS]
                ],
                found=len(shown),
                centres=sorted({election.stations[code].centre for code in audit.work}),
                stages=STAGES,
                chosen=(centre, board, stage),
                nobody=NOBODY,
            )

    @router.post("/assign")
    def assign(request: Request) -> Response:
        name = "shown" if text_of(request, "all") else "station"
        stations = tuple(each for each in form_of(request).getlist(name) if isinstance(each, str))
        board = text_of(request, "board", 60)
        if not stations or not board:
            face.tell(request, N_("Nothing was done: mark boxes, and choose a board."), is_wrong=True)
        else:
            said: dict[str, str | int] = {"count": len(stations), "board": board}
            what = Assigned(board=board, stations=stations)
            face.do(request, what, Sentence("{count} boxes are now board {board}'s.", said))
        return go("/boxes")

    @router.get("/retrieval")
    def retrieval(request: Request, round: Annotated[int, Query(ge=0, le=9999)] = 0) -> Response:
        with parts.journal.reading() as audit:
            number = round if 1 <= round <= len(audit.draws) else len(audit.draws)
            drawn = audit.draws[number - 1] if audit.draws else None
            stations = drawn.stations if drawn else ()
            pulls = drawn.pulls if isinstance(drawn, SlipsDrew) else ()
            return face.page(
                request,
                "retrieval.html",
                number=number,
                rounds=len(audit.draws),
                centres=_by_centre(face, stations),
                assigned=audit.assigned,
                is_full=drawn.is_full if drawn else False,
                slips={each.station: each.slips for each in pulls},
                papers={code: form.papers for code, form in parts.case.frame.pulls.items()},
                hash=drawn.hash if drawn else "",
            )

    @router.get("/boards")
    def boards(request: Request) -> Response:
        with parts.journal.reading() as audit:
            return face.page(request, "boards.html", board=audit, keys=parts.case.commitment.board)

    @router.post("/boards")
    def make_board(request: Request) -> Response:
        code, title = text_of(request, "board", 40).strip().upper(), " ".join(text_of(request, "title", 120).split())
        what = BoardMade(board=code, title=title, place=text_of(request, "place", 200))
        face.do(request, what, Sentence("Board {board} is made.", {"board": code}))
        return go("/boards")

    @router.get("/differences")
    def differences(request: Request) -> Response:
        with parts.journal.reading() as audit:
            standing, problem = standing_at(face, audit)
            return face.page(
                request,
                "differences.html",
                found=standing.differences if standing else (),
                problem=parts.speakers[face.language(request)](error_sentence(problem)) if problem else "",
                lost=_lost(audit),
                counted=len(audit.counts),
                has_sheets=has_sheets(face, audit),
                conflicts=audit.conflicts,
            )

    return router


def _is_shown(face: AuditFace, audit: AuditBoard, box: Box | Pull, chosen: tuple[str, str, str]) -> bool:
    centre, board, stage = chosen
    has_centre = not centre or face.parts.case.election.stations[box.station].centre == centre
    has_board = not board or audit.assigned.get(box.station, NOBODY) == board
    return has_centre and has_board and (not stage or stage_of(box) == stage)


def _lost(audit: AuditBoard) -> list[tuple[str, str, str]]:
    """Lost boxes, with the path of the page and why; those that only an earlier round of slips drew have no page."""
    now = [(each.station, place_of(each), _why_lost(each)) for each in audit.work.values() if stage_of(each) == "lost"]
    before = sorted({code for reading in audit.readings for code in reading.lost} - audit.work.keys())
    return [*now, *((code, "", "") for code in before)]


def _why_lost(box: Box | Pull) -> str:
    if isinstance(box, Pull):
        return box.reason
    return box.standing.reason if box.standing else ""


def _by_centre(face: AuditFace, stations: Sequence[str]) -> list[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for station in stations:
        found.setdefault(face.parts.case.election.stations[station].centre, []).append(station)
    return [(centre, sorted(each)) for centre, each in sorted(found.items())]
