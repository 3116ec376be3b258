"""`urna center operator`: accounts are made beside a running centre, links shown once, exports checked."""

import re
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.center.parcels import at_work, make
from tests.tampering.builder import build
from tests.web.center.serving import served
from typer.testing import CliRunner

from urna.cli.center import app
from urna.cli.center_operator import accounts, add_desk, clock
from urna.cli.center_server import centre_addresses
from urna.errors import OutOfOrder, Unproven
from urna.storage.centre_trail import Trail
from urna.web.center.limits import Limits


def run(*words: str | Path) -> str:
    """What the command says; its error as it is raised."""
    result = CliRunner().invoke(app, ["operator", *map(str, words)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A centre's."""
    make(build(), tmp_path / "centre")
    return tmp_path / "centre"


def test_accounts_are_made_while_the_centre_runs_or_not(folder: Path) -> None:
    """The link is shown, the account listed; a second one of the name is refused."""
    assert re.search(
        r"https://centre\.example/desk/link/[\w-]{43}\n",
        run("add", folder, "maria", "--role", "chief", "--origin", "https://centre.example/"),
    )
    with at_work(build(), folder):
        run("add", folder, "jose", "--role", "operator")
        run("block", folder, "jose")
    assert [line.split() for line in run("list", folder).splitlines()] == [
        ["jose", "operator", "blocked"],
        ["maria", "chief", "invited"],
    ]
    with pytest.raises(OutOfOrder, match="taken"):
        run("add", folder, "maria", "--role", "auditor")


def test_a_new_link_and_letting_in_again(folder: Path) -> None:
    """Both for names that there are, and no others."""
    run("add", folder, "maria", "--role", "chief")
    assert "/desk/link/" in run("link", folder, "maria")
    run("block", folder, "maria")
    run("unblock", folder, "maria")
    assert "invited" in run("list", folder)
    for act in ("link", "block", "unblock"):
        with pytest.raises(OutOfOrder, match="nobody of that name"):
            run(act, folder, "pedro")


def test_an_export_is_checked(folder: Path, tmp_path: Path) -> None:
    """As it is, and with a line taken out."""
    for name in ("maria", "jose"):
        run("add", folder, name, "--role", "chief")
    with at_work(build(), folder) as service:
        trail = Trail(service.opened.store.engine)
        lines, head = list(trail.lines()), trail.head()
    export = tmp_path / "trail.jsonl"
    export.write_bytes(b"".join(lines))
    assert head.sha256 in run("trail", export).replace("\n", "")
    export.write_bytes(b"".join(lines[1:]))
    with pytest.raises(Unproven):
        run("trail", export)


def test_the_pages_stand_beside_the_stations_addresses(folder: Path) -> None:
    """At /desk, of their own address alone, and in no description of the interface."""
    with at_work(build(), folder) as service:
        addresses = centre_addresses(service, Limits())
        add_desk(addresses, service, "https://centre.example")
        assert not [path for path in addresses.openapi()["paths"] if path.startswith("/desk")]
    with served(build(), folder) as centre:
        place = urlsplit(centre.address)
        connection = HTTPConnection(place.hostname or "", place.port, timeout=60)
        connection.request("GET", "/desk/sign-in")
        assert connection.getresponse().status == 404
        connection.close()


def test_the_clock_says_one_instant_in_two_ways(folder: Path) -> None:
    """And an account made by the command line is told by it in the trail."""
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", clock().moment)
    with accounts(folder) as operators:
        assert operators.everybody() == []
