"""What is used up at a station: counted by hand, so that somebody asks for more in time."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from urna.encoding.canonical import Count, Record, decode, encode
from urna.station.event_words import LogEvent, Supply
from urna.web.pollbook.desk import Desk
from urna.web.pollbook.face import Face
from urna.words import N_

SUPPLY_WORDS = {
    Supply.PAPER_ROLL: N_("Paper rolls"),
    Supply.INK: N_("Bottles of ink"),
    Supply.SEAL: N_("Seals"),
    Supply.BATTERY: N_("Charged batteries"),
}

FEW = 2
"""From here on down, more should be asked for."""

MOST = 999

Turn = Annotated[str, Form()]


class Supplies(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/supplies/1"):
    """What is left, as a poll worker counted it last."""

    left: dict[Supply, Count]


NOTHING_COUNTED = encode(Supplies(left={}))
"""The cell's first value."""


class SupplyDesk:
    """The counters.

    Args:
        desk: with the cell in which they lie.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def left(self) -> Supplies:
        """As they stand."""
        return decode(self._desk.ports.supplies.read(), Supplies, "supplies")

    def change(self, supply: Supply, by: int) -> None:
        """One more was brought, or one was used; using one is written to the event log."""
        left = self.left().left
        after = min(MOST, max(0, left.get(supply, 0) + by))
        self._desk.ports.supplies.write(encode(Supplies(left={**left, supply: after})))
        if by < 0:
            self._desk.act(LogEvent.SUPPLY_CHANGED, supply=supply)


def supplies_router(face: Face) -> APIRouter:
    """The routes."""
    router, supplies = APIRouter(), SupplyDesk(face.desk)

    @router.get("/supplies")
    def show() -> Response:
        left = supplies.left().left
        return face.page("supplies.html", place="/supplies", words=SUPPLY_WORDS, left=left, few=FEW)

    @router.post("/supplies")
    def change(turn: Turn, supply: Annotated[Supply, Form()], by: Annotated[int, Form(ge=-1, le=1)]) -> Response:
        return face.act(turn, "/supplies", lambda: supplies.change(supply, by))

    return router
