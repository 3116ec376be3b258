"""What the operators of an enrolment see, and what they may answer: Enter and figures, the same in any language.

`Keyboard` asks two people; `Unattended` answers by rule, for images that were captured before and for tests.
"""

from collections.abc import Mapping
from typing import Protocol

import typer
from rich.table import Table

from urna.cli.roll_enrol_fingers import Taken
from urna.cli.screen import out
from urna.cli.words import say
from urna.log.note import NoteSigner
from urna.roll.enrolment import (
    Abandoned,
    BeganAgain,
    Confirmed,
    Enrolment,
    Event,
    Excepted,
    FingerWork,
    Verdict,
    WentOn,
)
from urna.roll.enrolment import TriedAgain as TryMore
from urna.roll.enrolment_rules import FINGERS, REASONS, EnrolmentRules, Reason
from urna.words import N_

REASON_CHOICES = tuple(Reason)
"""The order in which reasons are numbered on the screen, from 1."""

VERDICTS: Mapping[Verdict, str] = {
    Verdict.KEPT: N_("Kept: quality {quality}."),
    Verdict.POOR: N_("Poor: quality {quality}, wanted at least {least}. The best try is kept if none is better."),
    Verdict.UNUSABLE: N_("Unusable: too little of the finger can be read. Quality {quality}."),
    Verdict.ANOTHER_FINGER: N_("This is not the finger that was captured before. Lay down the same one."),
    Verdict.SAME_FINGER: N_("This finger was enrolled already as another one. Lay down the right one."),
    Verdict.NOTHING: N_("No image came."),
}
"""What is said of each capture."""


class Desk(Protocol):
    """Who answers for the operators."""

    def before(self, state: Enrolment) -> Event | None:
        """Before the first capture of a finger: leave it out, stop, or None to capture it."""
        ...

    def captured(self, state: Enrolment, verdict: Verdict, taken: Taken | None) -> None:
        """After a capture; `state` is the one it was made in."""
        ...

    def decide(self, state: Enrolment) -> Event:
        """When the tries of an impression ran out."""
        ...

    def review(self, state: Enrolment) -> Event:
        """When every finger is settled."""
        ...


class Unattended:
    """Goes on with what there is; a finger without a usable impression is left out.

    Args:
        left_out: the fingers to leave out, by position.
    """

    def __init__(self, left_out: Mapping[int, Reason]) -> None:
        self._left_out = left_out
        self._last: Verdict | None = None

    def before(self, state: Enrolment) -> Event | None:
        """Leaves out what it was told to."""
        reason = self._left_out.get(state.finger.position)
        return Excepted(state.finger.position, reason) if reason else None

    def captured(self, state: Enrolment, verdict: Verdict, taken: Taken | None) -> None:
        """Says it too."""
        show_capture(state, verdict, taken)
        self._last = verdict

    def decide(self, state: Enrolment) -> Event:
        """Goes on, or leaves the finger out."""
        if state.finger.qualities:
            return WentOn()
        reason = Reason.NOT_CAPTURED if self._last is Verdict.NOTHING else Reason.UNREADABLE
        return Excepted(state.finger.position, reason)

    def review(self, state: Enrolment) -> Event:
        """Confirms."""
        show_fingers(state)
        return Confirmed()


class Keyboard:
    """Asks the two operators.

    Args:
        operators: who confirm, each for themselves.
        left_out: fingers that are left out without a question, by position.
    """

    def __init__(self, operators: tuple[NoteSigner, ...], left_out: Mapping[int, Reason]) -> None:
        self._operators = operators
        self._left_out = left_out

    def before(self, state: Enrolment) -> Event | None:
        """Enter captures; a number leaves the finger out; 0 stops."""
        position = state.finger.position
        if position in self._left_out:
            return Excepted(position, self._left_out[position])
        out.print(say("{finger}:", finger=say(FINGERS[position])), style="bold")
        answer = _ask(say("Enter to capture, 0 to stop, or why it is left out ({reasons})", reasons=_reasons()))
        return _reason_or_stop(answer, position)

    def captured(self, state: Enrolment, verdict: Verdict, taken: Taken | None) -> None:
        """Says what was seen, and what helps."""
        show_capture(state, verdict, taken)

    def decide(self, state: Enrolment) -> Event:
        """Enter tries again, + goes on, - begins the finger again, a number leaves it out, 0 stops."""
        position = state.finger.position
        asked = say(
            "Enter to try again, + to go on with {count} impressions, - to take the finger again from the first, "
            "0 to stop, or why it is left out ({reasons})",
            count=len(state.finger.qualities),
            reasons=_reasons(),
        )
        while (answer := _ask(asked)) == "+" and not state.finger.qualities:
            out.print(say("There is no impression of this finger yet."), style="yellow")
        if answer in {"+", "-"}:
            return WentOn() if answer == "+" else BeganAgain(position)
        return _reason_or_stop(answer, position) or TryMore()

    def review(self, state: Enrolment) -> Event:
        """Both operators say yes, or a finger is taken again, or they stop."""
        show_fingers(state)
        if all(typer.confirm(say("{name}: is this right?", name=each.name), err=True) for each in self._operators):
            return Confirmed()
        positions = [str(each.position) for each in state.fingers]
        asked = say("Which finger again ({positions}), or 0 to stop?", positions=", ".join(positions))
        while (answer := _ask(asked)) not in {*positions, "0"}:
            pass
        return Abandoned() if answer == "0" else BeganAgain(int(answer))


def show_capture(state: Enrolment, verdict: Verdict, taken: Taken | None) -> None:
    """One line for a capture, and a line for each thing that helps the next one."""
    finger, rules = state.finger, state.rules
    place = say(
        "{finger}, impression {number} of {all}:",
        finger=say(FINGERS[finger.position]),
        number=len(finger.qualities) + 1,
        all=rules.impressions,
    )
    quality = taken.quality if taken else 0
    line = say(VERDICTS[verdict], quality=quality, least=rules.recapture_below)
    is_good = verdict is Verdict.KEPT and quality >= rules.warn_below
    out.print(f"{place} {line}", style="green" if is_good else "yellow", markup=False)
    if taken and not is_good:
        for hint in taken.hints:
            out.print("  " + say(hint), markup=False)


def show_fingers(state: Enrolment) -> None:
    """The fingers in a table, before they are signed."""
    table = Table(say("Finger"), say("Impressions"), say("Quality"), say("Remark"))
    for finger in state.fingers:
        qualities = ", ".join(map(str, finger.qualities))
        table.add_row(say(FINGERS[finger.position]), str(len(finger.qualities)), qualities, remark(finger, state.rules))
    out.print(table)


def remark(finger: FingerWork, rules: EnrolmentRules) -> str:
    """What is out of the ordinary about a finger."""
    if finger.exception is not None:
        return say(REASONS[finger.exception])
    found = []
    if len(finger.qualities) < rules.impressions:
        found.append(say("fewer impressions than {count}", count=rules.impressions))
    if min(finger.qualities, default=0) < rules.recapture_below:
        found.append(say("below the least quality"))
    elif min(finger.qualities) < rules.warn_below:
        found.append(say("low quality"))
    return "; ".join(found)


def _ask(question: str) -> str:
    return str(typer.prompt(question, default="", show_default=False, err=True)).strip()


def _reasons() -> str:
    return ", ".join(f"{number} {say(REASONS[each])}" for number, each in enumerate(REASON_CHOICES, start=1))


def _reason_or_stop(answer: str, position: int) -> Event | None:
    """The event of a figure; None for anything else, Enter among it."""
    if answer == "0":
        return Abandoned()
    if answer.isdecimal() and 1 <= int(answer) <= len(REASON_CHOICES):
        return Excepted(position, REASON_CHOICES[int(answer) - 1])
    return None
