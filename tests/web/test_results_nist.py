"""The report in NIST's format among the site's downloads: valid, the edition's numbers, written when it changes."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.interop.nist_schema import RESULTS, dangling, errors, xml_errors
from tests.tampering.builder import build
from tests.web.reading import read_page, words

from urna.cli.page import write_pages
from urna.encoding.document import read_document
from urna.interop.nist.results.reading import read_report
from urna.interop.nist.results.totals import differences, is_station
from urna.record.layout import results_path
from urna.storage.record import FolderReader, FolderWriter
from urna.tally.results import Results
from urna.web.results import nist
from urna.web.results.nist import REPORT

FORMS = {"json": errors, "xml": xml_errors}


@pytest.fixture
def record(tmp_path: Path) -> FolderReader:
    """A small record on a disk: five stations, two editions."""
    writer = FolderWriter(tmp_path / "record", durable=False)
    for path, data in build().publish().items():
        writer.write(path, data)
    return FolderReader(tmp_path / "record")


def edition(number: int) -> Results:
    """An edition of its results."""
    return read_document(dict(build().publish())[results_path(number)], Results)


def write(record: FolderReader, number: int, site: Path) -> Mapping[str, bytes]:
    """Writes the site of an edition; gives the report by its forms."""
    results = edition(number)
    write_pages(record, build().election, results, site, now=max(results.issued_at, "2020-12-07T02:00:00Z"))
    return {form: (site / f"{REPORT}.{form}").read_bytes() for form in FORMS}


@pytest.mark.parametrize("number", [1, 2])
def test_the_site_s_report_is_valid_and_says_what_the_edition_says(
    record: FolderReader, tmp_path: Path, number: int
) -> None:
    """By NIST's own schemas; read again it has the same votes, people and seats; every station is in it."""
    made, election, results = write(record, number, tmp_path / "site"), build().election, edition(number)
    assert dangling(made["json"]) == []
    for form, problems in FORMS.items():
        report = read_report(made[form], form)
        assert problems(made[form], RESULTS) == []
        assert list(differences(report, election, results, form)) == []
        assert {unit for unit in report.units if is_station(unit)} == {f"sta-{each}" for each in election.stations}


def test_the_report_follows_the_edition(record: FolderReader, tmp_path: Path) -> None:
    """The next edition replaces it; the same one leaves the file as it was written."""
    site, report = tmp_path / "site", tmp_path / "site" / f"{REPORT}.json"
    first = write(record, 1, site)
    second = write(record, 2, site)
    assert [read_report(each["json"], "").identifiers["urna-edition"] for each in (first, second)] == ["1", "2"]
    written = report.stat()
    assert write(record, 2, site) == second
    assert (report.stat().st_ino, report.stat().st_mtime_ns) == (written.st_ino, written.st_mtime_ns)


def test_the_page_of_downloads_leads_to_both_forms(record: FolderReader, tmp_path: Path) -> None:
    """From each language's page, and says that every station is there."""
    write(record, 2, tmp_path / "site")
    for name in ("downloads.html", "downloads.en.html"):
        links = {each.get("href") for each in read_page((tmp_path / "site" / name).read_bytes()).iter("a")}
        assert {f"{REPORT}.json", f"{REPORT}.xml"} <= links
    text = words(read_page((tmp_path / "site" / "downloads.en.html").read_bytes()))
    assert "every station included" in text
    assert "urna interop nist export" not in text


def test_with_too_many_stations_the_report_has_the_territories_alone(
    record: FolderReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Same totals, still valid; the page says so, and how anyone makes the one with every station."""
    monkeypatch.setattr(nist, "MOST_NUMBERS", 10)
    made = write(record, 2, tmp_path / "site")
    for form, problems in FORMS.items():
        report = read_report(made[form], form)
        assert problems(made[form], RESULTS) == []
        assert list(differences(report, build().election, edition(2), form)) == []
        assert not [unit for unit in report.units if is_station(unit)]
    assert json.loads(made["json"])["Format"] == "summary-contest"
    text = words(read_page((tmp_path / "site" / "downloads.en.html").read_bytes()))
    assert "by territory" in text
    assert "urna interop nist export results record results.json" in text
