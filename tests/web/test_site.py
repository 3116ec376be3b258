"""The pages as files: well formed, whole, light, and harmless whatever names a definition carries."""

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from tests.web.examples import (
    HOSTILE,
    Shown,
    example_results,
    hostile_results,
    large_results,
    nation_results,
    troubled_results,
)
from tests.web.reading import Element, labelled, read_page, words
from tests.web.spanish import in_spanish

from urna.record.layout import Kind, place_of
from urna.web.results.lookup import Lookup
from urna.web.results.page import results_site
from urna.words import in_english

LANGUAGES = {"es": in_spanish, "en": in_english}
DEMO_LIMIT, NATION_LIMIT = 100_000, 300_000


@pytest.fixture(params=[example_results, troubled_results, large_results, hostile_results])
def files(request: pytest.FixtureRequest) -> dict[str, bytes]:
    """The pages of an example."""
    make: Callable[[], Shown] = request.param
    return results_site(*make(), LANGUAGES)


def pages(files: dict[str, bytes]) -> dict[str, Element]:
    """The pages among the files."""
    return {name: read_page(data) for name, data in files.items() if name.endswith(".html")}


def test_the_first_language_is_the_index() -> None:
    """Both languages of every page, a style sheet and an icon, and nothing else."""
    election, results = example_results()
    files = results_site(election, results, LANGUAGES)
    root, *below = Lookup(election, results).with_pages()
    assert root == "LUM"
    territories = [f"territory-{code}-{place}.html" for code in LANGUAGES for place in below]
    wide = [f"{stem}{ending}" for stem in ("index", "outstanding") for ending in (".html", ".en.html")]
    assert sorted(files) == sorted(["style.css", "icon.svg", *wide, *territories])
    assert read_page(files["index.html"]).get("lang") == "es"
    assert read_page(files["index.en.html"]).get("lang") == "en"


def test_every_link_inside_the_site_leads_somewhere(files: dict[str, bytes]) -> None:
    """Pages, style sheets, icons and places within a page; the rest is a station's codes or in the record's folder."""
    found = pages(files)
    stems = ("index", *example_results()[0].stations)
    codes = {f"codes/{stem}{ending}" for stem in stems for ending in (".html", ".en.html")}
    for name, page in found.items():
        targets = [each.get("href", "") for tag in ("a", "link") for each in page.iter(tag)]
        assert targets
        for target in targets:
            file, _, place = target.partition("#")
            assert not target.startswith(("http", "//", "javascript"))
            assert file in ("", *files) or file in codes or file.startswith("record/")
            if place:
                page_meant = found[file or name]
                assert [each for each in page_meant.iter() if each.get("id") == place]


def test_every_link_into_the_record_is_a_place_of_the_record(files: dict[str, bytes]) -> None:
    """Sheets, the definition, this edition of the results, the newest checkpoint and the readme, where they lie."""
    links = {each.get("href", "") for page in pages(files).values() for each in page.iter("a")}
    places = [place_of(link.removeprefix("record/")) for link in links if link.startswith("record/")]
    assert {place.kind for place in places if place} == {
        Kind.README,
        Kind.DEFINITION,
        Kind.RESULTS,
        Kind.CHECKPOINT,
        Kind.SHEET,
    }
    assert None not in places


def test_the_results_linked_are_the_edition_shown() -> None:
    """Not another edition's."""
    page = read_page(results_site(*example_results(), LANGUAGES)["index.html"])
    assert f"record/results/{example_results()[1].edition:04}.note" in [a.get("href") for a in page.iter("a")]


def test_pages_have_landmarks_one_title_and_headings_in_order(files: dict[str, bytes]) -> None:
    """header, nav, main and footer once each (nav named); h1 once; no heading skips a level."""
    for page in pages(files).values():
        body = page.find("body")
        assert body is not None
        assert [each.tag for each in body if each.tag != "a"] == ["header", "main", "footer"]
        assert all(nav.get("aria-label") for nav in page.iter("nav"))
        levels = [int(each.tag[1]) for each in page.iter() if re.fullmatch("h[1-6]", each.tag)]
        assert levels.count(1) == 1
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))


def test_ids_are_unique_and_labels_exist(files: dict[str, bytes]) -> None:
    """Every aria-labelledby names an element of the page."""
    for page in pages(files).values():
        ids = [each.get("id") for each in page.iter() if each.get("id")]
        assert len(ids) == len(set(ids))
        assert {each.get("aria-labelledby") for each in page.iter() if each.get("aria-labelledby")} <= set(ids)


def test_tables_name_their_rows_and_columns(files: dict[str, bytes]) -> None:
    """Each has a label and a head of column headings; each row has one heading and is as long as the head."""
    for page in pages(files).values():
        for table in page.iter("table"):
            assert table.get("aria-labelledby")
            columns = table.findall("thead/tr/th")
            assert all(column.get("scope") == "col" for column in columns)
            for row in table.findall("tbody/tr"):
                assert [cell.tag for cell in row] == ["th"] + ["td"] * (len(columns) - 1)
                assert row[0].get("scope") == "row"


def test_nothing_on_a_page_can_run_or_reach_outside(files: dict[str, bytes]) -> None:
    """No script, no inline style, no handler, a policy that forbids them, and no address of another host."""
    for page in pages(files).values():
        (policy,) = [m.get("content") for m in page.iter("meta") if m.get("http-equiv") == "Content-Security-Policy"]
        assert policy == "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
        for each in page.iter():
            assert each.tag not in ("script", "style", "iframe", "object", "embed", "form", "img", "base")
            assert not [name for name in each.attrib if name == "style" or name.startswith("on")]
    assert b"url(" not in files["style.css"]
    assert b"@import" not in files["style.css"]


def test_hostile_names_are_shown_and_do_nothing() -> None:
    """Every name stands on the page as text, isolated, so that it cannot turn the numbers beside it around."""
    files = results_site(*hostile_results(), LANGUAGES)
    for name, page in pages(files).items():
        assert b"<script" not in files[name]
        texts = [each for each in page.iter() if HOSTILE in (each.text or "")]
        assert {each.tag for each in texts} == {"bdi", "title"}
        assert not [each for each in page.iter() if HOSTILE in (each.tail or "")]


def test_the_demos_page_is_light() -> None:
    """Twelve stations in under 100 kB, style sheet included."""
    files = results_site(*example_results(), LANGUAGES)
    assert len(files["index.html"]) + len(files["style.css"]) < DEMO_LIMIT


def test_a_nation_fits_an_old_phone() -> None:
    """13,517 stations: no page above 300 kB, the index lists no station, and yet each is listed once a language."""
    shown = nation_results()
    files = results_site(*shown, {"en": in_english})
    assert max(len(data) for data in files.values()) < NATION_LIMIT
    assert not labelled(read_page(files["index.html"]), "stations")
    listed = re.findall(rb'href="record/stations/([^/"]+)/', b"".join(files.values()))
    assert sorted(each.decode() for each in listed) == sorted(shown[0].stations)


def test_a_rehearsal_says_so_on_every_page() -> None:
    """The banner stands before the title, on the index and on the pages of territories."""
    found = pages(results_site(*nation_results(400, 4), LANGUAGES))
    assert len(found) > 8
    for page in found.values():
        (banner,) = [each for each in page.iter("p") if each.get("class") == "rehearsal"]
        assert words(banner)
    election = pages(results_site(*example_results(), LANGUAGES)).values()
    assert not [each for page in election for each in page.iter("p") if each.get("class") == "rehearsal"]


def test_a_provisional_page_never_looks_final() -> None:
    """It says so beside the title, and that persons can still change."""
    page = read_page(results_site(*troubled_results(), LANGUAGES)["index.en.html"])
    text = words(page)
    assert "Provisional results" in text
    assert "Seats and persons can still change." in text
    assert "Persons elected, as counted so far" in text
    assert "Final results" not in text
