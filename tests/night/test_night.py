"""A short night over real processes and a real PostgreSQL: one kill, one restart of the database."""

from pathlib import Path

import pytest
from tests.databases import postgres_server
from tests.night.deliveries import Shares
from tests.night.judge import differences, truth
from tests.night.play import Plan, play

from urna.record.layout import ciphertexts_path
from urna.rehearsal.election import STYLE


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


@pytest.mark.slow
def test_a_short_night_with_encrypted_ballots_ends_with_every_sheet_proven(tmp_path: Path) -> None:
    """A kill and a restart between receiving and proving; strangers send the same papers with other ballots."""
    server = postgres_server()
    if server is None:
        pytest.skip("PostgreSQL is not installed")
    told: list[str] = []
    shares = Shares(duplicates=10, corrupted=20, wrong=8, impostors=3, broken=2, strangers=12)
    plan = Plan(stations=25, kills=1, restarts=1, shares=shares, processes=1, encrypted=True)
    played = play(plan, tmp_path, server, told.append)
    assert differences(played) == []
    path = played.record / ciphertexts_path(next(iter(played.night.documents)), STYLE)
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    assert any("not what the station signed" in wrong for wrong in differences(played))
