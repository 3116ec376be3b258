"""What the poll book's face asks of the world. Whoever composes it (cli, tests) hands these over."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from urna.biometrics.capture import Extractor, Reader
from urna.biometrics.fusion import StoredFinger
from urna.encoding.canonical import Moment
from urna.station.link import BoothLink, Condition
from urna.station.station import Station
from urna.web.pollbook.access import Worker
from urna.web.pollbook.session import Ticks

CardAndPin = tuple[bytes, str]


class DeskBooth(BoothLink, Protocol):
    """A booth with its condition: `devices/remote_booth.RemoteBooth`."""

    def condition(self) -> Condition:
        """The booth at this moment; raises an `UrnaError` when it does not answer."""
        ...


class SignIn(Protocol):
    """Checks cards and PINs, and counts wrong ones durably."""

    def sign_in(self, card: bytes, pin: str, now: Moment) -> Worker:
        """Whose card it is, if the PIN is right.

        Raises:
            Malformed: no card. Unproven: a wrong PIN or another station's card. OutOfOrder: locked, until when.
        """
        ...

    def unlock(self, first: CardAndPin, second: CardAndPin, now: Moment) -> bytes:
        """The data key of the roll, from two cards of two roles."""
        ...


class Log(Protocol):
    """The poll book's event log."""

    def act(self, event: str, role: str, now: Moment, **details: object) -> object:
        """What a poll worker did; durable when it returns."""
        ...

    def fault(self, event: str, now: Moment, **details: object) -> object:
        """What failed."""
        ...


class Stick(NamedTuple):
    """A card file on something that was plugged in."""

    label: str
    card: bytes

    def __repr__(self) -> str:
        """Where it was found."""
        return f"Stick({self.label!r})"


class Ports(NamedTuple):
    """Everything around the desk."""

    sign_in: SignIn
    open_station: Callable[[bytes], Station[DeskBooth]]
    """The poll book and its booths, with the data key from two cards."""
    booths: Mapping[int, DeskBooth]
    """The same booths; their condition is seen before the poll book is open, too."""
    log: Log
    now: Callable[[], Moment]
    ticks: Ticks
    reader: Reader
    extractor: Extractor
    sticks: Callable[[], Sequence[Stick]] = tuple
    president: Sequence[StoredFinger] = ()
    """The president's own fingers; without them two members authorize."""
    photo: Callable[[str], bytes | None] = lambda number: None
    """Of an elector, by number, as JPEG; None where there is none."""
    is_practice: bool = False
    """What the manifest says; a rehearsal's definition says it too."""
