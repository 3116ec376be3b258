"""Which pages an election's site has, each with its key, and how each is written (see `web/results/names`)."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from jinja2 import Environment

from urna.encoding.canonical import Code, Moment
from urna.tally.decided import Prospect, prospects
from urna.web.results.audits import Audits, audits_of, audits_page
from urna.web.results.changes import Changes, changes_of
from urna.web.results.evidence import Evidence
from urna.web.results.frame import Language, Languages, environment, frame
from urna.web.results.geojson import GeoMap
from urna.web.results.keys import Keys, key_of
from urna.web.results.lookup import Lookup
from urna.web.results.names import Names
from urna.web.results.overview import overview, territory
from urna.web.results.search import Search, file_part, search_page
from urna.web.results.station import NO_PICTURES, Pictures, station_page
from urna.web.results.tables import Tables
from urna.web.results.wide import changes_page, downloads, elected, embargo, embargo_ends, outstanding
from urna.words import Say

WORDS = "words"
"""In place of a template: a file of the search's script."""


class Page(NamedTuple):
    """A page before it is written."""

    name: str
    """Its file, seen from the site's folder."""
    key: str
    template: str
    language: int
    """Its place among the site's languages."""
    code: Code = ""
    """Of the territory or station; for a page of the search its number."""


class Site:
    """The pages of one edition, in all languages.

    Args:
        lookup: the results.
        languages: how each language is spoken; the first is the one of index.html.
        record: the record's folder as seen from the pages.
        now: until the polls have closed, there is one page that says so.
        evidence: the record; without it there are no pages of stations, no search and no incidents.
        pictures: of sheets, rendered when they were accepted.
        geo: a map of the territories.
        release: stands for the program and its words; another one writes every page again.
    """

    def __init__(
        self,
        lookup: Lookup,
        languages: Mapping[str, Say],
        record: str = "record",
        *,
        now: Moment,
        evidence: Evidence | None = None,
        pictures: Pictures = NO_PICTURES,
        geo: GeoMap | None = None,
        release: str = "",
    ) -> None:
        self.lookup, self.evidence, self.pictures, self.geo = lookup, evidence, pictures, geo
        self.names = Names(lookup, Languages(languages), record, has_stations=evidence is not None)
        self.is_closed = now >= embargo_ends(lookup.election)
        self.changes: Changes | None = changes_of(lookup, evidence) if evidence else None
        self.audits: Audits | None = audits_of(evidence) if evidence else None
        shared = key_of(release, list(languages), record, evidence is not None)
        self.keys = Keys(lookup, shared, evidence, self.changes, pictures)
        self._environments: dict[str, Environment] = {}

    def pages(self) -> Iterator[Page]:
        """Every page with its key; the overviews last, so that what they lead to is there before them."""
        languages = list(enumerate(self.names.languages.all))
        if not self.is_closed:
            yield from (
                Page(self.names.languages.file("index", language), self.keys.site, "embargo.html", number)
                for number, language in languages
            )
            return
        for number, language in languages:
            yield from self._of_stations(number, language)
            yield from self._of_territories(number, language)
            yield from self._wide(number, language)
        if self.evidence:
            yield Page("search/words.json", self.keys.site, WORDS, 0)
            for number, prefix in enumerate(self.search.files):
                yield Page(f"search/words/{file_part(prefix)}.json", self.keys.site, WORDS, 0, str(number))
        key = key_of(self.keys.edition, self.geo.key if self.geo else "")
        for number, language in languages:
            yield Page(self.names.languages.file("index", language), key, "index.html", number)

    def write(self, page: Page) -> bytes:
        """A page's bytes."""
        if page.template == WORDS:
            return self.search.word_file(int(page.code)) if page.code else self.search.words()
        language = self.names.languages.all[page.language]
        if language.code not in self._environments:
            self._environments[language.code] = environment(language)
        shared = frame(self.lookup, self.names.languages, language, self.names.record)
        view = {**shared, "here": page.name, "places": self.names.places(language), **self._view(page, language)}
        return self._environments[language.code].get_template(page.template).render(view).encode()

    @cached_property
    def search(self) -> Search:
        """Every station and territory by name."""
        return Search(self.names)

    @cached_property
    def tables(self) -> Tables:
        """The numbers as tables; only of a site with its record."""
        if self.evidence is None:
            raise ValueError(self.names.record)
        return Tables(self.lookup, self.evidence, self.keys)

    @cached_property
    def prospects(self) -> tuple[Prospect, ...]:
        """What every contest can still become."""
        return prospects(self.lookup.election, self.lookup.results)

    def _view(self, page: Page, language: Language) -> Mapping[str, object]:
        names = self.names
        match page.template:
            case "index.html":
                return overview(names, language, self.prospects, self.geo)
            case "territory.html":
                return territory(names, language, page.code, self.prospects)
            case "outstanding.html":
                return outstanding(names, language, self.prospects)
            case "elected.html":
                return elected(names, language)
            case "embargo.html":
                return embargo(names, language)
        return self._view_with_record(page, language)

    def _view_with_record(self, page: Page, language: Language) -> Mapping[str, object]:
        if self.evidence is None or self.changes is None:
            raise ValueError(page.template)
        match page.template:
            case "station.html":
                incidents = self.changes.of(page.code)
                return station_page(
                    self.names, self.evidence, page.code, language, incidents=incidents, pictures=self.pictures
                )
            case "changes.html":
                return changes_page(self.names, language, self.changes)
            case "audits.html" if self.audits is not None:
                return audits_page(self.names, language, self.audits)
            case "downloads.html":
                return downloads(self.names, language, self.tables)
            case _:
                return search_page(self.names, self.search, language, int(page.code))

    def _of_stations(self, number: int, language: Language) -> Iterator[Page]:
        for code in self.lookup.election.stations if self.evidence else ():
            yield Page(self.names.station(language, code), self.keys.station(code), "station.html", number, code)

    def _of_territories(self, number: int, language: Language) -> Iterator[Page]:
        for code in self.names.territories:
            if code != self.lookup.root.code:
                key = self.keys.territory(code)
                yield Page(self.names.territory(language, code), key, "territory.html", number, code)

    def _wide(self, number: int, language: Language) -> Iterator[Page]:
        """Pages about all of the election."""
        file = self.names.languages.file
        yield Page(file("outstanding", language), self.keys.edition, "outstanding.html", number)
        if self.names.has_elected:
            yield Page(file("elected", language), self.keys.edition, "elected.html", number)
        if self.changes is not None:
            yield Page(file("downloads", language), self.keys.site, "downloads.html", number)
            yield Page(file("changes", language), self.keys.changes(self.changes), "changes.html", number)
            if self.evidence is not None:
                yield Page(file("audits", language), self.keys.audits(self.evidence), "audits.html", number)
            for page in range(len(self.search.pages) + 1 if len(self.search.pages) > 1 else 1):
                name = file(f"search/{page}" if page else "search/index", language)
                yield Page(name, self.keys.site, "search.html", number, str(page))
