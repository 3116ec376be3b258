"""One box in an audit, as a table: who may do what when, and when its count stands.

    waiting ─ Entered → typed once ─ Entered, the same → counted
                        typed once ─ Entered, other numbers → different
    different ─ Again → waiting          different ─ Decided → decided
    decided ─ Agreed → counted           decided ─ Again → waiting
    counted ─ Reopened → waiting (the count before stands until the next one)

Between "waiting" and "counted" nobody but the program compares: the first numbers are shown to no one before the second
ones are typed, and the sheet's to no one before the box is counted.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from urna.audit.board_acts import Again, Agreed, Decided, Entered, Reopened
from urna.audit.box_count import AuditCount, BoxState, DrawnBox, HandLine, Lines, Typed, agreed_count, lost_box
from urna.encoding.canonical import Code, Hash
from urna.encoding.letters import letters_of
from urna.errors import Malformed, OutOfOrder
from urna.words import Sentence


class Stage(StrEnum):
    """How far a box is."""

    WAITING = "waiting"
    TYPED_ONCE = "typed_once"
    DIFFERENT = "different"
    DECIDED = "decided"
    COUNTED = "counted"


BoxAct = Entered | Again | Decided | Agreed | Reopened

TRANSITIONS: Mapping[tuple[Stage, type[BoxAct]], tuple[Stage, ...]] = MappingProxyType(
    {
        (Stage.WAITING, Entered): (Stage.TYPED_ONCE,),
        (Stage.TYPED_ONCE, Entered): (Stage.COUNTED, Stage.DIFFERENT),
        (Stage.DIFFERENT, Again): (Stage.WAITING,),
        (Stage.DIFFERENT, Decided): (Stage.DECIDED,),
        (Stage.DECIDED, Agreed): (Stage.COUNTED,),
        (Stage.DECIDED, Again): (Stage.WAITING,),
        (Stage.COUNTED, Reopened): (Stage.WAITING,),
    }
)
"""Everything that may happen to a box, and what may come of it. Any other pair is out of order."""


class ContestLines(NamedTuple):
    """What is counted of one contest."""

    contest: Code
    options: tuple[tuple[Code, Code], ...]
    """Each option and the choice that it counts for, in ballot order."""
    votes_allowed: int
    """On one slip."""


class BoxForm(NamedTuple):
    """What has to be typed of a box."""

    contests: tuple[ContestLines, ...]
    withheld: tuple[Code, ...]
    """Contests that nobody types, since their votes are not published here."""
    most: int
    """Slips that the manifest has for this box."""
    has_sheet: bool = True
    """Whether the station's sheet is known: before, nobody knows which contests too few voted in."""

    @property
    def keys(self) -> frozenset[tuple[Code, Code]]:
        """Contest and option of every line."""
        return frozenset((each.contest, option) for each in self.contests for option, _ in each.options)


class Entry(NamedTuple):
    """What one person said of a box."""

    person: str
    """The short name."""
    full_name: str
    state: BoxState
    papers: int
    lines: tuple[HandLine, ...]
    reason: str

    @property
    def by_key(self) -> Lines:
        """Votes by contest and option."""
        return {(each.contest, each.option): each.votes for each in self.lines}


class Box(NamedTuple):
    """A drawn box."""

    station: Code
    form: BoxForm
    stage: Stage = Stage.WAITING
    sequence: int = 1
    """Of the count that is being made, or stands."""
    attempt: int = 1
    reason: str = ""
    """Why the box is counted once more."""
    entries: tuple[Entry, ...] = ()
    """Of this attempt, at most two; nobody sees them before both are there."""
    decision: Entry | None = None
    counts: tuple[AuditCount, ...] = ()
    """By sequence; the last one stands."""
    photos: tuple[Hash, ...] = ()

    @property
    def standing(self) -> AuditCount | None:
        """The one that stands."""
        return self.counts[-1] if self.counts else None


class Drawing(NamedTuple):
    """The draw that a count belongs to."""

    election: Hash
    audit: Code
    seed: Hash


def step(box: Box, act: BoxAct, person: tuple[str, str], drawing: Drawing) -> Box:
    """The box after an act.

    1. The act has to be one of the box's stage, and of the count and attempt that are open.
    2. What was typed has to be whole and possible.
    3. Two that say the same are a count; two that do not stay side by side.

    Args:
        box: as it is.
        act: what somebody did.
        person: the short and the full name.
        drawing: the draw.

    Raises:
        Malformed: numbers that cannot be those of such a box; one person twice.
        OutOfOrder: not now.
    """
    _check_turn(box, act)
    if isinstance(act, Reopened):
        return box._replace(
            stage=Stage.WAITING, sequence=act.sequence, attempt=1, reason=act.reason, entries=(), decision=None
        )
    if isinstance(act, Again):
        return box._replace(stage=Stage.WAITING, attempt=box.attempt + 1, entries=(), decision=None)
    if isinstance(act, Agreed):
        decision = box.decision
        assert decision is not None  # noqa: S101 - `_EXPECTED` takes this act only at the stage that has one
        second = decision._replace(person=person[0], full_name=person[1])
        return _counted(box, drawing, (decision, second), _decided_reason(box, decision))
    entry = Entry(*person, act.state, act.papers, act.lines, " ".join(act.reason.split()))
    _check_sheet(box, entry)
    _check_lines(box, entry)
    if isinstance(act, Decided):
        return box._replace(stage=Stage.DECIDED, decision=entry)
    return _entered(box, entry, drawing)


def differing(box: Box) -> tuple[tuple[Code, Code], ...]:
    """Contest and option of the lines in which two entries differ; ("", "") stands for the slips, or the box's loss.

    Empty unless two are there.
    """
    if len(box.entries) != 2:
        return ()
    first, second = box.entries
    is_other = (first.state, first.papers) != (second.state, second.papers)
    keys = sorted({*first.by_key, *second.by_key})
    lines = [key for key in keys if first.by_key.get(key) != second.by_key.get(key)]
    return (*((("", ""),) if is_other else ()), *lines)


def _check_turn(box: Box, act: BoxAct) -> None:
    if (box.stage, type(act)) not in TRANSITIONS:
        raise OutOfOrder(_EXPECTED[type(act)], STAGES[box.stage], _LOOK, box.station)
    if isinstance(act, Reopened):
        found, due = (act.sequence, 1), (box.sequence + 1, 1)
    else:
        found, due = (act.sequence, act.attempt), (box.sequence, box.attempt)
    if found != due:
        raise OutOfOrder(
            Sentence("count {count}, attempt {attempt}", {"count": due[0], "attempt": due[1]}),
            Sentence("count {count}, attempt {attempt}", {"count": found[0], "attempt": found[1]}),
            _LOOK,
            box.station,
        )


def _check_sheet(box: Box, entry: Entry) -> None:
    """Votes of contests that a sheet will withhold are not typed before it: they would stay in the journal."""
    if entry.state is not BoxState.LOST and not box.form.has_sheet:
        raise OutOfOrder(
            Sentence("a count after the station's sheet"),
            Sentence("no sheet yet"),
            Sentence("Keep the worksheet. When the record has the sheet, start the pages again and type then."),
            box.station,
        )


def _check_lines(box: Box, entry: Entry) -> None:
    keys = [(each.contest, each.option) for each in entry.lines]
    is_lost = entry.state is BoxState.LOST
    expected = frozenset[tuple[Code, Code]]() if is_lost else box.form.keys
    if keys != sorted(expected):
        raise Malformed(
            Sentence("a number for each of {count} lines", {"count": len(expected)}),
            Sentence("{count} lines", {"count": len(keys)}),
            Sentence("Type every line; where nobody was voted for, type 0."),
            box.station,
        )
    if is_lost and (entry.papers or not entry.reason):
        raise Malformed(
            Sentence("of a lost box, how it was lost, and no slips"),
            Sentence("{papers} slips and {letters} letters", {"papers": entry.papers, "letters": len(entry.reason)}),
            Sentence("Write in a sentence where the box was looked for."),
            box.station,
        )
    if not is_lost:
        _check_votes(box, entry)


def _check_votes(box: Box, entry: Entry) -> None:
    votes = entry.by_key
    for each in box.form.contests:
        by_choice: Counter[Code] = Counter()
        for option, choice in each.options:
            by_choice[choice] += votes[each.contest, option]
        most = max(by_choice.values(), default=0)
        if by_choice.total() > entry.papers * each.votes_allowed or most > entry.papers:
            allowed: dict[str, str | int] = {
                "most": entry.papers * each.votes_allowed,
                "papers": entry.papers,
                "contest": each.contest,
            }
            raise Malformed(
                Sentence("at most {most} votes in {contest}, and {papers} for one choice", allowed),
                Sentence("{given} votes, and {most} for one choice", {"given": by_choice.total(), "most": most}),
                Sentence("Look at the worksheet again: a slip has no more votes than it may."),
                box.station,
            )


def _entered(box: Box, entry: Entry, drawing: Drawing) -> Box:
    entries = (*box.entries, entry)
    if len(entries) == 1:
        return box._replace(stage=Stage.TYPED_ONCE, entries=entries)
    if entries[0].person == entry.person or letters_of(entries[0].full_name) == letters_of(entry.full_name):
        raise Malformed(
            Sentence("a second person"),
            Sentence("{person} again", {"person": entry.full_name}),
            Sentence("Let somebody else of the board type it, without seeing the first numbers."),
            box.station,
        )
    both = box._replace(stage=Stage.DIFFERENT, entries=entries)
    return both if differing(both) else _counted(both, drawing, entries, box.reason)


def _counted(box: Box, drawing: Drawing, entries: Sequence[Entry], reason: str) -> Box:
    first, second = entries
    lost = first.state is BoxState.LOST
    said = " · ".join(dict.fromkeys(each for each in (reason, first.reason, second.reason) if each)) if lost else reason
    withheld = () if lost else box.form.withheld
    drawn = DrawnBox(*drawing, box.station, box.sequence, said, withheld)
    if lost:
        count = lost_box(drawn, first.full_name, second.full_name)
    else:
        typed = [Typed(each.full_name, each.papers, each.by_key) for each in (first, second)]
        count = agreed_count(drawn, typed[0], typed[1])
    return box._replace(stage=Stage.COUNTED, counts=(*box.counts, count))


def _decided_reason(box: Box, decision: Entry) -> str:
    return " · ".join(each for each in (box.reason, decision.reason) if each)


_LOOK = Sentence("Open the box's page again: somebody did something meanwhile.")
_EXPECTED: Mapping[type[BoxAct], Sentence] = {
    Entered: Sentence("a box that waits to be typed"),
    Again: Sentence("a box whose two counts differ"),
    Decided: Sentence("a box whose two counts differ"),
    Agreed: Sentence("a box that the coordinator has decided"),
    Reopened: Sentence("a box that is counted"),
}
STAGES: Mapping[Stage, Sentence] = {
    Stage.WAITING: Sentence("one that nobody typed"),
    Stage.TYPED_ONCE: Sentence("one that one person typed"),
    Stage.DIFFERENT: Sentence("one whose two counts differ"),
    Stage.DECIDED: Sentence("one that the coordinator has decided"),
    Stage.COUNTED: Sentence("one that is counted"),
}
