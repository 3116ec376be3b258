"""How every page of the poll book's face is shown, and how every act is done.

An act answers with the page to see next (303), never with content: reload repeats nothing. What was wrong with it is
a notice above that page.
"""

from collections.abc import Callable
from typing import NamedTuple

from starlette.responses import HTMLResponse, RedirectResponse, Response

from urna.errors import UrnaError
from urna.web.kiosk.frame import Pages
from urna.web.pollbook.access import ACCESS, Worker
from urna.web.pollbook.desk import Desk
from urna.words import N_, Sentence

ROLE_WORDS = {
    Worker.PRESIDENT: N_("President"),
    Worker.SECRETARY: N_("Secretary"),
    Worker.MEMBER: N_("Member"),
    Worker.TECHNICIAN: N_("Technician"),
}


class Place(NamedTuple):
    """A page in the bar at the top."""

    path: str
    title: str


PLACES = (
    Place("/people", N_("Voters")),
    Place("/queue", N_("Queue")),
    Place("/incidents", N_("Incidents")),
    Place("/supplies", N_("Supplies")),
    Place("/book", N_("Paper book")),
    Place("/day", N_("Day")),
    Place("/closing", N_("Closing")),
    Place("/contingency", N_("Contingency")),
)
"""In the order of the bar; a place is shown to whom `ACCESS` lets reach it, and as soon as it exists."""


class Face:
    """The desk and its pages.

    Args:
        desk: what is shown.
        pages: how.
    """

    def __init__(self, desk: Desk, pages: Pages) -> None:
        self.desk, self.pages = desk, pages

    def page(self, template: str, *, place: str, status: int = 200, **values: object) -> HTMLResponse:
        """A page in the reader's language, with the bar and the notices that wait.

        Args:
            template: its name.
            place: its path, to come back to at a reload; a part of the bar.
            status: of the answer.
            values: what the template needs besides.
        """
        desk = self.desk
        with desk.lock:
            if status == 200:
                desk.place = place
            notices, desk.notices = desk.notices, []
            values = {**self.frame(), "here": place, "notices": notices, **values}
            return HTMLResponse(self.pages.render(template, desk.language, **values), status_code=status)

    def part(self, template: str, **values: object) -> HTMLResponse:
        """A part of a page, asked for by the page itself."""
        with self.desk.lock:
            return HTMLResponse(self.pages.render(template, self.desk.language, **{**self.frame(), **values}))

    def act(self, turn: str, after: str, do: Callable[[], object]) -> Response:
        """Does an act of the page that is shown, once; then the page `after`, or the old one if it was refused."""
        desk = self.desk
        with desk.lock:
            try:
                desk.turns.take(turn)
                do()
            except UrnaError as error:
                desk.notices.append(refused(error, self.say))
                after = desk.place
        return go(after)

    def frame(self) -> dict[str, object]:
        """What every template needs."""
        desk = self.desk
        worker = desk.who()
        definition = desk.election.definition
        return {
            "turn": desk.turns.current,
            "worker": worker,
            "role": ROLE_WORDS[worker] if worker else "",
            "places": [each for each in PLACES if worker in ACCESS.get(("GET", each.path), frozenset())],
            "is_practice": desk.is_practice,
            "station_name": desk.election.stations[desk.station_code].name,
            "station_code": desk.station_code,
            "election_title": definition.title.get(desk.language) or next(iter(definition.title.values())),
            "languages": [each for each in self.pages.speakers if each != desk.language],
        }

    def say(self, sentence: Sentence | str) -> str:
        """In the language of the screen."""
        return self.pages.speakers[self.desk.language](sentence)


def refused(error: UrnaError, say: Callable[[Sentence | str], str]) -> Sentence:
    """An error as a notice: what to do, and what was found instead of what was expected."""
    values = {
        "remedy": say(error.remedy),
        "expected": say(error.expected),
        "found": say(error.found),
    }
    return Sentence("{remedy} (Expected: {expected}. Found: {found}.)", values)


def go(path: str) -> Response:
    """To a page."""
    return RedirectResponse(path, status_code=303)
