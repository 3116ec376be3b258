"""What a machine knows of itself: room on its disks, its two clocks, its power. The verdicts are `station/health`'s."""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from urna.encoding.canonical import Moment
from urna.station.health_facts import Clock, Medium, Power

POWER_SUPPLIES = Path("/sys/class/power_supply")


def look_at_medium(folder: Path) -> Medium:
    """How the disk or memory is that this folder lies on; whether its files are sound is their readers' to say."""
    try:
        found = os.statvfs(folder)
    except OSError:
        return Medium(0, is_present=False)
    is_writable = not found.f_flag & os.ST_RDONLY and os.access(folder, os.W_OK)
    return Medium(found.f_bavail * found.f_frsize, is_writable=is_writable)


def look_at_power(supplies: Path = POWER_SUPPLIES) -> Power:
    """Where the power comes from, as Linux says it; a machine without battery knows nothing of it."""
    kinds = {supply: _word(supply / "type") for supply in supplies.glob("*")}
    batteries = [supply for supply, kind in kinds.items() if kind == "Battery" and _word(supply / "scope") != "Device"]
    percents = [int(word) for supply in batteries if (word := _word(supply / "capacity")).isdigit()]
    if not percents:
        return Power()
    mains = [_word(supply / "online") == "1" for supply, kind in kinds.items() if kind in {"Mains", "USB"}]
    discharging = any(_word(supply / "status") == "Discharging" for supply in batteries)
    return Power(on_battery=not any(mains) if mains else discharging, percent=max(percents))


class ClockWatch:
    """Compares the clock that people set with one that only goes on, also while the machine sleeps.

    Args:
        wall: seconds since 1970, as the machine believes.
        steady: seconds since any instant.
    """

    def __init__(self, wall: Callable[[], float] = time.time, steady: Callable[[], float] | None = None) -> None:
        self._wall = wall
        self._steady = steady or _since_boot
        self.accept()

    def accept(self) -> None:
        """The members compared the clock with others: from here on it is right."""
        self._offset = self._wall() - self._steady()

    def look(self, last_entry: Moment | None = None) -> Clock:
        """What the clocks say now.

        Args:
            last_entry: the moment of the last entry in the machine's own log.
        """
        wall = self._wall()
        return Clock(moment(wall), round(wall - self._steady() - self._offset), last_entry)


def moment(seconds: float) -> Moment:
    """An instant as records have it.

    Args:
        seconds: since 1970, in UTC.
    """
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _since_boot() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def _word(path: Path) -> str:
    try:
        return path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
