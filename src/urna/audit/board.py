"""The work of an audit, from its acts: who counts which boxes, what stands, and what a round says.

1. A chain of acts has to be whole (`check_next`).
2. An act is allowed to the person, the place and the moment (`AuditBoard.take`); otherwise it is refused whole.
3. An act that came from another place and that is refused here stays in the journal as a conflict, with the reason.
"""

from collections.abc import Mapping
from typing import NamedTuple

from urna.audit.board_acts import (
    BEGINNING,
    CONSOLE,
    Act,
    Again,
    Agreed,
    Assigned,
    AuditRole,
    BoardMade,
    Closed,
    Drew,
    Entered,
    Joined,
    Pictured,
    Reopened,
)
from urna.audit.board_box import Box, BoxAct, BoxForm, Drawing, Stage, step
from urna.audit.box_count import AuditCount
from urna.audit.report import AuditReport, Outcome
from urna.encoding.canonical import Code, Hash, digest, encode
from urna.errors import OutOfOrder, Unproven, UrnaError
from urna.words import Sentence

MOST_PHOTOS = 40
"""Of one box."""


class AuditFrame(NamedTuple):
    """What an audit is about, from the record; the acts are about this."""

    drawing: Drawing
    forms: Mapping[Code, BoxForm]
    """Of every box of the manifest: what has to be typed."""


class Member(NamedTuple):
    """Somebody who takes part."""

    person: str
    full_name: str
    role: AuditRole
    board: Code | None
    place: str
    """Where the account was made."""


class Table(NamedTuple):
    """A board."""

    board: Code
    title: str
    place: str


class Conflict(NamedTuple):
    """An act of another place that cannot stand here."""

    act: Act
    error: UrnaError


class AuditBoard:
    """An audit as its acts have made it so far.

    Args:
        frame: what it is about.
    """

    def __init__(self, frame: AuditFrame) -> None:
        self.frame = frame
        self.main = ""
        """The place of the first act: the coordinator's."""
        self.members: dict[str, Member] = {}
        self.tables: dict[Code, Table] = {}
        self.assigned: dict[Code, Code] = {}
        """Station to board."""
        self.boxes: dict[Code, Box] = {}
        """The drawn ones, in the order of the draws."""
        self.draws: list[Drew] = []
        self.reports: list[AuditReport] = []
        self.acts = 0
        self.conflicts: list[Conflict] = []
        self._ends: dict[str, tuple[int, Hash]] = {}

    def end_of(self, place: str) -> tuple[int, Hash]:
        """The number and hash of a place's last act; 0 and `BEGINNING` if it has none."""
        return self._ends.get(place, (0, BEGINNING))

    def take(self, act: Act, *, is_own: bool = True) -> None:
        """Carries out an act; one that is refused changes nothing.

        Args:
            act: the next one of its place's chain.
            is_own: whether it is refused with an error if it cannot stand; those of other places become conflicts.

        Raises:
            Malformed, OutOfOrder, Unproven: an own act that cannot stand; or a chain with a gap.
        """
        self.check_next(act)
        try:
            self._do(act)
        except UrnaError as error:
            if is_own:
                raise
            self.conflicts.append(Conflict(act, error))
        self.main = self.main or act.place
        self._ends[act.place] = (act.number, digest(encode(act)))
        self.acts += 1

    def check_next(self, act: Act) -> None:
        """Returns if an act is of this audit, and the next one of its place.

        Raises:
            Unproven: of another audit, or not the next one.
        """
        drawing = self.frame.drawing
        number, last = self.end_of(act.place)
        found, due = (act.election, act.audit, act.number, act.previous), (*drawing[:2], number + 1, last)
        if found != due:
            raise Unproven(
                Sentence(
                    "act {number} of {place} in audit {audit}, after {hash}",
                    {"number": due[2], "place": act.place, "audit": due[1], "hash": due[3][:16]},
                ),
                Sentence(
                    "act {number} of audit {audit}, after {hash}",
                    {"number": act.number, "audit": act.audit, "hash": act.previous[:16]},
                ),
                Sentence("Take the acts of this audit from its own place; two places must not sign with one key."),
                act.place,
            )

    @property
    def is_full(self) -> bool:
        """Whether every box is to be counted."""
        return bool(self.draws) and self.draws[-1].is_full

    @property
    def counts(self) -> dict[Code, AuditCount]:
        """The counts that stand, by station."""
        return {code: box.standing for code, box in self.boxes.items() if box.standing is not None}

    @property
    def open_boxes(self) -> list[Box]:
        """The drawn boxes that are not counted, or are being counted once more."""
        return [box for box in self.boxes.values() if box.stage is not Stage.COUNTED]

    @property
    def is_round_open(self) -> bool:
        """Whether a round was drawn that no report closes."""
        return len(self.draws) > len(self.reports)

    @property
    def last_outcome(self) -> str:
        """What the last report says; empty before the first."""
        return self.reports[-1].outcome.value if self.reports else ""

    def boxes_of(self, board: Code) -> list[Box]:
        """A board's boxes."""
        return [box for code, box in self.boxes.items() if self.assigned.get(code) == board]

    def member(self, person: str) -> Member:
        """Somebody who takes part; raises OutOfOrder for anybody else."""
        found = self.members.get(person)
        if found is None:
            raise OutOfOrder(
                Sentence("somebody who takes part in this audit"), Sentence("another name"), _ASK_CONSOLE, person
            )
        return found

    def box(self, station: Code) -> Box:
        """A drawn box; raises OutOfOrder for one that was not drawn."""
        found = self.boxes.get(station)
        if found is None:
            raise OutOfOrder(
                Sentence("a box that was drawn"),
                Sentence("{station}", {"station": station}),
                Sentence("Look at the retrieval list."),
                station,
            )
        return found

    def _do(self, act: Act) -> None:
        what = act.what
        if isinstance(what, Joined):
            self._join(act, what)
        elif isinstance(what, BoardMade):
            self._make_board(act, what)
        elif isinstance(what, Assigned):
            self._assign(act, what)
        elif isinstance(what, Drew):
            self._draw(act, what)
        elif isinstance(what, Closed):
            self._close(act, what)
        elif isinstance(what, Pictured):
            self._picture(act, what)
        else:
            self._step(act, what)

    def _join(self, act: Act, what: Joined) -> None:
        """On the command line of a place alone; a name stays where it was made."""
        _check(act.who == CONSOLE, Sentence("the command line of a place"), act.who)
        known = self.members.get(what.person)
        _check(known is None or known.place == act.place, Sentence("a name that no other place uses"), what.person)
        if what.role is AuditRole.COORDINATOR:
            _check(what.board is None, Sentence("a coordinator of no board"), what.board or "")
            _check(self.main in ("", act.place), Sentence("a coordinator at {place}", {"place": self.main}), act.place)
        else:
            table = self.tables.get(what.board or "")
            _check(table is not None, Sentence("a board of this audit"), what.board or "-")
            assert table is not None  # noqa: S101 - checked in the line above, which mypy cannot see
            _check(
                table.place == act.place, Sentence("a board that types at {place}", {"place": act.place}), table.place
            )
        self.members[what.person] = Member(what.person, what.full_name, what.role, what.board, act.place)

    def _make_board(self, act: Act, what: BoardMade) -> None:
        self._check_coordinator(act)
        _check(what.board not in self.tables, Sentence("a new board"), what.board)
        self.tables[what.board] = Table(what.board, what.title, what.place)

    def _assign(self, act: Act, what: Assigned) -> None:
        self._check_coordinator(act)
        _check(what.board in self.tables, Sentence("a board of this audit"), what.board)
        for station in what.stations:
            is_begun = self.assigned.get(station) is not None and self.box(station).stage not in _RESTING
            _check(not is_begun, Sentence("a box of which nothing is typed"), station)
            self.box(station)
        self.assigned |= dict.fromkeys(what.stations, what.board)

    def _draw(self, act: Act, what: Drew) -> None:
        self._check_coordinator(act)
        _check(not self.is_round_open, Sentence("that the round before is closed"), str(len(self.draws)))
        _check(not self.is_full, Sentence("an audit in which not every box is counted yet"), "-")
        is_due = Outcome.FULL_COUNT if what.is_full else Outcome.GO_ON
        may = self.reports[-1].outcome is is_due if self.reports else not what.is_full
        _check(may, Sentence("a report that asks for it"), self.last_outcome)
        _check(what.round == len(self.draws) + 1, Sentence("round {n}", {"n": len(self.draws) + 1}), str(what.round))
        new = [each for each in what.stations if each not in self.boxes]
        _check(new == list(what.stations), Sentence("boxes that no round before had"), ", ".join(what.stations)[:200])
        _check(set(new) <= set(self.frame.forms), Sentence("boxes of the manifest"), ", ".join(new)[:200])
        self.boxes |= {station: Box(station, self.frame.forms[station]) for station in new}
        self.draws.append(what)

    def _close(self, act: Act, what: Closed) -> None:
        self._check_coordinator(act)
        _check(self.is_round_open, Sentence("a round that is open"), str(len(self.draws)))
        _check(
            what.number == len(self.reports) + 1, Sentence("report {n}", {"n": len(self.reports) + 1}), str(what.number)
        )
        waiting = self.open_boxes
        _check(
            not waiting, Sentence("that every drawn box is counted"), ", ".join(box.station for box in waiting)[:200]
        )
        used = {each.station: each.count for each in what.report.counts}
        standing = {code: digest(encode(count)) for code, count in self.counts.items()}
        _check(used == standing, Sentence("a report on the counts that stand"), str(len(used)))
        self.reports.append(what.report)

    def _picture(self, act: Act, what: Pictured) -> None:
        box, member = self.box(what.station), self.member(act.who)
        if member.role is AuditRole.COUNTER:
            self._check_counter(act, what.station)
        if what.photo in box.photos:
            return
        _check(len(box.photos) < MOST_PHOTOS, Sentence("at most {most} photos", {"most": MOST_PHOTOS}), what.station)
        self.boxes[what.station] = box._replace(photos=(*box.photos, what.photo))

    def _step(self, act: Act, what: BoxAct) -> None:
        box, member = self.box(what.station), self.member(act.who)
        if isinstance(what, Entered | Agreed) or (isinstance(what, Again) and member.role is AuditRole.COUNTER):
            self._check_counter(act, what.station)
        else:
            self._check_coordinator(act)
        if isinstance(what, Reopened):
            _check(self.is_round_open, Sentence("a round that is open"), what.station)
        self.boxes[what.station] = step(box, what, (member.person, member.full_name), self.frame.drawing)

    def _check_coordinator(self, act: Act) -> None:
        is_console = act.who == CONSOLE and isinstance(act.what, BoardMade)
        _check(self.main in ("", act.place), Sentence("an act of {place}", {"place": self.main}), act.place)
        if not is_console:
            role = self.member(act.who).role
            _check(role is AuditRole.COORDINATOR, Sentence("the coordinator"), self.member(act.who).full_name)

    def _check_counter(self, act: Act, station: Code) -> None:
        member, board = self.member(act.who), self.assigned.get(station, "")
        is_theirs = member.role is AuditRole.COUNTER and member.board == board
        _check(is_theirs, Sentence("a counter of the board that has {station}", {"station": station}), member.full_name)
        _check(
            self.tables[board].place == act.place,
            Sentence("an act of {place}", {"place": self.tables[board].place}),
            act.place,
        )


def _check(is_so: bool, expected: Sentence, found: str) -> None:
    if not is_so:
        raise OutOfOrder(expected, Sentence("{found}", {"found": found or "-"}), _NOT_NOW, "")


_RESTING = frozenset({Stage.WAITING, Stage.COUNTED})
_NOT_NOW = Sentence("Nothing was done. Open the page again and look at how the audit stands.")
_ASK_CONSOLE = Sentence("Whoever keeps the audit's folder makes accounts: urna audit people.")
