"""A centre's database comes up from nothing, has the tables that the code names, and has one writer."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from urna.errors import Malformed, OutOfOrder
from urna.storage.centre_database import OneWriter, migrate, open_engine
from urna.storage.centre_tables import METADATA


def test_the_steps_make_the_tables_that_the_code_names(database: str, tmp_path: Path) -> None:
    """From an empty database; taking them again changes nothing."""
    engine = open_engine(tmp_path, database)
    migrate(engine)
    migrate(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


def test_a_second_writer_is_refused_until_the_first_lets_go(database: str, tmp_path: Path) -> None:
    """In the same folder, whatever the database."""
    engine = open_engine(tmp_path, database)
    first = OneWriter(tmp_path, engine)
    with pytest.raises(OutOfOrder, match="no other process"):
        OneWriter(tmp_path, engine)
    first.hold()
    first.let_go()
    OneWriter(tmp_path, engine).let_go()
    engine.dispose()


def test_two_folders_cannot_write_one_postgresql(database: str, tmp_path: Path) -> None:
    """The lock is in the database; each SQLite is in a folder of its own."""
    folders = [tmp_path / name for name in ("a", "b")]
    for folder in folders:
        folder.mkdir()
    engines = [open_engine(folder, database) for folder in folders]
    first = OneWriter(folders[0], engines[0])
    if database:
        with pytest.raises(OutOfOrder):
            OneWriter(folders[1], engines[1])
    else:
        OneWriter(folders[1], engines[1]).let_go()
    first.let_go()
    for engine in engines:
        engine.dispose()


@pytest.mark.parametrize("url", ["mysql://x/y", "nothing", "sqlite+pysqlcipher:///x"])
def test_another_address_is_refused(url: str, tmp_path: Path) -> None:
    """Only SQLite and PostgreSQL are known."""
    with pytest.raises(Malformed):
        open_engine(tmp_path, url)


def test_what_goes_wrong_names_no_value(database: str, tmp_path: Path) -> None:
    """Errors of the database come to logs and terminals; a secret that was to be written is in none."""
    engine = open_engine(tmp_path, database)
    with pytest.raises(DBAPIError) as caught, engine.connect() as connection:
        connection.execute(text("SELECT * FROM nothing WHERE name = :name"), {"name": "a-secret"})
    assert "a-secret" not in str(caught.value)
    engine.dispose()
