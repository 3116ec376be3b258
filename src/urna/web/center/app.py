"""The centre's addresses for stations and other programs; what they say is in docs/spec/center-api.md.

    POST  /stations/{code}                      a whole parcel
    POST  /stations/{code}/uploads              begin a parcel in parts, or ask how far it has come
    GET   /stations/{code}/uploads/{sha256}     how far it has come
    PATCH /stations/{code}/uploads/{sha256}     the next part; the last one is answered as the parcel
    GET   /status                               how many stations stand how
    GET   /health/live, /health/ready, /metrics

Nobody signs in here: every file of a parcel is signed, so anybody may carry it.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import BoundedSemaphore
from typing import Annotated, NamedTuple, Protocol

from fastapi import FastAPI, Header, Request
from fastapi import Path as InPath
from fastapi.concurrency import run_in_threadpool
from fastapi.exception_handlers import http_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from urna.errors import OutOfOrder
from urna.storage.centre_service import Answer
from urna.storage.centre_uploads import TooLong, TooMany, Uploads, WrongOffset
from urna.web.center.answers import RETRY_SECONDS, AnswerBody, RefusalBody, Speaking
from urna.words import N_

PART_BYTES = 8 * 1024 * 1024
"""The longest part of an upload."""

IN_MEMORY_BYTES = 4 * 1024 * 1024
"""A longer parcel is put down while it comes."""

_RETRY = {"Retry-After": str(RETRY_SECONDS)}

StationCode = Annotated[
    str, InPath(pattern=r"^[A-Z0-9](?:[A-Z0-9._-]{0,38}[A-Z0-9])?$", description="A station's code")
]
HashText = Annotated[str, InPath(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the parcel's bytes")]
Key = Annotated[str, Header(alias="Idempotency-Key", pattern=r"^([0-9a-f]{64})?$", description="SHA-256 of the body")]
Offset = Annotated[int, Header(alias="Upload-Offset", ge=0, le=2**53 - 1)]

_ANSWERS: dict[int | str, dict[str, object]] = {
    200: {"model": AnswerBody, "description": "Accepted, or the same was accepted before"},
    202: {"model": AnswerBody, "description": "Received: counts as soon as its ballots prove it"},
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


class Health(NamedTuple):
    """Whether the centre works."""

    is_alive: bool
    """Its writer runs."""
    is_ready: bool
    """It also can write now."""


class Reception(Protocol):
    """The centre that stands behind the addresses."""

    def receive(self, station: str, parcel: bytes | Path, sha256: str = "") -> Answer:
        """Takes a parcel; raises OutOfOrder when it is ending."""
        ...

    def knows(self, station: str) -> bool:
        """Whether the election has such a station."""
        ...

    def health(self) -> Health:
        """Whether it works."""
        ...

    def standings(self) -> Counter[str]:
        """How many stations stand how."""
        ...

    def metrics(self) -> str:
        """Prometheus's text."""
        ...


class Limits(NamedTuple):
    """What the addresses take."""

    parcel_bytes: int = 1024 * 1024 * 1024
    at_once: int = 64
    """Parcels that are decided on at once; one more is asked to come back."""


class BeginBody(BaseModel):
    """A parcel that comes in parts."""

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(ge=1, le=2**53 - 1)


class UploadBody(BaseModel):
    """How far it has come."""

    offset: int
    size: int


class StatusBody(BaseModel):
    """How many stations stand how: received ones wait for their proof and are in no total."""

    stations: int
    standings: dict[str, int]


def centre_app(reception: Reception, uploads: Uploads, speaking: Speaking, limits: Limits) -> FastAPI:
    """The addresses as a web application; operators' pages and the public record are added to it by others.

    Args:
        reception: the centre at work.
        uploads: parcels that come in parts.
        speaking: says answers in both languages.
        limits: what is taken.
    """
    app = FastAPI(title="urna centre", version="1", openapi_url="/api/openapi.json", docs_url=None, redoc_url=None)
    desk = _Desk(reception, uploads, speaking, limits)
    app.add_exception_handler(RequestValidationError, desk.malformed)
    app.add_exception_handler(ClientDisconnect, desk.gone)
    app.add_exception_handler(HTTPException, desk.not_text)
    _add_reception(app, desk, uploads, speaking)
    _add_health(app, reception)
    return app


class _Desk:
    """Takes parcels, so many at once."""

    def __init__(self, reception: Reception, uploads: Uploads, speaking: Speaking, limits: Limits) -> None:
        self._reception = reception
        self._uploads = uploads
        self._speaking = speaking
        self._limits = limits
        self._room = BoundedSemaphore(limits.at_once)
        # Threads of its own: while a database does not answer, these wait, and every other address goes on.
        self._threads = ThreadPoolExecutor(limits.at_once, "urna-reception")

    def knows(self, station: str) -> bool:
        return self._reception.knows(station)

    async def malformed(self, _: Request, __: Exception) -> JSONResponse:
        return self._speaking.refusal(422, N_("The request is not one that this address takes."))

    async def not_text(self, request: Request, error: Exception) -> Response:
        """A body that is no UTF-8 is as wrong here as one that is no JSON; other addresses answer as they do."""
        if not isinstance(error, HTTPException):
            raise error
        if error.status_code == 400 and request.url.path.startswith("/stations/"):
            return await self.malformed(request, error)
        return await http_exception_handler(request, error)

    async def gone(self, _: Request, __: Exception) -> Response:
        return Response(status_code=400)

    async def in_turn(self, work: Callable[[], Awaitable[JSONResponse]]) -> JSONResponse:
        """Does the work if there is room for it."""
        if not self._room.acquire(blocking=False):
            return self._speaking.refusal(429, N_("The centre is busy; send the same again in a moment."), _RETRY)
        try:
            return await work()
        except TooLong as error:
            return self._speaking.error(413, error)
        except OutOfOrder as error:
            return self._speaking.error(503, error, _RETRY)
        finally:
            self._room.release()

    async def take(self, station: str, parcel: bytes | Path, sha256: str) -> JSONResponse:
        loop = asyncio.get_running_loop()
        answer = loop.run_in_executor(self._threads, self._reception.receive, station, parcel, sha256)
        return self._speaking.answer(await answer)

    async def take_stream(self, station: str, request: Request, sha256: str) -> JSONResponse:
        """A parcel in one piece: short ones in memory, long ones on the medium while they come."""
        said = request.headers.get("Content-Length", "")
        if said.isdigit() and int(said) > self._limits.parcel_bytes:
            raise TooLong(self._limits.parcel_bytes)
        start = bytearray()
        stream = request.stream()
        async for chunk in stream:
            start += chunk
            if len(start) > IN_MEMORY_BYTES:
                break
        else:
            return await self.take(station, bytes(start), sha256)
        place = self._uploads.place()
        try:
            total = len(start)
            with place.open("xb") as file:
                file.write(start)
                start.clear()
                async for chunk in stream:
                    total += len(chunk)
                    if total > self._limits.parcel_bytes:
                        raise TooLong(self._limits.parcel_bytes)
                    file.write(chunk)
            return await self.take(station, place, sha256)
        finally:
            place.unlink(missing_ok=True)

    async def take_whole(self, station: str, sha256: str) -> JSONResponse:
        """A parcel that came in parts, the last of which is there."""
        path = await run_in_threadpool(self._uploads.whole, station, sha256)
        if path is None:
            return self._speaking.refusal(422, N_("The parts have another hash together; begin again."))
        response = await self.take(station, path, sha256)
        await run_in_threadpool(self._uploads.forget, station, sha256)
        return response


def _add_reception(app: FastAPI, desk: _Desk, uploads: Uploads, speaking: Speaking) -> None:
    no_upload = N_("No such upload; begin it.")

    @app.post("/stations/{station}", responses=_ANSWERS, response_model=AnswerBody)
    async def receive(request: Request, station: StationCode, key: Key = "") -> JSONResponse:
        """A whole parcel. The same again is harmless."""
        return await desk.in_turn(lambda: desk.take_stream(station, request, key))

    @app.post("/stations/{station}/uploads", response_model=UploadBody, responses=_BEGUN)
    async def begin(station: StationCode, body: BeginBody) -> JSONResponse:
        """Begins a parcel in parts, or says how far it has come."""

        async def work() -> JSONResponse:
            if not desk.knows(station):
                return speaking.refusal(422, N_("This election has no such station."))
            try:
                upload = await run_in_threadpool(uploads.begin, station, body.sha256, body.size)
            except TooMany as error:
                return speaking.error(429, error, _RETRY)
            except TooLong:
                raise
            except OutOfOrder as error:
                return speaking.error(409, error)
            return JSONResponse(upload._asdict())

        return await desk.in_turn(work)

    @app.get("/stations/{station}/uploads/{sha256}", response_model=UploadBody, responses={404: {"model": RefusalBody}})
    async def find(station: StationCode, sha256: HashText) -> JSONResponse:
        """How far it has come."""
        upload = await run_in_threadpool(uploads.find, station, sha256)
        return JSONResponse(upload._asdict()) if upload is not None else speaking.refusal(404, no_upload)

    @app.patch(
        "/stations/{station}/uploads/{sha256}",
        response_model=UploadBody | AnswerBody,
        responses={**_BEGUN, 202: _ANSWERS[202]},
    )
    async def add(request: Request, station: StationCode, sha256: HashText, offset: Offset) -> JSONResponse:
        """The next part; the last one is answered as the parcel."""

        async def work() -> JSONResponse:
            part = await _read_part(request)
            try:
                upload = await run_in_threadpool(uploads.add, station, sha256, offset, part)
            except WrongOffset as error:
                return speaking.error(409, error, {"Upload-Offset": str(error.offset)})
            except TooLong:
                raise
            except OutOfOrder as error:
                return speaking.error(409, error)
            if upload is None:
                return speaking.refusal(404, no_upload)
            return await desk.take_whole(station, sha256) if upload.is_whole else JSONResponse(upload._asdict())

        return await desk.in_turn(work)


async def _read_part(request: Request) -> bytes:
    part = bytearray()
    async for chunk in request.stream():
        part += chunk
        if len(part) > PART_BYTES:
            raise TooLong(PART_BYTES)
    return bytes(part)


def _add_health(app: FastAPI, reception: Reception) -> None:
    @app.get("/status", response_model=StatusBody)
    async def status() -> StatusBody:
        """How many stations stand how."""
        standings = reception.standings()
        return StatusBody(stations=standings.total(), standings=dict(sorted(standings.items())))

    @app.get("/health/live", response_class=PlainTextResponse, responses={503: {}})
    async def live() -> Response:
        """Whether the process should go on; if not, whoever watches starts it again."""
        return _health(reception.health().is_alive)

    @app.get("/health/ready", response_class=PlainTextResponse, responses={503: {}})
    async def ready() -> Response:
        """Whether it can take parcels now."""
        return _health(reception.health().is_ready)

    @app.get("/metrics", response_class=PlainTextResponse)
    async def metrics() -> PlainTextResponse:
        """For Prometheus."""
        return PlainTextResponse(reception.metrics(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _health(is_well: bool) -> PlainTextResponse:
    return PlainTextResponse("ok\n" if is_well else "not now\n", 200 if is_well else 503)
