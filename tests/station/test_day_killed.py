"""SIGKILL at random instants over poll book, booth and printer together: every invariant of the station holds."""

import os
from pathlib import Path

import pytest
from tests.station.killed_day import KilledDay

from urna.station.booth import Booth
from urna.station.booth_session import Effect, Event, SetMark

KILLS = int(os.environ.get("URNA_DAY_KILLS", "60"))
KILLS_A_DAY = 30
DAYS = -(-KILLS // KILLS_A_DAY)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(DAYS))
def test_a_station_killed_at_any_instant_keeps_its_books(number: int, tmp_path: Path) -> None:
    """Each part alone, two of them, and all as in a power cut; the printer tears and runs out besides.

    On every second day the ballots are encrypted.
    """
    day = KilledDay(tmp_path, f"day {number}", ("encrypted", "plain")[number % 2], KILLS_A_DAY)
    day.check(day.play())
    assert day.instants.total() == KILLS_A_DAY


@pytest.mark.slow
def test_a_booth_that_says_cast_before_it_is_durable_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proof that such a day can fail: one vote that was said to be cast, and not marked, is missing in the end."""
    execute, forgotten, people = Booth._execute, tmp_path / "forgotten", os.getpid()

    def forget_once(booth: Booth, effect: Effect) -> Event | None:
        if isinstance(effect, SetMark) and os.getpid() != people and not forgotten.exists():
            forgotten.touch()
            return None
        return execute(booth, effect)

    monkeypatch.setattr(Booth, "_execute", forget_once)
    day = KilledDay(tmp_path, "forgetful", "plain", 12)
    with pytest.raises(AssertionError):
        day.check(day.play())
