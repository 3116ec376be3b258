"""A backup of a centre: its whole database at one instant, and every long file that it names, in one folder.

    backup/centre.json       what the centre is, without its database's address
    backup/centre.sqlite     SQLite's own copy, or
    backup/centre.dump       what pg_dump wrote
    backup/files/…           the long files
    backup/desk.key.sealed   the key of the operators' pages under the passphrase of the log's key, if asked for
    backup/SHA256SUMS        of everything, as `sha256sum --check` reads it; written last

A backup may be made while the centre runs: it is the state of one transaction. It has no open key and no record; the
record is written again from it, byte for byte.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from hashlib import file_digest
from pathlib import Path
from typing import NamedTuple

import msgspec
from sqlalchemy import Engine, func, select
from sqlalchemy.engine import make_url

from urna.center.admission import Admission
from urna.encoding.canonical import Hash, decode, encode
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.log.checkpoint import open_checkpoint
from urna.log.log import Log
from urna.log.note import parse_note
from urna.observer.quorum import collect, policy_of
from urna.record.keys import log_verifier
from urna.storage.centre_cut import cut
from urna.storage.centre_database import SQLITE, migrate, open_engine
from urna.storage.centre_files import CentreFiles
from urna.storage.centre_opening import (
    BACKED_UP,
    FILES,
    MAX_SETTINGS_BYTES,
    SETTINGS,
    UPLOADS,
    CentreSettings,
    read_settings,
    write_settings,
)
from urna.storage.centre_operators import KEY_FILE
from urna.storage.centre_store import CentreStore
from urna.storage.centre_tables import CONTENT, JOURNAL, LEAF, METADATA
from urna.storage.definition_folder import read_limited, replace_file, write_secret_file
from urna.storage.durable import sync_folder
from urna.words import Sentence

DUMP, SUMS = "centre.dump", "SHA256SUMS"


class BackedUp(NamedTuple):
    """What a backup has, or a restored centre."""

    serial: int
    """Of the journal's last act."""
    leaves: int
    files: int
    """Long ones."""


def back_up(folder: Path, to: Path, seal: Callable[[Hash, Path], object] | None = None) -> BackedUp:
    """Makes a backup.

    Args:
        folder: the centre's; it may be running.
        to: a new folder, on another medium.
        seal: is given the election and the backup's folder, to put the sealed desk key there.

    Raises:
        OutOfOrder: `to` is there already.
        Malformed: a long file is lost; the backup is not finished then.
    """
    settings = read_settings(folder)
    if to.exists():
        raise _is_there(to)
    to.mkdir(mode=0o700, parents=True)
    _copy_database(folder, settings, to)
    (to / SETTINGS).write_bytes(encode(msgspec.structs.replace(settings, database="")))
    found = _copy_files(CentreFiles(folder / FILES), _long_files(folder, settings), to)
    if seal is not None:
        seal(settings.election, to)
    with (to / SUMS).open("x") as sums:
        for path in sorted(each for each in to.rglob("*") if each.is_file() and each.name != SUMS):
            sums.write(f"{_hash_of(path)}  {path.relative_to(to)}\n")
        sums.flush()
        os.fsync(sums.fileno())
    sync_folder(to)
    made = _counts(open_engine(folder, settings.database), found)
    replace_file(folder / BACKED_UP, f"{made.serial}\n".encode())
    return made


def restore(
    backup: Path,
    folder: Path,
    database: str = "",
    until: int | None = None,
    *,
    seen: bytes | None = None,
    open_desk: Callable[[Hash, Path], bytes | None] | None = None,
) -> BackedUp:
    """Makes a centre from a backup.

    Args:
        backup: made by `back_up`.
        folder: new or empty.
        database: an address of an empty PostgreSQL database, if the backup is of one.
        until: the journal's act after which nothing is restored, the last one of a commit. If more than that was
            published, the centre can be looked at and never goes on, because the log that people saw does not shrink.
        seen: the last checkpoint that people saw; empty if they saw none, None if nobody says. A centre whose log does
            not begin with the log of that checkpoint can be looked at and never goes on: it would sign another one.
            One that does go on publishes no shorter log than that.
        open_desk: is given the election and the backup, and opens the desk key there, if it is to be restored.

    Raises:
        Unproven: the backup is not whole, or its desk key does not open; or `seen` is not signed by the log's key, and
            the folder is not finished.
        OutOfOrder: the folder or the database is not empty; or `until` lies after the backup.
        Malformed: a backup of another kind of database.
    """
    _check_sums(backup)
    if folder.exists() and any(folder.iterdir()):
        raise _is_there(folder)
    settings = decode(read_limited(backup / SETTINGS, MAX_SETTINGS_BYTES), CentreSettings, str(backup / SETTINGS))
    desk_key = open_desk(settings.election, backup) if open_desk is not None else None
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _restore_database(backup, folder, database)
    shutil.copytree(backup / FILES, folder / FILES)
    (folder / UPLOADS).mkdir(mode=0o700)
    engine = open_engine(folder, database)
    try:
        migrate(engine)
        is_behind = cut(engine, until) if until is not None else False
        is_behind |= settings.for_inspection or seen is None
        people_saw = settings.people_saw
        if seen:
            public = _held(CentreStore(engine, CentreFiles(folder / FILES)), seen)
            is_behind |= public is None
            people_saw = public or people_saw
        after = msgspec.structs.replace(settings, database=database, for_inspection=is_behind, people_saw=people_saw)
        if desk_key is not None:
            write_secret_file(folder / KEY_FILE, desk_key)
        write_settings(folder, after)
        files = sum(1 for _ in CentreFiles(folder / FILES).names())
        return _counts(engine, files)
    finally:
        engine.dispose()


def _held(store: CentreStore, seen: bytes) -> int | None:
    """How long the log of a checkpoint is that the log's key has to have signed; None if this log begins otherwise.

    With its cosignatures it is kept, as it was when it was published: its place in the record has these very bytes.
    """
    (first,) = store.acts(1)
    election = Admission(store.read(first.document)).election
    public = open_checkpoint(seen, log_verifier(election), "checkpoint")
    log = Log(public.origin, store.entries())
    if public.size > log.size or log.checkpoint(public.size).root != public.root:
        return None
    is_known = any(size == public.size for size, _ in store.checkpoints(public.size - 1))
    if not is_known and collect(seen, parse_note(seen).signatures, policy_of(election)).is_reached:
        store.add_checkpoint(public.size, seen)
    return public.size


def _copy_database(folder: Path, settings: CentreSettings, to: Path) -> None:
    """One instant of it."""
    if settings.database:
        address = make_url(settings.database).set(drivername="postgresql")
        password = address.password
        environment = {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}
        _run("pg_dump", address.set(password=None).render_as_string(), to / DUMP, environment)
        return
    source = sqlite3.connect(f"file:{folder / SQLITE}?mode=ro", uri=True)
    with closing(source), closing(sqlite3.connect(to / SQLITE)) as target:
        source.backup(target)


def _run(program: str, address: str, dump: Path, environment: dict[str, str]) -> None:
    command = {
        "pg_dump": ["--format=custom", "--no-owner", "--file", str(dump), "--dbname", address],
        "pg_restore": ["--exit-on-error", "--single-transaction", "--no-owner", "--dbname", address, str(dump)],
    }[program]
    found = shutil.which(program) or next(
        (str(each) for each in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), reverse=True)), None
    )
    if found is None:
        raise Malformed(
            Sentence("the program {name}", {"name": program}),
            Sentence("none"),
            Sentence("Install PostgreSQL's client programs."),
        )
    subprocess.run([found, *command], check=True, env=environment)  # noqa: S603 - PostgreSQL's own program


def _restore_database(backup: Path, folder: Path, database: str) -> None:
    if (backup / DUMP).exists() != bool(database):
        raise Malformed(
            Sentence("the same kind of database as the backup's"),
            Sentence("another kind"),
            Sentence("Give --database with an empty PostgreSQL for a backup of one, and leave it out for SQLite."),
        )
    if not database:
        shutil.copyfile(backup / SQLITE, folder / SQLITE)
        return
    engine = open_engine(folder, database)
    with engine.connect() as connection:
        tables = engine.dialect.get_table_names(connection)
    engine.dispose()
    if set(tables) & set(METADATA.tables):
        raise _is_there(Path("the database"))
    address = make_url(database).set(drivername="postgresql")
    password = address.password
    environment = {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}
    _run("pg_restore", address.set(password=None).render_as_string(), backup / DUMP, environment)


def _long_files(folder: Path, settings: CentreSettings) -> Iterator[str]:
    """Named by the database after it was copied: more than the copy names, and never fewer."""
    engine = open_engine(folder, settings.database)
    with engine.connect() as connection:
        yield from list(connection.execute(select(CONTENT.c.sha256).where(CONTENT.c.data.is_(None))).scalars())
    engine.dispose()


def _copy_files(files: CentreFiles, names: Iterator[str], to: Path) -> int:
    target, count = CentreFiles(to / FILES), 0
    for name in names:
        target.put(files.read(name))
        count += 1
    return count


def _counts(engine: Engine, files: int) -> BackedUp:
    with engine.connect() as connection:
        serial = connection.execute(select(func.max(JOURNAL.c.serial))).scalar() or 0
        leaves = connection.execute(select(func.count()).select_from(LEAF)).scalar() or 0
    engine.dispose()
    return BackedUp(int(serial), int(leaves), files)


def _check_sums(backup: Path) -> None:
    try:
        lines = (backup / SUMS).read_text().splitlines()
    except FileNotFoundError as error:
        raise _not_whole(SUMS) from error
    named = {name: sha256 for sha256, _, name in (line.partition("  ") for line in lines)}
    found = {str(path.relative_to(backup)) for path in backup.rglob("*") if path.is_file()} - {SUMS}
    if named.keys() != found:
        raise _not_whole(min(named.keys() ^ found))
    for name, sha256 in named.items():
        if _hash_of(backup / name) != sha256:
            raise _not_whole(name)


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _not_whole(name: str) -> Unproven:
    return Unproven(
        Sentence("a backup in which every file is as it was written"),
        Sentence("{name} missing, changed or unknown", {"name": name}),
        Sentence("Take another backup."),
    )


def _is_there(path: Path) -> OutOfOrder:
    return OutOfOrder(
        Sentence("an empty place"),
        Sentence("something in it"),
        Sentence("Choose another one; nothing was overwritten."),
        str(path),
    )
