"""`urna roll` from the registry's file to commitments that two officers signed."""

from pathlib import Path

import pytest
from tests.election.officers import OFFICERS, definition

from urna.cli.main import main
from urna.crypto.kdf import Cost
from urna.crypto.keyfile import seal_key
from urna.election.certification import RollCommitments
from urna.encoding.document import open_document, sign_document

ROLL_PASSPHRASE = ("--roll-passphrase-file", "roll-passphrase")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a signed definition, two officers' key files and a roll of fictional electors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("urna.cli.roll_key.COST", Cost.TOY)
    (tmp_path / "definition.note").write_bytes(sign_document(definition(), OFFICERS[:2]))
    (tmp_path / "passphrase").write_text("correct horse battery\n")
    (tmp_path / "roll-passphrase").write_text("purple monkey dishwasher\n")
    for number in range(2):
        name, seed, one = OFFICERS[number].name, bytes([number + 1] * 32), bytes([number])
        data = seal_key(name, seed, "correct horse battery", salt=one * 16, nonce=one * 12, cost=Cost.TOY)
        (tmp_path / f"officer-{number}.key").write_bytes(data)
    assert main(["roll", "synthesize", "--definition", "definition.note"]) == 0
    return tmp_path


def imported() -> int:
    """The exit code of importing roll.csv into the folder roll."""
    return main(["roll", "import", "roll.csv", "--definition", "definition.note", *ROLL_PASSPHRASE])


def committed(officer: int, note: str = "roll.note") -> int:
    """The exit code of an officer's signature under the commitments."""
    key = ["--key", f"officer-{officer}.key", "--passphrase-file", "passphrase", *ROLL_PASSPHRASE, "--yes"]
    return main(["roll", "commit", "roll", "--definition", "definition.note", "--note", note, *key])


def checked() -> int:
    """The exit code of comparing the roll with its commitments."""
    return main(["roll", "check", "roll", "--definition", "definition.note", *ROLL_PASSPHRASE])


def test_two_officers_commit_to_an_imported_roll(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Import, two signatures, check; the note holds counts and roots, and nobody's name or number."""
    assert [imported(), committed(0), committed(1), checked()] == [0, 0, 0, 0]
    note = (folder / "roll.note").read_bytes()
    commitments = open_document(note, RollCommitments, [each.verifier for each in OFFICERS], threshold=2)
    stations = definition().stations
    assert [(each.station, each.electors) for each in commitments.stations] == [(s.code, s.electors) for s in stations]
    person = (folder / "roll.csv").read_text().splitlines()[1].split(",")
    shown = note.decode() + capsys.readouterr().out
    assert not [field for field in person[:2] if field in shown]


def test_a_roll_with_mistakes_is_refused_whole(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1, a line a mistake, and no folder."""
    data = (folder / "roll.csv").read_bytes().replace(b"\nF", b"\nf", 3)
    (folder / "roll.csv").write_bytes(data)
    assert imported() == 1
    shown = capsys.readouterr().err
    assert [f"roll.csv:{line}:" in shown for line in (2, 3, 4, 5)] == [True, True, True, False]
    assert not (folder / "roll").exists()


def test_one_signature_or_a_changed_roll_does_not_check(folder: Path) -> None:
    """Too few officers; then a box with a changed bit, the box of another station, and a box that is missing."""
    assert [imported(), committed(0), checked()] == [0, 0, 2]
    assert [committed(1), checked()] == [0, 0]
    path, other = sorted((folder / "roll").glob("*.box"))[:2]
    good = path.read_bytes()
    for bad in (good[:-1] + bytes([good[-1] ^ 1]), other.read_bytes()):
        path.write_bytes(bad)
        assert [checked(), committed(1, "another.note")] == [2, 2]
    path.unlink()
    assert checked() == 2
    path.write_bytes(good)
    assert checked() == 0


def test_nobodys_name_or_number_lies_in_the_folder_in_clear(folder: Path) -> None:
    """Neither as text nor in the base64 in which records carry bytes."""
    assert imported() == 0
    stored = b"".join(path.read_bytes() for path in (folder / "roll").iterdir())
    rows = [line.split(",") for line in (folder / "roll.csv").read_text().splitlines()[1:]]
    assert not [field for row in rows for field in row[:2] if field.encode() in stored]


def test_another_passphrase_does_not_open_the_roll(folder: Path) -> None:
    """Nor does a short one make a roll."""
    (folder / "roll-passphrase").write_text("short\n")
    assert imported() == 2
    assert not (folder / "roll").exists()
    (folder / "roll-passphrase").write_text("purple monkey dishwasher\n")
    assert [imported(), committed(0), committed(1)] == [0, 0, 0]
    (folder / "roll-passphrase").write_text("orange monkey dishwasher\n")
    assert checked() == 2


def test_a_roll_is_never_overwritten(folder: Path) -> None:
    """Its salts are drawn once; and only its owner may read it."""
    assert imported() == 0
    before = {path.name: path.read_bytes() for path in (folder / "roll").iterdir()}
    assert imported() == 2
    assert before == {path.name: path.read_bytes() for path in (folder / "roll").iterdir()}
    assert not [path for path in (folder / "roll").iterdir() if path.stat().st_mode & 0o077]


def test_a_roll_of_another_election_is_refused(folder: Path) -> None:
    """The same stations under a definition with another hash."""
    assert imported() == 0
    path = folder / "roll" / "roll.key"
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([lines[0], b"election " + b"0" * 64, *lines[2:]]))
    assert committed(0) == 2
