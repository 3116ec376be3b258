"""`urna observe` as a party or a newspaper uses it: on a folder, and on a server that nobody trusts."""

import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.observer.hostile_server import saying, serving
from tests.observer.records import KEYS, Published, published

from urna.cli.main import main
from urna.observer.memory import read_memory
from urna.record.layout import CHECKPOINT, DEFINITION, Kind, serial_path
from urna.storage.record import FolderReader


class Desk(NamedTuple):
    """Somebody's folder: a record as it was fetched, what was seen, what was kept."""

    folder: Path

    @property
    def record(self) -> Path:
        """Where the record lies."""
        return self.folder / "record"

    @property
    def state(self) -> Path:
        """What was seen so far."""
        return self.folder / "seen"

    @property
    def evidence(self) -> list[str]:
        """Names of files that were kept."""
        folder = self.folder / "seen.evidence"
        return sorted(path.name for path in folder.iterdir()) if folder.exists() else []

    def put(self, record: Published) -> None:
        """Makes the folder this record: each file whole and the checkpoint last, as a mirror does."""
        files, new = record.record.files, self.folder / "new"
        for path in sorted(files, key=lambda path: path == CHECKPOINT):
            place = self.record / path
            place.parent.mkdir(parents=True, exist_ok=True)
            new.write_bytes(files[path])
            new.replace(place)

    def observe(self, *options: object, record: str = "") -> int:
        """`urna observe`, once."""
        command = ["observe", record or self.record, "--state", self.state, "--patience", "0", *options]
        return main([str(word) for word in command])


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk with a record of 300 entries."""
    desk = Desk(tmp_path)
    desk.put(published(300))
    return desk


@contextmanager
def web(folder: Path) -> Iterator[str]:
    """A plain web server that carries a folder."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/record"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def test_a_record_that_grows_is_followed(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """The first look says where its keys are from; the second looks at what is new."""
    assert desk.observe() == 0
    assert "compare the number above" in capsys.readouterr().out
    desk.put(published(300, 310))
    assert desk.observe("--again", 0) == 0
    assert "310 entries" in (printed := capsys.readouterr().out)
    assert "files looked at: 10" in printed
    memory = read_memory(desk.state.read_bytes())
    assert (memory.checked, memory.missing, desk.evidence) == (310, (), [])


def test_a_server_is_followed_as_a_folder_is(desk: Desk) -> None:
    """The same state serves both: a mirror's folder and the centre's address are compared with each other."""
    with web(desk.folder) as address:
        assert desk.observe(record=address) == 0
        assert desk.observe("--whole") == 0
        (desk.record / serial_path(Kind.DECISION, 3)).unlink()
        assert desk.observe("--whole", record=address) == 1
    assert desk.evidence == ["decisions_0003.note.tlog-proof"]


def test_a_fork_leaves_evidence_that_convinces_a_stranger(desk: Desk, tmp_path: Path) -> None:
    """Another history under the log's own signature; the file is judged with the definition alone."""
    assert desk.observe() == 0
    desk.put(published(320, mark="forged", common=200))
    assert desk.observe() == 1
    (name,) = desk.evidence
    definition = tmp_path / "definition.note"
    definition.write_bytes(published(2).record.files[DEFINITION])
    judge = ["witness", "judge", str(tmp_path / "seen.evidence" / name), "--definition", str(definition)]
    assert main(judge) == 0
    assert desk.observe() == 1
    assert desk.evidence == [name]


@pytest.mark.parametrize(
    ("cheat", "title"),
    [
        (lambda desk: desk.put(published(100)), "ROLLED BACK"),
        (lambda desk: (desk.record / serial_path(Kind.DECISION, 7)).unlink(), "VANISHED"),
        (lambda desk: (desk.record / serial_path(Kind.DECISION, 7)).write_bytes(b"x"), "WAS CHANGED"),
        (lambda desk: (desk.record / "log/tile/0/000").unlink(), "LOG'S FILES ARE WRONG"),
        (lambda desk: (desk.record / CHECKPOINT).write_bytes(b"x"), "NOT SIGNED BY THE LOG"),
        (lambda desk: desk.put(Published(witnesses=()).grow(301)), "TOO FEW WITNESSES"),
    ],
)
def test_each_cheat_is_shouted_with_its_name(
    desk: Desk, capsys: pytest.CaptureFixture[str], cheat: Callable[[Desk], None], title: str
) -> None:
    """A sentence, exit code 1, and what was seen before is still known."""
    assert desk.observe() == 0
    cheat(desk)
    assert desk.observe("--whole") == 1
    assert title in capsys.readouterr().out
    assert read_memory(desk.state.read_bytes()).seen() is not None


def test_the_definition_and_the_officers_may_come_from_elsewhere(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Then the record's own word is not needed; another authority's record is refused."""
    keys, definition = tmp_path / "keys.txt", tmp_path / "definition.note"
    keys.write_text("\n".join([*(officer.verifier.vkey() for officer in KEYS.officers), "threshold 2"]))
    definition.write_bytes((desk.record / DEFINITION).read_bytes())
    assert desk.observe("--definition", definition, "--authority", keys) == 0
    assert "compare the number above" not in capsys.readouterr().out
    assert desk.observe("--authority", keys) == 2
    desk.state.unlink()
    keys.write_text("\n".join([*(officer.verifier.vkey() for officer in KEYS.officers[:2]), "threshold 2"]))
    assert desk.observe("--authority", keys) == 2


def test_checkpoints_of_other_people_are_compared(desk: Desk, tmp_path: Path) -> None:
    """A friend's from last night, and one that shows that somebody was shown another history."""
    friend = tmp_path / "friend"
    friend.write_bytes(published(40).record.files[CHECKPOINT])
    desk.put(published(40, 300))
    assert desk.observe("--seen", friend) == 0
    friend.write_bytes(published(40, mark="forged").record.files[CHECKPOINT])
    assert desk.observe("--seen", friend) == 1
    assert desk.evidence[0].startswith("fork-")


def test_a_witness_is_asked_what_it_cosigned(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """The same history is content; another is a fork; a witness that says nothing is named and passed over."""
    notes = {mark: published(40, mark=mark).record.files[CHECKPOINT] for mark in ("true", "forged")}
    for mark, status in (("true", 0), ("forged", 1)):
        asked: list[bytes] = []

        def witness(connection: object, head: bytes, note: bytes = notes[mark], asked: list[bytes] = asked) -> None:
            asked.append(head)
            connection.sendall(saying(200, note))  # type: ignore[attr-defined]

        with serving(witness) as address:
            assert desk.observe("--witness", f"{address}/w1") == status
        assert re.match(rb"GET /w1/[0-9a-f]{64}/checkpoint ", asked[0])
    with serving(lambda connection, _: connection.close()) as address:
        assert desk.observe("--witness", address) == 0
    assert address in capsys.readouterr().err


def test_a_server_that_does_not_answer_is_no_cheat(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2 and no evidence, for errors, redirects, closed doors; what was seen stays known."""
    assert desk.observe() == 0
    before = desk.state.read_bytes()
    for answer in (saying(500, b""), saying(302, b"", extra="Location: /x\r\n"), saying(200, b"x" * 50)[:-5], b""):

        def play(connection: object, _: bytes, answer: bytes = answer) -> None:
            connection.sendall(answer)  # type: ignore[attr-defined]

        with serving(play) as address:
            assert desk.observe(record=address) == 2
    assert desk.observe(record="http://127.0.0.1:1") == 2
    assert (desk.state.read_bytes(), desk.evidence) == (before, [])
    assert "✗" not in capsys.readouterr().out


def test_what_is_no_record_is_not_looked_at(desk: Desk) -> None:
    """A wrong path, a state that was changed by hand."""
    assert desk.observe(record=str(desk.folder / "nowhere")) == 2
    assert desk.observe() == 0
    desk.state.write_bytes(desk.state.read_bytes().replace(b'"edge":["', b'"edge":["f0', 1))
    assert desk.observe() == 2


@pytest.mark.slow
def test_a_monitor_follows_until_it_is_told_to_stop(desk: Desk) -> None:
    """Every second; what is published meanwhile is seen, what is taken away is shouted, Ctrl-C ends it with that."""
    options = ["--every", "0.2", "--patience", "0", "--again", "9"]
    command = ["observe", str(desk.record), "--state", str(desk.state), *options]
    # A suite that runs in the background ignores Ctrl-C, and what it starts would, too.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [sys.executable, "-m", "urna.cli.main", "--lang", "en", *command], stdout=subprocess.PIPE, text=True
    )
    signal.signal(signal.SIGINT, before)
    assert process.stdout is not None
    try:
        wait_for(process, "300 entries")
        desk.put(published(300, 305))
        wait_for(process, "305 entries")
        (desk.record / serial_path(Kind.DECISION, 304)).unlink()
        wait_for(process, "VANISHED")
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        assert process.wait(120) == 1
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    assert FolderReader(desk.record).read(CHECKPOINT, 10_000)


def wait_for(process: subprocess.Popen[str], words: str) -> None:
    """Reads what it prints until these words come."""
    assert process.stdout is not None
    for line in process.stdout:
        if words in line:
            return
    pytest.fail(f"it ended without {words}")
