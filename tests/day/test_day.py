"""A short day in chromium, over real processes, with every face, a telephone code and a machine that is replaced."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.day.compare import differences
from tests.day.incidents import Day
from tests.day.play import Pictures, Played
from tests.day.practice import make_station, served
from tests.day.visits import short_day


@pytest.mark.slow
def test_sheet_papers_and_ballots_of_a_short_day_are_what_its_script_says(browser: Browser, tmp_path: Path) -> None:
    """Seven voters, one at a machine that dies with a paper out; a script with one voter less is told so."""
    station = tmp_path / "station"
    patient = make_station(station, limit=3600, inactivity=600)  # nobody is slow here, but the machine may be
    with served(station, patient) as running:
        played = Played(browser, running, Pictures(None))
        Day(played).play(short_day(running.made.electors, running.contests))
        assert differences(played) == []
        assert played.times.spreads().keys() >= {"YES until cast", "activated until the booth is ready"}
        played.done.pop()
        assert "cast: the script has 6, found 7" in differences(played)
        played.close()
