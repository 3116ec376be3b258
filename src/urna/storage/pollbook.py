"""The poll book's medium: one SQLite file that survives a power cut at any instant and keeps no order.

What each setting is for:

    locking_mode=EXCLUSIVE   one process; and the index of the journal stays in memory, not in a file
    journal_mode=WAL         an act is one append and one sync
    synchronous=FULL         that sync happens before COMMIT returns: an acknowledged act is on the medium
    wal_autocheckpoint=1     the journal holds the last act only: older ones are overwritten by the next
    secure_delete=ON         what is replaced is overwritten with zeros
    temp_store=MEMORY        no temporary files, with their own traces
    cell_size_check=ON       a damaged page is reported and not believed

The electors' tables have no row numbers: WITHOUT ROWID, primary key a keyed hash. Everything but the state of
the day is sealed by the poll book before it comes here (station/pollbook_rows). ADR 0052 has the alternatives.
"""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Protocol

from urna.errors import Malformed, OutOfOrder
from urna.station.day import FIRST
from urna.words import Sentence

FORMAT = 2
APPLICATION_ID = 0x55524E50
""" "URNP" """

_PRAGMAS = (
    "locking_mode=EXCLUSIVE",  # first: it decides how the journal's index is kept
    "journal_mode=WAL",
    "synchronous=FULL",
    "wal_autocheckpoint=1",
    "secure_delete=ON",
    "temp_store=MEMORY",
    "cell_size_check=ON",
    "trusted_schema=OFF",
)

_TABLES = (
    "CREATE TABLE day (id INTEGER PRIMARY KEY CHECK (id = 1), state TEXT NOT NULL) STRICT",
    "CREATE TABLE people (id INTEGER PRIMARY KEY CHECK (id = 1), sealed BLOB NOT NULL) STRICT",
    "CREATE TABLE elector (row BLOB PRIMARY KEY, sealed BLOB NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE mark (row BLOB PRIMARY KEY, sealed BLOB NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE capture (row BLOB PRIMARY KEY, sealed BLOB NOT NULL) STRICT, WITHOUT ROWID",
)

Value = bytes | str


class Cursor(Protocol):
    """What a statement returns, in `sqlite3` and in `apsw`."""

    def fetchall(self) -> Sequence[tuple[object, ...]]:
        """All rows."""
        ...


class Connection(Protocol):
    """What is common to the connections of `sqlite3` and `apsw`."""

    def execute(self, sql: str, parameters: Sequence[Value] = ..., /) -> Cursor:
        """Run one statement; in no transaction but those that are asked for."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


Connect = Callable[[], Connection]
"""Opens a connection; `partial(sqlite3.connect, path, isolation_level=None)`, or another one in tests."""


def prepare_store(path: Path) -> "SqlitePollBook":
    """A new, empty store at this path, durable with its name in the folder.

    Raises:
        OutOfOrder: there is a file already.
    """
    if path.exists():
        raise OutOfOrder(
            Sentence("no poll book yet"),
            Sentence("a file"),
            Sentence("Open it; for a new day, take an empty medium."),
            str(path),
        )
    path.touch(mode=0o600)
    store = SqlitePollBook.prepare(partial(_connect, path))
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return store


def open_store(path: Path) -> "SqlitePollBook":
    """The store at this path, as it was left.

    Raises:
        Malformed: no file, or not a poll book's.
        OutOfOrder: another process has it open.
    """
    if not path.is_file():
        raise Malformed(
            Sentence("a poll book's file"), Sentence("none"), Sentence("Check the medium of this station."), str(path)
        )
    try:
        return SqlitePollBook(partial(_connect, path))
    except sqlite3.OperationalError as error:
        raise OutOfOrder(
            Sentence("a poll book that nothing else has open"),
            Sentence("one that cannot be used now ({reason})", {"reason": str(error)}),
            Sentence("Stop the other process of this station first."),
            str(path),
        ) from error
    except sqlite3.DatabaseError as error:
        raise Malformed(
            Sentence("a poll book's file"),
            Sentence("something else ({reason})", {"reason": str(error)}),
            Sentence("Check the medium of this station."),
            str(path),
        ) from error


def _connect(path: Path) -> Connection:
    # The face answers from several threads, one at a time under its lock; SQLite itself allows that.
    connection: Connection = sqlite3.connect(path, isolation_level=None, timeout=0, check_same_thread=False)
    return connection


class SqlitePollBook:
    """The store of one poll book (station/pollbook_rows.PollBookStore).

    Args:
        connect: opens the connection; it is kept until `close`.

    Raises:
        Malformed: not a poll book's file, or of another format.
    """

    def __init__(self, connect: Connect) -> None:
        self._connection = connect()
        try:
            _set_up(self._connection)
            _check_format(self._connection)
        except BaseException:
            self._connection.close()
            raise

    @classmethod
    def prepare(cls, connect: Connect) -> "SqlitePollBook":
        """A store with its tables, the day at its beginning and no electors.

        A power cut leaves either that or an empty file, which can be prepared again.
        """
        connection = connect()
        try:
            _set_up(connection)
            with _transaction(connection):
                for table in _TABLES:
                    connection.execute(table)
                connection.execute("INSERT INTO day VALUES (1, ?)", (str(FIRST),))
                connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version={FORMAT}")
        finally:
            connection.close()
        return cls(connect)

    @contextmanager
    def acting(self) -> Iterator[None]:
        """One durable transaction: on leaving, all that was written is on the medium; on an error, nothing."""
        with _transaction(self._connection):
            yield

    def day(self) -> str:
        """The state of the day."""
        return str(self._connection.execute("SELECT state FROM day").fetchall()[0][0])

    def write_day(self, day: str) -> None:
        """Write the state of the day."""
        self._connection.execute("UPDATE day SET state = ?", (str(day),))

    def people(self) -> bytes | None:
        """The sealed counts; None before the roll is loaded."""
        return _blob(self._connection.execute("SELECT sealed FROM people"))

    def write_people(self, sealed: bytes) -> None:
        """Write the sealed counts."""
        self._connection.execute("INSERT INTO people VALUES (1, ?) ON CONFLICT DO UPDATE SET sealed = ?1", (sealed,))

    def elector(self, row: bytes) -> bytes | None:
        """The sealed elector of a row; None when there is no such row."""
        return _blob(self._connection.execute("SELECT sealed FROM elector WHERE row = ?", (row,)))

    def mark(self, row: bytes) -> bytes:
        """The sealed mark of an elector's row."""
        return _blob(self._connection.execute("SELECT sealed FROM mark WHERE row = ?", (row,))) or b""

    def write_mark(self, row: bytes, sealed: bytes) -> None:
        """Write over the sealed mark of an elector's row."""
        self._connection.execute("UPDATE mark SET sealed = ? WHERE row = ?", (sealed, row))

    def write_capture(self, row: bytes, sealed: bytes) -> None:
        """Write the sealed capture of an elector's row, over the one that is there."""
        sql = "INSERT INTO capture VALUES (?, ?) ON CONFLICT DO UPDATE SET sealed = ?2"
        self._connection.execute(sql, (row, sealed))

    def captures(self) -> Sequence[bytes]:
        """All sealed captures; none where they are not kept."""
        found = self._connection.execute("SELECT sealed FROM capture ORDER BY row").fetchall()
        return [sealed for (sealed,) in found if isinstance(sealed, bytes)]

    def rows(self) -> Sequence[bytes]:
        """All electors' rows, sorted."""
        found = self._connection.execute("SELECT row FROM mark ORDER BY row").fetchall()
        return [row for (row,) in found if isinstance(row, bytes)]

    def load(self, entries: Iterable[tuple[bytes, bytes, bytes]]) -> None:
        """Write rows, each with its sealed elector and sealed mark, in this order."""
        for row, elector, mark in entries:
            self._connection.execute("INSERT INTO elector VALUES (?, ?)", (row, elector))
            self._connection.execute("INSERT INTO mark VALUES (?, ?)", (row, mark))

    def compact(self) -> None:
        """Rewrite the whole medium in the order of rows, leaving nothing of older contents.

        VACUUM builds the file anew, each table in the order of its keys, and writes it through the journal, so
        that whatever the journal's blocks held before is overwritten with the same ordered pages.
        """
        self._connection.execute("VACUUM").fetchall()
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Let go of the file; nothing is lost when it does not come to that."""
        self._connection.close()


def _set_up(connection: Connection) -> None:
    for pragma in _PRAGMAS:
        found = connection.execute(f"PRAGMA {pragma}").fetchall()
        if pragma.startswith("journal_mode") and found != [("wal",)]:
            raise Malformed(
                Sentence("a medium on which SQLite keeps a write-ahead log"),
                Sentence("one on which it does not"),
                Sentence("Use a local disk or stick, not a network folder."),
            )


def _check_format(connection: Connection) -> None:
    found = (_number(connection, "application_id"), _number(connection, "user_version"))
    if found != (APPLICATION_ID, FORMAT):
        raise Malformed(
            Sentence("a poll book's file of format {format}", {"format": FORMAT}),
            Sentence("another file or format"),
            Sentence("Check the medium of this station."),
        )


@contextmanager
def _transaction(connection: Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # The first error is the one to report; SQLite may have rolled back by itself already.
        with suppress(Exception):
            connection.execute("ROLLBACK")
        raise


def _number(connection: Connection, pragma: str) -> int:
    found = connection.execute(f"PRAGMA {pragma}").fetchall()[0][0]
    return found if isinstance(found, int) else -1


def _blob(cursor: Cursor) -> bytes | None:
    for (found,) in cursor.fetchall():
        if isinstance(found, bytes):
            return found
    return None
