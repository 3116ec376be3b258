"""One connection of the activation channel, without a socket: bytes in, messages and bytes out.

    poll book → booth   hello    station, booth, 32 fresh bytes
    booth → poll book   welcome  32 fresh bytes, MAC over both: this is the paired booth
    poll book → booth   proof    MAC over both: this is the paired poll book
    then, one after the other, as often as wanted
    poll book → booth   request  with a MAC over its number
    booth → poll book   reply    with a MAC over the same number

Every message is a frame: its length in 2 bytes, its bytes, and after the welcome 32 bytes of HMAC. The MACs are under a
key of this connection, which follows from the pairing key and both sides' fresh bytes, and say direction and number:
so what was recorded yesterday, came twice, in another order or from the other side is somebody else's. The number
lives and dies with the connection; no medium counts anything. The first wrong byte ends the connection.

What crosses is authentic and not secret: a style, a challenge, an answer, an ending, a condition.
"""

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Annotated, NamedTuple

import msgspec

from urna.crypto.mac import MAC_BYTES, authenticate, check_authentic
from urna.encoding.canonical import Code, Hash, Record, decode, encode
from urna.errors import Malformed, Unproven, UrnaError
from urna.station.link_messages import MAX_MESSAGE_BYTES
from urna.words import Sentence

NONCE_BYTES = 32
LENGTH_BYTES = 2

_SESSION, _BOOTH, _POLL_BOOK, _REQUEST, _REPLY = (
    f"urna/activation-channel/1/{use}" for use in ("session", "booth", "poll-book", "request", "reply")
)

Nonce = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]

Entropy = Callable[[int], bytes]


class Hello(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/activation-channel/1"):
    """Which booth is meant."""

    election: Hash
    station: Code
    booth: Annotated[int, msgspec.Meta(ge=1, le=99)]
    nonce: Nonce


class Welcome(Record, frozen=True, kw_only=True, tag_field="type", tag="welcome"):
    """The booth's half."""

    nonce: Nonce
    mac: Hash


class Proof(Record, frozen=True, kw_only=True, tag_field="type", tag="proof"):
    """The poll book's half."""

    mac: Hash


class Ends(NamedTuple):
    """Which poll book and which booth, and the key that they share."""

    election: Hash
    station: Code
    booth: int
    pairing_key: bytes

    @property
    def where(self) -> str:
        """For errors."""
        return f"{self.station} booth {self.booth}"

    def __repr__(self) -> str:
        """Which, without the key."""
        return f"Ends({self.where})"


class Frames:
    """Cuts what arrives into frames; each is followed by so many bytes of a MAC."""

    def __init__(self) -> None:
        self._left = b""
        self.mac_bytes = 0

    def feed(self, data: bytes) -> None:
        """More bytes arrived."""
        self._left += data

    def take(self) -> tuple[bytes, bytes] | None:
        """The next frame with its MAC; None until it is whole.

        Raises:
            Malformed: longer than any message.
        """
        size = int.from_bytes(self._left[:LENGTH_BYTES], "big")
        if size > MAX_MESSAGE_BYTES:
            raise _garbled()
        end = LENGTH_BYTES + size
        if len(self._left) < max(LENGTH_BYTES, end) + self.mac_bytes:
            return None
        frame, mac = self._left[LENGTH_BYTES:end], self._left[end : end + self.mac_bytes]
        self._left = self._left[end + self.mac_bytes :]
        return frame, mac


class Stand(StrEnum):
    """How far a connection is."""

    NEW = "new"
    GREETED = "greeted"
    OPEN = "open"
    CLOSED = "closed"


class BoothEnd:
    """The booth's side of one connection.

    Args:
        ends: this booth and its poll book.
        entropy: fresh random bytes.
    """

    def __init__(self, ends: Ends, entropy: Entropy) -> None:
        self._ends, self._entropy = ends, entropy
        self._frames = Frames()
        self._nonces = (b"", b"")
        self._key = b""
        self._number = 0
        self.stand = Stand.NEW

    @property
    def was_open(self) -> bool:
        """Whether the pairing key was shown, even if the connection is closed by now."""
        return bool(self._key)

    def greet(self, data: bytes) -> bytes:
        """Takes bytes until the connection is open (`stand`); returns what to send.

        Raises:
            Malformed: not the beginning of a connection to this booth.
            Unproven: another pairing key.
        """
        self._frames.feed(data)
        try:
            return b"".join(self._greetings())
        except UrnaError:
            self.stand = Stand.CLOSED
            raise

    def requests(self, data: bytes) -> Iterator[bytes]:
        """The requests that these bytes complete; each is to be answered (`reply`) before the next is taken.

        Raises:
            Malformed: no frame.
            Unproven: forged, repeated, out of its order.
        """
        self._frames.feed(data)
        while (taken := self._open_frame()) is not None:
            yield taken

    def reply(self, body: bytes) -> bytes:
        """The frame of the reply to the request that was taken last."""
        return _frame(body) + _mac(self._key, _REPLY, self._number, body)

    def _greetings(self) -> Iterator[bytes]:
        while self.stand is not Stand.OPEN and (taken := self._frames.take()) is not None:
            if self.stand is Stand.NEW:
                yield self._welcome(decode(taken[0], Hello, limit=MAX_MESSAGE_BYTES))
            else:
                self._check_proof(decode(taken[0], Proof, limit=MAX_MESSAGE_BYTES))

    def _welcome(self, hello: Hello) -> bytes:
        if (hello.election, hello.station, hello.booth) != self._ends[:3]:
            raise Malformed(
                Sentence("the poll book of this booth's station and election"),
                Sentence("one that looks for another booth"),
                Sentence("Join the cable or the address of the right booth."),
                self._ends.where,
            )
        self._nonces = (bytes.fromhex(hello.nonce), self._entropy(NONCE_BYTES))
        self.stand = Stand.GREETED
        mac = _hand(self._ends, _BOOTH, self._nonces)
        return _frame(encode(Welcome(nonce=self._nonces[1].hex(), mac=mac.hex())))

    def _check_proof(self, proof: Proof) -> None:
        _check_hand(self._ends, _POLL_BOOK, self._nonces, proof.mac)
        self._key = _hand(self._ends, _SESSION, self._nonces)
        self._frames.mac_bytes = MAC_BYTES
        self.stand = Stand.OPEN

    def _open_frame(self) -> bytes | None:
        try:
            taken = self._frames.take()
            if taken is None:
                return None
            self._number += 1
            _check_mac(self._key, _REQUEST, self._number, *taken)
        except UrnaError:
            self.stand = Stand.CLOSED
            raise
        return taken[0]


class PollBookEnd:
    """The poll book's side of one connection.

    Args:
        ends: the booth and this poll book.
        entropy: fresh random bytes.
    """

    def __init__(self, ends: Ends, entropy: Entropy) -> None:
        self._ends = ends
        self._frames = Frames()
        self._nonce = entropy(NONCE_BYTES)
        self._key = b""
        self._number = 0
        self.stand = Stand.NEW

    def hello(self) -> bytes:
        """What to send first."""
        election, station, booth = self._ends[:3]
        return _frame(encode(Hello(election=election, station=station, booth=booth, nonce=self._nonce.hex())))

    def welcomed(self, data: bytes) -> bytes:
        """Takes bytes until the booth has shown that it is the paired one; returns the proof to send then.

        Raises:
            Malformed: no welcome.
            Unproven: another pairing key: not this poll book's booth.
        """
        self._frames.feed(data)
        taken = self._frames.take()
        if taken is None:
            return b""
        welcome = decode(taken[0], Welcome, limit=MAX_MESSAGE_BYTES)
        nonces = (self._nonce, bytes.fromhex(welcome.nonce))
        _check_hand(self._ends, _BOOTH, nonces, welcome.mac)
        self._key = _hand(self._ends, _SESSION, nonces)
        self._frames.mac_bytes = MAC_BYTES
        self.stand = Stand.OPEN
        return _frame(encode(Proof(mac=_hand(self._ends, _POLL_BOOK, nonces).hex())))

    def request(self, body: bytes) -> bytes:
        """The frame of the next request."""
        self._number += 1
        return _frame(body) + _mac(self._key, _REQUEST, self._number, body)

    def reply(self, data: bytes) -> bytes | None:
        """The reply to it; None until it is whole.

        Raises:
            Malformed: no frame.
            Unproven: not the booth's, or to another request.
        """
        self._frames.feed(data)
        taken = self._frames.take()
        if taken is None:
            return None
        _check_mac(self._key, _REPLY, self._number, *taken)
        return taken[0]


def _frame(body: bytes) -> bytes:
    if len(body) > MAX_MESSAGE_BYTES:
        raise _garbled()
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


def _hand(ends: Ends, purpose: str, nonces: tuple[bytes, bytes]) -> bytes:
    """A code that only who has the pairing key can make, for this connection."""
    place = (bytes.fromhex(ends.election), ends.station.encode(), str(ends.booth).encode())
    return authenticate(ends.pairing_key, purpose, *place, *nonces)


def _check_hand(ends: Ends, purpose: str, nonces: tuple[bytes, bytes], given: Hash) -> None:
    place = (bytes.fromhex(ends.election), ends.station.encode(), str(ends.booth).encode())
    check_authentic(ends.pairing_key, bytes.fromhex(given), purpose, *place, *nonces, where=ends.where)


def _mac(key: bytes, purpose: str, number: int, body: bytes) -> bytes:
    return authenticate(key, purpose, number.to_bytes(8, "big"), body)


def _check_mac(key: bytes, purpose: str, number: int, body: bytes, mac: bytes) -> None:
    try:
        check_authentic(key, mac, purpose, number.to_bytes(8, "big"), body)
    except Unproven as error:
        raise Unproven(
            Sentence("the next message of this connection"),
            Sentence("one that is forged, repeated or out of its order"),
            Sentence("The connection is closed and nothing was done. Look at the cable between poll book and booth."),
        ) from error


def _garbled() -> Malformed:
    return Malformed(
        Sentence("a message of at most {size} bytes", {"size": MAX_MESSAGE_BYTES}),
        Sentence("a longer one"),
        Sentence("The connection is closed and nothing was done. Look at the cable between poll book and booth."),
    )
