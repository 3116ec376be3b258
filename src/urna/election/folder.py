"""The folder in which an official writes an election down, read into a `Definition`, or into all its mistakes.

    election.toml      what, when, who signs, the rules, the contests
    territories.csv    code, kind, name, parent, seats, votes_allowed
    parties.csv        code, name, short_name, color
    candidates.csv     code, name, contest, party, position, substitutes
    cards.csv          contest, party, counts_for
    stations.csv       code, name, centre, circuits, electors, booths
    photos/            of candidates, if there are any: no part of the record (election/folder_photos)

docs/definition.md explains every column and key. This module takes bytes and gives records: the files are read
by storage/definition_folder.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from urna.election.check import check_definition
from urna.election.definition import Definition, Party
from urna.election.folder_candidates import CANDIDATE_COLUMNS, CARD_COLUMNS, People, read_candidates, read_cards
from urna.election.folder_contests import Drafts, Template, draft_contests, read_template
from urna.election.folder_csv import Column, Row, read_rows
from urna.election.folder_findings import Ledger, Place
from urna.election.folder_head import Head, read_head
from urna.election.folder_stations import STATION_COLUMNS, check_reach, derive_styles, read_station
from urna.election.folder_territories import (
    PARTY_COLUMNS,
    TERRITORY_COLUMNS,
    TerritoryRow,
    read_party,
    read_territory,
)
from urna.election.folder_toml import Table, absent_table, read_toml
from urna.election.mistake import Mistake, Path
from urna.election.styles import EVERYBODY
from urna.election.territory import Tree
from urna.encoding.canonical import decode, encode
from urna.errors import Findings
from urna.words import N_

ELECTION = "election.toml"
TABLES: Mapping[str, tuple[Column, ...]] = {
    "territories.csv": TERRITORY_COLUMNS,
    "parties.csv": PARTY_COLUMNS,
    "candidates.csv": CANDIDATE_COLUMNS,
    "cards.csv": CARD_COLUMNS,
    "stations.csv": STATION_COLUMNS,
}
"""The CSV files and their columns."""

FILES = (ELECTION, *TABLES)
"""All files of a folder, in the order in which mistakes are listed."""


TEMPLATE_KEYS = ("title", "method", "seats", "threshold", "votes_allowed", "territory")
"""Keys of a [[contest]] that all its contests share."""


class _Parts(NamedTuple):
    """A definition as far as it came, before the rules of the whole."""

    definition: Definition
    places: Mapping[Path, Place]
    """Where each part stands."""
    astray: Collection[str]
    """Whom cards count for whose contest is unknown."""
    is_broken: bool
    """Some [[contest]] gave no contest, so stations may lack some."""


class _Front(NamedTuple):
    """What can be read of a folder without looking from one file into another."""

    head: Head
    templates: list[Template]
    territories: list[TerritoryRow]
    parties: list[Party]


def read_folder(files: Mapping[str, bytes]) -> Definition:
    """The definition that a folder describes.

    1. Read every file; note where everything stands.
    2. Put contests, candidates, cards and stations together.
    3. Apply the rules of the whole (election/check).
    4. Report all mistakes at once, or return the definition.

    Where a file cannot be read at all, nothing is said of what the others refer to.

    Args:
        files: the bytes of each file of `FILES`, by name; others are passed over.

    Raises:
        Findings: the folder has mistakes; each with file, line and what to do.
    """
    ledger = Ledger(FILES)
    top, rows = _read_files(files, ledger)
    front = _read_front(top, rows)
    if not ledger.unreadable:
        parts = _put_together(front, rows, ledger)
        for mistake in check_definition(parts.definition):
            _follow(mistake, parts, ledger)
    if findings := ledger.sorted():
        raise Findings(findings)
    return decode(encode(parts.definition), Definition)


def _read_files(files: Mapping[str, bytes], ledger: Ledger) -> tuple[Table, dict[str, list[Row]]]:
    """The top table of election.toml and the rows of each CSV file; a missing file is empty, and a mistake."""
    for name in FILES:
        if name not in files:
            ledger.add(Place(name), N_("The file is missing."), N_("Write it; `urna election new` makes an example."))
            ledger.unreadable.add(name)
    top = read_toml(ELECTION, files[ELECTION], ledger) if ELECTION in files else absent_table(ELECTION, ledger)
    rows = {
        name: read_rows(name, files[name], columns, ledger) if name in files else [] for name, columns in TABLES.items()
    }
    return top, rows


def _read_front(top: Table, rows: Mapping[str, list[Row]]) -> _Front:
    head = read_head(top)
    templates = [read_template(table) for table in top.tables("contest")]
    top.close()
    territories = [read_territory(row) for row in rows["territories.csv"]]
    parties = [read_party(row) for row in rows["parties.csv"]]
    return _Front(head, templates, territories, parties)


def _put_together(front: _Front, rows: Mapping[str, list[Row]], ledger: Ledger) -> _Parts:
    """One definition from all files, what cannot be used left out."""
    drafts = draft_contests(front.templates, front.territories, ledger)
    parties = {party.code: party for party in front.parties}
    people = read_candidates(rows["candidates.csv"], drafts, parties)
    astray = read_cards(rows["cards.csv"], drafts, parties, people)
    contests = [draft.contest() for draft in drafts.by_code.values()]
    groups = sorted({template.electorate for template in front.templates} - {EVERYBODY})
    stations = [read_station(row, groups) for row in rows["stations.csv"]]
    tree = Tree([row.territory for row in front.territories])
    usable = [template for template in front.templates if template.code not in drafts.broken]
    check_reach(stations, usable, contests, tree)
    styles, placed = derive_styles(stations, contests, tree)
    definition = Definition(
        code=front.head.code,
        title=front.head.title,
        purpose="rehearsal" if front.head.purpose == "rehearsal" else "election",
        opens_at=front.head.opens_at,
        closes_at=front.head.closes_at,
        authority=front.head.authority,
        rules=front.head.rules,
        territories=tuple(row.territory for row in front.territories),
        parties=tuple(front.parties),
        candidates=tuple(people.candidates.values()),
        contests=tuple(contests),
        styles=styles,
        stations=placed,
    )
    places = front.head.places | _places_of_rows(rows, people) | _places_of_contests(drafts)
    return _Parts(definition, places, frozenset(astray), bool(drafts.broken))


def _places_of_rows(rows: Mapping[str, list[Row]], people: People) -> dict[Path, Place]:
    """Where each territory, party, candidate and station stands, by its number in the definition."""
    sections = {"territories": "territories.csv", "parties": "parties.csv", "stations": "stations.csv"}
    places: dict[Path, Place] = {(section,): Place(file) for section, file in sections.items()}
    for section, file in sections.items():
        places |= {(section, number): row.place for number, row in enumerate(rows[file])}
    return places | {("candidates", number): place for number, place in enumerate(people.places.values())}


def _places_of_contests(drafts: Drafts) -> dict[Path, Place]:
    """Where each contest, its cards and who stands in it are written."""
    places: dict[Path, Place] = {}
    for number, draft in enumerate(drafts.by_code.values()):
        places |= {("contests", number, *path): place for path, place in draft.places.items()}
    return places


def _follow(mistake: Mistake, parts: _Parts, ledger: Ledger) -> None:
    """Report what a rule of the whole found at its line, unless it only follows from another finding."""
    path = mistake.path
    place = _nearest(parts.places, path)
    if ledger.is_blamed(place):
        return
    if path[0] == "contests" and path[-1] == "options" and mistake.problem.values.get("name") in parts.astray:
        return
    if path[0] == "stations" and path[-1] == "styles" and parts.is_broken:
        return
    of_template = path[0] == "contests" and path[-1] in TEMPLATE_KEYS and place.file == ELECTION
    ledger.follow(mistake.at(place.file, place.line), _apart_from_code(mistake) if of_template else None)


def _nearest(places: Mapping[Path, Place], path: Path) -> Place:
    """The place of a path, or of the nearest thing around it; the first line of election.toml at last."""
    while path and path not in places:
        path = path[:-1]
    return places.get(path, Place(ELECTION, 1))


def _apart_from_code(mistake: Mistake) -> object:
    """A mistake without the contest's code: many contests of one template have it, and it is one mistake."""
    values = sorted((name, str(value)) for name, value in mistake.problem.values.items() if name != "code")
    return (mistake.problem.template, *values)
