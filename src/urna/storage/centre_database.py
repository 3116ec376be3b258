"""A centre's database, opened by its one writer: its tables are brought up to date, and a second writer is refused."""

import fcntl
import os
import time
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import NullPool, QueuePool

from urna.errors import Malformed, OutOfOrder
from urna.words import Sentence

LOCK_NUMBER: Final = 0x75726E61
"""Of PostgreSQL's advisory lock: "urna"."""

PATIENCE_SECONDS, PAUSE_SECONDS = 3.0, 0.1
"""PostgreSQL takes a moment to see that a process was killed or a line cut: until then that session has the lock."""

SQLITE, LOCK = "centre.sqlite", "lock"
MIGRATIONS = Path(__file__).parent / "centre_migrations"
_KINDS = frozenset({"sqlite", "postgresql+psycopg"})


def open_engine(folder: Path, url: str = "") -> Engine:
    """The database behind an address.

    Args:
        folder: the centre's.
        url: "postgresql+psycopg://…"; empty is SQLite in the centre's own folder.

    Raises:
        Malformed: an address of no such database.
    """
    try:
        address = make_url(url or f"sqlite:///{folder / SQLITE}")
    except ArgumentError as error:
        raise _no_address() from error
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    if address.drivername not in _KINDS:
        raise _no_address()
    if address.drivername == "sqlite":
        engine = create_engine(address, poolclass=QueuePool, pool_size=4, max_overflow=12, hide_parameters=True)
        event.listen(engine, "connect", _set_sqlite)
        return engine
    return create_engine(address, pool_size=4, max_overflow=12, pool_pre_ping=True, hide_parameters=True)


def migrate(engine: Engine) -> None:
    """Brings the tables up to date, all steps or none."""
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


class OneWriter:
    """Holds a centre alone until it is let go; the operating system and PostgreSQL let go of it when a process dies.

    Args:
        folder: the centre's, which only one process may write.
        engine: its database.

    Raises:
        OutOfOrder: another process has it.
    """

    def __init__(self, folder: Path, engine: Engine) -> None:
        self._engine = engine
        self._session: Connection | None = None
        self._file = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._take_session()
        except OSError as error:
            os.close(self._file)
            raise _taken() from error
        except BaseException:
            os.close(self._file)
            raise

    def hold(self) -> None:
        """Returns if this process still is the one writer; after PostgreSQL was started again it asks once more.

        Raises:
            OutOfOrder: another process was faster.
            DBAPIError: the database does not answer.
        """
        if self._session is None:
            self._take_session()
            return
        try:
            self._session.execute(text("SELECT 1"))
            self._session.commit()
        except DBAPIError:
            lost, self._session = self._session, None
            lost.invalidate()
            lost.close()
            self._take_session()

    def let_go(self) -> None:
        """Lets another process have it."""
        if self._session is not None:
            self._session.close()
            self._session = None
        os.close(self._file)

    def _take_session(self) -> None:
        """On PostgreSQL, in a session of its own, whose end frees the lock."""
        if self._engine.dialect.name != "postgresql":
            return
        patience = time.monotonic() + PATIENCE_SECONDS
        while (session := self._try_session()) is None:
            if time.monotonic() > patience:
                raise _taken()
            time.sleep(PAUSE_SECONDS)
        self._session = session

    def _try_session(self) -> Connection | None:
        # Without transactions of its own: to ask whether it still holds the lock is one question and one answer.
        alone = create_engine(self._engine.url, poolclass=NullPool, hide_parameters=True, isolation_level="AUTOCOMMIT")
        session = alone.connect()
        try:
            taken = session.execute(text("SELECT pg_try_advisory_lock(:number)"), {"number": LOCK_NUMBER}).scalar()
            session.commit()
        except DBAPIError:
            session.close()
            raise
        if taken:
            return session
        session.close()
        return None


def _set_sqlite(connection: object, _: object) -> None:
    """A commit is on the medium when it returns, and readers never wait for the writer."""
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _taken() -> OutOfOrder:
    return OutOfOrder(
        Sentence("a centre that no other process writes"),
        Sentence("one that is running already"),
        Sentence("Use the one that runs, or end it first: two would answer stations differently."),
    )


def _no_address() -> Malformed:
    return Malformed(
        Sentence("the address of a database, as postgresql+psycopg://user@host/name"),
        Sentence("another text"),
        Sentence("Leave it out to keep everything in the centre's folder."),
    )
