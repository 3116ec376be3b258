"""How long a parcel can be follows from the definition: every station's own fits, and nothing much longer is read."""

from functools import cache
from pathlib import Path

import pytest
from tests.center.parcels import at_work, make, parcel_of
from tests.tampering.builder import World, build
from tests.verify.encrypted_world import EncryptedWorld, build_encrypted
from tests.web.center.serving import served

from urna.center.longest import BESIDE_BYTES, Longest
from urna.center.receipt import Verdict


@cache
def world() -> World:
    """The small world without guardians."""
    return build()


@cache
def encrypted() -> EncryptedWorld:
    """The small world of encrypted ballots."""
    return build_encrypted()


def test_every_station_can_send_what_it_has() -> None:
    """What its ballots took is within what its electors' ballots may take, without the room for what is beside."""
    for each in (world(), encrypted()):
        longest = Longest(each.election)
        for station in each.election.stations:
            assert len(parcel_of(each, station)) < longest.of(station) - BESIDE_BYTES


def test_more_electors_and_more_attempts_make_it_longer() -> None:
    """In proportion to the electors."""
    longest, stations = Longest(encrypted().election), encrypted().election.stations
    by_electors = sorted(stations, key=lambda code: stations[code].electors)
    assert longest.of(by_electors[0]) <= longest.of(by_electors[-1])
    assert BESIDE_BYTES < longest.of(by_electors[0]) < 2 * BESIDE_BYTES


def test_a_longer_parcel_is_refused_before_it_is_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In memory, in a file, over HTTP whole and in parts."""
    parcel = parcel_of(world(), "B-01")
    monkeypatch.setattr(Longest, "of", lambda *_: len(parcel) - 1)
    make(world(), tmp_path / "centre")
    (tmp_path / "parcel").write_bytes(parcel)
    with at_work(world(), tmp_path / "centre") as service:
        for sent in (parcel, tmp_path / "parcel"):
            answer = service.receive("B-01", sent)
            assert (answer.verdict, answer.document) == (Verdict.REFUSED, "")
    with served(world(), tmp_path / "centre") as centre:
        assert centre.ask("POST", "/stations/B-01", parcel).status == 413
        begin = {"sha256": "0" * 64, "size": len(parcel)}
        assert centre.post_json("/stations/B-01/uploads", begin).status == 413
