"""`urna page` writes the pages of codes beside the results, from a folder, in both languages."""

from pathlib import Path

import pytest
from tests.web.encrypted import codes_of, edition, world
from tests.web.reading import read_page

from urna.cli.main import main
from urna.cli.page import write_pages
from urna.errors import Unproven
from urna.record.layout import ballots_path, sheet_path
from urna.storage.record import FolderReader, FolderWriter

NOW = "2020-12-07T02:00:00Z"
STATIONS = ("A-01", "A-02", "B-01", "B-02")


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """A small record of encrypted ballots, on a disk."""
    writer = FolderWriter(tmp_path / "record", durable=False)
    for path, data in world().publish().items():
        writer.write(path, data)
    return tmp_path / "record"


def test_the_pages_of_codes_are_written_with_the_results(record: Path, tmp_path: Path) -> None:
    """Each station in both languages, the index, the script; links lead into the record's folder from there."""
    folder = tmp_path / "site"
    write_pages(FolderReader(record), world().election, edition(), folder, "../record", now=NOW)
    names = {each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file()}
    stems = ("index", *STATIONS)
    assert names >= {"index.html", "index.en.html", "codes/find.js", "style.css"}
    assert {name for name in names if name.startswith("codes/") and name.endswith(".html")} == {
        f"codes/{stem}{ending}" for stem in stems for ending in (".html", ".en.html")
    }
    page = read_page((folder / "codes" / "A-01.html").read_bytes())
    assert [each.get("id") for each in page.iter("tbody") if each.get("id")] == [
        r.anchor for r in codes_of("A-01").rows
    ]
    links = [each.get("href") or "" for each in page.iter("a")]
    paths = [folder / "codes" / link for link in links if "record/" in link]
    assert len(paths) >= 5
    assert all(path.is_file() for path in paths)


def test_a_list_that_no_sheet_signs_has_no_page(record: Path, tmp_path: Path) -> None:
    """Another station's sheet in its place: the demo writes before it verifies, and yet shows no such proof."""
    (record / sheet_path("A-02", 0)).write_bytes((record / sheet_path("B-01", 0)).read_bytes())
    with pytest.raises(Unproven) as refused:
        write_pages(FolderReader(record), world().election, edition(), tmp_path / "site", now=NOW)
    assert refused.value.where == ballots_path("A-02")


@pytest.mark.slow
def test_a_record_is_verified_before_its_codes_are_shown(record: Path, tmp_path: Path) -> None:
    """The verb as people type it: pages of an honest record, none of one with a changed list."""
    assert main(["page", str(record), "--out", str(tmp_path / "site")]) == 0
    assert (tmp_path / "site" / "codes" / "B-02.en.html").is_file()
    changed = record / ballots_path("A-01")
    changed.write_bytes(changed.read_bytes().replace(b'"state":"void"', b'"state":"cast"', 1))
    assert main(["page", str(record), "--out", str(tmp_path / "other")]) == 1
    assert not (tmp_path / "other").exists()
