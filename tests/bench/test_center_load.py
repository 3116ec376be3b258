"""The load of encrypted ballots, made small: the same parcels, addresses and processes end with every sheet proven."""

from pathlib import Path

import pytest
from bench.center_load_ballots import Load, load_of, take

from urna.center.journal import Act, ActKind
from urna.storage.centre_database import open_engine
from urna.storage.centre_files import CentreFiles
from urna.storage.centre_opening import FILES
from urna.storage.centre_store import CentreStore


@pytest.fixture(scope="module")
def load(tmp_path_factory: pytest.TempPathFactory) -> Load:
    """Three stations of twenty ballots."""
    return load_of(3, 20, tmp_path_factory.mktemp("load") / "made")


def test_a_small_load_is_received_and_then_proven(load: Load, tmp_path: Path) -> None:
    """Each station once; what is measured is the time until the last one counts."""
    served = take(load, tmp_path / "centre", "")
    assert len(served.latencies) == len(load.parcels) == 3
    assert 0 < served.received_seconds < served.proven_seconds
    acts = _acts(tmp_path / "centre")
    proofs = {act.station: act.held for act in acts if act.kind is ActKind.PROOF}
    assert proofs == dict.fromkeys((station for station, _ in load.parcels))
    assert load.ballots == 60


def test_a_load_is_made_once(load: Load) -> None:
    """Its ballots are all different, and a second time the same files are taken."""
    again = load_of(3, 20, load.folder)
    assert again == load
    assert len({path.read_bytes() for _, path in again.parcels if isinstance(path, Path)}) == 3


def test_a_load_that_is_answered_otherwise_is_an_error(load: Load, tmp_path: Path) -> None:
    """A parcel that the centre refuses is no part of a rate."""
    (station, path), *others = load.parcels
    assert isinstance(path, Path)
    broken = tmp_path / station
    broken.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(RuntimeError, match="422"):
        take(load._replace(parcels=[(station, broken), *others]), tmp_path / "centre", "")


def _acts(centre: Path) -> list[Act]:
    engine = open_engine(centre, "")
    try:
        return list(CentreStore(engine, CentreFiles(centre / FILES)).acts())
    finally:
        engine.dispose()
