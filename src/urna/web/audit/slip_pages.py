"""The drawn slips of one box: typed slip by slip by one person, typed by another, compared as sums, decided if need be.

Only sums over the box are kept, and nobody is shown them: what the pages say at last are the sums of the whole round.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from urna.audit.board import AuditBoard
from urna.audit.board_acts import SlipsAgain, SlipsAgreed, SlipsDecided, SlipsEntered
from urna.audit.board_box import Stage
from urna.audit.board_pull import LineKind, Pull, PullLine, differing_lines
from urna.audit.box_count import BoxState
from urna.errors import Findings, OutOfOrder, UrnaError
from urna.web.audit.face import AuditFace, Seen, form_of, go, text_of
from urna.web.audit.slip_form import NO_VOTE, Typed, TypedSlip, mark_field, missing_field, read_slips, typed_again
from urna.web.audit.work import find_pull, is_theirs, may_type, reason_of, stage_of, turn_of
from urna.words import N_, Sentence

TURN = ("round", "attempt")
"""What a form says of the moment at which it was shown."""


def slip_router(face: AuditFace) -> APIRouter:
    """The routes."""
    router, parts = APIRouter(), face.parts

    @router.get("/slips/{station}")
    def slips_page(request: Request, station: str) -> Response:
        seen: Seen = request.state.seen
        with parts.journal.reading() as board:
            if station in board.boxes and is_theirs(board, seen, station):
                return go(f"/boxes/{station}")
            pull = find_pull(board, seen, station)
            return face.page(request, "slips.html", may_type=may_type(seen, pull), **_of_pull(board, pull))

    @router.post("/slips/{station}/again")
    def again(request: Request, station: str) -> Response:
        what = SlipsAgain(station=station, **turn_of(request, *TURN))
        face.do(request, what, N_("Both type this box anew."))
        return go(f"/slips/{station}")

    @router.post("/slips/{station}/agree")
    def agree(request: Request, station: str) -> Response:
        what = SlipsAgreed(station=station, **turn_of(request, *TURN))
        face.do(request, what, N_("The slips are read."))
        return go(f"/slips/{station}")

    @router.post("/slips/{station}/lost")
    def lost(request: Request, station: str) -> Response:
        with parts.journal.reading() as board:
            pull = find_pull(board, request.state.seen, station)
        gone = [TypedSlip(each.draws, False, {}) for each in pull.slips]
        what = SlipsEntered(
            station=station,
            **turn_of(request, *TURN),
            state=BoxState.LOST,
            is_overfull=False,
            contests=parts.case.slip_sums(pull, gone),
            reason=reason_of(request),
        )
        if face.do(request, what):
            _tell_stage(face, request, station)
        return go(f"/slips/{station}")

    _add_typing(router, face)
    _add_deciding(router, face)
    return router


def _add_typing(router: APIRouter, face: AuditFace) -> None:
    parts = face.parts

    @router.get("/slips/{station}/type")
    def type_page(request: Request, station: str) -> Response:
        seen: Seen = request.state.seen
        with parts.journal.reading() as board:
            pull = find_pull(board, seen, station)
        if not may_type(seen, pull):
            return go(f"/slips/{station}")
        return _show_form(face, request, pull)

    @router.post("/slips/{station}/type")
    def type_slips(request: Request, station: str) -> Response:
        with parts.journal.reading() as board:
            pull = find_pull(board, request.state.seen, station)
        try:
            slips = read_slips(form_of(request), pull.slips, pull.form.contests, station)
        except Findings as error:
            return _show_again(face, request, pull, error)
        what = SlipsEntered(
            station=station,
            **turn_of(request, *TURN),
            state=BoxState.COUNTED,
            is_overfull=bool(text_of(request, "overfull")),
            contests=parts.case.slip_sums(pull, slips),
            reason="",
        )
        if not face.do(request, what):
            return _show_again(face, request, pull)
        _tell_stage(face, request, station)
        return go(f"/slips/{station}")


def _add_deciding(router: APIRouter, face: AuditFace) -> None:
    parts = face.parts

    @router.get("/slips/{station}/decide")
    def decide_page(request: Request, station: str) -> Response:
        with parts.journal.reading() as board:
            pull = find_pull(board, request.state.seen, station)
        if not _can_decide(pull):
            return go(f"/slips/{station}")
        return _show_form(face, request, pull, is_decision=True)

    @router.post("/slips/{station}/decide")
    def decide(request: Request, station: str) -> Response:
        with parts.journal.reading() as board:
            pull = find_pull(board, request.state.seen, station)
        try:
            slips = read_slips(form_of(request), pull.slips, pull.form.contests, station)
            what = SlipsDecided(
                station=station,
                **turn_of(request, *TURN),
                state=BoxState.COUNTED,
                is_overfull=bool(text_of(request, "overfull")),
                contests=parts.case.slip_sums(pull, slips),
                reason=_needed_reason(request, station),
            )
        except UrnaError as error:
            return _show_again(face, request, pull, error, is_decision=True)
        face.do(request, what, N_("Decided. A counter of the board has to look at the slips and agree."))
        return go(f"/slips/{station}")


def _tell_stage(face: AuditFace, request: Request, station: str) -> None:
    """What became of slips that somebody typed."""
    with face.parts.journal.reading() as board:
        pull = board.pulls[station]
    if pull.is_lost:
        face.tell(request, N_("Both say that the box is lost."))
    elif pull.stage is Stage.DIFFERENT:
        face.tell(request, N_("The two do not say the same. Nothing is kept yet."), is_wrong=True)
    elif pull.stage is Stage.COUNTED:
        face.tell(request, N_("Both typed the same: the slips are read."))
    else:
        face.tell(request, N_("Kept. What you typed is shown to nobody before another person has typed it too."))


def _of_pull(board: AuditBoard, pull: Pull) -> dict[str, Any]:
    return {
        "pull": pull,
        "stage": stage_of(pull),
        "table": board.tables.get(board.assigned.get(pull.station, "")),
        "lines": _lines_shown(pull),
        "kinds": LineKind,
        "can_decide": _can_decide(pull),
        "is_open": board.is_round_open,
    }


def _lines_shown(pull: Pull) -> list[PullLine]:
    """Where the two differ."""
    return list(differing_lines(pull))


def _can_decide(pull: Pull) -> bool:
    return pull.stage is Stage.DIFFERENT and all(each.state is BoxState.COUNTED for each in pull.entries)


def _show_again(
    face: AuditFace, request: Request, pull: Pull, error: UrnaError | None = None, *, is_decision: bool = False
) -> Response:
    """The form with what was typed; each slip that is not complete says what is wrong with it."""
    wrong: dict[int, list[Sentence]] = {}
    if isinstance(error, Findings):
        for each in error.findings:
            wrong.setdefault(each.line, []).append(each.problem)
        said = Sentence(
            "Nothing is kept yet. Slips that are not complete, and are marked: {count}", {"count": len(wrong)}
        )
        face.tell(request, said, is_wrong=True)
    elif error is not None:
        face.refuse(request, error)
    typed = typed_again(form_of(request), pull.slips, pull.form.contests)
    return _show_form(face, request, pull, typed, wrong, is_decision=is_decision)


def _show_form(
    face: AuditFace,
    request: Request,
    pull: Pull,
    typed: Typed | None = None,
    wrong: Mapping[int, Sequence[Sentence]] = MappingProxyType({}),
    *,
    is_decision: bool = False,
) -> Response:
    contests = pull.form.contests
    rows = [
        (slip, missing_field(number), [(each, mark_field(number, at)) for at, each in enumerate(contests)])
        for number, slip in enumerate(pull.slips)
    ]
    return face.page(
        request,
        "type_slips.html",
        status=200 if typed is None else 422,
        pull=pull,
        rows=rows,
        typed=typed or {},
        is_first=typed is None,
        wrong=wrong,
        no_vote=NO_VOTE,
        is_decision=is_decision,
        is_overfull=typed is not None and bool(text_of(request, "overfull")),
        reason="" if typed is None else text_of(request, "reason", 800),
    )


def _needed_reason(request: Request, station: str) -> str:
    reason = reason_of(request)
    if not reason:
        raise OutOfOrder(
            Sentence("what the slips show, in a sentence"),
            Sentence("nothing"),
            Sentence("Write what the slips show, and who looked at them."),
            station,
        )
    return reason
