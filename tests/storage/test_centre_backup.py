"""A backup that is restored is the same centre, up to any act of its journal; a damaged one is refused."""

from functools import cache
from pathlib import Path

import pytest
from tests.center.parcels import at_work, make, parcel_of, wait_for_proofs, witnesses
from tests.databases import postgres_server
from tests.tampering.builder import World, build
from tests.verify.encrypted_world import EncryptedWorld, build_encrypted

from urna.center.receipt import Verdict
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.storage.centre_backup import SUMS, back_up, restore
from urna.storage.centre_opening import open_centre
from urna.storage.centre_publisher import Publisher
from urna.tally.results import StationState


@cache
def world() -> World:
    """The small world without guardians."""
    return build()


@cache
def encrypted() -> EncryptedWorld:
    """The small world of encrypted ballots."""
    return build_encrypted()


def another(database: str) -> str:
    """An empty database of the same kind."""
    server = postgres_server() if database else None
    return server.new_database() if server is not None else ""


def test_a_restored_centre_goes_on_where_the_backup_was_made(database: str, tmp_path: Path) -> None:
    """Made while it ran and a sheet waited; its record comes out byte for byte, and what waited is proven."""
    folder = tmp_path / "centre"
    make(encrypted(), folder, database)
    with at_work(encrypted(), folder) as service:
        service.receive("A-01", parcel_of(encrypted(), "A-01"))
        wait_for_proofs(service)
        Publisher(service.opened, service.sequencer, witnesses(encrypted()), durable=False).publish()
        made = back_up(folder, tmp_path / "backup")
        assert made.serial == service.opened.store.serial
        assert made.files > 0
        service.receive("A-02", parcel_of(encrypted(), "A-02"))
    restored = tmp_path / "restored"
    assert restore(tmp_path / "backup", restored, another(database)) == made
    with at_work(encrypted(), restored) as service:
        assert service.receive("A-01", parcel_of(encrypted(), "A-01")).verdict is Verdict.REPEATED
        Publisher(service.opened, service.sequencer, witnesses(encrypted()), durable=False).publish()
        for path in (folder / "record").rglob("*"):
            if path.is_file():
                assert (restored / "record" / path.relative_to(folder / "record")).read_bytes() == path.read_bytes()
        assert service.receive("A-02", parcel_of(encrypted(), "A-02")).verdict is Verdict.RECEIVED
        wait_for_proofs(service)


def test_an_earlier_moment_can_be_restored(database: str, tmp_path: Path) -> None:
    """Up to an act of the journal: the station that sent later is outstanding again, in the tables too."""
    folder = tmp_path / "centre"
    make(world(), folder, database)
    with at_work(world(), folder) as service:
        service.receive("B-01", parcel_of(world(), "B-01"))
        until = service.opened.store.serial
        service.receive("B-02", parcel_of(world(), "B-02"))
    back_up(folder, tmp_path / "backup")
    assert restore(tmp_path / "backup", tmp_path / "restored", another(database), until).serial == until
    with at_work(world(), tmp_path / "restored") as service:
        assert service.opened.centre.state("B-01") is StationState.COUNTED
        assert service.opened.centre.state("B-02") is StationState.OUTSTANDING
        row = service.opened.store.station("B-02")
        assert row is not None
        assert row.standing == "outstanding"
        assert service.receive("B-02", parcel_of(world(), "B-02")).verdict is Verdict.ACCEPTED


def test_a_log_that_people_saw_does_not_shrink(tmp_path: Path) -> None:
    """Restored to before what was published, a centre is there to be looked at and does not open."""
    folder = tmp_path / "centre"
    make(world(), folder)
    with at_work(world(), folder) as service:
        until = service.opened.store.serial
        service.receive("B-01", parcel_of(world(), "B-01"))
        Publisher(service.opened, service.sequencer, witnesses(world()), durable=False).publish()
    back_up(folder, tmp_path / "backup")
    restore(tmp_path / "backup", tmp_path / "restored", until=until)
    with pytest.raises(OutOfOrder, match="earlier moment"):
        open_centre(tmp_path / "restored", world().keys.log)


def test_a_damaged_or_wrong_backup_is_refused(tmp_path: Path) -> None:
    """A file changed, taken away or added; a place that is taken; a serial that never was; another database."""
    make(world(), tmp_path / "centre")
    backup = tmp_path / "backup"
    back_up(tmp_path / "centre", backup)
    with pytest.raises(OutOfOrder, match="an empty place"):
        back_up(tmp_path / "centre", backup)
    with pytest.raises(OutOfOrder, match="an act of the backup's journal"):
        restore(backup, tmp_path / "a", until=999)
    with pytest.raises(Malformed, match="same kind of database"):
        restore(backup, tmp_path / "b", "postgresql://nobody@localhost/x")
    with pytest.raises(OutOfOrder, match="an empty place"):
        restore(backup, tmp_path / "centre")
    (backup / "more").write_text("x")
    with pytest.raises(Unproven, match="more"):
        restore(backup, tmp_path / "c")
    (backup / "more").unlink()
    with (backup / "centre.sqlite").open("ab") as file:
        file.write(b"x")
    with pytest.raises(Unproven, match=r"centre\.sqlite"):
        restore(backup, tmp_path / "d")
    (backup / SUMS).unlink()
    with pytest.raises(Unproven, match=SUMS):
        restore(backup, tmp_path / "e")
