"""The databases that a centre runs on: SQLite in a folder, and a real PostgreSQL that the tests start themselves."""

import atexit
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
import pytest

_numbers = count(1)


class Postgres:
    """A server of its own in a folder of its own, reached by a socket there and by no network.

    PostgreSQL refuses to run as root, so root runs it as the user `postgres`.
    """

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="urna-pg-", dir="/tmp"))
        self._as: list[str] = []
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            self._as = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
        self._run("initdb", "-D", self._data, "-U", "urna", "--auth=trust", "--no-sync", "-E", "UTF8")
        self.start()

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def start(self) -> None:
        """Starts the server and waits until it answers."""
        settings = f"-k {self.folder} -c listen_addresses='' -c max_connections=40"
        self._run("pg_ctl", "-D", self._data, "-w", "-l", str(self.folder / "log"), "-o", settings, "start")

    def stop(self, mode: str = "immediate") -> None:
        """Ends it: `immediate` as a power cut would, `fast` in order."""
        self._run("pg_ctl", "-D", self._data, "-m", mode, "-w", "stop")

    def remove(self) -> None:
        """Ends it for good."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def new_database(self) -> str:
        """The address of an empty database."""
        name = f"urna_{next(_numbers)}"
        with psycopg.connect(f"host={self.folder} user=urna dbname=postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload, unused-ignore]
        return f"postgresql+psycopg://urna@/{name}?host={self.folder}"

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._as, str(self.programs / program), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, cwd="/")


@cache
def postgres_server() -> Postgres | None:
    """The server of this test process; None where PostgreSQL is not installed, or only root is and no `postgres`."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        user = None
    if not found or (os.geteuid() == 0 and (user is None or shutil.which("setpriv") is None)):
        return None
    server = Postgres(found[-1].parent)
    atexit.register(server.remove)
    return server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty database of each kind; "" is SQLite in the centre's own folder."""
    if request.param == "sqlite":
        yield ""
        return
    server = postgres_server()
    if server is None:
        pytest.skip("PostgreSQL is not installed (/usr/lib/postgresql/*/bin), or there is no user to run it")
    yield server.new_database()
