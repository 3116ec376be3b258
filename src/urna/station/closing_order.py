"""What the poll book hands to the closing process, and what it hears back. Neither elector nor ballot is in here.

    poll book's process  ── order: statement, two cards with PINs, or none ──→  closing process   (its standard input)
                         ←── steps, one a line, and at last the sheet's hash ──                    (its standard output)

The order holds PINs: it goes through a pipe, never through an argument, the environment or a file.
"""

from enum import StrEnum
from typing import Annotated

import msgspec

from urna.encoding.canonical import Count, Hash, Record
from urna.errors import Malformed
from urna.station.link import Trouble
from urna.words import N_, Sentence

MAX_ORDER_BYTES = 1 << 20
MAX_LINE_BYTES = 1 << 16


class CardAndPin(Record, frozen=True, kw_only=True):
    """A card file as it lies on its stick, with the PIN that its owner typed."""

    card: str
    pin: Annotated[str, msgspec.Meta(pattern=r"\A[0-9]{6,12}\Z")]

    def __repr__(self) -> str:
        """Nothing of either."""
        return "CardAndPin()"


class ClosingOrder(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/closing-order/1"):
    """Count the booths and sign the sheet."""

    statement: str
    """The poll book's signed statement, as it lies on its medium."""
    cards: tuple[CardAndPin, ...] = ()
    """Of two roles; none when they are lost, and the guardians will open the votes."""

    def __post_init__(self) -> None:
        """Two or none."""
        if len(self.cards) not in {0, 2}:
            raise Malformed(
                Sentence("the cards of two people, or none because they are lost"),
                Sentence("{count}", {"count": len(self.cards)}),
                Sentence("Bring the cards of two of president, secretary and member."),
            )

    def __repr__(self) -> str:
        """How many cards."""
        return f"ClosingOrder({len(self.cards)} cards)"


class ClosingStep(StrEnum):
    """What the closing process has done, in this order."""

    CARDS_JOINED = "cards_joined"
    BOX_COUNTED = "box_counted"
    SHEET_SIGNED = "sheet_signed"
    WRITTEN = "written"
    """All files are durable in the station's out folder; the sheet was the last."""
    OPENINGS_DESTROYED = "openings_destroyed"


STEP_WORDS = {
    ClosingStep.CARDS_JOINED: N_("The two cards open the closing key."),
    ClosingStep.BOX_COUNTED: N_("The box of booth {booth} is counted."),
    ClosingStep.SHEET_SIGNED: N_("The sheet follows from the boxes and is signed."),
    ClosingStep.WRITTEN: N_("Everything that leaves the station is safely written."),
    ClosingStep.OPENINGS_DESTROYED: N_("What could open a single ballot is destroyed."),
}
"""For the poll worker's screen."""


class ClosingLine(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/closing-line/1"):
    """One line of the closing process: a step, or why it stopped, or the end."""

    step: ClosingStep | None = None
    booth: Annotated[int, msgspec.Meta(ge=0, le=99)] = 0
    """Of a box that was counted."""
    trouble: Trouble | None = None
    sheet: Hash | None = None
    """SHA-256 of the signed sheet, in the last line."""


class SheetQuestion(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/sheet-question/1"):
    """What is asked of the signed sheet: a copy as a paper, or, with copy 0, its figures."""

    copy: Annotated[int, msgspec.Meta(ge=0, le=99)] = 0
    copies: Annotated[int, msgspec.Meta(ge=0, le=99)] = 0
    language: Annotated[str, msgspec.Meta(pattern=r"\A[a-z]{2}\Z")] = "en"


class SheetFigures(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/sheet-figures/1"):
    """People and ballots of a signed sheet, by their titles in English; no votes."""

    figures: dict[str, Count]
