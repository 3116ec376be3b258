"""What a sender is told, in both languages, and the number of HTTP that says the same to a program.

200  accepted, or the same was accepted before
202  received: properly signed, its numbers agree, and it counts as soon as its ballots prove it
409  quarantined, or another sheet than before: a public incident names its hash
413  longer than the centre takes
422  refused: it does not prove what it says
429  too many at once; the same again in a moment
503  the centre is ending, or its database does not answer
"""

from collections.abc import Mapping

from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from urna.center.receipt import Verdict
from urna.errors import UrnaError
from urna.storage.centre_service import Answer
from urna.words import N_, Say, Sentence

Speakers = Mapping[str, Say]
"""How each language is spoken, by its code."""

RETRY_SECONDS = 5

_SAID = {
    Verdict.ACCEPTED: N_("Accepted: it counts from the next edition of the results on."),
    Verdict.REPEATED: N_("The centre has it already; nothing changed."),
    Verdict.RECEIVED: N_("Received; it counts as soon as its encrypted ballots are verified."),
    Verdict.QUARANTINED: N_("Not counted; people have to look at it, and a public incident says why."),
    Verdict.REFUSED: N_("Refused; nothing was changed."),
}
BROKEN = N_("The centre could not do this. Call the centre, and say this number: {number}.")
_CONFLICT = N_("Refused: it contradicts what the station sent before; a public incident names its hash.")


class SaidBody(BaseModel):
    """A sentence in each language of the centre."""

    es: str
    en: str


class AnswerBody(BaseModel):
    """What the centre did with a parcel."""

    verdict: str = Field(description="accepted, repeated, received, quarantined or refused")
    parcel: str = Field(description="SHA-256 of the parcel's bytes")
    sheet: str = Field(description="SHA-256 of the sheet in it; empty without one")
    said: SaidBody
    reason: SaidBody | None = None
    notes: list[SaidBody] = []


class RefusalBody(BaseModel):
    """Why a request was not taken."""

    said: SaidBody


def status_of(answer: Answer) -> int:
    """The number that says what became of a parcel."""
    if answer.is_conflict or answer.verdict is Verdict.QUARANTINED:
        return 409
    return {Verdict.ACCEPTED: 200, Verdict.REPEATED: 200, Verdict.RECEIVED: 202}.get(answer.verdict, 422)


class Speaking:
    """Says answers in both languages.

    Args:
        speakers: "es" and "en".
    """

    def __init__(self, speakers: Speakers) -> None:
        self._speakers = speakers

    def answer(self, answer: Answer) -> JSONResponse:
        """The response to a parcel."""
        is_refused_in_public = answer.is_conflict and answer.verdict is Verdict.REFUSED
        body = AnswerBody(
            verdict=answer.verdict.value,
            parcel=answer.parcel,
            sheet=answer.document,
            said=self.say(_CONFLICT if is_refused_in_public else _SAID[answer.verdict]),
            reason=self.say(answer.reason) if answer.reason is not None else None,
            notes=[self.say(note) for note in answer.notes],
        )
        return JSONResponse(body.model_dump(exclude_none=True), status_of(answer))

    def refusal(self, status: int, sentence: Sentence | str, headers: Mapping[str, str] | None = None) -> JSONResponse:
        """A response without a verdict."""
        return JSONResponse(RefusalBody(said=self.say(sentence)).model_dump(), status, dict(headers or {}))

    def error(self, status: int, error: UrnaError, headers: Mapping[str, str] | None = None) -> JSONResponse:
        """The same of an error with its three parts."""
        texts: dict[str, str] = {}
        for code, say in self._speakers.items():
            parts = {"expected": say(error.expected), "found": say(error.found)}
            texts[code] = f"{say(Sentence('Expected {expected}; found {found}.', parts))} {say(error.remedy)}"
        return JSONResponse(RefusalBody(said=SaidBody(**texts)).model_dump(), status, dict(headers or {}))

    def say(self, sentence: Sentence | str) -> SaidBody:
        """A sentence in both."""
        return SaidBody(**{code: say(sentence) for code, say in self._speakers.items()})
