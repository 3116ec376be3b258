"""What a round says: a page that a citizen can read, and the record itself."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from urna.audit.report import AuditReport
from urna.election.definition import ratio
from urna.storage.audit_out import OUT, report_note
from urna.web.audit.chart import percent
from urna.web.audit.face import AuditFace
from urna.web.center.desk import NotThere


def reports_router(face: AuditFace) -> APIRouter:
    """The routes."""
    router, parts = APIRouter(), face.parts

    def find(number: int) -> AuditReport:
        with parts.journal.reading() as board:
            if not 1 <= number <= len(board.reports):
                raise NotThere
            return board.reports[number - 1]

    @router.get("/reports/{number}")
    def report_page(request: Request, number: int) -> Response:
        report, language = find(number), face.language(request)
        with parts.journal.reading() as board:
            draw = board.draws[number - 1]
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
                limit=percent(ratio(parts.case.commitment.risk_limit), language),
                has_limit=ratio(parts.case.commitment.risk_limit) > 0,
                risks=[(each, percent(ratio(each.risk), language)) for each in report.risks],
                has_note=(parts.journal.folder / OUT / report_note(number)).is_file(),
                has_pdf=parts.pdf is not None,
            )

    @router.get("/reports/{number}/note")
    def note(number: int) -> Response:
        find(number)
        path = parts.journal.folder / OUT / report_note(number)
        if not path.is_file():
            raise NotThere
        return _download(path.read_bytes(), "text/plain; charset=utf-8", report_note(number))

    @router.get("/reports/{number}/pdf")
    def pdf(request: Request, number: int) -> Response:
        report = find(number)
        if parts.pdf is None:
            raise NotThere
        return _download(parts.pdf(report, face.language(request)), "application/pdf", f"report-{number}.pdf")

    return router


def _download(data: bytes, kind: str, name: str) -> Response:
    return Response(data, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
