"""What can be wrong with a machine, what that blocks, and the way on: each has a sentence and none is a dead end.

Three degrees. What blocks voting blocks the opening too; what blocks the opening is a warning once the polls are open.
The table in docs/health.md is drawn from here (`.venv/bin/python -m tests.station.test_health`).
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from urna.station.event_words import LogEvent
from urna.words import Sentence


class Blocks(StrEnum):
    """What a trouble does not allow."""

    VOTING = "voting"
    OPENING = "opening"
    NOTHING = "nothing"
    """It is a warning."""


class Trouble(StrEnum):
    """Everything that is looked for."""

    WRONG_PACKAGE = "wrong_package"
    TAMPERED_PACKAGE = "tampered_package"
    INCOMPLETE_PACKAGE = "incomplete_package"
    MEDIUM_MISSING = "medium_missing"
    MEDIUM_READ_ONLY = "medium_read_only"
    MEDIUM_DAMAGED = "medium_damaged"
    DISK_FULL = "disk_full"
    DISK_LOW = "disk_low"
    SECOND_POLL_BOOK = "second_poll_book"
    SECOND_BOOTH = "second_booth"
    BOOTH_SILENT = "booth_silent"
    WRONG_DATE = "wrong_date"
    CLOCK_BEHIND = "clock_behind"
    CLOCK_MOVED = "clock_moved"
    TOO_EARLY = "too_early"
    LATE_OPENING = "late_opening"
    CLOSING_HOUR = "closing_hour"
    PRINTER_OUT_OF_PAPER = "printer_out_of_paper"
    PRINTER_COVER_OPEN = "printer_cover_open"
    PRINTER_UNPLUGGED = "printer_unplugged"
    PRINTER_JAMMED = "printer_jammed"
    PRINTER_PAPER_LOW = "printer_paper_low"
    PRINTER_BUSY = "printer_busy"
    READER_MISSING = "reader_missing"
    READER_FAILED = "reader_failed"
    ON_BATTERY = "on_battery"
    BATTERY_LOW = "battery_low"


class Rule(NamedTuple):
    """What a trouble blocks, what is said, and what the log says when it begins and when it is over."""

    blocks: Blocks
    says: Sentence
    way_on: Sentence
    begins: LogEvent | None = None
    ends: LogEvent | None = None


_PACKAGE = {
    Trouble.WRONG_PACKAGE: Rule(
        Blocks.VOTING,
        Sentence("This package is of another station or another election."),
        Sentence("Take the package with this station's code on its label; the other one goes back to the centre."),
        LogEvent.PACKAGE_REFUSED,
    ),
    Trouble.TAMPERED_PACKAGE: Rule(
        Blocks.VOTING,
        Sentence("A file of this package is not as the authority signed it."),
        Sentence("Do not use it. Keep it in its envelope, note it on an incident sheet, ask the centre for another."),
        LogEvent.PACKAGE_REFUSED,
    ),
    Trouble.INCOMPLETE_PACKAGE: Rule(
        Blocks.VOTING,
        Sentence("A file of this package is missing."),
        Sentence("Copy the package again from the authority's stick; if it is missing there too, call the centre."),
        LogEvent.PACKAGE_REFUSED,
    ),
}

_MEDIA = {
    Trouble.MEDIUM_MISSING: Rule(
        Blocks.VOTING,
        Sentence("The memory of this machine is not there."),
        Sentence("Put it back in: what was stored is on it. If it is lost, call the centre; the paper slips count."),
        LogEvent.MEDIUM_MISSING,
        LogEvent.MEDIUM_BACK,
    ),
    Trouble.MEDIUM_READ_ONLY: Rule(
        Blocks.VOTING,
        Sentence("The memory of this machine can be read and not written."),
        Sentence("Look for a write-protect switch on it. If there is none, a spare machine goes on from this memory."),
        LogEvent.MEDIUM_READ_ONLY,
        LogEvent.MEDIUM_BACK,
    ),
    Trouble.MEDIUM_DAMAGED: Rule(
        Blocks.VOTING,
        Sentence("The memory of this machine is damaged."),
        Sentence("Keep it as it is and use another booth. Call the technician: the spare tells what can be saved."),
        LogEvent.MEDIUM_DAMAGED,
        LogEvent.MEDIUM_BACK,
    ),
    Trouble.DISK_FULL: Rule(
        Blocks.VOTING,
        Sentence("The disk is full: {megabytes} MB are free."),
        Sentence("Nothing is lost. The technician frees room outside the station's folder; then go on here."),
        LogEvent.DISK_FULL,
        LogEvent.DISK_FREE,
    ),
    Trouble.DISK_LOW: Rule(
        Blocks.NOTHING,
        Sentence("The disk is nearly full: {megabytes} MB are free."),
        Sentence("Go on. The technician frees room outside the station's folder before the closing."),
        LogEvent.DISK_LOW,
        LogEvent.DISK_FREE,
    ),
}

_CHANNEL = {
    Trouble.SECOND_POLL_BOOK: Rule(
        Blocks.VOTING,
        Sentence("A second poll book says to booth {booth} that it is this station's."),
        Sentence("Pause. Find it and switch it off, note it on an incident sheet, tell the centre; then resume."),
        LogEvent.SECOND_POLL_BOOK,
    ),
    Trouble.SECOND_BOOTH: Rule(
        Blocks.VOTING,
        Sentence("Two machines say that they are booth {booth}."),
        Sentence("Pause. Switch off the one whose seal has another number, tell the centre; then resume."),
        LogEvent.SECOND_BOOTH,
    ),
    Trouble.BOOTH_SILENT: Rule(
        Blocks.VOTING,
        Sentence("Booth {booth} does not answer."),
        Sentence(
            "Check its cable and its light. Who was voting there goes on when it is back; others use another booth."
        ),
        LogEvent.BOOTH_LOST,
        LogEvent.BOOTH_BACK,
    ),
}

_CLOCK = {
    Trouble.WRONG_DATE: Rule(
        Blocks.OPENING,
        Sentence("The machine's clock is {days} days away from the day of the election."),
        Sentence("The technician sets the clock; compare it with two other clocks in the room."),
        LogEvent.CLOCK_MOVED,
    ),
    Trouble.CLOCK_BEHIND: Rule(
        Blocks.OPENING,
        Sentence("The clock is earlier than the last entry in this machine's log, by {minutes} minutes."),
        Sentence("Compare it with two other clocks. If it is wrong, the technician sets it; if the log was, note it."),
        LogEvent.CLOCK_MOVED,
    ),
    Trouble.CLOCK_MOVED: Rule(
        Blocks.NOTHING,
        Sentence("The clock moved by {minutes} minutes since this machine was started."),
        Sentence("Compare it with two other clocks, and confirm or set it. No vote depends on the clock."),
        LogEvent.CLOCK_MOVED,
    ),
    Trouble.TOO_EARLY: Rule(
        Blocks.OPENING,
        Sentence("The hour of opening has not come: there are {minutes} minutes left."),
        Sentence("Wait; everything before the opening can be done now. If the clock is wrong, the technician sets it."),
    ),
    Trouble.LATE_OPENING: Rule(
        Blocks.NOTHING,
        Sentence("The hour of opening was {minutes} minutes ago."),
        Sentence("Open as soon as everything is ready, and note why it is late."),
    ),
    Trouble.CLOSING_HOUR: Rule(
        Blocks.NOTHING,
        Sentence("The hour of closing has come."),
        Sentence("Let everybody who stands in the queue vote; then close."),
    ),
}

_PRINTER = {
    Trouble.PRINTER_OUT_OF_PAPER: Rule(
        Blocks.VOTING,
        Sentence("The printer has no paper."),
        Sentence("Put a new roll in. No vote is lost: the voter's paper is printed anew."),
        LogEvent.PRINTER_OUT_OF_PAPER,
        LogEvent.PRINTER_READY,
    ),
    Trouble.PRINTER_COVER_OPEN: Rule(
        Blocks.VOTING,
        Sentence("The printer's cover is open."),
        Sentence("Close it until it clicks."),
        LogEvent.PRINTER_COVER_OPEN,
        LogEvent.PRINTER_READY,
    ),
    Trouble.PRINTER_UNPLUGGED: Rule(
        Blocks.VOTING,
        Sentence("The printer does not answer."),
        Sentence("Check its cable and its light, or connect the spare printer; the booth goes on by itself."),
        LogEvent.PRINTER_UNPLUGGED,
        LogEvent.PRINTER_READY,
    ),
    Trouble.PRINTER_JAMMED: Rule(
        Blocks.VOTING,
        Sentence("The paper is jammed in the printer."),
        Sentence("Open the cover, take the paper out, keep a torn piece as spoiled, and close the cover."),
        LogEvent.PRINTER_JAM,
        LogEvent.PRINTER_READY,
    ),
    Trouble.PRINTER_PAPER_LOW: Rule(
        Blocks.NOTHING,
        Sentence("The printer's paper is nearly used up."),
        Sentence("Have a new roll at hand, and change it between two voters."),
        LogEvent.PRINTER_PAPER_LOW,
        LogEvent.PRINTER_READY,
    ),
    # Not logged: a printer is busy because a paper was just printed, and that is a voter's time.
    Trouble.PRINTER_BUSY: Rule(
        Blocks.NOTHING,
        Sentence("The printer is at work, or too hot."),
        Sentence("Wait half a minute; it comes back by itself."),
    ),
}

_OTHERS = {
    Trouble.READER_MISSING: Rule(
        Blocks.NOTHING,
        Sentence("There is no fingerprint reader."),
        Sentence("Plug it in, or take the spare. Until then the president admits electors with single-use codes."),
        LogEvent.READER_MISSING,
        LogEvent.READER_READY,
    ),
    Trouble.READER_FAILED: Rule(
        Blocks.NOTHING,
        Sentence("The fingerprint reader does not work."),
        Sentence("Unplug it and plug it in again, or take the spare. Until then the president admits with codes."),
        LogEvent.READER_FAILED,
        LogEvent.READER_READY,
    ),
    Trouble.ON_BATTERY: Rule(
        Blocks.NOTHING,
        Sentence("The machine runs on its battery: {percent} % are left."),
        Sentence("Check the plug and the socket. Go on: if the power goes, nothing is lost."),
        LogEvent.ON_BATTERY,
        LogEvent.POWER_BACK,
    ),
    Trouble.BATTERY_LOW: Rule(
        Blocks.NOTHING,
        Sentence("The battery is nearly empty: {percent} % are left."),
        Sentence("Admit nobody new to this machine's booth until there is power; who votes may finish."),
        LogEvent.BATTERY_LOW,
        LogEvent.POWER_BACK,
    ),
}

RULES: Mapping[Trouble, Rule] = MappingProxyType({**_PACKAGE, **_MEDIA, **_CHANNEL, **_CLOCK, **_PRINTER, **_OTHERS})
"""Every trouble."""


def table() -> str:
    """The rules as a Markdown table, for the documents."""
    rows = [
        f"| `{trouble}` | {rule.says.template} | {rule.blocks} | {rule.way_on.template} | {_logged(rule)} |"
        for trouble, rule in RULES.items()
    ]
    return "\n".join(["| state | says | blocks | way on | in the log |", "|---|---|---|---|---|", *rows, ""])


def _logged(rule: Rule) -> str:
    return " … ".join(f"`{event}`" for event in (rule.begins, rule.ends) if event)
