"""What the centre's addresses take, and what they bear of senders."""

from typing import NamedTuple

PART_BYTES = 8 * 1024 * 1024
"""The longest part of an upload."""

BEGIN_BYTES = 4 * 1024
"""The longest request that begins an upload."""


class BodyLimits(NamedTuple):
    """Of requests that come."""

    at_once: int = 1024
    """Bodies of strangers that come or are decided on, of all addresses."""
    of_address: int = 128
    """Of one address (of IPv6: of its /64), behind which there may be many stations."""
    stations_at_once: int = 1024
    """Bodies that come over stations' own lines; one more takes the place of a stranger's."""
    of_station: int = 4
    """Of one station."""
    announced_at_once: int = 1024
    """Bodies of whoever shows a station's announcement."""
    of_announced: int = 8
    """Of one station."""
    trial_seconds: float = 10.0
    """So long, one of them keeps its place if another one of that station wants it."""
    idle_seconds: float = 20.0
    """Without any byte."""
    grace_seconds: float = 20.0
    """Before the pace is looked at."""
    least_pace: int = 1024
    """Bytes per second since the beginning."""
    whole_seconds: float = 900.0
    """For all of a body; what takes longer is sent in parts."""
    waiting_bytes: int = 16 * 1024 * 1024 * 1024
    """Of all long bodies together, in files; as much again for stations' own lines, and for what stations announced."""


class Limits(NamedTuple):
    """What the addresses take."""

    parcel_bytes: int = 1024 * 1024 * 1024
    at_once: int = 64
    """Parcels that are decided on at once: so many of strangers, of stations' own lines, of announced ones. One more
    is asked to come back."""
    bodies: BodyLimits = BodyLimits()


class LineLimits(NamedTuple):
    """Of lines, whatever is asked on them."""

    of_address: int = 512
    """Of one address (of IPv6: of its /64); the web server in front has no limit."""
    head_seconds: float = 10.0
    """From the opening of a line until all of its first request's head is there."""
    idle_seconds: float = 30.0
    """From an answer until all of the next request's head is there."""
    body_seconds: float = 960.0
    """From a head until all of its body is there; addresses of stations have less."""
    stall_seconds: float = 60.0
    """After so long, a kilobyte for each of these seconds was taken of an answer that waits to be taken."""
