"""Where every page of the site lies: names follow from the definition alone, so a link to one holds for ever.

index.html, index.<language>.html      the overview
territory-<language>-<CODE>.html       what the stations of one territory say
stations/<CODE>.html                   a station's signed sheet
codes/…                                its ballots by their codes (`web/results/codes`)
outstanding.html                       what the stations still to come can change
changes.html                           incidents, corrections, decisions
audits.html                            audits of the paper, and examinations
elected.html                           the persons elected, where they are too many for the overview
search/…                               every station and territory by name (`web/results/search`)
downloads.html, data/…                 the numbers as tables (`web/results/tables`)
sheets/…                               pictures of sheets, rendered when they were accepted
style.css, icon.svg
"""

from urna.election.definition import Contest
from urna.encoding.canonical import Code
from urna.web.results.frame import Language, Languages
from urna.web.results.lookup import Lookup
from urna.words import N_

ROWS_ON_OVERVIEW = 150
"""With more choices in all contests, those of the territories are on their pages alone."""

SEATS_ON_OVERVIEW = 60
"""With more seats, the persons have a page of their own."""


class Names:
    """The pages of a site, as links from the results' own folder.

    Args:
        lookup: the results.
        languages: of the site.
        record: the record's folder as seen from the results.
        has_stations: whether stations have pages, which needs the record.
    """

    def __init__(self, lookup: Lookup, languages: Languages, record: str, *, has_stations: bool) -> None:
        self.lookup, self.languages, self.record, self.has_stations = lookup, languages, record, has_stations
        self.territories = lookup.with_pages()
        contests = lookup.election.definition.contests
        self.is_large = sum(len(contest.choices) for contest in contests) > ROWS_ON_OVERVIEW
        self.has_elected = sum(result.rule.seats for result in lookup.results.seats) > SEATS_ON_OVERVIEW

    def territory(self, language: Language, code: Code) -> str:
        """The page of a territory, seen from the results; that of its only station; or none."""
        if code == self.lookup.root.code:
            return self.languages.file("index", language)
        if code in self.territories:
            return f"territory-{language.code}-{code}.html"
        stations = self.lookup.stations(code)
        return self.station(language, stations[0].station) if len(stations) == 1 else ""

    def station(self, language: Language, code: Code) -> str:
        """The page of a station; none in a site of results alone."""
        return self.languages.station_file(code, language) if self.has_stations else ""

    def contest(self, language: Language, code: Code) -> str:
        """The place of a contest on the page that shows where it is decided."""
        contest = self.lookup.election.contests[code]
        if self.is_on_overview(contest):
            return f"{self.languages.file('index', language)}#c-{code}"
        return f"{self.territory(language, contest.territory)}#c-{code}"

    def is_on_overview(self, contest: Contest) -> bool:
        """Whether the overview shows a contest: all of a small election, those of the whole nation of a large one."""
        return not self.is_large or contest.territory == self.lookup.root.code

    def versions(self, stem: str) -> list[tuple[Language, str]]:
        """A page in each language, seen from a page in the same folder."""
        return [(language, file.rpartition("/")[2]) for language, file in self.languages.versions(stem)]

    def places(self, language: Language) -> list[tuple[str, str]]:
        """The pages that every page leads to: what is said of each, in English, and its file."""
        places = [(N_("Results"), "index"), (N_("What can still change"), "outstanding")]
        if self.has_stations:
            places += [(N_("Find a station"), "search/index"), (N_("Incidents and corrections"), "changes")]
            places += [(N_("Audits"), "audits"), (N_("Downloads"), "downloads")]
        return [(title, self.languages.file(stem, language)) for title, stem in places]
