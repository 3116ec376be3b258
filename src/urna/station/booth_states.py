"""The booth as a table: what may happen in each state, what is written then, in which order, and what is shown.

    waiting ─ Activated → choosing ⇄ reviewing ─ Confirmed → pending ─ PaperPrinted → printed
    printed ─ SaidYes → cast              printed ─ SaidNo → void ─ ChoseAgain → choosing
    printed ─ SaidChallenge → challenged ─ ChoseAgain → choosing
    any of them ─ TimePassed → expired ─ Resumed → back, or EndedByWorker → ended
    cast, ended ─ Acknowledged → waiting

`step` is pure: it returns the next session and the effects, which the driver (`station/booth`) executes in order. For a
vote the order is: the activation slot names a box slot, the body is durable (pending), the code slip is printed (with
receipts), the paper is printed, the question is asked, the mark CAST is durable — that is the casting — the activation
slot says so, and then the screen. The body comes before the code slip, so every code that was ever printed stands in
the record with its ciphertext. A crash between any two of them is a row of `RECOVERY`.
"""

from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from urna.ballot.slot import SlotState
from urna.election.definition import Rules
from urna.election.outcomes import BallotState, Ending
from urna.errors import OutOfOrder, Unproven
from urna.station.activation import Ended, Free
from urna.station.booth_session import (
    Acknowledged,
    Activated,
    Attempting,
    Cause,
    ChoseAgain,
    Confirmed,
    Effect,
    EndedByWorker,
    Event,
    Keep,
    Kept,
    PaperFailed,
    PaperPrinted,
    PrintCode,
    PrintPaper,
    Resumed,
    Reviewed,
    SaidChallenge,
    SaidNo,
    SaidYes,
    Session,
    SetMark,
    ShowSession,
    State,
    StoreBallot,
    TimePassed,
    WentBack,
)
from urna.words import Sentence


class Act(StrEnum):
    """The effects, as rows of the tables name them."""

    KEEP = "keep"
    STORE = "store"
    CODE = "code"
    PRINT = "print"
    MARK = "mark"
    SHOW = "show"


class Row(NamedTuple):
    """The next state, and the effects in their order."""

    to: State
    acts: tuple[Act, ...]


_SHOW = (Act.SHOW,)
_KEEP = (Act.KEEP, Act.SHOW)
_STORE = (Act.KEEP, Act.STORE, Act.CODE, Act.PRINT)
_MARK = (Act.MARK, Act.KEEP, Act.SHOW)

TRANSITIONS = MappingProxyType(
    {
        (State.WAITING, Activated): Row(State.CHOOSING, _KEEP),
        (State.CHOOSING, Reviewed): Row(State.REVIEWING, _SHOW),
        (State.REVIEWING, WentBack): Row(State.CHOOSING, _SHOW),
        (State.REVIEWING, Confirmed): Row(State.PENDING, _STORE),
        (State.PENDING, PaperPrinted): Row(State.PRINTED, _SHOW),
        (State.PENDING, PaperFailed): Row(State.VOID, _MARK),
        (State.PRINTED, SaidYes): Row(State.CAST, _MARK),
        (State.PRINTED, SaidNo): Row(State.VOID, _MARK),
        (State.PRINTED, SaidChallenge): Row(State.CHALLENGED, _MARK),
        (State.VOID, ChoseAgain): Row(State.CHOOSING, _SHOW),
        (State.CHALLENGED, ChoseAgain): Row(State.CHOOSING, _SHOW),
        (State.CHOOSING, TimePassed): Row(State.EXPIRED, _SHOW),
        (State.REVIEWING, TimePassed): Row(State.EXPIRED, _SHOW),
        (State.VOID, TimePassed): Row(State.EXPIRED, _SHOW),
        (State.CHALLENGED, TimePassed): Row(State.EXPIRED, _SHOW),
        (State.PRINTED, TimePassed): Row(State.EXPIRED_WITH_PAPER, _SHOW),
        (State.EXPIRED, Resumed): Row(State.CHOOSING, _SHOW),
        (State.EXPIRED_WITH_PAPER, Resumed): Row(State.PRINTED, _SHOW),
        (State.CHOOSING, EndedByWorker): Row(State.ENDED, _KEEP),
        (State.REVIEWING, EndedByWorker): Row(State.ENDED, _KEEP),
        (State.VOID, EndedByWorker): Row(State.ENDED, _KEEP),
        (State.CHALLENGED, EndedByWorker): Row(State.ENDED, _KEEP),
        (State.EXPIRED, EndedByWorker): Row(State.ENDED, _KEEP),
        (State.PRINTED, EndedByWorker): Row(State.ENDED, _MARK),
        (State.EXPIRED_WITH_PAPER, EndedByWorker): Row(State.ENDED, _MARK),
        (State.CAST, Acknowledged): Row(State.WAITING, _KEEP),
        (State.ENDED, Acknowledged): Row(State.WAITING, _KEEP),
    }
)
"""Everything that may happen. Any other pair of state and event is out of order."""

RECOVERY = MappingProxyType(
    {
        None: Row(State.CHOOSING, _SHOW),  # no attempt in hand
        SlotState.FREE: Row(State.CHOOSING, _KEEP),  # named, nothing written
        SlotState.SPOILED: Row(State.CHOOSING, _KEEP),  # the body was cut: never pending, no paper
        SlotState.PENDING: Row(State.VOID, _MARK),  # a paper may be out, the question cannot be asked again
        SlotState.VOID: Row(State.VOID, _MARK),  # marked, the activation slot not yet
        SlotState.CHALLENGED: Row(State.CHALLENGED, _MARK),
        SlotState.CAST: Row(State.CAST, _MARK),  # it was cast: finish, and say so
    }
)
"""After a crash, by what the named box slot holds. What was read is written again, so that it is durable."""


def step(session: Session, event: Event, rules: Rules) -> tuple[Session, tuple[Effect, ...]]:
    """The next session and what to do, in order.

    Raises:
        OutOfOrder: `TRANSITIONS` has no row for it, or the rules allow no further paper or challenge.
    """
    row = TRANSITIONS.get((session.state, type(event)))
    if row is None:
        raise OutOfOrder(
            Sentence("what state {state} of the booth allows", {"state": session.state}),
            Sentence("{event}", {"event": type(event).__name__}),
            Sentence("Follow what the booth's screen asks for."),
        )
    _check_rules(session, event, row, rules)
    after = _after(session, event, row.to)
    return after, _effects(row, session, after)


def recover(kept: Kept, slot_state: SlotState | None, rules: Rules) -> tuple[Session, tuple[Effect, ...]]:
    """The session to go on with after a restart, and what to do first.

    Args:
        kept: the activation slot as it was read.
        slot_state: what the box slot that it names holds; None if it names none.
        rules: the definition's rules.

    Raises:
        Unproven: the named slot is damaged, which no power cut does.
    """
    match kept.slot:
        case Free():
            session = Session()
        case Ended(ending=Ending.CAST):
            session = Session(state=State.CAST, ending=Ending.CAST)
        case Ended(ending=ending):
            session = Session(state=State.ENDED, ending=ending)
        case Attempting() as attempting:
            return _recover_attempt(attempting, slot_state, rules)
    return session, (ShowSession(session),)


def papers_left(session: Session, rules: Rules) -> int:
    """Papers that this activation may still print, the one in hand included."""
    return rules.attempts - session.spoiled


def may_challenge(session: Session, rules: Rules) -> bool:
    """Whether the voter may challenge: receipts on, and the rule's limit not reached."""
    return rules.receipts and session.challenges < rules.challenges


def kept_of(session: Session) -> Kept:
    """What the activation slot says of a session."""
    if session.state is State.WAITING:
        return Kept(slot=Free())
    if session.ending is not None:
        return Kept(slot=Ended(ending=session.ending))
    return Kept(
        slot=Attempting(style=session.style, spoiled=session.spoiled, challenges=session.challenges, slot=session.slot)
    )


def _check_rules(session: Session, event: Event, row: Row, rules: Rules) -> None:
    if isinstance(event, EndedByWorker) and event.ending is Ending.CAST:
        raise _against_rules(Sentence("an ending without a vote"), Sentence("an ending that says cast"))
    if row.to is State.CHOOSING and papers_left(session, rules) < 1:
        raise _against_rules(
            Sentence("at most {count} papers in one activation", {"count": rules.attempts}),
            Sentence("{count} spoiled", {"count": session.spoiled}),
        )
    if isinstance(event, SaidChallenge) and not may_challenge(session, rules):
        raise _against_rules(
            Sentence("at most {count} challenges, with receipts", {"count": rules.challenges if rules.receipts else 0}),
            Sentence("one more"),
        )


def _against_rules(expected: Sentence, found: Sentence) -> OutOfOrder:
    return OutOfOrder(expected, found, Sentence("Call a poll worker."))


def _after(session: Session, event: Event, to: State) -> Session:  # noqa: PLR0911 - one return per kind of event
    """The session after an event; `to` is the row's next state."""
    match event:
        case Activated(style=style):
            return Session(state=to, style=style)
        case Acknowledged():
            return Session()
        case Reviewed(draft=draft):
            return msgspec.structs.replace(session, state=to, selections=draft.selections, draft=draft)
        case Confirmed(slot=slot):
            return msgspec.structs.replace(session, state=to, slot=slot, draft=None)
        case EndedByWorker(ending=ending):
            return Session(state=to, ending=ending)
        case SaidYes():
            return Session(state=to, ending=Ending.CAST)
        case SaidNo():
            return _without_slot(session, to, spoiled=1)
        case SaidChallenge():
            return _without_slot(session, to, spoiled=1, challenges=1)
        case PaperFailed():
            return _without_slot(session, to, cause=Cause.PRINTER)
        case WentBack() | TimePassed() if session.draft is not None:
            return msgspec.structs.replace(session, state=to, selections=None, draft=None)
        case _:
            return msgspec.structs.replace(session, state=to)


def _without_slot(
    session: Session, to: State, spoiled: int = 0, challenges: int = 0, cause: Cause = Cause.VOTER
) -> Session:
    return msgspec.structs.replace(
        session,
        state=to,
        selections=None,
        slot=None,
        spoiled=session.spoiled + spoiled,
        challenges=session.challenges + challenges,
        cause=cause,
    )


def _effects(row: Row, before: Session, after: Session) -> tuple[Effect, ...]:
    return tuple(effect for act in row.acts if (effect := _effect(act, before, after)) is not None)


def _effect(act: Act, before: Session, after: Session) -> Effect | None:
    match act:
        case Act.KEEP:
            return Keep(kept_of(after))
        case Act.STORE if after.slot is not None and before.draft is not None:
            return StoreBallot(after.slot, before.draft)
        case Act.CODE if before.draft is not None:
            return PrintCode(code=before.draft.code) if before.draft.code else None
        case Act.PRINT if after.selections is not None:
            return PrintPaper(after.selections)
        case Act.MARK if before.slot is not None:
            return SetMark(before.slot, _MARKS.get(after.state, BallotState.VOID))
        case Act.SHOW:
            return ShowSession(after)
        case _:
            raise AssertionError(f"{act} without its ballot: a row of the table is wrong")


_MARKS = MappingProxyType({State.CAST: BallotState.CAST, State.CHALLENGED: BallotState.CHALLENGED})
"""The mark that goes with a state; every other state that ends a ballot voids it."""


def _recover_attempt(
    attempting: Attempting, slot_state: SlotState | None, rules: Rules
) -> tuple[Session, tuple[Effect, ...]]:
    row = RECOVERY.get(slot_state)
    if row is None:
        raise Unproven(
            Sentence("the ballot in hand, free, pending or marked"),
            Sentence("{state} bytes", {"state": SlotState.DAMAGED}),
            Sentence("Keep this booth's medium as it is, use another booth, and let the president decide."),
        )
    before = Session(
        style=attempting.style,
        spoiled=attempting.spoiled,
        challenges=attempting.challenges,
        slot=attempting.slot,
        cause=Cause.POWER,
    )
    after = _recovered(before, row.to, rules)
    return after, _effects(row, before, after)


def _recovered(before: Session, to: State, rules: Rules) -> Session:
    """The session after a crash. A void ballot is not counted as spoiled by the voter: a crash costs no attempt."""
    if to is State.CAST:
        return Session(state=to, ending=Ending.CAST)
    if to is State.CHALLENGED:
        return _without_slot(before, to, spoiled=1, challenges=1, cause=Cause.POWER)
    spent = papers_left(before, rules) < 1
    return _without_slot(before, State.VOID if spent else to, cause=Cause.POWER)
