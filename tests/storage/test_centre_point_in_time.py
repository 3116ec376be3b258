"""PostgreSQL's point-in-time restore under a centre: base backup and archived WAL, as docs/procedures/watch.md says."""

import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import psycopg
import pytest
from tests.center.parcels import at_work, make, parcel_of, witnesses
from tests.databases import Postgres, postgres_server
from tests.tampering.builder import World, build

from urna.errors import OutOfOrder, Unproven
from urna.record.layout import CHECKPOINT
from urna.storage.centre_backup import back_up, restore
from urna.storage.centre_opening import open_centre, read_settings
from urna.storage.centre_publisher import Publisher
from urna.storage.centre_service import CentreService
from urna.tally.results import StationState


@cache
def world() -> World:
    """The small world without guardians."""
    return build()


class Archiving(Postgres):
    """A server that archives its WAL, and can be set up again from a base backup."""

    _place = "data"

    @property
    def _data(self) -> str:
        return str(self.folder / self._place)

    def start(self) -> None:
        """Starts it. What the first one writes is archived; a restored one would give the archive a second end."""
        (self.folder / "archive").mkdir(mode=0o777, exist_ok=True)
        (self.folder / "archive").chmod(0o777)
        archive = f"archive_command='cp %p {self.folder}/archive/%f'"
        mode = "on" if self._place == "data" else "off"
        settings = f"-k {self.folder} -c listen_addresses='' -c archive_mode={mode} -c {archive}"
        self._run("pg_ctl", "-D", self._data, "-w", "-l", str(self.folder / "log"), "-o", settings, "start")

    def base_backup(self) -> None:
        """What a restore begins with."""
        where = ["-h", str(self.folder), "-U", "urna", "-D", str(self.folder / "base")]
        self._run("pg_basebackup", *where, "--wal-method=none", "--checkpoint=fast", "--no-sync")

    def mark(self, name: str) -> None:
        """A point to which the archive can be played."""
        with psycopg.connect(f"host={self.folder} user=urna dbname=postgres", autocommit=True) as connection:
            connection.execute("SELECT pg_create_restore_point(%s)", (name,))

    def play(self, place: str, until: str) -> None:
        """Starts anew from the base backup, played up to a point, or to the archive's end."""
        self._place = place
        shutil.copytree(self.folder / "base", self.folder / place)
        target = f"recovery_target_name = '{until}'\n" if until else ""
        wanted = f"restore_command = 'cp {self.folder}/archive/%f %p'\nrecovery_target_action = 'promote'\n{target}"
        with (self.folder / place / "postgresql.auto.conf").open("a") as file:
            file.write(wanted)
        (self.folder / place / "recovery.signal").touch()
        owner = (self.folder / "base").stat()
        for path in (self.folder / place, *(self.folder / place).rglob("*")):
            shutil.chown(path, owner.st_uid, owner.st_gid)
        self.start()


@pytest.fixture
def server() -> Iterator[Archiving]:
    """One of this test's own."""
    usual = postgres_server()
    if usual is None:
        pytest.skip("PostgreSQL is not installed (/usr/lib/postgresql/*/bin), or there is no user to run it")
    made = Archiving(usual.programs)
    yield made
    made.remove()


def publish(service: CentreService) -> None:
    """Everything until now."""
    Publisher(service.opened, service.sequencer, witnesses(world()), durable=False).publish()


@pytest.mark.slow
def test_a_database_played_to_the_end_goes_on_and_an_earlier_one_does_not(server: Archiving, tmp_path: Path) -> None:
    """Up to before the last publishing it is refused, also by way of a backup; up to its end nothing is missing."""
    folder = tmp_path / "centre"
    make(world(), folder, server.new_database())
    server.base_backup()
    with at_work(world(), folder) as service:
        service.receive("B-01", parcel_of(world(), "B-01"))
        publish(service)
        server.mark("evening")
        service.receive("B-02", parcel_of(world(), "B-02"))
        publish(service)
    seen = (folder / "record" / CHECKPOINT).read_bytes()
    server.stop("fast")

    server.play("evening", "evening")
    with pytest.raises(Unproven, match="an earlier one"):
        open_centre(folder, world().keys.log)
    back_up(folder, tmp_path / "backup")
    restore(tmp_path / "backup", tmp_path / "short", server.new_database(), seen=seen)
    assert read_settings(tmp_path / "short").for_inspection
    with pytest.raises(OutOfOrder, match="a centre that goes on"):
        open_centre(tmp_path / "short", world().keys.log)
    server.stop("fast")

    server.play("whole", "")
    with at_work(world(), folder) as service:
        for station in ("B-01", "B-02"):
            assert service.opened.centre.state(station) is StationState.COUNTED
        publish(service)
        assert (folder / "record" / CHECKPOINT).read_bytes() == seen
