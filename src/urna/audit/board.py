"""The work of an audit, from its acts: who counts which boxes, what stands, and what a round says.

1. A chain of acts has to be whole (`check_next`).
2. An act is allowed to the person, the place and the moment (`AuditBoard.take`); otherwise it is refused whole.
3. An act that came from another place and that is refused here stays in the journal as a conflict, with the reason.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from urna.audit.board_acts import (
    BEGINNING,
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
    SlipsAgain,
    SlipsAgreed,
    SlipsClosed,
    SlipsDrew,
    SlipsEntered,
)
from urna.audit.board_box import Box, BoxAct, BoxForm, Drawing, Stage, step
from urna.audit.board_people import BoardPeople, check
from urna.audit.board_pull import Pull, PullAct, PullForm, forgotten, is_of_pulls, pull_step
from urna.audit.box_count import AuditCount
from urna.audit.report import AuditReport, Outcome
from urna.audit.slip_reading import SlipReading
from urna.encoding.canonical import Code, Hash, digest, encode
from urna.errors import OutOfOrder, Unproven, UrnaError
from urna.words import Sentence

W = TypeVar("W", Box, Pull, Box | Pull)

MOST_PHOTOS = 40
"""Of one box."""


class AuditFrame(NamedTuple):
    """What an audit is about, from the record; the acts are about this."""

    drawing: Drawing
    forms: Mapping[Code, BoxForm]
    """Of every box of the manifest: what has to be typed."""
    pulls: Mapping[Code, PullForm] = MappingProxyType({})
    """Of every box, where single slips are drawn: what may be typed of one; empty for other methods."""


class Conflict(NamedTuple):
    """An act of another place that cannot stand here."""

    act: Act
    error: UrnaError


class AuditBoard(BoardPeople):
    """An audit as its acts have made it so far.

    Args:
        frame: what it is about.
        here: the key name of the place that reads the acts; empty for the coordinator's.
    """

    def __init__(self, frame: AuditFrame, here: str = "") -> None:
        super().__init__()
        self.frame, self.here = frame, here
        self.boxes: dict[Code, Box] = {}
        """Those of which the whole box is counted, in the order of the draws."""
        self.pulls: dict[Code, Pull] = {}
        """Where single slips are drawn: the newest round's, by box; of a closed round without what was read."""
        self.draws: list[Drew | SlipsDrew] = []
        self.readings: list[SlipReading] = []
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
    def work(self) -> Mapping[Code, Box | Pull]:
        """What the boards have to read in the newest round: the drawn slips of boxes, or whole boxes."""
        return self.boxes or self.pulls

    @property
    def open_work(self) -> list[Box | Pull]:
        """What is not read, or being read once more."""
        return [each for each in self.work.values() if each.stage is not Stage.COUNTED]

    @property
    def is_round_open(self) -> bool:
        """Whether a round was drawn that no report closes."""
        return len(self.draws) > len(self.reports)

    @property
    def is_far(self) -> bool:
        """Whether this is a board's own place, which need not have the acts of all others: what is closed is closed."""
        return self.here not in ("", self.main)

    @property
    def last_outcome(self) -> str:
        """What the last report says; empty before the first."""
        return self.reports[-1].outcome.value if self.reports else ""

    def work_of(self, board: Code) -> list[Box | Pull]:
        """A board's part of it."""
        return [each for code, each in self.work.items() if self.assigned.get(code) == board]

    def box(self, station: Code) -> Box:
        """A box that is to be counted; raises OutOfOrder for one that was not drawn."""
        return _drawn(self.boxes, station)

    def _do(self, act: Act) -> None:
        what = act.what
        if isinstance(what, Joined):
            self.join(act, what)
        elif isinstance(what, BoardMade):
            self.make_board(act, what)
        elif isinstance(what, Assigned):
            self._assign(act, what)
        elif isinstance(what, Drew):
            self._draw(act, what)
        elif isinstance(what, Closed):
            self._close(act, what)
        elif isinstance(what, SlipsDrew):
            self._draw_slips(act, what)
        elif isinstance(what, SlipsClosed):
            self._close_slips(act, what)
        elif isinstance(what, Pictured):
            self._picture(act, what)
        elif isinstance(what, PullAct):
            self._step_pull(act, what)
        else:
            self._step(act, what)

    def _assign(self, act: Act, what: Assigned) -> None:
        self.check_coordinator(act)
        check(what.board in self.tables, Sentence("a board of this audit"), what.board)
        for station in what.stations:
            is_resting = _drawn(self.work, station).stage in _RESTING
            check(is_resting or station not in self.assigned, Sentence("a box of which nothing is typed"), station)
        self.assigned |= dict.fromkeys(what.stations, what.board)

    def _draw(self, act: Act, what: Drew) -> None:
        self._check_draw(act, what)
        check(what.is_full or not self.frame.pulls, Sentence("a round of slips"), "-")
        new = [each for each in what.stations if each not in self.boxes]
        check(new == list(what.stations), Sentence("boxes that no round before had"), ", ".join(what.stations)[:200])
        check(set(new) <= set(self.frame.forms), Sentence("boxes of the manifest"), ", ".join(new)[:200])
        self.boxes |= {station: Box(station, self.frame.forms[station]) for station in new}
        self.draws.append(what)

    def _draw_slips(self, act: Act, what: SlipsDrew) -> None:
        self._check_draw(act, what)
        forms, read = self.frame.pulls, set(what.contests)
        codes = list(what.stations)
        check(codes == sorted(set(codes) & set(forms)), Sentence("boxes of the manifest"), ", ".join(codes)[:200])
        self.pulls = {
            each.station: Pull(each.station, what.round, each.slips, forms[each.station].of(read))
            for each in what.pulls
        }
        self.draws.append(what)

    def _check_draw(self, act: Act, what: Drew | SlipsDrew) -> None:
        self.check_coordinator(act)
        check(not self.is_round_open, Sentence("that the round before is closed"), str(len(self.draws)))
        check(not self.is_full, Sentence("an audit in which not every box is counted yet"), "-")
        is_due = Outcome.FULL_COUNT if what.is_full else Outcome.GO_ON
        may = self.reports[-1].outcome is is_due if self.reports else not what.is_full
        check(may, Sentence("a report that asks for it"), self.last_outcome)
        check(what.round == len(self.draws) + 1, Sentence("round {n}", {"n": len(self.draws) + 1}), str(what.round))

    def _close(self, act: Act, what: Closed) -> None:
        self._check_close(act, what)
        check(self.is_full or not self.frame.pulls, Sentence("the sums of the round"), "-")
        used = {each.station: each.count for each in what.report.counts}
        standing = {code: digest(encode(count)) for code, count in self.counts.items()}
        check(self.is_far or used == standing, Sentence("a report on the counts that stand"), str(len(used)))
        self.reports.append(what.report)

    def _close_slips(self, act: Act, what: SlipsClosed) -> None:
        """What was read box by box is forgotten here; the round's sums remain."""
        self._check_close(act, what)
        check(bool(self.pulls) and not self.is_full, Sentence("a round of slips"), "-")
        found, pulls = what.reading, tuple(self.pulls.values())
        is_of_round = (found.round, found.drawn) == (len(self.draws), self.draws[-1].hash)
        check(
            self.is_far or (is_of_round and is_of_pulls(found, pulls)),
            Sentence("the sums of what the boards typed"),
            f"{found.round}",
        )
        self.pulls = {code: forgotten(each) for code, each in self.pulls.items()}
        self.readings.append(found)
        self.reports.append(what.report)

    def _check_close(self, act: Act, what: Closed | SlipsClosed) -> None:
        self.check_coordinator(act)
        check(self.is_round_open, Sentence("a round that is open"), str(len(self.draws)))
        due = len(self.reports) + 1
        check(what.number == due, Sentence("report {n}", {"n": due}), str(what.number))
        waiting = ", ".join(each.station for each in self.open_work)
        check(self.is_far or not waiting, Sentence("that every drawn box is counted"), waiting[:200])

    def _picture(self, act: Act, what: Pictured) -> None:
        box, member = self.box(what.station), self.member(act.who)
        if member.role is AuditRole.COUNTER:
            self.check_counter(act, what.station)
        if what.photo in box.photos:
            return
        check(len(box.photos) < MOST_PHOTOS, Sentence("at most {most} photos", {"most": MOST_PHOTOS}), what.station)
        self.boxes[what.station] = box._replace(photos=(*box.photos, what.photo))

    def _step(self, act: Act, what: BoxAct) -> None:
        box, member = self.box(what.station), self.member(act.who)
        if isinstance(what, Entered | Agreed) or (isinstance(what, Again) and member.role is AuditRole.COUNTER):
            self.check_counter(act, what.station)
        else:
            self.check_coordinator(act)
        if isinstance(what, Reopened):
            check(self.is_round_open, Sentence("a round that is open"), what.station)
        self.boxes[what.station] = step(box, what, (member.person, member.full_name), self.frame.drawing)

    def _step_pull(self, act: Act, what: PullAct) -> None:
        pull, member = _drawn(self.pulls, what.station), self.member(act.who)
        is_counters = isinstance(what, SlipsEntered | SlipsAgreed)
        is_open = pull.stage is not Stage.COUNTED
        if is_counters or (isinstance(what, SlipsAgain) and member.role is AuditRole.COUNTER and is_open):
            self.check_counter(act, what.station)
        else:
            self.check_coordinator(act)
        check(self.is_round_open and not self.is_full, Sentence("a round that is open"), what.station)
        self.pulls[what.station] = pull_step(pull, what, (member.person, member.full_name))


def _drawn(work: Mapping[Code, W], station: Code) -> W:
    """What is to be read of a drawn box; raises OutOfOrder for one that was not drawn."""
    found = work.get(station)
    if found is None:
        raise OutOfOrder(
            Sentence("a box that was drawn"),
            Sentence("{station}", {"station": station}),
            Sentence("Look at the retrieval list."),
            station,
        )
    return found


_RESTING = frozenset({Stage.WAITING, Stage.COUNTED})
