"""A backup that is restored is the same centre, up to any act of its journal; a damaged one is refused."""

import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from functools import cache
from pathlib import Path

import pytest
from tests.center.parcels import at_work, make, parcel_of, wait_for_proofs, witnesses
from tests.databases import postgres_server
from tests.tampering.builder import World, build
from tests.verify.encrypted_world import EncryptedWorld, build_encrypted

from urna.center.publication import Batch
from urna.center.receipt import Verdict
from urna.crypto.kdf import Cost
from urna.crypto.signatures import SigningKey
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.log.checkpoint import read_checkpoint, sign_checkpoint
from urna.log.log import Log
from urna.log.note import NoteSignature, NoteSigner
from urna.record.layout import CHECKPOINT
from urna.storage import centre_publisher
from urna.storage.centre_backup import SUMS, back_up, restore
from urna.storage.centre_database import SQLITE
from urna.storage.centre_desk_key import open_desk_key, seal_desk_key
from urna.storage.centre_opening import BACKED_UP, last_backup, open_centre
from urna.storage.centre_operators import KEY_FILE, make_desk_key
from urna.storage.centre_publisher import Cosign, Prove, Publisher, nobody
from urna.storage.centre_service import CentreService
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


class Remembering:
    """Witnesses that cosign no log that is shorter than the longest they know, as real ones do.

    Args:
        known: its leaves.
    """

    def __init__(self, known: int = 0) -> None:
        self.known = known
        self._cosign = witnesses(world())

    def __call__(self, batch: Batch, prove: Prove) -> Sequence[NoteSignature]:
        """Their signatures, or none."""
        if batch.size < self.known:
            return ()
        self.known = batch.size
        return self._cosign(batch, prove)


def publisher_of(service: CentreService, cosign: Cosign) -> Publisher:
    """Of a centre, fast."""
    return Publisher(service.opened, service.sequencer, cosign, durable=False)


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """The log is published commit by commit, as a long one is."""
    monkeypatch.setattr(centre_publisher, "MOST_AT_ONCE", 1)


@pytest.mark.usefixtures("small_steps")
def test_a_backup_of_before_the_publishing_goes_on_where_people_are(tmp_path: Path) -> None:
    """Its log was published in steps after the backup; no witness cosigns the first steps again, nobody sees them."""
    folder, backup, restored = tmp_path / "centre", tmp_path / "backup", tmp_path / "restored"
    make(world(), folder)
    cosign = Remembering()
    with at_work(world(), folder) as service:
        service.receive("B-01", parcel_of(world(), "B-01"))
        back_up(folder, backup)
        publisher_of(service, cosign).publish()
    seen = (folder / "record" / CHECKPOINT).read_bytes()
    assert cosign.known > 2
    restore(backup, restored, seen=seen)
    shutil.copytree(folder / "record", restored / "record")
    with at_work(world(), restored) as service:
        publisher_of(service, cosign).write_promised()
        assert (restored / "record" / CHECKPOINT).read_bytes() == seen
        service.receive("B-02", parcel_of(world(), "B-02"))
        before = read_checkpoint(seen).size
        assert publisher_of(service, cosign).publish().size == cosign.known > before
    for path in (folder / "record").rglob("*"):
        if path.is_file() and path != folder / "record" / CHECKPOINT:
            assert (restored / "record" / path.relative_to(folder / "record")).read_bytes() == path.read_bytes()


def test_the_public_checkpoint_is_kept_as_it_is(tmp_path: Path) -> None:
    """The backup was made before it; with its cosignatures it is shown again, and no witness is asked."""
    folder, backup, restored = tmp_path / "centre", tmp_path / "backup", tmp_path / "restored"
    make(world(), folder)
    with at_work(world(), folder) as service:
        back_up(folder, backup)
        publisher_of(service, witnesses(world())).publish()
    seen = (folder / "record" / CHECKPOINT).read_bytes()
    restore(backup, restored, seen=seen)
    with at_work(world(), restored) as service:
        publisher_of(service, nobody).publish()
    assert (restored / "record" / CHECKPOINT).read_bytes() == seen


def test_no_shorter_log_than_people_saw_is_shown_on_the_way(tmp_path: Path) -> None:
    """The backup has an older checkpoint of its own; until the witnesses cosign one as long, none is shown."""
    folder, backup, restored = tmp_path / "centre", tmp_path / "backup", tmp_path / "restored"
    make(world(), folder)
    with at_work(world(), folder) as service:
        publisher_of(service, witnesses(world())).publish()
        service.receive("B-01", parcel_of(world(), "B-01"))
        back_up(folder, backup)
        log = Log(world().keys.log.name, service.opened.store.entries())
    restore(backup, restored, seen=sign_checkpoint(log.checkpoint(), [world().keys.log]))
    checkpoint = restored / "record" / CHECKPOINT
    with at_work(world(), restored) as service:
        with pytest.raises(Unproven, match="cosignatures"):
            publisher_of(service, witnesses(world(), missing=1)).publish()
        assert not checkpoint.exists()
        publisher_of(service, witnesses(world())).publish()
    assert read_checkpoint(checkpoint.read_bytes()).size == log.size


@pytest.mark.usefixtures("small_steps")
def test_a_witness_that_knows_more_than_was_given_cosigns_the_whole(tmp_path: Path) -> None:
    """`seen` was an old checkpoint without cosignatures: the first step is refused, and all of the log is tried."""
    folder, backup, restored = tmp_path / "centre", tmp_path / "backup", tmp_path / "restored"
    make(world(), folder)
    with at_work(world(), folder) as service:
        for station in ("B-01", "B-02"):
            service.receive(station, parcel_of(world(), station))
        back_up(folder, backup)
        size = service.opened.store.leaf_count
        log = Log(world().keys.log.name, service.opened.store.entries())
    early = sign_checkpoint(log.checkpoint(1), [world().keys.log])
    restore(backup, restored, seen=early)
    with at_work(world(), restored) as service:
        publisher = publisher_of(service, Remembering(size))
        assert publisher.write_promised().files == 0
        assert publisher.publish().size == size
    restore(backup, tmp_path / "behind", seen=early)
    with at_work(world(), tmp_path / "behind") as service, pytest.raises(Unproven, match="cosignatures"):
        publisher_of(service, Remembering(size + 1)).publish()


def test_a_database_of_an_earlier_moment_is_not_gone_on_with(tmp_path: Path) -> None:
    """PostgreSQL's own restore, or a copied file, beside a record that has more; a backup shows what is missing."""
    folder = tmp_path / "centre"
    make(world(), folder)
    with at_work(world(), folder) as service:
        publisher_of(service, witnesses(world())).publish()
        service.receive("B-01", parcel_of(world(), "B-01"))
        copy = sqlite3.connect(tmp_path / "before.sqlite")
        with closing(copy), closing(sqlite3.connect(folder / SQLITE)) as now:
            now.backup(copy)
        publisher_of(service, witnesses(world())).publish()
    for path in folder.glob(f"{SQLITE}*"):
        path.unlink()
    (tmp_path / "before.sqlite").rename(folder / SQLITE)
    with pytest.raises(Unproven, match="an earlier one"):
        open_centre(folder, world().keys.log)
    back_up(folder, tmp_path / "backup")
    restore(tmp_path / "backup", tmp_path / "whole", seen=(folder / "record" / CHECKPOINT).read_bytes())
    with at_work(world(), tmp_path / "whole") as service:
        assert service.opened.centre.state("B-01") is StationState.COUNTED


def test_a_moment_in_the_middle_of_a_commit_is_refused(tmp_path: Path) -> None:
    """An act without its leaves would be a centre that does not open; the acts around it are named."""
    folder, backup = tmp_path / "centre", tmp_path / "backup"
    make(world(), folder)  # the second commit has two acts
    back_up(folder, backup)
    with pytest.raises(OutOfOrder, match="as 1 or 3"):
        restore(backup, tmp_path / "two", until=2, seen=b"")
    for until in (1, 3):
        restore(backup, tmp_path / str(until), until=until, seen=b"")
        open_centre(tmp_path / str(until), world().keys.log).close()


def test_what_came_after_a_moment_is_not_listed(database: str, tmp_path: Path) -> None:
    """A parcel whose act is cut away did not arrive at that centre."""
    folder = tmp_path / "centre"
    make(world(), folder, database)
    with at_work(world(), folder) as service:
        service.receive("B-01", parcel_of(world(), "B-01"))
        until = service.opened.store.serial
        service.receive("B-02", parcel_of(world(), "B-02"))
    back_up(folder, tmp_path / "backup")
    restore(tmp_path / "backup", tmp_path / "restored", another(database), until, seen=b"")
    with at_work(world(), tmp_path / "restored") as service:
        listed = [len(service.opened.store.arrivals(station)) for station in ("B-01", "B-02")]
        assert listed == [1, 0]


def test_the_desks_key_comes_back_under_its_passphrase_alone(tmp_path: Path) -> None:
    """Sealed in the backup; another passphrase, another election or none leaves nothing half restored."""
    folder, backup = tmp_path / "centre", tmp_path / "backup"
    make(world(), folder)
    key = make_desk_key(folder)
    random = {"salt": bytes(16), "nonce": bytes(12), "cost": Cost.TOY}

    def seal(election: str, to: Path) -> None:
        assert seal_desk_key(folder, to, election, "cuatro palabras", **random)  # type: ignore[arg-type]  # as named

    back_up(folder, backup, seal)
    assert all(key not in path.read_bytes() for path in backup.rglob("*") if path.is_file())
    with pytest.raises(Unproven):
        restore(backup, tmp_path / "a", seen=b"", open_desk=lambda election, of: open_desk_key(of, election, "otras"))
    with pytest.raises(Unproven, match="another election"):
        open_desk_key(backup, "ab" * 32, "cuatro palabras")
    assert not (tmp_path / "a").exists()
    restore(
        backup, tmp_path / "b", seen=b"", open_desk=lambda election, of: open_desk_key(of, election, "cuatro palabras")
    )
    assert make_desk_key(tmp_path / "b") == key
    assert (tmp_path / "b" / KEY_FILE).stat().st_mode & 0o077 == 0
    restore(backup, tmp_path / "c", seen=b"")
    assert not (tmp_path / "c" / KEY_FILE).exists()


def test_a_backup_without_the_desks_key_says_so(tmp_path: Path) -> None:
    """Also of a centre that never had pages."""
    make(world(), tmp_path / "centre")
    made: list[bool] = []

    def seal(election: str, to: Path) -> None:
        made.append(seal_desk_key(tmp_path / "centre", to, election, "x", salt=bytes(16), nonce=bytes(12)))

    back_up(tmp_path / "centre", tmp_path / "backup", seal)
    assert made == [False]
    with pytest.raises(OutOfOrder, match="with the desk's key"):
        open_desk_key(tmp_path / "backup", world().election.identity, "x")


def test_the_last_backup_is_known_to_the_centre(tmp_path: Path) -> None:
    """Its last act, once it is whole; not that of one that was not finished."""
    folder = tmp_path / "centre"
    make(world(), folder)
    assert last_backup(folder) is None
    made = back_up(folder, tmp_path / "backup")
    known = last_backup(folder)
    assert known is not None
    assert known.serial == made.serial

    def fails(_: str, __: Path) -> None:
        raise OSError

    (folder / BACKED_UP).unlink()
    with pytest.raises(OSError):
        back_up(folder, tmp_path / "unfinished", fails)
    assert last_backup(folder) is None


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
