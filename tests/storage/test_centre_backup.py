"""A backup that is restored is the same centre, up to any act of its journal; a damaged one is refused."""

from functools import cache
from pathlib import Path

import pytest
from tests.center.parcels import at_work, make, parcel_of, wait_for_proofs, witnesses
from tests.databases import postgres_server
from tests.tampering.builder import World, build
from tests.verify.encrypted_world import EncryptedWorld, build_encrypted

from urna.center.receipt import Verdict
from urna.crypto.signatures import SigningKey
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.log.checkpoint import sign_checkpoint
from urna.log.log import Log
from urna.log.note import NoteSigner
from urna.record.layout import CHECKPOINT
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
    seen = (folder / "record" / CHECKPOINT).read_bytes()
    assert restore(tmp_path / "backup", restored, another(database), seen=seen) == made
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
    assert restore(tmp_path / "backup", tmp_path / "restored", another(database), until, seen=b"").serial == until
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


def test_a_backup_older_than_the_last_publishing_does_not_go_on(tmp_path: Path) -> None:
    """It would sign another log of the same size; without the public checkpoint nobody can say that it would not."""
    folder, backup = tmp_path / "centre", tmp_path / "backup"
    make(world(), folder)
    with at_work(world(), folder) as service:
        publisher = Publisher(service.opened, service.sequencer, witnesses(world()), durable=False)
        service.receive("B-01", parcel_of(world(), "B-01"))
        publisher.publish()
        early = (folder / "record" / CHECKPOINT).read_bytes()
        back_up(folder, backup)
        service.receive("B-02", parcel_of(world(), "B-02"))
        publisher.publish()
    late = (folder / "record" / CHECKPOINT).read_bytes()
    for name, seen in (("late", late), ("unknown", None)):
        restore(backup, tmp_path / name, seen=seen)
        with pytest.raises(OutOfOrder, match="without the public checkpoint"):
            open_centre(tmp_path / name, world().keys.log)
    restore(backup, tmp_path / "early", seen=early)
    with at_work(world(), tmp_path / "early") as service:
        assert service.receive("B-02", parcel_of(world(), "B-02")).verdict is Verdict.ACCEPTED


def test_a_public_checkpoint_of_another_log_is_refused_or_goes_on_nowhere(tmp_path: Path) -> None:
    """Signed by another key it is none of this log; signed by the log's key over other leaves it shows a fork."""
    folder, backup, log = tmp_path / "centre", tmp_path / "backup", world().keys.log
    make(world(), folder)
    back_up(folder, backup)
    other = Log(log.name, [b"another leaf"]).checkpoint()
    restore(backup, tmp_path / "fork", seen=sign_checkpoint(other, [log]))
    with pytest.raises(OutOfOrder, match="a centre that goes on"):
        open_centre(tmp_path / "fork", log)
    stranger = NoteSigner(log.name, SigningKey(bytes(32)))
    with pytest.raises(Unproven):
        restore(backup, tmp_path / "stranger", seen=sign_checkpoint(other, [stranger]))


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
