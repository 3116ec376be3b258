"""The map: supplied outlines or tiles, the leader of each territory, and nothing that a hostile file could do."""

import json
from typing import Any

import pytest
from tests.web.examples import example_results, hostile_results, republic_results, troubled_results
from tests.web.reading import Element, read_page, words

from urna.errors import Malformed
from urna.web.results.geojson import MOST_POINTS, WIDTH, read_map
from urna.web.results.lookup import Lookup
from urna.web.results.page import results_site
from urna.web.results.site import Site
from urna.words import in_english

LANGUAGES = {"en": in_english}
STATES = ("MON", "RIB", "SAB")


def square(code: str, west: float, corners: int = 4) -> dict[str, Any]:
    """A feature: a square with so many corners along its south."""
    south = [[west + n / corners, 8.0 + (n % 2) / 1000] for n in range(corners)]
    ring = [*south, [west + 1, 9.0], [west, 9.0], south[0]]
    return {
        "type": "Feature",
        "properties": {"code": code},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def collection(*features: dict[str, Any]) -> bytes:
    """A GeoJSON file."""
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


def lookup() -> Lookup:
    """The example's results."""
    return Lookup(*example_results())


def overview(data: bytes | None) -> Element:
    """The example's overview with a map."""
    geo = read_map(data, lookup()) if data is not None else None
    site = Site(lookup(), LANGUAGES, now="2026-12-08T00:00:00Z", geo=geo)
    (page,) = [each for each in site.pages() if each.name == "index.html"]
    return read_page(site.write(page))


def areas(page: Element) -> list[Element]:
    """The links of the picture."""
    (section,) = [each for each in page.iter("section") if each.get("aria-labelledby") == "map"]
    return list(section.iter("a"))


def test_without_a_file_there_is_a_tile_for_each_territory() -> None:
    """In the definition's order, each a link to its page, with the leader's name and share."""
    found = areas(overview(None))
    assert [each.get("href") for each in found] == [f"territory-en-{code}.html" for code in STATES]
    election, results = example_results()
    for each, code in zip(found, STATES, strict=True):
        total = results.total("NAC", code)
        assert total is not None
        votes = {one.choice: one.votes for one in total.choices}
        best = max(votes, key=lambda choice: votes[choice])
        party = next(choice.party for choice in election.contests["NAC"].choices if choice.code == best)
        assert election.parties[party or ""].short_name in (each.get("aria-label") or "")


def test_a_file_draws_each_territory_where_it_lies() -> None:
    """West to east, in the picture's width; the same links as the tiles."""
    data = collection(*(square(code, float(n)) for n, code in enumerate(STATES)))
    found = areas(overview(data))
    assert [each.get("href") for each in found] == [f"territory-en-{code}.html" for code in STATES]
    wests = []
    for each in found:
        path = each.find("path")
        assert path is not None
        numbers = [
            float(n) for n in (path.get("d") or "").replace("M", " ").replace("L", " ").replace("Z", " ").split()
        ]
        assert all(0 <= x <= WIDTH for x in numbers[::2])
        wests.append(min(numbers[::2]))
    assert wests == sorted(wests)
    assert wests[0] == 0


def test_a_file_without_all_territories_is_not_drawn() -> None:
    """Tiles show every one; a map with a hole would hide a territory."""
    found = areas(overview(collection(square("MON", 0.0))))
    assert all(each.find("path") is None for each in found)
    assert len(found) == len(STATES)


def test_outlines_are_simplified_to_what_a_phone_loads() -> None:
    """A hundred thousand corners become at most so many."""
    geo = read_map(collection(*(square(code, float(n), 40_000) for n, code in enumerate(STATES))), lookup())
    assert sum(path.count("L") for path in geo.outlines.values()) <= MOST_POINTS
    assert all(path.count("L") >= 3 for path in geo.outlines.values())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b'{"type":"FeatureCollection"}',
        collection(square("ELSEWHERE", 0.0)),
        collection(
            {"type": "Feature", "properties": {"code": "MON"}, "geometry": {"type": "Point", "coordinates": [1, 2]}}
        ),
        collection(
            {"type": "Feature", "properties": {"code": "MON"}, "geometry": {"type": "Polygon", "coordinates": 7}}
        ),
        collection(
            {
                "type": "Feature",
                "properties": {"code": "MON"},
                "geometry": {"type": "Polygon", "coordinates": [[["a", "b"]]]},
            }
        ),
        collection(
            {"type": "Feature", "properties": {"code": "MON"}, "geometry": {"type": "Polygon", "coordinates": []}}
        ),
        collection(
            {
                "type": "Feature",
                "properties": {"code": "MON"},
                "geometry": {"type": "Polygon", "coordinates": [[["1e999", 2]]]},
            }
        ),
    ],
)
def test_what_is_no_map_is_refused(data: bytes) -> None:
    """With a sentence, and not with a crash."""
    with pytest.raises(Malformed):
        read_map(data, lookup(), "map.geojson")


def test_a_tie_has_no_leader() -> None:
    """Where two have equally many votes, nobody leads."""
    election, results = troubled_results()
    page = read_page(results_site(election, results, LANGUAGES)["index.html"])
    for each, state in zip(areas(page), STATES, strict=True):
        total = results.total("NAC", state)
        assert total is not None
        votes = sorted((one.votes for one in total.choices), reverse=True)
        assert ("nobody leads" in (each.get("aria-label") or "")) == (votes[0] == votes[1])


def test_hostile_names_stay_text_in_the_picture() -> None:
    """In titles and labels, escaped."""
    page = read_page(results_site(*hostile_results(), LANGUAGES)["index.html"])
    assert len(areas(page)) == len(STATES)
    assert not list(page.iter("script"))


@pytest.mark.slow
def test_the_overview_of_a_republic_is_light() -> None:
    """277 seats, 112 contests: under 100 kB with its style sheet and icon; each contest has its page."""
    election, results = republic_results()
    files = results_site(election, results, LANGUAGES)
    assert sum(len(files[name]) for name in ("index.html", "style.css", "icon.svg")) < 100_000
    shown = {
        each.get("id")
        for name, data in files.items()
        if name == "index.html" or name.startswith("territory")
        for each in read_page(data).iter("div")
        if (each.get("id") or "").startswith("c-")
    }
    assert shown >= {f"c-{contest}" for contest in election.contests}
    people = words(read_page(files["elected.html"]))
    assert all(each.name in people for persons in results.elected for each in persons.elected)
