"""The poll book on paper: to sign before the day, with marks after it; in between there is no list with marks."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from urna.papers.poll_book_list import PollBookRow, poll_book_list
from urna.station.day import is_over
from urna.station.event_words import LogEvent
from urna.station.event_words import Paper as PaperWord
from urna.web.pollbook.face import Face
from urna.words import Sentence

Turn = Annotated[str, Form()]


class PaperBook:
    """Prints the list.

    Args:
        face: the screen.
    """

    def __init__(self, face: Face) -> None:
        self._face, self._desk = face, face.desk

    def print_to_sign(self) -> None:
        """Everybody, with a line to sign."""
        with self._desk.lock:
            rows = [PollBookRow(each.number, each.name) for each in self._desk.poll_book.electors()]
        self._print(rows)

    def print_with_marks(self) -> None:
        """Everybody, and who was admitted; refused while the day is not over."""
        with self._desk.lock:
            rows = [PollBookRow(each.number, each.name, mark) for each, mark in self._desk.poll_book.marked()]
        self._print(rows)

    def _print(self, rows: list[PollBookRow]) -> None:
        desk, worker = self._desk, self._desk.who()
        say = self._face.pages.speakers[desk.language]
        desk.ports.reports.print_report(
            poll_book_list(desk.election, desk.station_code, rows, say=say, language=desk.language)
        )
        with desk.lock:
            desk.act(LogEvent.PAPER_PRINTED, by=worker, paper=PaperWord.POLL_BOOK_LIST)
            desk.notices.append(Sentence("The list is printed."))


def paper_book_router(face: Face) -> APIRouter:
    """The routes."""
    router, desk, book = APIRouter(), face.desk, PaperBook(face)

    @router.get("/book")
    def show() -> Response:
        with desk.lock:
            return face.page("book.html", place="/book", is_over=is_over(desk.poll_book.day))

    @router.post("/book/to-sign")
    def to_sign(turn: Turn) -> Response:
        return face.work(turn, book.print_to_sign)

    @router.post("/book/with-marks")
    def with_marks(turn: Turn) -> Response:
        return face.work(turn, book.print_with_marks)

    return router
