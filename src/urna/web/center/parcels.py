"""The addresses of stations: a whole parcel, or one in parts."""

from pathlib import Path
from typing import Annotated

from fastapi import Depends, FastAPI, Header, Request
from fastapi import Path as InPath
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, ValidationError

from urna.errors import OutOfOrder
from urna.storage.centre_uploads import TooLong, TooMany, WrongOffset
from urna.web.center.answers import AnswerBody, RefusalBody, Speaking
from urna.web.center.limits import BEGIN_BYTES, PART_BYTES
from urna.web.center.station_door import StationCode, StationLines, is_own_line
from urna.web.center.taking import RETRY, Sender, Taking, UploadsOf, holder_of
from urna.words import N_

HashText = Annotated[str, InPath(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the parcel's bytes")]
Key = Annotated[str, Header(alias="Idempotency-Key", pattern=r"^([0-9a-f]{64})?$", description="SHA-256 of the body")]
Offset = Annotated[int, Header(alias="Upload-Offset", ge=0, le=2**53 - 1)]

_ANSWERS: dict[int | str, dict[str, object]] = {
    200: {"model": AnswerBody, "description": "Accepted, or the same was accepted before"},
    202: {"model": AnswerBody, "description": "Received: counts as soon as its ballots prove it"},
    403: {"model": RefusalBody, "description": "Not from the station's own line, where the centre asks for that"},
    408: {"model": RefusalBody, "description": "It did not come, or crept"},
    409: {"model": AnswerBody | RefusalBody, "description": "A public incident names it; or it belongs elsewhere"},
    413: {"model": RefusalBody, "description": "Too long"},
    422: {"model": AnswerBody | RefusalBody, "description": "It does not prove what it says"},
    429: {"model": RefusalBody, "description": "Too many at once"},
    503: {"model": RefusalBody, "description": "The centre is ending, or its database does not answer"},
}


_BEGUN: dict[int | str, dict[str, object]] = {
    **{status: said for status, said in _ANSWERS.items() if status not in {200, 202}},
    404: {"model": RefusalBody, "description": "No such upload"},
}


class BeginBody(BaseModel):
    """A parcel that comes in parts."""

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(ge=1, le=2**53 - 1)


class UploadBody(BaseModel):
    """How far it has come."""

    offset: int
    size: int


_BEGINS = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": BeginBody.model_json_schema()}}}
}
_NO_UPLOAD = N_("No such upload; begin it.")


def add_parcels(app: FastAPI, taking: Taking, uploads: UploadsOf, speaking: Speaking, lines: StationLines) -> None:
    """Adds them.

    Args:
        app: the centre's addresses.
        taking: takes what is whole.
        uploads: what has come in parts.
        speaking: says answers in both languages.
        lines: tells stations' own lines from others.
    """
    own = Annotated[bool, Depends(is_own_line(lines))]

    @app.post("/stations/{station}", responses=_ANSWERS, response_model=AnswerBody)
    async def receive(request: Request, station: StationCode, is_own: own, key: Key = "") -> JSONResponse:
        """A whole parcel. The same again is harmless."""
        if not taking.knows(station):
            return taking.unknown(station, key)
        sender = Sender(station, is_own)
        return await taking.with_body(
            request, sender, taking.longest(station), lambda parcel: taking.take(sender, parcel, key)
        )

    @app.post("/stations/{station}/uploads", response_model=UploadBody, responses=_BEGUN, openapi_extra=_BEGINS)
    async def begin(request: Request, station: StationCode, is_own: own) -> JSONResponse:
        """Begins a parcel in parts, or says how far it has come."""
        sender = Sender(station, is_own)

        async def work(body: bytes | Path) -> JSONResponse:
            try:
                said = BeginBody.model_validate_json(body if isinstance(body, bytes) else b"", strict=True)
            except ValidationError as error:
                return await taking.malformed(request, error)
            if said.size > taking.longest(station):
                raise TooLong(taking.longest(station))
            try:
                upload = await taking.beside(
                    uploads.by(sender).begin, station, said.sha256, said.size, holder_of(request, sender)
                )
            except OutOfOrder as error:
                return _refusal(speaking, error)
            return JSONResponse(upload._asdict())

        if not taking.knows(station):
            return speaking.refusal(422, N_("This election has no such station."))
        return await taking.with_body(request, sender, BEGIN_BYTES, work)

    @app.get(
        "/stations/{station}/uploads/{sha256}",
        response_model=UploadBody,
        responses={status: _BEGUN[status] for status in (403, 404)},
    )
    async def find(station: StationCode, sha256: HashText, is_own: own) -> JSONResponse:
        """How far it has come."""
        upload = await taking.beside(uploads.by(Sender(station, is_own)).find, station, sha256)
        return JSONResponse(upload._asdict()) if upload is not None else speaking.refusal(404, _NO_UPLOAD)

    @app.patch(
        "/stations/{station}/uploads/{sha256}",
        response_model=UploadBody | AnswerBody,
        responses={**_BEGUN, 202: _ANSWERS[202]},
    )
    async def add(
        request: Request, station: StationCode, sha256: HashText, offset: Offset, is_own: own
    ) -> JSONResponse:
        """The next part; the last one is answered as the parcel."""
        sender = Sender(station, is_own)

        async def work(body: bytes | Path) -> JSONResponse:
            part = body if isinstance(body, bytes) else await taking.beside(body.read_bytes)
            try:
                upload = await taking.beside(uploads.by(sender).add, station, sha256, offset, part)
            except OutOfOrder as error:
                return _refusal(speaking, error)
            if upload is None:
                return speaking.refusal(404, _NO_UPLOAD)
            return await taking.take_whole(sender, sha256) if upload.is_whole else JSONResponse(upload._asdict())

        if await taking.beside(uploads.by(sender).find, station, sha256) is None:
            return speaking.refusal(404, _NO_UPLOAD)
        return await taking.with_body(request, sender, PART_BYTES, work)


def _refusal(speaking: Speaking, error: OutOfOrder) -> JSONResponse:
    """What an upload refuses; raises TooLong, whose answer is every body's."""
    if isinstance(error, TooLong):
        raise error
    if isinstance(error, TooMany):
        return speaking.error(429, error, RETRY)
    headers = {"Upload-Offset": str(error.offset)} if isinstance(error, WrongOffset) else None
    return speaking.error(409, error, headers)
