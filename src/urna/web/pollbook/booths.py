"""The booths' panel, and what a poll worker does at a booth: send somebody, give time, end without a vote, settle."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from urna.election.outcomes import Ending
from urna.encoding.canonical import Code
from urna.errors import Malformed, OutOfOrder
from urna.station.activation import Armed, Resolution
from urna.station.authorization import Authorization
from urna.web.pollbook.booth_views import booth_views, check_takes_somebody, view_of
from urna.web.pollbook.desk import Pending
from urna.web.pollbook.face import Face, go
from urna.words import N_, Sentence

Turn = Annotated[str, Form()]
Booth = Annotated[int, Form(ge=1, le=9)]


ENDING_WORDS = {
    Ending.EXPIRED: N_("The time is over, and the voter stops"),
    Ending.LEFT: N_("The voter left"),
    Ending.FAILURE: N_("The booth failed"),
}


class BoothDesk:
    """What a poll worker does at one booth.

    Args:
        face: the screen.
    """

    def __init__(self, face: Face) -> None:
        self._desk = face.desk
        self.number = 0
        """The booth that is looked at."""

    def look_at(self, number: int) -> None:
        """Shows one booth."""
        if number not in self._desk.station.booths:
            raise Malformed(
                Sentence("a booth of this station"), Sentence("{booth}", {"booth": number}), Sentence("Choose a booth.")
            )
        self.number = number

    def send(self, number: int, style: Code) -> None:
        """Sends somebody there who was admitted before and waits."""
        check_takes_somebody(self._desk, number)
        self._desk.activate(number, style)

    def activate_again(self, number: int) -> None:
        """The same activation, after a crash or a pulled cable in between; nothing is counted."""
        station = self._desk.station
        if station.pair(number) is not Resolution.ACTIVATE_AGAIN:
            raise OutOfOrder(
                Sentence("a booth whose activation was interrupted"),
                Sentence("another one"),
                Sentence("Look at the booths again."),
            )
        slot = self._desk.poll_book.slot(number)
        station.activate(number, slot.style if isinstance(slot, Armed) else "")
        self._desk.watch.look_at(number)

    def give_time(self) -> None:
        """More time for the voter."""
        self._desk.station.booths[self.number].resume()
        self._desk.watch.look_at(self.number)

    def end(self, ending: Ending) -> None:
        """The activation ends without a vote."""
        if ending is Ending.CAST:
            raise Malformed(
                Sentence("an end without a vote"), Sentence("a vote"), Sentence("Only the voter casts a vote.")
            )
        self._desk.count()
        station = self._desk.station
        station.booths[self.number].end(ending)
        station.record_ending(self.number)
        self._desk.watch.look_at(self.number)

    def ask_to_settle(self, *, is_off: bool) -> None:
        """A pair that no crash leaves, or what is open at a booth that does not go on, goes to the president.

        Args:
            is_off: somebody says that the booth is switched off, or that its memory is out.
        """
        number = self.number
        if number and view_of(self._desk, number).is_stranded:
            _check_off(is_off)

        def settle(authorization: Authorization) -> None:
            self._desk.count()
            self._desk.watch.look_at(number)
            if view_of(self._desk, number).is_stranded:
                _check_off(is_off)
                self._desk.station.settle_without_booth(number, authorization)
            else:
                self._desk.note_return(number)
                self._desk.station.settle(number, authorization)
            self._desk.watch.look_at(number)

        self._desk.pending = Pending(Sentence("Settle booth {booth}", {"booth": number}), settle)


def _check_off(is_off: bool) -> None:
    """Returns if nobody can go on voting at the booth that is settled without its answer."""
    if not is_off:
        raise OutOfOrder(
            Sentence("a booth that is switched off, or whose memory is out"),
            Sentence("one of which nobody says so"),
            Sentence("Switch it off or take its memory out, so that nobody goes on voting there; then say so."),
        )


def booths_router(face: Face) -> APIRouter:
    """The routes."""
    router, desk, booths = APIRouter(), face.desk, BoothDesk(face)

    @router.get("/booths/panel")
    def panel(seen: str = "") -> Response:
        with desk.lock:
            values = face.panel()
            if "panel_mark" not in values:  # locked or signed out since the request came through the door
                return Response(headers={"HX-Redirect": "/"})
            if values["panel_mark"] == seen:
                return Response(status_code=204)
            return face.part("panel.html", **values)

    @router.post("/booths/send")
    def send(turn: Turn, booth: Booth, style: Annotated[str, Form(max_length=40)]) -> Response:
        return face.act(turn, "/", lambda: booths.send(booth, style))

    @router.post("/booths/again")
    def again(turn: Turn, booth: Booth) -> Response:
        return face.act(turn, "/", lambda: booths.activate_again(booth))

    @router.post("/booths/look")
    def look(turn: Turn, booth: Booth) -> Response:
        return face.act(turn, "/booth", lambda: booths.look_at(booth))

    @router.get("/booth")
    def booth_page() -> Response:
        view = next((each for each in booth_views(desk) if each.number == booths.number), None)
        if view is None:
            return go("/people")
        return face.page("booth.html", place="/booth", view=view, endings=ENDING_WORDS)

    @router.post("/booth/time")
    def give_time(turn: Turn) -> Response:
        return face.act(turn, "/people", booths.give_time)

    @router.post("/booth/end")
    def end(turn: Turn, ending: Annotated[Ending, Form()]) -> Response:
        return face.act(turn, "/people", lambda: booths.end(ending))

    @router.post("/booth/settle")
    def settle(turn: Turn, is_off: Annotated[bool, Form()] = False) -> Response:
        return face.act(turn, "/authorize", lambda: booths.ask_to_settle(is_off=is_off))

    return router
