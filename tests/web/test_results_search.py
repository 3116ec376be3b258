"""The search: every name is on one page of the index, and in the files that the script reads for its words."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.browser import PHONE, open_page
from tests.tampering.builder import build
from tests.web.examples import nation_results

from urna.cli.page import write_pages
from urna.encoding.document import read_document
from urna.record.layout import results_path
from urna.storage.record import FolderReader, FolderWriter
from urna.tally.results import Results
from urna.web.results.frame import Languages
from urna.web.results.lookup import Lookup
from urna.web.results.names import Names
from urna.web.results.search import NAMES_IN_A_FILE, NAMES_ON_A_PAGE, WHOLE_WORD, Search, file_part, words_of
from urna.words import in_english

STATIONS = 3000


@cache
def search() -> Search:
    """Of a nation where every name begins with the same two words."""
    lookup = Lookup(*nation_results(STATIONS, 6))
    return Search(Names(lookup, Languages({"en": in_english}), "record", has_stations=True))


def found_by(word: str) -> tuple[set[str], bool]:
    """The codes in the files that the script reads for a word, and whether one of them says that there are more."""
    names = {file_part(each): each for each in search().files}
    name = file_part(word)
    wanted = [
        each
        for each in names
        if each == name + WHOLE_WORD
        or (not each.endswith(WHOLE_WORD) and name.startswith(each))
        or (each.startswith(name) and len(each) > len(name))
    ]
    files = [search().files[names[each]] for each in wanted]
    return {entry.code for file in files for entry in file.entries}, any(file.more for file in files)


def test_every_name_is_on_one_page_in_order() -> None:
    """Stations and the territories that have pages, each once; no page is long."""
    entries = [entry for page in search().pages for entry in page.entries]
    lookup = Lookup(*nation_results(STATIONS, 6))
    territories = set(lookup.with_pages()) - {lookup.root.code}
    assert sorted(entry.code for entry in entries) == sorted([*lookup.election.stations, *territories])
    assert max(len(page.entries) for page in search().pages) <= NAMES_ON_A_PAGE
    keys = [words_of(entry.name) for entry in entries]
    assert keys == sorted(keys)


def test_every_word_of_a_name_leads_to_it() -> None:
    """Whole, or its beginning: the name is in the files, or they say that another word is needed."""
    for page in search().pages[::3]:
        for entry in page.entries[::25]:
            for word in (*words_of(entry.name), "".join(words_of(entry.code))):
                for size in {len(word), max(1, len(word) - 1), 2}:
                    codes, has_more = found_by(word[:size])
                    assert entry.code in codes or has_more, (entry, word[:size])


def test_files_are_small_and_a_code_finds_its_station_at_once() -> None:
    """No file holds more than its share; a station's code is in one that is whole."""
    assert max(len(file.entries) for file in search().files.values()) <= NAMES_IN_A_FILE
    for station in list(search()._names.lookup.election.stations)[::97]:
        codes, has_more = found_by(station)
        assert station in codes
        assert not has_more


def test_accents_and_case_do_not_matter() -> None:
    """As people type on a telephone."""
    assert words_of("Unidad Educativa «José María», 2.º") == ["UNIDAD", "EDUCATIVA", "JOSE", "MARIA", "2", "º"]
    assert words_of("ñandú") == ["NANDU"]
    assert file_part("Ж1") == "-4161"


@pytest.mark.slow
def test_the_box_finds_a_station_and_goes_there(browser: Browser, serve: Callable[[Path], str], tmp_path: Path) -> None:
    """Typed in small letters, on a telephone; asks this site alone; from a folder the box stays hidden."""
    writer = FolderWriter(tmp_path / "record", durable=False)
    published = dict(build().publish())
    for path, data in published.items():
        writer.write(path, data)
    results = read_document(published[results_path(2)], Results)
    write_pages(FolderReader(tmp_path / "record"), build().election, results, tmp_path / "site", now=results.issued_at)
    address = serve(tmp_path / "site")
    context, watched = open_page(browser, f"{address}/search/index.en.html", PHONE)
    page = watched.page
    page.fill("#typed", "a-02")
    page.wait_for_selector("#found a")
    assert page.locator("#found a").all_inner_texts() == ["A-02"]
    page.fill("#typed", "nowhere")
    page.wait_for_function("() => document.getElementById('said').textContent !== ''")
    assert "Nothing has all these words" in page.locator("#said").inner_text()
    assert page.locator("#found a").count() == 0
    page.fill("#typed", "A02")
    page.wait_for_selector("#found a")
    page.locator("#found a").first.click()
    page.wait_for_load_state()
    assert page.url == f"{address}/stations/A-02.en.html"
    assert watched.errors == []
    assert all(url.startswith(address) for url in watched.requests)
    context.close()
    context, watched = open_page(browser, (tmp_path / "site/search/index.en.html").as_uri(), PHONE)
    assert not watched.page.locator("#typed").is_visible()
    assert watched.page.locator("ul.names a").first.is_visible()
    assert watched.errors == []
    context.close()


def test_the_list_of_files_is_what_there_is() -> None:
    """Each name in it has a file, by its place."""
    listed = json.loads(search().words())
    assert listed == [file_part(each) for each in search().files]
    first = json.loads(search().word_file(0))
    assert [row[2] for row in first["entries"]] == [
        entry.code for entry in search().files[next(iter(search().files))].entries
    ]
