"""The steps of opening and closing a station, and what the members read at each: title, what to do, the one button."""

from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from urna.words import N_


class StepName(StrEnum):
    """The steps of opening, then those of closing."""

    CARDS = "cards"
    PACKAGE = "package"
    PARTS = "parts"
    READINESS = "readiness"
    ZERO = "zero"
    ZERO_REPORT = "zero_report"
    BOX = "box"
    OPEN = "open"
    LINE = "line"
    CLOSE = "close"
    SIGNATURES = "signatures"
    COUNT = "count"
    SHEET = "sheet"
    DRAW = "draw"
    SEND = "send"
    ARCHIVE = "archive"
    WIPE = "wipe"


class Standing(StrEnum):
    """How a step stands."""

    DONE = "done"
    NOW = "now"
    BLOCKED = "blocked"
    LATER = "later"


STANDING_WORDS = MappingProxyType(
    {
        Standing.DONE: N_("Done"),
        Standing.NOW: N_("Now"),
        Standing.BLOCKED: N_("Blocked"),
        Standing.LATER: N_("Later"),
    }
)


class Words(NamedTuple):
    """A step for the members: its title, what to do, and what the one primary button says; empty: no button."""

    title: str
    what: str
    act: str


WORDS = MappingProxyType(
    {
        StepName.CARDS: Words(
            N_("Sign in with two cards"),
            N_("Two of president, secretary and member open the poll book with their cards and PINs."),
            "",
        ),
        StepName.PACKAGE: Words(
            N_("Package and clock"),
            N_("The station's package is whole and of this station. Compare the clock with one on the wall."),
            N_("The clock is right"),
        ),
        StepName.PARTS: Words(
            N_("Power, paper and reader"),
            N_("Every machine has mains power and a new roll. Lay a finger on the reader; a test paper follows."),
            N_("Test reader and printer"),
        ),
        StepName.READINESS: Words(
            N_("Readiness test"),
            N_("Each booth votes known ballots that touch every position, and counts them. The result is compared."),
            N_("Start the readiness test"),
        ),
        StepName.ZERO: Words(
            N_("Empty every ballot box"),
            N_("Each booth fills its box with random bytes, and signs that there is no ballot in it."),
            N_("Empty the boxes"),
        ),
        StepName.ZERO_REPORT: Words(
            N_("Zero reports"),
            N_("Each booth prints its zero report. Read the zeros aloud; members and witnesses sign every copy."),
            N_("Print the zero reports"),
        ),
        StepName.BOX: Words(
            N_("Show the box empty and seal it"),
            N_("Turn the box for slips over before everybody, close it, and seal it. A second member says so, too."),
            N_("The box is empty and sealed"),
        ),
        StepName.OPEN: Words(N_("Open"), N_("From now on people can vote."), N_("Open the station")),
        StepName.LINE: Words(
            N_("Is anybody still in line?"),
            N_("Whoever is in line at the hour of closing still votes. Nobody may wait for a booth or stand in one."),
            "",
        ),
        StepName.CLOSE: Words(
            N_("Close"), N_("Nobody votes any more after this; there is no way back."), N_("Close the station")
        ),
        StepName.SIGNATURES: Words(
            N_("Count the signatures in the paper book"),
            N_("Two members count by hand. Type the number twice. No number of the machines is shown before."),
            N_("Enter"),
        ),
        StepName.COUNT: Words(
            N_("Closing key and count"),
            N_("Two role cards with their PINs bring the closing key. Then every booth is counted."),
            N_("Count"),
        ),
        StepName.SHEET: Words(
            N_("Print the tally sheet"),
            N_("Read the sheet aloud. Members and witnesses sign; everybody may photograph its codes."),
            N_("Print the tally sheet"),
        ),
        StepName.DRAW: Words(
            N_("Was this station drawn?"),
            N_("The authority draws stations after closing. If yours is drawn, the slips are counted by hand now."),
            N_("We have looked"),
        ),
        StepName.SEND: Words(
            N_("Send the sheet"),
            N_("By network, or on a stick that a member and a witness carry to the centre."),
            N_("Send by network"),
        ),
        StepName.ARCHIVE: Words(
            N_("Archive"), N_("The signed papers are written to the archive stick and compared."), N_("Archive")
        ),
        StepName.WIPE: Words(
            N_("Wipe"),
            N_("The booths' memories are wiped, keys first. The poll book stays sealed for as long as the law asks."),
            N_("Wipe the booths"),
        ),
    }
)
