"""Called again, `write_pages` writes what changed and nothing else, and ends where a whole run would."""

import json
from pathlib import Path

import pytest
from tests.tampering.builder import build

from urna.cli.page import write_pages
from urna.cli.page_files import MADE
from urna.encoding.document import read_document
from urna.record.layout import results_path, sheet_path
from urna.storage.record import FolderReader, FolderWriter
from urna.tally.results import Results, StationState

NOW = "2020-12-07T02:00:00Z"


@pytest.fixture
def record(tmp_path: Path) -> FolderReader:
    """A small record on a disk: five stations, two editions."""
    writer = FolderWriter(tmp_path / "record", durable=False)
    for path, data in build().publish().items():
        writer.write(path, data)
    return FolderReader(tmp_path / "record")


def edition(record: FolderReader, number: int) -> Results:
    """An edition of its results."""
    return read_document(record.read(results_path(number), 10**8), Results)


def files(folder: Path) -> dict[str, bytes]:
    """A site's files but its memory."""
    return {
        each.relative_to(folder).as_posix(): each.read_bytes()
        for each in folder.rglob("*")
        if each.is_file() and each.name != MADE
    }


def test_nothing_is_written_where_nothing_changed(record: FolderReader, tmp_path: Path) -> None:
    """A second run keeps every file, bytes and time of writing."""
    election, site = build().election, tmp_path / "site"
    first = write_pages(record, election, edition(record, 2), site, now=NOW)
    times = {each: each.stat().st_mtime_ns for each in site.rglob("*") if each.is_file()}
    second = write_pages(record, election, edition(record, 2), site, now=NOW)
    assert (second.written, second.kept) == (0, first.written)
    assert times == {each: each.stat().st_mtime_ns for each in site.rglob("*") if each.is_file()}


def test_a_new_edition_changes_the_pages_that_it_changes(record: FolderReader, tmp_path: Path) -> None:
    """From one provisional edition to the next: the stations that came, and what sums them; the others stay."""
    election, site = build().election, tmp_path / "site"
    later = edition(record, 2)
    again = Results(**{**{name: getattr(later, name) for name in later.__struct_fields__}, "status": "provisional"})
    write_pages(record, election, edition(record, 1), site, now=NOW)
    before = files(site)
    made = write_pages(record, election, again, site, now=NOW)
    after = files(site)
    changed = {name for name, data in after.items() if before.get(name) != data}
    states = {each.station: each for each in edition(record, 1).stations}
    for each in again.stations:
        is_same = states[each.station] == each
        assert (f"stations/{each.station}.html" in changed) != is_same
    assert {"index.html", "index.en.html"} <= changed
    known = json.loads((site / MADE).read_bytes())
    assert made.written == len(changed & set(known))
    assert made.kept == len(set(known) - changed)
    assert not [name for name in changed if name.startswith("search/")]
    whole = tmp_path / "whole"
    write_pages(record, election, again, whole, now=NOW)
    assert after == files(whole)


def test_a_run_that_ended_early_is_taken_up_again(record: FolderReader, tmp_path: Path) -> None:
    """Without its memory, or with a page missing or a memory that cannot be read, the next run makes it whole."""
    election, results, site = build().election, edition(record, 2), tmp_path / "site"
    write_pages(record, election, results, site, now=NOW)
    whole = files(site)
    (site / "stations" / "A-01.html").unlink()
    assert write_pages(record, election, results, site, now=NOW).written == 1
    for memory in (b"", b"[]", b"{"):
        (site / MADE).write_bytes(memory)
        assert write_pages(record, election, results, site, now=NOW).kept == 0
    assert files(site) == whole
    known = json.loads((site / MADE).read_bytes())
    assert {name.partition(".")[0] for name in known} == {name.partition(".")[0] for name in whole}


def test_until_the_polls_close_nothing_is_said_of_votes(record: FolderReader, tmp_path: Path) -> None:
    """One page in each language, without a number of the results; with the close all the others come."""
    election, results, site = build().election, edition(record, 2), tmp_path / "site"
    closes = election.definition.closes_at
    early = f"{int(closes[:4]) - 1}{closes[4:]}"
    write_pages(record, election, results, site, now=early)
    pages = {name for name in files(site) if name.endswith(".html")}
    assert pages == {"index.html", "index.en.html"}
    assert not (site / "data").exists()
    text = (site / "index.en.html").read_text()
    assert "No results before the polls have closed" in text
    for contest in election.definition.contests:
        assert all(choice.name not in text for choice in contest.choices)
    write_pages(record, election, results, site, now=closes)
    assert "No results before the polls have closed" not in (site / "index.en.html").read_text()
    assert (site / "stations" / "A-01.html").exists()


def test_outstanding_with_a_sheet_in_the_log_is_received_not_proven(record: FolderReader, tmp_path: Path) -> None:
    """The page says so in the list, on the station's page and in the sums, and no total counts it."""
    election, site = build().election, tmp_path / "site"
    results = edition(record, 1)
    waiting = [each.station for each in results.stations if each.state is StationState.OUTSTANDING]
    sent = {station for station in waiting if sheet_path(station, 0) in record.list().sizes}
    assert set() < sent < set(waiting)
    write_pages(record, election, results, site, now=NOW)
    for station in waiting:
        page = (site / "stations" / f"{station}.en.html").read_text()
        assert ("received, not yet proven" in page) == (station in sent)
        assert ("No total counts it yet." in page) == (station in sent)
        assert ("There is no signed sheet of this station in the record." in page) == (station not in sent)
    assert f"received, not yet proven: {len(sent)}" in (site / "index.en.html").read_text()
