"""The centre's addresses for stations and other programs; what they say is in docs/spec/center-api.md.

    POST  /stations/{code}                      a whole parcel
    POST  /stations/{code}/uploads              begin a parcel in parts, or ask how far it has come
    GET   /stations/{code}/uploads/{sha256}     how far it has come
    PATCH /stations/{code}/uploads/{sha256}     the next part; the last one is answered as the parcel
    GET   /status                               how many stations stand how
    GET   /health/live, /health/ready, /metrics

Nobody signs in here: every file of a parcel is signed, so anybody may carry it. A centre that asks for the stations'
TLS certificates takes it from the station alone, so that strangers take up no room.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path
from threading import BoundedSemaphore
from typing import Annotated, NamedTuple, Protocol, TypeVar

from fastapi import Depends, FastAPI, Header, Request
from fastapi import Path as InPath
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from pydantic import BaseModel, Field, ValidationError
from starlette.requests import ClientDisconnect

from urna.errors import OutOfOrder
from urna.storage.centre_service import Answer
from urna.storage.centre_uploads import TooLong, TooMany, Uploads, WrongOffset
from urna.web.center.answers import BROKEN, RETRY_SECONDS, AnswerBody, RefusalBody, Speaking
from urna.web.center.bodies import Bodies, BodyLimits, Crowded, TooSlow
from urna.web.center.request_log import HEADER, Note, RequestLog, number_of, say_nothing
from urna.web.center.station_door import CheckLine, StationCode, Stranger, from_station
from urna.web.center.strict import STRICT, Strict
from urna.web.silence import SILENT
from urna.words import N_, Sentence

PART_BYTES = 8 * 1024 * 1024
"""The longest part of an upload."""

BEGIN_BYTES = 4 * 1024
"""The longest request that begins an upload."""

FILE_THREADS = 8

_RETRY = {"Retry-After": str(RETRY_SECONDS)}
_CLOSE = {"Connection": "close"}
LOG = logging.getLogger("urna.centre")

T = TypeVar("T")

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

    def longest(self, station: str) -> int:
        """The bytes of the longest parcel that one of its stations can have to send."""
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
    bodies: BodyLimits = BodyLimits()
    """Of requests that come."""


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


_BEGINS = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": BeginBody.model_json_schema()}}}
}


def centre_app(
    reception: Reception,
    uploads: Uploads,
    speaking: Speaking,
    limits: Limits,
    *,
    check_line: CheckLine | None = None,
    note: Note = say_nothing,
) -> FastAPI:
    """The addresses as a web application; operators' pages and the public record are added to it by others.

    Args:
        reception: the centre at work.
        uploads: parcels that come in parts.
        speaking: says answers in both languages.
        limits: what is taken.
        check_line: whose line it is; None: anybody carries parcels.
        note: writes an entry for each request.
    """
    app = FastAPI(
        title="urna centre",
        version="1",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        telemetry=SILENT,
    )
    desk = _Desk(reception, uploads, speaking, limits)
    app.add_exception_handler(RequestValidationError, desk.malformed)
    app.add_exception_handler(ClientDisconnect, desk.gone)
    app.add_exception_handler(Stranger, desk.stranger)
    app.add_exception_handler(Exception, desk.broken)
    app.add_middleware(Strict)
    app.add_middleware(RequestLog, note=note)
    _add_reception(app, desk, uploads, speaking, check_line)
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
        self._bodies = Bodies(uploads.place, limits.bodies)
        # Threads of its own: while a database does not answer, these wait, and every other address goes on.
        self._threads = ThreadPoolExecutor(limits.at_once, "urna-reception")
        # And for parts of parcels: operators who sign in wait for each other, and no upload waits for them.
        self._file_threads = ThreadPoolExecutor(FILE_THREADS, "urna-uploads")

    def knows(self, station: str) -> bool:
        return self._reception.knows(station)

    def longest(self, station: str) -> int:
        return min(self._reception.longest(station), self._limits.parcel_bytes)

    async def malformed(self, _: Request, __: Exception) -> JSONResponse:
        return self._speaking.refusal(422, N_("The request is not one that this address takes."))

    async def broken(self, _: Request, __: Exception) -> JSONResponse:
        """An error of the program: logged by the server, told without its words, with the number to look for."""
        number = number_of()
        return self._speaking.refusal(500, Sentence(BROKEN, {"number": number}), {**STRICT, HEADER: number})

    async def stranger(self, _: Request, error: Exception) -> JSONResponse:
        """Its body is not read; the line is closed."""
        assert isinstance(error, Stranger)  # noqa: S101 - the framework's own type is wider
        return self._speaking.error(403, error.error, _CLOSE)

    async def gone(self, _: Request, __: Exception) -> Response:
        return Response(status_code=400)

    async def with_body(
        self, request: Request, most: int, work: Callable[[bytes | Path], Awaitable[JSONResponse]]
    ) -> JSONResponse:
        """Does the work with the body of a request, which takes a place only when all of it is there."""
        try:
            async with self._bodies.read(request, most) as body:
                return await self._in_turn(body, work)
        except TooLong as error:
            return self._speaking.error(413, error)
        except TooSlow as error:
            return self._speaking.error(408, error, _CLOSE)
        except Crowded as error:
            return self._speaking.error(429, error, _RETRY | _CLOSE)
        except OutOfOrder as error:
            return self._speaking.error(503, error, _RETRY)
        except OSError:  # a medium that is full or broken: what came is nowhere, and may be sent again
            LOG.exception("a request could not be put down")
            return self._speaking.refusal(
                503, N_("The centre's medium takes nothing now; send it again later."), _RETRY
            )

    async def _in_turn(
        self, body: bytes | Path, work: Callable[[bytes | Path], Awaitable[JSONResponse]]
    ) -> JSONResponse:
        if not self._room.acquire(blocking=False):
            return self._speaking.refusal(429, N_("The centre is busy; send the same again in a moment."), _RETRY)
        try:
            return await work(body)
        finally:
            self._room.release()

    async def beside(self, work: Callable[..., T], *given: object) -> T:
        """Work on files, beside everything else."""
        return await asyncio.get_running_loop().run_in_executor(self._file_threads, work, *given)

    async def take(self, station: str, parcel: bytes | Path, sha256: str) -> JSONResponse:
        loop, receive = asyncio.get_running_loop(), copy_context().run
        answer = loop.run_in_executor(self._threads, receive, self._reception.receive, station, parcel, sha256)
        return self._speaking.answer(await answer)

    def unknown(self, station: str, sha256: str) -> JSONResponse:
        """The answer to a parcel of no station of this election, whose body is not read."""
        return self._speaking.answer(self._reception.receive(station, b"", sha256))

    async def take_whole(self, station: str, sha256: str) -> JSONResponse:
        """A parcel that came in parts, the last of which is there."""
        path = await self.beside(self._uploads.whole, station, sha256)
        if path is None:
            return self._speaking.refusal(422, N_("The parts have another hash together; begin again."))
        response = await self.take(station, path, sha256)
        await self.beside(self._uploads.forget, station, sha256)
        return response


def _add_reception(
    app: FastAPI, desk: _Desk, uploads: Uploads, speaking: Speaking, check_line: CheckLine | None
) -> None:
    no_upload = N_("No such upload; begin it.")

    line = [Depends(from_station(check_line))] if check_line is not None else []

    @app.post("/stations/{station}", dependencies=line, responses=_ANSWERS, response_model=AnswerBody)
    async def receive(request: Request, station: StationCode, key: Key = "") -> JSONResponse:
        """A whole parcel. The same again is harmless."""
        if not desk.knows(station):
            return desk.unknown(station, key)
        return await desk.with_body(request, desk.longest(station), lambda parcel: desk.take(station, parcel, key))

    @app.post(
        "/stations/{station}/uploads",
        dependencies=line,
        response_model=UploadBody,
        responses=_BEGUN,
        openapi_extra=_BEGINS,
    )
    async def begin(request: Request, station: StationCode) -> JSONResponse:
        """Begins a parcel in parts, or says how far it has come."""

        async def work(body: bytes | Path) -> JSONResponse:
            try:
                said = BeginBody.model_validate_json(body if isinstance(body, bytes) else b"", strict=True)
            except ValidationError as error:
                return await desk.malformed(request, error)
            if said.size > desk.longest(station):
                raise TooLong(desk.longest(station))
            try:
                upload = await desk.beside(uploads.begin, station, said.sha256, said.size)
            except TooMany as error:
                return speaking.error(429, error, _RETRY)
            except TooLong:
                raise
            except OutOfOrder as error:
                return speaking.error(409, error)
            return JSONResponse(upload._asdict())

        if not desk.knows(station):
            return speaking.refusal(422, N_("This election has no such station."))
        return await desk.with_body(request, BEGIN_BYTES, work)

    @app.get(
        "/stations/{station}/uploads/{sha256}",
        dependencies=line,
        response_model=UploadBody,
        responses={status: _BEGUN[status] for status in (403, 404)},
    )
    async def find(station: StationCode, sha256: HashText) -> JSONResponse:
        """How far it has come."""
        upload = await desk.beside(uploads.find, station, sha256)
        return JSONResponse(upload._asdict()) if upload is not None else speaking.refusal(404, no_upload)

    @app.patch(
        "/stations/{station}/uploads/{sha256}",
        dependencies=line,
        response_model=UploadBody | AnswerBody,
        responses={**_BEGUN, 202: _ANSWERS[202]},
    )
    async def add(request: Request, station: StationCode, sha256: HashText, offset: Offset) -> JSONResponse:
        """The next part; the last one is answered as the parcel."""

        async def work(body: bytes | Path) -> JSONResponse:
            part = body if isinstance(body, bytes) else await desk.beside(body.read_bytes)
            try:
                upload = await desk.beside(uploads.add, station, sha256, offset, part)
            except TooMany as error:
                return speaking.error(429, error, _RETRY)
            except WrongOffset as error:
                return speaking.error(409, error, {"Upload-Offset": str(error.offset)})
            except TooLong:
                raise
            except OutOfOrder as error:
                return speaking.error(409, error)
            if upload is None:
                return speaking.refusal(404, no_upload)
            return await desk.take_whole(station, sha256) if upload.is_whole else JSONResponse(upload._asdict())

        if await desk.beside(uploads.find, station, sha256) is None:
            return speaking.refusal(404, no_upload)
        return await desk.with_body(request, PART_BYTES, work)


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
