"""A centre's folder: made once, and opened by one process at a time, its state taken from its journal.

centre.json       the election, the log's key by name, the address of the database
centre.sqlite     the database, if it is not PostgreSQL
files/            long files by their hash
uploads/          parcels of which a part has come
record/           the public record, as any web server may carry it
published         how much of the log is in the record
backed-up         the last act that the last backup has; written when that was whole
"""

import os
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from urna.center.centre import Centre
from urna.center.evidence import Shown
from urna.center.publication import Publication, by_edition, in_order, is_logged
from urna.center.replay import replay
from urna.encoding.canonical import Code, Count, Hash, Moment, Record, decode, encode
from urna.errors import OutOfOrder, Unproven
from urna.log.note import NoteSigner, parse_note
from urna.storage.centre_database import OneWriter, migrate, open_engine
from urna.storage.centre_files import CentreFiles
from urna.storage.centre_store import CentreStore, Changes, StationRow
from urna.storage.definition_folder import read_limited, write_secret_file
from urna.storage.durable import sync_folder
from urna.tally.totals import StationCount
from urna.words import Sentence

SETTINGS, FILES, RECORD = "centre.json", "files", "record"
UPLOADS, OWN_UPLOADS, ANNOUNCED_UPLOADS = "uploads", "station-uploads", "announced-uploads"
"""Parcels in parts: of anybody, over stations' own lines, and of which stations announced every piece."""
PUBLISHED, BACKED_UP = "published", "backed-up"
MAX_SETTINGS_BYTES = 64 * 1024


class CentreSettings(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/centre-settings/1"):
    """What a centre's folder is."""

    election: Hash
    database: str
    """An address; empty for SQLite in this folder. It may hold a password, so only the owner reads the file."""
    log_key: str
    """The name of the key that signs checkpoints, results and incidents."""
    for_inspection: bool = False
    """Restored to an earlier moment than it was published: to be looked at, never to go on."""
    people_saw: Count = 0
    """Leaves of the public log when it was restored: no shorter log is published, not even on the way."""


class Backup(NamedTuple):
    """The last backup of a centre."""

    serial: int
    """Its last act."""
    seconds: float
    """When it was whole, since 1970."""


class OpenedCentre(NamedTuple):
    """A centre in the hands of its one writer."""

    folder: Path
    settings: CentreSettings
    centre: Centre
    store: CentreStore
    publication: Publication
    lock: OneWriter

    def close(self) -> None:
        """Lets go of it."""
        self.lock.let_go()
        self.store.engine.dispose()


def make_centre(folder: Path, definition: bytes, signer: NoteSigner, now: Moment, database: str = "") -> CentreSettings:
    """Makes a centre for an election.

    Args:
        folder: new or empty.
        definition: the signed definition.
        signer: the log's key.
        now: of the first act.
        database: an address of an empty database; empty for SQLite in the folder.

    Raises:
        OutOfOrder: the folder or the database has a centre already.
        Malformed, Unproven: not a definition, too few of its officers signed it, or it names another log key.
    """
    if folder.exists() and any(folder.iterdir()):
        raise _not_empty(str(folder))
    centre = Centre(definition, signer)
    _check_key(centre, signer)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = open_engine(folder, database)
    lock = OneWriter(folder, engine)
    try:
        migrate(engine)
        store = CentreStore(engine, CentreFiles(folder / FILES))
        if store.serial:
            raise _not_empty("the database")
        acts, shown = centre.take_acts(), centre.take_shown()
        files = {each.sha256: each.data for each in shown if each.data is not None}
        store.commit(Changes(now, acts, files, Publication(signer).add(shown)))
        store.set_stations(station_row(centre, code) for code in centre.election.stations)
        (folder / UPLOADS).mkdir(mode=0o700)
        settings = CentreSettings(election=centre.election.identity, database=database, log_key=signer.name)
        write_settings(folder, settings)
        return settings
    finally:
        lock.let_go()
        engine.dispose()


def write_settings(folder: Path, settings: CentreSettings) -> None:
    """Writes what a centre's folder is, once."""
    write_secret_file(folder / SETTINGS, encode(settings))
    sync_folder(folder)


def read_settings(folder: Path) -> CentreSettings:
    """What a centre's folder is.

    Raises:
        OutOfOrder: no centre was made there.
    """
    try:
        data = read_limited(folder / SETTINGS, MAX_SETTINGS_BYTES)
    except FileNotFoundError as error:
        raise OutOfOrder(
            Sentence("the folder of a centre"),
            Sentence("none"),
            Sentence("Make one first: urna center init."),
            str(folder),
        ) from error
    return decode(data, CentreSettings, str(folder / SETTINGS))


def open_centre(folder: Path, signer: NoteSigner, coefficients: Callable[[int], bytes] = os.urandom) -> OpenedCentre:
    """A centre as it was when it was let go of, or died.

    1. Nobody else has it; its tables are brought up to date.
    2. The journal's acts are taken again.
    3. The files of the record that follow from them are exactly those that were logged.
    4. Every checkpoint that was kept is one of this log: its leaves lie in the order in which they were published.
    5. The newest of them is as new as what was written into the record.

    Raises:
        OutOfOrder: no centre, another process has it, or it is there to be looked at only.
        Unproven: the log's key is another one, or journal and leaves contradict each other.
    """
    settings = read_settings(folder)
    if settings.for_inspection:
        raise OutOfOrder(
            Sentence("a centre that goes on"),
            Sentence("one that was restored to an earlier moment than was published, or without the public checkpoint"),
            Sentence("Look at it; the log that people saw does not shrink. To go on restore the newest backup whole."),
            str(folder),
        )
    engine = open_engine(folder, settings.database)
    lock = OneWriter(folder, engine)
    try:
        migrate(engine)
        store = CentreStore(engine, CentreFiles(folder / FILES))
        store.files.clear()
        centre = recall_centre(store, signer, coefficients)
        _check_key(centre, signer)
        publication = Publication(signer, store.entries(), store.beside())
        check_checkpoints(publication, store)
        _check_published(folder, store)
        store.set_stations(station_row(centre, code) for code in centre.election.stations)
    except BaseException:
        lock.let_go()
        engine.dispose()
        raise
    return OpenedCentre(folder, settings, centre, store, publication, lock)


def recall_centre(store: CentreStore, signer: NoteSigner, coefficients: Callable[[int], bytes] = os.urandom) -> Centre:
    """The centre that a store's journal gives.

    Raises:
        Unproven: the leaves that follow from it are not the ones that were logged.
    """
    centre = replay(store.acts(), store.read, signer, coefficients)
    centre.take_acts()
    shown = centre.take_shown()
    _check_files(store, shown)
    _check_order(store, shown)
    return centre


def _check_files(store: CentreStore, shown: Sequence[Shown]) -> None:
    """The files that follow from the journal are those that were logged, or lie beside the log."""
    kept = {(each.path, each.sha256, each.size) for each in (*store.leaves(), *store.beside())}
    made = {(each.path, each.sha256, each.size) for each in shown}
    if kept != made or sum(is_logged(each.path) for each in shown) != store.leaf_count:
        first = min(path for path, _, _ in kept ^ made) if kept != made else ""
        raise Unproven(
            Sentence("a log that follows from the journal"),
            Sentence("{count} files that do not, {file} among them", {"count": len(kept ^ made), "file": first}),
            Sentence("Somebody changed the database. Keep it as it is, and restore the centre from its backup."),
        )


def _check_order(store: CentreStore, shown: Sequence[Shown]) -> None:
    """The leaves lie in the order of the acts, and those of one commit in the order in which it logs them."""
    logged = (each for each in shown if is_logged(each.path))
    before = 0
    for size in store.commits(0):
        commit = list(islice(logged, size - before))
        made = [each[:3] for some in by_edition(commit) for each in in_order(some)]
        if made != [each[:3] for each in store.leaves(before, size)]:
            raise Unproven(
                Sentence("leaves in the order of the journal"),
                Sentence("another order, at leaf {place} or soon after it", {"place": before}),
                Sentence("Somebody changed the database. Keep it as it is, and restore the centre from its backup."),
            )
        before = size


def check_checkpoints(publication: Publication, store: CentreStore) -> None:
    """Returns if each kept checkpoint is one of this log, and no leaf lies in another place than it was published in.

    Raises:
        Unproven: the leaves give another root, or there are fewer than were published.
    """
    for size, note in store.checkpoints():
        if size > publication.size or publication.checkpoint_text(size) != parse_note(note).text:
            raise Unproven(
                Sentence("the root of the published checkpoint over {size} leaves", {"size": size}),
                Sentence("leaves that give another one, or fewer leaves"),
                Sentence("Somebody changed the database. Keep it as it is, and restore the centre from its backup."),
            )


def read_published(folder: Path) -> int:
    """How many leaves of the log are in the record's folder."""
    try:
        return int((folder / PUBLISHED).read_text())
    except FileNotFoundError:
        return 0


def last_backup(folder: Path) -> Backup | None:
    """The last one that was whole; None if there was none."""
    try:
        return Backup(int((folder / BACKED_UP).read_text()), (folder / BACKED_UP).stat().st_mtime)
    except FileNotFoundError:
        return None


def _check_published(folder: Path, store: CentreStore) -> None:
    """A database that was taken back to an earlier moment would sign a second history under the same record."""
    shown, kept = read_published(folder), max((size for size, _ in store.checkpoints()), default=0)
    if shown > kept:
        raise Unproven(
            Sentence("a database that knows the published log of {size} leaves", {"size": shown}),
            Sentence("an earlier one, whose last published log has {size}", {"size": kept}),
            Sentence("Make a backup of it and restore that with --record: that shows whether anything is missing."),
            str(folder),
        )


def station_row(centre: Centre, code: Code) -> StationRow:
    """How a station stands, for pages."""
    waiting = centre.unproven_of(code)
    if waiting is not None:
        return StationRow(code, "received", waiting.document)
    counted = centre.counted_of(code)
    state = centre.state(code).value
    return StationRow(code, state, *counted[:2], _numbers(counted[2])) if counted else StationRow(code, state)


def _numbers(count: StationCount) -> str:
    return f'{{"cast":{count.cast},"identified":{count.identified}}}'


def _check_key(centre: Centre, signer: NoteSigner) -> None:
    log = centre.election.definition.authority.log
    if (log.key_name, log.key) != (signer.name, signer.verifier.public_hex):
        raise Unproven(
            Sentence("the log's key that the definition names, {name}", {"name": log.key_name}),
            Sentence("another one"),
            Sentence("Give the key file of the log."),
        )


def _not_empty(where: str) -> OutOfOrder:
    return OutOfOrder(
        Sentence("an empty folder and an empty database"),
        Sentence("something in it"),
        Sentence("Choose another one; nothing was changed."),
        where,
    )
