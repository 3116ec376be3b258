"""stations.csv: where each station lies and how many electors of each group it has; and the styles that follow."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from urna.election.definition import BallotStyle, Contest, Station, StyleElectors
from urna.election.folder_contests import Template
from urna.election.folder_csv import Column, Row
from urna.election.folder_findings import meant
from urna.election.folder_values import TEXT, whole
from urna.election.styles import EVERYBODY, Ballot, Coverage, name_styles
from urna.election.territory import Tree
from urna.words import N_

STATION_COLUMNS = (
    Column("code", structural=True),
    Column("name"),
    Column("centre", structural=True),
    Column("circuits", required=False),
    Column("electors"),
    Column("booths", required=False),
)

_ELECTORS = re.compile(r"([1-9][0-9]{0,8})|([A-Z0-9][A-Z0-9._-]{0,39}):([1-9][0-9]{0,8})")


class StationRow(NamedTuple):
    """A station without its styles, its electors by group, and its row."""

    row: Row
    station: Station
    groups: dict[str, int]


def read_station(row: Row, groups: Sequence[str]) -> StationRow:
    """One row of stations.csv.

    Args:
        row: the row.
        groups: the electorates that some contest has, beside ALL.
    """
    station = Station(
        code=row.code(),
        name=row.take("name", TEXT),
        centre=row.raw("centre"),
        within=row.codes("circuits"),
        styles=(),
        booths=row.take("booths", whole(1, 9), 1),
    )
    return StationRow(row, station, _read_electors(row, groups))


def _read_electors(row: Row, groups: Sequence[str]) -> dict[str, int]:
    """Electors by group from "310 INDIGENOUS:40": 310 of no group, and 40 of that one."""
    found: dict[str, int] = {}
    for word in row.codes("electors"):
        match = _ELECTORS.fullmatch(word)
        group = (match[2] or EVERYBODY) if match else ""
        if match is None or group in found:
            found = {}
            break
        if group not in {EVERYBODY, *groups}:
            _refuse_group(row, group, groups)
            group = EVERYBODY
        found[group] = found.get(group, 0) + int(match[1] or match[3])
    if not row.raw("electors"):
        row.refuse(N_("The column electors is empty."), N_("Write how many vote there."))
    elif not found:
        remedy = N_("Write how many vote there: 350, or 310 INDIGENOUS:40 for 310 and 40 of a group.")
        row.refuse(N_("“{found}” is not a number of electors."), remedy, found=row.raw("electors"))
    return found or {EVERYBODY: 1_000_000}


def _refuse_group(row: Row, group: str, groups: Sequence[str]) -> None:
    guess = meant(group, groups)
    remedy = (
        N_("Did you mean {guess}?") if guess else N_("Count them with the others, or give a contest this `electorate`.")
    )
    row.refuse(N_("No contest is for the electors {group}."), remedy, group=group, guess=guess)


def derive_styles(
    rows: Sequence[StationRow], contests: Sequence[Contest], tree: Tree
) -> tuple[tuple[BallotStyle, ...], tuple[Station, ...]]:
    """The ballot styles of all stations, and the stations with theirs.

    A station whose place is not known has none; what is wrong with it is reported elsewhere.
    """
    coverage = Coverage(contests)
    order = {contest.code: number for number, contest in enumerate(contests)}
    ballots = [_ballots(each, coverage, tree) for each in rows]
    used = Counter(ballot for station in ballots for ballot in station if ballot.contests)
    inorder = sorted(used, key=lambda ballot: [order[code] for code in ballot.contests])
    names = name_styles({ballot: used[ballot] for ballot in inorder}, contests)
    styles = tuple(BallotStyle(code=names[ballot], contests=ballot.contests) for ballot in inorder)
    stations = tuple(_with_styles(each.station, found, names) for each, found in zip(rows, ballots, strict=True))
    return styles, stations


def _ballots(row: StationRow, coverage: Coverage, tree: Tree) -> Counter[Ballot]:
    """Electors of a station by what they decide; a group without a contest of its own decides what all do."""
    places = tree.places(row.station)
    electors = Counter[Ballot]()
    for group, count in row.groups.items():
        electors[coverage.ballot(places, group)] += count
    return electors


def _with_styles(station: Station, ballots: dict[Ballot, int], names: dict[Ballot, str]) -> Station:
    return Station(
        code=station.code,
        name=station.name,
        centre=station.centre,
        within=station.within,
        booths=station.booths,
        styles=tuple(
            StyleElectors(style=names[ballot], electors=electors)
            for ballot, electors in ballots.items()
            if ballot in names
        ),
    )


def check_reach(
    rows: Sequence[StationRow], templates: Sequence[Template], contests: Sequence[Contest], tree: Tree
) -> None:
    """Every elector has a contest of each template: stations lie in its kind of territory, groups in its place.

    Args:
        rows: the stations; mistakes are reported at their rows, stations without a known place passed over.
        templates: those that gave contests.
        contests: those that they gave.
        tree: the territories.
    """
    coverage = Coverage(contests)
    for each in rows:
        places = tree.places(each.station)
        kinds = {tree.territories[place].kind for place in places}
        outside = {
            template.per
            for template in templates
            if template.per and template.per not in kinds and template.electorate in {EVERYBODY, *each.groups}
        }
        if places and outside:
            _refuse_outside(each, sorted(outside))
        elif places:
            decided = {contest.electorate for contest in coverage.contests(places)}
            _check_groups(each, [group for group in each.groups if group not in {EVERYBODY, *decided}])


def _refuse_outside(row: StationRow, kinds: Sequence[str]) -> None:
    for kind in kinds:
        problem = N_("The station {code} lies in no territory of the kind {kind}, where a contest is decided.")
        remedy = N_("Name it in the column circuits, or put the centre below one in territories.csv.")
        row.row.refuse(problem, remedy, code=row.station.code, kind=kind)


def _check_groups(row: StationRow, without: Sequence[str]) -> None:
    for group in without:
        problem = N_("The electors {group} of the station {code} have no contest of their own there.")
        remedy = N_("Count them with the others, or name the circuit of their contest.")
        row.row.refuse(problem, remedy, group=group, code=row.station.code)
