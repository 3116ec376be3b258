"""The president's exceptions: somebody is admitted without a match, or is let in again.

1. The reason, and a code of the sheet or the centre's response: a slip is seen at once and is not counted.
2. Who authorizes (web/pollbook/authorizing).
3. The poll book does all of it in one durable step, or nothing.
"""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from urna.election.outcomes import OverrideReason
from urna.errors import Malformed, OutOfOrder
from urna.station.authorization import Authorization
from urna.station.codes import read_code
from urna.station.people import check_line_unused, check_sheet_open
from urna.web.pollbook.case import OUTCOME_WORDS, Case, Phase
from urna.web.pollbook.desk import Pending
from urna.web.pollbook.face import Face, go
from urna.words import N_, Sentence

REASON_WORDS = {
    OverrideReason.DOCUMENT_CHECKED: N_("The identity card was checked"),
    OverrideReason.FINGER_INJURED: N_("The finger is injured or worn"),
    OverrideReason.READER_FAILED: N_("The reader failed"),
    OverrideReason.KNOWN_TO_MEMBERS: N_("The members know the person"),
}

MAY_OVERRIDE = frozenset({Phase.TRY_AGAIN, Phase.ASK_PRESIDENT})

Turn = Annotated[str, Form()]
Reason = Annotated[OverrideReason, Form()]
Code = Annotated[str, Form(max_length=40)]
Reply = Annotated[str, Form(max_length=400)]


class OverrideDesk:
    """What the president does for the person at the table.

    Args:
        face: the screen.
    """

    def __init__(self, face: Face) -> None:
        self._face, self._desk = face, face.desk
        self.challenge = ""
        """Shown to be read out to the centre."""

    def ask(self, reason: OverrideReason, code: str) -> None:
        """An override by a code of the sheet waits for its authorization."""
        case, book = self._case(), self._desk.poll_book
        check_sheet_open(book.counts())
        check_line_unused(book.counts(), read_code(code).line)

        def override(authorization: Authorization) -> None:
            self._desk.count()
            case.take(book.override(case.number, reason, authorization, code))

        self._wait(Sentence("Admit without a match"), override)

    def call(self) -> None:
        """A fresh challenge to read out."""
        self._case()
        self.challenge = self._desk.poll_book.telephone_challenge()

    def ask_by_telephone(self, reason: OverrideReason, response: str) -> None:
        """An override by the centre's response waits for its authorization."""
        case, book = self._case(), self._desk.poll_book

        def override(authorization: Authorization) -> None:
            self._desk.count()
            case.take(book.override_by_telephone(case.number, reason, authorization, response))
            self.challenge = ""

        self._wait(Sentence("Admit with the centre's response"), override)

    def ask_readmission(self) -> None:
        """Letting somebody in again waits for its authorization."""
        case = self._face.entrance.present
        if case.phase is not Phase.MARKED:
            raise OutOfOrder(
                Sentence("a person who was admitted before"),
                Sentence("one who was not"),
                Sentence("Identify the person."),
            )

        def readmit(authorization: Authorization) -> None:
            self._desk.count()
            self._desk.poll_book.readmit(case.number, authorization)
            case.phase = Phase.ADMITTED

        self._wait(Sentence("Let in again"), readmit)

    def _case(self) -> Case:
        case = self._face.entrance.present
        if case.phase not in MAY_OVERRIDE:
            raise OutOfOrder(
                Sentence("an identification that ended without a match"),
                Sentence("none"),
                Sentence("Try a finger first, or state that there is none that can be read."),
            )
        return case

    def _wait(self, title: Sentence, do: Callable[[Authorization], None]) -> None:
        self._desk.pending = Pending(title, do)


def override_router(face: Face) -> APIRouter:
    """The routes."""
    router, president = APIRouter(), OverrideDesk(face)

    def page(template: str, place: str) -> Response:
        case = face.entrance.case
        if case is None or case.phase not in MAY_OVERRIDE:
            return go("/people")
        outcome = OUTCOME_WORDS[case.outcome] if case.outcome else ""
        return face.page(
            template, place=place, case=case, outcome=outcome, reasons=REASON_WORDS, challenge=president.challenge
        )

    @router.get("/override")
    def override_page() -> Response:
        return page("override.html", "/override")

    @router.post("/override")
    def override(turn: Turn, reason: Reason, code: Code = "") -> Response:
        return face.act(turn, "/authorize", lambda: president.ask(reason, code))

    @router.post("/override/code")
    def check(code: Code = "") -> Response:
        return face.part("code_check.html", said=code_said(code))

    @router.get("/override/telephone")
    def telephone_page() -> Response:
        return page("telephone.html", "/override/telephone")

    @router.post("/override/telephone/call")
    def call(turn: Turn) -> Response:
        return face.act(turn, "/override/telephone", president.call)

    @router.post("/override/telephone")
    def telephone(turn: Turn, reason: Reason, response: Reply = "") -> Response:
        return face.act(turn, "/authorize", lambda: president.ask_by_telephone(reason, response))

    @router.post("/readmit")
    def readmit(turn: Turn) -> Response:
        return face.act(turn, "/authorize", president.ask_readmission)

    return router


def code_said(code: str) -> Sentence:
    """What can be said of a code while it is typed: whether there is a slip in it, not whether it is right."""
    symbols = "".join(code.replace("-", " ").split())
    if len(symbols) < 12:
        return Sentence("{count} of 12 symbols", {"count": len(symbols)})
    try:
        return Sentence("Complete: line {line}, no slip in it.", {"line": read_code(code).line})
    except Malformed:
        return Sentence("There is a slip in it: compare it with the sheet.")
