"""Who did what: the last entries, and all of them as an export that proves its own order."""

from collections.abc import Iterator

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from urna.errors import UrnaError
from urna.storage.centre_trail import check_trail
from urna.web.center.desk import Desk, error_sentence, said


def trail_router(desk: Desk) -> APIRouter:
    """The routes."""
    router, trail = APIRouter(), desk.parts.trail

    @router.get("/trail")
    def trail_page(request: Request) -> Response:
        problem = ""
        head = trail.head()
        try:
            check_trail(_until(trail.lines(), head.serial), head)
        except UrnaError as error:
            problem = said(desk.parts.speakers[desk.language(request)], error_sentence(error))
        return desk.page(request, "trail.html", entries=trail.newest(), head=head, problem=problem)

    @router.get("/trail.jsonl")
    def export(request: Request) -> Response:
        trail.write(at=desk.parts.clock().moment, who=request.state.seen.who, what="trail_exported")
        return StreamingResponse(
            trail.lines(),
            media_type="application/x-ndjson",
            headers={"Content-Disposition": 'attachment; filename="trail.jsonl"'},
        )

    return router


def _until(lines: Iterator[bytes], serial: int) -> Iterator[bytes]:
    """So many lines; what is written meanwhile is left out."""
    for _, line in zip(range(serial), lines, strict=False):
        yield line
