"""The coordinator's first page: how far the boxes are, what the risk is now, and what can be done next."""

from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from urna.audit.board import AuditBoard
from urna.audit.board_acts import BEGINNING, Closed, Drew, SlipsClosed, SlipsDrew
from urna.audit.board_box import Box
from urna.audit.board_pull import Pull, round_sums
from urna.audit.box_comparison import ContestStanding, Standing
from urna.audit.report import Outcome
from urna.audit.rounds import DrawRound
from urna.audit.seed import Method
from urna.election.definition import ratio
from urna.encoding.canonical import Code, digest, encode
from urna.errors import UrnaError
from urna.web.audit.chart import Chart, chart_of, percent
from urna.web.audit.face import AuditFace, go, text_of
from urna.web.audit.work import STAGES, stage_of
from urna.web.center.desk import error_sentence
from urna.words import N_, Sentence


class Row(NamedTuple):
    """A board or a centre: its boxes by how far they are."""

    code: str
    title: str
    place: str
    stages: Mapping[str, int]

    @property
    def boxes(self) -> int:
        """All of them."""
        return sum(self.stages.values())

    @property
    def done(self) -> int:
        """Counted, or known to be lost."""
        return self.stages["counted"] + self.stages["lost"]


def progress_router(face: AuditFace) -> APIRouter:
    """The routes."""
    router, parts = APIRouter(), face.parts

    @router.get("/progress")
    def progress(request: Request) -> Response:
        case, language = parts.case, face.language(request)
        with parts.journal.reading() as board:
            standing, problem = standing_at(face, board)
            say = parts.speakers[language]
            limit = ratio(case.commitment.risk_limit)
            return face.page(
                request,
                "progress.html",
                board=board,
                commitment=case.commitment,
                stages=STAGES,
                counts=Counter(stage_of(box) for box in board.work.values()),
                tables=_tables(board),
                centres=_centres(face, board),
                unassigned=[code for code in board.work if code not in board.assigned],
                standings=charts_of(standing, limit, language),
                limit=limit,
                limit_text=percent(limit, language),
                problem=say(error_sentence(problem)) if problem else "",
                may_draw=_may_draw(face, board),
                is_full_due=_is_full_due(board),
                next_size=board.reports[-1].next_size if board.reports else 0,
                planned=_planned(face, board),
                is_main=face.is_main,
                differences=len(standing.differences) if standing else 0,
                has_sheets=has_sheets(face, board),
                draws=sum(each.draws for each in board.pulls.values()),
            )

    @router.post("/draw")
    def draw(request: Request) -> Response:
        typed = text_of(request, "size", 12).strip()
        size = int(typed) if typed.isascii() and typed.isdigit() else None
        try:
            with parts.journal.reading() as board:
                drawn = parts.case.next_round(board.draws, size)
                what = _drew(face, board, drawn)
        except UrnaError as error:
            face.refuse(request, error)
            return go("/progress")
        said = {"round": drawn.round, "boxes": len(what.stations)}
        face.do(request, what, Sentence("Round {round} is drawn: {boxes} boxes to fetch.", said))
        return go("/progress")

    @router.post("/full-count")
    def full_count(request: Request) -> Response:
        with parts.journal.reading() as board:
            new = tuple(code for code in parts.case.frame.forms if code not in board.boxes)
            before = digest(encode(board.reports[-1])) if board.reports else BEGINNING
            what = Drew(round=len(board.draws) + 1, size=0, stations=new, hash=before)
        said = {"boxes": len(new)}
        face.do(request, what, Sentence("Every box is to be counted: {boxes} more to fetch.", said))
        return go("/progress")

    @router.post("/close")
    def close(request: Request) -> Response:
        try:
            with parts.journal.reading() as board:
                number, what = len(board.reports) + 1, _closed(face, board)
        except UrnaError as error:
            face.refuse(request, error)
            return go("/progress")
        done = face.do(request, what, N_("The round is closed, and its report written."))
        return go(f"/reports/{number}" if done else "/progress")

    return router


def standing_at(face: AuditFace, board: AuditBoard) -> tuple[Standing | None, UrnaError | None]:
    """Nothing before a draw; an error where the record has not enough to say."""
    if not board.draws or face.parts.case.commitment.method is Method.SAMPLE:
        return None, None
    try:
        return face.parts.case.standing(board.draws, board.counts, board.readings), None
    except UrnaError as error:
        return None, error


def charts_of(standing: Standing | None, limit: Fraction, language: str) -> list[tuple[ContestStanding, Chart, str]]:
    """Each contest with its bars and its risk in words; none before there is anything to say."""
    contests = standing.contests if standing else ()
    return [(each, chart_of(each, limit, language), percent(each.risk, language)) for each in contests]


def has_sheets(face: AuditFace, board: AuditBoard) -> bool:
    """Whether what is read is compared with sheets: single slips are not."""
    return face.parts.case.commitment.method is not Method.POLLING or board.is_full


def _drew(face: AuditFace, board: AuditBoard, drawn: DrawRound) -> Drew | SlipsDrew:
    if face.parts.case.commitment.method is Method.POLLING:
        return face.parts.case.slips_drawn(drawn)
    stations = tuple(each for each in dict.fromkeys(drawn.to_fetch) if each not in board.boxes)
    return Drew(round=drawn.round, size=drawn.size, stations=stations, hash=digest(encode(drawn)))


def _closed(face: AuditFace, board: AuditBoard) -> Closed | SlipsClosed:
    """The round's report; of slips with the sums that it rests on."""
    case, now, number = face.parts.case, face.parts.clock().moment, len(board.reports) + 1
    if has_sheets(face, board):
        report = case.report(board.draws, board.counts, board.readings, now)
        return Closed(number=number, report=report)
    reading = case.reading(board.draws, round_sums(board.pulls.values()))
    report = case.report(board.draws, {}, (*board.readings, reading), now)
    return SlipsClosed(number=number, reading=reading, report=report)


def _may_draw(face: AuditFace, board: AuditBoard) -> bool:
    if board.is_round_open or board.is_full:
        return False
    if not board.reports:
        return True
    return board.reports[-1].outcome is Outcome.GO_ON and face.parts.case.commitment.method is not Method.SHARE


def _is_full_due(board: AuditBoard) -> bool:
    return not board.is_round_open and not board.is_full and board.last_outcome == Outcome.FULL_COUNT.value


def _planned(face: AuditFace, board: AuditBoard) -> int:
    """Draws in all of the next round, if they were committed; 0 if they are free, or follow from a share."""
    sizes = face.parts.case.commitment.sizes
    return sizes[len(board.draws)] if len(board.draws) < len(sizes) else 0


def _tables(board: AuditBoard) -> list[Row]:
    return [
        Row(each.board, each.title, each.place, Counter(stage_of(box) for box in board.work_of(each.board)))
        for each in board.tables.values()
    ]


def _centres(face: AuditFace, board: AuditBoard) -> list[Row]:
    election = face.parts.case.election
    found: dict[Code, list[Box | Pull]] = {}
    for box in board.work.values():
        found.setdefault(election.stations[box.station].centre, []).append(box)
    return [Row(code, election.territories[code].name, "", _stages(boxes)) for code, boxes in sorted(found.items())]


def _stages(boxes: Iterable[Box | Pull]) -> Counter[str]:
    return Counter(stage_of(box) for box in boxes)
