"""`urna witness` as an observer uses it: a key, a log to watch, cosignatures over the network and from a stick."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.log.keys import LOG
from tests.observer.asking import asked, grown, signed
from tests.tampering.builder import Keys
from tests.tampering.builder import definition as small_definition

from urna.cli.main import main
from urna.crypto.kdf import Cost
from urna.crypto.keyfile import NONCE_BYTES, SALT_BYTES, seal_key
from urna.devices.witness_line import ask_witness
from urna.encoding.document import sign_document
from urna.log.cosignature import WitnessPolicy, WitnessVerifier, open_witnessed
from urna.log.note import add_signatures, parse_signature
from urna.observer.evidence import Forked, encode_fork

NAME = "observers.example/w1"
PASSPHRASE = "maíz barco lluvia siete"  # noqa: S105 - of keys that live as long as a test


class Desk(NamedTuple):
    """An observer's folder, and what is printed for other people."""

    folder: Path
    words: Path
    verifier: WitnessVerifier

    def sign(self, place: Path, file: Path) -> int:
        """Cosigns without a network."""
        return run("sign", self.folder, place, "--out", file, "--passphrase-file", self.words, "--yes")


def run(*arguments: object) -> int:
    """`urna witness …`."""
    return main(["witness", *(str(argument) for argument in arguments)])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a key file that opens fast; what `urna witness init` makes is slow to open on purpose."""
    folder = tmp_path_factory.mktemp("witness")
    (folder / "words").write_text(PASSPHRASE + "\n")
    data = seal_key(NAME, bytes(32), PASSPHRASE, salt=bytes(SALT_BYTES), nonce=bytes(NONCE_BYTES), cost=Cost.TOY)
    (folder / "witness.key").write_bytes(data)
    return folder


@pytest.fixture
def desk(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    """A witness that took the key file and watches the tests' log."""
    folder = tmp_path / "w1"
    assert run("init", folder, "--key", made / "witness.key") == 0
    printed = capsys.readouterr().out
    vkey = re.search(r"(\S+\+[0-9a-f]{8}\+\S+)", printed)
    assert vkey
    assert run("watch", folder, "--log", LOG.verifier.vkey()) == 0
    return Desk(folder, made / "words", WitnessVerifier.of(vkey[1]))


@contextmanager
def serving(desk: Desk) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The witness as a process of its own, and its address."""
    command = ["witness", "serve", str(desk.folder), "--port", "0", "--passphrase-file", str(desk.words)]
    process = subprocess.Popen(
        [sys.executable, "-m", "urna.cli.main", *command],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "LANG": "C"},
    )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if match := re.search(r"http://\S+", line):
                yield match[0], process
                break
        else:
            pytest.fail("the witness did not start")
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_the_printed_lines_go_into_a_definition(made: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The key's name and public half, as election.toml takes them; nobody else may read the key."""
    assert run("init", tmp_path / "w2", "--key", made / "witness.key", "--person", "An observer") == 0
    printed = capsys.readouterr().out
    assert "[[authority.witness]]" in printed
    assert f'key_name = "{NAME}"' in printed
    assert (tmp_path / "w2" / "witness.key").stat().st_mode & 0o077 == 0
    assert run("init", tmp_path / "w2", "--key", made / "witness.key") == 2
    assert run("init", tmp_path / "w3") == 2


@pytest.mark.slow
def test_a_new_witness_has_a_key_of_its_own(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its name and its key are printed for logs and verifiers, in C2SP's format for cosignatures."""
    assert run("init", tmp_path / "w1", "--name", NAME, "--passphrase-file", made / "words") == 0
    vkey = re.search(r"(\S+\+[0-9a-f]{8}\+\S+)", capsys.readouterr().out)
    assert vkey
    assert WitnessVerifier.of(vkey[1]).name == NAME
    assert run("init", tmp_path / "w1", "--name", NAME, "--passphrase-file", made / "words") == 2


@pytest.mark.slow
def test_a_log_is_cosigned_over_the_network(desk: Desk) -> None:
    """A centre asks a process of its own; the cosignature verifies with the printed key; the next process goes on."""
    log, policy = grown(9), WitnessPolicy(witnesses=(desk.verifier,), threshold=1)
    for size in (4, 9):
        with serving(desk) as (address, _):
            line = ask_witness(address, desk.verifier, signed(log, size), partial(log.growth_proof, new=size))
            assert open_witnessed(add_signatures(signed(log, size), [line]), LOG.verifier, policy).size == size


def test_a_witness_that_is_told_to_end_ends(desk: Desk) -> None:
    """By the signal that systemd and Ctrl-C send; the folder is free then."""
    with serving(desk) as (_, process):
        process.send_signal(signal.SIGTERM)
        process.wait(120)
    assert run("watch", desk.folder, "--log", LOG.verifier.vkey()) == 0


def test_a_witness_without_a_network_cosigns_a_request_on_a_stick(desk: Desk, tmp_path: Path) -> None:
    """The same checks; a second history is refused, and its evidence kept."""
    stick, line = tmp_path / "request", tmp_path / "cosignature"
    for old, new in ((0, 4), (4, 9)):
        stick.write_bytes(asked(grown(9), old, new))
        assert desk.sign(stick, line) == 0
        assert parse_signature(line.read_text().strip()).name == NAME
    stick.write_bytes(asked(grown(9, "forged"), 9))
    line.unlink()
    assert desk.sign(stick, line) == 2
    assert not line.exists()
    (evidence,) = (desk.folder / "forks").iterdir()
    assert run("judge", evidence, "--log", LOG.verifier.vkey()) == 0


def test_a_witness_without_a_network_cosigns_a_record(desk: Desk, tmp_path: Path) -> None:
    """It reads every entry of the log, and makes the proof from what it knows itself."""
    record, line = tmp_path / "record", tmp_path / "cosignature"
    for size in (3, 300):
        write_log(record, size)
        assert desk.sign(record, line) == 0
        cosigned = add_signatures((record / "log/checkpoint").read_bytes(), [parse_signature(line.read_text().strip())])
        assert (
            open_witnessed(cosigned, LOG.verifier, WitnessPolicy(witnesses=(desk.verifier,), threshold=1)).size == size
        )
    write_log(record, 3)
    assert desk.sign(record, line) == 2
    write_log(record, 300)
    (record / "log/tile/entries/001.p/44").write_bytes(b"x")
    assert desk.sign(record, line) == 2


def write_log(record: Path, size: int) -> None:
    """The log of a record, at a size."""
    log = grown(size)
    for path, data in [*log.files(), ("checkpoint", signed(log))]:
        file = record / "log" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


def test_evidence_that_proves_nothing_is_told_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1 for two checkpoints of a log that grew, 2 for a file that is none."""
    file = tmp_path / "evidence"
    file.write_bytes(encode_fork(Forked.of_one_size(LOG.verifier, signed(grown(3)), signed(grown(3)))))
    assert run("judge", file, "--log", LOG.verifier.vkey()) == 1
    assert "proves nothing" in capsys.readouterr().out
    file.write_bytes(b"{}")
    assert run("judge", file, "--log", LOG.verifier.vkey()) == 2
    assert run("judge", file) == 2


def test_a_definition_names_the_log(desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The log that officers signed for is watched; a witness that is not named there hears it."""
    keys = Keys.make()
    note = tmp_path / "definition.note"
    note.write_bytes(sign_document(small_definition(keys), keys.officers))
    assert run("watch", desk.folder, "--definition", note) == 0
    printed = capsys.readouterr().out
    assert keys.log.name in printed
    assert "does not name this witness" in printed
