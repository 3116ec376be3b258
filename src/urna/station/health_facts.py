"""What is known of a machine: facts of disks, clocks, cables and printers, and of nobody who votes.

`devices/health` gathers what the machine knows of itself; the package and the channel say the rest.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from urna.encoding.canonical import Moment
from urna.papers.printer import PrinterState
from urna.station.day import Day

OWN = 0
"""The machine itself, where booths have their numbers."""


class PackageState(StrEnum):
    """What a check of the station's package found."""

    SOUND = "sound"
    WRONG = "wrong"
    TAMPERED = "tampered"
    INCOMPLETE = "incomplete"


class ReaderState(StrEnum):
    """How the fingerprint reader is."""

    READY = "ready"
    MISSING = "missing"
    FAILED = "failed"


class Medium(NamedTuple):
    """How a disk or a removable memory is."""

    free_bytes: int
    is_present: bool = True
    is_writable: bool = True
    is_sound: bool = True


class Clock(NamedTuple):
    """What the machine's clock says."""

    now: Moment
    moved_seconds: int = 0
    """How far it went since the start beyond what a steady clock did; negative: back."""
    last_entry: Moment | None = None
    """Of the machine's own log."""


class Power(NamedTuple):
    """Where the power comes from; None where the machine does not know."""

    on_battery: bool | None = None
    percent: int | None = None


class Facts(NamedTuple):
    """What is known of a machine now. A poll book knows of its booths what they tell it; numbers are booths'."""

    clock: Clock
    day: Day
    opens_at: Moment
    closes_at: Moment
    package: PackageState = PackageState.SOUND
    media: Mapping[int, Medium] = MappingProxyType({})
    """By booth; `OWN` for the machine itself."""
    printers: Mapping[int, PrinterState] = MappingProxyType({})
    reader: ReaderState | None = None
    """None on a machine that has none to have."""
    power: Power = Power()
    second_poll_books: frozenset[int] = frozenset()
    """Booths that refused one."""
    second_booths: frozenset[int] = frozenset()
    silent_booths: frozenset[int] = frozenset()
