"""A short night over real processes and a real PostgreSQL: one kill, one restart of the database."""

from pathlib import Path

import pytest
from tests.databases import postgres_server
from tests.night.deliveries import Shares
from tests.night.judge import differences, truth
from tests.night.play import Plan, play


@pytest.mark.slow
def test_a_short_night_ends_with_the_numbers_that_were_voted(tmp_path: Path) -> None:
    """Every parcel is answered as it should, the log is witnessed and only grows; a judge who is lied to says so."""
    server = postgres_server()
    if server is None:
        pytest.skip("PostgreSQL is not installed")
    told: list[str] = []
    shares = Shares(duplicates=10, corrupted=9, wrong=4, impostors=3, broken=2)
    plan = Plan(stations=60, kills=1, restarts=1, shares=shares, processes=1)
    played = play(plan, tmp_path, server, told.append)
    assert differences(played) == []
    station, row = next(iter(played.night.counts.items()))
    expected = truth(played)[()]
    played.night.counts[station] = row._replace(votes=(row.votes[0] + 1, *row.votes[1:]))
    assert any(f"announced {expected}" in wrong for wrong in differences(played))
