"""An announced parcel to the centre, piece by piece over one line: what a piece brought is not sent again.

    POST  …/uploads             {"sha256":…,"size":…} → how far it has come, whoever brought that
    PATCH …/uploads/<sha256>    the next piece → how far; after the last one, the centre's answer to the parcel

Every request shows the announcement. A centre that knows none takes the same pieces as parts of any upload.
"""

import json
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from io import BytesIO
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from urna.encoding.canonical import Hash
from urna.station.announcement import HEADER, as_header, piece_bytes, read_announcement

MOST_ANSWER_BYTES: Final = 64 * 1024
MOST_STANDSTILLS: Final = 3
"""So often a parcel that came no further is tried once more in one sending."""

PAUSE_SECONDS = 5.0
"""Before that, and whenever the centre has no place for it now."""

NOWHERE: Final = -1
_AT_ONCE = frozenset({404, 409})
"""The upload went, or somebody else brought the same piece: it is looked at again."""
_AGAIN = _AT_ONCE | {0, 429}


class Heard(NamedTuple):
    """An answer of the centre."""

    status: int
    body: bytes

    @property
    def offset(self) -> int | None:
        """How far the parcel has come, where the answer says that."""
        offset = self._said().get("offset")
        return offset if isinstance(offset, int) and offset >= 0 else None

    @property
    def has_verdict(self) -> bool:
        """Whether the parcel was decided on."""
        return "verdict" in self._said()

    def _said(self) -> dict[str, object]:
        try:
            said = json.loads(self.body)
        except ValueError:
            return {}
        return said if isinstance(said, dict) else {}


BROKEN: Final = Heard(0, b"")
"""Of a line that broke."""


class PartsSender:
    """One centre.

    Args:
        address: "https://centre.example/stations/<code>".
        seconds: how long an answer may take.
        line: what a TLS line is opened with; None: what the machine trusts.
    """

    def __init__(self, address: str, seconds: float, line: Callable[[], ssl.SSLContext] | None = None) -> None:
        self._place, self._seconds, self._line = urlsplit(address), seconds, line

    def send(self, data: bytes, announcement: bytes) -> Heard:
        """Sends what is missing of a parcel.

        Args:
            data: the parcel.
            announcement: of it, as the station signed it.

        Returns:
            The centre's answer to the parcel, or the first one that says that it goes no further now.

        Raises:
            OSError, HTTPException: the line broke, or something else than a centre answers; what arrived stays there.
        """
        name, headers = read_announcement(announcement).parcel, {HEADER: as_header(announcement)}
        furthest, standstills = NOWHERE, 0
        with self._connection() as connection:
            while True:
                heard, came = self._go_on(connection, name, data, headers)
                standstills = 0 if came > furthest else standstills + 1
                furthest = max(furthest, came)
                if heard.has_verdict or heard.status not in _AGAIN or standstills > MOST_STANDSTILLS:
                    break
                if heard.status not in _AT_ONCE or standstills:
                    time.sleep(PAUSE_SECONDS)
        if heard.status < HTTPStatus.MULTIPLE_CHOICES and not heard.has_verdict:
            raise HTTPException("no answer to the parcel")
        return heard

    def _go_on(self, connection: HTTPConnection, name: Hash, data: bytes, headers: dict[str, str]) -> tuple[Heard, int]:
        """From where the centre says until it says something else, and how far it has come by then.

        Raises:
            OSError, HTTPException: the line broke before the centre said anything.
        """
        heard, came = self._begin(connection, name, len(data), headers), NOWHERE
        while heard.status == HTTPStatus.OK and (offset := heard.offset) is not None:
            if offset <= came:
                return Heard(HTTPStatus.OK, b""), came  # this is no centre
            came = offset
            try:
                heard = self._next(connection, name, data, offset, headers)
            except (OSError, HTTPException):
                connection.close()  # perhaps for a newcomer's sake: then what it said did not arrive here
                return BROKEN, came
        return heard, came

    @contextmanager
    def _connection(self) -> Iterator[HTTPConnection]:
        """One line for all pieces; no proxy of the environment, and no other place than the one that was configured."""
        host, port = self._place.hostname or "", self._place.port
        if self._place.scheme == "https":
            context = self._line() if self._line is not None else ssl.create_default_context()
            connection: HTTPConnection = HTTPSConnection(host, port, timeout=self._seconds, context=context)
        else:
            connection = HTTPConnection(host, port, timeout=self._seconds)
        try:
            yield connection
        finally:
            connection.close()

    def _begin(self, connection: HTTPConnection, name: Hash, size: int, headers: dict[str, str]) -> Heard:
        body = json.dumps({"sha256": name, "size": size}).encode()
        said = headers | {"Content-Type": "application/json"}
        return self._ask(connection, "POST", "/uploads", body, said)

    def _next(self, connection: HTTPConnection, name: Hash, data: bytes, offset: int, headers: dict[str, str]) -> Heard:
        """The next piece, from an offset; at the end an empty one, which asks for the answer to the parcel."""
        length = piece_bytes(len(data))
        piece = data[offset : offset - offset % length + length]
        said = headers | {"Content-Type": "application/octet-stream", "Upload-Offset": str(offset)}
        return self._ask(connection, "PATCH", f"/uploads/{name}", piece, said)

    def _ask(self, connection: HTTPConnection, method: str, path: str, body: bytes, headers: dict[str, str]) -> Heard:
        # As a file, so that the time of an answer is for each block of it: a slow line takes longer for a piece.
        connection.request(method, self._place.path + path, BytesIO(body), headers | {"Content-Length": str(len(body))})
        response = connection.getresponse()
        answer = response.read(MOST_ANSWER_BYTES + 1)
        if len(answer) > MOST_ANSWER_BYTES:
            raise HTTPException("an answer that is too long")
        return Heard(response.status, answer)
