"""How parcels are taken: a body that is whole, so many decided on at once, and an answer for whatever goes wrong.

Stations on their own lines have places of their own at every step (bodies.py, the room, the uploads): strangers who
fill theirs hold up no station.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path
from threading import BoundedSemaphore
from typing import NamedTuple, TypeVar

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from urna.errors import OutOfOrder
from urna.storage.centre_uploads import TooLong, Uploads
from urna.web.center.answers import BROKEN, RETRY_SECONDS, Speaking
from urna.web.center.bodies import Bodies, TooSlow
from urna.web.center.limits import Limits
from urna.web.center.places import Crowded, share_of
from urna.web.center.reception import Reception
from urna.web.center.request_log import HEADER, number_of
from urna.web.center.station_door import Stranger
from urna.web.center.strict import STRICT
from urna.words import N_, Sentence

FILE_THREADS = 8

RETRY = {"Retry-After": str(RETRY_SECONDS)}
_CLOSE = {"Connection": "close"}
LOG = logging.getLogger("urna.centre")

T = TypeVar("T")
Work = Callable[[bytes | Path], Awaitable[JSONResponse]]


class Sender(NamedTuple):
    """Who sends."""

    station: str
    """In whose name."""
    is_own: bool = False
    """Whether it is that station's own line."""


def holder_of(request: Request, sender: Sender) -> str:
    """Whose share of places it takes."""
    if sender.is_own:
        return f"station {sender.station}"
    return share_of(request.client.host if request.client else "")


class UploadsOf(NamedTuple):
    """Parcels that come in parts."""

    strangers: Uploads
    stations: Uploads
    """Over stations' own lines."""

    def by(self, sender: Sender) -> Uploads:
        """Those of such a sender."""
        return self.stations if sender.is_own else self.strangers


class _Room:
    """So many parcels are decided on at once, each in a thread.

    The threads are its own: while a database does not answer, these wait, and every other address goes on.
    """

    def __init__(self, at_once: int, name: str) -> None:
        self.places = BoundedSemaphore(at_once)
        self.threads = ThreadPoolExecutor(at_once, name)


class Taking:
    """Takes parcels.

    Args:
        reception: the centre.
        uploads: what has come in parts.
        speaking: says answers in both languages.
        limits: what is taken.
    """

    def __init__(self, reception: Reception, uploads: UploadsOf, speaking: Speaking, limits: Limits) -> None:
        self._reception = reception
        self._uploads = uploads
        self._speaking = speaking
        self._limits = limits
        self._rooms = (_Room(limits.at_once, "urna-reception"), _Room(limits.at_once, "urna-stations"))
        self._bodies = Bodies(uploads.strangers.place, limits.bodies)
        # And for parts of parcels: operators who sign in wait for each other, and no upload waits for them.
        self._file_threads = ThreadPoolExecutor(FILE_THREADS, "urna-uploads")

    def knows(self, station: str) -> bool:
        """Whether there is such a station."""
        return self._reception.knows(station)

    def longest(self, station: str) -> int:
        """Bytes of the longest parcel that is taken of it."""
        return min(self._reception.longest(station), self._limits.parcel_bytes)

    async def malformed(self, _: Request, __: Exception) -> JSONResponse:
        """The answer to what is no request of these addresses."""
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
        """Nobody is there any more to be answered."""
        return Response(status_code=400)

    async def with_body(self, request: Request, sender: Sender, most: int, work: Work) -> JSONResponse:
        """Does the work with the body of a request, which takes a place only when all of it is there."""
        try:
            async with self._bodies.read(request, most, holder_of(request, sender), is_own=sender.is_own) as body:
                return await self._in_turn(sender, body, work)
        except TooLong as error:
            return self._speaking.error(413, error)
        except TooSlow as error:
            return self._speaking.error(408, error, _CLOSE)
        except Crowded as error:
            return self._speaking.error(429, error, RETRY | _CLOSE)
        except OutOfOrder as error:
            return self._speaking.error(503, error, RETRY)
        except OSError:  # a medium that is full or broken: what came is nowhere, and may be sent again
            LOG.exception("a request could not be put down")
            return self._speaking.refusal(503, N_("The centre's medium takes nothing now; send it again later."), RETRY)

    async def _in_turn(self, sender: Sender, body: bytes | Path, work: Work) -> JSONResponse:
        room = self._rooms[sender.is_own]
        if not room.places.acquire(blocking=False):
            return self._speaking.refusal(429, N_("The centre is busy; send the same again in a moment."), RETRY)
        try:
            return await work(body)
        finally:
            room.places.release()

    async def beside(self, work: Callable[..., T], *given: object) -> T:
        """Work on files, beside everything else."""
        return await asyncio.get_running_loop().run_in_executor(self._file_threads, work, *given)

    async def take(self, sender: Sender, parcel: bytes | Path, sha256: str) -> JSONResponse:
        """A whole parcel."""
        loop, receive, threads = asyncio.get_running_loop(), copy_context().run, self._rooms[sender.is_own].threads
        answer = loop.run_in_executor(threads, receive, self._reception.receive, sender.station, parcel, sha256)
        return self._speaking.answer(await answer)

    def unknown(self, station: str, sha256: str) -> JSONResponse:
        """The answer to a parcel of no station of this election, whose body is not read."""
        return self._speaking.answer(self._reception.receive(station, b"", sha256))

    async def take_whole(self, sender: Sender, sha256: str) -> JSONResponse:
        """A parcel that came in parts, the last of which is there."""
        uploads = self._uploads.by(sender)
        path = await self.beside(uploads.whole, sender.station, sha256)
        if path is None:
            return self._speaking.refusal(422, N_("The parts have another hash together; begin again."))
        response = await self.take(sender, path, sha256)
        await self.beside(uploads.forget, sender.station, sha256)
        return response
