"""`urna page` writes the pages of a record that verifies, and of no other."""

from pathlib import Path

import pytest
from tests.tampering.builder import build

from urna.cli.main import main
from urna.record.layout import sheet_path
from urna.storage.record import FolderWriter


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """A small record on a disk."""
    writer = FolderWriter(tmp_path / "record", durable=False)
    for path, data in build().publish().items():
        writer.write(path, data)
    return tmp_path / "record"


def test_the_pages_of_a_record_that_verifies_are_written(record: Path, tmp_path: Path) -> None:
    """They link to the record by the way that leads there."""
    assert main(["page", str(record), "--out", str(tmp_path / "site" / "today")]) == 0
    assert "../../record/stations/" in (tmp_path / "site" / "today" / "index.html").read_text("utf-8")


def test_no_page_of_a_tampered_record_is_written(record: Path, tmp_path: Path) -> None:
    """One digit changed in one sheet, and there is nothing to open."""
    sheet = record / sheet_path(sorted(build().election.stations)[0], 0)
    sheet.write_bytes(sheet.read_bytes().replace(b'"votes":1', b'"votes":2', 1))
    assert main(["page", str(record), "--out", str(tmp_path / "site")]) == 1
    assert not (tmp_path / "site").exists()


def test_a_folder_with_files_in_it_is_left_alone(record: Path, tmp_path: Path) -> None:
    """Nothing is overwritten."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("mine")
    assert main(["page", str(record), "--out", str(tmp_path / "site")]) == 2
    assert (tmp_path / "site" / "index.html").read_text() == "mine"
