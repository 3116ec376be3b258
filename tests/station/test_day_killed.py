"""SIGKILL at random instants over poll book, booth and printer together: every invariant of the station holds."""

import os
from pathlib import Path

import pytest
from tests.station.killed_day import KilledDay

from urna.election.outcomes import BallotState
from urna.roll.elector import Elector
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
    """The proof that such a day can fail: one vote that was said to be cast, and not marked, is missing in the end.

    It is forgotten when nobody is killed any more: a booth that dies before its ending is recorded marks the vote anew.
    """
    execute, serve, peace, forgotten = (
        Booth._execute, KilledDay.serve_in_peace, tmp_path / "peace", tmp_path / "forgotten",
    )  # fmt: skip

    def serve_in_peace(day: KilledDay, roll: list[Elector]) -> None:
        peace.touch()
        serve(day, roll)

    def forget_once(booth: Booth, effect: Effect) -> Event | None:
        match effect:
            case SetMark(state=BallotState.CAST) if peace.exists() and not forgotten.exists():
                forgotten.touch()
                return None
        return execute(booth, effect)

    monkeypatch.setattr(KilledDay, "serve_in_peace", serve_in_peace)
    monkeypatch.setattr(Booth, "_execute", forget_once)
    day = KilledDay(tmp_path, "forgetful", "plain", 3)
    bundle = day.play()
    assert forgotten.exists()
    with pytest.raises(AssertionError):
        day.check(bundle)
