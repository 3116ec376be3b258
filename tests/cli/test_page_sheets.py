"""Pictures of sheets for the site: rendered once, shown on the station's page, their codes still read."""

from pathlib import Path

import pytest
from tests.tampering.builder import build

from urna.cli.page import write_pages
from urna.devices.camera import read_codes
from urna.encoding.document import read_document
from urna.encoding.parts import join
from urna.record.layout import results_path, sheet_path
from urna.storage.record import FolderReader, FolderWriter
from urna.tally.results import Results


@pytest.mark.slow
def test_a_sheet_is_rendered_once_and_its_codes_carry_the_signed_sheet(tmp_path: Path) -> None:
    """Both files for every sheet, corrections too; a second run renders none; without the option pages show them."""
    published = dict(build().publish())
    writer = FolderWriter(tmp_path / "record", durable=False)
    for path, data in published.items():
        writer.write(path, data)
    record, election, site = FolderReader(tmp_path / "record"), build().election, tmp_path / "site"
    results = read_document(published[results_path(2)], Results)
    now = results.issued_at
    write_pages(record, election, results, site, now=now)
    assert "sheets/" not in (site / "stations" / "A-01.html").read_text()
    write_pages(record, election, results, site, now=now, sheets=True)
    sheets = {path for path in published if "/sheet-" in path}
    names = {path.removeprefix("stations/").removesuffix(".note").replace("/sheet", "") for path in sheets}
    made = {each.name: each.stat().st_mtime_ns for each in (site / "sheets").iterdir()}
    assert set(made) == {f"{name}.{ending}" for name in names for ending in ("pdf", "png")}
    assert 'src="../sheets/A-01-0.png"' in (site / "stations" / "A-01.html").read_text()
    codes = read_codes(site / "sheets" / "A-01-0.png")
    assert join(codes) == published[sheet_path("A-01", 0)]
    write_pages(record, election, results, site, now=now, sheets=True)
    assert {each.name: each.stat().st_mtime_ns for each in (site / "sheets").iterdir()} == made
    write_pages(record, election, results, site, now=now)
    assert 'src="../sheets/A-01-0.png"' in (site / "stations" / "A-01.html").read_text()
