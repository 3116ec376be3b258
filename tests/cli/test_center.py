"""`urna center` from the definition to a record that verifies: papers, a network, a stick, witnesses, a backup."""

import hashlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.center.parcels import CERTIFIED, parcel_of
from tests.tampering.builder import World, build, officers_sign

from urna.cli.center import centre_at_work
from urna.cli.center_inbox import take_inbox
from urna.cli.main import main
from urna.crypto.kdf import Cost
from urna.crypto.keyfile import NONCE_BYTES, SALT_BYTES, seal_key
from urna.devices.network_sender import NetworkSender
from urna.devices.stick_sender import StickSender
from urna.election.certification import RollCommitments
from urna.encoding.canonical import decode
from urna.encoding.document import read_document
from urna.errors import UrnaError
from urna.record.layout import DEFINITION, ROLL
from urna.station.sending import Parcel
from urna.storage.record import FolderReader
from urna.verify.procedure import verify_record

PASSPHRASE = "maíz barco lluvia siete"  # noqa: S105 - of keys that live as long as a test


class Hall(NamedTuple):
    """Where a centre stands, and the files that its people hold."""

    folder: Path
    papers: Path
    world: World
    signing: tuple[str, ...]
    """How its log's key is given."""

    def run(self, verb: str, *arguments: object) -> int:
        """`urna center VERB FOLDER …` with the log's key."""
        return main(["center", verb, str(self.folder), *(str(argument) for argument in arguments), *self.signing])


@pytest.fixture
def hall(tmp_path: Path) -> Hall:
    """The small world's; its keys open fast."""
    world = build()
    papers = tmp_path / "papers"
    papers.mkdir()
    for path in (DEFINITION, CERTIFIED, ROLL, "decisions/0001.note", "withdrawals/0001.note"):
        (papers / path.replace("/", "-")).write_bytes(world.files[path])
    (tmp_path / "words").write_text(PASSPHRASE + "\n")
    for name in ("log", "witness-1", "witness-2"):
        key_name = "cne.example/log" if name == "log" else f"{name}.example"
        (tmp_path / f"{name}.key").write_bytes(_closed(key_name, hashlib.sha256(name.encode()).digest()))
    signing = ("--log-key", str(tmp_path / "log.key"), "--passphrase-file", str(tmp_path / "words"))
    return Hall(tmp_path / "centre", papers, world, signing)


def _closed(name: str, seed: bytes) -> bytes:
    return seal_key(name, seed, PASSPHRASE, salt=bytes(SALT_BYTES), nonce=bytes(NONCE_BYTES), cost=Cost.TOY)


@contextmanager
def listening(*command: str) -> Iterator[str]:
    """A process of `urna`, and the address at which it says that it listens; told to end, it ends well."""
    process = subprocess.Popen(
        [sys.executable, "-m", "urna.cli.main", *command],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "LANG": "C"},
    )
    assert process.stdout is not None
    try:
        yield next(match[0] for line in process.stdout if (match := re.search(r"http://\S+", line)))
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) in {0, -signal.SIGTERM}
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@contextmanager
def witnesses(hall: Hall) -> Iterator[list[str]]:
    """Both witnesses of the definition, each a process; the options that name them."""
    home = hall.papers.parent
    for name in ("witness-1", "witness-2"):
        assert main(["witness", "init", str(home / name), "--key", str(home / f"{name}.key")]) == 0
        assert main(["witness", "watch", str(home / name), "--definition", str(hall.papers / DEFINITION)]) == 0
    serve = ("--port", "0", "--passphrase-file", str(home / "words"))
    with (
        listening("witness", "serve", str(home / "witness-1"), *serve) as first,
        listening("witness", "serve", str(home / "witness-2"), *serve) as second,
    ):
        yield ["--witness", f"witness-1.example={first}", "--witness", f"witness-2.example={second}"]


def made(hall: Hall) -> None:
    """The centre, with the papers of before the day."""
    assert hall.run("init", "--definition", hall.papers / DEFINITION) == 0
    (hall.papers / DEFINITION).rename(hall.papers / "definition.kept")
    assert hall.run("load", hall.papers) == 0
    (hall.papers / "definition.kept").rename(hall.papers / DEFINITION)


def test_a_night_from_the_command_line(hall: Hall, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """One station by network, the others by stick; published under two witnesses, it verifies; a backup is it again."""
    made(hall)
    with listening("center", "serve", str(hall.folder), "--port", "0", "--processes", "0", *hall.signing) as address:
        sender = NetworkSender(f"{address}/stations", tmp_path / "queue", seconds=60)
        sender.send(decode(parcel_of(hall.world, "B-01"), Parcel))
        assert hall.run("publish") == 2
        assert "one that is running already" in capfd.readouterr().err
    stick = tmp_path / "stick"
    stick.mkdir()
    for station in ("A-01", "A-02", "B-02"):
        StickSender(lambda: stick).send(decode(parcel_of(hall.world, station), Parcel))
    assert hall.run("receive", stick) == 0
    assert hall.run("results", "--status", "final", "--lot-seed", "46113") == 0
    with witnesses(hall) as named:
        assert hall.run("publish", named[0], named[1]) == 2
        assert "witness-2" in capfd.readouterr().err
        assert hall.run("publish", *named) == 0
    report = verify_record(FolderReader(hall.folder / "record"))
    assert report.failed == frozenset()
    assert main(["center", "backup", str(hall.folder), str(tmp_path / "backup")]) == 0
    backup = ["center", "restore", str(tmp_path / "backup")]
    assert main([*backup, str(tmp_path / "unasked")]) == 2
    assert "the last public checkpoint" in capfd.readouterr().err
    assert not (tmp_path / "unasked").exists()
    assert main([*backup, str(tmp_path / "again"), "--record", str(hall.folder / "record")]) == 0
    again = hall._replace(folder=tmp_path / "again")
    assert again.run("publish") == 0
    assert verify_record(FolderReader(tmp_path / "again" / "record")).failed == frozenset()


def test_papers_are_taken_once_and_in_order(hall: Hall, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever their file names; a second time they are there already; a file that is none is named."""
    made(hall)
    assert capsys.readouterr().out.count(": taken.") == 4
    kept = [path for path in hall.papers.iterdir() if path.name != DEFINITION]
    assert hall.run("load", *kept) == 0
    assert capsys.readouterr().out.count(": there already.") == 4
    (hall.papers / "other.json").write_text("{}")
    assert hall.run("load", hall.papers / "other.json") == 2
    assert "other.json" in capsys.readouterr().err


def test_papers_reach_a_centre_that_is_served(hall: Hall, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By its inbox, in its next round; what it refuses lies there with the reason."""
    assert hall.run("init", "--definition", hall.papers / DEFINITION) == 0
    (hall.papers / DEFINITION).unlink()
    inbox = hall.folder / "inbox"
    late = tmp_path / "late.note"
    late.write_bytes((hall.papers / "certifications-0001.note").read_bytes())
    assert main(["center", "hand-in", str(hall.folder), str(hall.papers)]) == 0
    with centre_at_work(hall.folder, hall.world.keys.log) as service:
        assert take_inbox(service, _fail) == 4
        assert len(list((inbox / "taken").iterdir())) == 4
        assert service.opened.centre.facts("B-01").keys is not None
        twice = hall.papers / "roll.note"
        twice.write_bytes(officers_sign(hall.world, read_document(twice.read_bytes(), RollCommitments), 3))
        assert main(["center", "hand-in", str(hall.folder), str(twice), str(late)]) == 0
        told: list[UrnaError] = []
        assert take_inbox(service, told.append) == 1
        assert len(told) == 1
    reason = next((inbox / "refused").glob("*.txt")).read_text()
    assert "one roll, committed before the day" in reason


def _fail(error: UrnaError) -> None:
    raise AssertionError from error


def test_a_stick_that_was_changed_is_refused(hall: Hall, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A byte in a file; a stick without any station; a sheet that the station did not sign is said and is exit 1."""
    made(hall)
    stick = tmp_path / "stick"
    stick.mkdir()
    assert hall.run("receive", stick) == 2
    StickSender(lambda: stick).send(decode(parcel_of(hall.world, "B-01"), Parcel))
    sheet = next(stick.glob("urna-*/sheet-0.note"))
    sheet.write_bytes(sheet.read_bytes()[:-2] + b"x\n")
    assert hall.run("receive", stick) == 2
    assert "Take another stick" in capsys.readouterr().err
    forged = decode(parcel_of(hall.world, "B-01", changes={"zero-1.note": b"none"}), Parcel)
    StickSender(lambda: stick).send(forged)
    assert hall.run("receive", stick) == 1
    assert "B-01: refused" in capsys.readouterr().out


def test_another_key_opens_no_centre(hall: Hall, capsys: pytest.CaptureFixture[str]) -> None:
    """Only the log's that the definition names; and nothing is made over a centre."""
    made(hall)
    home = hall.papers.parent
    other = hall._replace(signing=("--log-key", str(home / "witness-1.key"), "--passphrase-file", str(home / "words")))
    assert other.run("publish") == 2
    assert "Give the key file of the log" in capsys.readouterr().err
    assert hall.run("init", "--definition", hall.papers / DEFINITION) == 2
