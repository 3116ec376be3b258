"""The booths as a poll worker sees them: a word each, what can be done there, and how many wait."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from urna.encoding.canonical import Code, digest
from urna.errors import OutOfOrder
from urna.papers.printer import PrinterState
from urna.station.activation import Armed, Resolution, reconcile
from urna.station.health_rules import RULES, Blocks, Trouble
from urna.station.link import Condition, Presence, Stage
from urna.web.pollbook.case import Case, Phase
from urna.web.pollbook.desk import Desk
from urna.words import N_, Sentence


class Look(StrEnum):
    """What a poll worker sees of a booth, and can do there."""

    FREE = "free"
    IN_USE = "in_use"
    EXPIRED = "expired"
    INTERRUPTED = "interrupted"
    DOUBTFUL = "doubtful"
    NOT_READY = "not_ready"
    STOPPED = "stopped"
    LOST = "lost"


LOOK_WORDS = {
    Look.FREE: N_("free"),
    Look.IN_USE: N_("in use"),
    Look.EXPIRED: N_("needs you: the time is over"),
    Look.INTERRUPTED: N_("needs you: activation was interrupted"),
    Look.DOUBTFUL: N_("needs the president: poll book and booth disagree"),
    Look.NOT_READY: N_("is not ready for voters"),
    Look.STOPPED: N_("stopped: start it again"),
    Look.LOST: N_("does not answer: look at power and cable"),
}

NEEDS = frozenset({Look.EXPIRED, Look.INTERRUPTED, Look.DOUBTFUL, Look.STOPPED, Look.LOST})

PRINTER_WORDS: Mapping[str, str] = {
    PrinterState.READY: "",
    PrinterState.PAPER_LOW: N_("Paper is low"),
    PrinterState.OUT_OF_PAPER: N_("Out of paper: put in a new roll"),
    PrinterState.COVER_OPEN: N_("The printer's cover is open"),
    PrinterState.UNPLUGGED: N_("The printer does not answer"),
    PrinterState.JAMMED: N_("Paper is jammed in the printer"),
    PrinterState.BUSY: N_("The printer is at work"),
}
"""A state that has no word here comes from another version of the booth, and is shown as it is."""

PRINTS = frozenset({PRINTER_WORDS[each] for each in (PrinterState.READY, PrinterState.PAPER_LOW, PrinterState.BUSY)})
"""What keeps nobody from the booth: a busy printer comes back by itself."""

NEEDS_NOBODY = frozenset({PRINTER_WORDS[PrinterState.READY], PRINTER_WORDS[PrinterState.BUSY]})


HELP_WANTED = "help_wanted"
"""What a voter asks for at the booth: shown, and in no log."""

HEALTH_WORDS: Mapping[str, str] = {
    Trouble.MEDIUM_MISSING: N_("Its memory is not there"),
    Trouble.MEDIUM_READ_ONLY: N_("Its memory can be read and not written"),
    Trouble.MEDIUM_DAMAGED: N_("Its memory is damaged"),
    Trouble.DISK_FULL: N_("Its disk is full"),
    Trouble.DISK_LOW: N_("Its disk is nearly full"),
    Trouble.CLOCK_MOVED: N_("Its clock moved: compare it with two others"),
    Trouble.ON_BATTERY: N_("It runs on its battery"),
    Trouble.BATTERY_LOW: N_("Its battery is nearly empty: admit nobody new to it"),
    Trouble.SECOND_POLL_BOOK: N_("A second poll book speaks to it: see Contingency"),
}
"""What a booth tells of its machine (`station/health_rules`); a word of another version is shown as it is."""

KEEPS_AWAY = frozenset({each for each in Trouble if RULES[each].blocks is Blocks.VOTING} | {Trouble.BATTERY_LOW})


class BoothView(NamedTuple):
    """One booth in the panel."""

    number: int
    look: Look
    printer: str
    """Empty when nothing is wrong with it."""
    health: tuple[str, ...] = ()
    """What its machine tells."""
    is_armed: bool = False
    """Whether the poll book waits for the end of an activation there."""

    @property
    def is_stranded(self) -> bool:
        """Whether somebody's vote stands at a booth that does not go on, or that has another memory now."""
        return self.is_armed and self.look in {Look.LOST, Look.STOPPED, Look.NOT_READY}

    @property
    def is_free(self) -> bool:
        """Whether somebody can be sent there: nobody is, without paper."""
        return self.look is Look.FREE and self.printer in PRINTS and not KEEPS_AWAY.intersection(self.health)

    @property
    def needs_worker(self) -> bool:
        """Whether it waits for a poll worker."""
        return self.look in NEEDS or self.printer not in NEEDS_NOBODY or bool(self.health)

    @property
    def alerts(self) -> tuple[Sentence | str, ...]:
        """What stands below its word."""
        asks = Sentence("Booth {number} asks for help", {"number": self.number})
        return tuple(asks if each == HELP_WANTED else HEALTH_WORDS.get(each, each) for each in self.health)

    @property
    def title(self) -> Sentence:
        """Its name."""
        return Sentence("Booth {number}", {"number": self.number})

    @property
    def word(self) -> str:
        """What is with it."""
        return LOOK_WORDS[self.look]


def booth_views(desk: Desk) -> tuple[BoothView, ...]:
    """Every booth as it was seen last."""
    return tuple(_view(desk, number, condition) for number, condition in sorted(desk.watch.seen.items()))


def view_of(desk: Desk, number: int) -> BoothView:
    """One booth as it was seen last."""
    return _view(desk, number, desk.watch.seen[number])


def check_takes_somebody(desk: Desk, number: int) -> None:
    """Returns if nothing but its own use keeps people from this booth, as it answers now: pages grow old.

    Raises:
        OutOfOrder: no paper, or a machine that takes no vote.
    """
    if number not in desk.watch.seen:
        return  # no booth of this station: the act itself says so
    desk.watch.look_at(number)
    view = view_of(desk, number)
    if view.look is Look.FREE and not view.is_free:
        raise OutOfOrder(
            Sentence("a booth with paper and a sound machine"),
            Sentence("booth {booth}, which has not", {"booth": number}),
            Sentence("Choose another booth; what is wrong with this one stands beside it."),
        )


def _view(desk: Desk, number: int, condition: Condition | None) -> BoothView:
    is_armed = desk.is_unlocked and isinstance(desk.poll_book.slot(number), Armed)
    if condition is None:
        return BoothView(number, Look.LOST, "", is_armed=is_armed)
    printer = PRINTER_WORDS.get(condition.printer, condition.printer)
    return BoothView(number, _look(desk, number, condition), printer, condition.health, is_armed)


_LOOKS = {
    Resolution.READY: Look.FREE,
    Resolution.ACTIVATE_AGAIN: Look.INTERRUPTED,
    Resolution.CONTINUE: Look.IN_USE,
    Resolution.RECORD_ENDING: Look.FREE,  # recorded by itself, or when somebody is sent there
    Resolution.ACKNOWLEDGE: Look.FREE,
    Resolution.PRESIDENT: Look.DOUBTFUL,
}


def _look(desk: Desk, number: int, condition: Condition) -> Look:
    if condition.presence is Presence.STOPPED:
        return Look.STOPPED
    if condition.stage is not Stage.ZEROED or not desk.is_unlocked:
        return Look.NOT_READY
    look = _LOOKS[reconcile(desk.poll_book.slot(number), condition.slot)]
    if look is Look.IN_USE and condition.presence is Presence.EXPIRED:
        return Look.EXPIRED
    return look


def panel_values(desk: Desk, case: Case | None) -> dict[str, object]:
    """What the panel shows: booths, and who waits by style. Counts alone: nobody's name, and nothing of an order."""
    counts = desk.poll_book.counts()
    waiting = dict(counts.waiting)
    if case is not None and case.phase is Phase.ADMITTED:
        # The person at the table has the big button; the panel's buttons are for those who waited before.
        waiting[case.style] -= 1
    left = {style: count for style, count in waiting.items() if count > 0}
    views = booth_views(desk)
    shown = (desk.turns.current, desk.language, views, left)
    return {
        "booths": views,
        "waiting": left,
        "send_words": {style: _send(style, len(waiting)) for style in left},
        "panel_mark": digest(repr(shown).encode())[:16],
    }


def _send(style: Code, styles: int) -> Sentence:
    if styles == 1:
        return Sentence("Send the next voter")
    return Sentence("Send the next voter of style {style}", {"style": style})
