"""What the units start, started without systemd: its user, its rights, its read-only system, its credentials.

systemd itself, which puts these around a process, is not run; its settings are read, and what they say is done by
`unshare`, `mount` and `setpriv`. Not done here: devices, address families, kernel settings, filters of system calls.
"""

import hashlib
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import urlopen

import pytest
from tests.center.parcels import make
from tests.cli.test_center import PASSPHRASE, _closed
from tests.tampering.builder import World, build
from tests.test_deploy import BACKUP, UNIT, settings

NOBODY = 65534
SECONDS = 90
"""The unit's own patience when it is told to end."""


def _can_shut_in() -> bool:
    if os.geteuid() != 0 or not all(shutil.which(each) for each in ("unshare", "setpriv")):
        return False
    probe = ["unshare", "--mount", "mount", "-o", "remount,bind,ro", "/"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


HIDDEN = (Path("/tmp"), Path("/root"), Path("/home"))  # noqa: S108 - what the units hide, not a place to write to
CHECKOUT = Path(__file__).resolve().parent.parent
"""Hidden from the units' processes if it lies in one of these."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        any(place in each.parents for place in HIDDEN for each in (CHECKOUT, Path(sys.prefix))),
        reason="the units hide /tmp, /root and /home: needs a checkout elsewhere, as an installed centre is",
    ),
    pytest.mark.skipif(not _can_shut_in(), reason="needs root, unshare, setpriv, and a kernel that lets them"),
]


class Machine(NamedTuple):
    """Where the units find what they name."""

    folder: Path
    world: World

    @property
    def state(self) -> Path:
        """What `StateDirectory` gives."""
        return self.folder / "state" / "urna"

    def start(self, unit: Path, options: str = "") -> "subprocess.Popen[bytes]":
        """Its process, as the unit says."""
        said = settings("Service", unit)
        names = {"%S": "state", "%C": "cache", "%d": "credentials"}
        line = dict(said)["ExecStart"].replace("$URNA_CENTER_OPTIONS", options)
        environment = " ".join(value for name, value in said if name == "Environment")
        for text, place in names.items():
            line = line.replace(text, str(self.folder / place))
            environment = environment.replace(text, str(self.folder / place))
        line = line.replace("%%", "%").replace("/var/backups/urna", str(self.folder / "backups"))
        command = line.replace("/opt/urna/.venv/bin/urna", f"{sys.prefix}/bin/urna")
        script = "\n".join(
            [
                "set -e",
                "mount --make-rprivate /",
                *(f"mount --bind {self.folder / each} {self.folder / each}" for each in ("state", "cache", "backups")),
                *self._python_in_sight(),
                "mount -o remount,bind,ro /",
                "mount -t tmpfs tmpfs /tmp",
                f"umask {dict(said)['UMask']}",
                f"cd / && exec env -i PATH=/usr/bin:/bin {environment} setpriv --reuid={NOBODY} --regid={NOBODY} "
                f"--clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all {command}",
            ]
        )
        with (self.folder / "errors").open("ab") as errors:
            return subprocess.Popen(["unshare", "--mount", "sh", "-c", script], stderr=errors)

    def _python_in_sight(self) -> list[str]:
        """The tests' Python may lie in a home, which is hidden from the user; a centre's must not (ProtectHome)."""
        home = Path("/", *Path(sys.base_prefix).parts[1:2])
        if home not in {Path("/root"), Path("/home")}:
            return []
        kept = self.folder / "python"
        kept.mkdir(exist_ok=True)
        return [
            f"mount --bind {sys.base_prefix} {kept}",
            f"mount -t tmpfs -o mode=755 tmpfs {home}",
            f"mkdir -p {sys.base_prefix}",
            f"mount --bind {kept} {sys.base_prefix}",
        ]

    def lines(self) -> list[dict[str, Any]]:
        """What the processes wrote: one object a line, and nothing else."""
        return [json.loads(each) for each in (self.folder / "errors").read_text().splitlines()]

    def wait_for(self, event: str, process: "subprocess.Popen[bytes]") -> dict[str, Any]:
        """The first entry of this kind."""
        until = time.monotonic() + SECONDS
        while time.monotonic() < until and process.poll() is None:
            found = [each for each in self.lines() if each["event"] == event] if self.has_whole_lines() else []
            if found:
                return found[0]
            time.sleep(0.1)
        raise AssertionError((self.folder / "errors").read_text())

    def has_whole_lines(self) -> bool:
        """Whether nothing is half written now."""
        text = (self.folder / "errors").read_bytes()
        return not text or text.endswith(b"\n")


@pytest.fixture
def machine() -> Iterator[Machine]:
    """With a centre, and the log's key as systemd shows it to the service's user alone."""
    folder = Path(tempfile.mkdtemp(prefix="urna-deploy-", dir="/var/tmp"))
    folder.chmod(0o755)
    try:
        world = build()
        for each in ("state/urna", "cache/urna", "credentials", "backups"):
            (folder / each).mkdir(parents=True)
        make(world, folder / "state" / "urna" / "centre")
        seed = hashlib.sha256(b"log").digest()
        (folder / "credentials" / "log.key").write_bytes(_closed(world.keys.log.name, seed))
        (folder / "credentials" / "log-key-passphrase").write_text(PASSPHRASE + "\n")
        for each in ("state/urna", "cache/urna", "credentials", "backups"):
            own(folder / each)
        yield Machine(folder, world)
    finally:
        shutil.rmtree(folder)


def own(folder: Path) -> None:
    """Everything of it is of the service's user, and nobody else reads it."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
        path.chmod(0o700 if path.is_dir() else 0o600)


def test_the_units_processes_run_shut_in(machine: Machine) -> None:
    """The centre answers as its own user, a backup is made beside it, and it ends well and in time when it is told."""
    centre = machine.start(UNIT, "--port 0 --pages https://centre.example --every 1")
    try:
        address = machine.wait_for("listening", centre)["address"]
        with urlopen(f"{address}/health/ready", timeout=30) as answer:  # noqa: S310 - of this machine
            assert answer.read() == b"ok\n"
        state = Path(f"/proc/{centre.pid}/status").read_text()
        rights = dict(line.split(":\t", 1) for line in state.splitlines() if ":\t" in line)
        assert set(rights["Uid"].split()) == {str(NOBODY)}
        assert (int(rights["CapEff"], 16), int(rights["CapBnd"], 16), rights["NoNewPrivs"]) == (0, 0, "1")
        mounts = [line.split() for line in Path(f"/proc/{centre.pid}/mountinfo").read_text().splitlines()]
        assert [each[5].split(",")[0] for each in mounts if each[4] == "/"] == ["ro"]
        backup = machine.start(BACKUP)
        assert backup.wait(SECONDS) == 0, machine.lines()
        told = next(each for each in machine.lines() if each["event"] == "backup")
        assert told["desk_key"]
        centre.send_signal(signal.SIGTERM)
        assert centre.wait(SECONDS) == 0
    finally:
        centre.kill()
        centre.wait()
    assert machine.lines()[-1]["event"] == "ended"
    made = [path for part in ("state", "cache", "backups") for path in (machine.folder / part / ".").rglob("*")]
    ours = [path for path in made if path.stat().st_uid == NOBODY]
    assert any("SHA256SUMS" in path.name for path in ours)
    assert not [path for path in ours if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]
