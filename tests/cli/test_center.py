"""`urna center` from the definition to a record that verifies: papers, a network, a stick, witnesses, a backup."""

import hashlib
import json
import os
import re
import signal
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, TextIO

import pytest
from tests.center.parcels import CERTIFIED, parcel_of
from tests.tampering.builder import World, build, officers_sign, signing_key
from tests.tampering.hand_counts import build_hand_counts
from tests.web.center.serving import own_certificate

from urna.center.centre import Centre
from urna.cli import center_inbox, center_server
from urna.cli.center import centre_at_work
from urna.cli.center_inbox import take_inbox
from urna.cli.center_server import CentreServer, centre_addresses, ended_with_writer
from urna.cli.main import main
from urna.crypto.kdf import Cost
from urna.crypto.keyfile import NONCE_BYTES, SALT_BYTES, seal_key
from urna.devices.network_sender import NetworkSender
from urna.devices.station_line import station_line
from urna.devices.stick_sender import StickSender
from urna.election.certification import RollCommitments
from urna.encoding.canonical import decode
from urna.encoding.document import read_document
from urna.errors import OutOfOrder, UrnaError
from urna.record.layout import DEFINITION, ROLL
from urna.station.sending import NotSent, Parcel
from urna.storage.centre_operators import make_desk_key
from urna.storage.centre_sequencer import Step
from urna.storage.record import FolderReader
from urna.tally.results import Results
from urna.verify.procedure import verify_record
from urna.verify.report import Check, Status
from urna.web.center.limits import Limits
from urna.web.center.proxies import ON_THIS_MACHINE, Network
from urna.words import Sentence

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
def listening(*command: str, stderr: TextIO | None = None) -> Iterator[str]:
    """A process of `urna`, and the address at which it says that it listens; told to end, it ends well."""
    process = subprocess.Popen(
        [sys.executable, "-m", "urna.cli.main", *command],
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        env={**os.environ, "LANG": "C"},
    )
    assert process.stdout is not None
    try:
        yield next(match[0] for line in process.stdout if (match := re.search(r"https?://\S+", line)))
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


def test_a_served_centre_tells_programs_in_lines(hall: Hall, tmp_path: Path) -> None:
    """All of stderr is JSON, from the address to the end; so is what a backup says."""
    made(hall)
    errors = tmp_path / "errors"
    command = ("center", "serve", str(hall.folder), "--port", "0", "--processes", "0", "--log-format", "json")
    with errors.open("w") as stderr, listening(*command, *hall.signing, stderr=stderr) as address:
        NetworkSender(f"{address}/stations", tmp_path / "queue", seconds=60).send(
            decode(parcel_of(hall.world, "B-01"), Parcel)
        )
    lines = [json.loads(line) for line in errors.read_text().splitlines()]
    events = [line["event"] for line in lines]
    assert events[-1] == "ended"
    assert {"listening", "parcel", "request", "trouble"} <= set(events)  # no witness cosigns here
    assert next(line for line in lines if line["event"] == "parcel")["verdict"] == "accepted"
    told_to = ["center", "backup", str(hall.folder), str(tmp_path / "backup"), "--log-format", "json"]
    backup = subprocess.run(
        [sys.executable, "-m", "urna.cli.main", *told_to],
        capture_output=True,
        text=True,
        check=True,
    )
    told = [json.loads(line) for line in backup.stderr.splitlines()]
    assert [(line["event"], line.get("desk_key")) for line in told] == [("backup", False), ("ended", None)]


def test_a_centre_that_opens_its_own_lines_hears_a_station_alone(hall: Hall, tmp_path: Path) -> None:
    """`serve` with its certificate and the stations': the same parcel is refused without one, and taken with it."""
    made(hall)
    certificate, key = own_certificate(tmp_path)
    own = ("--tls-cert", str(certificate), "--tls-key", str(key), "--station-certificates")
    command = ("center", "serve", str(hall.folder), "--port", "0", "--processes", "0", *own)

    def line() -> ssl.SSLContext:
        return station_line(
            hall.world.election.identity,
            "B-01",
            signing_key("B-01/poll-book"),
            now=datetime.now(UTC),
            entropy=ssl.RAND_bytes,
            trust=certificate,
        )

    parcel = decode(parcel_of(hall.world, "B-01"), Parcel)
    with listening(*command, *hall.signing) as address:
        assert address.startswith("https://")
        nobody = NetworkSender(
            f"{address}/stations", tmp_path / "a", line=lambda: ssl.create_default_context(cafile=str(certificate))
        )
        with pytest.raises(NotSent, match="403"):
            nobody.send(parcel)
        answer = NetworkSender(f"{address}/stations", tmp_path / "b", seconds=60, line=line).send(parcel).answer
    assert json.loads(answer)["verdict"] == "accepted"


def test_a_centre_believes_the_named_web_servers_alone(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """`serve --behind-proxy` tells its server those and no other; nobody can name everybody."""
    made(hall)
    assert hall.run("serve", "--behind-proxy", "0.0.0.0/0") == 2
    assert "Name that server alone" in capfd.readouterr().err
    believed: list[str] = []

    def stops(*_: object, proxies: Sequence[Network], **__: object) -> None:
        believed.extend(map(str, proxies))
        raise OutOfOrder(Sentence("this test"), Sentence("the names"), Sentence("Go on."))

    monkeypatch.setattr("urna.cli.center.CentreServer", stops)
    assert hall.run("serve", "--behind-proxy", "10.0.0.5", "--behind-proxy", "10.1.0.0/16") == 2
    assert hall.run("serve") == 2
    assert believed == ["10.0.0.5/32", "10.1.0.0/16", *map(str, ON_THIS_MACHINE)]


def test_a_centre_that_does_not_start_says_so_in_lines(hall: Hall) -> None:
    """Exit code 2, and one entry."""
    command = ["center", "serve", str(hall.folder), "--log-format", "json", *hall.signing]
    found = subprocess.run(
        [sys.executable, "-m", "urna.cli.main", *command], capture_output=True, text=True, check=False
    )
    (line,) = [json.loads(line) for line in found.stderr.splitlines()]
    assert (found.returncode, line["event"], line["kind"]) == (2, "ended", "OutOfOrder")
    assert "urna center init" in line["remedy"]


def test_the_desks_key_goes_with_the_backup(hall: Hall, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Under the passphrase of the log's key, which is tried first: a mistyped one would seal what nobody opens."""
    made(hall)
    key = make_desk_key(hall.folder)
    assert main(["center", "backup", str(hall.folder), str(tmp_path / "plain")]) == 0
    assert "desk.key is not in it" in capsys.readouterr().out
    wrong = tmp_path / "wrong"
    wrong.write_text("otra frase de paso\n")
    mistyped = ("--log-key", str(tmp_path / "log.key"), "--passphrase-file", str(wrong))
    assert main(["center", "backup", str(hall.folder), str(tmp_path / "b"), *mistyped]) == 2
    assert not (tmp_path / "b").exists()
    assert main(["center", "backup", str(hall.folder), str(tmp_path / "b"), *hall.signing]) == 0
    back = ["center", "restore", str(tmp_path / "b")]
    assert main([*back, str(tmp_path / "without"), "--unpublished"]) == 0
    assert "was not restored" in capsys.readouterr().out
    assert main([*back, str(tmp_path / "with"), "--unpublished", *hall.signing]) == 0
    assert make_desk_key(tmp_path / "with") == key
    assert (
        main(["center", "restore", str(tmp_path / "plain"), str(tmp_path / "c"), "--unpublished", *hall.signing]) == 2
    )


def test_a_centre_whose_writer_broke_ends(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that whoever started it starts it again, and the state is taken from the journal."""
    made(hall)
    monkeypatch.setattr(center_server, "WATCH_SECONDS", 0.05)
    with centre_at_work(hall.folder, hall.world.keys.log) as service:
        server = CentreServer(centre_addresses(service, Limits()), "127.0.0.1", 0, lambda _: None)

        def breaks(_: Centre) -> Step:
            raise RuntimeError

        with ended_with_writer(service, server):
            thread = threading.Thread(target=server.run)
            thread.start()
            service.sequencer.submit(breaks)
            thread.join(30)
        assert not thread.is_alive()


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


def test_a_hand_count_counts_by_a_paper_that_is_loaded(hall: Hall, capsys: pytest.CaptureFixture[str]) -> None:
    """Sent on a stick, decided by the officers, loaded, published: the record verifies and counts it."""
    world = build_hand_counts()
    made(hall)
    stick = hall.papers.parent / "stick"
    stick.mkdir()
    for station in ("A-01", "A-02", "B-01", "B-02", "B-03"):
        StickSender(lambda: stick).send(decode(parcel_of(world, station), Parcel))
    assert hall.run("receive", stick) == 0
    decisions = hall.papers.parent / "decisions"
    decisions.mkdir()
    for serial in (2, 3, 4):
        (decisions / f"{serial}.note").write_bytes(world.files[f"decisions/{serial:04d}.note"])
    assert hall.run("load", decisions) == 0
    assert capsys.readouterr().out.count(": taken.") == 7
    assert hall.run("results", "--status", "final", "--lot-seed", "46113") == 0
    with witnesses(hall) as named:
        assert hall.run("publish", *named) == 0
    reader = FolderReader(hall.folder / "record")
    report = verify_record(reader)
    assert report.failed == frozenset()
    assert report.checks[Check.HAND_COUNTS - 1].status is Status.PASSED
    results = read_document(reader.read("results/0001.note", 1 << 20), Results)
    assert [each.hand is not None for each in results.stations] == [False, True, False, True, True]


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


def test_a_file_that_is_none_leaves_the_others_in_the_inbox_alone(hall: Hall, tmp_path: Path) -> None:
    """Each paper is judged by itself: what is none, or may not be read, is put away, and the rest is taken."""
    assert hall.run("init", "--definition", hall.papers / DEFINITION) == 0
    (hall.papers / DEFINITION).unlink()
    inbox = hall.folder / "inbox"
    assert main(["center", "hand-in", str(hall.folder), str(hall.papers)]) == 0
    (inbox / "0-first.note").write_text("no paper")
    (inbox / "zz-last.json").write_bytes(b"\xff\xfe")
    told: list[UrnaError] = []
    with centre_at_work(hall.folder, hall.world.keys.log) as service:
        assert take_inbox(service, told.append) == 4
        assert service.opened.centre.facts("B-01").keys is not None
    refused = {path.name for path in (inbox / "refused").iterdir()}
    assert refused == {"0-first.note", "0-first.note.txt", "zz-last.json", "zz-last.json.txt"}
    assert [error.where for error in told] == sorted(["0-first.note", "zz-last.json"])
    assert not [path for path in inbox.iterdir() if path.is_file()]


def test_a_file_that_nobody_may_read_stops_no_round(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A round that ended there would publish nothing any more; here root reads everything, so the system is played."""
    made(hall)
    inbox = hall.folder / "inbox"
    inbox.mkdir()
    (inbox / "closed.note").write_text("of somebody else")

    def closed(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(center_inbox, "read_limited", closed)
    told: list[UrnaError] = []
    with centre_at_work(hall.folder, hall.world.keys.log) as service:
        assert take_inbox(service, told.append) == 0
        assert take_inbox(service, _fail) == 0
    assert [error.where for error in told] == ["closed.note"]
    assert "the user that the centre runs as" in (inbox / "refused" / "closed.note.txt").read_text()


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
