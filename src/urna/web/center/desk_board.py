"""The stations: all of them, one of them, and those that people should look at."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from urna.center.journal import ActKind, read_words
from urna.center.operators import Role
from urna.record.incident_words import public_reason
from urna.web.center.desk import Desk, NotThere
from urna.web.center.desk_access import may_reach
from urna.web.center.desk_centre import BoardRow, reason_of
from urna.web.center.desk_words import ANOMALIES, STANDINGS

PAGE = 200
"""Stations on one page."""

Asked = Annotated[str, Query(max_length=100)]
Page = Annotated[int, Query(ge=1, le=10_000)]


def board_router(desk: Desk) -> APIRouter:
    """The routes."""
    router, parts = APIRouter(), desk.parts

    def board(request: Request, template: str, standing: str, q: str, page: int) -> Response:
        rows = parts.centre.board()
        found = select(rows, standing, q)
        shown = found[(page - 1) * PAGE : page * PAGE]
        return desk.page(
            request,
            template,
            standings=list(STANDINGS),
            counts=Counter(each.standing for each in rows),
            total=len(rows),
            found=len(found),
            rows=shown,
            standing=standing if standing in STANDINGS or standing == "incident" else "",
            with_incidents=sum(each.incidents > 0 for each in rows),
            q=q,
            page=page,
            pages=max(1, -(-len(found) // PAGE)),
            at=parts.clock().moment,
        )

    @router.get("/board")
    def board_page(request: Request, standing: Asked = "", q: Asked = "", page: Page = 1) -> Response:
        return board(request, "board.html", standing, q, page)

    @router.get("/board/rows")
    def board_rows(request: Request, standing: Asked = "", q: Asked = "", page: Page = 1) -> Response:
        return board(request, "rows.html", standing, q, page)

    @router.get("/stations/{station}")
    def station_page(request: Request, station: str) -> Response:
        found = parts.centre.station(station)
        if found is None:
            raise NotThere
        role: Role = request.state.seen.role
        proposals = [each for each in parts.proposals.all() if each.proposal.station == station]
        reasons: list[tuple[Any, Any]] = [(each, reason_of(each)) for each in found.arrivals]
        held = [
            (each.at, each.act.document, each.act.held.kind, public_reason(str(read_words(each.act.held.public))))
            for each in found.acts
            if each.act.held is not None and each.act.kind is ActKind.HELD
        ]
        anomalies = [each for each in parts.centre.anomalies(parts.clock().seconds) if each.station == station]
        return desk.page(
            request,
            "station.html",
            station=found,
            arrivals=reasons,
            held=held,
            anomalies=anomalies,
            proposals=proposals if may_reach("GET", "/proposals", role) else [],
            may_propose=may_reach("GET", "/propose", role),
        )

    @router.get("/anomalies")
    def anomalies_page(request: Request) -> Response:
        found = parts.centre.anomalies(parts.clock().seconds)
        return desk.page(request, "anomalies.html", found=found, kinds=list(ANOMALIES), at=parts.clock().moment)

    return router


def select(rows: Sequence[BoardRow], standing: str, text: str) -> list[BoardRow]:
    """The rows of one standing, or with incidents, that have all the words somewhere."""
    words = text.casefold().split()
    kept = [each for each in rows if not standing or each.standing == standing or _is_with_incident(each, standing)]
    return [each for each in kept if all(word in f"{each.code} {each.name} {each.place}".casefold() for word in words)]


def _is_with_incident(row: BoardRow, standing: str) -> bool:
    return standing == "incident" and row.incidents > 0
