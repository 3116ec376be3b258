"""`urna guardian` as five guardians use it, each with a folder, a key file and a private file of their own."""

import hashlib
import re
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.election.officers import OFFICERS
from tests.guardian.forging import wrong_box
from tests.guardian.small import FEW, Counter, election, national_sheets, request, signing_keys
from tests.verify.encrypted_world import build_encrypted

from urna.ballot.ceremony import read_ceremony
from urna.ballot.keys import JointKeys
from urna.cli.main import main
from urna.crypto.kdf import Cost
from urna.crypto.keyfile import seal_key
from urna.encoding.canonical import decode, encode
from urna.encoding.document import sign_document
from urna.guardian.private import peek
from urna.guardian.request import OpeningRequest
from urna.guardian.stages import Stage
from urna.tally.aggregates import counted_sheet, plan_aggregates
from urna.tally.decryption import AggregateOpening, check_opening

WORDS = "maíz barco lluvia siete"
EVERYBODY = range(1, 6)


class Table(NamedTuple):
    """Where five guardians sit."""

    root: Path

    @property
    def note(self) -> Path:
        """The signed definition."""
        return self.root / "definition.note"

    def folder(self, guardian: int) -> Path:
        """A guardian's folder."""
        return self.root / f"guardian-{guardian}"

    def private(self, guardian: int) -> Path:
        """A guardian's private file."""
        return self.folder(guardian) / "private"

    def run(self, step: str, guardian: int, *more: object, secret: bool = True) -> int:
        """A guardian's command."""
        own = self.folder(guardian)
        command: list[object] = ["guardian", step, self.note, own, *more]
        if secret:
            command += ["--key", own / "signing.key", "--private", own / "private", "--passphrase-file", self.words]
        return main([str(each) for each in command])

    @property
    def words(self) -> Path:
        """The passphrase of all."""
        return self.root / "words"

    def all_run(self, step: str, guardians: range | tuple[int, ...] = EVERYBODY, *more: object) -> None:
        """Each guardian's command; then the sticks go round."""
        for guardian in guardians:
            assert self.run(step, guardian, *more) == 0
        self.carry()

    def carry(self) -> None:
        """Copies every paper to everybody, as sticks would; keys and private files stay where they are."""
        for kind in ("commitments", "coefficients", "shares", "joint", "openings"):
            for giver in EVERYBODY:
                for receiver in EVERYBODY:
                    source = self.folder(giver) / kind
                    if source.is_dir() and giver != receiver:
                        shutil.copytree(source, self.folder(receiver) / kind, dirs_exist_ok=True)

    def keys(self) -> JointKeys:
        """The joint keys, read from guardian 1's folder as anybody would."""
        commitments = [file.read_bytes() for file in (self.folder(1) / "commitments").glob("*.note")]
        coefficients = [file.read_bytes() for file in (self.folder(1) / "coefficients").glob("*.note")]
        return read_ceremony(election(), commitments, coefficients, (self.folder(1) / "joint-key.note").read_bytes())


@pytest.fixture
def table(tmp_path: Path) -> Table:
    """Five guardians with key files that open fast, and the definition that names them."""
    found = Table(tmp_path)
    found.words.write_text(WORDS + "\n")
    found.note.write_bytes(sign_document(election().definition, OFFICERS[:2]))
    draw = Counter("key files")
    for guardian in EVERYBODY:
        found.folder(guardian).mkdir()
        seed = hashlib.sha256(f"guardian {guardian - 1}".encode()).digest()
        data = seal_key(f"court.example/guardian-{guardian}", seed, WORDS, salt=draw(16), nonce=draw(12), cost=Cost.TOY)
        (found.folder(guardian) / "signing.key").write_bytes(data)
    return found


@pytest.fixture
def finished(table: Table) -> Table:
    """The ceremony held."""
    for step in ("commit", "coefficients", "shares", "accept"):
        table.all_run(step)
    for guardian in EVERYBODY:
        assert table.run("join", guardian, secret=False) == 0
    return table


def write_request(table: Table) -> Path:
    """What is to be opened."""
    file = table.root / "request.json"
    file.write_bytes(encode(request(table.keys().votes, national_sheets(FEW))))
    return file


@pytest.mark.slow
def test_five_make_a_key_and_three_open(finished: Table, capsys: pytest.CaptureFixture[str]) -> None:
    """The whole way by commands and files; what comes out verifies."""
    assert finished.run("join", 5, secret=False) == 0
    assert "All guardians signed." in capsys.readouterr().out
    asked = write_request(finished)
    with_these = [each for guardian in (1, 3, 4) for each in ("--with", guardian)]
    finished.all_run("open-commit", (1, 3, 4), asked, *with_these, "--yes")
    printed = capsys.readouterr().out
    assert "NAC in LUM: 132 ballots of 6 stations." in printed
    assert re.search(r"Carry \S+promises/1\.note to: 3 Guardian 3, 4 Guardian 4\.", printed)
    finished.all_run("open-reveal", (1, 3, 4), asked)
    finished.all_run("open-respond", (1, 3, 4), asked)
    assert finished.run("open-respond", 1, asked) == 2
    assert finished.run("open-combine", 2, asked, secret=False) == 0
    record = decode(asked.read_bytes(), OpeningRequest)
    for each in record.aggregates:
        data = (finished.folder(2) / f"aggregates/{each.planned.serial:04d}.json").read_bytes()
        check_opening(election(), finished.keys(), decode(data, AggregateOpening), each.ciphertexts)


def test_each_step_says_what_to_carry_to_whom(table: Table, capsys: pytest.CaptureFixture[str]) -> None:
    """The file, the names, and what comes next; the private file is for its owner alone."""
    assert table.run("commit", 2) == 0
    printed = capsys.readouterr().out
    assert "commitments/2.note to: 1 Guardian 1, 3 Guardian 3, 4 Guardian 4, 5 Guardian 5." in printed
    assert "urna guardian coefficients" in printed
    assert table.private(2).stat().st_mode & 0o777 == 0o600
    assert peek(table.private(2).read_bytes()).stage is Stage.COMMITTED


def test_a_step_too_early_changes_nothing(table: Table, capsys: pytest.CaptureFixture[str]) -> None:
    """With commitments missing, or a step left out, the private file stays as it was."""
    assert table.run("commit", 1) == 0
    before = table.private(1).read_bytes()
    assert table.run("coefficients", 1) == 2
    assert "0 of Guardian 2" in capsys.readouterr().err
    assert table.run("shares", 1) == 2
    assert "coefficients by a guardian who has committed" in capsys.readouterr().err
    assert table.run("commit", 1) == 2
    assert table.private(1).read_bytes() == before


def test_a_wrong_passphrase_or_key_does_nothing(table: Table) -> None:
    """Exit code 2, and no private file."""
    table.words.write_text("another passphrase")
    assert table.run("commit", 1) == 2
    table.words.write_text("short")
    assert table.run("commit", 1) == 2
    assert not table.private(1).exists()


def test_one_guardian_cannot_use_the_private_file_of_another(table: Table) -> None:
    """The passphrase is the same here; the key is not."""
    table.all_run("commit")
    shutil.copy(table.private(1), table.private(2))
    assert table.run("coefficients", 2) == 2


@pytest.mark.slow
def test_a_wrong_share_leads_to_a_complaint(table: Table, capsys: pytest.CaptureFixture[str]) -> None:
    """The complaint is written, anyone checks it, and nothing was signed."""
    for step in ("commit", "coefficients", "shares"):
        table.all_run(step)
    box = table.folder(4) / "shares" / "2-to-4.box"
    box.write_bytes(wrong_box(table.private(4).read_bytes(), box.read_bytes(), WORDS, signing_keys()[1]))
    capsys.readouterr()
    assert table.run("accept", 4) == 2
    complaint = table.folder(4) / "complaints" / "4-about-2.note"
    assert "Publish the complaint" in capsys.readouterr().err
    assert table.run("complain-check", 1, complaint, secret=False) == 0
    assert "Guardian 2 gave Guardian 4 a wrong share" in capsys.readouterr().out
    assert not (table.folder(4) / "joint").exists()
    assert peek(table.private(4).read_bytes()).stage is Stage.DEALT


@pytest.mark.slow
def test_joining_too_early_names_who_is_missing(table: Table, capsys: pytest.CaptureFixture[str]) -> None:
    """No joint key is written."""
    for step in ("commit", "coefficients", "shares"):
        table.all_run(step)
    table.all_run("accept", (1, 2, 3, 4))
    assert table.run("join", 1, secret=False) == 2
    assert "no signature of Guardian 5" in capsys.readouterr().err
    assert not (table.folder(1) / "joint-key.note").exists()


def test_keygen_prints_the_lines_of_a_guardian(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For election.toml and for the mapping of a rehearsal."""
    (tmp_path / "words").write_text(WORDS)
    command = ["guardian", "keygen", "court.example/guardian", "--out", str(tmp_path / "k")]
    assert main([*command, "--person", "Court", "--passphrase-file", str(tmp_path / "words")]) == 0
    assert '[[authority.guardian]]\nname = "Court"\nkey_name = "court.example/guardian"' in capsys.readouterr().out


@pytest.mark.slow
def test_the_drill_ends_as_it_should(capsys: pytest.CaptureFixture[str]) -> None:
    """Five claims, all true: three of five open, two do not."""
    assert main(["guardian", "drill"]) == 0
    printed = capsys.readouterr().out
    assert printed.count("✔") == 5
    assert "✘" not in printed


@pytest.mark.slow
def test_the_rehearsal_leaves_files_that_the_commands_take(tmp_path: Path) -> None:
    """A ceremony and an opening of the example's definition; afterwards a real command goes on with its files."""
    folder = tmp_path / "rehearsal"
    assert main(["election", "new", str(tmp_path / "definition")]) == 0
    assert main(["guardian", "rehearse", str(tmp_path / "definition"), str(folder)]) == 0
    own, note = folder / "guardian-1", folder / "definition.note"
    assert main(["guardian", "join", str(note), str(own)]) == 0
    with_these = [each for guardian in "124" for each in ("--with", guardian)]
    secret = ["--key", str(own / "signing.key"), "--private", str(own / "private")]
    command = ["guardian", "open-commit", str(note), str(own), str(folder / "request.json"), *with_these, *secret]
    assert main([*command, "--passphrase-file", str(folder / "passphrase"), "--yes"]) == 0
    assert peek((own / "private").read_bytes()).stage is Stage.PROMISED
    assert main(["guardian", "rehearse", str(tmp_path / "definition"), str(folder)]) == 2


@pytest.mark.slow
def test_a_request_comes_from_a_record_that_verifies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Before the guardians opened anything; with one ballot changed there is none, nor for another election."""
    world = build_encrypted()
    world.batches = world.batches[:5]
    world.files = {path: world.files[path] for batch in world.batches for path in batch}
    folder = {tmp_path / "record" / path: data for path, data in world.publish().items()}
    for path, data in folder.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    note, asked = tmp_path / "record" / "definition.note", tmp_path / "request.json"
    command = ["guardian", "open-prepare", str(note), str(tmp_path / "record"), "--out", str(asked)]
    assert main(command) == 0
    planned = [each.planned for each in decode(asked.read_bytes(), OpeningRequest).aggregates]
    sheets = [counted_sheet(world.sheet(station)) for station in world.election.stations]
    assert planned == list(plan_aggregates(world.election, sheets).aggregates)
    assert "to compare by telephone" in capsys.readouterr().out
    asked.unlink()
    ballots = next(path for path in folder if path.name.startswith("ballots-"))
    ballots.write_bytes(folder[ballots][:-1] + bytes([folder[ballots][-1] ^ 1]))
    assert main(command) == 1
    other = tmp_path / "other.note"
    other.write_bytes(sign_document(election().definition, OFFICERS[:2]))
    assert main(["guardian", "open-prepare", str(other), str(tmp_path / "record"), "--out", str(asked)]) == 2
    assert not asked.exists()
