"""What stands behind the centre's addresses."""

from collections import Counter
from pathlib import Path
from typing import NamedTuple, Protocol

from urna.storage.centre_service import Answer


class Health(NamedTuple):
    """Whether the centre works."""

    is_alive: bool
    """Its writer runs."""
    is_ready: bool
    """It also can write now."""


class Reception(Protocol):
    """A centre at work."""

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
        """Whether it works; waits for nothing."""
        ...

    def standings(self) -> Counter[str]:
        """How many stations stand how; may wait for the centre's state."""
        ...

    def metrics(self) -> str:
        """Prometheus's text; may wait for the centre's state."""
        ...

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Counts a request that was answered, by its route."""
        ...
