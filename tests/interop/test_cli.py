"""`urna interop electionguard` as a person uses it."""

import json
from pathlib import Path

import pytest
from tests.tampering.egk_record import OWN_BALLOTS, Tampered, flipped, own_record

from urna.cli.main import main
from urna.cli.screen import out


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests read English; a wide terminal keeps a line a line."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setattr(out, "width", 200)


def run(*arguments: object) -> int:
    """The exit code of the verb."""
    return main(["interop", "electionguard", *map(str, arguments)])


def write(files: dict[str, bytes], folder: Path) -> Path:
    """The record as a folder."""
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def test_a_good_record_verifies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 0, a line a check, and what is not in the record."""
    assert run("verify", write(own_record(), tmp_path)) == 0
    printed = capsys.readouterr().out
    assert "21 checks passed." in printed
    assert "Not in this record, so not proven: 11." in printed


def test_a_changed_record_does_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1, and the finding names condition, file and place."""
    forged = Tampered(dict(own_record()))
    forged.change(OWN_BALLOTS.format(2), "contests", 0, "contest_hash", to=flipped("A" * 43 + "="))
    assert run("verify", write(forged.files, tmp_path)) == 1
    printed = capsys.readouterr().out
    assert "[7.A] encrypted_ballots/urna/eballot-id-2.json: mayor: expected the contest hash" in printed
    assert "THIS RECORD DOES NOT VERIFY: 1 of 22" in printed


def test_the_report_for_machines_is_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With every check by its name."""
    assert run("verify", write(own_record(), tmp_path), "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert report["proven"] is True
    assert [each["check"] for each in report["checks"]][-1] == "S8"
    assert {each["status"] for each in report["checks"]} == {"passed", "absent"}


def test_a_folder_without_a_record_exits_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And says what a record has."""
    assert run("verify", tmp_path) == 2
    assert "constants.json" in capsys.readouterr().err
    assert run("verify", tmp_path / "nothing") == 2


def test_private_data_is_not_read_and_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody should publish it."""
    folder = write({**own_record(), "private_data/trustees/x.json": b"no json"}, tmp_path)
    assert run("verify", folder) == 0
    assert "private_data/ was not read" in capsys.readouterr().out


def test_labels_cannot_write_to_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file's labels and names are shown without control characters."""
    forged = Tampered(dict(own_record()))
    forged.change("election_initialized.json", "guardians", 0, "guardian_id", to="\x1b[2Jguardian")
    forged.remove("election_initialized.json", "guardians", 0, "coefficient_proofs", 1)
    forged.files["encrypted_ballots/urna/\x1b[2J.json"] = b"{}"
    assert run("verify", write(forged.files, tmp_path)) == 1
    printed = capsys.readouterr().out
    assert "guardian" in printed
    assert "\x1b" not in printed


@pytest.mark.slow
def test_an_exported_election_verifies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From the example's definition; a folder with files in it is left alone."""
    assert main(["election", "new", str(tmp_path / "definition")]) == 0
    record = tmp_path / "record"
    arguments = "export", tmp_path / "definition", record, "--ballots", 3, "--challenged", 1, "--chained"
    assert run(*arguments) == 0
    assert "never for secret votes" in capsys.readouterr().out
    assert run("verify", record) == 0
    assert run(*arguments) == 2
    assert "new or empty folder" in capsys.readouterr().err


def test_numbers_that_do_not_fit_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """More guardians needed than there are; nothing is written."""
    assert main(["election", "new", str(tmp_path / "definition")]) == 0
    assert run("export", tmp_path / "definition", tmp_path / "record", "--guardians", 2, "--quorum", 3) == 2
    assert "a quorum k of at most n" in capsys.readouterr().err
    assert not (tmp_path / "record").exists()
