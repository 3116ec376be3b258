"""Who stands behind an exception: the president's own finger, or the cards and PINs of two members.

Nothing of it is written to the event log: its time would be the time of the elector who stands at the table.
"""

from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from starlette.responses import Response

from urna.biometrics.decision import Decision
from urna.biometrics.template import Template
from urna.errors import OutOfOrder
from urna.station.authorization import Authorization, authorize_by_finger
from urna.station.sign_in import CardAndPin
from urna.web.pollbook.desk import Desk
from urna.web.pollbook.face import Face, go
from urna.web.pollbook.sign_in import chosen_card
from urna.words import Sentence

LAY_PRESIDENT = Sentence("The president lays a finger on the reader.")

Turn = Annotated[str, Form()]
Typed = Annotated[str, Form(max_length=4000)]


class Authorizing:
    """Lets the exception that waits be done, once it is authorized.

    Args:
        desk: which holds it.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._earlier: tuple[Decision, ...] = ()

    def by_finger(self) -> None:
        """The president's finger, together with the president's tries before; runs beside the screen."""
        desk, ports = self._desk, self._desk.ports
        desk.work.hint = LAY_PRESIDENT
        found = ports.extractor.extract(ports.reader.capture())
        probe = found._replace(template=Template.from_iso(found.template.to_iso()))
        decision = ports.decide(probe, ports.president(), False, self._earlier, desk.election.rules.fingers)
        self._earlier = (*self._earlier, decision)
        self._do(authorize_by_finger(decision))

    def by_members(self, first: CardAndPin, second: CardAndPin) -> None:
        """Two cards and PINs; runs beside the screen, since PINs are slow to check on purpose."""
        desk = self._desk
        data_key = desk.ports.sign_in.unlock(first, second, desk.ports.now())
        self._do(desk.authorize(data_key))

    def cancel(self) -> None:
        """Nobody authorizes."""
        self._desk.pending, self._earlier = None, ()

    def _do(self, authorization: Authorization) -> None:
        with self._desk.lock:
            pending = self._desk.pending
            if pending is None or self._desk.work.is_cancelled:
                raise OutOfOrder(
                    Sentence("an exception that waits"), Sentence("none"), Sentence("Begin the exception again.")
                )
            self.cancel()
            self._desk.place = "/people"
            pending.do(authorization)


def authorizing_router(face: Face) -> APIRouter:
    """The routes."""
    router, desk, authorizing = APIRouter(), face.desk, Authorizing(face.desk)

    @router.get("/authorize")
    def authorize() -> Response:
        pending = desk.pending
        if pending is None:
            return go("/people")
        sticks = face.cards()
        has_finger = bool(desk.ports.president())
        return face.page(
            "authorize.html", place="/authorize", title=pending.title, sticks=sticks, has_finger=has_finger
        )

    @router.post("/authorize/finger")
    def by_finger(turn: Turn) -> Response:
        return face.work(turn, authorizing.by_finger, "capture.html", case=None, finger_words=[], tips=())

    @router.post("/authorize/members")
    def by_members(
        *,
        turn: Turn,
        pin: Typed = "",
        stick: Typed = "",
        text: Typed = "",
        second_pin: Typed = "",
        second_stick: Typed = "",
        second_text: Typed = "",
        file: Annotated[UploadFile | None, File()] = None,
        second_file: Annotated[UploadFile | None, File()] = None,
    ) -> Response:
        def do() -> None:
            first = chosen_card(face, stick, text, file), pin
            second = chosen_card(face, second_stick, second_text, second_file), second_pin
            authorizing.by_members(first, second)

        return face.work(turn, do)

    @router.post("/authorize/cancel")
    def cancel(turn: Turn) -> Response:
        return face.act(turn, "/people", authorizing.cancel)

    return router
