"""What `deploy/` starts is what urna has: options, addresses, files; and systemd reads the unit without complaint."""

import re
import shlex
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml  # type: ignore[import-untyped]  # a library of the tests' own libraries
from tests.center.parcels import at_work, make
from tests.tampering.builder import build

from urna.cli.center import app
from urna.cli.center_server import centre_addresses
from urna.web.center.limits import Limits

DEPLOY = Path(__file__).parent.parent / "deploy"
UNIT, BACKUP = DEPLOY / "urna-center.service", DEPLOY / "urna-center-backup.service"


def compose() -> dict[str, Any]:
    """The compose file."""
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return found


def read_command(words: list[str]) -> dict[str, Any]:
    """What `urna center` makes of a command line; raises what the command line raises."""
    verb, *rest = words
    command = typer.main.get_command(app)
    chosen = command.commands[verb]  # type: ignore[attr-defined]  # a group's
    with chosen.make_context(verb, rest, resilient_parsing=False) as context:
        return dict(context.params)


def settings(section: str, unit: Path = UNIT) -> list[tuple[str, str]]:
    """The lines of a section of a unit."""
    text = unit.read_text().partition(f"[{section}]\n")[2].partition("\n[")[0]
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(name, value) for name, _, value in (line.partition("=") for line in lines)]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_reads_the_units(tmp_path: Path) -> None:
    """Without complaint, and it complains of a setting that there is not."""
    for each in DEPLOY.glob("urna-center-backup.*"):
        shutil.copy(each, tmp_path)
    timer = ["systemd-analyze", "verify", str(tmp_path / "urna-center-backup.timer")]
    found = subprocess.run(timer, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, "")
    own = tmp_path / UNIT.name
    program = tmp_path / "urna"
    program.write_text("#!/bin/sh\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    text = UNIT.read_text().replace("/opt/urna/.venv/bin/urna", str(program))
    verify = ["systemd-analyze", "verify", str(own)]
    own.write_text(text)
    found = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, "")
    own.write_text(text.replace("ProtectHome=yes", "ProtectHomes=yes"))
    assert "ProtectHomes" in subprocess.run(verify, capture_output=True, text=True, check=False).stderr


def test_the_unit_starts_a_command_that_there_is() -> None:
    """Its options are those of `serve`, and its key and passphrase come as credentials, never by a readable file."""
    service = settings("Service")
    command = shlex.split(dict(service)["ExecStart"].replace("$URNA_CENTER_OPTIONS", "--pages https://centre.example"))
    assert command[1] == "center"
    read = read_command(command[2:])
    credentials = [value.partition(":")[0] for name, value in service if name == "LoadCredential"]
    assert {Path(read["log_key"]).name, Path(read["passphrase_file"]).name} == set(credentials)
    assert read["log_format"] == "json"
    assert dict(service)["KillSignal"] == "SIGTERM"


def test_the_timers_command_is_one_that_there_is() -> None:
    """With the key's passphrase, so that desk.key is in every backup."""
    command = shlex.split(dict(settings("Service", BACKUP))["ExecStart"])
    assert command[:2] == ["/bin/sh", "-c"]
    words = shlex.split(command[2].replace("%%", "%"))
    assert words[:3] == ["exec", "/opt/urna/.venv/bin/urna", "center"]
    read = read_command(words[3:])
    assert (read["log_format"], Path(read["log_key"]).name) == ("json", "log.key")
    assert str(read["folder"]) == "%S/urna/centre"


def test_compose_starts_a_command_that_there_is() -> None:
    """Its options are those of `serve`; every file that it names is a secret that it was given."""
    centre = compose()["services"]["centre"]
    read = read_command(
        [word.replace("${URNA_ORIGIN:?as https://centre.example}", "https://x") for word in centre["command"]]
    )
    named = {Path(read[each]).name for each in ("log_key", "passphrase_file", "tls_cert", "tls_key")}
    assert named <= set(centre["secrets"])
    assert read["station_certificates"] is True
    assert centre["ports"] == [f"443:{read['port']}"]
    assert any(str(read["folder"]).startswith(volume.partition(":")[2]) for volume in centre["volumes"])


def test_compose_names_only_what_it_has() -> None:
    """Secrets, volumes and networks of the services are those below; a service waits for one that has a health."""
    found = compose()
    services = found["services"]
    for service in services.values():
        assert set(service["secrets"]) <= set(found["secrets"])
        assert {volume.partition(":")[0] for volume in service["volumes"]} <= set(found["volumes"])
        assert set(service["networks"]) <= set(found["networks"])
        assert service["restart"] == "unless-stopped"
    assert services["centre"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert "pg_isready" in services["database"]["healthcheck"]["test"]
    assert "ports" not in services["database"]
    assert all(secret["file"].startswith("./secrets/") for secret in found["secrets"].values())


def test_both_ask_a_health_that_the_centre_answers(tmp_path: Path) -> None:
    """The address of the container's question is one of the centre's."""
    make(build(), tmp_path / "centre")
    question = compose()["services"]["centre"]["healthcheck"]["test"]
    with at_work(build(), tmp_path / "centre") as service:
        paths = set(centre_addresses(service, Limits()).openapi()["paths"])
    assert re.sub(r"^https://[^/]*", "", question[-1]) in paths
    assert question[1:3] == ["python", "/opt/urna/deploy/healthy.py"]


def test_the_image_has_what_the_files_name() -> None:
    """What is copied is there; PostgreSQL's programs are of the database's version."""
    text = (DEPLOY / "Dockerfile").read_text()
    for source in re.findall(r"^COPY (\S+) ", text, re.MULTILINE):
        assert (DEPLOY.parent / source).exists(), source
    version = re.search(r"postgresql-client-(\d+)", text)
    assert version is not None
    assert compose()["services"]["database"]["image"].startswith(f"postgres:{version[1]}-")


def test_the_containers_question_says_what_it_heard() -> None:
    """Nobody there: exit code 1, and why."""
    found = subprocess.run(
        [sys.executable, str(DEPLOY / "healthy.py"), "https://127.0.0.1:9/health/ready"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 1
    assert "refused" in found.stderr
