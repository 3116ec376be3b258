"""The incident sheet: something went otherwise than it should, in the words of the members.

It names no elector and no choice. The hour is written by hand, as people remember it: a machine's time beside a
voter's trouble would say when that voter was there.
"""

from enum import StrEnum

from urna.election.definition import Election
from urna.encoding.canonical import Code
from urna.papers.paper import (
    Block,
    Check,
    Checks,
    Facts,
    Fields,
    Heading,
    Line,
    Paper,
    Rule,
    Signatures,
    Writing,
)
from urna.papers.pen import Pen
from urna.papers.signers import members
from urna.words import N_, Say, Sentence, in_english


class IncidentKind(StrEnum):
    """What went otherwise than it should; the list is closed, so that a nation's incidents can be counted."""

    LATE_OPENING = "late_opening"
    INTERRUPTED = "interrupted"
    MACHINE_FAILED = "machine_failed"
    MACHINE_REPLACED = "machine_replaced"
    PRINTER_FAILED = "printer_failed"
    READER_FAILED = "reader_failed"
    POWER_CUT = "power_cut"
    CARD_OR_PIN = "card_or_pin"
    MATERIAL_MISSING = "material_missing"
    SEAL_BROKEN = "seal_broken"
    PAPER_VOTING = "paper_voting"
    SLIP_DISPUTED = "slip_disputed"
    SLIP_TAKEN_AWAY = "slip_taken_away"
    VOTE_REFUSED = "vote_refused"
    PRESSURE = "pressure"
    DISTURBANCE = "disturbance"
    OBJECTION = "objection"
    OTHER = "other"


INCIDENTS = {
    IncidentKind.LATE_OPENING: N_("The station opened late"),
    IncidentKind.INTERRUPTED: N_("Voting was interrupted"),
    IncidentKind.MACHINE_FAILED: N_("A machine failed"),
    IncidentKind.MACHINE_REPLACED: N_("A machine was replaced"),
    IncidentKind.PRINTER_FAILED: N_("A printer failed or a paper was torn"),
    IncidentKind.READER_FAILED: N_("The fingerprint reader failed"),
    IncidentKind.POWER_CUT: N_("The power failed"),
    IncidentKind.CARD_OR_PIN: N_("A role card or a PIN was lost or locked"),
    IncidentKind.MATERIAL_MISSING: N_("Material was missing"),
    IncidentKind.SEAL_BROKEN: N_("A seal was broken or its number differs"),
    IncidentKind.PAPER_VOTING: N_("Voting went on with paper ballots"),
    IncidentKind.SLIP_DISPUTED: N_("A voter says the paper shows another choice"),
    IncidentKind.SLIP_TAKEN_AWAY: N_("A paper was taken away or left outside the box"),
    IncidentKind.VOTE_REFUSED: N_("Somebody was not let in to vote"),
    IncidentKind.PRESSURE: N_("Somebody was pressed or helped against the rules"),
    IncidentKind.DISTURBANCE: N_("Disorder or violence"),
    IncidentKind.OBJECTION: N_("A witness objects"),
    IncidentKind.OTHER: N_("Something else"),
}

_LINES = 4
"""For each of the two questions; where words are printed, half as many follow for what comes to mind later."""


def incident_sheet(
    election: Election,
    station: Code,
    *,
    number: int | None = None,
    kinds: frozenset[IncidentKind] = frozenset(),
    what_happened: str = "",
    what_was_done: str = "",
    say: Say = in_english,
    language: str = "en",
) -> Paper:
    """The paper of an incident; without `number` and words, the blank form.

    Args:
        election: the election.
        station: where it happened.
        number: which sheet of this station it is, from 1; None: a blank form.
        kinds: what it was.
        what_happened: in the members' words, without any elector's name, number or choice.
        what_was_done: likewise.
        say: translates urna's own words into `language`.
        language: the paper's language.

    Raises:
        Malformed: the definition has no such station.
    """
    pen = Pen(election, say, language)
    kind = say("Incident sheet")
    which = kind if number is None else say(Sentence("Incident sheet {number}", {"number": number}))
    blocks: list[Block] = [
        Heading(text=pen.title(), level=1),
        Heading(text=which, level=2),
        Facts(facts=pen.place(station)),
        Fields(names=(say("Hour, by the clock on the wall"), say("Machine or booth, if any"))),
        Rule(),
        Heading(text=say("What it was"), level=3),
        Checks(checks=tuple(Check(text=say(INCIDENTS[each]), ticked=each in kinds) for each in IncidentKind)),
        *_words(say("What happened"), what_happened),
        *_words(say("What was done"), what_was_done),
        Line(text=say("Never write a voter's name, number or choice on this sheet."), strong=True),
        Heading(text=say("Signatures"), level=3),
        Signatures(names=(*members(pen), *[say("Witness, party")] * 2)),
    ]
    return Paper(
        form="report",
        name=f"incident-{station}-{'blank' if number is None else number}",
        title=f"{kind} · {station}",
        language=language,
        banner=pen.banner(),
        footer=f"{pen.title()} · {station} · {which}",
        blocks=tuple(blocks),
    )


def _words(heading: str, text: str) -> tuple[Block, ...]:
    printed = tuple(Line(text=paragraph) for paragraph in text.splitlines() if paragraph.strip())
    return (
        Heading(text=heading, level=3),
        *printed,
        Writing(lines=_LINES // 2 if printed else _LINES),
    )
