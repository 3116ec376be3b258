"""The pages about all of the election beside the overview: what can still change, incidents, persons, the embargo."""

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

from urna.election.definition import Election
from urna.encoding.canonical import Code, Moment
from urna.tally.decided import Prospect
from urna.web.results.changes import Changes
from urna.web.results.contests import in_language
from urna.web.results.figures import day
from urna.web.results.frame import Language, edition_of
from urna.web.results.house import house_of
from urna.web.results.names import Names
from urna.web.results.nist import REPORT
from urna.web.results.outstanding import ProspectView, outlook
from urna.web.results.people import people_by_party
from urna.web.results.places import station_rows
from urna.web.results.tables import Tables

STATIONS_LISTED = 300
"""Stations that may still count: so many are listed; the pages of territories have the others."""


def outstanding(names: Names, language: Language, prospects: tuple[Prospect, ...]) -> Mapping[str, object]:
    """What the page of what can still change shows."""
    lookup = names.lookup
    view = outlook(lookup, prospects, language.code)

    def is_here(each: ProspectView) -> bool:
        return names.is_on_overview(lookup.election.contests[each.contest.code])

    listed = [lookup.states[station] for station in view.stations[:STATIONS_LISTED]]
    return {
        **edition_of(lookup.results, language),
        "versions": names.versions("outstanding"),
        "outlook": view,
        "detailed": [each for each in view.open if is_here(each)],
        "brief": [each for each in view.open if not is_here(each)],
        "contest_link": partial(names.contest, language),
        "received": len(lookup.received),
        "stations": station_rows(lookup, listed, partial(names.station, language)),
        "more": len(view.stations) > STATIONS_LISTED,
    }


def changes_page(names: Names, language: Language, changes: Changes) -> Mapping[str, object]:
    """What the page of incidents and corrections shows."""
    election = names.lookup.election
    return {
        "versions": names.versions("changes"),
        "changes": changes,
        "station_page": partial(names.station, language),
        "name_of": partial(_name_of, election),
        "candidate_of": lambda code: election.candidates[code].name,
        "day": partial(day, language=language.code),
    }


def elected(names: Names, language: Language) -> Mapping[str, object]:
    """What the page of the persons elected shows."""
    lookup = names.lookup
    return {
        **edition_of(lookup.results, language),
        "versions": names.versions("elected"),
        "people": people_by_party(lookup, house_of(lookup).rows, language.code),
        "has_parties": bool(lookup.election.parties),
        "contest_link": partial(names.contest, language),
    }


class TableLine(NamedTuple):
    """A contest's table on the page of downloads."""

    title: str
    place: str
    stem: str
    regions: tuple[tuple[str, str], ...]
    """Names and stems of its parts; without any, it is a spreadsheet itself."""


def downloads(names: Names, language: Language, tables: Tables) -> Mapping[str, object]:
    """What the page of downloads shows."""
    election = names.lookup.election
    lines = []
    for contest in election.definition.contests:
        regions = tuple(
            (election.territories[code].name, f"data/{contest.code}/{code}") for code in tables.regions(contest.code)
        )
        title, place = in_language(contest.title, language.code), election.territories[contest.territory].name
        lines.append(TableLine(title, place, f"data/{contest.code}", regions))
    return {
        "versions": names.versions("downloads"),
        "lines": lines,
        "totals_fit": tables.totals_fit,
        "report": REPORT,
        "report_has_stations": tables.report_has_stations,
    }


def embargo(names: Names, language: Language) -> Mapping[str, object]:
    """What stands in place of every page until the polls have closed: nothing of votes."""
    election = names.lookup.election
    return {
        "versions": names.versions("index"),
        "places": [],
        "closes": day(embargo_ends(election), language.code),
        "stations": len(election.stations),
        "electors": sum(station.electors for station in election.definition.stations),
    }


def embargo_ends(election: Election) -> Moment:
    """When the last polls close: from then on results are shown."""
    return election.definition.closes_at


def _name_of(election: Election, station: Code) -> str:
    """A station's name; an incident may name one that is unknown."""
    return election.stations[station].name if station in election.stations else station
