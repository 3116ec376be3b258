"""How every page of the poll book's face is shown, and how every act is done.

An act answers with the page to see next (303), never with content: reload repeats nothing. What was wrong with it is
a notice above that page.
"""

from collections.abc import Callable
from typing import NamedTuple

from starlette.responses import HTMLResponse, RedirectResponse, Response

from urna.devices.card_sticks import FoundCard
from urna.errors import UrnaError
from urna.station.card_file import read_card_file
from urna.web.kiosk.frame import Pages
from urna.web.pollbook.access import ACCESS, MEMBERS, Worker
from urna.web.pollbook.booth_views import panel_values
from urna.web.pollbook.desk import Desk, Refusal
from urna.web.pollbook.entrance import Entrance
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
"""In the order of the bar; a place is shown to whom `ACCESS` lets reach it."""

DAY_PLACES = frozenset({"/day", "/closing", "/contingency"})
"""Those of the day's pages, which a face may come without."""


class Notice(NamedTuple):
    """A line above a page: what to do, and, where something was refused, why."""

    text: str
    why: str = ""


class Card(NamedTuple):
    """A card file on a stick: its name, and whose card it is, too; the name alone where it is no card."""

    label: str
    word: str


class Face:
    """The desk and its pages.

    Args:
        desk: what is shown.
        pages: how.
        has_day: whether the pages of opening, closing and contingency are there.
    """

    def __init__(self, desk: Desk, pages: Pages, *, has_day: bool = True) -> None:
        self.desk, self.pages = desk, pages
        self._places = tuple(each for each in PLACES if has_day or each.path not in DAY_PLACES)
        self.entrance = Entrance(desk)

    def page(self, template: str, *, place: str, status: int = 200, **more: object) -> HTMLResponse:
        """A page in the reader's language, with the bar and the notices that wait.

        Args:
            template: its name.
            place: its path, to come back to at a reload; a part of the bar.
            status: of the answer.
            more: what the template needs besides.
        """
        desk = self.desk
        with desk.lock:
            if status == 200:
                desk.place = place
            notices, desk.notices = [self._notice(each) for each in desk.notices], []
            if desk.work.is_busy:
                template, more = desk.work.template, dict(desk.work.values)
            values = {**self.frame(), **self.panel(), "here": place, "notices": notices, **more}
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
                desk.refuse(error)
                after = desk.place
        return go(after)

    def work(self, turn: str, do: Callable[[], None], template: str = "working.html", **values: object) -> Response:
        """Does what takes longer than an answer may, beside the screen; then the page that it led to.

        Args:
            turn: as `act`.
            do: runs without the desk's lock, and takes it where it touches the station.
            template: shown meanwhile.
            values: for it.
        """
        with self.desk.lock:
            try:
                self.desk.turns.take(turn)
                self.desk.work.begin(do, template, **values)
            except UrnaError as error:
                self.desk.refuse(error)
        self.desk.work.wait()
        return go("/")

    def frame(self) -> dict[str, object]:
        """What every template needs."""
        desk = self.desk
        worker = desk.who()
        definition = desk.election.definition
        return {
            "turn": desk.turns.current,
            "worker": worker,
            "role": ROLE_WORDS[worker] if worker else "",
            "places": self.places(),
            "is_practice": desk.is_practice,
            "station_name": desk.election.stations[desk.station_code].name,
            "station_code": desk.station_code,
            "election_title": definition.title.get(desk.language) or next(iter(definition.title.values())),
            "hint": desk.work.hint,
            "can_members": worker in MEMBERS,
            "languages": [each for each in self.pages.speakers if each != desk.language],
        }

    def cards(self) -> list[Card]:
        """Those on what is plugged in now."""
        return [Card(each.label, self._card_word(each)) for each in self.desk.ports.sticks()]

    def _card_word(self, found: FoundCard) -> str:
        try:
            role = Worker(read_card_file(found.card).role)
        except UrnaError:
            return found.label
        return f"{self.say(ROLE_WORDS[role])} ({found.label})"

    def places(self) -> list[Place]:
        """Those of the bar for whoever is signed in."""
        worker = self.desk.who()
        return [each for each in self._places if worker in ACCESS.get(("GET", each.path), frozenset())]

    def panel(self) -> dict[str, object]:
        """The booths beside the page, for members with an open poll book."""
        if self.desk.is_unlocked and self.desk.who() in MEMBERS:
            return panel_values(self.desk, self.entrance.case)
        return {"booths": ()}

    def _notice(self, notice: Sentence | Refusal) -> Notice:
        if isinstance(notice, Sentence):
            return Notice(self.say(notice))
        error = notice.error
        why = Sentence(
            "Expected: {expected}. Found: {found}.",
            {"expected": self.said(error.expected), "found": self.said(error.found)},
        )
        return Notice(self.said(error.remedy), self.say(why))

    def said(self, part: Sentence | str) -> str:
        """A part of an error, its values said too where they are sentences' words."""
        return self.say(part) if isinstance(part, Sentence) else str(part)

    def say(self, sentence: Sentence | str) -> str:
        """In the language of the screen."""
        return self.pages.speakers[self.desk.language](sentence)


def go(path: str) -> Response:
    """To a page."""
    return RedirectResponse(path, status_code=303)
