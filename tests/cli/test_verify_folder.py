"""Whoever names the wrong folder to `urna verify` is told so, and not that an election does not verify."""

from pathlib import Path

import pytest

from urna.cli.main import main
from urna.record.layout import DEFINITION, README


def test_the_folder_above_a_record_names_the_record(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2: nothing was read, so nothing was found wrong."""
    (tmp_path / "record").mkdir()
    (tmp_path / "record" / DEFINITION).write_text("anything")
    assert main(["verify", str(tmp_path)]) == 2
    assert f"The record may be {tmp_path / 'record'}." in capsys.readouterr().err


@pytest.mark.parametrize(("name", "found"), [("letter.txt", "a file"), ("nowhere", "nothing of that name")])
def test_what_is_no_folder_is_called_what_it_is(
    name: str, found: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file, or nothing."""
    (tmp_path / "letter.txt").write_text("anything")
    assert main(["verify", str(tmp_path / name)]) == 2
    assert f"found {found}." in capsys.readouterr().err


def test_a_record_that_lost_its_definition_is_still_a_record_that_fails(tmp_path: Path) -> None:
    """One of the files by which a record begins is enough to be checked, and to fail with exit code 1."""
    (tmp_path / README).write_text("anything")
    assert main(["verify", str(tmp_path)]) == 1
