"""The trail: who did what at the centre's pages, each entry with the hash of the one before it. Nothing is taken out.

Whoever owns the database could write the whole trail anew; its last hash, noted elsewhere (it stands on the page and in
every export), is what such a trail has to contradict.
"""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection, Engine, insert, select, update

from urna.encoding.canonical import Hash, Moment, Record, decode, digest, encode
from urna.errors import Unproven
from urna.storage.centre_operator_tables import TRAIL, TRAIL_HEAD
from urna.words import Sentence


class TrailEntry(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/trail-entry/1"):
    """One act of a person; no entry has a password, a code or a link."""

    serial: int
    before: Hash
    at: Moment
    who: str
    what: str
    station: str = ""
    detail: str = ""


class TrailHead(NamedTuple):
    """The last entry."""

    serial: int
    sha256: Hash


def write_entry(
    connection: Connection, *, at: Moment, who: str, what: str, station: str = "", detail: str = ""
) -> TrailEntry:
    """Adds an entry in a transaction of the caller, together with what it tells of.

    The head is changed first: two writers wait for each other there, on SQLite and on PostgreSQL.
    """
    connection.execute(update(TRAIL_HEAD).values(serial=TRAIL_HEAD.c.serial + 1))
    head = connection.execute(select(TRAIL_HEAD.c.serial, TRAIL_HEAD.c.sha256)).one()
    entry = TrailEntry(
        serial=head.serial, before=head.sha256, at=at, who=who, what=what, station=station, detail=detail
    )
    data = encode(entry)
    hashed = digest(data)
    connection.execute(
        insert(TRAIL).values(serial=head.serial, entry=data.decode(), sha256=hashed, who=who, station=station)
    )
    connection.execute(update(TRAIL_HEAD).values(sha256=hashed))
    return entry


class Trail:
    """The trail of a centre.

    Args:
        engine: its database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def write(self, *, at: Moment, who: str, what: str, station: str = "", detail: str = "") -> None:
        """Adds an entry of its own."""
        with self._engine.begin() as connection:
            write_entry(connection, at=at, who=who, what=what, station=station, detail=detail)

    def head(self) -> TrailHead:
        """The last entry's number and hash; number 0 of an empty trail."""
        with self._engine.connect() as connection:
            row = connection.execute(select(TRAIL_HEAD.c.serial, TRAIL_HEAD.c.sha256)).one()
        return TrailHead(row.serial, row.sha256)

    def newest(self, most: int = 200, station: str = "") -> list[TrailEntry]:
        """The last entries, the newest first; of one station if it is named."""
        query = select(TRAIL.c.entry).order_by(TRAIL.c.serial.desc()).limit(most)
        query = query.where(TRAIL.c.station == station) if station else query
        with self._engine.connect() as connection:
            return [decode(row.entry.encode(), TrailEntry) for row in connection.execute(query)]

    def lines(self) -> Iterator[bytes]:
        """Every entry's canonical bytes, one a line, in order; SHA-256 of a line without its end is its hash."""
        with self._engine.connect() as connection:
            for row in connection.execute(select(TRAIL.c.entry).order_by(TRAIL.c.serial)):
                yield row.entry.encode() + b"\n"


def check_trail(lines: Iterator[bytes], head: TrailHead | None = None) -> TrailHead:
    """The last entry of an export in which each entry names the one before it.

    Args:
        lines: of the export.
        head: what was noted elsewhere, to be compared.

    Raises:
        Malformed: a line is no entry.
        Unproven: an entry is missing, or was changed, or the end is another one.
    """
    last = TrailHead(0, "0" * 64)
    for line in lines:
        data = line.removesuffix(b"\n")
        entry = decode(data, TrailEntry)
        if (entry.serial, entry.before) != (last.serial + 1, last.sha256):
            raise _broken(last.serial + 1)
        last = TrailHead(entry.serial, digest(data))
    if head is not None and head != last:
        raise _broken(head.serial)
    return last


def _broken(serial: int) -> Unproven:
    return Unproven(
        Sentence("entry {serial} as it was written", {"serial": serial}),
        Sentence("a missing or another one"),
        Sentence("Somebody changed the trail. Keep it as it is, and compare it with the exports that others have."),
    )
