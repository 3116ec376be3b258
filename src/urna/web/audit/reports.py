"""What a round says: a page that a citizen can read, and the record itself."""

from collections.abc import Sequence

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from urna.audit.board_acts import SlipsDrew
from urna.audit.report import AuditReport
from urna.audit.slip_reading import SlipReading
from urna.election.definition import ratio
from urna.encoding.canonical import Code
from urna.storage.audit_out import OUT, reading_note, report_note
from urna.web.audit.chart import percent
from urna.web.audit.face import AuditFace
from urna.web.audit.progress import charts_of
from urna.web.center.desk import NotThere


def reports_router(face: AuditFace) -> APIRouter:
    """The routes."""
    router, parts = APIRouter(), face.parts

    def find(number: int) -> AuditReport:
        with parts.journal.reading() as board:
            if not 1 <= number <= len(board.reports):
                raise NotThere
            return board.reports[number - 1]

    def note_named(number: int, name: str) -> Response:
        find(number)
        path = parts.journal.folder / OUT / name
        if not path.is_file():
            raise NotThere
        return _download(path.read_bytes(), "text/plain; charset=utf-8", name)

    @router.get("/reports/{number}")
    def report_page(request: Request, number: int) -> Response:
        report, language = find(number), face.language(request)
        with parts.journal.reading() as board:
            draw, has_slips = board.draws[number - 1], isinstance(board.draws[number - 1], SlipsDrew)
            limit, readings = ratio(parts.case.commitment.risk_limit), board.readings[:number]
            standing = parts.case.standing(board.draws[:number], {}, readings) if has_slips else None
            return face.page(
                request,
                "report.html",
                report=report,
                number=number,
                latest=len(board.reports),
                draw=draw,
                counts=board.counts,
                commitment=parts.case.commitment,
                boxes=len(parts.case.frame.forms),
                limit=limit,
                limit_text=percent(limit, language),
                readings=readings if has_slips else (),
                unread=_unread(parts.case.commitment.contests, readings) if has_slips else (),
                standings=charts_of(standing, limit, language),
                risks=[(each, percent(ratio(each.risk), language)) for each in report.risks],
                has_note=(parts.journal.folder / OUT / report_note(number)).is_file(),
                has_reading=has_slips and (parts.journal.folder / OUT / reading_note(number)).is_file(),
                has_pdf=parts.pdf is not None,
            )

    @router.get("/reports/{number}/note")
    def note(number: int) -> Response:
        return note_named(number, report_note(number))

    @router.get("/reports/{number}/reading")
    def reading(number: int) -> Response:
        return note_named(number, reading_note(number))

    @router.get("/reports/{number}/pdf")
    def pdf(request: Request, number: int) -> Response:
        report = find(number)
        if parts.pdf is None:
            raise NotThere
        return _download(parts.pdf(report, face.language(request)), "application/pdf", f"report-{number}.pdf")

    return router


def _unread(contests: Sequence[Code], readings: Sequence[SlipReading]) -> list[Code]:
    """The audited contests of which the newest round says nothing."""
    read = {each.contest for each in readings[-1].contests}
    return [each for each in contests if each not in read]


def _download(data: bytes, kind: str, name: str) -> Response:
    return Response(data, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
