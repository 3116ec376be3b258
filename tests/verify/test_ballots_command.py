"""`urna ballots`: a mirror in the other form says the same, and is only written of ballots that verify."""

from pathlib import Path

import pytest
from tests.verify.encrypted_world import build_encrypted

from urna.ballot.confirmation import write_code
from urna.cli.main import main
from urna.record.layout import ciphertexts_path
from urna.storage.record import FolderReader, FolderWriter
from urna.verify.code_search import codes_of_station, open_for_codes
from urna.verify.pins import Pins


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The record on a disk, committed."""
    writer = FolderWriter(tmp_path / "record", durable=False)
    for name, data in build_encrypted().publish().items():
        writer.write(name, data)
    return tmp_path / "record"


@pytest.mark.parametrize("engine", ["fast", pytest.param("plain", marks=pytest.mark.slow)])
def test_there_and_back_is_the_same_record(folder: Path, engine: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Committed to compact to committed, byte for byte; the compact mirror verifies, and is smaller."""
    compact, back = folder.with_name("compact"), folder.with_name("back")
    options = ["--engine", engine]
    assert main(["ballots", "convert", str(folder), str(compact), "--to", "compact", *options]) == 0
    assert "48 ballots, all of them proven" in capsys.readouterr().out
    assert main(["ballots", "convert", str(compact), str(back), "--to", "committed", *options]) == 0
    assert main(["verify", str(compact), "--engine", engine]) == 0
    files = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert {path.relative_to(back): path.read_bytes() for path in back.rglob("*") if path.is_file()} == files
    one, other = (
        root / ciphertexts_path("A-01", "S1", form) for root, form in ((compact, "compact"), (back, "committed"))
    )
    assert one.stat().st_size < 0.6 * other.stat().st_size


def test_a_mirror_in_the_same_form_is_a_copy(folder: Path) -> None:
    """Verified all the same."""
    mirror = folder.with_name("mirror")
    assert main(["ballots", "convert", str(folder), str(mirror), "--to", "committed"]) == 0
    assert (mirror / ciphertexts_path("A-01", "S1")).read_bytes() == (
        folder / ciphertexts_path("A-01", "S1")
    ).read_bytes()


@pytest.mark.parametrize("change", ["proof", "missing"])
def test_ballots_that_do_not_verify_are_not_mirrored(
    folder: Path, change: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is written, not even a part, and the ballot or file is named."""
    path = folder / ciphertexts_path("A-02", "S1")
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.unlink()
    if change == "proof":
        path.write_bytes(data)
    mirror = folder.with_name("mirror")
    assert main(["ballots", "convert", str(folder), str(mirror), "--to", "compact"]) == 2
    assert "ballots-S1.committed" in capsys.readouterr().err
    assert sorted(each.name for each in folder.parent.iterdir()) == ["record"]


def test_a_mirror_is_a_new_folder(folder: Path) -> None:
    """Nothing is overwritten."""
    assert main(["ballots", "convert", str(folder), str(folder), "--to", "compact"]) == 2


def test_a_stations_ballots_are_listed_with_code_and_state(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line each; an unknown station is refused."""
    assert main(["ballots", "show", str(folder), "--station", "A-01"]) == 0
    shown = capsys.readouterr().out
    opened = open_for_codes(FolderReader(folder), Pins())
    for ballot, code in codes_of_station(opened, "A-01"):
        line = next(line for line in shown.splitlines() if write_code(code) in line)
        assert ballot.id in line
        assert ballot.state.value in line
    assert main(["ballots", "show", str(folder), "--station", "Z-99"]) == 2
