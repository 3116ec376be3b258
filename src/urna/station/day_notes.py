"""What the members said about the day and no count says: late, paused, box shown, closed at, copies printed.

It lies beside the poll book, survives every power cut, and is all that opening and closing need, beside the day's
own state and the papers, to go on where they were. Nothing of an elector or a ballot is in it.
"""

from enum import StrEnum

import msgspec

from urna.encoding.canonical import Count, Moment, Record
from urna.errors import OutOfOrder
from urna.words import N_, Sentence


class DayReason(StrEnum):
    """Why the day went otherwise than by the clock; the list is closed, as everything that a nation adds up."""

    MEMBERS_LATE = "members_late"
    MATERIAL_LATE = "material_late"
    MACHINE_FAILED = "machine_failed"
    NO_POWER = "no_power"
    PLACE_CLOSED = "place_closed"
    DISTURBANCE = "disturbance"
    ORDERED = "ordered"
    NOBODY_LEFT = "nobody_left"
    OTHER = "other"


REASONS = {
    DayReason.MEMBERS_LATE: N_("Members were missing"),
    DayReason.MATERIAL_LATE: N_("Material was missing"),
    DayReason.MACHINE_FAILED: N_("A machine failed"),
    DayReason.NO_POWER: N_("There was no power"),
    DayReason.PLACE_CLOSED: N_("The place was closed or not safe"),
    DayReason.DISTURBANCE: N_("Disorder or violence"),
    DayReason.ORDERED: N_("Ordered by the authority"),
    DayReason.NOBODY_LEFT: N_("Every elector has voted"),
    DayReason.OTHER: N_("Something else: see the incident sheet"),
}


MOST_PAUSES = 3
"""The last ones; the event log has all of them, and the notes have little room."""


class Pause(Record, frozen=True, kw_only=True):
    """Voting stood still."""

    since: Moment
    reason: DayReason
    until: Moment | None = None


class DayNotes(Record, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="urna/day-notes/1"):
    """The notes of a station's day; each act makes the next one from the one before."""

    clock_checked: bool = False
    """Somebody compared it with one on the wall."""
    parts_checked: bool = False
    """Power, paper, reader and printer were tested, and were right."""
    readiness_reports: Count = 0
    """Copies printed."""
    box_shown: tuple[str, ...] = ()
    """Which two roles saw the box empty and sealed it."""
    opened_at: Moment | None = None
    opening_reason: DayReason | None = None
    """Where it was opened before or after its hour."""
    pauses: tuple[Pause, ...] = ()
    closed_at: Moment | None = None
    """Written before the day is closed: what the poll book states is this moment, after every power cut."""
    closing_reason: DayReason | None = None
    """Where it was closed before its hour."""
    cards_lost: bool = False
    """The members declared the closing cards lost, twice."""
    sheet_copies: Count = 0
    """Copies of the tally sheet printed."""
    sheet_reprints: Count = 0
    draw_looked_up: bool = False
    """The members looked whether the station was drawn for the hand count."""
    sent_by: tuple[str, ...] = ()
    """Ways by which the centre has the sheet."""
    archived: bool = False
    wiped: bool = False
    annulment_stated: bool = False
    """The president stated that voting cannot go on; the authority decides."""
    on_paper: bool = False
    """The station went on with paper ballots."""


def pause(notes: DayNotes, now: Moment, reason: DayReason) -> DayNotes:
    """Voting stands still from now on; a pause that is open stays the one it is."""
    if notes.pauses and notes.pauses[-1].until is None:
        return notes
    kept = (*notes.pauses, Pause(since=now, reason=reason))[-MOST_PAUSES:]
    return msgspec.structs.replace(notes, pauses=kept)


def resume(notes: DayNotes, now: Moment) -> DayNotes:
    """It goes on; without an open pause nothing changes."""
    if not notes.pauses or notes.pauses[-1].until is not None:
        return notes
    ended = msgspec.structs.replace(notes.pauses[-1], until=now)
    return msgspec.structs.replace(notes, pauses=(*notes.pauses[:-1], ended))


def show_box(notes: DayNotes, first: str, second: str) -> DayNotes:
    """Two roles saw the box empty and sealed it.

    Raises:
        OutOfOrder: the same role twice.
    """
    if first == second:
        raise OutOfOrder(
            Sentence("the cards of two roles"),
            Sentence("the same role twice"),
            Sentence("Let another member give card and PIN."),
        )
    return msgspec.structs.replace(notes, box_shown=tuple(sorted((first, second))))
