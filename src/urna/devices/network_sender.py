"""The station's closing to the centre by HTTP: kept in a queue first, sent from there, and taken out by a receipt.

    parcel → queue/<sha256>.parcel → POST → queue/<sha256>.receipt, and the parcel leaves the queue

With an announcement that the station signed it goes piece by piece (`parts_sender`), and has a place of its own there.
After a cut anywhere the parcel is still there and is sent once more; the centre knows it by its name and answers as it
did before. Nothing in a parcel needs the line to be trusted: every file is signed.
"""

import os
import ssl
from collections.abc import Callable, Iterator
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request, build_opener

from urna.devices.parts_sender import MOST_ANSWER_BYTES, PartsSender
from urna.encoding.canonical import Hash, decode, encode
from urna.errors import Malformed
from urna.station.sending import NotSent, Parcel, Receipt, not_sent
from urna.words import Sentence

SECONDS = 20.0
MOST_PARCEL_BYTES = 1024 * 1024 * 1024
Announce = Callable[[bytes], bytes | None]
"""Given a parcel's bytes, the station's announcement of it; None where there is none."""
_NOT_BELIEVED = frozenset({403, 422})
"""Without an announcement the same parcel may be taken all the same."""
_ARRIVED = frozenset({200, 201, 202})


class NetworkSender:
    """One centre.

    Args:
        address: "https://centre.example/stations", to which parcels are posted; empty: none is configured.
        queue: the folder where parcels wait, and receipts stay.
        seconds: how long an answer may take.
        line: what a TLS line is opened with, anew each time; None: what the machine trusts, and no certificate.
        announce: given a parcel's bytes, the station's announcement of it; None where there is none.

    Raises:
        Malformed: an address that is none.
    """

    def __init__(
        self,
        address: str,
        queue: Path,
        seconds: float = SECONDS,
        line: Callable[[], ssl.SSLContext] | None = None,
        announce: Announce = lambda _: None,
    ) -> None:
        if address and not address.startswith(("https://", "http://")):
            raise Malformed(
                Sentence("an address as https://centre.example/stations"),
                Sentence("{text}", {"text": address}),
                Sentence("Write the centre's address as the authority gave it."),
            )
        self._address, self._queue, self._seconds = address, queue, seconds
        self._line, self._announce = line, announce

    def send(self, parcel: Parcel) -> Receipt:
        """Queues it, and sends it now if that is possible.

        Raises:
            NotSent: it waits in the queue; send it once more later.
        """
        name = parcel.sha256
        kept = self._queue / f"{name}.receipt"
        if kept.exists():
            return Receipt(name, kept.read_bytes())
        waiting = self._queue / f"{name}.parcel"
        if not waiting.exists():
            self._queue.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(waiting, encode(parcel))
        return self._deliver(name)

    def waiting(self) -> tuple[Hash, ...]:
        """Parcels that have no receipt yet."""
        return tuple(sorted(path.stem for path in self._parcels()))

    def resend(self) -> tuple[Receipt, ...]:
        """Sends everything that waits.

        Raises:
            NotSent: the first that did not arrive; the rest waits with it.
        """
        return tuple(self._deliver(name) for name in self.waiting())

    def _parcels(self) -> Iterator[Path]:
        return self._queue.glob("*.parcel")

    def _deliver(self, name: Hash) -> Receipt:
        waiting = self._queue / f"{name}.parcel"
        data = waiting.read_bytes()
        station = decode(data, Parcel, waiting.name, MOST_PARCEL_BYTES).station
        answer = self._answer(f"{self._address}/{station}", name, data)
        _write(self._queue / f"{name}.receipt", answer)
        waiting.unlink()
        return Receipt(name, answer)

    def _answer(self, address: str, name: Hash, data: bytes) -> bytes:
        if not self._address:
            raise not_sent(Sentence("no address of a centre"), Sentence("Send it on a stick."))
        try:
            status, answer = self._in_parts(address, data) or self._post(address, name, data)
        except HTTPError as error:
            raise _refused(error.code) from error
        except (URLError, OSError, HTTPException) as error:
            raise not_sent(
                Sentence("no answer of the centre"), Sentence("Look at the line and try again, or send it on a stick.")
            ) from error
        if status not in _ARRIVED or len(answer) > MOST_ANSWER_BYTES:
            raise _refused(status)
        return answer

    def _in_parts(self, address: str, data: bytes) -> tuple[int, bytes] | None:
        """As the station announced it; None without an announcement, or where the centre does not believe it."""
        announcement = self._announce(data)
        if announcement is None:
            return None
        heard = PartsSender(address, self._seconds, self._line).send(data, announcement)
        return None if heard.status in _NOT_BELIEVED and not heard.has_verdict else (heard.status, heard.body)

    def _post(self, address: str, name: Hash, data: bytes) -> tuple[int, bytes]:
        """All of it at once; the answer, and its number."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": name}
        request = Request(address, data, headers, method="POST")  # noqa: S310 - http(s) alone, checked above
        with self._opener().open(request, timeout=self._seconds) as response:
            return response.status, response.read(MOST_ANSWER_BYTES + 1)

    def _opener(self) -> OpenerDirector:
        """No proxy of the environment, and no other place than the one that was configured."""
        context = self._line() if self._line is not None and self._address.startswith("https://") else None
        return build_opener(ProxyHandler({}), HTTPSHandler(context=context), _StayHere())


class _StayHere(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Nowhere."""


def _refused(status: int) -> NotSent:
    return not_sent(
        Sentence("an answer of the centre with number {status}", {"status": status}),
        Sentence("Try again later; if it stays so, send it on a stick and call the centre."),
    )


def _write(path: Path, data: bytes) -> None:
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
    descriptor = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
