"""Incident notes: what went otherwise than it should, on a sheet that the members sign.

The sheet is printed and its PDF kept with the station's papers; the event log says only that a note was kept.
"""

import unicodedata
from itertools import pairwise
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from urna.errors import Malformed
from urna.papers.incident_sheet import INCIDENTS, IncidentKind, incident_sheet
from urna.station.event_words import LogEvent
from urna.station.event_words import Paper as PaperWord
from urna.station.reception import Listed
from urna.web.pollbook.desk import Desk
from urna.web.pollbook.face import Face
from urna.words import Sentence

MOST_LETTERS = 500

Turn = Annotated[str, Form()]
Text = Annotated[str, Form(max_length=2000)]


class IncidentDesk:
    """Keeps notes.

    Args:
        face: the screen.
    """

    def __init__(self, face: Face) -> None:
        self._face, self._desk = face, face.desk
        self.draft: tuple[frozenset[IncidentKind], str, str] = (frozenset(), "", "")
        """What was typed, so that a refused note is not typed again."""

    def check(self, kinds: frozenset[IncidentKind], happened: str, done: str) -> None:
        """Returns if this can stand on a sheet: no elector of this station is named in it.

        Raises:
            Malformed: it cannot.
        """
        self.draft = kinds, happened, done
        if not kinds or not happened.strip():
            raise _refused(
                Sentence("what it was, and what happened"), Sentence("one of them left out"), Sentence("Say both.")
            )
        if len(happened) > MOST_LETTERS or len(done) > MOST_LETTERS:
            raise _refused(
                Sentence("at most {most} letters in each answer", {"most": MOST_LETTERS}),
                Sentence("more"),
                Sentence("Shorten it; the sheet has room to go on by hand."),
            )
        if names_somebody(f"{happened} {done}", _electors(self._desk)):
            raise _refused(
                Sentence("a note without a voter's name or number"),
                Sentence("one with"),
                Sentence('Write "a voter" instead: the sheet is public.'),
            )

    def print_note(self) -> None:
        """Prints the sheet and keeps it; runs beside the screen."""
        desk, (kinds, happened, done) = self._desk, self.draft
        worker = desk.who()
        number = desk.ports.reports.count(f"incident-{desk.station_code}-") + 1
        sheet = incident_sheet(
            desk.election,
            desk.station_code,
            number=number,
            kinds=kinds,
            what_happened=happened,
            what_was_done=done,
            say=self._face.pages.speakers[desk.language],
            language=desk.language,
        )
        desk.ports.reports.print_report(sheet)
        with desk.lock:
            desk.act(LogEvent.INCIDENT_NOTED, by=worker)
            desk.act(LogEvent.PAPER_PRINTED, by=worker, paper=PaperWord.INCIDENT_SHEET)
            self.draft = frozenset(), "", ""
            desk.notices.append(
                Sentence("Incident sheet {number} is printed: the members sign it.", {"number": number})
            )


def incidents_router(face: Face) -> APIRouter:
    """The routes."""
    router, desk, notes = APIRouter(), face.desk, IncidentDesk(face)

    @router.get("/incidents")
    def incidents() -> Response:
        kept = desk.ports.reports.count(f"incident-{desk.station_code}-")
        return face.page(
            "incidents.html",
            place="/incidents",
            kinds=INCIDENTS,
            draft=notes.draft,
            most=MOST_LETTERS,
            kept=Sentence("Sheets of this station so far: {count}", {"count": kept}),
        )

    @router.post("/incidents")
    def note(
        turn: Turn, happened: Text = "", done: Text = "", kind: Annotated[tuple[IncidentKind, ...], Form()] = ()
    ) -> Response:
        def do() -> None:
            notes.check(frozenset(kind), happened, done)
            notes.print_note()

        return face.work(turn, do)

    return router


def names_somebody(text: str, electors: tuple[Listed, ...]) -> bool:
    """Whether an elector's number, or two following words of one's name, stand in a text."""
    plain = f" {_plain(text)} "
    return any(
        f" {_plain(each.number)} " in plain or any(f" {pair} " in plain for pair in _pairs(_plain(each.name)))
        for each in electors
    )


def _pairs(name: str) -> list[str]:
    words = name.split()
    return [f"{first} {second}" for first, second in pairwise(words)] or words


def _plain(text: str) -> str:
    """Letters and digits without accents and capitals, everything else a space."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(
        "".join(each if each.isalnum() else " " for each in bare if not unicodedata.combining(each)).split()
    )


def _electors(desk: Desk) -> tuple[Listed, ...]:
    with desk.lock:
        return desk.poll_book.electors() if desk.is_unlocked else ()


def _refused(expected: Sentence, found: Sentence, remedy: Sentence) -> Malformed:
    return Malformed(expected, found, remedy)
