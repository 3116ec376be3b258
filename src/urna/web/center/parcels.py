"""The addresses of stations: a whole parcel, or one in parts.

A parcel that its station announced comes in the pieces that were announced: whatever true piece has come stays, whoever
brought it, and others are thrown away at once. So nobody can undo what came, nor hold it up with other bytes.
"""

from pathlib import Path
from typing import Annotated

from fastapi import Depends, FastAPI, Header, Request
from fastapi import Path as InPath
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, ValidationError

from urna.errors import OutOfOrder, Unproven
from urna.storage.centre_uploads import TooLong, TooMany, WrongOffset
from urna.web.center.answers import AnswerBody, RefusalBody, Speaking
from urna.web.center.limits import BEGIN_BYTES, PART_BYTES
from urna.web.center.station_door import Sender, StationCode, StationLines, Stranger, line_sender, upload_sender
from urna.web.center.taking import RETRY, Taking, UploadsOf
from urna.web.headers import CLOSE
from urna.words import N_, Sentence

HashText = Annotated[str, InPath(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the parcel's bytes")]
Key = Annotated[str, Header(alias="Idempotency-Key", pattern=r"^([0-9a-f]{64})?$", description="SHA-256 of the body")]
Offset = Annotated[int, Header(alias="Upload-Offset", ge=0, le=2**53 - 1)]

_ANSWERS: dict[int | str, dict[str, object]] = {
    200: {"model": AnswerBody, "description": "Accepted, or the same was accepted before"},
    202: {"model": AnswerBody, "description": "Received: counts as soon as its ballots prove it"},
    403: {"model": RefusalBody, "description": "Not the station's own line, or not its announcement"},
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
        lines: tells stations from others.
    """
    by_line = Annotated[Sender, Depends(line_sender(lines))]
    by_announcement = Annotated[Sender, Depends(upload_sender(lines))]

    @app.post("/stations/{station}", responses=_ANSWERS, response_model=AnswerBody)
    async def receive(request: Request, station: StationCode, sender: by_line, key: Key = "") -> JSONResponse:
        """A whole parcel. The same again is harmless."""
        if not taking.knows(station):
            return taking.unknown(station, key)
        return await taking.with_body(
            request, sender, taking.longest(station), lambda parcel: taking.take(sender, parcel, key)
        )

    @app.post("/stations/{station}/uploads", response_model=UploadBody, responses=_BEGUN, openapi_extra=_BEGINS)
    async def begin(request: Request, station: StationCode, sender: by_announcement) -> JSONResponse:
        """Begins a parcel in parts, or says how far it has come."""

        async def work(body: bytes | Path) -> JSONResponse:
            try:
                said = BeginBody.model_validate_json(body if isinstance(body, bytes) else b"", strict=True)
            except ValidationError as error:
                return await taking.malformed(request, error)
            _check_announced(sender, said.sha256, said.size)
            if said.size > taking.longest(station):
                raise TooLong(taking.longest(station))
            try:
                upload = await taking.beside(
                    sender, uploads.by(sender).begin, station, said.sha256, said.size, sender.address
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
        responses={status: _BEGUN[status] for status in (403, 404, 422)},
    )
    async def find(station: StationCode, sha256: HashText, sender: by_announcement) -> JSONResponse:
        """How far it has come."""
        _check_announced(sender, sha256)
        upload = await taking.beside(sender, uploads.by(sender).find, station, sha256)
        return JSONResponse(upload._asdict()) if upload is not None else speaking.refusal(404, _NO_UPLOAD)

    @app.patch(
        "/stations/{station}/uploads/{sha256}",
        response_model=UploadBody | AnswerBody,
        responses={**_BEGUN, 202: _ANSWERS[202]},
    )
    async def add(
        request: Request, station: StationCode, sha256: HashText, offset: Offset, sender: by_announcement
    ) -> JSONResponse:
        """The next part; the last one is answered as the parcel. Of an announced parcel it is the next piece."""
        _check_announced(sender, sha256)

        async def work(body: bytes | Path) -> JSONResponse:
            part = body if isinstance(body, bytes) else await taking.beside(sender, body.read_bytes)
            try:
                if sender.announced is not None:
                    await taking.beside(sender, sender.announced.check_piece, offset, part)
                upload = await taking.beside(sender, uploads.by(sender).add, station, sha256, offset, part)
            except Unproven as error:
                return speaking.error(422, error, CLOSE)
            except OutOfOrder as error:
                return _refusal(speaking, error)
            if upload is None:
                return speaking.refusal(404, _NO_UPLOAD)
            return await taking.take_whole(sender, sha256) if upload.is_whole else JSONResponse(upload._asdict())

        upload = await taking.beside(sender, uploads.by(sender).find, station, sha256)
        if upload is None:
            return speaking.refusal(404, _NO_UPLOAD)
        if sender.announced is None:
            return await taking.with_body(request, sender, PART_BYTES, work)
        if offset != upload.offset:  # of what was sent before, none is read again
            return _refusal(speaking, WrongOffset(upload.offset))
        return await taking.with_body(request, sender, sender.announced.length_at(offset), work)


def _check_announced(sender: Sender, sha256: str, size: int | None = None) -> None:
    """Returns if nobody announced anything, or this very parcel; raises Stranger."""
    announced = sender.announced
    if announced is None or (announced.parcel == sha256 and size in {None, announced.size}):
        return
    raise Stranger(
        Unproven(
            Sentence("an announcement of the parcel that is sent"),
            Sentence("one of another parcel, or of another length"),
            Sentence("Show the announcement of this parcel, or none."),
        )
    )


def _refusal(speaking: Speaking, error: OutOfOrder) -> JSONResponse:
    """What an upload refuses; raises TooLong, whose answer is every body's."""
    if isinstance(error, TooLong):
        raise error
    if isinstance(error, TooMany):
        return speaking.error(429, error, RETRY)
    headers = {"Upload-Offset": str(error.offset)} if isinstance(error, WrongOffset) else None
    return speaking.error(409, error, headers)
