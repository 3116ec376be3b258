"""The overview and the pages of territories: the house, the votes, the turnout, the stations."""

from collections.abc import Mapping
from functools import partial

from urna.encoding.canonical import Code
from urna.tally.decided import Prospect
from urna.web.results.cartogram import cartogram
from urna.web.results.contests import contest_groups, contests_in
from urna.web.results.frame import Language, edition_of
from urna.web.results.geojson import GeoMap
from urna.web.results.house import SMALLEST_HOUSE, house_of
from urna.web.results.names import Names
from urna.web.results.outstanding import open_contests, outlook
from urna.web.results.people import people_by_party
from urna.web.results.places import StationRow, states_of, station_rows, territory_rows, turnout_share

STATIONS_ON_A_PAGE = 150
"""A territory with more of them links to the pages of those below it instead."""


def overview(
    names: Names, language: Language, prospects: tuple[Prospect, ...], geo: GeoMap | None
) -> Mapping[str, object]:
    """What the overview shows.

    Args:
        names: of the pages.
        language: of the page.
        prospects: of every contest.
        geo: a map of the territories; without one they are tiles.
    """
    lookup = names.lookup
    house = house_of(lookup)
    groups = contest_groups(lookup, language.code)
    root = lookup.root.code
    shown = groups if not names.is_large else [group for group in groups if group.code == root]
    has_elected = names.has_elected
    return {
        **_shared(names, language, root),
        **edition_of(lookup.results, language),
        "versions": names.versions("index"),
        "house": house,
        "has_chart": house.seats >= SMALLEST_HOUSE,
        "has_parties": bool(lookup.election.parties),
        "people": [] if has_elected else people_by_party(lookup, house.rows, language.code),
        "elected_page": names.languages.file("elected", language) if has_elected else "",
        "groups": shown,
        "regions": [
            (group.name, f"{names.territory(language, group.code)}#contests") for group in groups if group not in shown
        ],
        "beside": [] if names.is_large else territory_rows(lookup, lookup.beside(), partial(names.territory, language)),
        "outlook": outlook(lookup, prospects, language.code),
        "outstanding_page": names.languages.file("outstanding", language),
        "tiles": cartogram(names, language, geo),
    }


def territory(names: Names, language: Language, code: Code, prospects: tuple[Prospect, ...]) -> Mapping[str, object]:
    """What the page of a territory shows.

    Args:
        names: of the pages.
        language: of the page.
        code: of the territory.
        prospects: of every contest; those decided in this territory are shown.
    """
    lookup = names.lookup
    mine = tuple(each for each in prospects if lookup.election.contests[each.contest].territory == code)
    above = [lookup.election.territories[each] for each in lookup.election.chain(code)]
    return {
        **_shared(names, language, code),
        "versions": [(each, names.territory(each, code)) for each in names.languages.all],
        "territory": above[0],
        "above": [(each.name, names.territory(language, each.code)) for each in reversed(above[1:])],
        "contests": contests_in(lookup, code, language.code),
        "open": open_contests(lookup, mine, language.code),
        "beside": territory_rows(lookup, lookup.beside_in(code), partial(names.territory, language)),
    }


def _shared(names: Names, language: Language, code: Code) -> Mapping[str, object]:
    """What the overview and the pages of territories show."""
    lookup = names.lookup
    turnout = lookup.turnout[code]
    page_of = partial(names.territory, language)
    return {
        "turnout": turnout,
        "turnout_share": turnout_share(turnout),
        "states": states_of(lookup, code),
        "territories": territory_rows(lookup, lookup.children(code), page_of),
        "stations": _stations(names, language, code),
        "codes_of": partial(names.languages.codes_file, language=language),
        "contest_link": partial(names.contest, language),
    }


def _stations(names: Names, language: Language, code: Code) -> list[StationRow]:
    """The stations that a page lists: none where the territories below it have pages for them."""
    lookup = names.lookup
    stations = lookup.stations(code)
    if len(stations) > STATIONS_ON_A_PAGE and lookup.children(code):
        return []
    return station_rows(lookup, stations, partial(names.station, language))
