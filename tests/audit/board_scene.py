"""An audit of four boxes with two boards of two, as acts."""

from urna.audit.board import AuditBoard, AuditFrame
from urna.audit.board_acts import (
    CONSOLE,
    Act,
    Assigned,
    AuditRole,
    BoardMade,
    Drew,
    Entered,
    Joined,
    What,
)
from urna.audit.board_box import BoxForm, ContestLines, Drawing
from urna.audit.box_count import BoxState, HandLine
from urna.encoding.canonical import digest, encode

MAIN, FAR = "board.example/1", "board.example/3"
DRAWING = Drawing("e1" * 32, "RLA-1", "5e" * 32)
FORM = BoxForm((ContestLines("NOM", (("ANA", "ANA"), ("ANA-BIS", "ANA"), ("BEA", "BEA")), 1),), ("REF",), 100)
BOXES = ("A-01", "A-02", "B-01", "B-02")
FRAME = AuditFrame(DRAWING, dict.fromkeys(BOXES, FORM))
NOW = "2020-12-07T10:00:00Z"
PEOPLE = {
    "maria": ("María Paz", AuditRole.COORDINATOR, None),
    "ana": ("Ana Sol", AuditRole.COUNTER, "T1"),
    "luis": ("Luis Mar", AuditRole.COUNTER, "T1"),
    "jose": ("José Río", AuditRole.COUNTER, "T2"),
    "eva": ("Eva Luz", AuditRole.COUNTER, "T2"),
}


class Place:
    """Writes the chain of one place into an audit.

    Args:
        board: the audit as it is here.
        place: the key's name.
    """

    def __init__(self, board: AuditBoard, place: str = MAIN) -> None:
        self.board, self.place = board, place
        self.acts: list[Act] = []

    def make(self, who: str, what: What) -> Act:
        """The next act, not yet done."""
        number, previous = self.board.end_of(self.place)
        return Act(
            election=DRAWING.election,
            audit=DRAWING.audit,
            place=self.place,
            number=number + 1,
            previous=previous,
            at=NOW,
            who=who,
            what=what,
        )

    def do(self, who: str, what: What) -> Act:
        """Does it."""
        act = self.make(who, what)
        self.board.take(act)
        self.acts.append(act)
        return act

    def join(self, *names: str) -> None:
        """People of `PEOPLE`."""
        for name in names:
            full_name, role, board = PEOPLE[name]
            self.do(CONSOLE, Joined(person=name, full_name=full_name, role=role, board=board))


def entered(station: str, papers: int, votes: tuple[int, int, int], attempt: int = 1, sequence: int = 1) -> Entered:
    """What somebody typed: slips, then ANA, ANA-BIS, BEA."""
    return Entered(
        station=station,
        sequence=sequence,
        attempt=attempt,
        state=BoxState.COUNTED,
        papers=papers,
        lines=lines_of(votes),
        reason="",
    )


def lines_of(votes: tuple[int, int, int]) -> tuple[HandLine, ...]:
    """Votes of ANA, ANA-BIS, BEA as lines."""
    options = ("ANA", "ANA-BIS", "BEA")
    return tuple(HandLine(contest="NOM", option=each, votes=n) for each, n in zip(options, votes, strict=True))


def lost(station: str, reason: str, attempt: int = 1) -> Entered:
    """Somebody did not find the box."""
    return Entered(station=station, sequence=1, attempt=attempt, state=BoxState.LOST, papers=0, lines=(), reason=reason)


def audit_of_two_boards(far: str = MAIN) -> Place:
    """Board T1 has A-01 and A-02, T2 the others; all are drawn."""
    here = Place(AuditBoard(FRAME))
    here.join("maria")
    for board, place in (("T1", MAIN), ("T2", far)):
        here.do("maria", BoardMade(board=board, title=f"Table {board[1]}", place=place))
    here.join("ana", "luis", *(("jose", "eva") if far == MAIN else ()))
    here.do("maria", Drew(round=1, size=4, stations=BOXES, hash=digest(encode(here.acts[0]))))
    here.do("maria", Assigned(board="T1", stations=BOXES[:2]))
    here.do("maria", Assigned(board="T2", stations=BOXES[2:]))
    return here
