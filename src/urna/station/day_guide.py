"""What the members do next, from what is true now: the steps of opening and closing, one primary act at a time.

    done  done  NOW or BLOCKED  later  later

The first step that is not done is the one that counts. It is NOW if nothing is in its way; otherwise it is BLOCKED,
and says for each hindrance why, and the way on. Nothing is remembered here: after a power cut the same facts give
the same steps. Whoever does an act asks the guide once more, so that a page that is old opens nothing.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from urna.errors import OutOfOrder
from urna.papers.printer import STATUSES, PrinterState
from urna.station.day import Day, is_over
from urna.station.day_facts import Block, BoothSeen, Facts
from urna.station.day_steps import WORDS, Standing, StepName, Words
from urna.station.link import Stage, Work
from urna.words import Sentence


class Step(NamedTuple):
    """One line of the checklist."""

    name: StepName
    standing: Standing
    blocks: tuple[Block, ...] = ()
    is_working: bool = False
    """It was begun, and machines are at it; nothing is to be pressed."""

    @property
    def words(self) -> Words:
        """What it says."""
        return WORDS[self.name]


class _Draft(NamedTuple):
    name: StepName
    is_done: bool
    blocks: Iterable[Block] = ()
    is_working: bool = False


def opening(facts: Facts) -> tuple[Step, ...]:
    """The steps from the sealed machine to the open station.

    The technician, who opens no poll book, goes on as far as the zero reports; then two members' cards are needed.
    """
    day, notes = facts.day, facts.notes
    is_open = day in {Day.OPEN, Day.PAUSED} or is_over(day)
    cards = _Draft(StepName.CARDS, facts.is_unlocked, [_NEED_CARDS])
    machines = (
        _Draft(StepName.PACKAGE, is_open or (facts.is_package_whole and notes.clock_checked), facts.opening_blocks),
        _Draft(StepName.PARTS, is_open or notes.parts_checked, _paper_blocks(facts)),
        _readiness(facts),
        _zero(facts),
        _Draft(
            StepName.ZERO_REPORT,
            day not in {Day.SEALED, Day.READINESS_TESTED},
            [*_silent(facts), *_paper_blocks(facts), *_failed(facts)],
            _work(facts, Work.PRINTING),
        ),
    )
    end = (
        _Draft(StepName.BOX, is_open or bool(notes.box_shown)),
        _Draft(StepName.OPEN, is_open, [*facts.opening_blocks, *_silent(facts), *_not_zeroed(facts)]),
    )
    return _in_order((cards, *machines, *end) if facts.is_unlocked else (*machines, cards, *end))


def closing(facts: Facts) -> tuple[Step, ...]:
    """The steps from the last voter to the wiped machine."""
    day, notes = facts.day, facts.notes
    over = is_over(day)
    return _in_order(
        (
            _Draft(
                StepName.LINE, over or (day in {Day.OPEN, Day.PAUSED} and not _line_blocks(facts)), _line_blocks(facts)
            ),
            _Draft(StepName.CLOSE, over),
            _Draft(StepName.SIGNATURES, facts.has_statement),
            _Draft(StepName.COUNT, facts.has_sheet, is_working=facts.is_counting),
            _Draft(StepName.SHEET, day in {Day.SHEET_PRINTED, Day.TRANSMITTED}),
            _Draft(StepName.DRAW, notes.draw_looked_up),
            _Draft(StepName.SEND, day is Day.TRANSMITTED),
            _Draft(StepName.ARCHIVE, notes.archived),
            _Draft(StepName.WIPE, notes.wiped),
        )
    )


def current(steps: Sequence[Step]) -> Step | None:
    """The step that counts now; None when all are done."""
    return next((step for step in steps if step.standing in {Standing.NOW, Standing.BLOCKED}), None)


def check_now(steps: Sequence[Step], name: StepName) -> None:
    """Returns if this step is to be done now and nothing is in its way.

    Raises:
        OutOfOrder: it is blocked, or another step is to be done.
    """
    step = current(steps)
    if step is not None and step.name is name and step.is_working:
        raise OutOfOrder(
            Sentence("a step that was not begun"), Sentence("one that is at work"), Sentence("Wait until it is done.")
        )
    if step is not None and step.name is name and step.blocks:
        block = step.blocks[0]
        raise OutOfOrder(Sentence("nothing in the way"), block.why, block.way_on)
    if step is None or step.name is not name:
        raise OutOfOrder(
            Sentence("the step that is to be done now"),
            Sentence("another one"),
            Sentence("Go on with this page; nothing was changed."),
        )


def _in_order(drafts: Sequence[_Draft]) -> tuple[Step, ...]:
    """The first that is not done counts; what comes after it is later, whatever is true of it."""
    steps, is_now = [], True
    for draft in drafts:
        if is_now and draft.is_done:
            steps.append(Step(draft.name, Standing.DONE))
        elif is_now:
            blocks = () if draft.is_working else tuple(draft.blocks)
            standing = Standing.BLOCKED if blocks else Standing.NOW
            steps.append(Step(draft.name, standing, blocks, draft.is_working))
            is_now = False
        else:
            steps.append(Step(draft.name, Standing.LATER))
    return tuple(steps)


def _readiness(facts: Facts) -> _Draft:
    return _Draft(
        StepName.READINESS,
        facts.day is not Day.SEALED,
        [*_silent(facts), *_failed(facts), *_zeroed_untested(facts)],
        _work(facts, Work.TESTING),
    )


def _zero(facts: Facts) -> _Draft:
    done = facts.day not in {Day.SEALED, Day.READINESS_TESTED} or all(
        booth.condition is not None and booth.condition.stage is Stage.ZEROED for booth in facts.booths
    )
    return _Draft(StepName.ZERO, done, [*_silent(facts), *_failed(facts)], _work(facts, Work.ZEROING))


_NEED_CARDS = Block(
    Sentence("The poll book is not open yet."),
    Sentence("Sign out; then two of president, secretary and member sign in."),
)


def _silent(facts: Facts) -> Iterable[Block]:
    for booth in facts.booths:
        if booth.condition is None:
            yield Block(
                Sentence("no answer"),
                Sentence("Look whether it is on and its cable is in. If it stays silent, take a spare."),
                _booth(booth),
            )


def _failed(facts: Facts) -> Iterable[Block]:
    """A machine that counted wrongly is not asked a second time."""
    return [_trouble(booth) for booth in facts.booths if _kind(booth) == "unproven"]


def warnings(facts: Facts) -> tuple[Block, ...]:
    """Why a booth's last work stopped, where it may be begun once more."""
    return tuple(_trouble(booth) for booth in facts.booths if _kind(booth) in {"malformed", "out_of_order"})


def _kind(booth: BoothSeen) -> str:
    return booth.condition.trouble.kind if booth.condition is not None and booth.condition.trouble is not None else ""


def _trouble(booth: BoothSeen) -> Block:
    trouble = booth.condition.trouble if booth.condition is not None else None
    if trouble is None:
        return Block(Sentence("stopped"), Sentence("Try again."), _booth(booth))
    return Block(trouble.found.sentence(), trouble.remedy.sentence(), _booth(booth))


def _zeroed_untested(facts: Facts) -> Iterable[Block]:
    for booth in facts.booths:
        if booth.condition is not None and booth.condition.stage is not Stage.SEALED:
            yield Block(
                Sentence("emptied before it was tested"),
                Sentence("Do not open with it. Call the technician, and take a spare."),
                _booth(booth),
            )


def _not_zeroed(facts: Facts) -> Iterable[Block]:
    for booth in facts.booths:
        if booth.condition is not None and booth.condition.stage is not Stage.ZEROED:
            yield Block(
                Sentence("it takes no votes"),
                Sentence("Call the technician, and take a spare."),
                _booth(booth),
            )


def _paper_blocks(facts: Facts) -> Iterable[Block]:
    for booth in facts.booths:
        if booth.condition is None or booth.condition.printer not in set(PrinterState):
            continue
        status = STATUSES[PrinterState(booth.condition.printer)]
        if not status.prints:
            yield Block(status.found, status.remedy, _booth(booth))


def _line_blocks(facts: Facts) -> tuple[Block, ...]:
    blocks = []
    if facts.day not in {Day.OPEN, Day.PAUSED}:
        blocks.append(Block(Sentence("The station is not open yet."), Sentence("Do the steps of opening first.")))
    if facts.waiting:
        blocks.append(
            Block(
                Sentence("{count} people are admitted and wait for a booth.", {"count": facts.waiting}),
                Sentence("Let them vote; for whoever has left, record a withdrawal."),
            )
        )
    if facts.armed:
        blocks.append(
            Block(
                Sentence("{count} booths are in use.", {"count": facts.armed}),
                Sentence("Let the voters finish; end an activation whose voter has left."),
            )
        )
    return tuple(blocks)


def _work(facts: Facts, work: Work) -> bool:
    return any(booth.condition is not None and booth.condition.work is work for booth in facts.booths)


def _booth(booth: BoothSeen) -> Sentence:
    return Sentence("Booth {number}", {"number": booth.number})
