"""The addresses of programs that watch: how stations stand, health, metrics."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse, Response
from pydantic import BaseModel

from urna.web.center.reception import Reception

T = TypeVar("T")


class StatusBody(BaseModel):
    """How many stations stand how: received ones wait for their proof and are in no total."""

    stations: int
    standings: dict[str, int]


class _Look(Generic[T]):
    """Something that may have to wait for the centre's state: looked at in one thread, for all who ask meanwhile.

    Args:
        look: looks.
    """

    def __init__(self, look: Callable[[], T], name: str) -> None:
        self._look = look
        self._thread = ThreadPoolExecutor(1, name)
        self._under_way: asyncio.Future[T] | None = None

    async def __call__(self) -> T:
        """What is seen; not older than the question, or seen for somebody who asked a moment earlier."""
        if self._under_way is None or self._under_way.done():
            self._under_way = asyncio.get_running_loop().run_in_executor(self._thread, self._look)
        return await asyncio.shield(self._under_way)  # whoever goes away takes the answer from nobody else


def add_health(app: FastAPI, reception: Reception) -> None:
    """Adds them.

    Args:
        app: the centre's addresses.
        reception: the centre.
    """
    standings, text = _Look(reception.standings, "urna-status"), _Look(reception.metrics, "urna-metrics")

    @app.get("/status", response_model=StatusBody)
    async def status() -> StatusBody:
        """How many stations stand how."""
        found = await standings()
        return StatusBody(stations=found.total(), standings=dict(sorted(found.items())))

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
        return PlainTextResponse(await text(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _health(is_well: bool) -> PlainTextResponse:
    return PlainTextResponse("ok\n" if is_well else "not now\n", 200 if is_well else 503)
