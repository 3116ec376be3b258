"""What boards have to read, whole boxes or the drawn slips of boxes: how far it is, whose it is, and whose turn."""

from starlette.requests import Request

from urna.audit.board import AuditBoard
from urna.audit.board_acts import AuditRole
from urna.audit.board_box import Box, Stage
from urna.audit.board_pull import Pull
from urna.audit.box_count import BoxState
from urna.web.audit.face import Seen, text_of
from urna.web.center.desk import NotThere

STAGES = (*(each.value for each in Stage), BoxState.LOST.value)
SLIPS, BOXES = "slips", "boxes"


def stage_of(work: Box | Pull) -> str:
    """How far it is, a lost box by its own word."""
    if isinstance(work, Pull):
        is_lost = work.is_lost
    else:
        is_lost = work.standing is not None and work.standing.state is BoxState.LOST
    return BoxState.LOST.value if is_lost and work.stage is Stage.COUNTED else work.stage.value


def place_of(work: Box | Pull) -> str:
    """The path of its page."""
    return f"/{SLIPS if isinstance(work, Pull) else BOXES}/{work.station}"


def find_box(board: AuditBoard, seen: Seen, station: str) -> Box:
    """A box; for a counter, one of the own board. Raises NotThere."""
    found = board.boxes.get(station)
    if found is None or not is_theirs(board, seen, station):
        raise NotThere
    return found


def find_pull(board: AuditBoard, seen: Seen, station: str) -> Pull:
    """A box's drawn slips; for a counter, of the own board. Raises NotThere, too once every box is counted instead."""
    found = board.work.get(station)
    if not isinstance(found, Pull) or not is_theirs(board, seen, station):
        raise NotThere
    return found


def is_theirs(board: AuditBoard, seen: Seen, station: str) -> bool:
    """Whether somebody may see what is read of a station."""
    member = seen.session
    is_own = member is not None and member.board == board.assigned.get(station)
    return member is not None and (member.role is AuditRole.COORDINATOR or is_own)


def may_type(seen: Seen, work: Box | Pull) -> bool:
    """Whether this person can type it now."""
    is_open = work.stage in {Stage.WAITING, Stage.TYPED_ONCE}
    person = seen.session.person if seen.session else ""
    return is_open and seen.role is AuditRole.COUNTER and person not in {each.person for each in work.entries}


def turn_of(request: Request, *names: str) -> dict[str, int]:
    """The count and attempt that the page showed."""
    found = {name: text_of(request, name, 6) for name in names}
    if not all(each.isascii() and each.isdigit() and int(each) for each in found.values()):
        raise NotThere
    return {name: int(each) for name, each in found.items()}


def reason_of(request: Request) -> str:
    """What somebody wrote, on one line."""
    return " ".join(text_of(request, "reason").split())
