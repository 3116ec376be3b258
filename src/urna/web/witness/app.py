"""The witness's two addresses (C2SP tlog-witness): a log asks for a cosignature, a monitor for the last checkpoint.

    POST /add-checkpoint             200 with a signature line; 400, 403, 404, 409, 422 with the reason
    GET  /<SHA-256 of origin>/checkpoint   the last checkpoint of that log that this witness cosigned

413 above 64 KiB, 429 above the pace, 408 for a body that does not come, 503 where the medium failed.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from urna.errors import OutOfOrder
from urna.observer.request import ADD_CHECKPOINT, MAX_REQUEST_BYTES
from urna.observer.witness import Status, Verdict
from urna.web.silence import SILENT
from urna.web.witness.pace import Pace
from urna.words import Sentence

SIZE_TYPE = "text/x.tlog.size"
BODY_SECONDS = 10.0
PER_SECOND, BURST = 5.0, 60


class WitnessDesk(Protocol):
    """The witness behind the addresses; `storage/witness_folder` is one."""

    def add_checkpoint(self, request: bytes, now_seconds: int) -> Verdict:
        """Answers a request; what it says is on the medium when this returns."""
        ...

    def checkpoint(self, hashed_origin: str) -> bytes | None:
        """The last checkpoint that it cosigned of a log; None if there is none."""
        ...


def witness_app(
    desk: WitnessDesk,
    *,
    clock: Callable[[], float],
    steady: Callable[[], float],
    tell: Callable[[Verdict], None] = lambda _: None,
    body_seconds: float = BODY_SECONDS,
) -> FastAPI:
    """The witness as an application.

    Args:
        desk: who answers.
        clock: POSIX time in seconds.
        steady: seconds of a clock that never runs backwards, for the pace.
        tell: is shown every verdict, for the operator's log.
        body_seconds: how long a request's body may take.
    """
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, telemetry=SILENT)
    pace = Pace(PER_SECOND, BURST)

    @app.post(ADD_CHECKPOINT)
    async def add_checkpoint(request: Request) -> Response:
        if not pace.may_ask(request.client.host if request.client else "", steady()):
            return _plain(429, Sentence("Too many requests from this address; wait a minute."), {"Retry-After": "60"})
        try:
            async with asyncio.timeout(body_seconds):
                body = await _read_body(request)
        except TimeoutError:
            return _plain(408, Sentence("The request did not arrive in time."))
        except ClientDisconnect:
            return _plain(400, Sentence("The request was cut off."))
        if body is None:
            return _plain(413, Sentence("A request has at most {limit} bytes.", {"limit": MAX_REQUEST_BYTES}))
        return await run_in_threadpool(_answer, body)

    def _answer(body: bytes) -> Response:
        try:
            verdict = desk.add_checkpoint(body, int(clock()))
        except (OutOfOrder, OSError):
            return _plain(503, Sentence("The witness cannot write down what it signs, so it signs nothing."))
        tell(verdict)
        return _response(verdict)

    @app.get("/{hashed_origin}/checkpoint")
    def checkpoint(hashed_origin: str) -> Response:
        note = desk.checkpoint(hashed_origin)
        if note is None:
            return _plain(404, Sentence("This witness never cosigned a checkpoint of that log."))
        return Response(note, media_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-cache"})

    return app


async def _read_body(request: Request) -> bytes | None:
    """The body, or None as soon as it is too long."""
    data = b""
    async for part in request.stream():
        data += part
        if len(data) > MAX_REQUEST_BYTES:
            return None
    return data


def _response(verdict: Verdict) -> Response:
    if verdict.status is Status.COSIGNED and verdict.signature is not None:
        return PlainTextResponse(verdict.signature.line())
    if verdict.status is Status.CONFLICT:
        return Response(f"{verdict.known_size}\n", verdict.status, {"Content-Type": SIZE_TYPE})
    return _plain(verdict.status, verdict.reason or Sentence("Refused."))


def _plain(status: int, reason: Sentence, headers: dict[str, str] | None = None) -> Response:
    """A refusal in English: logs' programs read it, and their people."""
    return PlainTextResponse(f"{reason}\n", status, headers)
