"""One box: typed by one person, typed by another, compared, decided if need be, and only then laid beside its sheet."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from urna.audit.board import AuditBoard
from urna.audit.board_acts import Again, Agreed, Decided, Entered, Pictured, Reopened
from urna.audit.board_box import Box, Stage, differing
from urna.audit.box_count import AuditCount, BoxState
from urna.errors import OutOfOrder, UrnaError
from urna.storage.audit_journal import kind_of
from urna.web.audit.face import AuditFace, Seen, form_of, go
from urna.web.audit.typing_page import (
    SLIPS,
    Key,
    field,
    hand_lines,
    keys_of,
    numbers_of,
    read_numbers,
    typed_again,
)
from urna.web.audit.work import find_box, is_theirs, may_type, place_of, reason_of, stage_of, turn_of
from urna.web.center.desk import NotThere
from urna.words import N_, Sentence

SHOWN = frozenset({Stage.DIFFERENT, Stage.DECIDED, Stage.COUNTED})
"""Before, a photograph of the worksheet would tell the second person what the first one typed."""


TURN = ("sequence", "attempt")
"""What a form says of the moment at which it was shown."""


def box_router(face: AuditFace) -> APIRouter:
    """The routes."""
    router, parts = APIRouter(), face.parts

    @router.get("/mine")
    def mine(request: Request) -> Response:
        seen: Seen = request.state.seen
        assert seen.session is not None  # the role says so  # noqa: S101
        with parts.journal.reading() as board:
            mine = board.work_of(seen.session.board or "")
            rows = [(each, stage_of(each), place_of(each), may_type(seen, each)) for each in mine]
            return face.page(request, "mine.html", rows=rows, table=board.tables.get(seen.session.board or ""))

    @router.get("/boxes/{station}")
    def box_page(request: Request, station: str) -> Response:
        seen: Seen = request.state.seen
        with parts.journal.reading() as board:
            if station not in board.boxes and station in board.pulls and is_theirs(board, seen, station):
                return go(f"/slips/{station}")
            box = find_box(board, seen, station)
            return face.page(
                request, "box.html", board=board, may_type=may_type(seen, box), **_of_box(face, board, box)
            )

    @router.post("/boxes/{station}/again")
    def again(request: Request, station: str) -> Response:
        what = Again(station=station, **turn_of(request, *TURN))
        face.do(request, what, N_("Both type this box anew."))
        return go(f"/boxes/{station}")

    @router.post("/boxes/{station}/agree")
    def agree(request: Request, station: str) -> Response:
        what = Agreed(station=station, **turn_of(request, *TURN))
        face.do(request, what, N_("The box is counted."))
        return go(f"/boxes/{station}")

    @router.post("/boxes/{station}/reopen")
    def reopen(request: Request, station: str) -> Response:
        reason = reason_of(request)
        if not reason:
            face.tell(request, N_("Nothing was done: write why."), is_wrong=True)
        else:
            what = Reopened(station=station, sequence=turn_of(request, *TURN)["sequence"] + 1, reason=reason)
            face.do(request, what, N_("The box is counted once more; the count before stands until then."))
        return go(f"/boxes/{station}")

    _add_typing(router, face)
    _add_deciding(router, face)
    _add_photos(router, face)
    return router


def _add_typing(router: APIRouter, face: AuditFace) -> None:
    parts = face.parts

    @router.get("/boxes/{station}/type")
    def type_page(request: Request, station: str) -> Response:
        return _show_typing(face, request, station, {})

    @router.post("/boxes/{station}/type")
    def type_box(request: Request, station: str) -> Response:
        with parts.journal.reading() as board:
            keys = keys_of(find_box(board, request.state.seen, station).form)
        try:
            numbers = read_numbers(form_of(request), keys, keys, station)
        except UrnaError as error:
            face.refuse(request, error)
            return _show_typing(face, request, station, dict(typed_again(form_of(request), keys)), 422)
        what = Entered(
            station=station,
            **turn_of(request, *TURN),
            state=BoxState.COUNTED,
            papers=numbers[SLIPS],
            lines=hand_lines(numbers),
            reason="",
        )
        if not face.do(request, what):
            return _show_typing(face, request, station, dict(typed_again(form_of(request), keys)), 422)
        _tell_stage(face, request, station)
        return go(f"/boxes/{station}")

    @router.post("/boxes/{station}/lost")
    def lost(request: Request, station: str) -> Response:
        what = Entered(
            station=station,
            **turn_of(request, *TURN),
            state=BoxState.LOST,
            papers=0,
            lines=(),
            reason=reason_of(request),
        )
        if face.do(request, what):
            _tell_stage(face, request, station)
        return go(f"/boxes/{station}")


def _tell_stage(face: AuditFace, request: Request, station: str) -> None:
    """What became of a box that somebody typed."""
    with face.parts.journal.reading() as board:
        box = board.boxes[station]
    stage = box.stage
    if stage_of(box) == BoxState.LOST.value:
        face.tell(request, N_("Both say that the box is lost."))
    elif stage is Stage.DIFFERENT:
        face.tell(request, N_("Two counts differ. Nothing is counted yet."), is_wrong=True)
    elif stage is Stage.COUNTED:
        face.tell(request, N_("Both typed the same: the box is counted."))
    else:
        face.tell(request, N_("Kept. What you typed is shown to nobody before another person has typed it too."))


def _add_deciding(router: APIRouter, face: AuditFace) -> None:
    parts = face.parts

    @router.post("/boxes/{station}/decide")
    def decide(request: Request, station: str) -> Response:
        try:
            with parts.journal.reading() as board:
                box = find_box(board, request.state.seen, station)
                what = _decision(request, box)
        except UrnaError as error:
            face.refuse(request, error)
        else:
            face.do(request, what, N_("Decided. A counter of the board has to look at the slips and agree."))
        return go(f"/boxes/{station}")


def _add_photos(router: APIRouter, face: AuditFace) -> None:
    parts = face.parts

    @router.post("/boxes/{station}/photos")
    def add_photo(request: Request, station: str) -> Response:
        with parts.journal.reading() as board:
            find_box(board, request.state.seen, station)
        sent = form_of(request).get("photo")
        data = sent.file.read() if isinstance(sent, UploadFile) else b""
        try:
            photo, kind = parts.journal.put_photo(data)
        except UrnaError as error:
            face.refuse(request, error)
        else:
            what = Pictured(station=station, photo=photo, kind=kind, size=len(data))
            face.do(request, what, N_("The photograph is kept."))
        return go(f"/boxes/{station}")

    @router.get("/boxes/{station}/photos/{photo}")
    def photo(request: Request, station: str, photo: str) -> Response:
        with parts.journal.reading() as board:
            box = find_box(board, request.state.seen, station)
        found = parts.journal.photo(photo) if photo in box.photos and box.stage in SHOWN else None
        if found is None:
            raise NotThere
        return Response(found, media_type=kind_of(found))


def _of_box(face: AuditFace, board: AuditBoard, box: Box) -> dict[str, Any]:
    keys = keys_of(box.form)
    is_known = {key: key in differing(box) for key in keys}
    count = box.standing if box.stage is Stage.COUNTED else None
    return {
        "box": box,
        "stage": stage_of(box),
        "table": board.tables.get(board.assigned.get(box.station, "")),
        "keys": keys,
        "fields": {key: field(number) for number, key in enumerate(keys)},
        "differing": [key for key in keys if is_known[key]],
        "entries": [numbers_of(each) for each in box.entries] if box.stage is Stage.DIFFERENT else [],
        "decided": numbers_of(box.decision) if box.decision else {},
        "can_decide": box.stage is Stage.DIFFERENT and all(each.state is BoxState.COUNTED for each in box.entries),
        "compared": _compared(face, count) if count else [],
        "photos": box.photos if box.stage in SHOWN else (),
        "kept_here": [each for each in box.photos if face.parts.journal.has_photo(each)],
    }


def _compared(face: AuditFace, count: AuditCount) -> list[tuple[Key, int, int | None]]:
    """Each line's votes in the box and on the sheet, which is opened for a count that stands and for nothing else."""
    sheet: Mapping[Key, int] = face.parts.case.sheet(count.station)
    found = {(each.contest, each.option): each.votes for each in count.lines}
    keys = keys_of(face.parts.case.frame.forms[count.station])
    return [(key, found[key], sheet.get(key)) for key in keys if key in found]


def _show_typing(
    face: AuditFace, request: Request, station: str, typed: Mapping[Key, str], status: int = 200
) -> Response:
    seen: Seen = request.state.seen
    with face.parts.journal.reading() as board:
        box = find_box(board, seen, station)
        if not may_type(seen, box):
            return go(f"/boxes/{station}")
        keys = keys_of(box.form)
        return face.page(
            request,
            "type.html",
            status=status,
            box=box,
            fields={key: field(number) for number, key in enumerate(keys)},
            typed=typed,
            slips=SLIPS,
        )


def _decision(request: Request, box: Box) -> Decided:
    """What both typed alike stays; of the rest, what the coordinator found slip by slip."""
    reason = reason_of(request)
    if len(box.entries) != 2 or not reason:
        raise OutOfOrder(
            Sentence("two counts that differ, and a reason"),
            Sentence("{counts} counts and {letters} letters", {"counts": len(box.entries), "letters": len(reason)}),
            Sentence("Write what the slips show, and who looked at them."),
            box.station,
        )
    keys = keys_of(box.form)
    decided = read_numbers(form_of(request), keys, differing(box), box.station)
    numbers = {**numbers_of(box.entries[0]), **decided}
    return Decided(
        station=box.station,
        **turn_of(request, *TURN),
        state=BoxState.COUNTED,
        papers=numbers[SLIPS],
        lines=hand_lines(numbers),
        reason=reason,
    )
