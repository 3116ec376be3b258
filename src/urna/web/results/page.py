"""The results pages: static HTML in each language, from the definition and the results.

    index.html, index.<language>.html     the house, who is elected, every contest, turnout, the stations
    territory-<language>-<CODE>.html      the same for one territory: what its stations say
    style.css, icon.svg

The ballots' confirmation codes have pages beside these, in codes/ (`web/results/codes`).

Nothing is computed here that is not in the results: shares are only rounded for the eye, and say so by their
one decimal. The pages work without scripts, on paper, and on a small screen; the stations of a nation are spread
over the pages of its territories, so that none is too heavy for an old phone.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from importlib.resources import files
from typing import NamedTuple

from jinja2 import Environment

from urna.election.definition import Election
from urna.encoding.canonical import Code
from urna.tally.results import Results
from urna.web.results.contests import contest_groups, contests_in
from urna.web.results.frame import Language, Languages, environment, frame
from urna.web.results.house import SMALLEST_HOUSE, house_of
from urna.web.results.lookup import Lookup
from urna.web.results.people import people_by_party
from urna.web.results.places import StationRow, states_of, station_rows, territory_rows, turnout_share
from urna.words import Say

STATIONS_ON_A_PAGE = 150
"""A territory with more of them links to the pages of those below it instead."""

ASSETS = ("style.css", "icon.svg")


class Page(NamedTuple):
    """One page, in one language, before it is written."""

    territory: Code
    language: Language
    environment: Environment


def results_site(
    election: Election, results: Results, languages: Mapping[str, Say], record: str = "record"
) -> dict[str, bytes]:
    """The files of the results pages.

    1. Look up the results by contest and territory.
    2. Choose which territories have a page.
    3. Write each page in each language.

    Args:
        election: the definition, with its identity.
        results: the edition to show.
        languages: how each language is spoken; the first is the one of index.html.
        record: the record's folder as seen from the pages, for their links and commands.

    Returns:
        Bytes by file name, all in one folder; see the top of this module.
    """
    site = _Site(Lookup(election, results), languages, record)
    templates = files("urna.web.results") / "templates"
    return {name: (templates / name).read_bytes() for name in ASSETS} | dict(site.pages())


class _Site:
    """The pages of one edition, in all languages."""

    def __init__(self, lookup: Lookup, languages: Mapping[str, Say], record: str) -> None:
        self._lookup = lookup
        self._languages = Languages(languages)
        self._record = record
        self._territories = _with_pages(lookup)

    def pages(self) -> Iterator[tuple[str, bytes]]:
        """Every page's file name and bytes."""
        for language in self._languages.all:
            templates = environment(language)
            for territory in self._territories:
                page = Page(territory, language, templates)
                yield self._file(language, territory), self._write(page).encode()

    def _write(self, page: Page) -> str:
        is_index = page.territory == self._lookup.root.code
        template = page.environment.get_template("index.html" if is_index else "territory.html")
        view = self._index(page) if is_index else self._territory(page)
        return template.render(self._both(page) | view)

    def _both(self, page: Page) -> dict[str, object]:
        """What every page shows."""
        lookup, language = self._lookup, page.language
        turnout = lookup.turnout[page.territory]
        page_of = partial(self._page_of, language)
        return frame(lookup, self._languages, language, self._record) | {
            "versions": [(each, self._file(each, page.territory)) for each in self._languages.all],
            "turnout": turnout,
            "turnout_share": turnout_share(turnout),
            "states": states_of(lookup, page.territory),
            "territories": territory_rows(lookup, lookup.children(page.territory), page_of),
            "stations": self._stations(page.territory),
            "page_of": page_of,
            "codes_of": partial(self._languages.codes_file, language=language),
        }

    def _index(self, page: Page) -> dict[str, object]:
        lookup, language = self._lookup, page.language.code
        house = house_of(lookup)
        return {
            "house": house,
            "has_chart": house.seats >= SMALLEST_HOUSE,
            "has_parties": bool(lookup.election.parties),
            "people": people_by_party(lookup, house.rows, language),
            "groups": contest_groups(lookup, language),
            "beside": territory_rows(lookup, lookup.beside(), lambda _: ""),
        }

    def _territory(self, page: Page) -> dict[str, object]:
        lookup = self._lookup
        above = [lookup.election.territories[code] for code in lookup.election.chain(page.territory)]
        return {
            "territory": above[0],
            "above": [(each.name, self._page_of(page.language, each.code)) for each in reversed(above[1:])],
            "contests": contests_in(lookup, page.territory, page.language.code),
        }

    def _stations(self, territory: Code) -> list[StationRow]:
        """The stations that a page lists: none where the territories below it have pages for them."""
        is_short = len(self._lookup.stations(territory)) <= STATIONS_ON_A_PAGE
        return station_rows(self._lookup, territory) if is_short or not self._lookup.children(territory) else []

    def _page_of(self, language: Language, territory: Code) -> str:
        return self._file(language, territory) if territory in self._territories else ""

    def _file(self, language: Language, territory: Code) -> str:
        if territory != self._lookup.root.code:
            return f"territory-{language.code}-{territory}.html"
        return self._languages.file("index", language)


def _with_pages(lookup: Lookup) -> dict[Code, None]:
    """The root, what lies directly below it, and what lies below a territory with too many stations for a page."""
    found = {lookup.root.code: None}
    queue = [lookup.root.code]
    while queue:
        parent = queue.pop()
        if parent == lookup.root.code or len(lookup.stations(parent)) > STATIONS_ON_A_PAGE:
            children = [child.code for child in lookup.children(parent)]
            found |= dict.fromkeys(children)
            queue += children
    return found
