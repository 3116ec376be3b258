"""The map: supplied outlines or tiles, the leader of each territory, and nothing that a hostile file could do."""

import json
from itertools import accumulate
from typing import Any

import pytest
from msgspec.structs import replace
from tests.web.examples import example_results, hostile_results, republic_results, troubled_results
from tests.web.reading import Element, by_id, read_page, words

from urna.errors import Malformed
from urna.web.results.geojson import read_map
from urna.web.results.lookup import Lookup
from urna.web.results.outlines import MOST_POINTS, SIDE
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


def corners(path: str) -> list[list[tuple[float, float]]]:
    """The corners of each ring of a path, in the picture's units."""
    rings = []
    for ring in path.split("M")[1:]:
        start, moves = ring.removesuffix("z").split("l")
        steps = [float(each) for each in f"{start} {moves}".split()]
        rings.append(list(zip(accumulate(steps[::2]), accumulate(steps[1::2]), strict=True)))
    return rings


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
        (ring,) = corners(path.get("d") or "")
        xs = [x for x, _ in ring]
        assert all(0 <= x <= SIDE for x in xs)
        wests.append(min(xs))
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
    assert sum(len(ring) for path in geo.outlines.values() for ring in corners(path)) <= MOST_POINTS
    assert sum(map(len, geo.outlines.values())) < 9 * MOST_POINTS
    assert all(len(ring) >= 3 for path in geo.outlines.values() for ring in corners(path))


def boxes(code: str, *corners: tuple[float, float, float, float]) -> dict[str, Any]:
    """A feature of several boxes: west, south, east, north."""
    rings = [[[[w, s], [e, s], [e, n], [w, n], [w, s]]] for w, s, e, n in corners]
    return {
        "type": "Feature",
        "properties": {"code": code},
        "geometry": {"type": "MultiPolygon", "coordinates": rings},
    }


def test_a_country_on_both_sides_of_180_degrees_stays_in_one_piece() -> None:
    """Its eastern part, at -179, lies to the right of its western one, at 178; the sea between is not drawn."""
    parts = (boxes("MON", (177, -18, 179, -16)), boxes("RIB", (179, -18, 180, -16), (-180, -18, -178, -16)))
    geo = read_map(collection(*parts, boxes("SAB", (-178, -18, -177, -16))), lookup())
    assert [geo.middles[code].x for code in STATES] == sorted(geo.middles[code].x for code in STATES)
    assert all(geo.middles[code].room > SIDE / 20 for code in STATES)


def test_a_sign_stands_inside_the_largest_part_of_its_territory() -> None:
    """Not in the middle of a crescent's bay, nor on an island that is long and thin."""
    bay = [[0, 0], [4, 0], [4, 1], [1, 1], [1, 3], [4, 3], [4, 4], [0, 4], [0, 0]]
    crescent = {"type": "Polygon", "coordinates": [bay]}
    first = {"type": "Feature", "properties": {"code": "MON"}, "geometry": crescent}
    long_island = boxes("RIB", (5, 0, 7, 2), (5, 3.9, 9, 4))
    geo = read_map(collection(first, long_island, boxes("SAB", (8, 0, 9, 3))), lookup())
    unit = SIDE / 9
    assert geo.middles["MON"].x < 1.2 * unit or not unit < geo.middles["MON"].y < 3 * unit
    assert geo.middles["MON"].room > 0.3 * unit
    assert geo.middles["RIB"].x < 7.1 * unit
    assert geo.middles["RIB"].y > 2 * unit


def test_a_territory_of_small_islands_is_still_there() -> None:
    """Of an archipelago, the largest island is drawn as a figure with an inside, however small."""
    ring = [[0.01 * (n % 5), 0.002 * n] for n in range(9)]
    islands = {
        "type": "MultiPolygon",
        "coordinates": [[[*ring, ring[0]]], [[[1, 1], [1.0001, 1], [1, 1.0001], [1, 1]]]],
    }
    small = {"type": "Feature", "properties": {"code": "MON"}, "geometry": islands}
    geo = read_map(collection(small, square("RIB", 20.0, 400), square("SAB", 40.0, 400)), lookup())
    (island,) = corners(geo.outlines["MON"])
    assert len(set(island)) >= 3
    page = overview(collection(small, square("RIB", 3.0), square("SAB", 5.0)))
    signs = {each.text for each in page.iter("text") if each.get("class") == "sign"}
    assert signs == {"RIB", "SAB"}


def test_a_country_taller_than_wide_fits_the_picture() -> None:
    """Neither side is longer than the picture's."""
    tall = (boxes(code, (-75, south, -70, south + 12)) for code, south in zip(STATES, (-54, -42, -30), strict=True))
    geo = read_map(collection(*tall), lookup())
    assert geo.height == SIDE
    assert geo.width < SIDE / 4


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


def test_the_legend_says_what_each_tile_shows() -> None:
    """Who leads, ties, and where nothing is counted; of final results, who came first: a lead is over then."""
    election, results = example_results()
    first, second, *_ = STATES
    tied = [
        replace(total, choices=tuple(replace(each, votes=7) for each in total.choices))
        if (total.contest, total.territory) == ("NAC", first)
        else replace(total, choices=tuple(replace(each, votes=0) for each in total.choices))
        if (total.contest, total.territory) == ("NAC", second)
        else total
        for total in results.totals
    ]
    uncounted = [replace(each, stations_counted=0) if each.territory == second else each for each in results.turnout]
    changed = replace(results, status="provisional", totals=tuple(tied), turnout=tuple(uncounted))
    said = words(by_id(read_page(results_site(election, changed, LANGUAGES)["index.html"]), "map-legend"))
    assert "leads in 1" in said
    assert "=tied in 1" in said.replace("= ", "=")
    assert "–no station counted yet: in 1" in said.replace("– ", "–")
    final = replace(results, status="final")
    page = read_page(results_site(election, final, LANGUAGES)["index.html"])
    assert words(by_id(page, "map")) == "Who came first where"
    assert "first in" in words(by_id(page, "map-legend"))
    assert "leads in" not in words(by_id(page, "map-legend"))


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
