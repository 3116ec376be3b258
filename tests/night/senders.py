"""The senders of a night: each brings its parcel until it is answered, however often the centre dies meanwhile.

Three ways, by turns: whole, in parts, and by the station's own sender with its queue, which announces what it sends.
"""

import json
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, NamedTuple

from tests.night.deliveries import Delivery

from urna.devices.network_sender import NetworkSender
from urna.encoding.canonical import Code, decode
from urna.log.note import NoteSigner
from urna.station.announcement import announce
from urna.station.sending import NotSent, Parcel

PART_BYTES = 1500
"""Of an upload in parts, at least: a parcel of a night has about three thousand, or a hundred thousand with ballots."""

MOST_PARTS = 8

LATER = frozenset({404, 429, 503})
"""Numbers that ask the sender to come back; 404 of an upload that was thrown away."""

ELSEWHERE = 409
"""Without a verdict: a part that a try before this one brought is there, or being written; how far is asked again."""

PATIENCE_SECONDS = 120.0
FIRST_PAUSE_SECONDS, LAST_PAUSE_SECONDS = 0.05, 1.0

Answered = Callable[["Answer"], None]


class Answer(NamedTuple):
    """How the centre answered a delivery in the end."""

    delivery: Delivery
    way: str
    status: int
    body: dict[str, Any]
    seconds: float
    """From the first try until the answer."""
    tries: int

    @property
    def verdict(self) -> str:
        """What it did."""
        return str(self.body.get("verdict", ""))

    def words(self, language: str) -> str:
        """Why, or what it said."""
        said = [self.body.get("reason"), *self.body.get("notes", ()), self.body["said"]]
        return " ".join(each[language] for each in said if each)


class NeverAnswered(Exception):
    """A delivery that the centre gave no answer to in all that time."""


class Senders:
    """Many at once.

    Args:
        port: of the centre, on this machine.
        queues: a folder for the stations' own queues.
        at_once: how many.
        signer_of: the poll book's key of a station.
    """

    def __init__(self, port: int, queues: Path, at_once: int, signer_of: Callable[[Code], NoteSigner]) -> None:
        self._port, self._queues, self._at_once, self._signer_of = port, queues, at_once, signer_of
        self._ending = threading.Event()

    def send_all(self, every: Sequence[Delivery], answered: Answered) -> list[Answer]:
        """Sends everything, in this order but for who is faster; each answer is told as it comes."""

        def one(numbered: tuple[int, Delivery]) -> Answer:
            answer = self._until_answered(*numbered)
            answered(answer)
            return answer

        with ThreadPoolExecutor(self._at_once) as pool:
            try:
                return list(pool.map(one, enumerate(every)))
            except BaseException:
                self._ending.set()
                raise

    def _until_answered(self, number: int, delivery: Delivery) -> Answer:
        way, send = self._way(number, delivery)
        started, pause, tries = time.monotonic(), FIRST_PAUSE_SECONDS, 0
        while time.monotonic() - started < PATIENCE_SECONDS and not self._ending.is_set():
            tries += 1
            try:
                status, body = send(delivery)
            except (OSError, HTTPException, NotSent):
                status, body = 503, {}
            is_elsewhere = status == ELSEWHERE and "verdict" not in body
            if status not in LATER and not is_elsewhere:
                return Answer(delivery, way, status, body, time.monotonic() - started, tries)
            self._ending.wait(pause)
            pause = min(2 * pause, LAST_PAUSE_SECONDS)
        raise NeverAnswered(f"{delivery.kind}, station {delivery.station}, after {tries} tries")

    def _way(self, number: int, delivery: Delivery) -> tuple[str, Callable[[Delivery], tuple[int, dict[str, Any]]]]:
        if delivery.kind in {"honest", "duplicate"} and number % 5 == 1:
            return "the station's sender", self._by_station
        known = not delivery.kind.startswith(("impostor: no", "corrupted on", "corrupted: cut"))
        if known and number % 5 == 2:
            return "in parts", self._in_parts
        return "whole", self._whole

    def _whole(self, delivery: Delivery) -> tuple[int, dict[str, Any]]:
        return self._ask("POST", f"/stations/{delivery.station}", delivery.parcel, {"Idempotency-Key": delivery.named})

    def _in_parts(self, delivery: Delivery) -> tuple[int, dict[str, Any]]:
        place = f"/stations/{delivery.station}/uploads"
        length = max(PART_BYTES, len(delivery.parcel) // MOST_PARTS)
        begun = json.dumps({"sha256": delivery.named, "size": len(delivery.parcel)}).encode()
        status, body = self._ask("POST", place, begun, {"Content-Type": "application/json"})
        while status == 200 and "offset" in body:
            offset = body["offset"]
            part = delivery.parcel[offset : offset + length]
            status, body = self._ask("PATCH", f"{place}/{delivery.named}", part, {"Upload-Offset": str(offset)})
        return status, body

    def _by_station(self, delivery: Delivery) -> tuple[int, dict[str, Any]]:
        queue = self._queues / f"{delivery.kind}-{delivery.station}"
        parcel, signer = decode(delivery.parcel, Parcel), self._signer_of(delivery.station)
        sender = NetworkSender(
            f"http://127.0.0.1:{self._port}/stations",
            queue,
            announce=lambda data: announce(parcel.election, parcel.station, data, signer),
        )
        body = json.loads(sender.send(parcel).answer)
        return 202 if body["verdict"] == "received" else 200, body

    def _ask(self, method: str, path: str, data: bytes, headers: dict[str, str]) -> tuple[int, dict[str, Any]]:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=20)
        try:
            connection.request(method, path, data, headers)
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()
