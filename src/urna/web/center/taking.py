"""How parcels are taken: a body that is whole, so many decided on at once, and an answer for whatever goes wrong.

Stations on their own lines, and whoever shows a station's announcement, have places of their own at every step
(bodies.py, the room, the uploads): strangers who fill theirs hold up no station.
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

from urna.errors import Malformed, OutOfOrder
from urna.storage.centre_uploads import TooLong, Uploads
from urna.web.center.answers import BROKEN, RETRY_SECONDS, Speaking
from urna.web.center.bodies import Bodies, TooSlow
from urna.web.center.limits import Limits
from urna.web.center.places import Crowded
from urna.web.center.reception import Reception
from urna.web.center.request_log import HEADER, number_of
from urna.web.center.station_door import Kind, Sender, Stranger
from urna.web.center.strict import STRICT
from urna.web.headers import CLOSE
from urna.words import N_, Sentence

FILE_THREADS = 8

RETRY = {"Retry-After": str(RETRY_SECONDS)}
LOG = logging.getLogger("urna.centre")

T = TypeVar("T")
Work = Callable[[bytes | Path], Awaitable[JSONResponse]]


class UploadsOf(NamedTuple):
    """Parcels that come in parts."""

    strangers: Uploads
    stations: Uploads
    """Over stations' own lines."""
    announced: Uploads
    """Of which stations announced every piece."""

    def by(self, sender: Sender) -> Uploads:
        """Those of such a sender."""
        return {Kind.OWN_LINE: self.stations, Kind.ANNOUNCED: self.announced}.get(sender.kind, self.strangers)


class _Room:
    """So many parcels of senders of a kind are decided on at once, each in a thread; and threads for parts of parcels.

    All are its own: while a database does not answer, or a medium is slow, these wait, and every other address goes on.
    """

    def __init__(self, at_once: int, name: str) -> None:
        self.places = BoundedSemaphore(at_once)
        self.threads = ThreadPoolExecutor(at_once, f"urna-{name}")
        self.file_threads = ThreadPoolExecutor(FILE_THREADS, f"urna-{name}-parts")


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
        self._rooms = {kind: _Room(limits.at_once, kind.value) for kind in Kind}
        self._bodies = Bodies(uploads.strangers.place, limits.bodies)

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
        return self._speaking.refusal(500, Sentence(BROKEN, {"number": number}), {**STRICT, **CLOSE, HEADER: number})

    async def stranger(self, _: Request, error: Exception) -> JSONResponse:
        """Its body is not read; the line is closed."""
        assert isinstance(error, Stranger)  # noqa: S101 - the framework's own type is wider
        return self._speaking.error(422 if isinstance(error.error, Malformed) else 403, error.error, CLOSE)

    async def gone(self, _: Request, __: Exception) -> Response:
        """Nobody is there any more to be answered."""
        return Response(status_code=400)

    async def with_body(self, request: Request, sender: Sender, most: int, work: Work) -> JSONResponse:
        """Does the work with the body of a request, which takes a place only when all of it is there."""
        try:
            async with self._bodies.read(request, most, sender) as body:
                return await self._in_turn(sender, body, work)
        except TooLong as error:
            return self._speaking.error(413, error)
        except TooSlow as error:
            return self._speaking.error(408, error, CLOSE)
        except Crowded as error:
            return self._speaking.error(429, error, RETRY | CLOSE)
        except OutOfOrder as error:
            return self._speaking.error(503, error, RETRY)
        except OSError:  # a medium that is full or broken: what came is nowhere, and may be sent again
            LOG.exception("a request could not be put down")
            return self._speaking.refusal(503, N_("The centre's medium takes nothing now; send it again later."), RETRY)

    async def _in_turn(self, sender: Sender, body: bytes | Path, work: Work) -> JSONResponse:
        room = self._rooms[sender.kind]
        if not room.places.acquire(blocking=False):
            return self._speaking.refusal(429, N_("The centre is busy; send the same again in a moment."), RETRY)
        try:
            return await work(body)
        finally:
            room.places.release()

    async def beside(self, sender: Sender, work: Callable[..., T], *given: object) -> T:
        """Work on a sender's files, beside everything else."""
        threads = self._rooms[sender.kind].file_threads
        return await asyncio.get_running_loop().run_in_executor(threads, work, *given)

    async def take(self, sender: Sender, parcel: bytes | Path, sha256: str) -> JSONResponse:
        """A whole parcel."""
        loop, receive, threads = asyncio.get_running_loop(), copy_context().run, self._rooms[sender.kind].threads
        answer = loop.run_in_executor(threads, receive, self._reception.receive, sender.station, parcel, sha256)
        return self._speaking.answer(await answer)

    def unknown(self, station: str, sha256: str) -> JSONResponse:
        """The answer to a parcel of no station of this election, whose body is not read."""
        return self._speaking.answer(self._reception.receive(station, b"", sha256))

    async def take_whole(self, sender: Sender, sha256: str) -> JSONResponse:
        """A parcel that came in parts, the last of which is there."""
        uploads = self._uploads.by(sender)
        path = await self.beside(sender, uploads.whole, sender.station, sha256)
        if path is None:
            return self._speaking.refusal(422, N_("The parts have another hash together; begin again."))
        response = await self.take(sender, path, sha256)
        await self.beside(sender, uploads.forget, sender.station, sha256)
        return response
