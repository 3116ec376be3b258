"""What a centre keeps: its journal and leaves in a database, long files beside it, changes in whole transactions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, bindparam, func, insert, select, update

from urna.center.evidence import Shown
from urna.center.journal import Act, ActKind
from urna.center.publication import is_logged
from urna.encoding.canonical import Code, Hash, Moment, decode, digest, encode
from urna.record.entry import LogEntry
from urna.storage.centre_files import INLINE_BYTES, CentreFiles, lost
from urna.storage.centre_tables import ARRIVAL, BESIDE, CHECKPOINT, CONTENT, JOURNAL, LEAF, STATION

_ROWS = 500
"""Of one statement."""

_FILES = 100
"""That are read at once, up to 32 KiB each; longer ones are read one by one."""


class Arrival(NamedTuple):
    """Something came, and was answered."""

    station: Code
    parcel: Hash
    verdict: str
    reason: str
    """Canonical bytes of `journal.Words`; empty without a reason."""
    at: Moment


class StationRow(NamedTuple):
    """How a station stands, for pages."""

    code: Code
    standing: str
    """A `StationState`, or "received" for a sheet that waits for its proof."""
    sheet: str = ""
    sequence: int = 0
    numbers: str = "{}"
    """People and ballots, as JSON."""


class Changes(NamedTuple):
    """What is made durable together."""

    at: Moment
    acts: tuple[Act, ...] = ()
    files: Mapping[Hash, bytes] = {}
    """What came; only what acts and leaves name is kept."""
    shown: tuple[Shown, ...] = ()
    """New files of the record, leaves in their order."""
    arrivals: tuple[Arrival, ...] = ()
    stations: tuple[StationRow, ...] = ()

    def named(self) -> list[Hash]:
        """The files that are kept: those that an act or the record names, and no other that came."""
        named = [sha256 for act in self.acts for sha256 in act.contents()]
        return list(dict.fromkeys([*named, *(each.sha256 for each in self.shown)]))


class CentreStore:
    """The store of a centre, of which one process is the writer.

    Args:
        engine: its database, its tables up to date.
        files: its long files.
    """

    def __init__(self, engine: Engine, files: CentreFiles) -> None:
        self.engine = engine
        self.files = files
        with engine.connect() as connection:
            self.serial = _highest(connection, JOURNAL.c.serial, 0)
            self.leaf_count = _highest(connection, LEAF.c.place, -1) + 1

    def commit(self, changes: Changes) -> None:
        """Makes the changes durable, all of them or none.

        Raises:
            DBAPIError: the database did not say that it did; see `is_committed`.
        """
        for sha256 in changes.named():
            data = changes.files.get(sha256, b"")
            if len(data) > INLINE_BYTES and self.files.put(data) != sha256:
                raise lost(sha256)
        with self.engine.begin() as connection:
            self._insert_acts(connection, changes)
            self._insert_shown(connection, changes)
            serial = self.serial + len(changes.acts)
            _insert(connection, ARRIVAL, ({**each._asdict(), "serial": serial} for each in changes.arrivals))
            _update_stations(connection, changes.stations)
        self._count(changes)

    def is_committed(self, changes: Changes) -> bool:
        """Whether changes of which the database lost its answer are there; then they are counted as committed."""
        with self.engine.connect() as connection:
            serial = _highest(connection, JOURNAL.c.serial, 0)
        if not changes.acts or serial != self.serial + len(changes.acts):
            return False
        self._count(changes)
        return True

    def set_stations(self, rows: Iterable[StationRow]) -> None:
        """How every station of the definition stands; those that stand otherwise in the table are changed."""
        known = {row.code: row for row in self.stations()}
        with self.engine.begin() as connection:
            changed = [row for row in rows if known.get(row.code) != row]
            _insert(connection, STATION, (row._asdict() for row in changed if row.code not in known))
            _update_stations(connection, changed)

    def acts(self, until: int | None = None) -> Iterator[Act]:
        """The journal, in order."""
        with self.engine.connect() as connection:
            query = select(JOURNAL.c.act).order_by(JOURNAL.c.serial)
            query = query if until is None else query.where(JOURNAL.c.serial <= until)
            for row in connection.execution_options(yield_per=_ROWS).execute(query):
                yield decode(row.act.encode(), Act)

    def read(self, sha256: Hash) -> bytes:
        """A file that was kept; raises `Malformed` if there is none."""
        return next(self.read_many([sha256]))

    def read_many(self, wanted: Sequence[Hash]) -> Iterator[bytes]:
        """Files that were kept, in this order, some hundred in memory; raises `Malformed` at one that is not."""
        for start in range(0, len(wanted), _FILES):
            some = wanted[start : start + _FILES]
            with self.engine.connect() as connection:
                rows = connection.execute(select(CONTENT.c.sha256, CONTENT.c.data).where(CONTENT.c.sha256.in_(some)))
                found = {row.sha256: row.data for row in rows}
            for sha256 in some:
                if sha256 not in found:
                    raise lost(sha256)
                yield bytes(found[sha256]) if found[sha256] is not None else self.files.read(sha256)

    def papers(self, kinds: Iterable[ActKind]) -> set[Hash]:
        """The documents that acts of these kinds took; whatever else came with the same bytes is none of them."""
        query = select(JOURNAL.c.act).where(JOURNAL.c.kind.in_([kind.value for kind in kinds]))
        with self.engine.connect() as connection:
            acts = [decode(row.act.encode(), Act) for row in connection.execute(query)]
        return {each for act in acts for each in (act.document, *act.documents) if each}

    def leaves(self, since: int = 0, until: int | None = None) -> Iterator[Shown]:
        """The leaves from one place on, before another."""
        with self.engine.connect() as connection:
            query = select(LEAF).where(LEAF.c.place >= since).order_by(LEAF.c.place)
            query = query if until is None else query.where(LEAF.c.place < until)
            for row in connection.execution_options(yield_per=_ROWS).execute(query):
                yield Shown(row.path, row.sha256, row.size)

    def commits(self, since: int) -> list[int]:
        """How long the log was after each commit that made it longer than this."""
        end = func.max(LEAF.c.place) + 1
        query = select(end).where(LEAF.c.place >= since).group_by(LEAF.c.serial).order_by(end)
        with self.engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def beside(self, since: int = 0, until: int | None = None) -> Iterator[Shown]:
        """What is shown and no leaf, of logs that are longer than the one length and not longer than the other."""
        with self.engine.connect() as connection:
            query = select(BESIDE).where(BESIDE.c.leaves > since).order_by(BESIDE.c.path)
            query = query if until is None else query.where(BESIDE.c.leaves <= until)
            for row in connection.execution_options(yield_per=_ROWS).execute(query):
                yield Shown(row.path, row.sha256, row.size)

    def entries(self) -> Iterator[bytes]:
        """The leaves as the log has them."""
        return (encode(LogEntry(path=each.path, sha256=each.sha256, size=each.size)) for each in self.leaves())

    def checkpoints(self, since: int = 0) -> list[tuple[int, bytes]]:
        """The published checkpoints of more than this size, smallest first."""
        with self.engine.connect() as connection:
            query = select(CHECKPOINT).where(CHECKPOINT.c.size > since).order_by(CHECKPOINT.c.size)
            return [(row.size, bytes(row.note)) for row in connection.execute(query)]

    def add_checkpoint(self, size: int, note: bytes) -> None:
        """A checkpoint with its cosignatures, before anybody is shown it; one of the same size is replaced."""
        with self.engine.begin() as connection:
            changed = connection.execute(update(CHECKPOINT).where(CHECKPOINT.c.size == size).values(note=note))
            if not changed.rowcount:
                connection.execute(insert(CHECKPOINT).values(size=size, note=note))

    def stations(self) -> list[StationRow]:
        """How every station stands."""
        with self.engine.connect() as connection:
            rows = connection.execute(select(STATION).order_by(STATION.c.code))
            return [StationRow(*row) for row in rows]

    def station(self, code: Code) -> StationRow | None:
        """How one station stands."""
        with self.engine.connect() as connection:
            row = connection.execute(select(STATION).where(STATION.c.code == code)).first()
        return StationRow(*row) if row is not None else None

    def arrivals(self, station: Code, most: int = 200) -> list[Arrival]:
        """What came from, or in the name of, a station, the newest first."""
        columns = [ARRIVAL.c[name] for name in Arrival._fields]
        query = select(*columns).where(ARRIVAL.c.station == station).order_by(ARRIVAL.c.id.desc()).limit(most)
        with self.engine.connect() as connection:
            return [Arrival(*row) for row in connection.execute(query)]

    def _insert_acts(self, connection: Connection, changes: Changes) -> None:
        rows = []
        for serial, act in enumerate(changes.acts, self.serial + 1):
            row = {"serial": serial, "kind": act.kind.value, "station": act.station, "path": act.path}
            rows.append(row | {"sha256": act.document, "verdict": act.verdict, "act": encode(act).decode()})
        _insert(connection, JOURNAL, (row | {"at": changes.at} for row in rows))
        self._insert_contents(connection, changes, changes.named())

    def _insert_contents(self, connection: Connection, changes: Changes, wanted: Sequence[Hash]) -> None:
        """Every file that is named, once; a long one is on the medium already."""
        known: set[Hash] = set()
        for start in range(0, len(wanted), _ROWS):
            some = wanted[start : start + _ROWS]
            known |= set(connection.execute(select(CONTENT.c.sha256).where(CONTENT.c.sha256.in_(some))).scalars())
        serial = self.serial + len(changes.acts)
        rows = (self._content(changes, sha256) | {"serial": serial} for sha256 in wanted if sha256 not in known)
        _insert(connection, CONTENT, rows)

    def _content(self, changes: Changes, sha256: Hash) -> dict[str, Any]:
        data = changes.files.get(sha256)
        if data is not None and digest(data) == sha256 and len(data) <= INLINE_BYTES:
            return {"sha256": sha256, "size": len(data), "data": data}
        path = self.files.path(sha256)
        if not path.is_file():
            raise lost(sha256)
        return {"sha256": sha256, "size": path.stat().st_size, "data": None}

    def _insert_shown(self, connection: Connection, changes: Changes) -> None:
        logged = [each for each in changes.shown if is_logged(each.path)]
        serial, total = self.serial + len(changes.acts), self.leaf_count + len(logged)
        rows = [{"path": each.path, "sha256": each.sha256, "size": each.size, "serial": serial} for each in logged]
        _insert(connection, LEAF, (row | {"place": place} for place, row in enumerate(rows, self.leaf_count)))
        others = [each for each in changes.shown if not is_logged(each.path)]
        rows = [{"path": each.path, "sha256": each.sha256, "size": each.size, "serial": serial} for each in others]
        _insert(connection, BESIDE, (row | {"leaves": total} for row in rows))

    def _count(self, changes: Changes) -> None:
        self.serial += len(changes.acts)
        self.leaf_count += sum(is_logged(each.path) for each in changes.shown)


_UPDATE_STATION = (
    update(STATION)
    .where(STATION.c.code == bindparam("named"))
    .values({name: bindparam(name) for name in StationRow._fields if name != "code"})
)


def _update_stations(connection: Connection, rows: Sequence[StationRow]) -> None:
    """All of them in one go: a database that is asked row by row answers each."""
    if rows:
        connection.execute(_UPDATE_STATION, [{"named": row.code, **_without_code(row)} for row in rows])


def _without_code(row: StationRow) -> dict[str, Any]:
    return {name: value for name, value in row._asdict().items() if name != "code"}


def _highest(connection: Connection, column: Any, empty: int) -> int:
    found = connection.execute(select(func.max(column))).scalar()
    return empty if found is None else int(found)


def _insert(connection: Connection, table: Any, rows: Iterable[Mapping[str, Any]]) -> None:
    every = list(rows)
    for start in range(0, len(every), _ROWS):
        connection.execute(insert(table), every[start : start + _ROWS])
